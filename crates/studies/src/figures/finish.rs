//! From a drawing to a publishable SVG: printed size, title, alt text and provenance.

use super::canvas::{Canvas, UNITS_PER_MILLIMETRE, picture};
use super::figure::FigureError;
use crate::provenance::Provenance;

/// What a picture says of itself without being seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// File name without extension.
    pub name: String,
    /// One line, for `<title>`; it is not drawn.
    pub title: String,
    /// What is to be seen and what it shows, for `<desc>`: the alt text.
    pub description: String,
}

/// Draws a figure of that size in millimetres. The same drawing and provenance give the same
/// bytes: no date, no machine is written.
///
/// # Errors
/// If the drawing failed, or the provenance cannot be written as JSON.
pub fn svg(
    size: (f64, f64),
    words: &Words,
    provenance: &Provenance,
    draw: impl FnOnce(&mut Canvas),
) -> Result<String, FigureError> {
    let fail = |reason: String| FigureError {
        figure: words.name.clone(),
        reason,
    };
    let drawn = picture(size.0, size.1, draw).map_err(fail)?;
    let marks = drawn
        .split_once(">\n")
        .and_then(|(_, rest)| rest.trim_end().strip_suffix("</svg>"))
        .ok_or_else(|| fail("the drawing is not an SVG document".into()))?;
    let provenance = serde_json::to_string(&Cited {
        figure: &words.name,
        provenance,
    })
    .map_err(|error| fail(error.to_string()))?;
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

/// What `<metadata>` holds, as JSON.
#[derive(serde::Serialize)]
struct Cited<'a> {
    figure: &'a str,
    #[serde(flatten)]
    provenance: &'a Provenance,
}

/// Text as it may stand in an XML element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::canvas::TextLook;
    use crate::figures::synthetic::provenance;

    fn drawing() -> String {
        let words = Words {
            name: "example".into(),
            title: "Dead & alive".into(),
            description: "p < 1".into(),
        };
        svg((89.0, 20.5), &words, &provenance(), |canvas| {
            canvas.text((5.0, 5.0), "a < b", TextLook::NORMAL);
        })
        .unwrap()
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
        let read: serde_json::Value = serde_json::from_str(provenance).unwrap();
        for key in ["figure", "study", "spec", "seed", "results", "version"] {
            assert!(!read[key].is_null(), "{key}");
        }
        assert_eq!(svg.matches("<svg").count(), 1);
        assert_eq!(svg.matches("</svg>").count(), 1);
    }

    #[test]
    fn two_renderings_are_the_same_bytes() {
        assert_eq!(drawing(), drawing());
    }
}
