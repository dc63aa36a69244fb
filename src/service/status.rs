//! Where products stand.

use super::planning::live;
use super::workspace::no_product;
use super::{Request, ServiceError};
use crate::diagnostic::Diagnostics;
use crate::model::{Item, Key};
use crate::plan::ProductPlan;
use crate::report::{Status, rows};

/// Where products stand, all of them when none is named; and what is wrong with definitions, which are left out.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read, or a product is unknown.
pub fn status(request: &Request, products: &[Key]) -> Result<(Status, Diagnostics), ServiceError> {
    live(request, |planner, situation, plan, _| {
        if let Some(unknown) =
            products.iter().find(|key| !plan.products.iter().any(|found| found.key == **key))
        {
            let broken = planner.definitions.broken.contains(unknown);
            return Err(match broken {
                true => ServiceError::Catalog(Box::new(planner.definitions.diagnostics.clone())),
                false => no_product(&plan, unknown),
            });
        }
        let histories = situation.histories();
        let locate = |product: &ProductPlan, item: &Item, excerpt: Option<&str>| {
            planner.locate(&product.key, item, excerpt)
        };
        let mut status = rows(&plan, &histories, planner.invocation(), &locate);
        if !products.is_empty() {
            status.rows.retain(|row| products.contains(&row.product));
        }
        Ok((status, planner.definitions.diagnostics.clone()))
    })
}
