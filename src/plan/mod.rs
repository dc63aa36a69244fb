//! The plan: per product an ordered chain of steps, what is blocked and why, and what drifted.
//!
//! Planning is pure: released state, desired state, history and the date go in, a plan comes out. Changes are
//! desired against *expected* (released plus our pending submissions); frozen fields, what is on sale, removals and
//! guards look at *released*.

mod catalog;
mod chain;
mod drift;
mod guards;
mod halt;
mod history;
mod judgement;
mod manual;
mod named;
mod origin;
mod predict;
mod product;
mod review;
mod silence;
mod states;
mod types;
mod verify;

pub use crate::diff::Change;
pub use catalog::{CatalogInput, DesiredProduct, Elsewhere, plan, plan_by};
pub use drift::{without as without_drift, without_ignored};
pub use history::{Failing, HeldOperation, History, LastRefusal, OpenSubmission, Origin, RecentOperations};
pub use named::{Named, named};
pub use predict::predict;
pub use review::expected_by;
pub use silence::is_silent;
pub use states::rekey;
pub use types::{
    Action, Block, Confirmed, Drift, DriftKind, Ignored, ManualKind, ManualStep, Plan, ProductPlan, Standing,
    Step, StepState, VerifyItem,
};
pub use verify::ADOPTED;
