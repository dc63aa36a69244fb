//! Where products stand, and who acts next.

use super::Content;
use crate::model::Key;
use crate::report;
use crate::submission::{ApplicationId, SubmissionId};
use crate::wire::{Ignored, Name, Position, Scope, Standing, UnboundProduct};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// A place in a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file, from the catalog's folder, with `/`.
    pub path: String,
    /// Line and column.
    pub position: Position,
    /// Whether the reviewer's words name what stands there; else it only is part of what was rejected.
    pub named: bool,
}

impl From<&report::Place> for Place {
    fn from(core: &report::Place) -> Self {
        let report::Place { path, position, named } = core;
        Self { path: path.to_string(), position: (*position).into(), named: *named }
    }
}

/// Somebody who can act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Who maintains the definitions.
    Seller,
    /// Who answers for releases: approves, confirms, works in the console.
    ReleaseOwner,
    /// The next run of the tool.
    Run,
    /// The marketplace's operations manager.
    Reviewer,
    /// Nobody: nothing is to be done.
    Nobody,
}

impl From<report::Actor> for Actor {
    fn from(core: report::Actor) -> Self {
        match core {
            report::Actor::Seller => Self::Seller,
            report::Actor::ReleaseOwner => Self::ReleaseOwner,
            report::Actor::Run => Self::Run,
            report::Actor::Reviewer => Self::Reviewer,
            report::Actor::Nobody => Self::Nobody,
        }
    }
}

/// The next thing to happen to a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Next {
    /// Who acts.
    pub who: Actor,
    /// What they do, as the end of a sentence that begins with them.
    pub what: String,
    /// The command to run; left out where none helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl From<&report::Next> for Next {
    fn from(core: &report::Next) -> Self {
        let report::Next { who, what, command } = core;
        Self { who: (*who).into(), what: what.clone(), command: command.clone() }
    }
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    /// The submission that was rejected.
    pub submission: Name<SubmissionId>,
    /// The marketplace's id of it; left out where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Name<ApplicationId>>,
    /// The commit it was computed from; left out where it was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The reviewer's text; left out where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the rejected values are written: what the text names first, then what else was rejected with it.
    pub places: Vec<Place>,
}

impl From<&report::Rejection> for Rejection {
    fn from(core: &report::Rejection) -> Self {
        let report::Rejection { submission, application, commit, reason, places } = core;
        Self {
            submission: Name(submission.clone()),
            application: application.clone().map(Name),
            commit: commit.clone(),
            reason: reason.clone(),
            places: places.iter().map(Into::into).collect(),
        }
    }
}

/// Where one product stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusRow {
    /// Our key.
    pub product: Name<Key>,
    /// The name buyers see.
    pub name: String,
    /// In one word.
    pub standing: Standing,
    /// Since when; left out where neither ledger nor marketplace says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Name<Timestamp>>,
    /// When the reviewer's verdict is due by the site's habit; left out where no reviewer is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_by: Option<Name<Date>>,
    /// What the reviewer did not like; left out where nothing was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// What the marketplace said when it refused a submission at the door; left out where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What stands in the way of what follows, beside the standing: rules that block, what drifted, interfaces that fail.
    pub besides: Vec<String>,
    /// What somebody else changed and is left as it is; left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<Ignored>,
    /// Who acts next.
    pub next: Next,
}

impl From<&report::StatusRow> for StatusRow {
    fn from(core: &report::StatusRow) -> Self {
        let report::StatusRow {
            product,
            name,
            standing,
            since,
            expected_by,
            rejection,
            refusal,
            besides,
            ignored,
            outcome: _,
            next,
        } = core;
        Self {
            product: Name(product.clone()),
            name: name.clone(),
            standing: (*standing).into(),
            since: since.map(Name),
            expected_by: expected_by.map(Name),
            rejection: rejection.as_ref().map(Into::into),
            refusal: refusal.clone(),
            besides: besides.clone(),
            ignored: ignored.iter().map(Into::into).collect(),
            next: next.into(),
        }
    }
}

/// Where the products of one target stand, and who acts next on each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Catalog and target.
    pub scope: Scope,
    /// The date it was made for, in the site's time zone.
    pub date: Name<Date>,
    /// When the released state was observed, by the marketplace's clock.
    pub observed_at: Name<Timestamp>,
    /// Where each product stands, most urgent first.
    pub products: Vec<StatusRow>,
    /// Products on sale that no definition is bound to.
    pub unbound: Vec<UnboundProduct>,
}

impl From<&report::Status> for Status {
    fn from(core: &report::Status) -> Self {
        let report::Status { scope, date, observed_at, rows, unbound } = core;
        let free =
            |(id, name): &(String, String)| UnboundProduct { product_id: id.clone(), name: name.clone() };
        Self {
            scope: scope.into(),
            date: Name(*date),
            observed_at: Name(*observed_at),
            products: rows.iter().map(Into::into).collect(),
            unbound: unbound.iter().map(free).collect(),
        }
    }
}

impl Content for Status {
    const NAME: &'static str = "status-report";
    const FORMAT: u32 = 1;
}
