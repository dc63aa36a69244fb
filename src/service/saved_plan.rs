//! Plans in files: saved, read again, and laid beside the plan of today.

use super::workspace::request as refuse;
use super::{Planned, ServiceError};
use crate::plan::Plan;
use crate::report::{Baseline, Comparison};
use crate::submission::Scope;
use crate::wire;
use camino::Utf8Path;
use std::collections::BTreeSet;

/// Reads a plan that [`save_plan`] saved of this catalog and target.
pub(super) fn read_plan(file: &Utf8Path, about: &Scope) -> Result<Plan, ServiceError> {
    let text = super::read(file)?;
    let saved = wire::read_plan(&text).map_err(|error| ServiceError::Request {
        message: format!("{file}: {error}"),
        hints: vec![format!("`gallerist plan --out {file}` saves one")],
    })?;
    if saved.scope == *about {
        return Ok(saved);
    }
    let Scope { catalog, target } = saved.scope;
    Err(ServiceError::Request {
        message: format!("{file} is about catalog `{catalog}` at target `{target}`, not about this one"),
        hints: vec![format!("name its target: `--target {target}`")],
    })
}

/// A plan beside one that was saved earlier.
pub(super) fn beside_saved(planned: Planned, saved: &Plan) -> Planned {
    let baseline = Baseline::Saved { date: saved.date, commit: saved.commit.clone() };
    let before = saved.products.iter().map(|product| (product.key.clone(), product.clone())).collect();
    let compared = Comparison { baseline, before, without_effect: BTreeSet::new() };
    Planned { compared: Some(compared), ..planned }
}

/// Saves a plan for `apply`.
///
/// # Errors
/// When the file cannot be written.
pub fn save_plan(planned: &Planned, path: &Utf8Path) -> Result<(), ServiceError> {
    let document = wire::Plan::from(&planned.plan);
    let text = wire::to_json_string(&document).map_err(|error| refuse(error.to_string()))?;
    super::write(path, text.as_bytes())
}
