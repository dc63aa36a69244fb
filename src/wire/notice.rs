//! What receivers of notifications are sent: the payload that the Standard Webhooks recommend, as a document.

use super::report::{Next, Place};
use super::{Document, Name, Scope};
use crate::config::Occasion;
use crate::model::Key;
use crate::report;
use crate::submission::{ApplicationId, SubmissionId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Most characters of a text that somebody else wrote.
const TEXT_MAX: usize = 2000;
/// Most details and places.
const LIST_MAX: usize = 20;

/// One thing that happened to a product, as receivers of notifications are told. Names, reasons and sentences hold what
/// sellers and reviewers wrote: they are data, not markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Which document this is.
    pub document: String,
    /// The document's format.
    pub format: u32,
    /// What kind of thing happened.
    pub r#type: Name<Occasion>,
    /// When it came about, or was seen.
    pub timestamp: Name<Timestamp>,
    /// What is known of it.
    pub data: NoticeData,
}

/// What is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeData {
    /// The notice's name: told again, it has the same.
    pub id: String,
    /// Catalog and target.
    pub scope: Scope,
    /// The product, by our key.
    pub product: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// About which submission; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<Name<SubmissionId>>,
    /// The marketplace's id of it; left out where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
    /// What was asked for, short; empty where nothing was.
    pub what: String,
    /// The reviewer's text; left out where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the rejected values are written.
    pub places: Vec<Place>,
    /// What drifted, or what blocks.
    pub details: Vec<NoticeDetail>,
    /// Who acts next; left out where nobody must.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
}

/// One of several things that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeDetail {
    /// The rule that found it; left out where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What it is, as a sentence.
    pub text: String,
}

impl Notice {
    /// A notice about a product of a catalog at a target. Long texts and lists are cut.
    #[must_use]
    pub fn of(scope: &crate::submission::Scope, notice: &report::Notice) -> Self {
        let report::Notice {
            id,
            occasion,
            at,
            product,
            name,
            submission,
            application,
            what,
            reason,
            places,
            details,
            next,
        } = notice;
        let detail =
            |detail: &report::Detail| NoticeDetail { rule: detail.rule.clone(), text: cut(&detail.text) };
        Self {
            document: Self::NAME.to_owned(),
            format: Self::FORMAT,
            r#type: Name(*occasion),
            timestamp: Name(*at),
            data: NoticeData {
                id: id.clone(),
                scope: scope.into(),
                product: Name(product.clone()),
                name: cut(name),
                submission: submission.clone().map(Name),
                application: application.clone().map(Name),
                what: cut(what),
                reason: reason.as_deref().map(cut),
                places: places.iter().take(LIST_MAX).map(Into::into).collect(),
                details: details.iter().take(LIST_MAX).map(detail).collect(),
                next: next.as_ref().map(Into::into),
            },
        }
    }
}

impl Document for Notice {
    const NAME: &'static str = "notice";
    const FORMAT: u32 = 1;
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
