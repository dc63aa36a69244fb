//! The plan: per product an ordered chain of steps, what is blocked and why, and what drifted.
//!
//! Planning is pure: released state, desired state, history and the date go in, a plan comes out.

pub use crate::diff::Change;

mod history;
mod types;

pub use history::{HeldOperation, History, LastRefusal, OpenSubmission, RecentOperations};
pub use types::{
    Action, Block, Drift, DriftKind, ManualStep, Plan, ProductPlan, Standing, Step, StepState, VerifyItem,
};
