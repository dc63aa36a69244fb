//! The gateway protocol, version 1: what a marketplace that is reached over HTTP is asked, and what it answers.
//!
//! `schemas/gateway.openapi.json` describes it for others; both are made of the forms here. A product, a submission, a
//! verdict look here as they do in every other document.

use super::{Coverage, Set};
use super::{
    Map, Name, ObservedApplication, ObservedProduct, ProductBinding, Refusal, Review, Submission, present,
};
use crate::model::Key;
use crate::submission::{ApplicationId, SubmissionId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the protocol begins in a gateway's address.
pub const PREFIX: &str = "/v1";

/// What the gateway guarantees and how much it takes: `GET /v1/capabilities`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayCapabilities {
    /// The marketplace's clock.
    pub now: Name<Timestamp>,
    /// Whether it remembers the latest fence of each product and takes nothing under an earlier one.
    pub checks_fences: bool,
    /// How many submissions one question for reviews may name; at least 1.
    pub ids_per_question: u32,
    /// How many products or applications one page of an observation has at most; at least 1.
    pub items_per_page: u32,
    /// The largest file that is taken, in bytes.
    pub asset_bytes_max: u64,
    /// The site that the account sells at: `intl`, `eu`, `cn`; left out where it is not told.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The currency of its prices; left out where it is not told.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// A page of what is released and of the applications of the account: `GET /v1/observation`.
///
/// All pages of one observation show one moment. A page of an observation that has been overtaken is refused with
/// `observation-changed`; whoever reads begins anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservationPage {
    /// When, by the marketplace's clock.
    pub taken_at: Name<Timestamp>,
    /// How much the observation covers. Absence is a fact only in what was covered.
    pub coverage: Coverage,
    /// Products of this page, in the order of their ids.
    pub products: Vec<ObservedProduct>,
    /// Applications of this page, oldest first; they follow the products.
    pub applications: Vec<ObservedApplication>,
    /// The query parameter `page` of the next page; left out on the last.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A submission, handed over: `PUT /v1/submissions/{id}`. The same id with the same content is the same submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmissionOffer {
    /// The submission. Its id stands in the address, too.
    pub submission: Submission,
    /// A skuCode of each specification that exists, by the sender's key; for those whose key has changed.
    pub references: Map<Key, String>,
    /// Until when the sender holds the product; nothing is taken under an earlier fence than the latest one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub fence: Option<Name<Timestamp>>,
}

/// What became of a submission that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubmissionTaken {
    /// The marketplace's id of the application.
    pub application: Name<ApplicationId>,
}

/// A question for reviews: `POST /v1/reviews`. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewsQuestion {
    /// Our ids.
    pub submissions: Set<Name<SubmissionId>>,
}

/// Where submissions stand. Ids that the marketplace never saw are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewsAnswer {
    /// In the order of their ids.
    pub reviews: Vec<ReviewState>,
}

/// Where one submission stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewState {
    /// Our id.
    pub submission: Name<SubmissionId>,
    /// The marketplace's id.
    pub application: Name<ApplicationId>,
    /// Pending or ended.
    pub review: Review,
    /// Since when, by the marketplace's clock.
    pub at: Name<Timestamp>,
    /// After approval: the ids of everything the submission created, by its own keys.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub binding: Option<ProductBinding>,
}

/// Takes nothing about a product any more under an earlier fence: `PUT /v1/fences/{product}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FenceBar {
    /// The fence.
    pub fence: Name<Timestamp>,
}

/// Why a request was not met: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// What kind of problem, as `urn:gallerist:problem:WORD`.
    pub r#type: String,
    /// The kind in words.
    pub title: String,
    /// The status code once more.
    pub status: u16,
    /// This problem in words.
    pub detail: String,
    /// Numbers of the marketplace's rules that were violated; empty where none was.
    pub rules: Vec<u16>,
    /// With `refused`: why the submission was not taken at the door.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// With `assets-missing`: digests of the files that are to be uploaded first.
    pub missing_assets: Vec<String>,
    /// With `clock-skewed`: the gateway's clock.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub now: Option<Name<Timestamp>>,
}

/// The kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The request has a wrong form.
    Malformed,
    /// The request carries no signature that can be read.
    Unsigned,
    /// The signature is not the one of this request, or nobody has this access key.
    SignatureWrong,
    /// The request was signed too long ago, or in the future.
    ClockSkewed,
    /// A request with this signature was taken already.
    Replayed,
    /// There is nothing at this address.
    NotFound,
    /// The address does not take this method.
    MethodNotAllowed,
    /// The observation that the page belongs to has been overtaken.
    ObservationChanged,
    /// The id belongs to a submission with other content.
    SubmissionIdTaken,
    /// Somebody else holds the product under a later fence.
    FenceLate,
    /// The submission cannot be taken back, or not any more.
    NotWithdrawable,
    /// Files that the submission names were not uploaded.
    AssetsMissing,
    /// What was uploaded is not what its digest says.
    AssetMismatch,
    /// The body is too large.
    TooLarge,
    /// The body has another media type.
    MediaType,
    /// The submission was not taken at the door.
    Refused,
    /// Too many requests; `Retry-After` says for how long.
    Throttled,
    /// The gateway cannot answer now; `Retry-After` may say for how long.
    Unavailable,
    /// The gateway failed; whether anything was done is unknown.
    Failed,
}

impl ProblemKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::Unsigned,
        Self::SignatureWrong,
        Self::ClockSkewed,
        Self::Replayed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::ObservationChanged,
        Self::SubmissionIdTaken,
        Self::FenceLate,
        Self::NotWithdrawable,
        Self::AssetsMissing,
        Self::AssetMismatch,
        Self::TooLarge,
        Self::MediaType,
        Self::Refused,
        Self::Throttled,
        Self::Unavailable,
        Self::Failed,
    ];

    /// The word at the end of [`Problem::type`](Problem), the title and the status code.
    #[must_use]
    pub fn parts(self) -> (&'static str, &'static str, u16) {
        match self {
            Self::Malformed => ("malformed", "The request has a wrong form", 400),
            Self::Unsigned => ("unsigned", "The request is not signed", 401),
            Self::SignatureWrong => ("signature-wrong", "The signature is wrong", 401),
            Self::ClockSkewed => ("clock-skewed", "The clocks are too far apart", 401),
            Self::Replayed => ("replayed", "The request was taken already", 401),
            Self::NotFound => ("not-found", "There is nothing here", 404),
            Self::MethodNotAllowed => ("method-not-allowed", "The method is not for this address", 405),
            Self::ObservationChanged => ("observation-changed", "The observation was overtaken", 409),
            Self::SubmissionIdTaken => ("submission-id-taken", "The id belongs to something else", 409),
            Self::FenceLate => ("fence-late", "Somebody else holds the product", 409),
            Self::NotWithdrawable => ("not-withdrawable", "It cannot be taken back", 409),
            Self::AssetsMissing => ("assets-missing", "Files are to be uploaded first", 409),
            Self::AssetMismatch => ("asset-mismatch", "The file is not what its digest says", 422),
            Self::TooLarge => ("too-large", "The body is too large", 413),
            Self::MediaType => ("media-type", "The body has another media type", 415),
            Self::Refused => ("refused", "The submission was not taken", 422),
            Self::Throttled => ("throttled", "Too many requests", 429),
            Self::Unavailable => ("unavailable", "The gateway cannot answer now", 503),
            Self::Failed => ("failed", "The gateway failed", 500),
        }
    }

    /// The kind that a problem's `type` names.
    #[must_use]
    pub fn from_type(text: &str) -> Option<Self> {
        let word = text.strip_prefix(PROBLEM_PREFIX)?;
        Self::ALL.iter().copied().find(|kind| kind.parts().0 == word)
    }

    /// The kind of trouble that a status stands for which may pass, or is a mistake of the gateway.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        [Self::Throttled, Self::Unavailable, Self::Failed].into_iter().find(|kind| kind.parts().2 == status)
    }

    /// A problem of this kind.
    #[must_use]
    pub fn problem(self, detail: impl Into<String>) -> Problem {
        let (word, title, status) = self.parts();
        Problem {
            r#type: format!("{PROBLEM_PREFIX}{word}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            rules: Vec::new(),
            refusal: None,
            missing_assets: Vec::new(),
            now: None,
        }
    }
}

const PROBLEM_PREFIX: &str = "urn:gallerist:problem:";
