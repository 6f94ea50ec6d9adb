//! What PDF and PNG say of the picture in them: the JSON that the SVG's `<metadata>` holds, and XMP,
//! which programs for pictures and libraries read.

use std::fmt::Write as _;

use serde_json::Value;

use super::figure::Figure;
use super::finish::escaped;
use crate::provenance::AUTHORS;

/// The name space of what no standard has a word for.
const OWN: &str = "urn:mortality:provenance:";

/// Keys and values beside the XMP, in their order: those of PNG's standard, then our own.
pub(super) fn texts(figure: &Figure) -> serde_json::Result<Vec<(&'static str, String)>> {
    let mut texts = vec![
        ("Title", figure.title.clone()),
        ("Description", figure.alt.clone()),
        ("Software", program(figure)),
    ];
    if let Some(licence) = figure.cited.provenance.licence {
        texts.push(("Author", AUTHORS.into()));
        let words = format!("{}, {}", licence.name(), licence.text());
        texts.push(("Copyright", words));
    }
    texts.push(("Provenance", serde_json::to_string(&figure.cited)?));
    Ok(texts)
}

/// Name and version of the program.
pub(super) fn program(figure: &Figure) -> String {
    format!("mortality {}", figure.cited.provenance.version)
}

/// The XMP packet of a picture in a file of this kind. Nothing in it tells when or where it was
/// written.
pub(super) fn xmp(figure: &Figure, format: &str) -> serde_json::Result<String> {
    let mut body = String::new();
    let mut add = |name: &str, value: &str| {
        let _ = writeln!(body, "<{name}>{value}</{name}>");
    };
    let one_of = |kind: &str, text: &str| {
        let language = if kind == "Alt" {
            " xml:lang=\"x-default\""
        } else {
            ""
        };
        let text = escaped(text);
        format!("<rdf:{kind}><rdf:li{language}>{text}</rdf:li></rdf:{kind}>")
    };
    add("dc:format", format);
    add("dc:title", &one_of("Alt", &figure.title));
    add("dc:description", &one_of("Alt", &figure.alt));
    add("xmp:CreatorTool", &escaped(&program(figure)));
    if let Some(licence) = figure.cited.provenance.licence {
        add("dc:creator", &one_of("Seq", AUTHORS));
        add("dc:rights", &one_of("Alt", licence.name()));
        add("xmpRights:Marked", "True");
        add("xmpRights:WebStatement", licence.text());
    }
    if let Value::Object(entries) = serde_json::to_value(&figure.cited)? {
        for (key, value) in entries {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            if !text.is_empty() {
                add(&format!("mortality:{key}"), &escaped(&text));
            }
        }
    }
    Ok(format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\" xmlns:mortality=\"{OWN}\">\n\
         {body}</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    ))
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::{Document, Node};

    use super::*;
    use crate::figures::synthetic;
    use crate::provenance::Amended;

    #[test]
    fn the_packet_is_xml_with_every_entry_of_the_provenance() {
        let mut figure = synthetic::figure();
        figure.title = "Dead & alive, p < 1".into();
        let provenance = &mut figure.cited.provenance;
        provenance.amendments = vec![Amended {
            digest: "a".repeat(64),
            first_trial: 3,
        }];
        let packet = xmp(&figure, "application/pdf").unwrap();
        let document = Document::parse(&packet).unwrap();
        let text = |space: &str, name: &str| {
            let mut all = document.descendants();
            let found = all.find(|node| node.has_tag_name((space, name)));
            let found = found.unwrap_or_else(|| panic!("{name}"));
            let texts = found.descendants().filter(Node::is_text);
            let texts = texts.filter_map(|node| node.text());
            texts.collect::<String>()
        };
        for (key, expected) in [
            ("figure", "made-up"),
            ("study", "example"),
            ("lock", &"1".repeat(64)),
            ("analysis", &"2".repeat(64)),
            ("seed", "0"),
            ("trials", "448"),
            ("numerics", "5"),
            ("records", "3"),
            ("licence", "CC-BY-4.0"),
        ] {
            assert_eq!(text(OWN, key), expected);
        }
        assert!(text(OWN, "amendments").contains(&"a".repeat(64)));
        let dublin = "http://purl.org/dc/elements/1.1/";
        assert_eq!(text(dublin, "title"), "Dead & alive, p < 1");
    }

    #[test]
    fn somebodys_own_picture_gets_no_author_and_no_licence_from_us() {
        let mut figure = synthetic::figure();
        figure.cited.provenance.licence = None;
        let packet = xmp(&figure, "image/png").unwrap();
        assert!(!packet.contains("creator") && !packet.contains("rights>"));
        let keys = texts(&figure).unwrap();
        let keys: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, ["Title", "Description", "Software", "Provenance"]);
    }
}
