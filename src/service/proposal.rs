//! Reading a saved report of a plan.

use super::{ServiceError, read};
use crate::report::{Invocation, Proposal};
use crate::wire;
use camino::Utf8Path;

/// The proposal in a saved report.
///
/// # Errors
/// When the file cannot be read or is no such report.
pub fn read_proposal(path: &Utf8Path) -> Result<Proposal, ServiceError> {
    let plan = wire::read_plan(&read(path)?).map_err(|error| ServiceError::Request {
        message: format!("{path} cannot be used: {error}"),
        hints: Vec::new(),
    })?;
    Ok(Proposal { plan, findings: Vec::new(), compared: None, invocation: Invocation::default() })
}
