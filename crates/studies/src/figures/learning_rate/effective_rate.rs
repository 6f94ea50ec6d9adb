//! Conditions against one another: over the learning rate, over the effective rate, and accuracy
//! against the share of dead filters.

use std::fmt::Write as _;

use super::responses::Responses;
use crate::figures::canvas::Canvas;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel, Rectangle};
use crate::figures::scale::{Scale, log_around};
use crate::figures::style::{Colour, Dash, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Rows of the figure: quantity, layer, label, ticks, height in millimetres.
const ROWS: [(&str, &str, &str, &[f64], f64); 3] = [
    (
        "dead_filters",
        "all",
        "Dead filters (%)",
        &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        32.0,
    ),
    (
        "dead_units",
        "all",
        "Dead units (%)",
        &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        32.0,
    ),
    ("working", "", "Working (%)", &[0.0, 50.0, 100.0], 16.0),
];

/// Draws the figure from the table `dose-response`, of which it keeps the rows that it shows.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(responses: &Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let (quantity, layer) = (responses.words("quantity")?, responses.words("layer")?);
    let shown: Vec<bool> = quantity
        .iter()
        .zip(layer)
        .map(|(quantity, layer)| {
            quantity == "held_out_accuracy"
                || ROWS.iter().any(|row| row.0 == quantity && row.1 == layer)
        })
        .collect();
    let table = responses.keep("effective-rate", &shown);
    let picture = EffectiveRate(Responses::read(&table)?);
    let words = Words {
        name: "effective-rate".into(),
        title: "Dead filters and units over learning rate and effective rate, and accuracy".into(),
        description: picture.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 9.0,
        bottom: 9.0,
        columns: 3,
        column_gap: 5.0,
        row_heights: ROWS.iter().map(|row| row.4).collect(),
        row_gap: 5.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        picture.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: picture.caption(),
        table,
    })
}

struct EffectiveRate(Responses);

impl EffectiveRate {
    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        self.legend(canvas, grid);
        let learning = log_around(self.0.all.iter().map(|row| row.measured.x), 0.05);
        let effective = log_around(
            self.0
                .all
                .iter()
                .map(|row| row.condition.effective(row.measured.x)),
            0.05,
        );
        let columns = [
            ("Learning rate", learning, false),
            (
                "Effective rate, learning rate / (1 \u{2212} momentum)",
                effective,
                true,
            ),
        ];
        let mut letters = ["a", "b", "c", "d", "e", "f"].into_iter();
        for (row, &(quantity, layer, label, ticks, _)) in ROWS.iter().enumerate() {
            for (column, (words, scale, by_effective)) in columns.into_iter().enumerate() {
                let x = Axis::new(scale, words, scale.one_two_five());
                let y = Axis::percent(label).ticks_at(ticks);
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if row + 1 == ROWS.len() { x } else { x.bare() },
                    y: if column == 0 { y } else { y.bare() },
                };
                panel.axes(canvas);
                if quantity == "dead_filters" {
                    panel.level(canvas, 40.0, "40%", CLAIM);
                }
                for (index, condition) in self.0.conditions.iter().enumerate() {
                    let mut means = self.0.means(condition, quantity, layer);
                    if by_effective {
                        for mean in &mut means {
                            mean.x = condition.effective(mean.x);
                        }
                    }
                    let shift = 0.45 * (index as f64 - 1.0);
                    if quantity == "working" {
                        panel.bars(canvas, &means, condition.look(), shift);
                    } else {
                        panel.series(canvas, &means, condition.look(), shift);
                    }
                }
                let offset = if column == 0 { 10.0 } else { 3.5 };
                panel.letter(canvas, letters.next().unwrap_or(""), offset, 1.5);
            }
        }
        self.accuracy(canvas, grid);
    }

    fn accuracy(&self, canvas: &mut Canvas, grid: &Grid) {
        let networks = self.networks();
        let lowest = networks.iter().map(|(_, pair)| pair.1).fold(90.0, f64::min);
        let low = if lowest < 50.0 {
            0.0
        } else {
            (lowest / 10.0).floor() * 10.0
        };
        let scale = Scale::Linear { low, high: 100.0 };
        let step = if low < 50.0 { 20.0 } else { 10.0 };
        let ticks: Vec<f64> = (0..=10).map(|i| 100.0 - step * f64::from(i)).collect();
        let (top, bottom) = (grid.frame(0, 2), grid.frame(ROWS.len() - 1, 2));
        let panel = Panel {
            frame: Rectangle {
                left: top.left + 8.0,
                bottom: bottom.bottom,
                ..top
            },
            x: Axis::percent("Dead filters of the network (%)"),
            y: Axis::new(
                scale,
                "Held-out accuracy after annealing (%)",
                scale.ticks_at(&ticks),
            ),
        };
        panel.axes(canvas);
        let (foot, head) = (panel.at(40.0, low), panel.at(40.0, 100.0));
        canvas.line(&[foot, head], CLAIM);
        for (index, (dead, accuracy)) in networks {
            let look = self.0.conditions[index].look();
            panel.marker(canvas, dead, accuracy, look.marker, look.colour);
        }
        panel.letter(canvas, "g", 10.0, 1.5);
    }

    /// Dead share and accuracy of every working network, with its condition's index. Conditions
    /// take turns, so that none covers the others.
    fn networks(&self) -> Vec<(usize, (f64, f64))> {
        let mut networks = Vec::new();
        for (index, condition) in self.0.conditions.iter().enumerate() {
            for (order, dead) in self.0.select(condition, "dead_filters", "all").enumerate() {
                let accuracy = self
                    .0
                    .select(condition, "held_out_accuracy", "")
                    .find(|row| {
                        row.measured.x == dead.measured.x && row.replicate == dead.replicate
                    });
                if let (Some(accuracy), Some(_)) = (accuracy, dead.replicate) {
                    let pair = (dead.measured.y, accuracy.measured.y);
                    networks.push((order, (index, pair)));
                }
            }
        }
        networks.sort_by_key(|(order, _)| *order);
        networks.into_iter().map(|(_, network)| network).collect()
    }

    fn legend(&self, canvas: &mut Canvas, grid: &Grid) {
        let labels: Vec<String> = self
            .0
            .conditions
            .iter()
            .map(|condition| format!("{} (n = {})", condition.label(), self.0.networks))
            .collect();
        let mut entries: Vec<(Sample, &str)> = self
            .0
            .conditions
            .iter()
            .zip(&labels)
            .map(|(condition, label)| (Sample::Series(condition.look()), label.as_str()))
            .collect();
        entries.push((Sample::Band(Colour::GREY), "95% interval of the mean"));
        legend::row(canvas, (grid.left, 3.0), grid.width, 3.0, &entries);
    }

    fn caption(&self) -> String {
        format!(
            "The same networks over the learning rate and over the effective rate. Conditions: \
             {labels}. a, b, Share of filters of all layers that are dead at the end of training, \
             in networks that work (neither collapsed nor diverged). c, d, The same of units \
             (filter at one position). e, f, Share of networks that work. a, c, e, Over the \
             learning rate. b, d, f, Over the effective rate, learning rate / (1 \u{2212} \
             momentum). Lines are means over networks, bands 95% intervals (percentile bootstrap \
             over seeds; bars in e and f, and where all networks agree: exact binomial). g, Held-out accuracy after annealing against the \
             share of dead filters: one marker a working network, all rates. The dotted lines \
             mark the 40% of the claim tested. n = {n} networks (seeds) at each rate; a to d are \
             over those of them that work.",
            labels = self.0.labels(),
            n = self.0.networks,
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Curves of dead filters, dead units and working networks for each condition, once \
             over the learning rate and once over the effective rate, and a scatter of accuracy \
             against dead filters. ",
        );
        for condition in &self.0.conditions {
            let means = self.0.means(condition, "dead_filters", "all");
            let highest = means.iter().filter(|mean| mean.y.is_finite()).fold(
                None,
                |best: Option<&Measured>, mean| match best {
                    Some(best) if best.y >= mean.y => Some(best),
                    _ => Some(mean),
                },
            );
            if let Some(mean) = highest {
                let _ = write!(
                    text,
                    "{}: at most {:.1}% of filters dead, at learning rate {}. ",
                    condition.label(),
                    mean.y,
                    mean.x
                );
            }
        }
        text.trim_end().into()
    }
}

const CLAIM: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.5,
    dash: Dash::Dotted,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    #[test]
    fn it_keeps_the_rows_that_it_shows_and_two_drawings_are_equal() {
        let responses = synthetic::dose_response();
        let provenance = synthetic::provenance();
        let figure = draw(&responses, &provenance).unwrap();
        assert_eq!(figure.svg, draw(&responses, &provenance).unwrap().svg);
        assert!(figure.table.rows() < responses.rows());
        assert!(!figure.table.to_csv().unwrap().contains("before_annealing"));
        synthetic::save(&figure);
    }
}
