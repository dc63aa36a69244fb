//! Whether a file has the shape of its kind: the typed reader says yes or no; when no, the schema finds every problem.

use super::Form;
use super::explain::explain;
use super::suggest::nearest;
use super::word::API_VERSION;
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::yaml::{Node, Scalar, Tree, excerpt, from_node, to_value};
use camino::Utf8Path;

/// Whether the tree has the document's shape; what is wrong is added to `diagnostics`, each at its place.
#[must_use]
pub fn check<T: Form>(path: &Utf8Path, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let Err(error) = from_node::<T>(tree.root()) else { return true };
    let before = diagnostics.len();
    if let Some(validator) = T::validator() {
        let value = to_value(tree.root());
        explain(path, tree, &T::schema(), validator.iter_errors(&value), diagnostics);
    }
    if diagnostics.len() == before {
        let place = error.node().map_or_else(|| tree.root(), |id| tree.node(id));
        diagnostics.push(Diagnostic::error(
            "wrong-shape",
            path,
            super::shape::place(tree, place, None),
            excerpt(error.message()),
        ));
    }
    false
}

/// The document's `kind`, once `apiVersion` is one this program reads; `known` are the kinds that may stand here.
///
/// # Errors
/// One diagnostic saying what is missing or unknown.
pub fn kind<'t>(path: &Utf8Path, tree: &'t Tree, known: &[&str]) -> Result<&'t str, Box<Diagnostic>> {
    let root = tree.root();
    if !root.is_mapping() {
        let message = "a document is a mapping of fields";
        let help =
            format!("begin with `apiVersion: {API_VERSION}` and `kind: {}`", known.join("` or `kind: "));
        return Err(Box::new(
            Diagnostic::error("wrong-type", path, first_line(tree, root.span()), message).help(help),
        ));
    }
    let version = field(path, root, "apiVersion", API_VERSION)?;
    if text(version) != Some(API_VERSION) {
        let message = "this version of the document form is not known";
        let diagnostic = Diagnostic::error("api-version-unknown", path, place(tree, version, None), message);
        let diagnostic = diagnostic.help(format!("this program reads `apiVersion: {API_VERSION}`"));
        return Err(Box::new(diagnostic));
    }
    let kind = field(path, root, "kind", known.first().copied().unwrap_or_default())?;
    let name = text(kind).unwrap_or_default();
    if known.contains(&name) {
        return Ok(name);
    }
    let message = format!("documents of kind `{}` are not read here", excerpt(name));
    let diagnostic = Diagnostic::error("kind-unknown", path, place(tree, kind, None), message)
        .help(format!("here stands `kind: {}`", known.join("` or `kind: ")));
    Err(Box::new(match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.spelling(name, near).replacing(kind.span()),
        None => diagnostic,
    }))
}

fn field<'t>(
    path: &Utf8Path,
    root: Node<'t>,
    name: &str,
    example: &str,
) -> Result<Node<'t>, Box<Diagnostic>> {
    root.get(name).ok_or_else(|| {
        let at = root.entries().next().map_or_else(|| root.span(), |(key, _)| key.span());
        let diagnostic = Diagnostic::error("missing-field", path, at, format!("`{name}` is missing"));
        Box::new(diagnostic.help(format!("add `{name}: {example}`")))
    })
}

fn text(node: Node<'_>) -> Option<&str> {
    match node.scalar()? {
        Scalar::Text(text) => Some(text),
        Scalar::Null | Scalar::Flag(_) | Scalar::Number(_) => None,
    }
}

/// What to underline for a value: the value when it fits on a line, else its key, else its first key or line.
#[must_use]
pub(crate) fn place(tree: &Tree, value: Node<'_>, key: Option<Node<'_>>) -> Span {
    let span = value.span();
    let written = tree.text().get(span.range()).unwrap_or("");
    let scalar = !value.is_mapping() && !value.is_sequence();
    let flow = written.starts_with(['[', '{']);
    if (scalar || flow) && !written.contains('\n') {
        return span;
    }
    if let Some(key) = key {
        return key.span();
    }
    if let Some((key, named)) = value.entry("key").or_else(|| value.entries().next()) {
        return if key.text() == Some("key") { named.span() } else { key.span() };
    }
    first_line(tree, span)
}

fn first_line(tree: &Tree, span: Span) -> Span {
    let written = tree.text().get(span.range()).unwrap_or("");
    let line = written.lines().next().unwrap_or("").trim_end().len();
    Span::new(span.range().start, span.range().start + line)
}
