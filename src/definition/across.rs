//! What only shows when all products are seen together.

use super::{Catalog, Definition};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// Finds keys that two products claim.
///
/// `repeated` are products whose key another file's product has already.
pub(super) fn check(catalog: &Catalog, repeated: &[Definition], diagnostics: &mut Diagnostics) {
    for product in repeated {
        let Some(first) = catalog.definition(product.key.as_str()) else { continue };
        let message = format!("two products have the key `{}`", product.key);
        let diagnostic = error("product-key-repeated", product, key_node(product), message)
            .label("again here")
            .also(location(first, key_node(first)), "first here")
            .help("give one of them another key");
        add(diagnostics, diagnostic, &[product, first]);
    }
    let all = || catalog.definitions().iter().chain(repeated);
    for product in all().filter(|product| product.follows()) {
        for node in product.named("formerly") {
            let Some(other) = node.text().and_then(|key| catalog.definition(key)) else { continue };
            if other.path == product.path {
                continue;
            }
            let message =
                format!("`{}` is said to be renamed to `{}`, and still stands here", other.key, product.key);
            let diagnostic = error("former-key-in-use", product, node, message)
                .also(location(other, key_node(other)), "still here")
                .help("remove the old file, or take the key from `formerly`: a renamed key is gone");
            add(diagnostics, diagnostic, &[product, other]);
        }
    }
    let mut files: Vec<&Definition> = all().filter(|product| product.follows()).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    claimed_once(&files, "formerly", diagnostics);
    claimed_once(&files, "replaces", diagnostics);
}

/// A key may be followed by one product only.
fn claimed_once(products: &[&Definition], list: &str, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, (&Definition, Node<'_>)> = BTreeMap::new();
    for product in products {
        for node in product.named(list) {
            let key = node.text().unwrap_or_default();
            let Some((first, place)) = seen.get(key).copied() else {
                seen.insert(key, (product, node));
                continue;
            };
            if first.path == product.path {
                continue;
            }
            let (rule, message) = match list {
                "replaces" => ("product-replaced-twice", format!("two products take the place of `{key}`")),
                _ => ("former-key-claimed-twice", format!("two products say they were `{key}`")),
            };
            let diagnostic = error(rule, product, node, message)
                .label("again here")
                .also(location(first, place), "first here")
                .help("only one product can follow another; take the key from one of them");
            add(diagnostics, diagnostic, &[product, first]);
        }
    }
}

fn key_node(product: &Definition) -> Node<'_> {
    let root = product.tree().root();
    root.get("key").unwrap_or(root)
}

fn location(product: &Definition, node: Node<'_>) -> Location {
    Location { path: product.path.clone(), span: node.span() }
}

fn error(rule: &'static str, product: &Definition, node: Node<'_>, message: String) -> Diagnostic {
    Diagnostic::error(rule, product.path.clone(), node.span(), message)
}

fn add(diagnostics: &mut Diagnostics, diagnostic: Diagnostic, about: &[&Definition]) {
    diagnostics.push(diagnostic);
    for product in about {
        if diagnostics.sources.get(&product.path).is_none() {
            diagnostics.sources.insert(product.source());
        }
    }
}
