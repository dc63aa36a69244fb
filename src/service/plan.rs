//! Plans as they are asked for: of the work tree, of a commit, of a change; and what somebody else changed.

use super::outcomes::{Memory, let_go};
use super::planning::Planner;
use super::saved_plan::{beside_saved, read_plan};
use super::snapshot::SnapshotFile;
use super::workspace::no_product;
use super::{Planned, Request, ServiceError, Version};
use crate::model::Key;
use crate::plan::Plan;
use crate::report::{Observed, compared_with_sale};
use camino::Utf8PathBuf;

/// What a plan was asked to be made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanRequest {
    /// Which definitions.
    pub version: Version,
    /// A released state saved by `export`, a file or a folder, that stands for asking the marketplace.
    pub released: Option<Utf8PathBuf>,
    /// A plan saved by [`super::save_plan`] to compare with.
    pub saved: Option<Utf8PathBuf>,
}

/// Plans.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read, or git does not know a commit.
pub fn plan(request: &Request, asked: &PlanRequest) -> Result<Planned, ServiceError> {
    plan_recalling(request, asked, None)
}

/// The same, with what earlier plans found out about files that have not changed since: it is kept in a folder, and what is
/// told is the same with and without.
///
/// # Errors
/// As [`plan`].
pub fn plan_recalling(
    request: &Request,
    asked: &PlanRequest,
    memory: Option<Memory<'_>>,
) -> Result<Planned, ServiceError> {
    let memory = memory.filter(|_| asked.version == Version::WorkTree);
    let mut snapshot = asked.released.as_deref().map(SnapshotFile::open).transpose()?;
    let workspace = match &asked.version {
        Version::WorkTree => super::workspace::open(request)?,
        Version::Revision(name) => super::revision::open(request, name)?,
        Version::Between { base, head } => {
            return super::between::plan(request, base, head, snapshot);
        }
    };
    let planner = match &mut snapshot {
        Some(snapshot) => Planner::against(&workspace, request, snapshot, memory)?,
        None => Planner::new(&workspace, request)?,
    };
    let saved = asked.saved.as_deref().map(|file| read_plan(file, &planner.scope)).transpose()?;
    let planned = planned(&planner, planner.plan_now(request, snapshot)?);
    let_go(planner.definitions);
    Ok(match saved {
        Some(saved) => beside_saved(planned, &saved),
        None => planned,
    })
}

/// What somebody else changed, decided or not, and which products were looked at for it. Nothing is written.
///
/// # Errors
/// When the catalog, ledger or marketplace cannot be read, or a product is unknown.
pub fn drift(request: &Request, products: &[Key]) -> Result<Planned, ServiceError> {
    let mut planned = plan(request, &PlanRequest::default())?;
    let plan = &mut planned.plan;
    if let Some(unknown) = products.iter().find(|key| plan.products.iter().all(|found| found.key != **key)) {
        return Err(no_product(plan, unknown));
    }
    plan.products.retain(|found| products.is_empty() || products.contains(&found.key));
    let seen = plan.products.iter().filter(|found| compared_with_sale(found));
    planned.observed = Some(Observed {
        products: seen.map(|found| found.key.clone()).collect(),
        all: products.is_empty() && !planned.diagnostics.has_errors(),
    });
    plan.products.retain(|found| !(found.drift.is_empty() && found.ignored.is_empty()));
    plan.unbound.clear();
    Ok(planned)
}

pub(super) fn planned(planner: &Planner<'_>, plan: Plan) -> Planned {
    let diagnostics = planner.definitions.diagnostics.clone();
    Planned {
        plan,
        diagnostics,
        invocation: planner.invocation().clone(),
        observed: None,
        compared: None,
        files_read: planner.workspace.files_read(),
        prefix: planner.workspace.prefix(),
    }
}
