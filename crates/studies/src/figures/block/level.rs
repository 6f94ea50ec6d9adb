//! Levels of a channel in order, and their looks throughout a figure.

use super::Level;
use crate::figures::FigureError;
use crate::figures::labels::{self, JOINT, Labels};
use crate::figures::levels::{IN_TURN, fill, known_fill, known_series};
use crate::figures::rows::Rows;
use crate::figures::spec::{Channel, Mark, OneOrMore, Order, PanelSpec, Sort};
use crate::figures::style::Series;

/// The level of each row: the fields' cells, joined.
pub(super) fn joined(rows: &Rows, channel: &Channel) -> Result<Vec<String>, FigureError> {
    let mut levels = vec![String::new(); rows.len()];
    for (index, name) in channel.field.names().iter().enumerate() {
        for (level, cell) in levels.iter_mut().zip(rows.words(name)?) {
            if index > 0 {
                level.push(JOINT);
            }
            level.push_str(&cell);
        }
    }
    Ok(levels)
}

/// The distinct levels in the order that the channel wants.
pub(super) fn ordered(all: &[String], channel: &Channel, spec: &PanelSpec) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for level in all {
        if seen.insert(level) {
            levels.push(level.clone());
        }
    }
    let listed = match &channel.sort {
        Sort::Levels(listed) => Some(listed.as_slice()),
        Sort::By(Order::Table) => {
            let own = spec.filter.get(channel.field.first());
            own.map(OneOrMore::values)
        }
        Sort::By(order) => {
            let number = |level: &String| level.parse::<f64>().unwrap_or(f64::NAN);
            levels.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
            if *order == Order::Descending {
                levels.reverse();
            }
            None
        }
    };
    if let Some(listed) = listed {
        let place = |level: &String| {
            let first = level.split(JOINT).next().unwrap_or(level);
            let found = listed
                .iter()
                .position(|value| value.is(level) || value.is(first));
            found.unwrap_or(listed.len())
        };
        levels.sort_by_key(place);
    }
    levels
}

/// Which levels of a figure have looks in turn: a level looks the same in all its panels.
#[derive(Clone, Debug, Default)]
pub(in crate::figures) struct Looks {
    series: Vec<(String, String)>,
    fills: Vec<(String, String)>,
}

impl Looks {
    /// The levels of a panel's colour with their looks.
    pub(super) fn levels(
        &mut self,
        rows: &Rows,
        channel: &Channel,
        raw: &[String],
        labels: &Labels<'_>,
    ) -> Result<Vec<Level>, FigureError> {
        let field = channel.field.names().join(", ");
        let areas = matches!(
            rows.site.mark,
            Mark::Bars | Mark::Areas | Mark::Tiles | Mark::Raster
        );
        let turn = |seen: &mut Vec<(String, String)>, level: &String| {
            let key = (field.clone(), level.clone());
            let place = seen.iter().position(|known| *known == key);
            place.unwrap_or_else(|| {
                seen.push(key);
                seen.len() - 1
            })
        };
        let mut levels = Vec::new();
        for level in raw {
            let (mut look, mut area) = (Series::arm(0), fill(0));
            let index = if areas {
                known_fill(level).map_or_else(
                    || turn(&mut self.fills, level),
                    |known| {
                        area = known;
                        IN_TURN
                    },
                )
            } else {
                known_series(&field, level).map_or_else(
                    || turn(&mut self.series, level),
                    |known| {
                        look = known;
                        IN_TURN
                    },
                )
            };
            if index < IN_TURN {
                (look, area) = (Series::arm(index), fill(index));
            } else if self.series.len() > IN_TURN || self.fills.len() > IN_TURN {
                return Err(rows.site.error(&format!(
                    "`encoding.color` ({field}) has more levels than there are looks ({IN_TURN} \
                     in a figure); show some of them by `row` or `column`, or fewer by `where`"
                )));
            }
            levels.push(Level {
                words: if level.is_empty() {
                    String::new()
                } else {
                    labels::level(labels, channel, level)
                },
                look,
                fill: area,
            });
        }
        Ok(levels)
    }
}
