//! What a tree alone shows to be wrong: repeated keys, and text that is not what it looks like.

use super::tree::{Node, Tree};
use crate::diagnostic::{Diagnostic, Location};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// A text of the file as part of a sentence: on one line and not long.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LIMIT: usize = 80;
    let line = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(LIMIT).map(line).collect();
    if text.chars().nth(LIMIT).is_some() {
        short.push('…');
    }
    short
}

/// Most complaints about one file; more help nobody and cost memory.
pub const REPORTED_MAX: usize = 100;

/// Finds repeated keys, and text that shows differently from what it says, in some of a tree's nodes.
pub(super) fn inspect(
    path: &Utf8Path,
    tree: &Tree,
    nodes: impl Iterator<Item = usize>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let shown = |at: Node<'_>| Location { path: path.to_owned(), span: at.span() };
    for index in nodes {
        if diagnostics.len() >= REPORTED_MAX {
            return;
        }
        let node = tree.node(super::NodeId::at(u32::try_from(index).unwrap_or(u32::MAX)));
        let mut seen: BTreeMap<&str, Node<'_>> = BTreeMap::new();
        for (key, _) in node.entries() {
            let name = key.text().unwrap_or_default();
            let Some(first) = seen.get(name) else {
                seen.insert(name, key);
                continue;
            };
            if diagnostics.len() >= REPORTED_MAX {
                return;
            }
            let diagnostic = Diagnostic::error(
                "duplicate-key",
                path,
                key.span(),
                format!("`{}` stands here twice", excerpt(name)),
            )
            .label("again here")
            .also(shown(*first), "first here")
            .help("keep one of them");
            diagnostics.push(diagnostic);
        }
        let text = node.text().filter(|text| !text.is_ascii()).unwrap_or_default();
        if let Some(c) = text.chars().find(|c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        {
            let message =
                format!("U+{:04X} in this text makes it show in another order than it is read", u32::from(c));
            let diagnostic = Diagnostic::error("bidi-control", path, node.span(), message).warning();
            diagnostics.push(diagnostic.help("remove the character unless the language needs it"));
        }
    }
}
