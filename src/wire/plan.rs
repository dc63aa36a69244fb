//! The plan as a document: what `gallerist plan --out` saves and `gallerist apply PLAN` reads.

use super::step::Action;
use super::{Document, Finding, Item, Name, Scope, Step, Value, WireError, from_json_str, present};
use crate::model::{Currency, DeliveryMethod, Digest, Key};
use crate::plan;
use crate::submission::{self, OperationId, Revision};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One difference at one field or item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    /// About what.
    pub item: Item,
    /// The value before; left out where there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// The value after; left out where it is taken away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// How a released field came to differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// Somebody changed it on the marketplace.
    Drift,
    /// Last applied, released and desired all differ.
    Conflict,
    /// The marketplace did it by itself.
    ByMarketplace,
}

/// A field that differs from what was applied last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drift {
    /// Which field.
    pub item: Item,
    /// How it came about.
    pub kind: DriftKind,
    /// What we applied last.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub last_applied: Option<Value>,
    /// What is released now.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub released: Option<Value>,
    /// What the definition says.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub desired: Option<Value>,
}

/// Somebody else's change that somebody decided to leave as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ignored {
    /// What differs.
    pub drift: Drift,
    /// Who decided it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// From when it is drift again.
    pub until: Name<Timestamp>,
}

/// Something only a person can check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyItem {
    /// Name for `gallerist confirm`.
    pub id: String,
    /// What must be true.
    pub text: String,
    /// The rule that asks for it.
    pub rule: String,
    /// Whether the submission is held back until somebody confirmed it.
    pub holds: bool,
    /// Days after which a confirmation is stale.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
    /// The step of the chain that it stands before, from 1; left out when it stands before all of them.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub before: Option<u32>,
    /// Whether `gallerist preflight` proves it as well; left out where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_preflight: bool,
    /// The confirmation that counts; left out while there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmed>,
}

/// Who confirmed something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confirmed {
    /// Who.
    pub by: String,
    /// When.
    pub at: Name<Timestamp>,
    /// From when it no longer counts.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expires: Option<Name<Timestamp>>,
}

/// Something that stops a product's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Block {
    /// What is wrong and what to do instead.
    pub finding: Finding,
    /// The operation whose approval would lift it; left out when no approval can.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub approval: Option<Name<OperationId>>,
}

/// A product's standing, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A submission of ours waits for review and is no longer wanted.
    UnwantedInReview,
    /// The last submission was rejected and nothing changed since.
    Rejected,
    /// The marketplace no longer knows an application of ours that it had: how its review ended is not known.
    Missing,
    /// The last submission was refused at the door.
    Refused,
    /// A rule, a guard or somebody else's draft stops it.
    Blocked,
    /// The released state was changed by somebody else.
    Drifted,
    /// Somebody took the last submission back and nothing changed since.
    TakenBack,
    /// A run ended before it was known whether a submission arrived.
    InDoubt,
    /// There is something to submit now.
    ToSubmit,
    /// Waiting for a person to enter it in the console.
    HandedOver,
    /// Waiting for the reviewer.
    InReview,
    /// Waiting for another product, a manual step or the daily cap.
    Waiting,
    /// Nothing to do.
    InSync,
    /// Off the catalog.
    Retired,
    /// Not managed any more.
    Unmanaged,
}

/// One product's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductPlan {
    /// Our key.
    pub key: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// How it is delivered.
    pub delivery: Name<DeliveryMethod>,
    /// The definition's file, from the catalog's folder, with `/`; left out for a product without one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// In one word.
    pub standing: Standing,
    /// The released revision the plan was computed from; left out when not released.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub base: Option<Name<Revision>>,
    /// Desired against expected.
    pub changes: Vec<Change>,
    /// Steps in order.
    pub chain: Vec<Step>,
    /// What stops the chain; empty when nothing does.
    pub blocks: Vec<Block>,
    /// Warnings and notes.
    pub notices: Vec<Finding>,
    /// Fields somebody else changed.
    pub drift: Vec<Drift>,
    /// Fields somebody else changed and that are left as they are; left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<Ignored>,
    /// To be confirmed before submitting.
    pub verify: Vec<VerifyItem>,
    /// Approvals that let guarded operations of this plan pass.
    pub approved: Vec<Name<OperationId>>,
    /// Digest over target, product, base and chain: what `apply PLAN` is tied to.
    pub digest: Name<Digest>,
}

/// A product on sale that no definition is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnboundProduct {
    /// The marketplace's product ID.
    pub product_id: String,
    /// The name buyers see.
    pub name: String,
}

/// A plan for one target: what would be submitted, in which order, what is blocked and why, and what drifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// Catalog and target.
    pub scope: Scope,
    /// Site profile's name.
    pub site: String,
    /// Currency of all prices.
    pub currency: Name<Currency>,
    /// The date it was made for, in the site's time zone.
    pub date: Name<Date>,
    /// The commit of the definitions; left out where they are not in git or not clean.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When the released state was observed, by the marketplace's clock.
    pub observed_at: Name<Timestamp>,
    /// Where people record the released state: when the oldest record was made.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<Name<Timestamp>>,
    /// Products in the order of their keys.
    pub products: Vec<ProductPlan>,
    /// Products on sale that no definition is bound to.
    pub unbound: Vec<UnboundProduct>,
}

impl Document for Plan {
    const NAME: &'static str = "plan";
    const FORMAT: u32 = 1;
}

/// Reads a saved plan and holds it to its ids.
///
/// # Errors
/// As [`from_json_str`], and when an operation or submission is not the one its id names.
pub fn read_plan(text: &str) -> Result<plan::Plan, WireError> {
    let wire: Plan = from_json_str(text)?;
    let scope = wire.scope.clone().into();
    match contradiction(&wire.products, &scope) {
        Some((place, reason)) => {
            Err(WireError::Form { document: Plan::NAME, path: format!("products{place}"), reason })
        }
        None => Ok(wire.into()),
    }
}

/// The first operation or submission that is not the one its id names: where, and what is wrong.
pub(super) fn contradiction(products: &[ProductPlan], scope: &submission::Scope) -> Option<(String, String)> {
    products.iter().enumerate().find_map(|(product_index, product)| {
        product.chain.iter().enumerate().find_map(|(step_index, step)| {
            let Action::Submit(submission) = &step.action else { return None };
            let reason = submission.contradiction(scope)?;
            Some((format!("[{product_index}].chain[{step_index}].action.submit"), reason))
        })
    })
}
