//! The one font of all figures, embedded, so that text is the same on every machine.
//!
//! One and no more: with two, svg2pdf orders its objects by the iteration order of a hash map, and
//! two renderings of a PDF differ.

use std::sync::{Arc, OnceLock};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use svg2pdf::usvg::fontdb;

use super::canvas::MILLIMETRES_PER_POINT;

/// Font families as they stand in the picture: the embedded one, then others with its metrics.
pub(crate) const FAMILY: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

static FONT: &[u8] = include_bytes!("../../assets/LiberationSans-Regular.ttf");

/// Ascent plus descent of Liberation Sans in em. plotters takes a size as that height when it
/// measures, and as 1.24 em when it writes.
const LINE_HEIGHT: f64 = (1854.0 + 434.0) / 2048.0;

/// Height of capitals in em.
pub(crate) const CAP_HEIGHT: f64 = 1409.0 / 2048.0;

/// Units of the measurement, a point: its result is a whole number of them.
const RESOLUTION: f64 = 1000.0;

/// Width of a text in millimetres when set at `size` points; 0 if it cannot be measured.
pub fn text_width(text: &str, size: f64) -> f64 {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered =
        *REGISTERED.get_or_init(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok());
    if !registered {
        return 0.0;
    }
    FontDesc::new(
        FontFamily::Name(FAMILY),
        RESOLUTION * LINE_HEIGHT,
        FontStyle::Normal,
    )
    .layout_box(text)
    .map_or(0.0, |(_, (width, _))| {
        f64::from(width) / RESOLUTION * size * MILLIMETRES_PER_POINT
    })
}

/// The fonts for PDF and PNG: the embedded one and no other.
pub(crate) fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    DATABASE
        .get_or_init(|| {
            let mut fonts = fontdb::Database::new();
            fonts.load_font_source(fontdb::Source::Binary(Arc::new(FONT)));
            Arc::new(fonts)
        })
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font_file() {
        // Advance widths of Liberation Sans: every digit 1139, "i" 455, "m" 1706 of 2048 per em.
        let em = 10.0 * MILLIMETRES_PER_POINT;
        let width = |text| text_width(text, 10.0);
        assert!((width("0") - 1139.0 / 2048.0 * em).abs() < 0.01);
        assert!((width("mi") - 2161.0 / 2048.0 * em).abs() < 0.01);
        assert_eq!(width(""), 0.0);
    }
}
