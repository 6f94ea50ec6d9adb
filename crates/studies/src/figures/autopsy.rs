//! Units of somebody's network by time: what each did between two saved files.

use autopsy::raster::{LayerRaster, Raster, State};

use super::FigureError;
use super::canvas::{Canvas, TextLook};
use super::finish::{Words, svg};
use super::font::text_width;
use super::legend::{self, Sample};
use super::panel::{Rectangle, line_height};
use super::raster::raster;
use super::style::{Colour, Fill};
use crate::provenance::Provenance;

/// Width of the picture in millimetres.
const WIDTH: f64 = 183.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 10.0;
const GAP: f64 = 2.5;
/// Rows of units fit in between these heights, in millimetres.
const ROW: (f64, f64) = (0.12, 1.2);
/// What all layers together may take.
const TALLEST: f64 = 190.0;

const STATES: [(State, &str); 6] = [
    (State::Learning, "Learning"),
    (State::Stalled, "Stalled"),
    (State::NoGradient, "No gradient"),
    (State::Dead, "No gradient, readers stopped"),
    (State::NotTrained, "Not trained"),
    (State::Diverged, "Diverged"),
];

fn fill(state: State) -> Fill {
    match state {
        State::Learning => Fill::working(),
        State::Stalled => Fill::cut_off(),
        State::NoGradient => Fill::plain(Colour::SKY_BLUE),
        State::Dead => Fill::dead(),
        State::NotTrained => Fill::plain(Colour::GREY),
        State::Diverged => Fill::diverged(),
    }
}

/// The picture as SVG: one block a layer, worst first, one row a unit, one column an interval
/// between two files.
///
/// # Errors
/// If there is nothing to draw.
pub fn draw(units: &Raster) -> Result<String, FigureError> {
    let intervals = units.numbers.len().saturating_sub(1);
    let rows: usize = units.layers.iter().map(|layer| layer.units.len()).sum();
    if intervals == 0 || rows == 0 {
        return Err(FigureError {
            figure: "autopsy".into(),
            reason: "no unit to draw, or fewer than two files".into(),
        });
    }
    let height = (TALLEST / rows as f64).clamp(ROW.0, ROW.1);
    // A layer of few units still has room for its name.
    let block = |layer: &LayerRaster| {
        f64::max(
            height * layer.units.len() as f64,
            line_height(TextLook::SMALL),
        )
    };
    let blocks: f64 = units.layers.iter().map(|layer| block(layer) + GAP).sum();
    let words = Words {
        name: "autopsy".into(),
        title: "What each unit did between two saved files".into(),
        description: description(units),
    };
    let provenance = Provenance {
        study: "autopsy".into(),
        spec: String::new(),
        amendments: Vec::new(),
        data: Vec::new(),
        seed: 0,
        replicates: 0,
        trials: 0,
        results: String::new(),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    svg(
        (WIDTH, TOP + blocks + BOTTOM),
        &words,
        &provenance,
        |canvas| {
            let shown: Vec<(Sample, &str)> = STATES
                .iter()
                .filter(|(state, _)| occurs(units, *state))
                .map(|(state, words)| (Sample::Area(fill(*state)), *words))
                .collect();
            legend::row(canvas, (2.0, 4.0), WIDTH - 4.0, 3.2, &shown);
            let names = units
                .layers
                .iter()
                .map(|layer| text_width(&label(layer), TextLook::SMALL.size));
            let left = names.fold(10.0, f64::max) + 4.0;
            let edges: Vec<f64> = (0..=intervals)
                .map(|i| i as f64 / intervals as f64)
                .collect();
            let mut top = TOP;
            for layer in &units.layers {
                let frame = Rectangle {
                    left,
                    top,
                    right: WIDTH - 4.0,
                    bottom: top + block(layer),
                };
                let cells: Vec<Vec<Fill>> = layer
                    .units
                    .iter()
                    .map(|(_, states)| states.iter().map(|state| fill(*state)).collect())
                    .collect();
                raster(canvas, frame, &edges, &cells);
                let look = TextLook::SMALL.end();
                canvas.text((left - 1.5, top + look.cap_height()), &label(layer), look);
                top = frame.bottom + GAP;
            }
            ends(canvas, units, left, top - GAP + 3.0);
        },
    )
}

/// The files' numbers below the last block, as many as have room.
fn ends(canvas: &mut Canvas, units: &Raster, left: f64, y: f64) {
    let look = TextLook::SMALL;
    let right = WIDTH - 4.0;
    let last = units.numbers.len() - 1;
    let name = |index: usize| {
        units.numbers[index].map_or_else(|| format!("file {}", index + 1), |n| n.to_string())
    };
    let widest = (0..=last)
        .map(|i| text_width(&name(i), look.size))
        .fold(0.0, f64::max);
    let every = ((last as f64) * (widest + 2.0) / (right - left))
        .ceil()
        .max(1.0) as usize;
    for index in (0..=last).step_by(every) {
        let x = left + (right - left) * index as f64 / last as f64;
        canvas.text((x, y), &name(index), look.middle());
    }
    canvas.text(
        (f64::midpoint(left, right), y + 3.5),
        "Saved file, by the number in its name",
        TextLook::NORMAL.middle(),
    );
}

fn label(layer: &LayerRaster) -> String {
    format!("{} ({})", layer.name, layer.units.len())
}

fn occurs(units: &Raster, state: State) -> bool {
    let mut rows = units.layers.iter().flat_map(|layer| &layer.units);
    rows.any(|(_, states)| states.contains(&state))
}

fn description(units: &Raster) -> String {
    let layers: Vec<String> = units
        .layers
        .iter()
        .map(|layer| {
            let last = |state: State| {
                let rows = layer.units.iter();
                rows.filter(|(_, states)| states.last() == Some(&state))
                    .count()
            };
            let states: Vec<String> = STATES
                .iter()
                .map(|(state, words)| (last(*state), words))
                .filter(|(count, _)| *count > 0)
                .map(|(count, words)| format!("{count} {}", words.to_lowercase()))
                .collect();
            format!("{}: in the last interval {}", layer.name, states.join(", "))
        })
        .collect();
    format!(
        "One block a layer, the worst first; one row a unit, one column the time between two saved \
         files. {}.",
        layers.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Raster {
        let layer = |name: &str, states: Vec<Vec<State>>| LayerRaster {
            name: name.into(),
            units: states.into_iter().enumerate().collect(),
        };
        Raster {
            numbers: vec![Some(0), Some(500), Some(1000)],
            layers: vec![
                layer(
                    "features.0",
                    vec![
                        vec![State::NoGradient, State::Dead],
                        vec![State::Learning; 2],
                    ],
                ),
                layer("features.2", vec![vec![State::Stalled, State::Learning]; 3]),
            ],
        }
    }

    #[test]
    fn a_picture_names_layers_and_states_and_is_the_same_twice() {
        let once = draw(&units()).unwrap();
        assert_eq!(once, draw(&units()).unwrap());
        for words in ["features.0 (2)", "features.2 (3)", "Stalled", "1000"] {
            assert!(once.contains(words), "{words}");
        }
        assert!(!once.contains(">\nDiverged"));
        assert!(
            once.contains("1 no gradient, readers stopped, 1 learning")
                || once.contains("1 learning, 1 no gradient, readers stopped")
        );
    }

    #[test]
    fn nothing_to_draw_is_an_error() {
        let none = Raster {
            numbers: vec![Some(1)],
            layers: Vec::new(),
        };
        assert!(draw(&none).is_err());
    }
}
