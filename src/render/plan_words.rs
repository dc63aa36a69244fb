//! What every picture of a plan says in the same words.

use super::{Names, Paint, numbers_text};
use crate::diagnostic::Severity;
use crate::plan::{
    Action, Confirmed, Drift, DriftKind, Ignored, Plan, ProductPlan, Standing, Step, StepState, VerifyItem,
};
use crate::report::{Baseline, Proposal, Risk, Summary};
use crate::rules;
use crate::submission::{Operation, OperationKind, SubmissionKind};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// `1 product`, `2 products`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The text, or its beginning with the number of characters left out.
pub(super) fn clip(text: &str, characters_max: usize) -> String {
    let count = text.chars().count();
    if count <= characters_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters_max).collect();
    format!("{}… ({} more characters)", kept.trim_end(), count - characters_max)
}

/// The commit of a plan's definitions, short.
pub(super) fn commit_words(commit: Option<&str>) -> String {
    match commit {
        Some(commit) => format!("commit {}", commit.chars().take(12).collect::<String>()),
        None => "definitions not committed".to_owned(),
    }
}

/// How old the released state is that a plan was made from.
pub(super) fn observed(plan: &Plan) -> String {
    let Some(oldest) = plan.recorded_at else {
        return format!("Released state observed {}.", plan.observed_at.strftime("%Y-%m-%d %H:%M UTC"));
    };
    let ago = match plan.observed_at.duration_since(oldest).as_hours() / 24 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    format!("Released state as people recorded it, the oldest part {ago} ({}).", oldest.strftime("%Y-%m-%d"))
}

/// What a step does.
pub(super) fn step_words(step: &Step) -> String {
    match &step.action {
        Action::Submit(submission) if submission.attempt > 1 => {
            format!("{}, attempt {}", kind_words(submission.kind), submission.attempt)
        }
        Action::Submit(submission) => kind_words(submission.kind).to_owned(),
        Action::Withdraw { .. } => "take the submission back from the reviewer".to_owned(),
        Action::Manual(_) => "by hand, in the console".to_owned(),
    }
}

fn kind_words(kind: SubmissionKind) -> &'static str {
    match kind {
        SubmissionKind::Release => "release for the first time",
        SubmissionKind::Modify => "modify",
        SubmissionKind::Remove => "take off the catalog",
    }
}

/// Where a step stands, and how that is painted.
pub(super) fn state_words(step: &Step, standing: Standing, today: Date) -> (String, Paint) {
    let since = |since: &jiff::Timestamp| since.strftime("%Y-%m-%d");
    match &step.state {
        StepState::Done => ("done".to_owned(), Paint::Good),
        StepState::InReview { since: from, expected_by } => {
            let late = if *expected_by < today { "was expected" } else { "expected" };
            let from = since(from);
            (format!("in review since {from}, verdict {late} by {expected_by}"), Paint::Strong)
        }
        StepState::InDoubt { since: from } if standing == Standing::Missing => {
            let from = since(from);
            (format!("taken for review on {from}, and the marketplace does not know it any more"), Paint::Bad)
        }
        StepState::InDoubt { since: from } => {
            let from = since(from);
            (
                format!("in doubt since {from}: a run ended before it was known whether it arrived"),
                Paint::Care,
            )
        }
        StepState::HandedOver { since: from } => {
            let from = since(from);
            (format!("on a change sheet since {from}, to be entered in the console"), Paint::Care)
        }
        StepState::Ready => match step.action {
            Action::Submit(_) => ("ready to submit".to_owned(), Paint::Care),
            Action::Withdraw { .. } => ("ready".to_owned(), Paint::Care),
            Action::Manual(_) => ("to be done now".to_owned(), Paint::Care),
        },
        StepState::Waiting(what) => (format!("waits for {what}"), Paint::Strong),
        StepState::Blocked => ("blocked".to_owned(), Paint::Bad),
        StepState::Held { reason } if standing == Standing::Refused => {
            let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": \"{reason}\""));
            (format!("held, the marketplace refused it{reason}"), Paint::Bad)
        }
        StepState::Held { .. } if standing == Standing::TakenBack => {
            ("held, somebody took it back before the verdict".to_owned(), Paint::Care)
        }
        StepState::Held { reason: Some(reason) } => {
            (format!("held, the reviewer rejected it: \"{reason}\""), Paint::Bad)
        }
        StepState::Held { reason: None } => {
            ("held, the reviewer rejected it and the reason is not known".to_owned(), Paint::Bad)
        }
    }
}

/// How a field came to differ.
pub(super) fn drift_story(drift: &Drift) -> String {
    let subject = Names(None).subject(&drift.item);
    match drift.kind {
        DriftKind::Drift => format!("somebody else changed {subject} on the marketplace"),
        DriftKind::Conflict => format!("{subject} was changed here and on the marketplace"),
        DriftKind::ByMarketplace => format!("the marketplace changed {subject} by itself; it stays"),
    }
}

/// What the definition says of something that others changed.
pub(super) fn desired_words(drift: &Drift) -> String {
    match (&drift.desired, drift.kind) {
        (None, _) => "says that there is none".to_owned(),
        (Some(_), DriftKind::Drift) => "says what was applied last".to_owned(),
        (Some(value), DriftKind::Conflict | DriftKind::ByMarketplace) => format!("says {value}"),
    }
}

/// Who decided that something stays, why, and until when.
pub(super) fn ignored_words(ignored: &Ignored) -> String {
    let Ignored { by, reason, until, .. } = ignored;
    format!("left as it is until {}, decided by {by}: {reason}", until.strftime("%Y-%m-%d %H:%M UTC"))
}

/// Where a product stands and what happens to it: `to submit: modify (2 operations)`.
pub(super) fn effect(product: &ProductPlan) -> String {
    match doing(product) {
        words if words.is_empty() => product.standing.words().to_owned(),
        words => format!("{}: {words}", product.standing.words()),
    }
}

/// What happens to a product, in a few words: `modify (2 operations), then take off the catalog (1 operation)`; empty
/// where its standing says everything.
pub(super) fn doing(product: &ProductPlan) -> String {
    let open = product.chain.iter().filter(|step| step.state != StepState::Done);
    let steps: Vec<String> = open
        .map(|step| match &step.action {
            Action::Submit(submission) => {
                let count = counted(submission.operations.len(), "operation", "operations");
                format!("{} ({count})", kind_words(submission.kind))
            }
            Action::Withdraw { .. } | Action::Manual(_) => step_words(step),
        })
        .collect();
    const SHOWN_MAX: usize = 4;
    let mut words = steps.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>().join(", then ");
    if steps.len() > SHOWN_MAX {
        words.push_str(&format!(", then {} more steps", steps.len() - SHOWN_MAX));
    }
    if words.is_empty() && !product.drift.is_empty() {
        words = counted(product.drift.len(), "value differs", "values differ");
    }
    if words.is_empty() && !product.ignored.is_empty() {
        words = counted(product.ignored.len(), "difference is ignored", "differences are ignored");
    }
    words
}

/// What a product's part of the plan risks.
pub(super) fn risk_words(product: &ProductPlan) -> &'static str {
    let changes_price = |step: &Step| match &step.action {
        Action::Submit(submission) => {
            submission.operations.iter().any(|operation| operation.kind == OperationKind::ChangePrice)
        }
        Action::Withdraw { .. } | Action::Manual(_) => false,
    };
    match Risk::of(product) {
        Risk::Unwanted => "nobody wants it any more",
        Risk::Irreversible => "cannot be undone",
        Risk::Ordinary if product.chain.iter().any(changes_price) => "prices change",
        Risk::Ordinary => "ordinary",
        Risk::Quiet => "none",
    }
}

/// What is to be true before a step, by which rule, and who confirmed it.
pub(super) fn verify_text(product: &ProductPlan, item: &VerifyItem) -> String {
    let rule = match numbers_text(rules::numbers(item.rule)) {
        numbers if numbers.is_empty() => item.rule.to_owned(),
        numbers => numbers,
    };
    if let Some(Confirmed { by, at, expires }) = &item.confirmed {
        let until =
            expires.map_or_else(String::new, |until| format!(", until {}", until.strftime("%Y-%m-%d")));
        return format!("{} (confirmed by {by} on {}{until})", item.text, at.strftime("%Y-%m-%d"));
    }
    let submits = |step: &&Step| matches!(step.action, Action::Submit(_));
    let several = product.chain.iter().filter(submits).count() > 1;
    let before = item.before.filter(|_| several);
    let before = before.map_or_else(String::new, |step| format!("before step {step}: "));
    let holds = if item.holds { "; nothing is submitted before" } else { "" };
    let proof = match item.by_preflight {
        true => format!("; gallerist preflight {} proves it", product.key),
        false => String::new(),
    };
    format!("{before}{} ({rule}{holds}{proof})", item.text)
}

/// How many products of a plan stand where: `2 to submit, 1 blocked`.
pub(super) fn released_states(summary: &Summary<'_>) -> String {
    let parts = summary.standings.iter().map(|(standing, count)| format!("{count} {}", standing.words()));
    parts.collect::<Vec<_>>().join(", ")
}

/// What a proposal comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// One line without a full stop, the worst first.
    pub(super) words: String,
    /// How it is painted.
    pub(super) paint: Paint,
}

/// The verdict in words, the worst first.
pub(super) fn verdict(proposal: &Proposal) -> Verdict {
    let summary = Summary::of(&proposal.plan);
    let errors = proposal.findings.iter().filter(|found| found.severity == Severity::Error).count();
    let mut parts: Vec<String> = Vec::new();
    if errors > 0 {
        parts.push(counted(errors, "error in the definitions", "errors in the definitions"));
    }
    for (standing, word) in [
        (Standing::UnwantedInReview, "Unwanted in review"),
        (Standing::Rejected, "Rejected"),
        (Standing::Missing, "Missing"),
        (Standing::Refused, "Refused"),
        (Standing::Blocked, "Blocked"),
        (Standing::Drifted, "Drifted"),
        (Standing::TakenBack, "Taken back"),
    ] {
        let count = summary.count(standing);
        if count > 0 {
            parts.push(format!("{word}: {}", counted(count, "product", "products")));
        }
    }
    let is_bad = !parts.is_empty();
    let lost = losses(summary.irreversible.iter().map(|found| found.operation));
    let submits = submits(proposal);
    parts.extend(submits.clone());
    if !lost.is_empty() {
        parts.push(format!("{} for ever", lost.join(", ")));
    } else if submits.is_some() {
        parts.push("nothing irreversible".to_owned());
    }
    if parts.is_empty() {
        let is_same = proposal.compared.is_some() && !adds_anything(proposal);
        let words = if is_same { "Nothing new to submit" } else { "Nothing to submit" };
        return Verdict { words: words.to_owned(), paint: Paint::Good };
    }
    let paint = match (is_bad, lost.is_empty()) {
        (true, _) | (_, false) => Paint::Bad,
        (false, true) => Paint::Care,
    };
    Verdict { words: parts.join("; "), paint }
}

fn adds_anything(proposal: &Proposal) -> bool {
    let Some(compared) = &proposal.compared else { return true };
    let mut products = proposal.plan.products.iter();
    products.any(|product| !compared.difference(&proposal.plan, &product.key).added.is_empty())
}

/// What goes to the reviewer by itself, now and later: of a comparison, only what holds something new.
fn submits(proposal: &Proposal) -> Option<String> {
    let Proposal { plan, compared, invocation, .. } = proposal;
    let (mut now, mut later) = (BTreeMap::new(), BTreeMap::new());
    for product in &plan.products {
        let added = compared.as_ref().map(|compared| compared.difference(plan, &product.key).added);
        let is_new = |operation: &Operation| {
            let id = operation.id(&plan.scope.target, &product.key);
            added.as_ref().is_none_or(|added| added.contains(&id))
        };
        for step in &product.chain {
            let Action::Submit(submission) = &step.action else { continue };
            if compared.is_some() && !submission.operations.iter().any(is_new) {
                continue;
            }
            match step.state {
                StepState::Ready => *now.entry(submission.kind).or_insert(0) += 1,
                StepState::Waiting(_) => *later.entry(submission.kind).or_insert(0) += 1,
                _ => {}
            }
        }
    }
    let words = |counts: &BTreeMap<SubmissionKind, usize>| {
        let parts = counts.iter().map(|(kind, count)| match kind {
            SubmissionKind::Release => counted(*count, "first release", "first releases"),
            SubmissionKind::Modify => counted(*count, "modification", "modifications"),
            SubmissionKind::Remove => counted(*count, "removal", "removals"),
        });
        parts.collect::<Vec<_>>().join(" and ")
    };
    let doing = match compared.as_ref().map(|compared| &compared.baseline) {
        Some(Baseline::Saved { .. }) => "Applying this",
        Some(Baseline::Revision { .. }) | None => "Merging this",
    };
    let how = if invocation.by_hand { "puts on change sheets" } else { "submits" };
    match (now.is_empty(), later.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("{doing} {how} {}", words(&now))),
        (true, false) => Some(format!("{doing} {how} {} later", words(&later))),
        (false, false) => Some(format!("{doing} {how} {}, later {}", words(&now), words(&later))),
    }
}

/// What leaves the catalog: `2 specifications leave the catalog`.
fn losses<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<String> {
    let mut counts: BTreeMap<OperationKind, usize> = BTreeMap::new();
    for operation in operations {
        *counts.entry(operation.kind).or_default() += 1;
    }
    let words = |(kind, count): (OperationKind, usize)| {
        let (one, many) = match kind {
            OperationKind::RetireProduct => ("product leaves", "products leave"),
            OperationKind::RemoveSku => ("variant leaves", "variants leave"),
            _ => ("specification leaves", "specifications leave"),
        };
        format!("{} the catalog", counted(count, one, many))
    };
    // Whole products first: the last kinds of the list weigh most.
    counts.into_iter().rev().map(words).collect()
}
