//! What a preflight found.

use super::Content;
use crate::model::{Activity, Key};
use crate::report;
use crate::wire::{Name, Position, Severity};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A place in a file of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CasePlace {
    /// The file, from the catalog's folder, with `/`.
    pub path: String,
    /// Line and column; left out where the file could not be read as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// Something that is wrong or weak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What was looked at.
    pub check: Name<report::PreflightCheck>,
    /// How much it matters: an error makes it red.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What the marketplace would say or do.
    pub marketplace: String,
    /// How to mend it.
    pub help: String,
}

/// One call, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreflightCall {
    /// The specifications it stands for.
    pub specifications: Vec<Name<Key>>,
    /// The case's name.
    pub case: Name<Key>,
    /// Where the case stands; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<CasePlace>,
    /// What was asked for.
    pub activity: Name<Activity>,
    /// Which call of the case it is.
    pub call: Name<report::CallKind>,
    /// What became of it.
    pub verdict: Name<report::CallVerdict>,
    /// How long the answer took; left out where the call was not made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// The HTTP status; left out where there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The result code; left out where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
    /// Why the call was not made; left out where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_run: Option<String>,
    /// What is wrong with the answer.
    pub problems: Vec<Problem>,
}

/// What came of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreflightedProduct {
    /// Our key.
    pub product: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// The address that was called.
    pub address: String,
    /// In one word.
    pub standing: Name<report::PreflightStanding>,
    /// What is wrong with all calls alike.
    pub problems: Vec<Problem>,
    /// The calls, in their order.
    pub calls: Vec<PreflightCall>,
    /// What was written down of it; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
}

/// What the interfaces of SaaS products answered to their saved debug cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preflight {
    /// When it began.
    pub at: Name<Timestamp>,
    /// Whether calls were made that write on the seller's system.
    pub wrote: bool,
    /// The products, by key.
    pub products: Vec<PreflightedProduct>,
    /// SaaS products whose cases are not written down.
    pub without_cases: Vec<Name<Key>>,
}

impl From<&report::Problem> for Problem {
    fn from(core: &report::Problem) -> Self {
        let report::Problem { check, severity, message, marketplace, help } = core;
        Self {
            check: Name(*check),
            severity: (*severity).into(),
            message: message.clone(),
            marketplace: marketplace.clone(),
            help: help.clone(),
        }
    }
}

impl From<&report::CallResult> for PreflightCall {
    fn from(core: &report::CallResult) -> Self {
        let report::CallResult {
            specifications,
            case,
            place,
            activity,
            kind,
            verdict,
            latency_ms,
            status,
            result_code,
            not_run,
            problems,
        } = core;
        Self {
            specifications: specifications.iter().cloned().map(Name).collect(),
            case: Name(case.clone()),
            place: place.as_ref().map(|place| CasePlace {
                path: place.path.to_string(),
                position: place.extent.map(|extent| extent.start.into()),
            }),
            activity: Name(*activity),
            call: Name(*kind),
            verdict: Name(*verdict),
            latency_ms: *latency_ms,
            status: *status,
            result_code: result_code.clone(),
            not_run: not_run.clone(),
            problems: problems.iter().map(Into::into).collect(),
        }
    }
}

impl From<&report::Preflight> for Preflight {
    fn from(core: &report::Preflight) -> Self {
        let report::Preflight { at, wrote, products, without_cases } = core;
        let product = |core: &report::PreflightedProduct| {
            let report::PreflightedProduct {
                product,
                name,
                address,
                standing,
                place: _,
                problems,
                calls,
                recorded,
            } = core;
            PreflightedProduct {
                product: Name(product.clone()),
                name: name.clone(),
                address: address.clone(),
                standing: Name(*standing),
                problems: problems.iter().map(Into::into).collect(),
                calls: calls.iter().map(Into::into).collect(),
                recorded: recorded.clone(),
            }
        };
        Self {
            at: Name(*at),
            wrote: *wrote,
            products: products.iter().map(product).collect(),
            without_cases: without_cases.iter().cloned().map(Name).collect(),
        }
    }
}

impl Content for Preflight {
    const NAME: &'static str = "preflight-report";
    const FORMAT: u32 = 1;
}
