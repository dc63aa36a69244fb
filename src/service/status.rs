//! Where products stand.

use super::planning::live;
use super::workspace::request as refuse;
use super::{Request, ServiceError};
use crate::model::Key;
use crate::report::{Status, rows};

/// Where products stand; all of them when none is named.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read, or a product is unknown.
pub fn status(request: &Request, products: &[Key]) -> Result<Status, ServiceError> {
    live(request, |planner, situation, plan, _| {
        if let Some(unknown) =
            products.iter().find(|key| !plan.products.iter().any(|found| found.key == **key))
        {
            let broken = planner.definitions.broken.contains(unknown);
            return Err(match broken {
                true => ServiceError::Catalog(Box::new(planner.definitions.diagnostics.clone())),
                false => refuse(format!("there is no product `{unknown}`")),
            });
        }
        let histories = situation.histories();
        let locate =
            |product: &crate::plan::ProductPlan, item: &crate::model::Item| planner.locate(product, item);
        let mut status = rows(&plan, &histories, &planner.invocation(), &locate);
        if !products.is_empty() {
            status.rows.retain(|row| products.contains(&row.product));
        }
        Ok(status)
    })
}
