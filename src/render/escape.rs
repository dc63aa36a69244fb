//! Making text harmless, one function per output format.
//!
//! Product files come from anybody. In a terminal their texts must not move the cursor, change colours, reorder
//! what is read or hide in zero width: such characters are shown by their code instead, as in `\u{202e}`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// What stands for the end of a line in the message of a GitHub workflow command.
pub const WORKFLOW_LINE_END: &str = "%0A";

/// One line for a terminal: nothing in it acts, line ends and tabs are shown as `\n` and `\t`.
#[must_use]
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !is_hostile(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut out, c);
    }
    Cow::Owned(out)
}

/// A line of JSON that says the same, with nothing in it that acts on a terminal: what could stands there by its number.
#[must_use]
pub fn json(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match is_hostile(c) {
            true => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            false => out.push(c),
        }
    }
    out
}

/// An excerpt of a source file for underlining: line ends and tabs stay, the rest is as harmless as in
/// [`terminal`]. The ranges, on character boundaries of `text`, are moved to where their bytes went.
#[must_use]
pub fn excerpt(text: &str, ranges: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let mut out = String::with_capacity(text.len());
    let mut moved = ranges.to_vec();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        move_boundaries(ranges, &mut moved, at, out.len());
        let line_end = c == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
        match c {
            '\n' | '\t' => out.push(c),
            _ if line_end => {}
            _ => push(&mut out, c),
        }
    }
    move_boundaries(ranges, &mut moved, text.len(), out.len());
    (out, moved)
}

/// Running text for Markdown, on one line and without space around it: nothing in it is markup, a link, a reference or HTML, also in a cell of a
/// table. GitHub and GitLab look for mentions, issues, commits, labels, pictograms and formulas in what Markdown has
/// made of a page, so a backslash or an entity does not stop them; only code does. Words that they might take for
/// theirs become code.
#[must_use]
pub fn markdown(text: &str) -> String {
    let shown = terminal(text);
    let mut out = String::with_capacity(shown.len() + 8);
    // White space at an end would undo emphasis around it, and four spaces begin a block of code.
    for piece in pieces(shown.trim()) {
        match piece {
            Piece::Code(code) => push_code(&mut out, code),
            Piece::Plain(plain) => {
                for part in plain.split_inclusive([' ', '|']) {
                    let word = part.trim_end_matches([' ', '|']);
                    match refers(word) {
                        true => {
                            let (before, code, after) = core(word);
                            push_markdown(&mut out, before);
                            push_code(&mut out, code);
                            push_markdown(&mut out, after);
                        }
                        false => push_markdown(&mut out, word),
                    }
                    push_markdown(&mut out, part.get(word.len()..).unwrap_or_default());
                }
            }
        }
    }
    if begins_a_block(&out) {
        out.insert(number_length(&out), '\\');
    }
    out
}

/// A word without the marks of the sentence around it.
fn core(word: &str) -> (&str, &str, &str) {
    const MARKS: [char; 8] = ['"', '\'', '(', ')', ',', ';', '.', '?'];
    let behind = word.trim_start_matches(MARKS);
    let code = behind.trim_end_matches(MARKS);
    (&word[..word.len() - behind.len()], code, &behind[code.len()..])
}

/// Code ends where as many backticks follow as it began with, so two in a row need a space between them.
fn push_code(out: &mut String, code: &str) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(&markdown_code(code));
}

/// Text as people write it: what stands between two backticks is meant as code.
enum Piece<'a> {
    Plain(&'a str),
    Code(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('`') {
        let code = after.split_once('`').filter(|(code, _)| !code.trim().is_empty() && !code.contains('|'));
        let Some((code, behind)) = code else {
            // The backtick stays with what is before it; a later one may still begin code.
            let (plain, next) = rest.split_at(before.len() + 1);
            found.push(Piece::Plain(plain));
            rest = next;
            continue;
        };
        found.push(Piece::Plain(before));
        found.push(Piece::Code(code));
        rest = behind;
    }
    found.push(Piece::Plain(rest));
    found
}

fn push_markdown(out: &mut String, word: &str) {
    for c in word.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
}

/// Whether a line that begins with this would be a list, a heading's underline, a fence or an order to GitLab.
fn begins_a_block(escaped: &str) -> bool {
    let rest = escaped.get(number_length(escaped)..).unwrap_or_default();
    match rest.len() == escaped.len() {
        true => rest.starts_with(['-', '+', '=', '/', ':']),
        false => rest.starts_with(['.', ')']),
    }
}

fn number_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Running text inside HTML inside Markdown, as in a summary: as harmless as [`markdown`] is elsewhere.
#[must_use]
pub fn markdown_html(text: &str) -> String {
    let shown = terminal(text);
    let mut out = String::with_capacity(shown.len() + 8);
    for piece in pieces(&shown) {
        match piece {
            Piece::Code(code) => out.push_str(&format!("<code>{}</code>", html(code))),
            Piece::Plain(plain) => {
                for part in plain.split_inclusive(' ') {
                    let word = part.trim_end_matches(' ');
                    match refers(word) {
                        true => {
                            let (before, code, after) = core(word);
                            out.push_str(&format!(
                                "{}<code>{}</code>{}",
                                html(before),
                                html(code),
                                html(after)
                            ));
                        }
                        false => out.push_str(&html(word)),
                    }
                    out.push_str(part.get(word.len()..).unwrap_or_default());
                }
            }
        }
    }
    out
}

/// Whether GitHub or GitLab might take a word for a reference, an address, a pictogram, a formula or a mark of theirs.
fn refers(word: &str) -> bool {
    let bytes = word.as_bytes();
    let before_something = |at: usize| {
        bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'"' || *next >= 0x80)
    };
    let marks = bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'@' | b'$' | b'~' | b'^' | b'[' | b'{' | b'}' => true,
        b'#' | b'!' | b'%' | b'&' => before_something(at),
        b'-' => is_ticket(bytes, at),
        _ => false,
    });
    let lower = word.to_ascii_lowercase();
    marks
        || bytes.iter().filter(|byte| **byte == b':').count() > 1
        || ["www.", "://", "mailto:", "ghsa-"].iter().any(|sign| lower.contains(sign))
        || word.split(|c: char| !c.is_alphanumeric()).any(is_like_a_commit)
}

/// Whether a hyphen stands in something like `GH-12`.
fn is_ticket(bytes: &[u8], at: usize) -> bool {
    let Some((before, after)) = bytes.split_at_checked(at) else { return false };
    let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    after.get(1).is_some_and(u8::is_ascii_digit) && name.into_iter().any(u8::is_ascii_alphabetic)
}

fn is_like_a_commit(word: &str) -> bool {
    (7..=64).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A code span for Markdown that holds any text on one line; not for a cell of a table, where `|` would end it.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = terminal(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    let space =
        if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A fence for a block of Markdown that holds any text, longer than any in it.
#[must_use]
pub fn markdown_fence(text: &str) -> String {
    "`".repeat((longest_run(text) + 1).max(3))
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut current) = (0, 0);
    for c in text.chars() {
        current = if c == '`' { current + 1 } else { 0 };
        longest = longest.max(current);
    }
    longest
}

/// Text for HTML, in an element or in a quoted attribute.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Text for XML 1.0, in an element or in a quoted attribute: nothing in it is markup, and what XML cannot hold or nobody
/// can see is shown by its code.
#[must_use]
pub fn xml(text: &str) -> String {
    let text = html(&terminal(text));
    // Two characters that can be seen by nobody and that XML has no place for.
    text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

/// A line in the message of a GitHub workflow command; lines are joined by [`WORKFLOW_LINE_END`].
#[must_use]
pub fn workflow_message(text: &str) -> String {
    terminal(text).replace('%', "%25")
}

/// A property of a GitHub workflow command, on one line.
#[must_use]
pub fn workflow_property(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in terminal(text).chars() {
        match c {
            '%' => out.push_str("%25"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            _ => out.push(c),
        }
    }
    out
}

/// Plain text for SARIF, on one line: viewers make links of `[text](address)`, and of this they do not.
#[must_use]
pub fn sarif_text(text: &str) -> String {
    terminal(text).replace("](", "] (")
}

/// A path as a relative URI reference.
#[must_use]
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Running text for an HTML page of ours: what cannot be seen is shown, what stands between backticks is code.
#[must_use]
pub fn html_prose(text: &str) -> String {
    let shown = terminal(text);
    let parts = pieces(&shown).into_iter().map(|piece| match piece {
        Piece::Code(code) => format!("<code>{}</code>", html(code)),
        Piece::Plain(plain) => html(plain),
    });
    parts.collect()
}

/// Characters of a text that cannot be seen or reorder what is read, each once, by their codes.
#[must_use]
pub fn unseen(text: &str) -> Vec<String> {
    let mut found: Vec<char> =
        text.chars().filter(|c| is_hostile(*c) && !matches!(c, '\n' | '\r' | '\t')).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|c| format!("U+{:04X}", u32::from(c))).collect()
}

fn move_boundaries(ranges: &[Range<usize>], moved: &mut [Range<usize>], from: usize, to: usize) {
    for (range, moved) in ranges.iter().zip(moved) {
        if range.start == from {
            moved.start = to;
        }
        if range.end == from {
            moved.end = to;
        }
    }
}

fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if is_hostile(c) => push_number(out, c),
        _ => out.push(c),
    }
}

fn push_number(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// Whether a character acts on a terminal or cannot be seen there.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' // soft hyphen
            | '\u{34f}' // combining grapheme joiner
            | '\u{61c}' // Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{180e}' // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}' // zero width, left-to-right and right-to-left marks
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, isolates
            | '\u{feff}' // byte order mark
            | '\u{fff9}'..='\u{fffb}' // interlinear annotations
            | '\u{e0000}'..='\u{e0fff}') // tags and variation selectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_what_acts() {
        let said = "a\u{202e}b\u{9b}c\u{e0041}d \u{1f600} é \"quoted\"\n";
        let line = json(&serde_json::to_string(said).unwrap());
        assert!(line.chars().all(|c| !is_hostile(c)), "{line}");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), said);
    }

    #[test]
    fn what_acts_is_shown_by_its_code() {
        assert_eq!(terminal("\x1b[31mred\u{202e}\u{200b}"), "\\u{1b}[31mred\\u{202e}\\u{200b}");
        assert_eq!(terminal("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert!(matches!(terminal("云商店 | `plain` é"), Cow::Borrowed(_)));
    }

    #[test]
    fn each_target_has_its_own_marks() {
        let text = "50%: <a>, \"b\" & 'c'\n::error::\u{ffff}";
        assert_eq!(xml(text), "50%: &lt;a&gt;, &quot;b&quot; &amp; &#39;c&#39;\\n::error::\\u{ffff}");
        assert_eq!(workflow_message("50%\n::error::\r\x1b"), "50%25\\n::error::\\r\\u{1b}");
        assert_eq!(workflow_property("a,b:50%\n"), "a%2Cb%3A50%25\\n");
        assert_eq!(sarif_text("[here](https://x.example)"), "[here] (https://x.example)");
        assert_eq!(uri("products/a b#é.yaml"), "products/a%20b%23%C3%A9.yaml");
    }

    #[test]
    fn what_a_forge_would_link_is_code() {
        assert_eq!(markdown("ask @team about #12 *now*"), "ask `@team` about `#12` \\*now\\*");
        assert_eq!(markdown("see www.x.y|GH-1"), "see `www.x.y`\\|`GH-1`");
        assert_eq!(markdown("C# costs 12.50 (net)"), "C\\# costs 12.50 (net)");
        assert_eq!(markdown("2026-11-22 a-b"), "2026-11-22 a-b");
        assert_eq!(markdown("(\"@team\")."), "(\"`@team`\").");
        assert_eq!(markdown_html("<b> @team"), "&lt;b&gt; <code>@team</code>");
    }

    #[test]
    fn no_text_begins_a_block() {
        for (text, safe) in [
            ("1. one", "1\\. one"),
            ("- one", "\\- one"),
            ("/merge", "\\/merge"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("    code ", "code"),
            (" - one", "\\- one"),
            ("2) two", "2\\) two"),
            ("3.50", "3\\.50"),
            (":::", "`:::`"),
            ("with `replaces: [this]`", "with `replaces: [this]`"),
            ("`a`@b `c", "`a` `@b` \\`c"),
        ] {
            assert_eq!(markdown(text), safe);
        }
    }

    #[test]
    fn ranges_still_point_at_the_same_text() {
        let text = "a: \x1b\u{202e}b\r\nc: é\n";
        let (start, end) = (text.find('b').unwrap(), text.find("\r\n").unwrap());
        let last = text.find('é').unwrap();
        let (out, moved) = excerpt(text, &[start..end, last..last + 2, text.len()..text.len()]);
        assert_eq!(out, "a: \\u{1b}\\u{202e}b\nc: é\n");
        assert_eq!(&out[moved[0].clone()], "b");
        assert_eq!(&out[moved[1].clone()], "é");
        assert_eq!(moved[2], out.len()..out.len());
    }
}
