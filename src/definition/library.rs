//! The attribute library and approvals.

use super::document::{ApprovalDocument, AttributesDocument};
use crate::config::form::{check, kind};
use crate::config::{Config, Target};
use crate::diagnostic::Diagnostic;
use crate::model::{AttributeKind, Key, Quantity, QuantityPricing};
use crate::submission::{Evidence, EvidenceKind, OperationId};
use crate::text::Span;
use crate::yaml::{Node, Tree, excerpt};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// An attribute of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryAttribute {
    /// The name buyers see.
    pub name: String,
    /// What it means; may be empty.
    pub description: String,
    /// Choices or a quantity (linear, until a specification says otherwise).
    pub kind: AttributeKind,
}

/// The seller's attributes by code.
pub type Library = BTreeMap<Key, LibraryAttribute>;

/// An approval as its file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Where it stands.
    pub path: Utf8PathBuf,
    /// The target.
    pub target: Key,
    /// The product.
    pub product: Key,
    /// The operation that may pass.
    pub operation: OperationId,
    /// Who approves.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it no longer counts.
    pub expires: Option<Timestamp>,
}

impl Approval {
    /// The approval as evidence, given when its file was merged.
    #[must_use]
    pub fn evidence(&self, at: Timestamp) -> Evidence {
        Evidence {
            kind: EvidenceKind::Approval(self.operation.clone()),
            by: self.by.clone(),
            reason: self.reason.clone(),
            at,
            expires: self.expires,
        }
    }
}

/// Reads the attribute library.
pub(super) fn library(config: &Config, path: &Utf8Path, tree: &Tree, found: &mut Vec<Diagnostic>) -> Library {
    let mut library = Library::new();
    if let Err(error) = kind(path, tree, &["Attributes"]) {
        found.push(*error);
        return library;
    }
    if !check::<AttributesDocument>(path, tree, found) {
        return library;
    }
    for (code, node) in tree.root().get("attributes").into_iter().flat_map(Node::entries) {
        let Ok(key) = Key::new(code.text().unwrap_or_default()) else { continue };
        if let Some(attribute) = attribute(config, path, code, node, found) {
            library.insert(key, attribute);
        }
    }
    library
}

fn attribute(
    config: &Config,
    path: &Utf8Path,
    code: Node<'_>,
    node: Node<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<LibraryAttribute> {
    let text = |name: &str| node.get(name).filter(|node| !node.is_null()).and_then(Node::text);
    let name = text("name")?.to_owned();
    let reserved = |target: &Target| {
        let presets = &target.profile.reserved_attributes;
        presets
            .iter()
            .find(|preset| {
                let preset = preset.to_lowercase();
                preset == name.to_lowercase() || Some(preset.as_str()) == code.text()
            })
            .cloned()
    };
    if let Some(preset) = config.targets.values().find_map(reserved) {
        let message = format!("`{preset}` is the name of a preset attribute");
        let diagnostic = Diagnostic::error("attribute-reserved", path, code.span(), message)
            .why("preset attributes cannot be used by sellers (R94, R95)")
            .help("choose another name");
        found.push(diagnostic);
    }
    let number = |range: Node<'_>, name: &str| u64::try_from(range.get(name)?.whole()?).ok();
    let kind = match (node.get("values"), node.get("quantity")) {
        (Some(values), None) => {
            let labels = values
                .entries()
                .filter_map(|(key, label)| Some((Key::new(key.text()?).ok()?, label.text()?.to_owned())));
            AttributeKind::Enumeration(labels.collect())
        }
        (None, Some(range)) => AttributeKind::Quantity(Quantity {
            min: number(range, "min")?,
            max: number(range, "max")?,
            step: number(range, "step")?,
            pricing: QuantityPricing::Linear,
        }),
        (Some(_), Some(_)) | (None, None) => {
            let message = "an attribute needs either `values` or `quantity`";
            let help =
                "`values: {basic: Basic}` for choices, `quantity: {min: 1, max: 100, step: 1}` for a number";
            found.push(Diagnostic::error("attribute-kind-unclear", path, code.span(), message).help(help));
            return None;
        }
    };
    Some(LibraryAttribute { name, description: text("description").unwrap_or_default().to_owned(), kind })
}

/// Reads an approval.
pub(super) fn approval(
    config: &Config,
    path: &Utf8Path,
    tree: &Tree,
    found: &mut Vec<Diagnostic>,
) -> Option<Approval> {
    if let Err(error) = kind(path, tree, &["Approval"]) {
        found.push(*error);
        return None;
    }
    if !check::<ApprovalDocument>(path, tree, found) {
        return None;
    }
    let root = tree.root();
    let text = |name: &str| root.get(name).filter(|node| !node.is_null()).and_then(Node::text);
    let target = Key::new(text("target")?).ok()?;
    if !config.targets.contains_key(&target) {
        found.push(unknown_target(config, path, root.get("target")?.span(), target.as_str()));
        return None;
    }
    let expires = match text("expires").map(|written| (written, written.parse::<Timestamp>())) {
        None => None,
        Some((_, Ok(moment))) => Some(moment),
        Some((written, Err(_))) => {
            let message = format!("`{}` is not a moment", excerpt(written));
            let help = "write date, time and zone as in 2026-12-31T00:00:00Z";
            found.push(
                Diagnostic::error("moment-form", path, root.get("expires")?.span(), message).help(help),
            );
            return None;
        }
    };
    Some(Approval {
        path: path.to_owned(),
        target,
        product: Key::new(text("product")?).ok()?,
        operation: OperationId(text("operation")?.to_owned()),
        by: text("by")?.to_owned(),
        reason: text("reason")?.to_owned(),
        expires,
    })
}

/// A target that `gallerist.yaml` does not name.
pub(super) fn unknown_target(config: &Config, path: &Utf8Path, span: Span, written: &str) -> Diagnostic {
    let names: Vec<&str> = config.targets.keys().map(Key::as_str).collect();
    let diagnostic =
        Diagnostic::error("target-unknown", path, span, format!("there is no target `{}`", excerpt(written)))
            .help(format!("`gallerist.yaml` names {}", names.join(", ")));
    match crate::config::form::nearest(written, names) {
        Some(near) => diagnostic.fix(format!("write `{near}`"), near),
        None => diagnostic,
    }
}
