//! Documents in canonical form, whatever their kind.

use super::document::{ApprovalDocument, AttributesDocument, CasesDocument, ProductDocument};
use crate::config::form::{Form, check, kind};
use crate::config::{ConfigDocument, SITE_FIELDS};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Span;
use crate::yaml::{self, Limits, Node, Order, Reading, Tree, read};
use camino::Utf8Path;
use std::sync::Arc;

/// A document that was looked at to be formatted.
#[derive(Debug, Clone)]
pub struct Formatted {
    /// The text as it was, as far as it is UTF-8.
    pub before: Arc<str>,
    /// The canonical text; `None` when the document was left alone.
    pub after: Option<String>,
    /// Why it was left alone: what is wrong with its syntax or shape.
    pub diagnostics: Vec<Diagnostic>,
}

/// Brings a document into canonical form. Its `kind` says which form that is.
///
/// What is wrong with its contents does not matter here; a document without the shape of its kind is left alone.
#[must_use]
pub fn format(path: &Utf8Path, bytes: &[u8]) -> Formatted {
    let Reading { text: before, tree, mut diagnostics } = read(path, bytes, Limits::default());
    let is_sound = diagnostics.iter().all(|found| found.severity != Severity::Error);
    let Some(tree) = tree.filter(|_| is_sound) else { return Formatted { before, after: None, diagnostics } };
    // What only warns is for `check` to tell.
    diagnostics.clear();
    let order = order(path, &tree, &mut diagnostics);
    let after = order.and_then(|order| yaml::format(&tree, &order));
    if after.is_none() && diagnostics.is_empty() {
        let message = "this file is written in a way that cannot be formatted safely";
        let help = "write each key on one line, as `key: value`; other rare spellings are not rearranged";
        diagnostics.push(Diagnostic::error("format-unsafe", path, Span::default(), message).help(help));
    }
    Formatted { before, after, diagnostics }
}

/// What kind of document it is.
///
/// # Errors
/// When its version or kind is missing or unknown.
pub fn kind_of<'t>(path: &Utf8Path, tree: &'t Tree) -> Result<&'t str, Box<Diagnostic>> {
    const KINDS: &[&str] = &[
        ProductDocument::KIND,
        AttributesDocument::KIND,
        ApprovalDocument::KIND,
        CasesDocument::KIND,
        ConfigDocument::KIND,
    ];
    kind(path, tree, KINDS)
}

/// The order of fields in a document of any kind; `None` when it does not have the shape of its kind.
pub fn order(path: &Utf8Path, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) -> Option<Order> {
    let name = match kind_of(path, tree) {
        Ok(name) => name,
        Err(found) => {
            diagnostics.push(*found);
            return None;
        }
    };
    match name {
        AttributesDocument::KIND => of_form::<AttributesDocument>(path, tree, diagnostics),
        ApprovalDocument::KIND => of_form::<ApprovalDocument>(path, tree, diagnostics),
        CasesDocument::KIND => of_form::<CasesDocument>(path, tree, diagnostics),
        ConfigDocument::KIND => {
            let order = of_form::<ConfigDocument>(path, tree, diagnostics)?;
            let targets = tree.root().get("targets").into_iter().flat_map(Node::entries);
            let sites = targets.filter_map(|(_, target)| target.get("site"));
            Some(sites.fold(order, |order, site| order.with(site.id(), SITE_FIELDS)))
        }
        _ => of_form::<ProductDocument>(path, tree, diagnostics),
    }
}

fn of_form<T: Form>(path: &Utf8Path, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) -> Option<Order> {
    check::<T>(path, tree, diagnostics).then(|| Order::of::<T>(tree.root()).ok())?
}
