//! Which notices there are after a run: the verdicts of the last days, and what drifted or is blocked now.

use crate::config::Occasion;
use crate::ledger::{Event, EventKind, Records};
use crate::model::{Digest, Key};
use crate::plan::{Plan, ProductPlan, Standing};
use crate::report::{Detail, Invocation, Next, Notice, Place, next};
use crate::submission::{ApplicationId, Scope, Submission, SubmissionId, Verdict};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How long after a verdict people still want to hear of it.
const VERDICT_TOLD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long interfaces fail before it is told once more: the marketplace acts after five days.
const FAILING_LONG: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Finds where the values of a product's submission are written, with the reviewer's words about it.
pub(super) type Locate<'a> = dyn Fn(&Key, &Submission, Option<&str>) -> Vec<Place> + 'a;

/// What notices are made from.
pub(super) struct Seen<'a> {
    pub(super) scope: &'a Scope,
    pub(super) events: &'a [Event],
    pub(super) records: &'a Records,
    pub(super) plan: &'a Plan,
    pub(super) now: Timestamp,
    pub(super) invocation: &'a Invocation,
    /// Where the values of a rejected submission are written, those first that the reviewer's words name.
    pub(super) places: &'a Locate<'a>,
}

/// All notices, by product.
pub(super) fn notices(seen: &Seen<'_>) -> Vec<Notice> {
    let mut notices = seen.verdicts();
    for product in &seen.plan.products {
        notices.extend(seen.drifted(product));
        notices.extend(seen.blocked(product));
        notices.extend(seen.failing(product));
    }
    notices.sort_by(|a, b| (&a.product, a.at, a.occasion).cmp(&(&b.product, b.at, b.occasion)));
    notices
}

/// What is known of a submission.
#[derive(Default)]
struct Told<'a> {
    submission: Option<&'a Submission>,
    application: Option<&'a ApplicationId>,
}

impl Seen<'_> {
    fn verdicts(&self) -> Vec<Notice> {
        let mut told: BTreeMap<&SubmissionId, Told<'_>> = BTreeMap::new();
        let mut notices: BTreeMap<&SubmissionId, Notice> = BTreeMap::new();
        for event in self.events {
            match &event.kind {
                EventKind::Prepared { submission, .. } => {
                    told.entry(&submission.id).or_default().submission = Some(submission);
                }
                EventKind::Accepted { submission, application } => {
                    told.entry(submission).or_default().application = Some(application);
                }
                EventKind::Claimed { submission, application, .. } => {
                    let found = told.entry(&submission.id).or_default();
                    (found.submission, found.application) = (Some(submission), Some(application));
                }
                EventKind::Ended { submission, verdict } => {
                    let (occasion, reason) = match verdict {
                        Verdict::Approved => (Occasion::Approved, None),
                        Verdict::Rejected { reason } => (Occasion::Rejected, reason.clone()),
                        Verdict::Withdrawn | Verdict::Discarded => continue,
                    };
                    if self.now.duration_since(event.at) > VERDICT_TOLD {
                        continue;
                    }
                    // What ended stays ended; said again it may bring the reason.
                    if let Some(known) = notices.get_mut(submission) {
                        known.reason = known.reason.take().or(reason);
                        continue;
                    }
                    let of = told.get(submission);
                    let asked = of.and_then(|of| of.submission);
                    let name = asked.map_or_else(
                        || event.product.to_string(),
                        |it| it.predicted.display_name().to_owned(),
                    );
                    // The product may get another key; the submission stays the same.
                    let id = self.id(occasion, "", &submission.to_string());
                    let mut notice = self.notice(id, occasion, event.at, &event.product, name);
                    notice.submission = Some(submission.clone());
                    notice.application = of.and_then(|of| of.application).cloned();
                    notice.what = asked.map_or_else(String::new, super::telling::summary);
                    notice.reason = reason;
                    if occasion == Occasion::Rejected {
                        let of = |asked| (self.places)(&event.product, asked, notice.reason.as_deref());
                        notice.places = asked.map(of).unwrap_or_default();
                        notice.next = self.next(&event.product);
                    }
                    notices.insert(submission, notice);
                }
                _ => {}
            }
        }
        notices.into_values().collect()
    }

    fn drifted(&self, product: &ProductPlan) -> Option<Notice> {
        if product.drift.is_empty() {
            return None;
        }
        let says: Vec<_> =
            product.drift.iter().map(|drift| (drift.item.clone(), drift.released.clone())).collect();
        let id = self.id(Occasion::Drifted, product.key.as_str(), &Digest::of("drift", &says).to_string());
        let mut notice = self.of_product(id, Occasion::Drifted, product);
        let value =
            |value: Option<&crate::model::Value>| value.map_or("nothing".to_owned(), ToString::to_string);
        notice.details = product
            .drift
            .iter()
            .map(|drift| Detail {
                rule: None,
                text: format!(
                    "{}: applied was {}, on sale is {}, the definition says {}",
                    drift.item.describe(),
                    value(drift.last_applied.as_ref()),
                    value(drift.released.as_ref()),
                    value(drift.desired.as_ref())
                ),
            })
            .collect();
        Some(notice)
    }

    fn blocked(&self, product: &ProductPlan) -> Option<Notice> {
        let history = self.records.history(&product.key);
        let refused =
            history.refused.filter(|last| product.standing == Standing::Refused && !last.refusal.passes());
        if product.blocks.is_empty() && refused.is_none() {
            return None;
        }
        // Sentences may count days; the rule, its place and what would lift it say whether it is the same block.
        let mut says: Vec<String> = Vec::new();
        let mut details = Vec::new();
        for block in &product.blocks {
            let finding = &block.finding;
            let lifted_by = block.approval.as_ref().map(ToString::to_string).unwrap_or_default();
            says.push(format!("{} {:?} {lifted_by}", finding.rule, finding.route.0));
            details.push(Detail { rule: Some(finding.rule.to_owned()), text: finding.message.clone() });
        }
        if let Some(last) = refused {
            let operations: Vec<String> = last.operations.iter().map(ToString::to_string).collect();
            says.push(format!("refused {:?} {}", last.refusal.rules, operations.join(" ")));
            let text = format!("the marketplace refused it: {}", last.refusal.text);
            details.push(Detail { rule: None, text });
        }
        says.sort_unstable();
        let id = self.id(Occasion::Blocked, product.key.as_str(), &Digest::of("block", &says).to_string());
        Some(Notice { details, ..self.of_product(id, Occasion::Blocked, product) })
    }

    /// Told when it begins, and once more when little time is left before the marketplace acts.
    fn failing(&self, product: &ProductPlan) -> Option<Notice> {
        let failing = self.records.history(&product.key).failing?;
        let finding = product.notices.iter().find(|notice| notice.rule == "interface-failing")?;
        let lasts = self.now.duration_since(failing.since);
        let stage = if lasts >= FAILING_LONG { "long" } else { "begun" };
        let id = self.id(Occasion::Failing, product.key.as_str(), &format!("{} {stage}", failing.since));
        let detail = Detail { rule: Some(finding.rule.to_owned()), text: finding.message.clone() };
        let mut notice = self.of_product(id, Occasion::Failing, product);
        notice.details = vec![detail];
        Some(notice)
    }

    fn of_product(&self, id: String, occasion: Occasion, product: &ProductPlan) -> Notice {
        let notice = self.notice(id, occasion, self.plan.observed_at, &product.key, product.name.clone());
        Notice { next: self.next(&product.key), ..notice }
    }

    fn notice(&self, id: String, occasion: Occasion, at: Timestamp, product: &Key, name: String) -> Notice {
        Notice {
            id,
            occasion,
            at,
            product: product.clone(),
            name,
            submission: None,
            application: None,
            what: String::new(),
            reason: None,
            places: Vec::new(),
            details: Vec::new(),
            next: None,
        }
    }

    fn next(&self, key: &Key) -> Option<Next> {
        let found = self.plan.products.iter().find(|found| found.key == *key)?;
        Some(next(found, self.invocation))
    }

    /// The same thing about the same product has the same name on any machine.
    fn id(&self, occasion: Occasion, product: &str, says: &str) -> String {
        let Scope { catalog, target } = self.scope;
        let parts = [catalog.as_str(), target.as_str(), occasion.name(), product, says];
        let digest = Digest::of("notice", &parts.map(str::to_owned).to_vec()).to_string();
        format!("n-{}", digest.get(..32).unwrap_or(&digest))
    }
}
