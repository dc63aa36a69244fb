//! Writing `retire` into a definition: only the lines it needs.

use super::workspace::{open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::definition::{Catalog, Definition};
use crate::model::{Key, Retirement};
use crate::report::Invocation;
use crate::repository::Assets;
use crate::text::{Span, TextEdit, apply_edits};
use crate::yaml::Node;

/// Writes `retire` into a product's definition, or into one of its specifications.
///
/// # Errors
/// When there is no such product or specification, or the file cannot be written.
pub fn retire(
    request: &Request,
    product: &Key,
    specification: Option<&Key>,
    reason: &str,
) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let (catalog, diagnostics) = workspace.read(&[]);
    let Some(definition) = catalog.definition(product.as_str()) else {
        return Err(ServiceError::Request {
            message: format!("there is no definition of `{product}`"),
            hints: vec![format!("definitions stand in {}", workspace.config.products)],
        });
    };
    if definition.is_broken() {
        return Err(ServiceError::Catalog(Box::new(diagnostics)));
    }
    if reason.trim().is_empty() {
        return Err(refuse(
            "a retirement needs a reason: the marketplace's approver reads it (R53)".to_owned(),
        ));
    }
    let root = definition.tree().root();
    let owner = match specification {
        None => root,
        Some(key) => specification_node(root, key).ok_or_else(|| {
            let known = root.get("specifications").into_iter().flat_map(Node::items);
            let known: Vec<&str> = known.filter_map(|item| item.get("key")?.text()).collect();
            ServiceError::Request {
                message: format!("`{product}` has no specification `{key}`"),
                hints: vec![format!("it has {}", known.join(", "))],
            }
        })?,
    };
    let what = specification.map_or_else(|| format!("`{product}`"), |key| format!("`{key}` of `{product}`"));
    if owner.get("retire").is_some() {
        return Err(refuse(format!("{what} is retired already")));
    }
    let source = definition.source();
    let edit = insertion(source.text(), owner, "retire", reason)
        .ok_or_else(|| refuse(format!("{what} has no key to write beside")))?;
    let edited = apply_edits(source.text(), &[edit])
        .filter(|text| says(&workspace, definition, text, specification, reason));
    let Some(edited) = edited else {
        return Err(ServiceError::Request {
            message: format!("{} is written in a way that cannot be edited safely", definition.path),
            hints: vec![format!("write `retire: {{reason: ...}}` beside the key of {what} by hand")],
        });
    };
    super::write(&workspace.tree.root().join(&definition.path), edited.as_bytes())?;
    let sentence = format!(
        "{what} is to be retired: {reason}. It stays on sale until the marketplace approves the removal."
    );
    let target = (target.name != workspace.config.default_target).then(|| target.name.clone());
    let next = Invocation { target, ..Invocation::default() }.command("plan");
    Ok(Recorded { sentence, path: Some(definition.path.clone()), next: Some(next) })
}

pub(super) fn specification_node<'t>(root: Node<'t>, key: &Key) -> Option<Node<'t>> {
    let mut items = root.get("specifications")?.items();
    items.find(|item| item.get("key").and_then(Node::text) == Some(key.as_str()))
}

/// The line after `key: ...`, or the words after it in a mapping on one line.
pub(super) fn insertion(text: &str, owner: Node<'_>, word: &str, reason: &str) -> Option<TextEdit> {
    let (key, value) = owner.entry("key")?;
    let quoted = serde_json::to_string(reason).ok()?;
    let end = value.span().range().end;
    if text.get(owner.span().range())?.starts_with('{') {
        let replacement = format!(", {word}: {{reason: {quoted}}}");
        return Some(TextEdit { span: Span::new(end, end), replacement });
    }
    let start = key.span().range().start;
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    // The column of the key, also behind `- ` of a list.
    let indent = " ".repeat(text.get(line..start)?.chars().count());
    let line_end = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at);
    let (at, before) = if line_end < text.len() { (line_end + 1, "") } else { (line_end, "\n") };
    let carriage = if text.get(..line_end)?.ends_with('\r') { "\r" } else { "" };
    let replacement = format!("{before}{indent}{word}:{carriage}\n{indent}  reason: {quoted}{carriage}\n");
    Some(TextEdit { span: Span::new(at, at), replacement })
}

/// Whether the edited text says exactly what was meant, and nothing else changed its mind.
fn says(
    workspace: &super::workspace::Workspace,
    before: &Definition,
    text: &str,
    specification: Option<&Key>,
    reason: &str,
) -> bool {
    let assets = Assets::new(&workspace.tree);
    let files = [(before.path.clone(), text.as_bytes().to_vec())];
    let (catalog, _) = Catalog::read(&workspace.config, files, &assets);
    let Some(after) = catalog.definition(before.key.as_str()) else { return false };
    let wanted = Retirement { reason: reason.to_owned(), proof: None };
    before.targets.iter().all(|target| {
        let (Some(old), Some(new)) = (before.desired(target.as_str()), after.desired(target.as_str())) else {
            return false;
        };
        let mut expected = old.clone();
        match specification {
            None => expected.retire = Some(wanted.clone()),
            Some(key) => {
                expected.specifications.entry(key.clone()).or_default().retire = Some(wanted.clone());
            }
        }
        expected == *new
    })
}
