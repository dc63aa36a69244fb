//! Runs that stop anywhere, over the real planner, ledger and sandbox: everything happens exactly once.

use crate::model::{key, replaces, retire, retirement, scope};
use crate::scenario::{Definitions, Seller, named, offering, priced, with_run};
use camino::Utf8PathBuf;
use gallerist::ledger::{EventKind, Ledger};
use gallerist::marketplace::Submit;
use gallerist::model::{DeliveryMethod, Desired};
use gallerist::plan::Standing;
use gallerist::reconcile::{Effect, Input, LEASE, Machine, perform};
use gallerist::sandbox::{Application, Policy, Request};
use gallerist::stores::SqliteLedger;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A seller whose runs stop once.
struct Trial {
    seller: Seller,
    /// After how many effects, counted over all runs. The last one has happened and its answer is never seen, which to
    /// the world is the same as stopping before the next.
    stop: Option<usize>,
    effects: usize,
    restarts: usize,
    /// The ledger's file, opened anew at each restart.
    file: Option<Utf8PathBuf>,
}

impl Trial {
    fn new(stop: Option<usize>, file: Option<Utf8PathBuf>) -> Self {
        let mut trial = Self { seller: Seller::new(), stop, effects: 0, restarts: 0, file };
        trial.reopen();
        trial
    }

    fn reopen(&mut self) {
        if let Some(file) = &self.file {
            self.seller.ledger = Box::new(SqliteLedger::open(file).unwrap());
        }
    }

    /// A run; when it is stopped, another one after its leases ran out.
    fn run(&mut self) {
        while !self.run_once() {
            self.restarts += 1;
            self.seller.pass(LEASE + SignedDuration::from_mins(1));
            self.reopen();
        }
    }

    fn run_once(&mut self) -> bool {
        let id = self.seller.next_run();
        let definitions = self.seller.definitions.clone();
        let now = self.seller.now();
        let (ledger, sandbox) = (self.seller.ledger.as_mut(), &mut self.seller.sandbox);
        let (stop, effects) = (self.stop, &mut self.effects);
        with_run(&definitions, &id, |run| {
            let mut machine = Machine::new(run);
            let mut input = Input::Start;
            while let Some(effect) = machine.next(now, input) {
                input = perform(&effect, run.scope, ledger, sandbox, now);
                *effects += 1;
                if stop == Some(*effects) {
                    return false;
                }
            }
            true
        })
    }

    fn approve(&mut self) {
        self.seller.ask(&Request::Review(Policy::ApproveAll));
        self.run();
    }

    fn reject(&mut self) {
        for application in self.seller.pending() {
            self.seller.ask(&Request::Reject { application, reason: "not like this".into() });
        }
        self.run();
    }
}

/// Per product what arrived, in order: which form, what it asked for, and what became of it.
type History = BTreeMap<String, Vec<(&'static str, Vec<String>, &'static str)>>;

fn history(seller: &Seller) -> History {
    let mut found = History::new();
    for application in seller.state().applications.values() {
        let Application { kind, product, standing, .. } = application;
        let submission = application.submission().unwrap();
        let operations = submission.operations.iter();
        let operations = operations.map(|operation| operation.id(&scope().target, product).to_string());
        let row = (kind.name(), operations.collect(), standing.word());
        found.entry(product.to_string()).or_default().push(row);
    }
    found
}

/// Nothing was refused at the door, nothing was approved twice, nothing is left open, nothing is left to do.
fn finished(seller: &Seller, what: &str) {
    // A run that does not look again before it sends knocks at a door that another run has just gone through.
    for event in seller.ledger.events(&scope()).unwrap() {
        assert!(!matches!(event.kind, EventKind::Refused { .. }), "{what}: {event:?}");
    }
    for (product, rows) in history(seller) {
        let approved = rows.iter().filter(|(_, _, standing)| *standing == "approved");
        let mut operations: Vec<&String> = approved.flat_map(|(_, operations, _)| operations).collect();
        let all = operations.len();
        operations.sort();
        operations.dedup();
        assert_eq!(operations.len(), all, "{what}: {product} had an operation twice: {rows:#?}");
        assert!(rows.iter().all(|(_, _, standing)| *standing != "pending approval"), "{what}: {rows:#?}");
    }
    for (product, record) in seller.records().products {
        assert_eq!(record.history.open, None, "{what}: {product} is left open in the ledger");
        assert!(record.history.held.is_empty(), "{what}: {product} is left held");
    }
    for product in seller.plan().products {
        let done = matches!(product.standing, Standing::InSync | Standing::Retired);
        assert!(done && product.chain.is_empty(), "{what}: {} is {:?}", product.key, product.standing);
    }
}

/// Stops a story after each of its effects in turn; each time the marketplace sees what it saw undisturbed.
fn stop_everywhere(story: fn(&mut Trial), on_disk: bool) {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let tell = |stop: Option<usize>| {
        let file = on_disk.then(|| folder.join(format!("{stop:?}.db")));
        let mut trial = Trial::new(stop, file);
        story(&mut trial);
        let what = format!("stopped after {stop:?} effects");
        finished(&trial.seller, &what);
        (history(&trial.seller), trial, what)
    };
    let (undisturbed, calm, _) = tell(None);
    let effects = calm.effects;
    assert!(effects > 10, "the story has effects");
    for stop in 1..=effects {
        let (stopped, trial, what) = tell(Some(stop));
        assert_eq!(stopped, undisturbed, "{what}");
        assert_eq!(trial.restarts, 1, "{what}");
    }
}

const LICENSE: DeliveryMethod = DeliveryMethod::License;

fn desk() -> Desired {
    offering("desk", LICENSE, &["basic"])
}

fn first_release(trial: &mut Trial) {
    trial.seller.edit(desk());
    trial.run();
    trial.approve();
}

fn change_in_two_products(trial: &mut Trial) {
    trial.seller = Seller::selling([desk(), offering("lamp", LICENSE, &["basic"])]);
    adopt_file(trial);
    trial.seller.edit(named(desk(), "Desk two"));
    trial.seller.edit(priced(offering("lamp", LICENSE, &["basic"]), "110"));
    trial.run();
    trial.approve();
}

fn replacement_chain(trial: &mut Trial) {
    trial.seller = Seller::selling([desk()]);
    adopt_file(trial);
    let renewed = offering("desk", LICENSE, &["basic", "better"]);
    trial.seller.edit(replaces(retire(renewed, "basic"), "better", "basic"));
    trial.run();
    trial.approve();
    trial.approve();
}

fn retirement_of_a_product(trial: &mut Trial) {
    trial.seller = Seller::selling([desk()]);
    adopt_file(trial);
    trial.seller.edit(Desired { retire: Some(retirement("end of life")), ..desk() });
    trial.run();
    trial.approve();
}

fn rejection_and_fix(trial: &mut Trial) {
    trial.seller = Seller::selling([desk()]);
    adopt_file(trial);
    trial.seller.edit(named(desk(), "Desk two"));
    trial.run();
    trial.reject();
    trial.seller.edit(named(desk(), "Desk three"));
    trial.run();
    trial.approve();
}

/// Taken back and sent anew in one run, then given up: closed as moot after a rejection.
fn replaced_in_review_then_given_up(trial: &mut Trial) {
    trial.seller = Seller::selling([desk()]);
    adopt_file(trial);
    trial.seller.edit(named(desk(), "Desk two"));
    trial.run();
    let mut both = priced(named(desk(), "Desk three"), "110");
    both.on_change = gallerist::model::OnChange::Replace;
    trial.seller.edit(both);
    trial.run();
    trial.reject();
    trial.seller.edit(desk());
    trial.run();
}

/// What the ledger in memory holds is carried into the file.
fn adopt_file(trial: &mut Trial) {
    let Some(file) = &trial.file else { return };
    let mut ledger = SqliteLedger::open(file).unwrap();
    for event in trial.seller.ledger.events(&scope()).unwrap() {
        ledger.append(&scope(), event.at, &event.product, &event.kind).unwrap();
    }
    trial.seller.ledger = Box::new(ledger);
}

#[test]
fn a_first_release_stopped_anywhere_happens_once() {
    stop_everywhere(first_release, false);
}

#[test]
fn changes_in_two_products_stopped_anywhere_happen_once() {
    stop_everywhere(change_in_two_products, false);
}

#[test]
fn a_replacement_stopped_anywhere_happens_once() {
    stop_everywhere(replacement_chain, false);
}

#[test]
fn a_retirement_stopped_anywhere_happens_once() {
    stop_everywhere(retirement_of_a_product, false);
}

#[test]
fn a_rejection_and_its_fix_stopped_anywhere_happen_once() {
    stop_everywhere(rejection_and_fix, false);
}

#[test]
fn what_is_replaced_in_review_and_given_up_stopped_anywhere_happens_once() {
    stop_everywhere(replaced_in_review_then_given_up, false);
}

#[test]
fn with_the_ledger_in_a_file_a_first_release_stopped_anywhere_happens_once() {
    stop_everywhere(first_release, true);
}

#[test]
fn with_the_ledger_in_a_file_a_replacement_stopped_anywhere_happens_once() {
    stop_everywhere(replacement_chain, true);
}

#[test]
fn with_the_ledger_in_a_file_a_rejection_and_its_fix_stopped_anywhere_happen_once() {
    stop_everywhere(rejection_and_fix, true);
}

/// One of two runs at once.
struct Hand<'a> {
    machine: Machine<'a>,
    told: Option<Input>,
    /// Decided and not done yet.
    decided: Option<Effect>,
    ended: bool,
}

impl<'a> Hand<'a> {
    fn new(run: gallerist::reconcile::Run<'a>) -> Self {
        Self { machine: Machine::new(run), told: Some(Input::Start), decided: None, ended: false }
    }

    /// Does what was decided and decides the next. The pause between two steps lies where it hurts most.
    fn step(&mut self, now: Timestamp, ledger: &mut dyn Ledger, sandbox: &mut dyn Submit) {
        if let Some(effect) = self.decided.take() {
            self.told = Some(perform(&effect, &scope(), ledger, sandbox, now));
        }
        let Some(told) = self.told.take() else { return };
        self.decided = self.machine.next(now, told);
        self.ended = self.decided.is_none();
    }
}

/// Lets two runs take turns: the left one takes so many steps, then the right one, then both to their ends. Says how
/// many steps there were.
fn interleave(seller: &mut Seller, left: &Definitions, turns: (usize, usize), wait: SignedDuration) -> usize {
    let (ids, right) = ([seller.next_run(), seller.next_run()], seller.definitions.clone());
    with_run(left, &ids[0], |left| {
        with_run(&right, &ids[1], |right| {
            let mut hands = [Hand::new(left), Hand::new(right)];
            let mut steps = 0;
            for (which, turn) in [(0, turns.0), (1, turns.1), (0, 200), (1, 200)] {
                for _ in 0..turn {
                    if hands[which].ended {
                        break;
                    }
                    hands[which].step(seller.now(), seller.ledger.as_mut(), &mut seller.sandbox);
                    steps += 1;
                }
                seller.pass(wait);
            }
            assert!(hands.iter().all(|hand| hand.ended), "{turns:?}: a run did not end");
            steps
        })
    })
}

/// Steps of a run that submits one product, and more.
const STEPS: usize = 13;

#[test]
fn two_runs_at_once_release_once_whatever_their_turns() {
    for wait in [SignedDuration::ZERO, LEASE + SignedDuration::from_mins(5)] {
        for left in 0..STEPS {
            for right in 0..STEPS {
                let mut seller = Seller::new();
                seller.edit(desk());
                let what = format!("left takes {left}, right {right}, waiting {wait}");
                let same = seller.definitions.clone();
                let steps = interleave(&mut seller, &same, (left, right), wait);
                assert!(steps >= STEPS, "{what}: {steps}, the turns lie within the runs");
                seller.settle();
                assert_eq!(history(&seller)["desk"].len(), 1, "{what}");
                finished(&seller, &what);
            }
        }
    }
}

#[test]
fn two_runs_of_two_commits_at_once_never_hold_two_places_in_the_queue() {
    for left in 0..STEPS {
        for right in 0..STEPS {
            let mut seller = Seller::selling([desk()]);
            seller.edit(named(desk(), "Desk two"));
            let older = seller.definitions.clone();
            seller.edit(named(desk(), "Desk three"));
            let what = format!("left takes {left}, right {right}");
            interleave(&mut seller, &older, (left, right), SignedDuration::ZERO);
            assert!(seller.pending().len() <= 1, "{what}: two are open");
            seller.settle();
            finished(&seller, &what);
            let state = seller.state();
            let row = state.product(None, &key("desk")).unwrap();
            assert_eq!(row.fields.text(gallerist::model::ProductField::Name), Some("Desk three"), "{what}");
        }
    }
}
