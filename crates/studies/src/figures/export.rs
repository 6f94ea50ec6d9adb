//! PDF and PNG from a figure's SVG, with the embedded font and no other.

use std::error::Error;

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, TextStr};
use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use svg2pdf::ConversionOptions;

use super::entries::with_ordered_entries;
use super::figure::{Figure, FigureError};
use super::{font, stamp};

/// Resolution at which millimetres become the units of the parsed picture: those of PDF.
const UNITS_PER_INCH: f32 = 72.0;

/// Under which PNG keeps an XMP packet.
const XMP_KEYWORD: &str = "XML:com.adobe.xmp";

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

    /// As PDF at its printed size, vectors and text, with what the picture says of itself in Info
    /// and as XMP.
    ///
    /// # Errors
    /// If it has a character that the font lacks.
    pub fn pdf(&self) -> Result<Vec<u8>, FigureError> {
        let fail = |reason: &dyn std::fmt::Display| failed(self.figure, reason);
        let options = ConversionOptions {
            // The one effect here: a character that the font lacks is an error and not a box.
            pdfa: true,
            ..ConversionOptions::default()
        };
        let drawn = svg2pdf::to_chunk(&self.tree, options);
        let (drawn, drawing) = drawn.map_err(|error| fail(&error))?;
        let [catalog, pages, page, content, info, metadata] = [1, 2, 3, 4, 5, 6].map(Ref::new);
        let behind = |own: Ref| Ref::new(own.get() + metadata.get());
        let (width, height) = (self.tree.size().width(), self.tree.size().height());

        let mut pdf = Pdf::new();
        pdf.catalog(catalog)
            .pages(pages)
            .metadata(metadata)
            .lang(TextStr("en"));
        pdf.pages(pages).count(1).kids([page]);
        let mut sheet = pdf.page(page);
        sheet.parent(pages).contents(content);
        sheet.media_box(Rect::new(0.0, 0.0, width, height));
        let mut group = sheet.group();
        group.transparency().isolated(true).knockout(false);
        group.color_space().device_rgb();
        group.finish();
        let name = Name(b"figure");
        sheet.resources().x_objects().pair(name, behind(drawing));
        sheet.finish();
        // The drawing is one unit wide and high.
        let mut placed = Content::new();
        placed
            .transform([width, 0.0, 0.0, height, 0.0, 0.0])
            .x_object(name);
        pdf.stream(content, &placed.finish());
        pdf.extend(&drawn.renumber(behind));

        let texts = stamp::texts(self.figure).map_err(|error| fail(&error))?;
        let mut about = pdf.document_info(info);
        about.producer(TextStr("svg2pdf"));
        for (key, text) in &texts {
            // PDF has names of its own for two of them.
            let key = match *key {
                "Description" => "Subject",
                "Software" => "Creator",
                key => key,
            };
            about.pair(Name(key.as_bytes()), TextStr(text));
        }
        about.finish();
        let packet = stamp::xmp(self.figure, "application/pdf");
        let packet = packet.map_err(|error| fail(&error))?;
        pdf.metadata(metadata, packet.as_bytes());
        Ok(with_ordered_entries(&pdf.finish()))
    }

    /// As PNG with that many dots an inch, with what the picture says of itself in iTXt chunks, one
    /// of them XMP, and its printed size in pHYs.
    ///
    /// # Errors
    /// If the picture would be empty.
    pub fn png(&self, dots_per_inch: f32) -> Result<Vec<u8>, FigureError> {
        let scale = dots_per_inch / UNITS_PER_INCH;
        let side = |length: f32| (length * scale).ceil() as u32;
        let size = self.tree.size();
        let mut pixels = Pixmap::new(side(size.width()), side(size.height()))
            .ok_or_else(|| failed(self.figure, &"the picture has no size"))?;
        // Paper is white also where a picture ends within a pixel.
        pixels.fill(Color::WHITE);
        resvg::render(
            &self.tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        let png = self.encoded(&pixels, dots_per_inch);
        png.map_err(|error| failed(self.figure, &error))
    }

    fn encoded(&self, pixels: &Pixmap, dots_per_inch: f32) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, pixels.width(), pixels.height());
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        let dots_per_metre = (dots_per_inch / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(PixelDimensions {
            xppu: dots_per_metre,
            yppu: dots_per_metre,
            unit: Unit::Meter,
        }));
        for (key, text) in stamp::texts(self.figure)? {
            encoder.add_itxt_chunk(key.into(), text)?;
        }
        let packet = stamp::xmp(self.figure, "image/png")?;
        encoder.add_itxt_chunk(XMP_KEYWORD.into(), packet)?;
        let colours = pixels.pixels().iter();
        let colours = colours.flat_map(|one| [one.red(), one.green(), one.blue()]);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&colours.collect::<Vec<u8>>())?;
        writer.finish()?;
        Ok(bytes)
    }
}

fn failed(figure: &Figure, reason: &dyn std::fmt::Display) -> FigureError {
    FigureError {
        figure: figure.cited.figure.clone(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use resvg::usvg::{Group, Node, Text};

    use super::*;
    use crate::figures::canvas::TextLook;
    use crate::figures::finish::{self, Words};
    use crate::figures::font::text_width;
    use crate::figures::synthetic::provenance;
    use crate::provenance::Cited;

    fn figure(text: &str) -> Figure {
        let words = Words {
            name: "example".into(),
            title: "Example".into(),
            description: "A word × 2".into(),
            caption: String::new(),
        };
        let drawn = finish::figure((89.0, 30.0), words, &provenance(), |canvas| {
            canvas.text((10.0, 10.0), text, TextLook::NORMAL);
        });
        drawn.unwrap()
    }

    #[test]
    fn a_png_says_what_it_is_and_how_large() {
        let figure = figure("filters");
        let png = Picture::of(&figure).unwrap().png(300.0).unwrap();
        let reader = png::Decoder::new(&png[..]).read_info().unwrap();
        let info = reader.info();
        let size = info.pixel_dims.unwrap();
        assert_eq!(
            (size.xppu, size.yppu, size.unit),
            (11811, 11811, Unit::Meter)
        );
        let text = |key: &str| {
            let mut texts = info.utf8_text.iter();
            let found = texts.find(|own| own.keyword == key);
            found.unwrap_or_else(|| panic!("{key}")).get_text().unwrap()
        };
        assert_eq!(text("Description"), "A word × 2");
        let read: Cited = serde_json::from_str(&text("Provenance")).unwrap();
        assert_eq!(read, figure.cited);
        assert!(text(XMP_KEYWORD).contains("<mortality:results>fedcba98"));
    }

    #[test]
    fn a_pdf_says_what_it_is_in_info_and_as_xmp() {
        let figure = figure("filters");
        let pdf = Picture::of(&figure).unwrap().pdf().unwrap();
        let has = |words: &str| pdf.windows(words.len()).any(|own| own == words.as_bytes());
        assert!(has("/MediaBox [0 0 252.28"), "89 mm");
        assert!(has("/Info 5 0 R") && has("/Metadata 6 0 R"));
        assert!(has("/Title (Example)") && has("/Creator (mortality "));
        assert!(has(
            "/Provenance ({\"figure\":\"example\",\"study\":\"example\""
        ));
        assert!(has("<mortality:lock>1111") && has("A word × 2</rdf:li>"));
        assert!(!has("CreationDate"));
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
