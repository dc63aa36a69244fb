//! Writing `retire` into a definition: only the lines it needs.

use super::marking::Mark;
use super::workspace::{open, request as refuse};
use super::{Recorded, Request, ServiceError};
use crate::model::{Key, Retirement};
use crate::report::Invocation;

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
    let mark = Mark { word: "retire", reason, specification };
    let (owner, what) = (mark.owner(definition)?, mark.what(product));
    if owner.get("retire").is_some() {
        return Err(refuse(format!("{what} is retired already")));
    }
    let wanted = Retirement { reason: reason.to_owned(), proof: None };
    mark.write(&workspace, definition, &|desired| match specification {
        None => desired.retire = Some(wanted.clone()),
        Some(key) => {
            desired.specifications.entry(key.clone()).or_default().retire = Some(wanted.clone());
        }
    })?;
    let sentence = format!(
        "{what} is to be retired: {reason}. It stays on sale until the marketplace approves the removal."
    );
    let target = (target.name != workspace.config.default_target).then(|| target.name.clone());
    let next = Invocation { target, ..Invocation::default() }.command("plan");
    Ok(Recorded { sentence, path: Some(definition.path.clone()), next: Some(next) })
}
