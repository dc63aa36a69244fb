//! Writing `unmanage` into a definition: only the lines it needs.

use super::marking::Mark;
use super::{Recorded, Request, ServiceError};
use crate::model::{Key, Unmanage};

/// Writes `unmanage` into a product's definition, or into one of its specifications: it stays on sale, and nothing more
/// is done about it.
///
/// # Errors
/// When there is no such product or specification, it is retired or left alone already, or the file cannot be written.
pub fn unmanage(
    request: &Request,
    product: &Key,
    specification: Option<&Key>,
    reason: &str,
) -> Result<Recorded, ServiceError> {
    let wanted = Unmanage { reason: reason.to_owned() };
    Mark { word: "unmanage", reason, product, specification }.write(
        request,
        &|owner, what| match (owner.get("unmanage"), owner.get("retire")) {
            (Some(_), _) => Some(format!("{what} is left alone already")),
            (None, Some(_)) => Some(format!("{what} is to be retired; it cannot be left alone as well")),
            (None, None) => None,
        },
        &|desired| match specification {
            None => desired.unmanage = Some(wanted.clone()),
            Some(key) => {
                desired.specifications.entry(key.clone()).or_default().unmanage = Some(wanted.clone());
            }
        },
        &|what| format!("{what} is left alone from now on: {reason}. It stays on sale."),
    )
}
