//! Who has to act next on a product, and with which command.

use crate::model::Key;
use crate::plan::{Action, Block, ManualKind, ProductPlan, Standing, StepState, VerifyItem};
use crate::submission::{OperationId, Pause, SubmissionKind};
use std::collections::BTreeSet;

/// How commands are written for this target: the default target needs no flag, and what is approved already but not
/// merged is not asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invocation {
    /// The target to name, unless it is the default one.
    pub target: Option<Key>,
    /// People record what the marketplace shows and decides: nobody can ask it.
    pub by_hand: bool,
    /// Operations approved in the work tree only: the approvals count once they are merged.
    pub proposed: BTreeSet<OperationId>,
}

impl Invocation {
    /// A whole command line that can be copied: `gallerist plan --target eu`.
    #[must_use]
    pub fn command(&self, arguments: &str) -> String {
        match &self.target {
            Some(target) => format!("gallerist {arguments} --target {target}"),
            None => format!("gallerist {arguments}"),
        }
    }
}

/// Somebody who can act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl Actor {
    /// The words printed for them.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Seller => "the seller",
            Self::ReleaseOwner => "the release owner",
            Self::Run => "the next run",
            Self::Reviewer => "the marketplace's reviewer",
            Self::Nobody => "nobody",
        }
    }
}

/// The next thing to happen to a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Who acts.
    pub who: Actor,
    /// What they do, as the end of a sentence that begins with them.
    pub what: String,
    /// The command to run, where one helps.
    pub command: Option<String>,
}

impl Next {
    fn new(who: Actor, what: impl Into<String>, command: Option<String>) -> Self {
        Self { who, what: what.into(), command }
    }
}

/// Who acts next on this product.
#[must_use]
pub fn next(product: &ProductPlan, invocation: &Invocation) -> Next {
    let key = &product.key;
    let reconcile = || Some(invocation.command("reconcile"));
    let submission = |verb: &str| submission_command(product, invocation, verb);
    match product.standing {
        Standing::UnwantedInReview => next_of_unwanted(product, invocation),
        Standing::Rejected => Next::new(
            Actor::Seller,
            "changes the definition, or tries the same again",
            submission("retry").or_else(|| Some(invocation.command("submissions list"))),
        ),
        Standing::TakenBack => Next::new(
            Actor::Seller,
            "changes the definition, or says that it is wanted after all",
            submission("retry").or_else(|| Some(invocation.command("submissions list"))),
        ),
        Standing::Missing => Next::new(
            Actor::ReleaseOwner,
            "looks in the console how its review ended, and records it: approved, rejected or withdrawn",
            submission("record").map(|command| insert(&command, approved(product))),
        ),
        // What the marketplace refuses for good is held like a rejection; after a disturbance runs try again.
        Standing::Refused
            if product.blocks.iter().any(|block| block.finding.rule == "refused-at-the-door") =>
        {
            Next::new(
                Actor::Seller,
                "changes what the marketplace names, or tries the same again",
                submission("retry").or_else(|| Some(invocation.command("submissions list"))),
            )
        }
        Standing::Refused => Next::new(Actor::Run, "tries again", Some(invocation.command("reconcile"))),
        Standing::Blocked => next_of_blocked(product, invocation),
        Standing::Drifted => Next::new(
            Actor::Seller,
            "says which side is right: the released value (`--accept`) or the definition (`--revert`)",
            Some(invocation.command(&format!("drift --accept {key}"))),
        ),
        Standing::ToSubmit => match product.verify.iter().find(|item| is_next(product, item)) {
            Some(item) if item.by_preflight => Next::new(
                Actor::ReleaseOwner,
                "calls the interfaces as the marketplace will, before the next run submits it",
                Some(preflight(product, invocation)),
            ),
            Some(item) => Next::new(
                Actor::ReleaseOwner,
                "checks what only a person can check, before the next run submits it",
                Some(confirm(product, invocation, &item.id)),
            ),
            None => Next::new(Actor::Run, "hands it to the reviewer", reconcile()),
        },
        Standing::HandedOver => Next::new(
            Actor::ReleaseOwner,
            "enters the change sheet in the console, and records what came of it",
            submission("record").map(|command| insert(&command, "--interactive")),
        ),
        Standing::InDoubt if invocation.by_hand => Next::new(
            Actor::ReleaseOwner,
            "says what became of the change sheet that a run was writing when it ended: as a rule nobody entered it",
            submission("record").map(|command| insert(&command, "not-entered")),
        ),
        Standing::InDoubt => {
            Next::new(Actor::Run, "asks the marketplace whether it arrived, and sends it if not", reconcile())
        }
        Standing::InReview if invocation.by_hand => Next::new(
            Actor::Reviewer,
            "approves or rejects and tells the account's contacts by mail, SMS or message (R62); whoever gets it records \
             the verdict",
            submission("record").map(|command| insert(&command, approved(product))),
        ),
        Standing::InReview => Next::new(
            Actor::Reviewer,
            "approves or rejects and tells the account's contacts by mail; the next run picks it up",
            reconcile(),
        ),
        Standing::Waiting => next_of_waiting(product, invocation),
        Standing::InSync | Standing::Retired | Standing::Unmanaged => {
            Next::new(Actor::Nobody, "has anything to do", None)
        }
    }
}

/// Whether nobody confirmed a check of the step that is next.
fn is_next(product: &ProductPlan, item: &VerifyItem) -> bool {
    let ready = (1..).zip(&product.chain).find(|(_, step)| step.state == StepState::Ready);
    let number = ready.map_or(u32::MAX, |(number, _)| number);
    item.confirmed.is_none() && item.before.is_none_or(|before| before <= number)
}

/// The words that record an approval: a first release gives the product its ID.
fn approved(product: &ProductPlan) -> &'static str {
    let first = product.chain.first().map(|step| &step.action);
    match first {
        Some(Action::Submit(submission)) if submission.kind == SubmissionKind::Release => {
            "approved --product-id <ID>"
        }
        _ => "approved",
    }
}

/// Puts a word before the options of a command.
fn insert(command: &str, word: &str) -> String {
    match command.split_once(" --target ") {
        Some((head, target)) => format!("{head} {word} --target {target}"),
        None => format!("{command} {word}"),
    }
}

fn confirm(product: &ProductPlan, invocation: &Invocation, id: &str) -> String {
    invocation.command(&format!("confirm {} {id} --reason \"...\"", product.key))
}

fn preflight(product: &ProductPlan, invocation: &Invocation) -> String {
    invocation.command(&format!("preflight {} --allow-production-calls", product.key))
}

fn submission_command(product: &ProductPlan, invocation: &Invocation, verb: &str) -> Option<String> {
    product.chain.iter().find_map(|step| match &step.action {
        Action::Submit(submission) => {
            Some(invocation.command(&format!("submissions {verb} {}", submission.id)))
        }
        Action::Withdraw { .. } | Action::Manual(_) => None,
    })
}

fn open_manual_step(product: &ProductPlan) -> Option<&crate::plan::ManualStep> {
    product.chain.iter().find_map(|step| match (&step.action, &step.state) {
        (_, StepState::Done) => None,
        (Action::Manual(manual), _) => Some(manual),
        (Action::Submit(_) | Action::Withdraw { .. }, _) => None,
    })
}

fn next_of_unwanted(product: &ProductPlan, invocation: &Invocation) -> Next {
    let back = product.chain.iter().find_map(|step| match &step.action {
        Action::Manual(manual) if manual.kind.takes_back() => Some(manual),
        _ => None,
    });
    let Some(back) = back else {
        return Next::new(Actor::Run, "takes the submission back", Some(invocation.command("reconcile")));
    };
    let record =
        |what: &str| submission_command(product, invocation, "record").map(|command| insert(&command, what));
    let (what, command) = match back.kind {
        ManualKind::ThrowAway => {
            ("throws the change sheet away and records that it was not entered", record("not-entered"))
        }
        ManualKind::Withdraw => {
            ("withdraws the application in the console and records it", record("withdrawn"))
        }
        ManualKind::AskToReject if invocation.by_hand => {
            ("has the application rejected and records it", record("rejected"))
        }
        ManualKind::AskToReject | ManualKind::Setting | ManualKind::Asset => {
            ("takes the submission back in the console", Some(confirm(product, invocation, &back.id)))
        }
    };
    Next::new(Actor::ReleaseOwner, what, command)
}

fn next_of_blocked(product: &ProductPlan, invocation: &Invocation) -> Next {
    let approvals: Vec<_> = product.blocks.iter().filter_map(|block| block.approval.as_ref()).collect();
    // An approval would pass here, but it is the last thing to think of: it sells a product twice.
    if product.blocks.iter().any(|block| block.finding.rule == "ledger-incomplete") {
        let what = "binds it to what is on sale, or restores the ledger; only what is really new is approved";
        return Next::new(Actor::ReleaseOwner, what, Some(invocation.command("adopt")));
    }
    if product.blocks.iter().any(|block| block.finding.rule == "record-too-old") {
        let what = "compares what is recorded with the console, and confirms it with `drift --confirm`";
        let command = invocation.command(&format!("drift --sheet {}", product.key));
        return Next::new(Actor::ReleaseOwner, what, Some(command));
    }
    if product.blocks.iter().any(|block| block.finding.rule == "foreign-application-open") {
        let what = "has the other application submitted, withdrawn or deleted in the console (My Applications), or \
                    follows it to its verdict";
        return Next::new(Actor::ReleaseOwner, what, Some(invocation.command("claim --help")));
    }
    let waits = |block: &Block| {
        product
            .verify
            .iter()
            .any(|item| item.holds && item.confirmed.is_none() && item.rule == block.finding.rule)
    };
    let others = product.blocks.iter().filter(|block| block.approval.is_none());
    let (confirmed, wrong): (Vec<&Block>, Vec<&Block>) = others.partition(|block| waits(block));
    if wrong.is_empty() && !confirmed.is_empty() {
        let open = product.verify.iter().filter(|item| item.holds && item.confirmed.is_none());
        if open.clone().any(|item| item.by_preflight) {
            return Next::new(
                Actor::ReleaseOwner,
                "calls the interfaces as the marketplace will, and mends what is red",
                Some(preflight(product, invocation)),
            );
        }
        let ids: Vec<&str> = open.map(|item| item.id.as_str()).collect();
        return Next::new(
            Actor::ReleaseOwner,
            "checks what only a person can check, and confirms it",
            Some(confirm(product, invocation, &ids.join(" "))),
        );
    }
    if !wrong.is_empty() {
        return Next::new(Actor::Seller, "changes the definition", Some(invocation.command("plan")));
    }
    match approvals.iter().find(|operation| !invocation.proposed.contains(operation)) {
        Some(operation) => Next::new(
            Actor::ReleaseOwner,
            "approves the guarded operation, or the seller takes the change back",
            Some(invocation.command(&format!("approve {operation} --reason \"...\""))),
        ),
        None => Next::new(Actor::ReleaseOwner, "commits the approval and merges it", None),
    }
}

fn next_of_waiting(product: &ProductPlan, invocation: &Invocation) -> Next {
    match open_manual_step(product) {
        Some(manual) => Next::new(
            Actor::ReleaseOwner,
            "does a step in the console and records it",
            Some(confirm(product, invocation, &manual.id)),
        ),
        None => {
            let waiting = product.chain.iter().find_map(|step| match &step.state {
                StepState::Waiting(what) => Some(what),
                _ => None,
            });
            if let Some((what, is_of_all)) = waiting.and_then(|what| Some((what, Pause::is_awaited(what)?))) {
                let resume = if is_of_all { "resume".to_owned() } else { format!("resume {}", product.key) };
                let what = format!("resumes, or everybody waits for {what}");
                return Next::new(Actor::ReleaseOwner, what, Some(invocation.command(&resume)));
            }
            let waiting = waiting.map(|what| format!("waits for {what}"));
            let what = waiting.unwrap_or_else(|| "goes on when what it waits for has happened".to_owned());
            Next::new(Actor::Run, &what, Some(invocation.command("reconcile")))
        }
    }
}
