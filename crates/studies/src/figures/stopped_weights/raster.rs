//! One network for each optimizer, filter by filter, between each two saves.

use std::fmt::Write as _;

use super::look::{CAUSES, fill, heading, training_steps};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::{Grid, first_seen};
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::raster::{border, raster};
use crate::figures::style::{Colour, Fill};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Filters that stopped less than wholly: at least this share, words, tint of black. Greys have no
/// lines on them, causes of whole filters do.
const PARTS: [(f64, &str, f64); 3] = [
    (0.5, "50% or more, not all", 0.42),
    (0.1, "10 to 50%", 0.25),
    (0.0, "Less than 10%", 0.11),
];
/// Filters all of whose weights changed: paper.
const NONE: Fill = Fill {
    colour: Colour::WHITE,
    hatch: None,
};
/// Height of a filter's row in millimetres.
const ROW: f64 = 1.0;

/// Draws the figure from the table `raster`: one row an optimizer, filter and save.
///
/// Columns: `optimizer`, `replicate`, `step` (of the save), `layer`, `filter`, `stopped` (share of
/// its weights that are bit-equal to those of the save before), `cause` (of most of them).
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "raster".into(),
        title: "Which filters stop, save by save, in one network for each optimizer".into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 14.0,
        right: 4.5,
        top: 12.5,
        bottom: 9.0,
        columns: shown.networks.len(),
        column_gap: 7.0,
        row_heights: shown.layers.iter().map(|&n| ROW * n as f64).collect(),
        row_gap: 1.5,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        shown.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: shown.caption(),
        table,
    })
}

/// One network: fill of each filter at each save, by layer.
struct OneNetwork {
    steps: Vec<f64>,
    replicate: f64,
    /// Layer, filter, save.
    cells: Vec<Vec<Vec<Fill>>>,
    /// Filters that are stopped wholly at the last save.
    whole: usize,
}

struct Shown {
    names: Vec<String>,
    networks: Vec<OneNetwork>,
    /// Filters of each layer.
    layers: Vec<usize>,
    /// The causes of filters that are stopped wholly somewhere.
    causes: Vec<String>,
}

/// The column of a cause in other tables.
fn column(cause: &str) -> String {
    cause.replace(' ', "_")
}

/// A cell of the raster.
fn cell(stopped: f64, cause: &str) -> Fill {
    if stopped >= 1.0 {
        return fill(&column(cause));
    }
    let part = PARTS
        .iter()
        .find(|(least, ..)| stopped > 0.0 && stopped >= *least);
    part.map_or(NONE, |(_, _, tint)| Fill::plain(Colour::BLACK.tint(*tint)))
}

impl Shown {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (optimizer, cause) = (table.words("optimizer")?, table.words("cause")?);
        let number = |name: &str| table.numbers(name);
        let (step, layer, filter) = (number("step")?, number("layer")?, number("filter")?);
        let (stopped, replicate) = (number("stopped")?, number("replicate")?);
        let mut names = Vec::new();
        let mut networks: Vec<OneNetwork> = Vec::new();
        let mut causes = Vec::new();
        for row in 0..step.len() {
            let index = first_seen(&mut names, &optimizer[row]);
            if networks.len() <= index {
                networks.push(OneNetwork {
                    steps: Vec::new(),
                    replicate: replicate[row],
                    cells: Vec::new(),
                    whole: 0,
                });
            }
            let network = &mut networks[index];
            if network.steps.last() != Some(&step[row]) {
                network.steps.push(step[row]);
                network.whole = 0;
            }
            if stopped[row] >= 1.0 {
                network.whole += 1;
                first_seen(&mut causes, &column(&cause[row]));
            }
            let (layer, filter) = (layer[row] as usize, filter[row] as usize);
            if network.cells.len() < layer {
                network.cells.resize(layer, Vec::new());
            }
            let filters = &mut network.cells[layer - 1];
            if filters.len() < filter {
                filters.resize(filter, Vec::new());
            }
            filters[filter - 1].push(cell(stopped[row], &cause[row]));
        }
        let Some(first) = networks.first() else {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        };
        Ok(Self {
            layers: first.cells.iter().map(Vec::len).collect(),
            names,
            networks,
            causes,
        })
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let mut words: Vec<(Fill, String)> = CAUSES
            .iter()
            .filter(|(cause, _)| self.causes.iter().any(|own| own == cause))
            .map(|(cause, words)| {
                (
                    fill(cause),
                    format!("All weights: {}", words.to_lowercase()),
                )
            })
            .collect();
        words.extend(PARTS.map(|(_, words, tint)| {
            let fill = Fill::plain(Colour::BLACK.tint(tint));
            (fill, words.to_owned())
        }));
        let entries: Vec<(Sample, &str)> = words
            .iter()
            .map(|(fill, words)| (Sample::Area(*fill), words.as_str()))
            .collect();
        legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width - grid.left,
            3.2,
            &entries,
        );
        for (column, (network, name)) in self.networks.iter().zip(&self.names).enumerate() {
            let last = network.steps.last().copied().unwrap_or(1.0);
            let edges: Vec<f64> = [0.0]
                .into_iter()
                .chain(network.steps.iter().copied())
                .map(|step| step / last)
                .collect();
            for (row, cells) in network.cells.iter().enumerate() {
                let frame = grid.frame(row, column);
                raster(canvas, frame, &edges, cells);
                border(canvas, frame);
                if column == 0 {
                    let look = TextLook::NORMAL.middle().upwards();
                    let middle = f64::midpoint(frame.top, frame.bottom);
                    let place = (frame.left - 2.0, middle);
                    canvas.text(place, &format!("Conv. {}", row + 1), look);
                    if row == 1 {
                        let place = (frame.left - 6.5, middle);
                        canvas.text(place, "Filters, one a row", look);
                    }
                }
            }
            let frame = grid.frame(network.cells.len() - 1, column);
            let panel = Panel {
                frame,
                x: training_steps(last),
                y: Axis::percent("").bare(),
            };
            panel.x_axis(canvas);
            let top = Panel {
                frame: grid.frame(0, column),
                ..panel
            };
            top.heading(canvas, &heading(name), 1.6);
            let letter = char::from(b'a' + column as u8).to_string();
            top.letter(canvas, &letter, if column == 0 { 10.0 } else { 3.0 }, 1.4);
        }
    }

    fn caption(&self) -> String {
        let saves = self.networks.iter().map(|network| network.steps.len());
        let replicates: Vec<String> = self
            .networks
            .iter()
            .zip(&self.names)
            .map(|(network, name)| format!("{} {}", heading(name), network.replicate))
            .collect();
        format!(
            "Which filters stop. One network for each optimizer (its first healthy one; replicate: \
             {}), weights saved every 1,000 steps: {} intervals from left to right, filters of the \
             three convolutions from top to bottom. A cell says which share of the filter's weights \
             and bias has the same bits at both ends of the interval (white: none of them) \
             and, where that is all of them, the cause of most (words as in \
             figure causes). One network a panel, so no interval; the others are \
             in figure causes.",
            replicates.join(", "),
            saves.max().unwrap_or(0),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "A raster of filters (rows, by convolution) and 1,000-step intervals (columns) for \
             each optimizer, filled by the share of the filter's weights that are bit-equal at \
             both ends. ",
        );
        for (network, name) in self.networks.iter().zip(&self.names) {
            let filters: usize = network.cells.iter().map(Vec::len).sum();
            let _ = write!(
                text,
                "{}: in the last interval {} of {filters} filters are stopped wholly. ",
                heading(name),
                network.whole
            );
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
    fn a_filter_is_dead_or_stopped_in_part() {
        assert_eq!(cell(1.0, "dead"), Fill::dead());
        assert_eq!(cell(1.0, "cut off"), Fill::cut_off());
        assert_eq!(cell(0.0, ""), NONE);
        assert_ne!(cell(0.05, "stalled"), cell(0.2, "stalled"));
        assert_ne!(cell(0.05, "stalled"), NONE);
    }

    #[test]
    fn one_raster_an_optimizer_and_two_drawings_are_equal() {
        let figure = draw(synthetic::raster(), &provenance()).unwrap();
        let again = draw(synthetic::raster(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        assert_eq!(figure.svg.matches("Training step").count(), 4);
        save(&figure);
    }
}
