//! Kinds of panel, one file each: what a kind draws in a frame, how high it is, what its legend
//! says, and what it says to those who cannot see it.

mod areas;
mod bars;
mod curves;
mod forest;
mod layers;
mod printed;
mod raster;
mod scatter;
mod tiles;

use super::block::{Block, Item};
use super::canvas::Canvas;
use super::legend::Sample;
use super::panel::Panel;
use super::scale::number;
use super::spec::Mark;

/// A kind of panel.
pub(super) trait Kind: Sync {
    /// Height of the frames of a row in millimetres, where the specification does not say.
    fn height(&self, block: &Block, row: usize) -> f64;

    /// Width below which a frame is not drawn beside another one, in millimetres.
    fn least_width(&self, _: &Block) -> f64 {
        19.0
    }

    /// Millimetres right of each frame that printed numbers take.
    fn printed(&self, _: &Block) -> f64 {
        0.0
    }

    /// Draws the marks of a frame.
    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize));

    /// What the legend says of its own marks.
    fn entries(&self, block: &Block) -> Vec<(Sample, String)>;

    /// What is to be seen in a frame, in words; empty if nothing is.
    fn describe(&self, block: &Block, cell: (usize, usize)) -> String;
}

/// The kind of that name.
pub(super) fn of(mark: Mark) -> &'static dyn Kind {
    match mark {
        Mark::Forest => &forest::Forest,
        Mark::Bars => &bars::Bars,
        Mark::Areas => &areas::Areas,
        Mark::Curves => &curves::Curves,
        Mark::Tiles => &tiles::Tiles,
        Mark::Scatter => &scatter::Scatter,
        Mark::Raster => &raster::Raster,
    }
}

/// What the legend says of a panel's marks, then of the layers over them.
pub(super) fn entries(block: &Block) -> Vec<(Sample, String)> {
    let mut entries = of(block.spec.mark).entries(block);
    entries.extend(layers::entries(block));
    entries
}

/// How a kind is called in a description.
pub(super) fn words(mark: Mark) -> &'static str {
    match mark {
        Mark::Forest => "Rows of estimates with intervals",
        Mark::Bars => "Stacked bars",
        Mark::Areas => "Stacked areas",
        Mark::Curves => "Curves",
        Mark::Tiles => "A table of shaded cells",
        Mark::Scatter => "Points",
        Mark::Raster => "A raster",
    }
}

/// Whether an interval is the exact limit of networks that all agree: it reaches to one side of
/// the value only, and they do not differ.
pub(super) fn is_limit(block: &Block, item: &Item) -> bool {
    let value = block.value(item);
    let one_sided = (item.low == value) != (item.high == value);
    one_sided && (item.deviation == 0.0 || item.deviation.is_nan())
}

/// Whether any item has a limit of networks for an interval.
pub(super) fn has_limits(block: &Block) -> bool {
    let ends = |item: &Item| item.low.is_finite() && item.high.is_finite();
    let mut items = block.items.iter();
    items.any(|item| ends(item) && is_limit(block, item))
}

/// A number to three digits that count.
pub(super) fn brief(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return number(value);
    }
    let digits = 2 - libm::floor(libm::log10(libm::fabs(value))) as i32;
    if digits > 7 {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.*}", digits.max(0) as usize);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    };
    text.strip_prefix('-')
        .map_or(text.clone(), |rest| format!("\u{2212}{rest}"))
}

/// "0.2 to 45", or one number where all are the same; nothing where there is none.
pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<String> {
    let finite = values.filter(|value| value.is_finite());
    let (least, most) = finite.fold((f64::MAX, f64::MIN), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    if least > most {
        return None;
    }
    let (low, high) = (brief(least), brief(most));
    Some(if low == high {
        low
    } else {
        format!("{low} to {high}")
    })
}

/// "Dead 12.3, live 87.7": each series in words, those without any left out.
pub(super) fn each_series(block: &Block, of: impl Fn(usize) -> Option<String>) -> String {
    let parts = block
        .levels
        .iter()
        .enumerate()
        .filter_map(|(index, level)| {
            let said = of(index)?;
            Some(if level.words.is_empty() {
                said
            } else {
                format!("{} {said}", level.words)
            })
        });
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        for (value, words) in [
            (12.345, "12.3"),
            (0.0, "0"),
            (-0.05, "\u{2212}0.05"),
            (1234.5, "1234"),
            (100.0, "100"),
            (1e-9, "1.00e-9"),
        ] {
            assert_eq!(brief(value), words);
        }
        assert_eq!(range([2.0, f64::NAN, 1.0].into_iter()).unwrap(), "1 to 2");
        assert_eq!(range([f64::NAN].into_iter()), None);
    }
}
