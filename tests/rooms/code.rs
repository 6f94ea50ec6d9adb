//! Rust source as tokens, without comments, strings and what is compiled for tests only.

/// A name, a number, `::` or another single character, and the line it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// The tokens of a source text.
pub fn tokens(source: &str) -> Vec<Token> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < characters.len() {
        let end = token_end(&characters, at);
        let text: String = characters[at..end].iter().collect();
        let first = characters[at];
        let skipped = first.is_whitespace()
            || text.starts_with("//")
            || text.starts_with("/*")
            || (text.len() > 1 && text.ends_with(['"', '#', '\'']))
            || (first == '\'' && text.len() > 1);
        if !skipped {
            tokens.push(Token {
                text: text.clone(),
                line,
            });
        }
        line += text.matches('\n').count();
        at = end;
    }
    tokens
}

/// Where the token that begins at `at` ends.
fn token_end(characters: &[char], at: usize) -> usize {
    let is = |offset: usize, wanted: char| characters.get(at + offset) == Some(&wanted);
    match characters[at] {
        '/' if is(1, '/') => line_end(characters, at),
        '/' if is(1, '*') => comment_end(characters, at),
        ':' if is(1, ':') => at + 2,
        '"' => quoted_end(characters, at + 1, '"'),
        '\'' => quote_end(characters, at),
        first if is_word(first) => {
            let length = characters[at..]
                .iter()
                .take_while(|&&one| is_word(one))
                .count();
            let end = at + length;
            let word: String = characters[at..end].iter().collect();
            match (word.as_str(), characters.get(end)) {
                ("r" | "br" | "cr", Some('"' | '#')) => raw_end(characters, end).unwrap_or(end),
                ("b" | "c", Some('"')) => quoted_end(characters, end + 1, '"'),
                ("b", Some('\'')) => quoted_end(characters, end + 1, '\''),
                _ => end,
            }
        }
        _ => at + 1,
    }
}

fn is_word(one: char) -> bool {
    one.is_alphanumeric() || one == '_'
}

fn line_end(characters: &[char], at: usize) -> usize {
    let length = characters[at..].iter().position(|&one| one == '\n');
    length.map_or(characters.len(), |length| at + length)
}

/// The end of a block comment; they nest.
fn comment_end(characters: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0, at);
    while at < characters.len() {
        match &characters[at..(at + 2).min(characters.len())] {
            ['/', '*'] => (depth, at) = (depth + 1, at + 2),
            ['*', '/'] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The end of what a quotation mark closes, from its first character on.
fn quoted_end(characters: &[char], mut at: usize, mark: char) -> usize {
    while at < characters.len() && characters[at] != mark {
        at += if characters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(characters.len())
}

/// The end of a raw string whose `#`s begin at `at`; none for a raw name (`r#type`).
fn raw_end(characters: &[char], at: usize) -> Option<usize> {
    let hashes = characters[at..]
        .iter()
        .take_while(|&&one| one == '#')
        .count();
    if characters.get(at + hashes) != Some(&'"') {
        return None;
    }
    let mut closing = vec!['"'];
    closing.resize(hashes + 1, '#');
    let inside = at + hashes + 1;
    let length = characters[inside..]
        .windows(closing.len())
        .position(|window| window == closing);
    Some(length.map_or(characters.len(), |length| inside + length + closing.len()))
}

/// The end of a character or of a lifetime, both of which begin with one mark.
fn quote_end(characters: &[char], at: usize) -> usize {
    if characters.get(at + 1) == Some(&'\\') || characters.get(at + 2) == Some(&'\'') {
        return quoted_end(characters, at + 1, '\'');
    }
    at + 1
        + characters[at + 1..]
            .iter()
            .take_while(|&&one| is_word(one))
            .count()
}

/// The tokens without the items that are compiled for tests only.
pub fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if starts_with(&tokens[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = item_end(tokens, at);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len()
        && tokens
            .iter()
            .zip(texts)
            .all(|(token, text)| token.text == *text)
}

/// The end of the item whose attributes begin at `at`: behind its `;`, or its closing brace.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while starts_with(&tokens[at..], &["#", "["]) {
        at = group_end(tokens, at + 1);
    }
    let braces_end = !starts_with(&tokens[at..], &["use"]);
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" if braces_end => return group_end(tokens, at),
            "{" | "(" | "[" => at = group_end(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// The place behind the bracket that closes the one at `at`.
fn group_end(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        let kept = without_tests(&tokens(source));
        kept.into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_strings_and_characters_are_no_code() {
        let source = r##"
            // crate::a
            /* crate::b /* nested */ crate::c */
            let one = "crate::d \" crate::e";
            let two = r#"crate::f " crate::g"#;
            let (three, four) = ('\'', b'"');
            fn five<'a>(six: &'a str) -> crate::h {}
        "##;
        let texts = texts(source);
        let crates = texts.iter().filter(|text| *text == "crate").count();
        assert_eq!(crates, 1, "{texts:?}");
        assert!(texts.contains(&"h".to_owned()));
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        let found = tokens("/* one\ntwo */ \"three\nfour\" // five\nsix");
        assert_eq!(
            found,
            [Token {
                text: "six".to_owned(),
                line: 4
            }]
        );
    }

    #[test]
    fn what_is_compiled_for_tests_is_left_out() {
        let source = "
            use a::b;
            #[cfg(test)] use c::{d, e};
            #[cfg(test)] #[path = \"f.rs\"] mod f;
            #[cfg(test)] fn g(h: [u8; 2]) { if i { j } }
            #[cfg(unix)] mod k {}
            #[cfg(test)] mod l { mod m {} }
            n";
        let kept = texts(source).join(" ");
        assert_eq!(kept, "use a :: b ; # [ cfg ( unix ) ] mod k { } n");
    }
}
