//! PDF and PNG from a figure's SVG, with the embedded font and no other.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use svg2pdf::{ConversionOptions, PageOptions};

use super::figure::{Figure, FigureError};
use super::font;

/// Resolution at which millimetres become the units of the parsed picture.
const UNITS_PER_INCH: f32 = 72.0;

/// A figure as resvg reads it: once for all formats, since text becomes outlines there.
#[derive(Debug)]
pub struct Picture<'a> {
    figure: &'a Figure,
    pub(super) tree: Tree,
}

impl<'a> Picture<'a> {
    /// Reads its SVG.
    ///
    /// # Errors
    /// If that is not valid.
    pub fn of(figure: &'a Figure) -> Result<Self, FigureError> {
        let options = Options {
            dpi: UNITS_PER_INCH,
            fontdb: font::database(),
            font_family: "Liberation Sans".into(),
            ..Options::default()
        };
        let tree = Tree::from_str(&figure.svg, &options);
        let tree = tree.map_err(|error| failed(figure, &error))?;
        Ok(Self { figure, tree })
    }

    /// As PDF at its printed size, vectors and text.
    ///
    /// # Errors
    /// If it has a character that the font lacks.
    pub fn pdf(&self) -> Result<Vec<u8>, FigureError> {
        let page = PageOptions {
            dpi: UNITS_PER_INCH,
        };
        let options = ConversionOptions {
            // The one effect here: a character that the font lacks is an error and not a box.
            pdfa: true,
            ..ConversionOptions::default()
        };
        let pdf = svg2pdf::to_pdf(&self.tree, options, page);
        let pdf = pdf.map_err(|error| failed(self.figure, &error))?;
        Ok(with_ordered_entries(&pdf))
    }

    /// As PNG with that many dots an inch.
    ///
    /// # Errors
    /// If the picture would be empty.
    pub fn png(&self, dots_per_inch: f32) -> Result<Vec<u8>, FigureError> {
        let scale = dots_per_inch / UNITS_PER_INCH;
        let side = |length: f32| (length * scale).ceil() as u32;
        let size = self.tree.size();
        let mut pixels = Pixmap::new(side(size.width()), side(size.height()))
            .ok_or_else(|| failed(self.figure, &"the picture has no size"))?;
        resvg::render(
            &self.tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        let png = pixels.encode_png();
        png.map_err(|error| failed(self.figure, &error))
    }
}

/// The same PDF with neighbouring entries of a dictionary (`/name 12 0 R`) in alphabetical order.
///
/// svg2pdf writes the resources of a page in the order of a hash map, so that two renderings
/// differ. The order of a dictionary's entries has no meaning, and no object changes its length,
/// so that the file's table of offsets stays right.
fn with_ordered_entries(pdf: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = pdf.split_inclusive(|&byte| byte == b'\n').collect();
    let mut in_stream = false;
    let mut start = 0;
    for end in 0..=lines.len() {
        let line = lines.get(end).copied().unwrap_or_default();
        if !in_stream && is_reference(line) {
            continue;
        }
        lines[start..end].sort_unstable();
        start = end + 1;
        let word = line.trim_ascii();
        in_stream = word == b"stream" || (in_stream && !word.ends_with(b"endstream"));
    }
    lines.concat()
}

/// Whether a line is an entry that refers to another object.
fn is_reference(line: &[u8]) -> bool {
    line.starts_with(b" ") && line.trim_ascii().starts_with(b"/") && line.ends_with(b" 0 R\n")
}

fn failed(figure: &Figure, reason: &dyn std::fmt::Display) -> FigureError {
    FigureError {
        figure: figure.name.clone(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use resvg::usvg::{Group, Node, Text};

    use super::*;
    use crate::figures::canvas::TextLook;
    use crate::figures::finish::{Words, svg};
    use crate::figures::font::text_width;
    use crate::figures::synthetic::provenance;

    fn figure(text: &str) -> Figure {
        let words = Words {
            name: "example".into(),
            title: "Example".into(),
            description: "A word".into(),
        };
        let drawn = svg((89.0, 30.0), &words, &provenance(), |canvas| {
            canvas.text((10.0, 10.0), text, TextLook::NORMAL);
        });
        Figure {
            name: words.name,
            svg: drawn.unwrap(),
            caption: String::new(),
        }
    }

    #[test]
    fn pdf_and_png_have_the_printed_size_and_are_the_same_bytes_twice() {
        let figure = figure("filters");
        let read = || Picture::of(&figure).unwrap();
        let page = read().pdf().unwrap();
        assert!(page.starts_with(b"%PDF"));
        assert_eq!(page, read().pdf().unwrap());
        let picture = read().png(254.0).unwrap();
        assert_eq!(picture, read().png(254.0).unwrap());
        let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (890, 300));
    }

    fn texts(group: &Group) -> Vec<&Text> {
        group
            .children()
            .iter()
            .flat_map(|node| match node {
                Node::Text(text) => vec![text.as_ref()],
                Node::Group(inner) => texts(inner),
                _ => Vec::new(),
            })
            .collect()
    }

    #[test]
    fn text_is_drawn_from_the_embedded_font_as_wide_as_layouts_assume() {
        let text = "Dead filters (%)";
        let figure = figure(text);
        let picture = Picture::of(&figure).unwrap();
        let drawn = texts(picture.tree.root())[0].abs_bounding_box();
        let millimetres = f64::from(drawn.width()) / 72.0 * 25.4;
        let expected = text_width(text, 6.0);
        assert!(expected > 10.0);
        assert!(
            (millimetres - expected).abs() < 0.03 * expected,
            "{millimetres} {expected}"
        );
        let baseline = f64::from(drawn.bottom()) / 72.0 * 25.4;
        assert!((10.0..11.0).contains(&baseline), "{baseline}");
    }

    #[test]
    fn entries_are_ordered_outside_of_streams_only() {
        let pdf = b"<<\n  /gs1 8 0 R\n  /gs0 9 0 R\n>>\nstream\n /b 1 0 R\n /a 2 0 R\nendstream\n";
        let ordered =
            b"<<\n  /gs0 9 0 R\n  /gs1 8 0 R\n>>\nstream\n /b 1 0 R\n /a 2 0 R\nendstream\n";
        assert_eq!(with_ordered_entries(pdf), ordered);
    }

    #[test]
    fn a_character_that_the_font_lacks_is_an_error() {
        let all = "äö\u{2212}×≤≥·–—±µ²→∞0123456789%";
        let pdf = |text| Picture::of(&figure(text)).unwrap().pdf();
        assert!(pdf(all).is_ok());
        assert!(pdf("\u{6b7b}").is_err());
    }

    #[test]
    fn a_broken_picture_is_named() {
        let mut broken = figure("x");
        broken.svg.truncate(40);
        assert_eq!(Picture::of(&broken).unwrap_err().figure, "example");
    }
}
