//! Drivers: how plans are carried out on one marketplace or another.

mod console;
mod gateway;
mod sandbox;

pub use console::{ConsoleDriver, outcomes};
pub use gateway::{Access, GatewayDriver};
pub use sandbox::{Clock, SandboxDriver};

use crate::model::Key;
use crate::released::{Bindings, SpecificationBinding};
use crate::submission::Submission;
use std::collections::BTreeMap;

/// Why a run sends nothing under a fence that was passed.
const LATE: &str = "another run took the product over while this one was held up";

/// A skuCode of each specification that exists, by our key: a marketplace that keeps our keys needs it for those that were
/// moved or chosen on import.
fn references(bindings: &Bindings, submission: &Submission) -> BTreeMap<Key, String> {
    let Some(binding) = bindings.products.get(&submission.product) else { return BTreeMap::new() };
    if submission.product_id.as_ref() != Some(&binding.product_id) {
        return BTreeMap::new();
    }
    let code = |(key, specification): (&Key, &SpecificationBinding)| {
        let sku = specification.skus.values().next()?;
        Some((key.clone(), sku.sku_code.clone()))
    };
    binding.specifications.iter().filter_map(code).collect()
}
