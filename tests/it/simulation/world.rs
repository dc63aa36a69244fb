//! The executor: runners with clocks of their own, one ledger, one marketplace, and a history that happens to them.

use super::auditor::{Auditor, Intents, Sender};
use super::books::Books;
use super::edits::Definitions;
use super::history::{CLOCKS_APART, Fault, Happening, History};
use super::shop::Shop;
use super::stage::{Planner, Stage};
use crate::model::{now, scope, site};
use gallerist::ledger::{Event, EventKind, Ledger, LedgerView, Records, fold};
use gallerist::marketplace::{Capabilities, Observe};
use gallerist::reconcile::{
    Account, Effect, Input, LEASE, Limit, Machine, Outcome, ProductAccount, Run, perform,
};
use gallerist::sandbox::{Answer, Judge, Request, Seeded, Standing};
use gallerist::submission::Verdict;
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;
use std::rc::Rc;

/// More effects than any run has reason for.
const MANY: usize = 1_000;

/// One run under way.
struct Hand<'a> {
    machine: Machine<'a>,
    /// Decided and not done yet: the pause between two steps lies where it hurts most.
    decided: Option<Effect>,
    sender: Sender,
    /// When it took a product last.
    leased: Option<Timestamp>,
    shown: Option<usize>,
}

pub(super) struct World<'a> {
    pub(super) stage: &'a Stage,
    planners: &'a [Planner<'a>],
    pub(super) books: Books,
    pub(super) shop: Shop,
    clocks: Vec<i64>,
    hands: Vec<Option<Hand<'a>>>,
    runs: usize,
    /// How many commits of the definitions there are by now, but one.
    pub(super) commit: usize,
}

impl<'a> World<'a> {
    pub(super) fn new(
        history: &History,
        stage: &'a Stage,
        planners: &'a [Planner<'a>],
        intents: &Rc<RefCell<Intents>>,
        telling: bool,
    ) -> Self {
        let auditor = Auditor::new(Rc::clone(intents), history.a_day, telling);
        let mut shop = Shop::new(Judge::new(site().clone()), now(), auditor);
        shop.sabotage = stage.sabotage;
        shop.silent = history.silent;
        shop.fenced = history.fenced;
        shop.forgets_nothing = history
            .happenings
            .iter()
            .any(|happening| matches!(happening, Happening::Step { fault: Some(Fault::Stale(_)), .. }));
        let mut world = Self {
            stage,
            planners,
            books: Books::new(stage.sabotage),
            shop,
            clocks: history.clocks.clone(),
            hands: history.clocks.iter().map(|_| None).collect(),
            runs: 0,
            commit: 0,
        };
        if history.on_sale {
            world.sell(history);
        }
        world
    }

    /// The products were on sale before, and are managed from today.
    fn sell(&mut self, history: &History) {
        let content = |at: usize| history.first[at].product.clone();
        let seeds = (0..history.first.len()).map(|at| Seeded::on_sale(content(at))).collect();
        let Answer::Seeded(bindings) = self.shop.ask(&Request::Seed(seeds)) else { panic!("an account") };
        for (key, binding) in bindings.products {
            let sold = history.first.iter().find(|desired| desired.product.key == key).unwrap();
            self.record(&key, &EventKind::Bound { binding });
            let applied = EventKind::Applied { product: sold.product.clone(), commit: None };
            self.record(&key, &applied);
        }
    }

    /// People write to the ledger.
    pub(super) fn record(&mut self, product: &gallerist::model::Key, kind: &EventKind) {
        self.shop.auditor.approval(kind);
        self.books.kept.append(&scope(), self.shop.now, product, kind).unwrap();
    }

    pub(super) fn ledger(&self) -> Vec<Event> {
        self.books.kept.events(&scope()).unwrap()
    }

    pub(super) fn records(&self) -> Records {
        fold(&scope(), &self.ledger(), self.shop.now)
    }

    pub(super) fn definitions(&self) -> Rc<Definitions> {
        Rc::clone(&self.stage.commits[self.commit])
    }

    pub(super) fn pass(&mut self, seconds: i64) {
        self.shop.now += SignedDuration::from_secs(seconds);
    }

    fn clock(&self, runner: usize) -> Timestamp {
        self.shop.now + SignedDuration::from_secs(self.clocks[runner])
    }

    pub(super) fn happen(&mut self, happening: &Happening) {
        self.shop.auditor.tell(|| format!("{happening:?}"));
        match happening {
            Happening::Step { runner, steps, fault } => {
                let runner = usize::from(*runner) % self.hands.len();
                self.begin(runner, 0);
                for step in 1..=*steps {
                    if !self.step(runner, *fault, step == *steps) {
                        break;
                    }
                }
            }
            Happening::Checkout { runner, behind } => {
                let runner = usize::from(*runner) % self.hands.len();
                self.begin(runner, usize::from(*behind));
            }
            Happening::Pass { seconds } => self.pass(*seconds),
            Happening::Edit { .. } => self.commit += 1,
            Happening::Outage { seconds } => {
                self.shop.away_until = self.shop.now + SignedDuration::from_secs(*seconds);
            }
            Happening::Deliver { which } => {
                let arrived = self.shop.deliver(usize::from(*which));
                if let Some(arrived) = arrived {
                    self.shop.auditor.tell(|| format!("      late: {arrived}"));
                }
            }
            Happening::Jump { runner, seconds } => {
                let runner = usize::from(*runner) % self.clocks.len();
                self.clocks[runner] = *seconds;
            }
            other => self.people(other),
        }
    }

    /// Begins a run, unless one is under way.
    fn begin(&mut self, runner: usize, behind: usize) {
        if self.hands[runner].is_some() {
            return;
        }
        let commit = self.commit.saturating_sub(behind);
        let id = &self.stage.ids[self.runs];
        self.runs += 1;
        let definitions = Rc::clone(&self.stage.commits[commit]);
        let sender = Sender { run: id.clone(), commit, definitions, decided_at: self.shop.now };
        self.shop.auditor.tell(|| format!("      runner {runner} begins {id} of commit {commit}"));
        let run = self.stage.run(id, self.shop.capabilities(), &self.planners[commit]);
        let mut machine = Machine::new(run);
        let decided = machine.next(self.clock(runner), Input::Start);
        self.hands[runner] = Some(Hand { machine, decided, sender, leased: None, shown: None });
    }

    /// Does what was decided and decides the next; whether the run goes on.
    fn step(&mut self, runner: usize, fault: Option<Fault>, last: bool) -> bool {
        let Some(mut hand) = self.hands[runner].take() else { return false };
        let Some(effect) = hand.decided.take() else { return false };
        let fault = fault.filter(|fault| match fault {
            Fault::Late | Fault::DoubledLate => sends(&effect),
            _ => last,
        });
        let id = hand.sender.run.clone();
        if fault == Some(Fault::CrashBefore) {
            self.shop.auditor.tell(|| format!("      {id} vanishes before {}", named(&effect)));
            return false;
        }
        let now = self.shop.now;
        if matches!(effect, Effect::Lease { .. }) {
            hand.leased = Some(now);
        }
        let apart = SignedDuration::from_secs(CLOCKS_APART);
        let late = hand.leased.is_some_and(|leased| now.duration_since(leased) + apart >= LEASE);
        // Where no fences are checked this window stays open, and no history goes through it.
        if !self.shop.fenced && late && matches!(effect, Effect::Submit { .. }) {
            self.shop.auditor.tell(|| format!("      {id} woke up too late to send anything"));
            return false;
        }
        self.shop.sender = Some(hand.sender.clone());
        self.shop.fault.set(fault);
        self.books.fault.set(fault);
        self.books.shown.set(hand.shown);
        let clock = self.clock(runner);
        let told = perform(&effect, &scope(), &mut self.books, &mut self.shop, clock);
        hand.shown = self.books.shown.get();
        self.shop.fault.set(None);
        self.books.fault.set(None);
        self.shop.auditor.tell(|| {
            let fault = fault.map_or_else(String::new, |fault| format!(" [{fault:?}]"));
            format!("      {now} {id}: {}{fault} -> {}", named(&effect), heard(&told))
        });
        self.pass(1);
        if fault == Some(Fault::CrashAfter) {
            self.shop.auditor.tell(|| format!("      {id} vanishes"));
            return false;
        }
        hand.decided = hand.machine.next(self.clock(runner), told);
        hand.sender.decided_at = self.shop.now;
        if hand.decided.is_none() {
            self.judge(&hand.sender.run, hand.machine.into_account());
            return false;
        }
        self.hands[runner] = Some(hand);
        true
    }

    /// All runs vanish where they are.
    pub(super) fn vanish(&mut self) {
        self.hands.iter_mut().for_each(|hand| *hand = None);
    }

    /// One undisturbed run of definitions that no history foresaw.
    pub(super) fn run_through(&mut self, sender: Sender, planner: &Planner<'_>) {
        let id = sender.run.clone();
        let run = self.stage.run(&id, self.shop.capabilities(), planner);
        let mut machine = Machine::new(run);
        let mut input = Input::Start;
        let mut effects = 0;
        while let Some(effect) = machine.next(self.shop.now, input) {
            effects += 1;
            if effects > MANY {
                self.shop.auditor.complain(format!("{id} does not end"));
                return;
            }
            let now = self.shop.now;
            self.shop.sender = Some(Sender { decided_at: now, ..sender.clone() });
            input = perform(&effect, &scope(), &mut self.books, &mut self.shop, now);
            self.shop.auditor.tell(|| format!("      {id}: {} -> {}", named(&effect), heard(&input)));
            self.pass(1);
        }
        self.judge(&id, machine.into_account());
    }

    /// What a run says it did really happened, and what it says it did not do did not.
    fn judge(&mut self, run: &str, account: Account) {
        self.shop.auditor.tell(|| {
            let products = account.products.iter();
            let said = products.map(|found| format!("{} {:?}", found.key, found.outcome));
            let said = said.collect::<Vec<_>>().join("; ");
            format!("      {run} ends ({}): {said}", account.stopped.as_deref().unwrap_or("done"))
        });
        for product in &account.products {
            let lies = self.lies(run, product);
            for lie in lies {
                self.shop.auditor.complain(format!("{run} says of {} that {lie}", product.key));
            }
        }
    }

    fn lies(&self, run: &str, account: &ProductAccount) -> Vec<String> {
        let mut lies = Vec::new();
        let ProductAccount { key, outcome, verdicts, withdrawn, .. } = account;
        let sent = self.shop.auditor.sent(run, key);
        let taken_back = self.shop.auditor.taken_back(run, key);
        match outcome {
            Outcome::Submitted { submission, application } => {
                let arrived = self.shop.state.applications.get(application);
                let arrived = arrived.and_then(|found| found.submission());
                if arrived.map(|found| &found.id) != Some(submission) {
                    lies.push(format!("{submission} was submitted as {application}"));
                }
            }
            Outcome::Unknown { .. } => {}
            outcome if !sent.is_empty() && !withdrawn => {
                lies.push(format!("it did not send {sent:?}, but {outcome:?}"));
            }
            Outcome::NotDone { .. } if !taken_back.is_empty() && !withdrawn => {
                lies.push(format!("it did not take back {taken_back:?}, but {outcome:?}"));
            }
            _ => {}
        }
        for (submission, verdict) in verdicts {
            let standing = self.shop.state.by_submission(submission).map(|found| &found.standing);
            let became = matches!(
                (verdict, standing),
                (Verdict::Approved, Some(Standing::Approved))
                    | (Verdict::Rejected { .. }, Some(Standing::Rejected(_) | Standing::Discarded))
                    | (Verdict::Withdrawn, Some(Standing::Withdrawn | Standing::Discarded))
                    | (Verdict::Discarded, Some(Standing::Discarded))
            );
            if !became {
                lies.push(format!("{submission} became {verdict:?}"));
            }
        }
        lies
    }
}

impl Stage {
    fn run<'a>(&'a self, id: &'a str, capabilities: Capabilities, planner: &'a Planner<'a>) -> Run<'a> {
        static LIMIT: std::sync::LazyLock<Limit> = std::sync::LazyLock::new(Limit::default);
        Run {
            scope: &self.scope,
            site: &self.site,
            id,
            capabilities,
            limit: &LIMIT,
            planner: &**planner,
            is_frozen: &|_| None,
            is_ancestor: &*self.is_ancestor,
        }
    }
}

/// Whether it asks the marketplace for something to be done.
fn sends(effect: &Effect) -> bool {
    matches!(effect, Effect::Submit { .. } | Effect::Withdraw { .. } | Effect::Bar { .. })
}

fn named(effect: &Effect) -> String {
    match effect {
        Effect::Append { product, event } => format!("append {} of {product}", event.name()),
        other => {
            let text = format!("{other:?}");
            text.split(['(', '{']).next().unwrap_or(&text).trim().to_lowercase()
        }
    }
}

fn heard(input: &Input) -> String {
    match input {
        Input::Events(events) => format!("{} entries", events.len()),
        Input::Observed(_) => "observed".into(),
        other => format!("{other:?}"),
    }
}
