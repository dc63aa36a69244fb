//! Judging a case by each side. What has to know the sandbox's and the planner's interfaces is in the adapter at
//! the end; everything before it only knows pages.

use super::document::{Complete, Document};
use super::page::{
    Act, Answer, Approvals, Case, Content, ContentWord, Deed, Discontinued, Ends, Event, Foreign, Interface,
    Kind, Site, Standing, Status, Verdict,
};
use gallerist::model::Product;
use gallerist::plan::{Action, ProductPlan, StepState};
use gallerist::submission::SubmissionKind;
use std::collections::BTreeSet;

/// Whether the marketplace does what the case says; a case that expects nothing of it passes.
pub(super) fn marketplace(complete: &Complete, case: &Case) -> Result<(), String> {
    let world = World::of(complete, case)?;
    if let (Some(kind), Some(answer)) = (case.submit, case.marketplace) {
        let desired = complete.patched(case, &case.patch)?;
        let given = Desk::seeded(&world)?.submit_raw(kind, &desired, false)?;
        let refused = (answer == Answer::Refused).then_some(&case.numbers);
        expect(refused, given)?;
    }
    let Some(ends) = &case.ends else { return Ok(()) };
    let mut desk = Desk::seeded(&world)?;
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
            let (mut expected, mut released) = (product(&expected, world)?, released.clone());
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

/// Whether the planner does what the case says; a case that expects nothing of it passes.
pub(super) fn planner(complete: &Complete, case: &Case) -> Result<(), String> {
    let Some(verdict) = case.planner else { return Ok(()) };
    let world = World::of(complete, case)?;
    let desired = complete.patched(case, &case.patch)?;
    let plan = match (plan(&world, &desired, case.approvals)?, verdict) {
        (Err(_), Verdict::Invalid | Verdict::Stopped) => return Ok(()),
        (Err(why), _) => return Err(format!("the definition cannot be read: {why}")),
        (Ok(_), Verdict::Invalid) => return Err("the definition can be read, expected not".into()),
        (Ok(plan), _) => plan,
    };
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
    missing(&case.verify, &plan.verify.iter().map(|item| item.rule).collect(), "to be confirmed")?;
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

/// Taken, or refused by rules with these numbers.
type Given = Result<(), BTreeSet<u16>>;

/// How things stand on the marketplace after a script.
struct Stands {
    /// The newest application of the product.
    application: Standing,
    /// The text that can be read on it.
    reason: Option<String>,
    /// What is off the catalog.
    discontinued: Discontinued,
    /// Whether the address of the product's page can be read.
    url: bool,
    /// Content of the product, discontinued specifications included; `None` while it never was released.
    released: Option<Product>,
}

/// What a case begins with.
#[allow(dead_code, reason = "read by the adapter once it is connected")]
struct World {
    site: Site,
    before: Option<Document>,
    beside: Option<Document>,
    discontinued: Discontinued,
    status: Status,
    application: Foreign,
    interface: Interface,
}

impl World {
    fn of(complete: &Complete, case: &Case) -> Result<Self, String> {
        Ok(Self {
            site: case.site.clone(),
            before: complete.before(case)?,
            beside: complete.beside(case)?,
            discontinued: case.discontinued.clone(),
            status: case.status,
            application: case.application,
            interface: case.interface,
        })
    }
}

// ── Adapter: the only part that knows the sandbox's and the planner's interfaces ──
//
// An `Err` below is a failure of the harness, never a verdict. Documents are read with `gallerist::definition` as
// if they lay in `tests/rulebook/` (a JSON text is a YAML text); asset facts come from that folder.

const NOT_CONNECTED: &str = "not connected yet";

/// The sandbox with the world's products on sale.
struct Desk;

impl Desk {
    /// Sells `before` and `beside`, takes off what is discontinued, puts the foreign application there.
    fn seeded(_world: &World) -> Result<Self, String> {
        Err(NOT_CONNECTED.into())
    }

    /// Hands in (or saves as a draft) the raw difference from what is released to `desired`, by `gallerist::diff`
    /// and, what it leaves to rules, everything that `desired` lacks taken away; removals without a stated reason get `no longer sold`.
    fn submit_raw(&mut self, _kind: Kind, _desired: &Document, _draft: bool) -> Result<Given, String> {
        Err(NOT_CONNECTED.into())
    }

    /// A verdict of the operations manager or an act of the seller on the given or the newest application;
    /// `edited` replaces its content before it is submitted again.
    fn review(
        &mut self,
        _act: Act,
        _application: Option<usize>,
        _reason: Option<&str>,
        _edited: Option<&Document>,
    ) -> Result<Given, String> {
        Err(NOT_CONNECTED.into())
    }

    /// What the product's interface answers from here on.
    fn set_interface(&mut self, _interface: Interface) -> Result<(), String> {
        Err(NOT_CONNECTED.into())
    }

    fn stands(&self) -> Result<Stands, String> {
        Err(NOT_CONNECTED.into())
    }
}

/// A document's content at the world's site.
fn product(_document: &Document, _world: &World) -> Result<Product, String> {
    Err(NOT_CONNECTED.into())
}

/// Differences from what is sold to what is expected, as sentences. What the expectation says nothing about is not
/// compared, but specifications it does not have are.
fn differences(released: &Product, expected: &Product) -> Vec<String> {
    let extra = released.specifications.keys().filter(|key| !expected.specifications.contains_key(*key));
    let changes = gallerist::diff::changes(released, expected);
    let changed = changes.iter().map(|change| format!("{change:?}"));
    changed.chain(extra.map(|key| format!("{} is still sold", key.as_str()))).collect()
}

/// The plan for `desired` (and `beside` as it is released) against the seeded sandbox's released state, with
/// retirements in the history for what is discontinued. With [`Approvals::All`], approves every operation a block
/// names and plans again until nothing more can be approved. The inner `Err` says why the definition is invalid.
fn plan(
    _world: &World,
    _desired: &Document,
    _approvals: Approvals,
) -> Result<Result<ProductPlan, String>, String> {
    Err(NOT_CONNECTED.into())
}

/// Numbers of the reference's rules that a rule of ours stands for.
fn numbers(rule: gallerist::diagnostic::RuleId) -> BTreeSet<u16> {
    gallerist::rules::numbers(rule).iter().copied().collect()
}
