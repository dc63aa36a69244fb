//! Judging a case by each side. What has to know the sandbox's interface is in `desk.rs`, what has to know the
//! reader's and the planner's in `world.rs`; here are only pages and findings.

use super::desk::{Desk, Given, Stands, with_reasons};
use super::document::{Complete, Document};
use super::page::{Answer, Case, Content, ContentWord, Deed, Discontinued, Ends, Event, Kind, Mark, Verdict};
use super::world::World;
use gallerist::model::Product;
use gallerist::plan::{Action, ProductPlan, StepState};
use gallerist::submission::SubmissionKind;
use std::collections::BTreeSet;

/// Whether the marketplace does what the case says, when it has forgotten a rule; a case that expects nothing of it
/// passes.
pub(super) fn marketplace(complete: &Complete, case: &Case, forgotten: Option<&Mark>) -> Result<(), String> {
    if case.marketplace.is_none() && case.ends.is_none() {
        return Ok(());
    }
    let world = World::of(complete, case)?;
    if let (Some(kind), Some(answer)) = (case.submit, case.marketplace) {
        let desired = complete.patched(case, &case.patch)?;
        // What the reader does not take, nobody can hand in; `stopped` leaves it to the reader.
        if case.planner == Some(Verdict::Stopped) && world.read(&[&with_reasons(&desired)])?.is_err() {
            return Ok(());
        }
        let mut desk = Desk::seeded(&world, forgotten)?;
        let given = desk.submit_raw(kind, &desired, false)?;
        match answer {
            Answer::Refused => expect(Some(&case.numbers), given)?,
            Answer::Accepted => expect(None, given)?,
            Answer::Approved | Answer::Rejected => {
                expect(None, given)?;
                judged(&case.numbers, &desk.objections()?)?;
            }
        }
    }
    let Some(ends) = &case.ends else { return Ok(()) };
    let mut desk = Desk::seeded(&world, forgotten)?;
    let mut desired = complete.patched(case, &case.patch)?;
    for (position, event) in case.events.iter().enumerate() {
        let handed_in = complete.patched(case, event.patch.as_ref().unwrap_or(&case.patch))?;
        let given = happen(&mut desk, event, &handed_in)?;
        let taken = given.is_ok();
        let refused = event.refused.as_ref().map(|rules| rules.iter().copied().map(Mark::Number).collect());
        expect(refused.as_ref(), given).map_err(|why| format!("event {}: {why}", position + 1))?;
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

fn expect(refused: Option<&BTreeSet<Mark>>, given: Given) -> Result<(), String> {
    let given = given.map_err(|rules| rules.into_iter().map(Mark::Number).collect::<BTreeSet<Mark>>());
    match (refused, given) {
        (None, Ok(())) => Ok(()),
        (None, Err(numbers)) => Err(format!("refused by {numbers:?}, expected to be accepted")),
        (Some(expected), Ok(())) => Err(format!("accepted, expected to be refused by {expected:?}")),
        (Some(expected), Err(numbers)) if expected.is_subset(&numbers) => Ok(()),
        (Some(expected), Err(numbers)) => Err(format!("refused by {numbers:?}, expected {expected:?}")),
    }
}

/// Whether the reviewer objects as expected; without expected rules it must not object.
fn judged(expected: &BTreeSet<Mark>, objections: &BTreeSet<Mark>) -> Result<(), String> {
    match (expected.is_empty(), objections.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("rejected by {objections:?}, expected to be approved")),
        (false, true) => Err(format!("approved, expected to be rejected by {expected:?}")),
        (false, false) => missing(expected, objections, "rejected by"),
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
        (Err(errors), Verdict::Invalid | Verdict::Stopped) => {
            // Not every rule of the reader knows its number, but each has a name.
            let named = case.rules.iter().filter(|rule| matches!(rule, Mark::Name(_))).cloned().collect();
            return missing(
                &named,
                &errors.0.iter().flat_map(|(rule, _)| marks(rule)).collect(),
                "refused by",
            );
        }
        (Err(errors), _) => return Err(errors.to_string()),
        (Ok(_), Verdict::Invalid) => return Err("the definition can be read, expected not".into()),
        (Ok(plan), _) => plan,
    };
    plan.blocks.retain(|block| Some(block.finding.rule) != forgotten);
    plan.notices.retain(|notice| Some(notice.rule) != forgotten);
    plan.verify.retain(|item| Some(item.rule) != forgotten);
    let blocks: BTreeSet<Mark> = plan.blocks.iter().flat_map(|block| marks(block.finding.rule)).collect();
    let warned: BTreeSet<Mark> = plan.notices.iter().flat_map(|finding| marks(finding.rule)).collect();
    let checked = checked(&plan);
    if let Some(loud) =
        case.silent.iter().find(|rule| [&blocks, &warned, &checked].iter().any(|set| set.contains(rule)))
    {
        return Err(format!("{loud} is named, expected not"));
    }
    if matches!(verdict, Verdict::Blocked | Verdict::Stopped) {
        if plan.blocks.is_empty() {
            return Err("nothing blocks the plan".into());
        }
        return missing(&case.rules, &blocks, "blocked by");
    }
    if !plan.blocks.is_empty() {
        return Err(format!("blocked by {blocks:?}: {:?}", plan.blocks));
    }
    missing(&case.rules, &warned, "warned about")?;
    missing(&case.verify, &checked, "to be confirmed")?;
    let manual = plan.chain.iter().filter(|step| matches!(step.action, Action::Manual(_))).count();
    if let Some(expected) = case.manual.filter(|expected| *expected != manual) {
        return Err(format!("there are {manual} manual steps, expected {expected}"));
    }
    let steps = submissions(&plan);
    match &case.steps {
        Some(expected) if *expected != steps => {
            Err(format!("the steps are {steps:?}, expected {expected:?}"))
        }
        _ => Ok(()),
    }
}

fn missing(expected: &BTreeSet<Mark>, found: &BTreeSet<Mark>, word: &str) -> Result<(), String> {
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

/// What pages may call a rule of ours by: its name and the numbers of the reference's rules it stands for.
fn marks(rule: gallerist::diagnostic::RuleId) -> BTreeSet<Mark> {
    let numbers = gallerist::rules::numbers(rule).iter().copied().map(Mark::Number);
    numbers.chain([Mark::Name(rule.to_owned())]).collect()
}

/// What the plan lists to be confirmed.
fn checked(plan: &ProductPlan) -> BTreeSet<Mark> {
    plan.verify.iter().flat_map(|item| marks(item.rule)).collect()
}
