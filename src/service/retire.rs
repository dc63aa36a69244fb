//! Writing `retire` into a definition: only the lines it needs.

use super::marking::Mark;
use super::workspace::request as refuse;
use super::{Recorded, Request, ServiceError};
use crate::model::{Key, Retirement};

/// Writes `retire` into a product's definition, or into one of its specifications.
///
/// # Errors
/// When there is no such product or specification, it is retired already, or the file cannot be written.
pub fn retire(
    request: &Request,
    product: &Key,
    specification: Option<&Key>,
    reason: &str,
) -> Result<Recorded, ServiceError> {
    if reason.trim().is_empty() {
        return Err(refuse(
            "a retirement needs a reason: the marketplace's approver reads it (R53)".to_owned(),
        ));
    }
    let wanted = Retirement { reason: reason.to_owned(), proof: None };
    Mark { word: "retire", reason, product, specification }.write(
        request,
        &|owner, what| owner.get("retire").map(|_| format!("{what} is retired already")),
        &|desired| match specification {
            None => desired.retire = Some(wanted.clone()),
            Some(key) => {
                desired.specifications.entry(key.clone()).or_default().retire = Some(wanted.clone());
            }
        },
        &|what| {
            format!(
                "{what} is to be retired: {reason}. It stays on sale until the marketplace approves the removal."
            )
        },
    )
}
