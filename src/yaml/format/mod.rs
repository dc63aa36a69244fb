//! The canonical form of a document: fields in the order of their form, two spaces of indentation, nothing lost.
//!
//! Values keep the style their author chose. Comments and empty lines stay with what they belong to: those above an
//! entry move with it, those that are indented more than it too; the file's first comments and its last ones stay where
//! they are. Keys that a user chose and elements of lists keep their order, which may have a meaning.

mod block;
mod flow;
mod gap;
mod leaf;
mod same;

pub(super) use gap::{lines, take_deeper};
pub(super) use leaf::whole_end;
pub use same::same;

use super::{Limits, Order, Reading, Tree, read};
use block::Writer;
use camino::Utf8Path;

/// Writes a document in canonical form. Lines end as the first one does.
///
/// The result was read again and says the same, with the same comments; `None` when it would not: then the document is
/// written in a way that is not understood well enough to be rearranged.
#[must_use]
pub fn format(tree: &Tree, order: &Order) -> Option<String> {
    let text = tree.text();
    let is_crlf = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    let breaks = if is_crlf { "\r\n" } else { "\n" };
    let plain = text.contains('\r').then(|| again(&text.replace("\r\n", "\n").replace('\r', "\n")));
    let plain = match &plain {
        Some(read) => read.as_ref()?,
        None => tree,
    };
    let written = Writer::new(plain.text(), order, plain.root()).document(plain.root());
    let mark = if text.starts_with('\u{FEFF}') { "\u{FEFF}" } else { "" };
    let written = mark.to_owned() + &written.replace('\n', breaks);
    same(tree, &again(&written)?, order).then_some(written)
}

/// Reads a text that was written here.
fn again(text: &str) -> Option<Tree> {
    let Reading { tree, diagnostics, .. } = read(Utf8Path::new(""), text.as_bytes(), Limits::default());
    tree.filter(|_| diagnostics.iter().all(|found| found.severity != crate::diagnostic::Severity::Error))
}
