//! Rust source as the tidy checks see it: words and signs without comments, texts and layout, and the module paths
//! that are named in them. Not a parser: just enough to tell a name from prose.

use std::collections::BTreeSet;

/// One word or sign of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The word, or a single sign.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// A path named in code: `["crate", "model", "Key"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// Its segments.
    pub(super) segments: Vec<String>,
    /// The line of its first word, from 1.
    pub(super) line: usize,
    /// How many inline modules (`mod tests {`) stand around it.
    pub(super) inline_depth: usize,
}

/// Splits source into words and signs; comments and the insides of texts are left out.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let start = at;
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '/' if next == Some('/') => at = find(&chars, at, |window| window == '\n'),
            '/' if next == Some('*') => at = block_comment_end(&chars, at),
            '"' => at = text_end(&chars, at + 1),
            '\'' => at = quote_end(&chars, at),
            first if first.is_alphanumeric() || first == '_' => {
                at = find(&chars, at, |sign| !(sign.is_alphanumeric() || sign == '_'));
                let word: String = chars[start..at].iter().collect();
                if let Some(end) = raw_text_end(&chars, at, &word) {
                    at = end;
                } else {
                    out.push(Token { text: word, line });
                }
            }
            sign => {
                if !sign.is_whitespace() {
                    out.push(Token { text: sign.to_string(), line });
                }
                at += 1;
            }
        }
        line += chars[start..at.min(chars.len())].iter().filter(|sign| **sign == '\n').count();
    }
    out
}

fn find(chars: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|at| stop(chars[*at])).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn text_end(chars: &[char], from: usize) -> usize {
    let mut at = from;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The end of a character, or one past the quote of a lifetime.
fn quote_end(chars: &[char], from: usize) -> usize {
    if chars.get(from + 1) == Some(&'\\') {
        find(chars, from + 3, |sign| sign == '\'') + 1
    } else if chars.get(from + 2) == Some(&'\'') {
        from + 3
    } else {
        from + 1
    }
}

/// Where a raw text ends whose prefix (`r`, `br`) was just read.
fn raw_text_end(chars: &[char], after_prefix: usize, prefix: &str) -> Option<usize> {
    if !["r", "br", "cr"].contains(&prefix) {
        return None;
    }
    let quote = find(chars, after_prefix, |sign| sign != '#');
    let hashes = quote - after_prefix;
    if chars.get(quote) != Some(&'"') {
        return None;
    }
    let closes = |at: &usize| {
        chars[*at] == '"'
            && chars[at + 1..].iter().take(hashes).filter(|sign| **sign == '#').count() == hashes
    };
    Some((quote + 1..chars.len()).find(closes).map_or(chars.len(), |at| at + 1 + hashes))
}

/// The tokens without modules under `#[cfg(test)]`.
pub(super) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !matches(tokens, at, &["#", "[", "cfg", "(", "test", ")", "]"]) {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 7;
        while at < tokens.len() && tokens[at].text != "{" && tokens[at].text != ";" {
            at += 1;
        }
        let mut depth = 0_usize;
        while at < tokens.len() {
            match tokens[at].text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
    }
    out
}

/// Whether these words stand at this place.
pub(super) fn matches(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.len() >= at + words.len()
        && words.iter().zip(&tokens[at..]).all(|(word, token)| token.text == *word)
}

/// All paths that begin with one of `roots`, with nested groups spread out: `crate::{a::B, c}` names `crate::a::B`
/// and `crate::c`. A glob ends in `*`.
pub(super) fn paths(tokens: &[Token], roots: &[&str]) -> Vec<Path> {
    let mut out = Vec::new();
    let mut open: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => open.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => {
                open.pop();
            }
            word if roots.contains(&word) && matches(tokens, at + 1, &[":", ":"]) => {
                let inline_depth = open.iter().filter(|is_module| **is_module).count();
                let mut found = Vec::new();
                spread(tokens, at, &[], &mut found);
                out.extend(found.into_iter().map(|segments| Path {
                    segments,
                    line: token.line,
                    inline_depth,
                }));
            }
            _ => {}
        }
    }
    out
}

/// Reads one path of a `use` tree (or of an expression) and returns where it ends.
fn spread(tokens: &[Token], from: usize, prefix: &[String], out: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    let mut at = from;
    loop {
        match tokens.get(at).map(|token| token.text.as_str()) {
            Some("{") => {
                at += 1;
                while at < tokens.len() && tokens[at].text != "}" {
                    at = if tokens[at].text == "," {
                        at + 1
                    } else {
                        spread(tokens, at, &path, out).max(at + 1)
                    };
                }
                return at + 1;
            }
            Some("*") => {
                path.push("*".into());
                out.push(path);
                return at + 1;
            }
            Some(word) if word.chars().all(|sign| sign.is_alphanumeric() || sign == '_') => {
                path.push(word.into());
                at += 1;
            }
            _ => {
                out.push(path);
                return at;
            }
        }
        if matches(tokens, at, &[":", ":"]) {
            at += 2;
        } else {
            out.push(path);
            // `a as b` inside a group: the new name is no path.
            return if matches(tokens, at, &["as"]) { at + 2 } else { at };
        }
    }
}

/// The names of `mod x;` lines.
pub(super) fn declared_modules(tokens: &[Token]) -> BTreeSet<String> {
    tokens
        .windows(3)
        .filter(|window| window[0].text == "mod" && window[2].text == ";")
        .map(|window| window[1].text.clone())
        .collect()
}

#[test]
fn words_in_comments_and_texts_are_no_code() {
    let source = "/* a /* b */ c */ d // e\n\"f \\\" g\" r#\"h\" i\"# 'j' '\\'' k<'l> br\"m\"";
    let words: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
    assert_eq!(words, ["d", "k", "<", "l", ">"]);
    assert_eq!(tokens("\"a\nb\"\nc")[0], Token { text: "c".into(), line: 3 });
}

#[test]
fn nested_groups_are_spread_out() {
    let source = "use crate::{a::{B, c::*}, d as e};\nmod inner { fn f() { super::g::h() } }";
    let found: Vec<(String, usize)> = paths(&tokens(source), &["crate", "super"])
        .into_iter()
        .map(|path| (path.segments.join("::"), path.inline_depth))
        .collect();
    let wanted = [("crate::a::B", 0), ("crate::a::c::*", 0), ("crate::d", 0), ("super::g::h", 1)];
    assert_eq!(found, wanted.map(|(path, depth)| (path.to_owned(), depth)));
}

#[test]
fn test_modules_are_left_out() {
    let source =
        "fn a() {} #[cfg(test)] mod tests { fn b() { {} } } fn c() {} #[cfg(test)] mod more; fn d() {}";
    let words: Vec<String> = without_tests(&tokens(source)).into_iter().map(|token| token.text).collect();
    assert_eq!(words.concat(), "fna(){}fnc(){}fnd(){}");
}
