//! From a drawing to a publishable SVG: printed size, title, alt text and provenance.

use super::canvas::{Canvas, UNITS_PER_MILLIMETRE, picture};
use super::figure::{Figure, FigureError};
use crate::provenance::{Cited, Provenance};

/// What a picture says of itself without being seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// File name without extension.
    pub name: String,
    /// One line, for `<title>`; it is not drawn.
    pub title: String,
    /// What is to be seen and what it shows, for `<desc>`: the alt text.
    pub description: String,
    /// The caption.
    pub caption: String,
}

/// Draws a figure of that size in millimetres. The same drawing and provenance give the same
/// bytes: no date, no machine is written.
///
/// # Errors
/// If the drawing failed, or the provenance cannot be written as JSON.
pub fn figure(
    size: (f64, f64),
    words: Words,
    provenance: &Provenance,
    draw: impl FnOnce(&mut Canvas),
) -> Result<Figure, FigureError> {
    let cited = Cited {
        figure: words.name.clone(),
        provenance: provenance.clone(),
    };
    let svg = svg(size, &words, &cited, draw).map_err(|reason| FigureError {
        figure: words.name,
        reason,
    })?;
    Ok(Figure {
        cited,
        title: words.title,
        alt: words.description,
        caption: words.caption,
        width: size.0,
        svg,
    })
}

fn svg(
    size: (f64, f64),
    words: &Words,
    cited: &Cited,
    draw: impl FnOnce(&mut Canvas),
) -> Result<String, String> {
    let drawn = picture(size.0, size.1, draw)?;
    let marks = drawn
        .split_once(">\n")
        .and_then(|(_, rest)| rest.trim_end().strip_suffix("</svg>"))
        .ok_or("the drawing is not an SVG document")?;
    let provenance = serde_json::to_string(cited).map_err(|error| error.to_string())?;
    let (width, height) = size;
    let units = |millimetres: f64| (millimetres * UNITS_PER_MILLIMETRE).round();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{title}</title>\n\
         <desc id=\"desc\">{description}</desc>\n\
         <metadata>{provenance}</metadata>\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#FFFFFF\"/>\n\
         {marks}</svg>\n",
        w = units(width),
        h = units(height),
        title = escaped(&words.title),
        description = escaped(&words.description),
        provenance = escaped(&provenance),
    ))
}

/// Text as it may stand in an XML element.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::canvas::TextLook;
    use crate::figures::synthetic::{self, provenance};

    fn drawing() -> String {
        let words = Words {
            name: "example".into(),
            title: "Dead & alive".into(),
            description: "p < 1".into(),
            caption: String::new(),
        };
        let drawn = figure((89.0, 20.5), words, &provenance(), |canvas| {
            canvas.text((5.0, 5.0), "a < b", TextLook::NORMAL);
        });
        drawn.unwrap().svg
    }

    #[test]
    fn printed_size_words_and_provenance_are_inside() {
        let svg = drawing();
        assert!(svg.contains("width=\"89mm\" height=\"20.5mm\" viewBox=\"0 0 8900 2050\""));
        assert!(svg.contains("<title id=\"title\">Dead &amp; alive</title>"));
        assert!(svg.contains("<desc id=\"desc\">p &lt; 1</desc>"));
        let provenance = svg
            .split("<metadata>")
            .nth(1)
            .and_then(|rest| rest.split("</metadata>").next())
            .unwrap();
        let read: Cited = serde_json::from_str(provenance).unwrap();
        assert_eq!(read.figure, "example");
        assert_eq!(read.provenance, synthetic::provenance());
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("</svg>").count(), 1);
    }

    #[test]
    fn two_renderings_are_the_same_bytes() {
        assert_eq!(drawing(), drawing());
    }
}
