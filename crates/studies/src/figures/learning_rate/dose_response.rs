//! Dead filters by layer against the learning rate, with accuracy and the networks' outcomes.

use std::fmt::Write as _;

use super::Condition;
use super::responses::Responses;
use crate::figures::canvas::Canvas;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, log_around};
use crate::figures::style::{Colour, Dash, Fill, Marker, Series, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Draws the figure from the table `dose-response`, which `responses` describes.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let rows = DoseResponse(Responses::read(&table)?);
    let words = Words {
        name: "dose-response".into(),
        title: "Share of dead filters by layer, accuracy and outcomes against the learning rate"
            .into(),
        description: rows.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 18.5,
        bottom: 9.0,
        columns: rows.0.conditions.len(),
        column_gap: 5.0,
        row_heights: vec![42.0, 26.0, 14.0],
        row_gap: 8.5,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        rows.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: rows.caption(),
        table,
    })
}

/// The figure's drawing and words.
struct DoseResponse(Responses);

impl DoseResponse {
    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let rates = log_around(self.0.all.iter().map(|row| row.measured.x), 0.05);
        self.legends(canvas, grid);
        for (column, condition) in self.0.conditions.iter().enumerate() {
            let first = column == 0;
            let x = Axis::new(rates, "Learning rate", rates.one_two_five());
            let share = |label: &str, ticks: &[f64]| {
                let axis = Axis::percent(label).ticks_at(ticks);
                if first { axis } else { axis.bare() }
            };
            let dead = Panel {
                frame: grid.frame(0, column),
                x: x.clone().bare(),
                y: share("Dead filters (%)", &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            };
            let accuracy = Panel {
                frame: grid.frame(1, column),
                x: x.clone().bare(),
                y: share("Held-out accuracy (%)", &[0.0, 25.0, 50.0, 75.0, 100.0]),
            };
            let outcome = Panel {
                frame: grid.frame(2, column),
                x,
                y: share("Networks (%)", &[0.0, 50.0, 100.0]),
            };
            self.dead(canvas, &dead, condition);
            self.accuracy(canvas, &accuracy, condition);
            self.outcomes(canvas, &outcome, condition);
            if first {
                dead.letter(canvas, "a", 10.0, 2.0);
                accuracy.letter(canvas, "b", 10.0, 2.0);
                outcome.letter(canvas, "c", 10.0, 2.0);
            }
        }
    }

    fn dead(&self, canvas: &mut Canvas, panel: &Panel, condition: &Condition) {
        let heading = format!("{} (n = {})", condition.label(), self.0.networks);
        panel.heading(canvas, &heading, 9.0);
        if let Scale::Log { low, high } = panel.x.scale {
            let scale = Scale::Log {
                low: condition.effective(low),
                high: condition.effective(high),
            };
            let axis = Axis::new(
                scale,
                "Effective rate, learning rate / (1 \u{2212} momentum)",
                scale.one_two_five(),
            );
            panel.upper_axis(canvas, &axis);
        }
        panel.axes(canvas);
        let claim = Stroke {
            colour: Colour::GREY,
            width: 0.5,
            dash: Dash::Dotted,
        };
        panel.level(canvas, 40.0, "40%", claim);
        let centre = (self.0.layers.len() as f64 - 1.0) / 2.0;
        for (index, layer) in self.0.layers.iter().enumerate() {
            let dots = self.0.replicates(condition, "dead_filters", layer);
            let shift = 0.75 * (index as f64 - centre);
            panel.dots(canvas, &dots, shift, 0.5, Series::layer(index).colour);
        }
        for (index, layer) in self.0.layers.iter().enumerate() {
            let means = self.0.means(condition, "dead_filters", layer);
            let shift = 0.45 * (index as f64 - centre);
            panel.series(canvas, &means, Series::layer(index), shift);
        }
        let all = self.0.means(condition, "dead_filters", "all");
        panel.trend(canvas, &all, ALL_LAYERS);
    }

    fn accuracy(&self, canvas: &mut Canvas, panel: &Panel, condition: &Condition) {
        panel.axes(canvas);
        let dots = self.0.replicates(condition, "held_out_accuracy", "");
        panel.dots(canvas, &dots, 0.0, 1.6, AFTER.colour);
        let before = self
            .0
            .means(condition, "held_out_accuracy_before_annealing", "");
        panel.trend(canvas, &before, BEFORE_ANNEALING);
        let after = self.0.means(condition, "held_out_accuracy", "");
        panel.series(canvas, &after, AFTER, 0.0);
    }

    fn outcomes(&self, canvas: &mut Canvas, panel: &Panel, condition: &Condition) {
        let shares: Vec<Vec<Measured>> = OUTCOMES
            .iter()
            .map(|(name, ..)| self.0.means(condition, name, ""))
            .collect();
        for bar in 0..shares[0].len() {
            let heights: Vec<f64> = shares
                .iter()
                .map(|outcome| outcome.get(bar).map_or(0.0, |share| share.y))
                .collect();
            let fills: Vec<Fill> = OUTCOMES.iter().map(|(.., fill)| fill()).collect();
            panel.stacked_bar(canvas, shares[0][bar].x, 2.4, &heights, &fills);
        }
        panel.axes(canvas);
    }

    fn legends(&self, canvas: &mut Canvas, grid: &Grid) {
        let words: Vec<String> = self
            .0
            .layers
            .iter()
            .map(|layer| format!("Convolution {layer}"))
            .collect();
        let mut dead: Vec<(Sample, &str)> = words
            .iter()
            .enumerate()
            .map(|(index, words)| (Sample::Series(Series::layer(index)), words.as_str()))
            .collect();
        dead.push((Sample::Line(ALL_LAYERS), "All layers"));
        dead.push((Sample::Band(Colour::GREY), "95% interval of the mean"));
        dead.push((Sample::Dot(Colour::GREY), "Single networks"));
        let accuracy = [
            (Sample::Series(AFTER), "After annealing"),
            (Sample::Line(BEFORE_ANNEALING), "Before annealing"),
        ];
        let outcomes: Vec<(Sample, &str)> = OUTCOMES
            .iter()
            .map(|(_, words, fill)| (Sample::Area(fill()), *words))
            .collect();
        let above = 2.2;
        let rows = [
            (0, 15.5, &dead[..]),
            (1, above, &accuracy),
            (2, above, &outcomes),
        ];
        for (row, distance, entries) in rows {
            let frame = grid.frame(row, 0);
            let place = (frame.left, frame.top - distance);
            legend::row(canvas, place, grid.width, 3.0, entries);
        }
    }

    fn caption(&self) -> String {
        let n = self.0.networks;
        format!(
            "Dead filters, accuracy and outcomes against the learning rate. \
             Columns: {columns}. \
             a, Share of filters that are dead at the end of training, by layer, in networks that \
             work (neither collapsed nor diverged): mean over networks (lines), 95% percentile \
             bootstrap interval over seeds (bands; none where too few networks work), single \
             networks (dots). Where no filter of a layer is dead in any network, a bar gives the \
             exact upper limit. The upper axis gives \
             the effective rate. The dotted line marks the 40% of the claim tested. \
             b, Accuracy on the held-out images over all networks: mean, 95% interval and single \
             networks after annealing; mean before annealing (dashed). \
             c, Share of networks that work, have collapsed (the same answer to every image) or \
             have diverged (NaN or infinite). \
             n = {n} networks (seeds) at each rate; a is over those of them that work.",
            columns = self.0.labels(),
        )
    }

    fn description(&self) -> String {
        let mut text = format!(
            "Three rows of panels over a logarithmic learning rate, one column each for {}. ",
            self.0.labels()
        );
        for condition in &self.0.conditions {
            let all = self.0.means(condition, "dead_filters", "all");
            let shown: Vec<&Measured> = all.iter().filter(|v| v.y.is_finite()).collect();
            if let (Some(first), Some(last)) = (shown.first(), shown.last()) {
                let _ = write!(
                    text,
                    "{}: of the filters of working networks {:.1}% are dead at rate {} and {:.1}% \
                     at rate {}, the highest at which any network works. ",
                    condition.label(),
                    first.y,
                    first.x,
                    last.y,
                    last.x
                );
            }
        }
        text.trim_end().into()
    }
}

const ALL_LAYERS: Stroke = Stroke {
    colour: Colour::BLACK,
    width: 0.75,
    dash: Dash::Solid,
};

const BEFORE_ANNEALING: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.75,
    dash: Dash::Dashed,
};

const AFTER: Series = Series {
    colour: Colour::VERMILLION,
    dash: Dash::Solid,
    marker: Marker::Circle,
};

/// How an outcome is filled.
type Filling = fn() -> Fill;

/// Outcomes of networks as the table names them, from the bottom of a bar.
const OUTCOMES: [(&str, &str, Filling); 3] = [
    ("working", "Working", Fill::working),
    ("collapsed", "Collapsed", Fill::collapsed),
    ("diverged", "Diverged", Fill::diverged),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    #[test]
    fn every_mean_of_the_table_is_drawn_and_two_drawings_are_equal() {
        let table = synthetic::dose_response();
        let provenance = synthetic::provenance();
        let figure = draw(table.clone(), &provenance).unwrap();
        assert_eq!(figure.svg, draw(table, &provenance).unwrap().svg);
        assert!(figure.caption.contains("n = 16"));
        synthetic::save(&figure);
    }

    #[test]
    fn a_table_without_rows_or_columns_is_an_error() {
        let error = draw(Table::new("dose-response", ""), &synthetic::provenance()).unwrap_err();
        assert!(error.to_string().contains("momentum"));
    }
}
