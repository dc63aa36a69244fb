//! What a text puts between quotation marks.

/// Marks that open and close; a straight one does both.
const MARKS: [(char, char); 10] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('«', '»'),
    ('＂', '＂'),
];

/// More than this is no quotation but a text with marks in it.
const LONG: usize = 400;

/// The quotations of a text, without the marks, in their order; at most a hundred.
pub(super) fn quoted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    while found.len() < 100 {
        let Some(rest) = text.get(from..) else { break };
        let mut opening = rest.char_indices().filter_map(|(at, c)| {
            let close = MARKS.iter().find(|(open, _)| *open == c)?.1;
            Some((at, c, close))
        });
        let Some((at, open, close)) = opening.next() else { break };
        let start = from + at + open.len_utf8();
        from = start;
        // An apostrophe within a word opens nothing.
        let before = text.get(..start - open.len_utf8()).and_then(|head| head.chars().next_back());
        if open == '\'' && before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let inner = text.get(start..).unwrap_or_default();
        let ends = inner.char_indices().take(LONG).find(|(at, c)| {
            let after = inner.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            *c == close && (close != '\'' || !after.is_some_and(char::is_alphanumeric))
        });
        if let Some((length, _)) = ends {
            let quote = inner.get(..length).unwrap_or_default().trim();
            if quote.chars().count() > 1 {
                found.push(quote);
            }
            from = start + length + close.len_utf8();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn marks_of_all_kinds_quote_and_apostrophes_do_not() {
        let text = "the seller's \"best CRM\" isn't 'for all', “真的” and 「最佳」 or `x` \"never closed";
        assert_eq!(quoted(text), ["best CRM", "for all", "真的", "最佳"]);
        assert!(quoted(&"\"".repeat(10_001)).is_empty());
        assert!(quoted("").is_empty());
    }
}
