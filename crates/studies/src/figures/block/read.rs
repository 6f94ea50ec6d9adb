//! From rows of tables to items in frames.

use super::level::{Looks, joined, ordered};
use super::{Along, Block, Item, Level, Side};
use crate::figures::FigureError;
use crate::figures::labels::{self, Labels};
use crate::figures::levels::fill;
use crate::figures::rows::{Rows, Site};
use crate::figures::spec::{Channel, Layer, PanelSpec, ScaleType, Scope, Where};
use crate::figures::style::Series;
use crate::table::Table;

/// What the levels of a panel's channels are: layers use the same.
struct Keys {
    rows: Vec<String>,
    columns: Vec<Vec<String>>,
    x: Vec<String>,
    y: Vec<String>,
    color: Vec<String>,
}

impl<'a> Block<'a> {
    /// Reads what a panel shows.
    ///
    /// # Errors
    /// If a table, column or row is missing, or two rows would stand at one place.
    pub fn read(
        site: Site<'a>,
        spec: &'a PanelSpec,
        tables: &'a [Table],
        labels: &Labels<'_>,
        looks: &mut Looks,
    ) -> Result<Self, FigureError> {
        let rows = Rows::select(site, spec, &Where::new(), tables)?;
        // A tile without a number of its own may have others.
        let mut all = rows.clone();
        for layer in spec.layers.iter().filter(|_| spec.shaded()) {
            all = all.with(&Rows::select(site, spec, &layer.filter, tables)?);
        }
        let keys = Keys::read(&all, spec)?;
        let (items, networks): (Vec<Item>, Vec<Item>) = keys
            .items(&rows, spec, None)?
            .into_iter()
            .partition(|item| item.replicate.is_empty());
        let mut layers = Vec::new();
        for layer in &spec.layers {
            let rows = Rows::select(site, spec, &layer.filter, tables)?;
            let mut items = keys.items(&rows, spec, Some(layer))?;
            items.retain(|item| item.replicate.is_empty() != layer.networks);
            layers.push(items);
        }
        let words = |channel: &Option<Channel>, levels: &[String]| -> Vec<String> {
            let words = levels.iter().map(|level| match channel {
                Some(channel) => labels::level(labels, channel, level),
                None => String::new(),
            });
            words.collect()
        };
        let levels = match &spec.encoding.color {
            Some(channel) if !spec.shaded() => looks.levels(&rows, channel, &keys.color, labels)?,
            _ => vec![Level {
                words: String::new(),
                look: Series::arm(0),
                fill: fill(0),
            }],
        };
        let along = |side: Side, levels: &[String]| {
            let channel = spec.channel(side);
            // The axis has the title already.
            let untitled = Channel {
                title: None,
                ..channel.clone()
            };
            let levels = levels.iter();
            let kind = spec.scale_type(side);
            // Words beside rows say what they are.
            let said = side == Side::Y && kind == ScaleType::Ordinal && channel.title.is_none();
            Along {
                label: if said {
                    String::new()
                } else {
                    labels::axis(channel)
                },
                kind,
                levels: levels
                    .map(|l| labels::level(labels, &untitled, l))
                    .collect(),
            }
        };
        let above = spec.encoding.x.above.as_ref();
        let columns = keys.columns.iter();
        let block = Self {
            site,
            spec,
            rows: words(&spec.encoding.row, &keys.rows),
            columns: columns
                .map(|row| words(&spec.encoding.column, row))
                .collect(),
            x: along(Side::X, &keys.x),
            y: along(Side::Y, &keys.y),
            above: above.map(|above| {
                let title = above.title.clone();
                title.unwrap_or_else(|| labels::sentence(&above.field))
            }),
            levels,
            items,
            networks,
            layers,
        };
        block.one_row_a_place(&rows)?;
        Ok(block)
    }

    /// Two rows at one place are a column that neither `where` nor `encoding` names.
    fn one_row_a_place(&self, rows: &Rows) -> Result<(), FigureError> {
        if self.spec.mark == crate::figures::spec::Mark::Scatter {
            return Ok(());
        }
        let value = self.spec.value_side();
        let mut seen = std::collections::BTreeMap::new();
        for item in self.items.iter().chain(&self.networks) {
            let place = |side: Side, at: f64| {
                let counts = value != Some(side);
                if counts { at.to_bits() } else { 0 }
            };
            let key = (
                item.cell,
                item.series,
                place(Side::X, item.x),
                place(Side::Y, item.y),
                item.replicate.clone(),
            );
            if let Some(other) = seen.insert(key, item.row) {
                let differing = rows.differing(other, item.row)?;
                return Err(self.site.error(&format!(
                    "two rows of table `{}` stand at one place; they differ in {differing}: name \
                     what tells them apart in `where` or `encoding`",
                    self.spec.table
                )));
            }
        }
        Ok(())
    }
}

impl Keys {
    fn read(rows: &Rows, spec: &PanelSpec) -> Result<Self, FigureError> {
        let encoding = &spec.encoding;
        let levels = |channel: &Channel| -> Result<Vec<String>, FigureError> {
            Ok(ordered(&joined(rows, channel)?, channel, spec))
        };
        let optional = |channel: &Option<Channel>| match channel {
            Some(channel) => levels(channel),
            None => Ok(vec![String::new()]),
        };
        let axis = |side: Side| match spec.scale_type(side) {
            ScaleType::Ordinal => levels(spec.channel(side)),
            _ => Ok(Vec::new()),
        };
        let own = optional(&encoding.row)?;
        let columns = match (&encoding.column, &encoding.row) {
            (Some(channel), Some(row)) if spec.resolve.column == Scope::Independent => {
                let (of_rows, all) = (joined(rows, row)?, joined(rows, channel)?);
                let of = |level: &String| {
                    let cells = all.iter().zip(&of_rows).filter(|(_, own)| *own == level);
                    let cells: Vec<String> = cells.map(|(cell, _)| cell.clone()).collect();
                    ordered(&cells, channel, spec)
                };
                own.iter().map(of).collect()
            }
            _ => vec![optional(&encoding.column)?; own.len()],
        };
        Ok(Self {
            rows: own,
            columns,
            x: axis(Side::X)?,
            y: axis(Side::Y)?,
            color: match &encoding.color {
                Some(channel) if !spec.shaded() => levels(channel)?,
                _ => vec![String::new()],
            },
        })
    }

    /// The items of rows; rows whose frame the panel does not have are left out.
    /// Some columns of a layer may be others than the panel's.
    fn items(
        &self,
        rows: &Rows,
        spec: &PanelSpec,
        layer: Option<&Layer>,
    ) -> Result<Vec<Item>, FigureError> {
        let encoding = &spec.encoding;
        let nothing = || vec![String::new(); rows.len()];
        let of = |channel: &Option<Channel>| match channel {
            Some(channel) => joined(rows, channel),
            None => Ok(nothing()),
        };
        let (row, column) = (of(&encoding.row)?, of(&encoding.column)?);
        let color = match &encoding.color {
            Some(channel) if !spec.shaded() => joined(rows, channel)?,
            _ => nothing(),
        };
        let places = |side: Side, levels: &[String]| -> Result<Vec<f64>, FigureError> {
            let channel = spec.channel(side);
            if spec.scale_type(side) == ScaleType::Ordinal {
                let found = joined(rows, channel)?.into_iter().map(|level| {
                    let place = levels.iter().position(|known| *known == level);
                    place.map_or(f64::NAN, |place| place as f64)
                });
                return Ok(found.collect());
            }
            let factor = channel.scale.factor();
            let values = rows.numbers(channel.field.first())?;
            Ok(values.iter().map(|value| factor * value).collect())
        };
        let (x, y) = (places(Side::X, &self.x)?, places(Side::Y, &self.y)?);
        let factor = match (spec.value_side(), &encoding.color) {
            (Some(side), _) => spec.channel(side).scale.factor(),
            (None, Some(color)) => color.scale.factor(),
            (None, None) => 1.0,
        };
        let shade = match &encoding.color {
            Some(channel) if spec.shaded() => {
                let own = layer.and_then(|layer| layer.field.as_deref());
                rows.numbers(own.unwrap_or(channel.field.first()))?
            }
            _ => vec![f64::NAN; rows.len()],
        };
        let (low, high) = match layer.and_then(|layer| layer.ends.as_ref()) {
            Some([low, high]) => (rows.numbers(low)?, rows.numbers(high)?),
            None => (
                rows.numbers_if_any("low95")?,
                rows.numbers_if_any("high95")?,
            ),
        };
        let few = few(rows, spec)?;
        let n = rows.numbers_if_any("n")?;
        let deviation = rows.numbers_if_any("standard_deviation")?;
        let replicate = rows.replicates()?;
        let above = match &encoding.x.above {
            Some(above) => rows.numbers(&above.field)?,
            None => vec![f64::NAN; rows.len()],
        };
        let mut items = Vec::new();
        for index in 0..rows.len() {
            let find = |levels: &[String], own: &String| levels.iter().position(|l| l == own);
            let Some(own) = find(&self.rows, &row[index]) else {
                continue;
            };
            let Some(beside) = find(&self.columns[own], &column[index]) else {
                continue;
            };
            let shown = |value: f64| if few[index] { f64::NAN } else { value };
            let along = |side: Side, at: f64| {
                if spec.value_side() == Some(side) {
                    shown(at)
                } else {
                    at
                }
            };
            items.push(Item {
                cell: (own, beside),
                series: find(&self.color, &color[index]),
                x: along(Side::X, x[index]),
                y: along(Side::Y, y[index]),
                low: shown(factor * low[index]),
                high: shown(factor * high[index]),
                shade: shown(factor * shade[index]),
                n: n[index],
                deviation: deviation[index],
                // A scatter has a marker for each row; networks are what it shows.
                replicate: if spec.value_side().is_some() || spec.shaded() {
                    replicate[index].clone()
                } else {
                    String::new()
                },
                above: above[index],
                row: index,
            });
        }
        Ok(items)
    }
}

/// Which rows have less in some column than `least` asks for.
fn few(rows: &Rows, spec: &PanelSpec) -> Result<Vec<bool>, FigureError> {
    let mut few = vec![false; rows.len()];
    for (column, least) in &spec.least {
        for (few, number) in few.iter_mut().zip(rows.numbers(column)?) {
            *few |= number < *least;
        }
    }
    Ok(few)
}
