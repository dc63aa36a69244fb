//! Where every product stands: one row each.

use super::{Invocation, Next, Outcome, Place, Rejection, next, places};
use crate::model::{Item, Key};
use crate::plan::{Action, History, Ignored, Plan, ProductPlan, Standing, StepState};
use crate::submission::{Operation, Scope};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Finds where an item of a product is written, and in it the words that a text quotes.
pub type LocateIn<'a> = dyn Fn(&ProductPlan, &Item, Option<&str>) -> Option<Place> + 'a;

/// One product's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRow {
    /// Our key.
    pub product: Key,
    /// The name buyers see.
    pub name: String,
    /// In one word.
    pub standing: Standing,
    /// Since when, where the ledger or the marketplace says so.
    pub since: Option<Timestamp>,
    /// When the reviewer's verdict is due by the site's habit.
    pub expected_by: Option<Date>,
    /// What the reviewer did not like.
    pub rejection: Option<Rejection>,
    /// What the marketplace said when it refused a submission at the door.
    pub refusal: Option<String>,
    /// What stands in the way of what follows, beside the standing: rules that block, what drifted, interfaces that fail.
    pub besides: Vec<String>,
    /// What somebody else changed and is left as it is.
    pub ignored: Vec<Ignored>,
    /// What it means for the command.
    pub outcome: Outcome,
    /// Who acts next.
    pub next: Next,
}

/// Where the products of one target stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Catalog and target.
    pub scope: Scope,
    /// The date it was made for, in the site's time zone.
    pub date: Date,
    /// When the released state was observed.
    pub observed_at: Timestamp,
    /// Most urgent first.
    pub rows: Vec<StatusRow>,
    /// Products on sale that no definition is bound to: id and name.
    pub unbound: Vec<(String, String)>,
}

/// The status of every product of a plan, most urgent first. `locate` finds where an item is written.
#[must_use]
pub fn rows(
    plan: &Plan,
    histories: &BTreeMap<Key, History>,
    invocation: &Invocation,
    locate: &LocateIn<'_>,
) -> Status {
    let nothing = History::default();
    let mut rows: Vec<StatusRow> = plan
        .products
        .iter()
        .map(|product| {
            let history = histories.get(&product.key).unwrap_or(&nothing);
            let ((since, expected_by), next) = (timing(product, history), next(product, invocation));
            StatusRow {
                product: product.key.clone(),
                name: product.name.clone(),
                standing: product.standing,
                since,
                expected_by,
                rejection: rejection(plan, product, history, locate),
                refusal: refusal(product, history),
                besides: besides(product),
                ignored: product.ignored.clone(),
                outcome: Outcome::of_product(product),
                next,
            }
        })
        .collect();
    rows.sort_by(|a, b| (a.standing, &a.product).cmp(&(b.standing, &b.product)));
    Status {
        scope: plan.scope.clone(),
        date: plan.date,
        observed_at: plan.observed_at,
        rows,
        unbound: plan.unbound.clone(),
    }
}

/// Rules whose findings are told although nothing is to be done here: buyers are, or soon will be, unable to buy.
pub(super) const TOLD_IN_SYNC: [&str; 2] = ["interface-failing", "product-frozen"];

/// What the standing does not say already.
fn besides(product: &ProductPlan) -> Vec<String> {
    let mut rules: Vec<&str> = product.blocks.iter().map(|block| block.finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let blocked = if product.standing == Standing::Blocked { Vec::new() } else { rules };
    let drifted = (product.standing != Standing::Drifted).then_some(&product.drift);
    let blocked = blocked.into_iter().map(|rule| format!("what follows is blocked by {rule}"));
    let drifted = drifted.into_iter().flatten();
    let drifted = drifted.map(|drift| format!("somebody else changed {}", drift.item.describe()));
    let failing = product.notices.iter().filter(|notice| TOLD_IN_SYNC.contains(&notice.rule));
    let failing = failing.map(|notice| notice.message.clone());
    blocked.chain(drifted).chain(failing).collect()
}

fn timing(product: &ProductPlan, history: &History) -> (Option<Timestamp>, Option<Date>) {
    let in_review = product.chain.iter().find_map(|step| match &step.state {
        StepState::InReview { since, expected_by } => Some((*since, *expected_by)),
        StepState::Done
        | StepState::Ready
        | StepState::HandedOver { .. }
        | StepState::InDoubt { .. }
        | StepState::Waiting(_)
        | StepState::Blocked
        | StepState::Held { .. } => None,
    });
    let held = || history.held.values().map(|held| held.at).max();
    match (product.standing, in_review) {
        (Standing::UnwantedInReview | Standing::InReview, Some((since, due))) => (Some(since), Some(due)),
        (
            Standing::UnwantedInReview
            | Standing::Missing
            | Standing::InDoubt
            | Standing::HandedOver
            | Standing::InReview,
            None | Some(_),
        ) => (history.open.as_ref().map(|open| open.since), None),
        (Standing::Rejected | Standing::TakenBack, _) => (held(), None),
        (Standing::Refused, _) => (history.refused.as_ref().map(|refused| refused.at), None),
        (
            Standing::Blocked
            | Standing::Drifted
            | Standing::ToSubmit
            | Standing::Waiting
            | Standing::InSync
            | Standing::Retired
            | Standing::Unmanaged,
            _,
        ) => (None, None),
    }
}

fn refusal(product: &ProductPlan, history: &History) -> Option<String> {
    let last = history.refused.as_ref().filter(|_| product.standing == Standing::Refused)?;
    Some(last.refusal.text.clone())
}

fn rejection(
    plan: &Plan,
    product: &ProductPlan,
    history: &History,
    locate: &LocateIn<'_>,
) -> Option<Rejection> {
    let held = |operation: &Operation| history.held.get(&operation.id(&plan.scope.target, &product.key));
    let (submission, held) = product.chain.iter().find_map(|step| match &step.action {
        Action::Submit(submission) => Some((submission, submission.operations.iter().find_map(held)?)),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    })?;
    if held.taken_back {
        return None;
    }
    let locate = |item: &Item, excerpt: Option<&str>| locate(product, item, excerpt);
    Some(Rejection {
        submission: held.submission.clone(),
        application: held.application.clone(),
        commit: held.commit.clone(),
        reason: held.reason.clone(),
        places: places(held.reason.as_deref(), submission, &locate),
    })
}
