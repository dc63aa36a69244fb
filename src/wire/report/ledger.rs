//! The ledger, shown and looked after.

use super::Content;
use crate::model::Key;
use crate::report;
use crate::submission::OperationId;
use crate::wire::Name;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Who vouched for something, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidenced {
    /// Who.
    pub by: String,
    /// Why; empty where nobody was asked.
    pub reason: String,
    /// From when it no longer counts; left out when it counts for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Name<Timestamp>>,
}

impl From<&report::Evidenced> for Evidenced {
    fn from(core: &report::Evidenced) -> Self {
        let report::Evidenced { by, reason, until } = core;
        Self { by: by.clone(), reason: reason.clone(), until: until.map(Name) }
    }
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerRow {
    /// Its number.
    pub sequence: u64,
    /// When it was written.
    pub at: Name<Timestamp>,
    /// The product, by our key.
    pub product: Name<Key>,
    /// The event's name.
    pub event: String,
    /// What happened, in words.
    pub what: String,
    /// Who vouched for it; left out where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidenced>,
}

impl From<&report::LedgerRow> for LedgerRow {
    fn from(core: &report::LedgerRow) -> Self {
        let report::LedgerRow { sequence, at, product, event, what, evidence } = core;
        Self {
            sequence: *sequence,
            at: Name(*at),
            product: Name(product.clone()),
            event: (*event).to_owned(),
            what: what.clone(),
            evidence: evidence.as_ref().map(Into::into),
        }
    }
}

/// The commit that brought a file to its branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// Its id.
    pub commit: String,
    /// Whose name it carries.
    pub author: String,
    /// When it was made.
    pub at: Name<Timestamp>,
}

impl From<&report::Merged> for Merged {
    fn from(core: &report::Merged) -> Self {
        let report::Merged { commit, author, at } = core;
        Self { commit: commit.clone(), author: author.clone(), at: Name(*at) }
    }
}

/// An approval file on the target's branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StandingApproval {
    /// The file, from the catalog's root.
    pub path: String,
    /// The product, by our key.
    pub product: Name<Key>,
    /// The operation that may pass.
    pub operation: Name<OperationId>,
    /// Who approved, why, until when.
    pub evidence: Evidenced,
    /// Whether it counts now.
    pub counts: bool,
    /// How it came to the branch; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged: Option<Merged>,
}

impl From<&report::StandingApproval> for StandingApproval {
    fn from(core: &report::StandingApproval) -> Self {
        let report::StandingApproval { path, product, operation, evidence, counts, merged } = core;
        Self {
            path: path.to_string(),
            product: Name(product.clone()),
            operation: Name(operation.clone()),
            evidence: evidence.into(),
            counts: *counts,
            merged: merged.as_ref().map(Into::into),
        }
    }
}

/// The ledger's entries, and the approvals that stand as files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerLog {
    /// The catalog's name.
    pub catalog: Name<Key>,
    /// The target's name.
    pub target: Name<Key>,
    /// Where the ledger is kept.
    pub place: String,
    /// Entries, oldest first.
    pub entries: Vec<LedgerRow>,
    /// Approval files on the target's branch, by path.
    pub approvals: Vec<StandingApproval>,
}

impl From<&report::LedgerLog> for LedgerLog {
    fn from(core: &report::LedgerLog) -> Self {
        let report::LedgerLog { scope, place, rows, approvals } = core;
        Self {
            catalog: Name(scope.catalog.clone()),
            target: Name(scope.target.clone()),
            place: place.clone(),
            entries: rows.iter().map(Into::into).collect(),
            approvals: approvals.iter().map(Into::into).collect(),
        }
    }
}

impl Content for LedgerLog {
    const NAME: &'static str = "ledger-report";
    const FORMAT: u32 = 1;
}

/// Something in the ledger that should not be as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerFlaw {
    /// Where: a file, an entry, a commit.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// Whether the ledger cannot be relied on; else it is only worth a look.
    pub fatal: bool,
}

impl From<&report::LedgerFlaw> for LedgerFlaw {
    fn from(core: &report::LedgerFlaw) -> Self {
        let report::LedgerFlaw { place, what, is_fatal } = core;
        Self { place: place.clone(), what: what.clone(), fatal: *is_fatal }
    }
}

/// What a careful look at the ledger found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerAudit {
    /// The catalog's name.
    pub catalog: Name<Key>,
    /// The target's name.
    pub target: Name<Key>,
    /// Where the ledger is kept.
    pub place: String,
    /// How many entries were read; left out when reading stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<u64>,
    /// Whether it can be relied on.
    pub sound: bool,
    /// What is wrong, in the order it was found.
    pub flaws: Vec<LedgerFlaw>,
}

impl From<&report::LedgerAudit> for LedgerAudit {
    fn from(core: &report::LedgerAudit) -> Self {
        let report::LedgerAudit { scope, place, entries, flaws } = core;
        Self {
            catalog: Name(scope.catalog.clone()),
            target: Name(scope.target.clone()),
            place: place.clone(),
            entries: entries.map(|entries| entries as u64),
            sound: core.is_sound(),
            flaws: flaws.iter().map(Into::into).collect(),
        }
    }
}

impl Content for LedgerAudit {
    const NAME: &'static str = "ledger-audit-report";
    const FORMAT: u32 = 1;
}
