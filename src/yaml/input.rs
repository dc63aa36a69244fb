//! What the parser reads a text from, character by character.
//!
//! The parser's own input decodes every character anew for each question it is asked, and sets aside 128 bytes for each
//! plain scalar. Nearly all characters of a definition are single bytes, and nearly all scalars short: here a table answers
//! by the byte, and a scalar gets room as it grows.

use saphyr_parser::{Event, Input, Parser, ScanError, Span};

/// A text, as far as the parser has read it.
#[derive(Debug, Clone)]
pub struct TextInput<'t> {
    text: &'t str,
    /// Byte of the next character.
    at: usize,
}

/// How many characters the parser is told that there are ahead, whose room it sets aside for a plain scalar as well.
const AHEAD: usize = 16;

const BLANK: u8 = 1;
const BREAK: u8 = 1 << 1;
/// The end of the text, which the parser is told as NUL, and NUL itself.
const END: u8 = 1 << 2;
const FLOW: u8 = 1 << 3;
const COLON: u8 = 1 << 4;
/// The first or a later byte of a longer character.
const WIDE: u8 = 1 << 5;

/// What each byte means to YAML; nothing for most.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < classes.len() {
        classes[byte] = match byte as u8 {
            0 => END,
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => BREAK,
            b',' | b'[' | b']' | b'{' | b'}' => FLOW,
            b':' => COLON,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl<'t> TextInput<'t> {
    /// The whole of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    #[inline]
    fn class(&self, at: usize) -> u8 {
        self.byte(at).and_then(|byte| CLASSES.get(usize::from(byte)).copied()).unwrap_or(END)
    }

    #[inline]
    fn is(&self, classes: u8) -> bool {
        self.class(self.at) & classes != 0
    }

    /// The character that begins at a byte, if the text goes on there.
    #[inline]
    fn character(&self, at: usize) -> Option<char> {
        match self.byte(at) {
            Some(byte) if byte.is_ascii() => Some(char::from(byte)),
            Some(_) => self.wide(at),
            None => None,
        }
    }

    #[cold]
    #[inline(never)]
    fn wide(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Where the character behind the one at a byte begins.
    #[inline]
    fn after(&self, at: usize) -> usize {
        match self.byte(at) {
            Some(byte) if byte.is_ascii() => at + 1,
            Some(_) => self.after_wide(at),
            None => at,
        }
    }

    // A call of its own, so that the processor need not know the byte to go on.
    #[cold]
    #[inline(never)]
    fn after_wide(&self, at: usize) -> usize {
        at + self.wide(at).map_or(1, char::len_utf8)
    }

    /// Where a character further on begins.
    #[inline]
    fn nth(&self, count: usize) -> usize {
        (0..count).fold(self.at, |at, _| self.after(at))
    }

    /// Whether three times the same character stands here, as a line of its own or with something behind it.
    #[inline]
    fn is_marker(&self, marks: &[[u8; 3]]) -> bool {
        let ends = |at| self.class(at) & (BLANK | BREAK | END) != 0;
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        marks.iter().any(|mark| rest.starts_with(mark)) && ends(self.at + 3)
    }
}

impl Input for TextInput<'_> {
    /// All characters are there, so none is fetched.
    #[inline]
    fn lookahead(&mut self, _: usize) {}

    #[inline]
    fn buflen(&self) -> usize {
        AHEAD
    }

    #[inline]
    fn bufmaxlen(&self) -> usize {
        AHEAD
    }

    #[inline]
    fn raw_read_ch(&mut self) -> char {
        let next = self.peek();
        self.skip();
        next
    }

    #[inline]
    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        let next = self.peek_opt().filter(|c| !matches!(c, '\0' | '\n' | '\r' | '\u{FEFF}'))?;
        self.skip();
        Some(next)
    }

    #[inline]
    fn skip(&mut self) {
        self.at = self.after(self.at);
    }

    #[inline]
    fn skip_n(&mut self, count: usize) {
        self.at = self.nth(count);
    }

    #[inline]
    fn peek(&self) -> char {
        self.character(self.at).unwrap_or('\0')
    }

    #[inline]
    fn peek_nth(&self, count: usize) -> char {
        self.character(self.nth(count)).unwrap_or('\0')
    }

    #[inline]
    fn peek_opt(&self) -> Option<char> {
        self.character(self.at)
    }

    #[inline]
    fn next_2_are(&self, first: char, second: char) -> bool {
        self.peek_opt() == Some(first) && self.character(self.nth(1)) == Some(second)
    }

    #[inline]
    fn next_is_document_indicator(&self) -> bool {
        self.is_marker(&[*b"---", *b"..."])
    }

    #[inline]
    fn next_is_document_start(&self) -> bool {
        self.is_marker(&[*b"---"])
    }

    #[inline]
    fn next_is_document_end(&self) -> bool {
        self.is_marker(&[*b"..."])
    }

    #[inline]
    fn next_can_be_plain_scalar(&self, in_flow: bool) -> bool {
        match self.class(self.at) {
            // As of most bytes, which need not be compared with all of these.
            0 => true,
            // A colon ends a scalar where something follows that cannot belong to it.
            COLON => {
                let next = self.class(self.at + 1);
                next & (BLANK | BREAK | END) == 0 && !(in_flow && next == FLOW)
            }
            FLOW => !in_flow,
            WIDE => self.peek() != '\u{FEFF}',
            _ => true,
        }
    }

    #[inline]
    fn next_is_blank_or_break(&self) -> bool {
        self.is(BLANK | BREAK)
    }

    #[inline]
    fn next_is_blank_or_breakz(&self) -> bool {
        self.is(BLANK | BREAK | END)
    }

    #[inline]
    fn next_is_blank(&self) -> bool {
        self.is(BLANK)
    }

    #[inline]
    fn next_is_break(&self) -> bool {
        self.is(BREAK)
    }

    #[inline]
    fn next_is_breakz(&self) -> bool {
        self.is(BREAK | END)
    }

    #[inline]
    fn next_is_z(&self) -> bool {
        self.is(END)
    }

    #[inline]
    fn next_is_flow(&self) -> bool {
        self.is(FLOW)
    }
}

/// What the parser says next, apart from what is made of it: where the compiler put them together a check took longer.
#[inline(never)]
pub(super) fn next_event<'t>(
    parser: &mut Parser<'t, TextInput<'t>>,
) -> Option<Result<(Event<'t>, Span), ScanError>> {
    parser.next_event()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use saphyr_parser::{BufferedInput, Event, Parser, Span, StrInput};

    /// All events, and what ends them before the end.
    fn events<T: Input>(input: T) -> (Vec<(Event<'static>, Span)>, Option<String>) {
        let mut parser = Parser::new(input);
        let mut events = Vec::new();
        while let Some(step) = parser.next_event() {
            match step {
                Ok(event) => events.push(event),
                Err(error) => return (events, Some(error.to_string())),
            }
        }
        (events, None)
    }

    /// Its other own input counts bytes where it should count characters: in a directive that it does not know.
    fn is_told_as_by_the_parsers_own(text: &str) {
        let told = events(TextInput::new(text));
        assert_eq!(told, events(BufferedInput::new(text.chars())), "{text:?}");
        if text.is_ascii() || !text.contains('%') {
            assert_eq!(told, events(StrInput::new(text)), "{text:?}");
        }
    }

    #[test]
    fn texts_are_told_as_by_the_parsers_own_input() {
        let long = "long-word".repeat(40);
        let deep: String = (0..30).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        let block = format!("a: |\n{0}text\n\n{0}  more\n", " ".repeat(20));
        for text in [
            "",
            "\0",
            "a: b",
            "a: b\0c",
            "--- a\n...\n--- b",
            "---",
            "...",
            "- a\n- b # c\n",
            "{a: 1, b: [x, y], c}",
            "a:b",
            "a: {b:c, d: ,}",
            "[a:,b]",
            "a: 名称\nb: 价格：９９元",
            "\u{FEFF}a: b",
            "a: b\u{FEFF}c",
            "\r\na: b\r\n",
            "a: \"x\\u00e9\\\n  y\"",
            "a: 'it''s'",
            "? a\n: b",
            "&x a: *x",
            "!!str a: !t b",
            "%YAML 1.2\n---\na",
            "a: >-\n  x\n\n   y\n",
            "a:\tb",
            "\ta",
            "a: - b",
            "a: #b",
            "a: b#c",
            "a: b #c\n d",
            "😀: [😀, 😀]",
            "-",
            ":",
            "a:\n- b\n-c",
            "a: |2\n  b\n c",
            "- - a\n  - b",
        ] {
            is_told_as_by_the_parsers_own(text);
        }
        for text in [long, deep, block] {
            is_told_as_by_the_parsers_own(&text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]
        #[test]
        fn any_text_is_told_as_by_the_parsers_own_input(pieces in proptest::collection::vec(piece(), 0..40)) {
            is_told_as_by_the_parsers_own(&pieces.concat());
        }
    }

    /// What means something to YAML, and what does not.
    fn piece() -> impl Strategy<Value = String> {
        let signs = prop::sample::select(vec![
            " ", "  ", "\n", "\r", "\r\n", "\t", "\0", ": ", ":", "- ", "-", "---", "...", "? ", "#", " # ",
            ",", "[", "]", "{", "}", "|\n", ">-\n", "|2+\n", "\"", "'", "\\", "\\u00e9", "&a ", "*a", "!t ",
            "%", "@", "`", "~", "\u{FEFF}", "\u{85}", "价", "é", "😀", "a", "key: ", "\n  ", "\n    - ",
            "0x1F", "1.0",
        ]);
        prop_oneof![
            4 => signs.prop_map(str::to_owned),
            1 => "[a-z]{1,40}".prop_map(|word| word),
            // Deeper than the parser is told that there are characters ahead.
            1 => "(a: \\|)?\n {12,40}b?".prop_map(|deep| deep),
            1 => proptest::char::any().prop_map(|c| c.to_string()),
        ]
    }
}
