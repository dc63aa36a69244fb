//! Writing `unmanage` into a definition: only the lines it needs.

use super::retire::{insertion, specification_node};
use super::workspace::{Workspace, open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::definition::{Catalog, Definition};
use crate::model::{Key, Unmanage};
use crate::report::Invocation;
use crate::repository::Assets;
use crate::text::apply_edits;

/// Writes `unmanage` into a product's definition, or into one of its specifications: it stays on sale, and nothing more
/// is done about it.
///
/// # Errors
/// When there is no such product or specification, it is retired, or the file cannot be written.
pub fn unmanage(
    request: &Request,
    product: &Key,
    specification: Option<&Key>,
    reason: &str,
) -> Result<Recorded, ServiceError> {
    let workspace = open(request)?;
    let target = workspace.target(request.target.as_ref())?;
    let (catalog, diagnostics) = workspace.read(&[]);
    let Some(definition) = catalog.definition(product.as_str()) else {
        let hints = vec![format!("definitions stand in {}", workspace.config.products)];
        return Err(ServiceError::Request {
            message: format!("there is no definition of `{product}`"),
            hints,
        });
    };
    if definition.is_broken() {
        return Err(ServiceError::Catalog(Box::new(diagnostics)));
    }
    let root = definition.tree().root();
    let owner = match specification {
        None => root,
        Some(key) => specification_node(root, key).ok_or_else(|| {
            let message = format!("`{product}` has no specification `{key}`");
            ServiceError::Request { message, hints: vec![format!("look into {}", definition.path)] }
        })?,
    };
    let what = specification.map_or_else(|| format!("`{product}`"), |key| format!("`{key}` of `{product}`"));
    if owner.get("unmanage").is_some() {
        return Err(refuse(format!("{what} is left alone already")));
    }
    if owner.get("retire").is_some() {
        return Err(refuse(format!("{what} is to be retired; it cannot be left alone as well")));
    }
    let source = definition.source();
    let edit = insertion(source.text(), owner, "unmanage", reason)
        .ok_or_else(|| refuse(format!("{what} has no key to write beside")))?;
    let edited = apply_edits(source.text(), &[edit])
        .filter(|text| says(&workspace, definition, text, specification, reason));
    let Some(edited) = edited else {
        return Err(ServiceError::Request {
            message: format!("{} is written in a way that cannot be edited safely", definition.path),
            hints: vec![format!("write `unmanage: {{reason: ...}}` beside the key of {what} by hand")],
        });
    };
    super::write(&workspace.tree.root().join(&definition.path), edited.as_bytes())?;
    let sentence = format!("{what} is left alone from now on: {reason}. It stays on sale.");
    let target = (target.name != workspace.config.default_target).then(|| target.name.clone());
    let next = Invocation { target, ..Invocation::default() }.command("plan");
    Ok(Recorded { sentence, path: Some(definition.path.clone()), next: Some(next) })
}

/// Whether the edited text says exactly what was meant, and nothing else changed its mind.
fn says(
    workspace: &Workspace,
    before: &Definition,
    text: &str,
    specification: Option<&Key>,
    reason: &str,
) -> bool {
    let assets = Assets::new(&workspace.tree);
    let files = [(before.path.clone(), text.as_bytes().to_vec())];
    let (catalog, _) = Catalog::read(&workspace.config, files, &assets);
    let Some(after) = catalog.definition(before.key.as_str()) else { return false };
    let wanted = Unmanage { reason: reason.to_owned() };
    before.targets.iter().all(|target| {
        let (Some(old), Some(new)) = (before.desired(target.as_str()), after.desired(target.as_str())) else {
            return false;
        };
        let mut expected = old.clone();
        match specification {
            None => expected.unmanage = Some(wanted.clone()),
            Some(key) => {
                expected.specifications.entry(key.clone()).or_default().unmanage = Some(wanted.clone());
            }
        }
        expected == *new
    })
}
