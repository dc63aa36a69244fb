//! Numbers about a catalog at a target after a run, for whoever watches it. No product is named in them.

use super::planning::{Planner, Situation};
use super::submissions::stories_now;
use crate::plan::{Plan, ProductPlan, Standing, StepState};
use crate::reconcile::{Account, Outcome, WaitingFor};
use crate::submission::{Pause, Review, Verdict};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// How many there are of everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// All submissions of the ledger, by where they stand.
    pub submissions: BTreeMap<&'static str, u64>,
    /// Since when the oldest submission is in review.
    pub oldest_review: Option<Timestamp>,
    /// Products, by their standing in one word.
    pub products: BTreeMap<&'static str, u64>,
    /// Products that wait, by whom they wait for.
    pub waiting: BTreeMap<&'static str, u64>,
    /// Products with operations that were rejected and not changed since.
    pub rejected: u64,
    /// Products that somebody else changed.
    pub drifted: u64,
    /// Products that a rule, a guard or the marketplace's door stops.
    pub blocked: u64,
    /// Products on sale whose interfaces were red in the last preflight.
    pub failing: u64,
    /// Products with a submission of which nobody knows whether it arrived.
    pub unknown: u64,
    /// Products whose definitions have errors; they are left alone.
    pub invalid: u64,
    /// Products on sale that no definition is bound to.
    pub unbound: u64,
}

impl Figures {
    /// The words that submissions are counted under.
    pub const SUBMISSIONS: &'static [&'static str] = &[
        "prepared",
        "handed-over",
        "refused",
        "in-review",
        "unknown",
        "approved",
        "rejected",
        "withdrawn",
        "discarded",
    ];
    /// The words for those who are waited for.
    pub const WAITING: &'static [&'static str] = &["reviewer", "person", "plan", "tomorrow", "other-run"];
    /// Every standing of a product.
    pub const STANDINGS: &'static [Standing] = &[
        Standing::UnwantedInReview,
        Standing::Rejected,
        Standing::Missing,
        Standing::TakenBack,
        Standing::Refused,
        Standing::Blocked,
        Standing::Drifted,
        Standing::InDoubt,
        Standing::ToSubmit,
        Standing::HandedOver,
        Standing::InReview,
        Standing::Waiting,
        Standing::InSync,
        Standing::Retired,
        Standing::Unmanaged,
    ];

    /// The word that products with a standing are counted under.
    #[must_use]
    pub fn standing_word(standing: Standing) -> &'static str {
        match standing {
            Standing::UnwantedInReview => "unwanted-in-review",
            Standing::Rejected => "rejected",
            Standing::Missing => "missing",
            Standing::TakenBack => "taken-back",
            Standing::Refused => "refused",
            Standing::Blocked => "blocked",
            Standing::Drifted => "drifted",
            Standing::InDoubt => "in-doubt",
            Standing::ToSubmit => "to-submit",
            Standing::HandedOver => "handed-over",
            Standing::InReview => "in-review",
            Standing::Waiting => "waiting",
            Standing::InSync => "in-sync",
            Standing::Retired => "retired",
            Standing::Unmanaged => "unmanaged",
        }
    }
}

/// Counts what a run left behind.
pub(super) fn figures(planner: &Planner<'_>, situation: &Situation, plan: &Plan, run: &Account) -> Figures {
    let mut figures = Figures {
        invalid: number(planner.definitions.broken.len()),
        unbound: number(plan.unbound.len()),
        ..Figures::default()
    };
    for story in stories_now(situation) {
        *figures.submissions.entry(review_word(&story.row.review)).or_default() += 1;
        if story.row.review == Review::Pending {
            let oldest = figures.oldest_review.map_or(story.row.since, |oldest| oldest.min(story.row.since));
            figures.oldest_review = Some(oldest);
        }
    }
    for product in &plan.products {
        *figures.products.entry(Figures::standing_word(product.standing)).or_default() += 1;
        let history = situation.records.history(&product.key);
        let for_good = history.refused.as_ref().is_some_and(|last| !last.refusal.passes());
        let is_refused = product.standing == Standing::Refused && for_good;
        figures.rejected += u64::from(is_held(product) && product.standing != Standing::Refused);
        figures.drifted += u64::from(!product.drift.is_empty());
        figures.blocked += u64::from(!product.blocks.is_empty() || is_refused);
        figures.failing += u64::from(product.notices.iter().any(|notice| notice.rule == "interface-failing"));
        figures.unknown += u64::from(history.open.is_some_and(|open| open.review == Review::Unknown));
    }
    for whom in run.products.iter().filter_map(|product| awaited(&product.outcome)) {
        *figures.waiting.entry(whom).or_default() += 1;
    }
    figures
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn is_held(product: &ProductPlan) -> bool {
    product.chain.iter().any(|step| matches!(step.state, StepState::Held { .. }))
}

fn awaited(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Submitted { .. } => Some("reviewer"),
        Outcome::HandedOver { .. } | Outcome::TakenBack { .. } => Some("person"),
        Outcome::Waiting { whom, what, .. } => Some(match whom {
            WaitingFor::Reviewer => "reviewer",
            WaitingFor::Person => "person",
            WaitingFor::Plan if Pause::is_awaited(what).is_some() => "person",
            WaitingFor::Plan => "plan",
            WaitingFor::Tomorrow => "tomorrow",
            WaitingFor::OtherRun => "other-run",
        }),
        _ => None,
    }
}

fn review_word(review: &Review) -> &'static str {
    match review {
        Review::Prepared => "prepared",
        Review::HandedOver => "handed-over",
        Review::Refused(_) => "refused",
        Review::Pending => "in-review",
        Review::Unknown => "unknown",
        Review::Ended(Verdict::Approved) => "approved",
        Review::Ended(Verdict::Rejected { .. }) => "rejected",
        Review::Ended(Verdict::Withdrawn) => "withdrawn",
        Review::Ended(Verdict::Discarded) => "discarded",
    }
}
