//! Refusals, verdicts, reviews and evidence.

use super::{Name, present};
use crate::submission::{self, OperationId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a submission was not taken at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refusal {
    /// Rule numbers of the reference that it violates, ascending.
    pub rules: Vec<u16>,
    /// What the marketplace said.
    pub text: String,
    /// Whether the cause is technical and passes.
    pub technical: bool,
}

impl From<&submission::Refusal> for Refusal {
    fn from(core: &submission::Refusal) -> Self {
        let submission::Refusal { rules, text, technical } = core;
        Self { rules: rules.clone(), text: text.clone(), technical: *technical }
    }
}

impl From<Refusal> for submission::Refusal {
    fn from(wire: Refusal) -> Self {
        let Refusal { rules, text, technical } = wire;
        Self { rules, text, technical }
    }
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Verdict {
    /// The catalog has changed.
    Approved,
    /// The catalog is unchanged.
    Rejected {
        /// The reviewer's text; left out where it is unknown.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Taken back by the seller.
    Withdrawn,
    /// Deleted by the seller after a rejection or withdrawal.
    Discarded,
}

impl From<&submission::Verdict> for Verdict {
    fn from(core: &submission::Verdict) -> Self {
        match core {
            submission::Verdict::Approved => Self::Approved,
            submission::Verdict::Rejected { reason } => Self::Rejected { reason: reason.clone() },
            submission::Verdict::Withdrawn => Self::Withdrawn,
            submission::Verdict::Discarded => Self::Discarded,
        }
    }
}

impl From<Verdict> for submission::Verdict {
    fn from(wire: Verdict) -> Self {
        match wire {
            Verdict::Approved => Self::Approved,
            Verdict::Rejected { reason } => Self::Rejected { reason },
            Verdict::Withdrawn => Self::Withdrawn,
            Verdict::Discarded => Self::Discarded,
        }
    }
}

/// Where a submission stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Review {
    /// Intent recorded, not sent yet.
    Prepared,
    /// Given to a person who enters it in the console.
    HandedOver,
    /// Not taken at the door.
    Refused(Refusal),
    /// Waiting for the reviewer.
    Pending,
    /// Ended.
    Ended(Verdict),
    /// Sent, and the answer was lost.
    Unknown,
}

impl From<&submission::Review> for Review {
    fn from(core: &submission::Review) -> Self {
        match core {
            submission::Review::Prepared => Self::Prepared,
            submission::Review::HandedOver => Self::HandedOver,
            submission::Review::Refused(refusal) => Self::Refused(refusal.into()),
            submission::Review::Pending => Self::Pending,
            submission::Review::Ended(verdict) => Self::Ended(verdict.into()),
            submission::Review::Unknown => Self::Unknown,
        }
    }
}

impl From<Review> for submission::Review {
    fn from(wire: Review) -> Self {
        match wire {
            Review::Prepared => Self::Prepared,
            Review::HandedOver => Self::HandedOver,
            Review::Refused(refusal) => Self::Refused(refusal.into()),
            Review::Pending => Self::Pending,
            Review::Ended(verdict) => Self::Ended(verdict.into()),
            Review::Unknown => Self::Unknown,
        }
    }
}

/// What a piece of evidence is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum EvidenceKind {
    /// A guarded operation may pass.
    Approval(Name<OperationId>),
    /// The id of a manual step or verify item that was done or checked.
    Confirmation(String),
    /// The interfaces of a SaaS product answered; it is not known which, so that it proves nothing.
    Preflight,
    /// The interfaces of a SaaS product answered: a digest of their address, of the ways to buy and of the cases.
    PreflightOf(String),
}

/// Something a person or a check vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// About what.
    pub kind: EvidenceKind,
    /// Who vouches.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When it was given.
    pub at: Name<Timestamp>,
    /// From when it no longer counts; left out keeps it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub expires: Option<Name<Timestamp>>,
}

impl From<&submission::Evidence> for Evidence {
    fn from(core: &submission::Evidence) -> Self {
        let submission::Evidence { kind, by, reason, at, expires } = core;
        let kind = match kind {
            submission::EvidenceKind::Approval(id) => EvidenceKind::Approval(Name(id.clone())),
            submission::EvidenceKind::Confirmation(id) => EvidenceKind::Confirmation(id.clone()),
            submission::EvidenceKind::Preflight(None) => EvidenceKind::Preflight,
            submission::EvidenceKind::Preflight(Some(subject)) => EvidenceKind::PreflightOf(subject.clone()),
        };
        Self { kind, by: by.clone(), reason: reason.clone(), at: Name(*at), expires: expires.map(Name) }
    }
}

impl From<Evidence> for submission::Evidence {
    fn from(wire: Evidence) -> Self {
        let kind = match wire.kind {
            EvidenceKind::Approval(id) => submission::EvidenceKind::Approval(id.0),
            EvidenceKind::Confirmation(id) => submission::EvidenceKind::Confirmation(id),
            EvidenceKind::Preflight => submission::EvidenceKind::Preflight(None),
            EvidenceKind::PreflightOf(subject) => submission::EvidenceKind::Preflight(Some(subject)),
        };
        Self {
            kind,
            by: wire.by,
            reason: wire.reason,
            at: wire.at.0,
            expires: wire.expires.map(|expiry| expiry.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries of before a preflight said what it was about are still read, and prove nothing.
    #[test]
    fn a_preflight_without_a_subject_is_read_and_written_as_it_was() {
        let read = |text: &str| -> submission::EvidenceKind {
            let text = format!(r#"{{"kind":{text},"by":"a","reason":"b","at":"2026-01-01T00:00:00Z"}}"#);
            submission::Evidence::from(serde_json::from_str::<Evidence>(&text).unwrap()).kind
        };
        assert_eq!(read("\"preflight\""), submission::EvidenceKind::Preflight(None));
        let subject = read("{\"preflight-of\":\"abc\"}");
        assert_eq!(subject, submission::EvidenceKind::Preflight(Some("abc".to_owned())));
    }
}
