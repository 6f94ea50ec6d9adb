//! How far dead filters coast: measured against computed, and the difference over the size of the
//! last update.

use std::fmt::Write as _;

use crate::figures::canvas::Canvas;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::{Grid, first_seen};
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, log_around};
use crate::figures::style::{Colour, Dash, Series, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Smallest difference on the logarithmic axis, in per cent.
const LEAST: f64 = 1e-6;

/// What is allowed, in per cent, and above which last update.
const ALLOWED: f64 = 0.1;
const JUDGED_FROM: f64 = 1e-4;

const LIMIT: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.6,
    dash: Dash::Dashed,
};

const EQUAL: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.5,
    dash: Dash::Solid,
};

/// Draws the figure from the table `coasting`: one row a filter with `optimizer`, `last_update`,
/// `measured`, `predicted`.
///
/// # Errors
/// If the table lacks a column or has no row with a way above 0.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let picture = Coasting::read(&table)?;
    let words = Words {
        name: "coasting".into(),
        title: "How far dead filters coast, measured and computed".into(),
        description: picture.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 13.0,
        right: 3.0,
        top: 12.0,
        bottom: 9.0,
        columns: 2,
        column_gap: 16.0,
        row_heights: vec![56.0],
        row_gap: 0.0,
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

struct Filter {
    optimizer: usize,
    last_update: f64,
    measured: f64,
    predicted: f64,
}

impl Filter {
    /// In per cent.
    fn deviation(&self) -> f64 {
        100.0 * (self.measured / self.predicted - 1.0).abs()
    }
}

struct Coasting {
    optimizers: Vec<String>,
    filters: Vec<Filter>,
    /// Filters that do not move at all, in neither way.
    still: usize,
}

impl Coasting {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let optimizer = table.words("optimizer")?;
        let column = |name| table.numbers(name);
        let last_update = column("last_update")?;
        let (measured, predicted) = (column("measured")?, column("predicted")?);
        let mut optimizers = Vec::new();
        let all = (0..optimizer.len()).map(|i| Filter {
            optimizer: first_seen(&mut optimizers, &optimizer[i]),
            last_update: last_update[i],
            measured: measured[i],
            predicted: predicted[i],
        });
        let moves = |filter: &Filter| filter.measured > 0.0 && filter.predicted > 0.0;
        let (filters, still): (Vec<_>, Vec<_>) = all.partition(moves);
        if filters.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "no dead filter moves".into(),
            });
        }
        Ok(Self {
            optimizers,
            filters,
            still: still.len(),
        })
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let entries: Vec<(Sample, &str)> = self
            .optimizers
            .iter()
            .enumerate()
            .map(|(index, name)| (Sample::Marker(Series::arm(index)), name.as_str()))
            .collect();
        let end = legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width - grid.left,
            3.0,
            &entries,
        );
        let lines = [
            (Sample::Line(EQUAL), "Equal"),
            (Sample::Line(LIMIT), "Allowed, and from where"),
        ];
        legend::row(canvas, end, grid.width - end.0, 3.0, &lines);
        let ways = log_around(
            self.filters.iter().flat_map(|f| [f.measured, f.predicted]),
            0.04,
        );
        let axis = |label: &str| Axis::new(ways, label, ways.powers(2));
        let left = Panel {
            frame: grid.frame(0, 0),
            x: axis("Way by the finite sum (length of the change)"),
            y: axis("Way measured (length of the change)"),
        };
        let updates = log_around(
            self.filters
                .iter()
                .map(|f| f.last_update)
                .chain([JUDGED_FROM]),
            0.04,
        );
        let most = self
            .filters
            .iter()
            .map(Filter::deviation)
            .fold(1.0, f64::max);
        let deviations = Scale::Log {
            low: LEAST,
            high: 2.0 * most,
        };
        let right = Panel {
            frame: grid.frame(0, 1),
            x: Axis::new(
                updates,
                "Largest change of a parameter in the last update with a gradient",
                updates.powers(1),
            ),
            y: Axis::new(
                deviations,
                "Difference from the sum (%)",
                deviations.powers(2),
            ),
        };
        let Scale::Log { low, high } = ways else {
            return;
        };
        canvas.line(&[left.at(low, low), left.at(high, high)], EQUAL);
        right.moment(canvas, JUDGED_FROM, LIMIT);
        let Scale::Log { low, high } = updates else {
            return;
        };
        canvas.line(&[right.at(low, ALLOWED), right.at(high, ALLOWED)], LIMIT);
        // Optimizers take turns, so that none covers the others.
        let mut order: Vec<(usize, &Filter)> = Vec::new();
        let mut seen = vec![0; self.optimizers.len()];
        for filter in &self.filters {
            order.push((seen[filter.optimizer], filter));
            seen[filter.optimizer] += 1;
        }
        order.sort_by_key(|(turn, _)| *turn);
        for (_, filter) in order {
            let Series { colour, marker, .. } = Series::arm(filter.optimizer);
            let deviation = filter.deviation().max(LEAST);
            let places = [
                left.at(filter.predicted, filter.measured),
                right.at(filter.last_update, deviation),
            ];
            for place in places {
                canvas.marker(place, marker, 0.75, colour);
            }
        }
        left.axes(canvas);
        right.axes(canvas);
        left.letter(canvas, "a", 11.0, 1.4);
        right.letter(canvas, "b", 11.0, 1.4);
    }

    fn counts(&self) -> String {
        let count = |index: usize| self.filters.iter().filter(|f| f.optimizer == index).count();
        let names = self.optimizers.iter().enumerate();
        let parts: Vec<String> = names
            .map(|(index, name)| format!("{name} {}", count(index)))
            .collect();
        parts.join("; ")
    }

    fn caption(&self) -> String {
        let still = if self.still > 0 {
            format!(" {} filters that do not move are not drawn.", self.still)
        } else {
            String::new()
        };
        format!(
            "How far dead filters travel on what their optimizer remembers. One marker a filter that \
             is dead at the end: length of the change of its weights and bias from its last step \
             with a gradient to the end of training. a, Measured against the finite sum over the \
             buffers, step, rates, betas and epsilon that it had then; the line marks equality. b, \
             Relative difference of the two over the largest change of one of its parameters in that \
             last step; dashed: the 0.1% allowed, and the 0.0001 above which it is asked for (below, \
             rounding in 32-bit numbers shows). Differences below 0.000001% stand at the foot. n = \
             {} filters: {}.{still}",
            self.filters.len(),
            self.counts(),
        )
    }

    fn description(&self) -> String {
        let judged = || self.filters.iter().filter(|f| f.last_update > JUDGED_FROM);
        let largest = judged().map(Filter::deviation).fold(0.0, f64::max);
        let mut text = format!(
            "Two scatters of {} dead filters. Measured and computed ways lie on the line of \
             equality. ",
            self.filters.len()
        );
        let _ = write!(
            text,
            "Of the {} filters with a last update above 0.0001 the largest difference is {largest:.4}%.",
            judged().count()
        );
        text
    }
}
