//! When filters die for good, by learning rate, in every cell of the crossed design where any do.

use std::fmt::Write as _;

use super::{Levels, Place};
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

/// Draws the figure from the table `final-deaths`: one row a cell and census.
///
/// Columns: `learning_rate`, `initialization`, `activation`, `step`, `died` (share of all filters
/// whose final death lies at or before the step, in networks that work at the end) with `low95`
/// and `high95`, `lost` (share of filters in networks that had collapsed or diverged for good by
/// then), `n` (networks). Activations under which nothing dies have no panels.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let curves = Curves::read(&table)?;
    let words = Words {
        name: "final-deaths".into(),
        title: "Cumulative share of final deaths by learning rate, initialization and activation"
            .into(),
        description: curves.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 3.0,
        top: 12.0,
        bottom: 9.0,
        columns: curves.levels.initializations.len(),
        column_gap: 5.0,
        row_heights: vec![30.0; curves.shown.len()],
        row_gap: 7.0,
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

/// One cell.
struct Curve {
    place: Place,
    over_time: final_deaths::Curves,
    networks: f64,
}

struct Curves {
    levels: Levels,
    all: Vec<Curve>,
    /// Activations under which anything dies; the first if nothing does.
    shown: Vec<usize>,
}

impl Curves {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (levels, places) = Levels::read(table)?;
        let column = |name| table.numbers(name);
        let (step, n) = (column("step")?, column("n")?);
        let (died, lost) = (column("died")?, column("lost")?);
        let (low, high) = (column("low95")?, column("high95")?);
        let mut curves: Vec<Curve> = Vec::new();
        for (row, place) in places.into_iter().enumerate() {
            if curves.last().is_none_or(|curve| curve.place != place) {
                curves.push(Curve {
                    place,
                    over_time: final_deaths::Curves::default(),
                    networks: n[row],
                });
            }
            let last = curves.len() - 1;
            let bounds = (low[row], high[row]);
            curves[last]
                .over_time
                .push(step[row], died[row], bounds, lost[row]);
        }
        let dies = |activation: &usize| {
            let own = curves.iter().filter(|c| c.place.activation == *activation);
            own.flat_map(|curve| &curve.over_time.died)
                .any(|point| point.y > 0.0)
        };
        let mut shown: Vec<usize> = (0..levels.activations.len()).filter(dies).collect();
        if shown.is_empty() {
            shown.push(0);
        }
        Ok(Self {
            levels,
            all: curves,
            shown,
        })
    }

    fn drawn(&self) -> impl Iterator<Item = (usize, &Curve)> {
        self.all.iter().filter_map(|curve| {
            let row = self.shown.iter().position(|a| *a == curve.place.activation);
            row.map(|row| (row, curve))
        })
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let words: Vec<String> = self
            .levels
            .rates
            .iter()
            .map(|rate| format!("Rate {rate}"))
            .collect();
        let mut entries: Vec<(Sample, &str)> = words
            .iter()
            .enumerate()
            .map(|(index, words)| (Sample::Series(Series::arm(index)), words.as_str()))
            .collect();
        entries.push((Sample::Band(Colour::GREY), "95% interval of the mean"));
        entries.push((
            Sample::Line(final_deaths::lost(Colour::GREY)),
            "In a collapsed or diverged network (colour of the rate)",
        ));
        legend::row(canvas, (2.0, 3.0), grid.width - 4.0, 3.0, &entries);
        let points = || {
            let curves = self.drawn();
            curves.flat_map(|(_, curve)| curve.over_time.died.iter().chain(&curve.over_time.lost))
        };
        let most = points().map(|point| {
            f64::max(
                point.y,
                if point.is_one_sided() {
                    0.0
                } else {
                    point.high
                },
            )
        });
        let most = most.filter(|y| y.is_finite()).fold(10.0, f64::max);
        let top = (most / 10.0).ceil() * 10.0;
        let share = Scale::Linear {
            low: 0.0,
            high: top,
        };
        let last = points().map(|point| point.x).fold(1.0, f64::max);
        let steps = Scale::LogOnePlus { high: last };
        for row in 0..self.shown.len() {
            for (column, initialization) in self.levels.initializations.iter().enumerate() {
                let x = Axis::new(steps, "Training step", steps.decades_and_end());
                let step = if top > 50.0 { 20.0 } else { 10.0 };
                let ticks: Vec<f64> = (0..=(top / step) as i32)
                    .map(|i| step * f64::from(i))
                    .collect();
                let y = Axis::new(share, "Filters (%)", share.ticks_at(&ticks));
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if row + 1 == self.shown.len() {
                        x
                    } else {
                        x.bare()
                    },
                    y: if column == 0 { y } else { y.bare() },
                };
                let own = self
                    .drawn()
                    .filter(|(r, c)| *r == row && c.place.initialization == column);
                for (_, curve) in own {
                    let look = Series::arm(curve.place.rate);
                    if curve.over_time.lost.iter().any(|point| point.y > 0.0) {
                        panel.trend(
                            canvas,
                            &curve.over_time.lost,
                            final_deaths::lost(look.colour),
                        );
                    }
                    panel.curve(canvas, &curve.over_time.died, look);
                }
                panel.axes(canvas);
                panel.heading(canvas, initialization, 1.2);
                if column == 0 {
                    let letter = char::from(b'a' + row as u8).to_string();
                    panel.letter(canvas, &letter, 10.0, 1.2);
                    let place = (panel.frame.left + 1.5, panel.frame.top + 2.5);
                    let activation = &self.levels.activations[self.shown[row]];
                    canvas.text(place, activation, TextLook::NORMAL);
                }
            }
        }
    }

    fn caption(&self) -> String {
        let rows: Vec<String> = self
            .shown
            .iter()
            .enumerate()
            .map(|(row, activation)| {
                let letter = char::from(b'a' + row as u8);
                format!("{letter}, {}", self.levels.activations[*activation])
            })
            .collect();
        let others: Vec<&str> = (0..self.levels.activations.len())
            .filter(|activation| !self.shown.contains(activation))
            .map(|activation| self.levels.activations[activation].as_str())
            .collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!(" No filter dies for good with {}.", others.join(" and "))
        };
        let networks = self.all.iter().map(|curve| curve.networks);
        format!(
            "When filters die for good, by initialization (columns) and learning rate (curves). \
             {rows}.{others} Share of all filters {counted} \
             (dotted, where there are any), born dead filters are not counted (they are in \
             the table). The step axis is log(1 + step). n = {n} networks (seeds) a curve, all of \
             them in the denominator.",
            counted = final_deaths::COUNTED,
            rows = rows.join("; "),
            n = networks.fold(0.0, f64::max),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Curves that rise over training steps, one panel an initialization, one curve a \
             learning rate. ",
        );
        for (_, curve) in self.drawn() {
            if let (Some(end), Some(lost)) =
                (curve.over_time.died.last(), curve.over_time.lost.last())
            {
                let _ = write!(
                    text,
                    "{}, {}, rate {}: {:.1}% died for good, {:.1}% in lost networks. ",
                    self.levels.activations[curve.place.activation],
                    self.levels.initializations[curve.place.initialization],
                    self.levels.rates[curve.place.rate],
                    end.y,
                    lost.y
                );
            }
        }
        text.trim_end().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::synthetic;
    use super::*;
    use crate::figures::synthetic::{provenance, save};

    #[test]
    fn activations_without_deaths_have_no_panels_and_two_drawings_are_equal() {
        const STEPS: [i64; 6] = [0, 5, 45, 180, 765, 900];
        let (table, cells) = synthetic::cells("final-deaths", STEPS.len());
        let real = |of: &dyn Fn(usize) -> f64| (0..cells.len()).map(of).collect::<Vec<f64>>();
        let died = |row: usize| {
            let step = STEPS[row % STEPS.len()] as f64;
            let cell = cells[row];
            if cell[2] == 1 {
                0.0
            } else {
                0.2 * cell[0] as f64 * libm::log1p(step) / 7.0
            }
        };
        let lost = |row: usize| {
            if cells[row][0] == 2 && row % 6 > 3 {
                0.125
            } else {
                0.0
            }
        };
        let table = table
            .integer(
                "step",
                "Step.",
                (0..cells.len()).map(|row| STEPS[row % 6]).collect(),
            )
            .real("died", "Share.", real(&died))
            .real("low95", "Lower.", real(&|row| 0.8 * died(row)))
            .real("high95", "Upper.", real(&|row| 1.2 * died(row)))
            .real("lost", "Share.", real(&lost))
            .integer("n", "Networks.", vec![8; cells.len()]);
        let figure = draw(table.clone(), &provenance()).unwrap();
        assert_eq!(figure.svg, draw(table, &provenance()).unwrap().svg);
        assert!(
            figure
                .caption
                .contains("a, ReLU; b, GELU. No filter dies for good with Leaky ReLU 0.01.")
        );
        save(&figure);
    }
}
