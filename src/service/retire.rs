//! Writing `retire` into a definition: only the lines it needs.

use super::workspace::{open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::definition::{self, Catalog, Definition};
use crate::model::{Key, Retirement};
use crate::report::Invocation;
use crate::repository::Assets;
use crate::text::apply_edits;
use crate::yaml::Node;
use crate::yaml::edit::{self, Data};

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
    let text = Data::Text(reason.to_owned());
    let order = definition::order(&definition.path, definition.tree(), &mut Vec::new());
    let edit = order.and_then(|order| edit::set(owner, "retire", &Data::map([("reason", text)]), &order));
    let edited = edit
        .and_then(|edit| apply_edits(source.text(), &[edit]))
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

fn specification_node<'t>(root: Node<'t>, key: &Key) -> Option<Node<'t>> {
    let mut items = root.get("specifications")?.items();
    items.find(|item| item.get("key").and_then(Node::text) == Some(key.as_str()))
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
