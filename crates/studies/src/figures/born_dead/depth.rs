//! Networks born dead over depth, with the published bounds.

use std::fmt::Write as _;

use crate::figures::canvas::{Canvas, Point};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::{Colour, Series};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Widths that are drawn, of those that there are; the table has all.
const WIDTHS: [f64; 5] = [2.0, 3.0, 4.0, 6.0, 10.0];

/// What stands over a column, and what the table calls it.
const COLUMNS: [(&str, &str); 2] = [
    ("gaussian", "Gaussian, no biases, with bounds"),
    ("asymmetric", "Randomized asymmetric"),
];

/// Below this nothing is drawn on the logarithmic axis, in per cent: one network of 100,000.
const LEAST: f64 = 0.001;

/// Draws the figure from the table `depth`: one row an `initialization`, `width` and `depth`, with
/// `share`, `low95`, `high95`, `lower_bound`, `upper_bound` (shares from 0 to 1) and `n`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let picture = Depths::read(&table)?;
    let words = Words {
        name: "depth".into(),
        title: "Networks born dead over depth, by width, with the published bounds".into(),
        description: picture.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 13.0,
        right: 3.0,
        top: 12.0,
        bottom: 9.0,
        columns: COLUMNS.len(),
        column_gap: 8.0,
        row_heights: vec![42.0, 42.0],
        row_gap: 6.0,
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

struct Row {
    column: usize,
    width: f64,
    share: Measured,
    /// Bounds, per cent.
    bounds: (f64, f64),
}

struct Depths {
    rows: Vec<Row>,
    widths: Vec<f64>,
    drawn: f64,
}

impl Depths {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let initialization = table.words("initialization")?;
        let column = |name| table.numbers(name);
        let (width, depth, n) = (column("width")?, column("depth")?, column("n")?);
        let (share, low, high) = (column("share")?, column("low95")?, column("high95")?);
        let (lower, upper) = (column("lower_bound")?, column("upper_bound")?);
        if n.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        let rows: Vec<Row> = (0..n.len())
            .filter_map(|i| {
                let column = COLUMNS
                    .iter()
                    .position(|(name, _)| *name == initialization[i])?;
                Some(Row {
                    column,
                    width: width[i],
                    share: Measured {
                        x: depth[i],
                        y: 100.0 * share[i],
                        low: 100.0 * low[i],
                        high: 100.0 * high[i],
                    },
                    bounds: (100.0 * lower[i], 100.0 * upper[i]),
                })
            })
            .collect();
        let drawn_at = |wanted: &f64| rows.iter().any(|row| row.width == *wanted);
        Ok(Self {
            widths: WIDTHS.into_iter().filter(drawn_at).collect(),
            drawn: n.iter().copied().fold(0.0, f64::max),
            rows,
        })
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let labels: Vec<String> = self.widths.iter().map(|w| format!("Width {w}")).collect();
        let mut entries: Vec<(Sample, &str)> = labels
            .iter()
            .enumerate()
            .map(|(index, label)| (Sample::Series(Series::layer(index)), label.as_str()))
            .collect();
        entries.push((
            Sample::Band(Colour::GREY),
            "Between the bounds of Lu et al., same colour",
        ));
        legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width - grid.left,
            3.0,
            &entries,
        );
        let x = Scale::Linear {
            low: 1.5,
            high: 20.5,
        };
        let depths = || Axis::new(x, "Layers", x.ticks_at(&[2.0, 5.0, 10.0, 15.0, 20.0]));
        let logarithmic = Scale::Log {
            low: LEAST,
            high: 100.0,
        };
        let powers = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0].map(Tick::labelled);
        let axes = [
            Axis::percent("Born dead (%)"),
            Axis::new(logarithmic, "Born dead (%)", powers.to_vec()),
        ];
        let mut letters = ["a", "b", "c", "d"].into_iter();
        for (row, axis) in axes.into_iter().enumerate() {
            for (column, (_, heading)) in COLUMNS.iter().enumerate() {
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if row == 1 { depths() } else { depths().bare() },
                    y: if column == 0 {
                        axis.clone()
                    } else {
                        axis.clone().bare()
                    },
                };
                for (index, width) in self.widths.iter().enumerate() {
                    self.width(canvas, &panel, (column, *width), Series::layer(index));
                }
                panel.axes(canvas);
                if row == 0 {
                    panel.heading(canvas, heading, 1.4);
                }
                let offset = if column == 0 { 11.0 } else { 4.0 };
                panel.letter(canvas, letters.next().unwrap_or(""), offset, 1.4);
            }
        }
    }

    fn width(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        (column, width): (usize, f64),
        look: Series,
    ) {
        let log = matches!(panel.y.scale, Scale::Log { .. });
        let own: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.column == column && row.width == width)
            .collect();
        let visible = |value: f64| if log { value.max(LEAST) } else { value };
        let bounded = || own.iter().filter(|row| row.bounds.1.is_finite());
        let upper = bounded().map(|row| panel.at(row.share.x, visible(row.bounds.1)));
        let lower = bounded()
            .rev()
            .map(|row| panel.at(row.share.x, visible(row.bounds.0)));
        let outline: Vec<Point> = upper.chain(lower).collect();
        if outline.len() > 3 {
            canvas.veil(&outline, look.colour, 0.16);
        }
        let shares: Vec<Measured> = own
            .iter()
            .map(|row| row.share)
            .filter(|share| !log || share.y >= LEAST)
            .map(|share| Measured {
                low: visible(share.low),
                ..share
            })
            .collect();
        panel.bars(canvas, &shares, look, 0.0);
    }

    fn caption(&self) -> String {
        format!(
            "Networks that are dead before training: share of networks with one input of which some \
             hidden layer is 0 at every input, over the number of layers (all but the last hidden), \
             by width. a, c, Gaussian weights, no biases; bands: between the lower and the upper \
             bound of Lu et al. 2019. b, d, Randomized asymmetric initialization (weights and \
             biases), at 41 inputs from \u{2212}\u{221a}3 to \u{221a}3. a, b, Linear; c, d, the \
             same on a logarithmic axis, where shares of 0 are not drawn. Bars: exact 95% binomial \
             intervals, mostly smaller than the markers. n = {} networks a width and panel; the \
             depths of one width are the same networks, cut off. Widths 2 to 10 are in the table.",
            self.drawn
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Four panels of curves: share of networks born dead over 2 to 20 layers for several \
             widths, with Gaussian weights and with randomized asymmetric initialization, on a \
             linear and on a logarithmic axis. ",
        );
        for (index, (name, _)) in COLUMNS.iter().enumerate() {
            for row in self.rows.iter().filter(|row| row.column == index) {
                if self.widths.contains(&row.width) && [10.0, 20.0].contains(&row.share.x) {
                    let _ = write!(
                        text,
                        "{name}, width {}, {} layers: {:.3}%. ",
                        row.width, row.share.x, row.share.y
                    );
                }
            }
        }
        text.trim_end().into()
    }
}
