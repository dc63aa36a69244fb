//! Writing `unmanage` into a definition: only the lines it needs.

use super::marking::Mark;
use super::workspace::{open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::model::{Key, Unmanage};
use crate::report::Invocation;

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
    let mark = Mark { word: "unmanage", reason, specification };
    let (owner, what) = (mark.owner(definition)?, mark.what(product));
    if owner.get("unmanage").is_some() {
        return Err(refuse(format!("{what} is left alone already")));
    }
    if owner.get("retire").is_some() {
        return Err(refuse(format!("{what} is to be retired; it cannot be left alone as well")));
    }
    let wanted = Unmanage { reason: reason.to_owned() };
    mark.write(&workspace, definition, &|desired| match specification {
        None => desired.unmanage = Some(wanted.clone()),
        Some(key) => {
            desired.specifications.entry(key.clone()).or_default().unmanage = Some(wanted.clone());
        }
    })?;
    let sentence = format!("{what} is left alone from now on: {reason}. It stays on sale.");
    let target = (target.name != workspace.config.default_target).then(|| target.name.clone());
    let next = Invocation { target, ..Invocation::default() }.command("plan");
    Ok(Recorded { sentence, path: Some(definition.path.clone()), next: Some(next) })
}
