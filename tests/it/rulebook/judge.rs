//! Judging a case by each side. What has to know the sandbox's interface is in `desk.rs`, what has to know the
//! reader's and the planner's in `world.rs`; here are only pages and findings.

use super::desk::{Desk, Given, Stands};
use super::document::{Complete, Document};
use super::page::{Answer, Case, Content, ContentWord, Deed, Discontinued, Ends, Event, Kind, Verdict};
use super::world::World;
use gallerist::model::Product;
use gallerist::plan::{Action, ProductPlan, StepState};
use gallerist::submission::SubmissionKind;
use std::collections::BTreeSet;

/// Whether the marketplace does what the case says, when it has forgotten a rule; a case that expects nothing of it
/// passes.
pub(super) fn marketplace(complete: &Complete, case: &Case, forgotten: Option<u16>) -> Result<(), String> {
    if case.marketplace.is_none() && case.ends.is_none() {
        return Ok(());
    }
    let world = World::of(complete, case)?;
    if let (Some(kind), Some(answer)) = (case.submit, case.marketplace) {
        let desired = complete.patched(case, &case.patch)?;
        let given = Desk::seeded(&world, forgotten)?.submit_raw(kind, &desired, false)?;
        let refused = (answer == Answer::Refused).then_some(&case.numbers);
        expect(refused, given)?;
    }
    let Some(ends) = &case.ends else { return Ok(()) };
    let mut desk = Desk::seeded(&world, forgotten)?;
    let mut desired = complete.patched(case, &case.patch)?;
    for (position, event) in case.events.iter().enumerate() {
        let handed_in = complete.patched(case, event.patch.as_ref().unwrap_or(&case.patch))?;
        let given = happen(&mut desk, event, &handed_in)?;
        let taken = given.is_ok();
        expect(event.refused.as_ref(), given).map_err(|why| format!("event {}: {why}", position + 1))?;
        let hands_in = matches!(event.deed()?, Deed::Submit(_) | Deed::Save(_));
        if taken && (hands_in || event.patch.is_some()) {
            desired = handed_in;
        }
    }
    let content = match &ends.released {
        None => None,
        Some(Content::Word(ContentWord::Nothing)) => Some(None),
        Some(Content::Word(ContentWord::Before)) => Some(world.before.clone()),
        Some(Content::Word(ContentWord::Desired)) => Some(Some(desired)),
        Some(Content::Patch(patch)) => Some(Some(complete.patched(case, patch)?)),
    };
    compare(ends, content, &desk.stands()?, &world)
}

fn happen(desk: &mut Desk, event: &Event, handed_in: &Document) -> Result<Given, String> {
    match event.deed()? {
        Deed::Submit(kind) => desk.submit_raw(kind, handed_in, false),
        Deed::Save(kind) => desk.submit_raw(kind, handed_in, true),
        Deed::Review(act) => {
            let edited = event.patch.as_ref().map(|_| handed_in);
            desk.review(act, event.application, event.reason.as_deref(), edited)
        }
        Deed::Interface(interface) => desk.set_interface(interface).map(Ok),
    }
}

fn expect(refused: Option<&BTreeSet<u16>>, given: Given) -> Result<(), String> {
    match (refused, given) {
        (None, Ok(())) => Ok(()),
        (None, Err(numbers)) => Err(format!("refused by {numbers:?}, expected to be accepted")),
        (Some(expected), Ok(())) => Err(format!("accepted, expected to be refused by {expected:?}")),
        (Some(expected), Err(numbers)) if expected.is_subset(&numbers) => Ok(()),
        (Some(expected), Err(numbers)) => Err(format!("refused by {numbers:?}, expected {expected:?}")),
    }
}

fn compare(
    ends: &Ends,
    content: Option<Option<Document>>,
    stands: &Stands,
    world: &World,
) -> Result<(), String> {
    if let Some(expected) = ends.application.filter(|expected| *expected != stands.application) {
        return Err(format!("the application ends {:?}, expected {expected:?}", stands.application));
    }
    if ends.reason.is_some() && ends.reason != stands.reason {
        return Err(format!("the reason reads {:?}, expected {:?}", stands.reason, ends.reason));
    }
    if let Some(expected) = ends.discontinued.as_ref().filter(|expected| **expected != stands.discontinued) {
        return Err(format!("discontinued is {:?}, expected {expected:?}", stands.discontinued));
    }
    if let Some(expected) = ends.url.filter(|expected| *expected != stands.url) {
        return Err(format!("the address can be read: {}, expected {expected}", stands.url));
    }
    match (content, &stands.released) {
        (None, _) | (Some(None), None) => Ok(()),
        (Some(None), Some(_)) => Err("something is released, expected nothing".into()),
        (Some(Some(_)), None) => Err("nothing is released".into()),
        (Some(Some(expected)), Some(released)) => {
            let (mut expected, mut released) = (world.product(&expected)?, released.clone());
            if let Discontinued::Keys(gone) = &stands.discontinued {
                expected.specifications.retain(|key, _| !gone.contains(key.as_str()));
                released.specifications.retain(|key, _| !gone.contains(key.as_str()));
            }
            let differences = differences(&released, &expected);
            if differences.is_empty() {
                Ok(())
            } else {
                Err(format!("what is sold differs: {differences:?}"))
            }
        }
    }
}

/// Whether the planner does what the case says, when nobody hears of a rule's findings; a case that expects nothing
/// of it passes.
pub(super) fn planner(complete: &Complete, case: &Case, forgotten: Option<&str>) -> Result<(), String> {
    let Some(verdict) = case.planner else { return Ok(()) };
    let world = World::of(complete, case)?;
    let desired = complete.patched(case, &case.patch)?;
    let mut plan = match (world.plan(&desired, case.approvals)?, verdict) {
        (Err(_), Verdict::Invalid | Verdict::Stopped) => return Ok(()),
        (Err(why), _) => return Err(format!("the definition cannot be read: {why}")),
        (Ok(_), Verdict::Invalid) => return Err("the definition can be read, expected not".into()),
        (Ok(plan), _) => plan,
    };
    plan.blocks.retain(|block| Some(block.finding.rule) != forgotten);
    plan.notices.retain(|notice| Some(notice.rule) != forgotten);
    let blocks: BTreeSet<u16> = plan.blocks.iter().flat_map(|block| numbers(block.finding.rule)).collect();
    if matches!(verdict, Verdict::Blocked | Verdict::Stopped) {
        if plan.blocks.is_empty() {
            return Err("nothing blocks the plan".into());
        }
        return missing(&case.rules, &blocks, "blocked by");
    }
    if !plan.blocks.is_empty() {
        return Err(format!("blocked by {blocks:?}: {:?}", plan.blocks));
    }
    let warned = plan.notices.iter().flat_map(|finding| numbers(finding.rule)).collect();
    missing(&case.rules, &warned, "warned about")?;
    missing(
        &case.verify,
        &plan.verify.iter().flat_map(|item| numbers(item.rule)).collect(),
        "to be confirmed",
    )?;
    let steps = submissions(&plan);
    match &case.steps {
        Some(expected) if *expected != steps => {
            Err(format!("the steps are {steps:?}, expected {expected:?}"))
        }
        _ => Ok(()),
    }
}

fn missing(expected: &BTreeSet<u16>, found: &BTreeSet<u16>, word: &str) -> Result<(), String> {
    if expected.is_subset(found) { Ok(()) } else { Err(format!("{word} {found:?}, expected {expected:?}")) }
}

fn submissions(plan: &ProductPlan) -> Vec<Kind> {
    let open = plan.chain.iter().filter(|step| step.state != StepState::Done);
    open.filter_map(|step| match &step.action {
        Action::Submit(submission) => Some(match submission.kind {
            SubmissionKind::Release => Kind::Release,
            SubmissionKind::Modify => Kind::Modify,
            SubmissionKind::Remove => Kind::Remove,
        }),
        Action::Withdraw { .. } | Action::Manual(_) => None,
    })
    .collect()
}

/// Differences from what is sold to what is expected, as sentences. What the expectation says nothing about is not
/// compared, but specifications it does not have are.
fn differences(released: &Product, expected: &Product) -> Vec<String> {
    let extra = released.specifications.keys().filter(|key| !expected.specifications.contains_key(*key));
    let changes = gallerist::diff::changes(released, expected);
    let changed = changes.iter().map(|change| format!("{change:?}"));
    changed.chain(extra.map(|key| format!("{} is still sold", key.as_str()))).collect()
}

/// Numbers of the reference's rules that a rule of ours stands for.
fn numbers(rule: gallerist::diagnostic::RuleId) -> BTreeSet<u16> {
    gallerist::rules::numbers(rule).iter().copied().collect()
}
