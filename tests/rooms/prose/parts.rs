//! The paragraphs and items of a README, by who wrote them.

/// A paragraph or an item: its first line, and its text.
pub struct Block {
    pub line: usize,
    pub text: String,
}

/// Blocks of one origin: a part between markers, or all that was written by hand.
#[derive(Default)]
pub struct Part {
    /// Whose part it is; empty for what was written by hand.
    pub name: String,
    pub line: usize,
    pub blocks: Vec<Block>,
}

/// The parts of a README; of findings, what stands before the predictions.
pub fn parts(text: &str) -> Vec<Part> {
    let (mut hand, mut written, mut current) = (Part::default(), Vec::new(), None::<Part>);
    let (mut fence, mut predictions, mut open) = (false, false, false);
    for (line, text) in text
        .lines()
        .enumerate()
        .map(|(line, text)| (line + 1, text.trim()))
    {
        let marker = text.strip_prefix("<!-- ");
        if marker.is_some_and(|marker| marker.starts_with("end of ")) {
            written.extend(current.take());
            (open, predictions) = (false, false);
        } else if let Some((name, _)) = marker.and_then(|marker| marker.split_once(": written by"))
        {
            current = Some(Part {
                name: name.to_owned(),
                line,
                blocks: Vec::new(),
            });
            open = false;
        } else if text.starts_with("```") {
            (fence, open) = (!fence, false);
        } else if text.starts_with('#') && !fence {
            predictions |= current.is_some() && text == "## Predictions";
            open = false;
        } else if fence || predictions || text.is_empty() || text.starts_with(['|', '>', '!', '<'])
        {
            open = false;
        } else {
            let blocks = &mut current.as_mut().unwrap_or(&mut hand).blocks;
            match blocks.last_mut().filter(|_| open && !is_item(text)) {
                Some(block) => block.text = format!("{} {text}", block.text),
                None => blocks.push(Block {
                    line,
                    text: text.to_owned(),
                }),
            }
            open = true;
        }
    }
    // Without its end, all that follows is of that part.
    written.extend(current);
    written.push(hand);
    written
}

/// Whether a block is one of a list.
pub fn is_item(text: &str) -> bool {
    let numbered = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    text.starts_with("- ") || numbered.len() < text.len() && numbered.starts_with(". ")
}

/// Whether all of a block is in italics.
pub fn is_italic(text: &str) -> bool {
    text.starts_with('*') && text.ends_with('*') && !text.starts_with("**")
}

#[test]
fn blocks_have_an_origin_and_a_line() {
    let text = "# x\nby\nhand:\n- one\n  goes on\n2. two\n\n<!-- a: written by x -->\n\n*is\nso*\n\
                ```\ncode\n```\n| t |\n![p](q)\n> said\n## Predictions\nno\n<!-- end of a -->\n\
                **No** *more*\n";
    let found: Vec<(String, Vec<(usize, String)>)> = parts(text)
        .into_iter()
        .map(|part| {
            let blocks = part.blocks.into_iter();
            (
                part.name,
                blocks.map(|block| (block.line, block.text)).collect(),
            )
        })
        .collect();
    let blocks = |blocks: &[(usize, &str)]| -> Vec<(usize, String)> {
        blocks
            .iter()
            .map(|(line, text)| (*line, (*text).to_owned()))
            .collect()
    };
    let written = blocks(&[(10, "*is so*")]);
    let hand = blocks(&[
        (2, "by hand:"),
        (4, "- one goes on"),
        (6, "2. two"),
        (21, "**No** *more*"),
    ]);
    assert_eq!(found, [("a".to_owned(), written), (String::new(), hand)]);
    assert!(is_italic("*is so*") && !is_italic("**No** *more*") && !is_italic("*Kept* is"));
}
