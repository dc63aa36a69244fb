//! A value before and after, with what differs marked.

use super::words::lines;
use crate::model::Value;
use similar::{ChangeTag, TextDiff};

/// Texts together longer than this are compared line by line, not word by word.
const WORDS_MAX: usize = 40_000;
/// Texts together longer than this are not compared; all of them is marked.
const LINES_MAX: usize = 400_000;
/// Unchanged text between two changes that is longer is left out but for its ends.
const KEPT_MAX: usize = 280;
const KEPT_END: usize = 110;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Same(String),
    Gone(String),
    New(String),
    /// So many characters that did not change.
    Left(usize),
}

/// A text in pieces; empty where there is nothing.
pub(super) type Pieces = Vec<Piece>;

/// A value that only stands there.
pub(super) fn whole(value: Option<&Value>) -> Pieces {
    let text = value.map(|value| lines(value).join("\n")).unwrap_or_default();
    if text.is_empty() { Vec::new() } else { vec![Piece::Same(text)] }
}

/// A value before and after, with what differs marked in both.
pub(super) fn marked(from: Option<&Value>, to: Option<&Value>) -> (Pieces, Pieces) {
    let text = |value: Option<&Value>| value.map(|value| lines(value).join("\n")).unwrap_or_default();
    let (before, after) = (text(from), text(to));
    let is_text = matches!(
        (from, to),
        (
            Some(Value::Text(_) | Value::Texts(_) | Value::Entries(_)),
            Some(Value::Text(_) | Value::Texts(_) | Value::Entries(_))
        )
    );
    match is_text && before != after {
        true => difference(&before, &after),
        false => (whole(from), whole(to)),
    }
}

fn difference(before: &str, after: &str) -> (Pieces, Pieces) {
    let size = before.len() + after.len();
    if size > LINES_MAX {
        return (vec![Piece::Gone(before.to_owned())], vec![Piece::New(after.to_owned())]);
    }
    let found = match size > WORDS_MAX {
        true => TextDiff::from_lines(before, after),
        false => TextDiff::from_words(before, after),
    };
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in found.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut old, Piece::Same(text.to_owned()));
                push(&mut new, Piece::Same(text.to_owned()));
            }
            // The other side keeps the place, so that both are cut in the same way.
            ChangeTag::Delete => {
                push(&mut old, Piece::Gone(text.to_owned()));
                push(&mut new, Piece::New(String::new()));
            }
            ChangeTag::Insert => {
                push(&mut old, Piece::Gone(String::new()));
                push(&mut new, Piece::New(text.to_owned()));
            }
        }
    }
    (shortened(old), shortened(new))
}

/// Adds to the last piece where it is of the same kind.
fn push(pieces: &mut Pieces, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Same(text)), Piece::Same(more))
        | (Some(Piece::Gone(text)), Piece::Gone(more))
        | (Some(Piece::New(text)), Piece::New(more)) => text.push_str(&more),
        (_, piece) => pieces.push(piece),
    }
}

/// Leaves out the middle of what did not change, so that a changed word does not drown in its page.
fn shortened(pieces: Pieces) -> Pieces {
    let last = pieces.len().saturating_sub(1);
    let mut out = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate() {
        let Piece::Same(text) = piece else {
            out.push(piece);
            continue;
        };
        let count = text.chars().count();
        if count <= KEPT_MAX {
            out.push(Piece::Same(text));
            continue;
        }
        let (head, tail) = (if at == 0 { 0 } else { KEPT_END }, if at == last { 0 } else { KEPT_END });
        if head > 0 {
            out.push(Piece::Same(text.chars().take(head).collect()));
        }
        out.push(Piece::Left(count - head - tail));
        if tail > 0 {
            out.push(Piece::Same(text.chars().skip(count - tail).collect()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn what_differs_is_marked_word_by_word() {
        let (old, new) = marked(Some(&text("keeps two offers")), Some(&text("keeps three offers")));
        let same = |text: &str| Piece::Same(text.to_owned());
        assert_eq!(old, [same("keeps "), Piece::Gone("two".to_owned()), same(" offers")]);
        assert_eq!(new, [same("keeps "), Piece::New("three".to_owned()), same(" offers")]);
    }

    #[test]
    fn long_texts_are_shown_around_what_changed() {
        let page = "word ".repeat(400);
        let (old, _) =
            marked(Some(&text(&format!("{page}old {page}"))), Some(&text(&format!("{page}new {page}"))));
        assert!(
            matches!(old.as_slice(), [Piece::Left(_), Piece::Same(_), Piece::Gone(gone), Piece::Same(_), Piece::Left(_)]
            if gone == "old"),
            "{old:?}"
        );
        let (from, to) = (text(&"a".repeat(LINES_MAX)), text(&"b".repeat(LINES_MAX)));
        assert!(matches!(marked(Some(&from), Some(&to)).0.as_slice(), [Piece::Gone(_)]));
    }

    #[test]
    fn what_is_no_text_is_shown_as_it_is() {
        let (old, new) = marked(Some(&Value::Flag(true)), None);
        assert_eq!((old, new), (vec![Piece::Same("Yes".to_owned())], vec![]));
    }
}
