//! When filters die for good: cumulative share by layer, at several rates.

use std::fmt::Write as _;

use super::Condition;
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::final_deaths;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::Scale;
use crate::figures::style::{Colour, Series};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Draws the figure from the table `final-deaths`: one row a condition, rate, layer and census.
///
/// Columns: `momentum`, `pixels`, `learning_rate`, `rate_name` (may be empty), `layer` (`1`, `2`,
/// ...), `step`, `died` (share of the layer's filters whose final death lies at or before the
/// step, in networks that work at the end) with `low95` and `high95`, `lost` (share of filters in
/// networks that had collapsed or diverged for good by then), `born_dead` (dead from step 0 to
/// the end), `n` (networks).
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let curves = Curves::read(&table)?;
    let words = Words {
        name: "final-deaths".into(),
        title: "Cumulative share of final deaths by layer, at several learning rates".into(),
        description: curves.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 12.0,
        bottom: 9.0,
        columns: curves.columns(),
        column_gap: 4.0,
        row_heights: vec![26.0; curves.conditions.len()],
        row_gap: 9.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        curves.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: curves.caption(),
        table,
    })
}

/// One layer at one rate.
#[derive(Clone, Debug)]
struct Curve {
    condition: Condition,
    rate: f64,
    rate_name: String,
    layer: String,
    over_time: final_deaths::Curves,
    born_dead: f64,
    networks: f64,
}

struct Curves {
    conditions: Vec<Condition>,
    layers: Vec<String>,
    all: Vec<Curve>,
}

impl Curves {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let conditions = Condition::of_rows(table)?;
        let (names, layer) = (table.words("rate_name")?, table.words("layer")?);
        let column = |name| table.numbers(name);
        let (rate, step, n) = (column("learning_rate")?, column("step")?, column("n")?);
        let (died, lost) = (column("died")?, column("lost")?);
        let (low, high) = (column("low95")?, column("high95")?);
        let born_dead = column("born_dead")?;
        let mut curves: Vec<Curve> = Vec::new();
        for row in 0..conditions.len() {
            let known = curves.iter().position(|curve| {
                curve.condition == conditions[row]
                    && curve.rate == rate[row]
                    && curve.layer == layer[row]
            });
            let index = known.unwrap_or(curves.len());
            if known.is_none() {
                curves.push(Curve {
                    condition: conditions[row].clone(),
                    rate: rate[row],
                    rate_name: names[row].clone(),
                    layer: layer[row].clone(),
                    over_time: final_deaths::Curves::default(),
                    born_dead: 100.0 * born_dead[row],
                    networks: n[row],
                });
            }
            let bounds = (low[row], high[row]);
            curves[index]
                .over_time
                .push(step[row], died[row], bounds, lost[row]);
        }
        if curves.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        let mut layers: Vec<String> = layer;
        layers.sort();
        layers.dedup();
        Ok(Self {
            conditions: Condition::distinct(&conditions),
            layers,
            all: curves,
        })
    }

    /// The rates of a condition in the order of the table, with the curves of each.
    fn panels(&self, condition: &Condition) -> Vec<Vec<&Curve>> {
        let mut panels: Vec<Vec<&Curve>> = Vec::new();
        for curve in self.all.iter().filter(|c| c.condition == *condition) {
            match panels.iter_mut().find(|panel| panel[0].rate == curve.rate) {
                Some(panel) => panel.push(curve),
                None => panels.push(vec![curve]),
            }
        }
        panels
    }

    fn columns(&self) -> usize {
        let counts = self.conditions.iter().map(|c| self.panels(c).len());
        counts.max().unwrap_or(1)
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        self.legend(canvas, grid);
        let last = self
            .all
            .iter()
            .flat_map(|curve| curve.over_time.died.iter().map(|value| value.x))
            .fold(1.0, f64::max);
        let scale = Scale::LogOnePlus { high: last };
        for (row, condition) in self.conditions.iter().enumerate() {
            let last_row = row + 1 == self.conditions.len();
            for (column, curves) in self.panels(condition).into_iter().enumerate() {
                let steps = Axis::new(scale, "Training step", scale.decades_and_end());
                let share = Axis::percent("Filters (%)").ticks_at(&[0.0, 50.0, 100.0]);
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if last_row { steps } else { steps.bare() },
                    y: if column == 0 { share } else { share.bare() },
                };
                panel.axes(canvas);
                panel.trend(
                    canvas,
                    &curves[0].over_time.lost,
                    final_deaths::lost(Colour::BLACK),
                );
                for curve in &curves {
                    panel.curve(canvas, &curve.over_time.died, self.look(curve));
                }
                panel.heading(canvas, &curves[0].heading(), 1.2);
                if column == 0 {
                    let letter = char::from(b'a' + row as u8).to_string();
                    panel.letter(canvas, &letter, 10.0, 4.6);
                    let place = (panel.frame.left, panel.frame.top - 4.6);
                    canvas.text(place, &condition.label(), TextLook::NORMAL);
                }
            }
        }
    }

    fn look(&self, curve: &Curve) -> Series {
        let index = self.layers.iter().position(|layer| *layer == curve.layer);
        Series::layer(index.unwrap_or(0))
    }

    fn legend(&self, canvas: &mut Canvas, grid: &Grid) {
        let words: Vec<String> = self
            .layers
            .iter()
            .map(|layer| format!("Convolution {layer}"))
            .collect();
        let mut entries: Vec<(Sample, &str)> = words
            .iter()
            .enumerate()
            .map(|(index, words)| (Sample::Series(Series::layer(index)), words.as_str()))
            .collect();
        entries.push((Sample::Band(Colour::GREY), "95% interval of the mean"));
        entries.push((
            Sample::Line(final_deaths::lost(Colour::BLACK)),
            "In a collapsed or diverged network",
        ));
        legend::row(canvas, (grid.left, 3.0), grid.width, 3.0, &entries);
    }

    fn networks(&self) -> f64 {
        let networks = self.all.iter().map(|curve| curve.networks);
        networks.fold(0.0, f64::max)
    }

    fn caption(&self) -> String {
        let rows: Vec<String> = self
            .conditions
            .iter()
            .enumerate()
            .map(|(row, condition)| {
                format!("{}, {}", char::from(b'a' + row as u8), condition.label())
            })
            .collect();
        format!(
            "When filters die for good. {rows}. Share of a layer's filters {counted} \
             (dotted), born dead filters \
             are not counted (they are in the table). The step axis is log(1 + step). Above each \
             panel: its learning rate. n = {n} networks (seeds) a panel, all of them in the \
             denominator.",
            counted = final_deaths::COUNTED,
            rows = rows.join("; "),
            n = self.networks(),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Curves that rise over training steps, one row of panels a condition, one panel a \
             learning rate, one curve a layer. ",
        );
        for curve in &self.all {
            if let Some(end) = curve.over_time.died.last() {
                let _ = write!(
                    text,
                    "{}, rate {}, convolution {}: {:.1}% died for good, {:.1}% born dead. ",
                    curve.condition.label(),
                    curve.rate,
                    curve.layer,
                    end.y,
                    curve.born_dead
                );
            }
        }
        text.trim_end().into()
    }
}

impl Curve {
    fn heading(&self) -> String {
        if self.rate_name.is_empty() {
            format!("Rate {}", self.rate)
        } else {
            format!("Rate {} ({})", self.rate, self.rate_name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    #[test]
    fn each_rate_has_its_panel_and_two_drawings_are_equal() {
        let table = synthetic::final_deaths();
        let provenance = synthetic::provenance();
        let figure = draw(table.clone(), &provenance).unwrap();
        assert_eq!(figure.svg, draw(table, &provenance).unwrap().svg);
        assert_eq!(figure.svg.matches(">\nRate ").count(), 15);
        synthetic::save(&figure);
    }
}
