//! A ledger and a marketplace, runs over them, and everything that can go wrong between two effects.
//!
//! Nothing here knows a planner or a marketplace: the real ones are plugged in the same way as the small ones.

use crate::ledger::scope;
use gallerist::ledger::{LedgerError, Records};
use gallerist::marketplace::{MarketplaceError, Submit, SubmitOutcome};
use gallerist::plan::Plan;
use gallerist::reconcile::{Account, Effect, Input, Limit, Machine, Run, perform, reconcile};
use gallerist::released::Released;
use gallerist::site::SiteProfile;
use gallerist::stores::MemoryLedger;
use gallerist::submission::{Scope, Submission};
use jiff::{SignedDuration, Timestamp};

pub(crate) type Planner<'a> = dyn Fn(&Released, &Records, Timestamp) -> Plan + 'a;

/// A marketplace a test can steer.
pub(crate) trait Market: Submit + Clone {
    /// Lets time pass.
    fn set_now(&mut self, now: Timestamp);
    /// Approves everything that is in review.
    fn approve_all(&mut self);
    /// Everything that arrived for review, in order.
    fn arrived(&self) -> Vec<Submission>;
}

/// What goes wrong with an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is done, and the run ends there and then.
    Crash,
    /// It is done, and the run is told that it failed.
    AnswerLost,
    /// It is not done, and the run is told that it failed.
    RequestLost,
}

impl Fault {
    pub(crate) const ALL: [Self; 3] = [Self::Crash, Self::AnswerLost, Self::RequestLost];
}

#[derive(Clone)]
pub(crate) struct World<M> {
    pub(crate) scope: Scope,
    pub(crate) site: SiteProfile,
    pub(crate) ledger: MemoryLedger,
    pub(crate) market: M,
    pub(crate) now: Timestamp,
    pub(crate) limit: Limit,
    runs: u32,
}

impl<M: Market> World<M> {
    pub(crate) fn new(market: M, now: Timestamp) -> Self {
        let site = SiteProfile::embedded("intl").unwrap();
        let (ledger, limit) = (MemoryLedger::default(), Limit::default());
        Self { scope: scope(), site, ledger, market, now, limit, runs: 0 }
    }

    pub(crate) fn pass(&mut self, time: SignedDuration) {
        self.now += time;
        self.market.set_now(self.now);
    }

    /// One undisturbed run.
    pub(crate) fn run(&mut self, planner: &Planner<'_>) -> Account {
        self.run_at_commit(planner, &|_, _| false)
    }

    pub(crate) fn run_at_commit(
        &mut self,
        planner: &Planner<'_>,
        is_ancestor: &dyn Fn(&str, &str) -> bool,
    ) -> Account {
        self.runs += 1;
        let id = format!("run-{}", self.runs);
        let capabilities = self.market.capabilities();
        let (scope, site, limit) = (&self.scope, &self.site, &self.limit);
        let run =
            Run { scope, site, id: &id, capabilities, limit, planner, is_frozen: &|_| None, is_ancestor };
        let now = self.now;
        reconcile(run, &mut self.ledger, &mut self.market, &mut || now)
    }

    /// Runs, approvals and days in turn until nothing is left to do, with faults at these effects, counted over all
    /// runs. Says how many effects there were.
    pub(crate) fn drive(&mut self, planner: &Planner<'_>, faults: &[(usize, Fault)], rounds: usize) -> usize {
        let mut count = 0;
        for _ in 0..rounds {
            self.faulty_run(planner, faults, &mut count);
            self.market.approve_all();
            self.pass(SignedDuration::from_hours(25));
        }
        count
    }

    fn faulty_run(&mut self, planner: &Planner<'_>, faults: &[(usize, Fault)], count: &mut usize) {
        self.runs += 1;
        let id = format!("run-{}", self.runs);
        let (scope, site, limit) = (self.scope.clone(), self.site.clone(), self.limit.clone());
        let capabilities = self.market.capabilities();
        let (scope, site, limit, is_ancestor) = (&scope, &site, &limit, &|_: &str, _: &str| false);
        let mut machine = Machine::new(Run {
            scope,
            site,
            id: &id,
            capabilities,
            limit,
            planner,
            is_frozen: &|_| None,
            is_ancestor,
        });
        let mut input = Input::Start;
        while let Some(effect) = machine.next(self.now, input) {
            let fault = faults.iter().find(|(at, _)| at == count).map(|(_, fault)| *fault);
            *count += 1;
            input = match fault {
                None => self.perform(&effect),
                Some(Fault::RequestLost) => failure(&effect),
                Some(Fault::AnswerLost) => {
                    self.perform(&effect);
                    failure(&effect)
                }
                Some(Fault::Crash) => {
                    self.perform(&effect);
                    return;
                }
            };
        }
    }

    fn perform(&mut self, effect: &Effect) -> Input {
        perform(effect, &self.scope, &mut self.ledger, &mut self.market, self.now)
    }

    /// The left run takes `pause.0` effects, then the right one `pause.1`, then the left one ends, then the right one.
    /// At each change of hands `wait` passes.
    pub(crate) fn interleave(
        &mut self,
        planners: [&Planner<'_>; 2],
        pause: (usize, usize),
        wait: SignedDuration,
    ) -> [Account; 2] {
        let (scope, site, limit) = (self.scope.clone(), self.site.clone(), self.limit.clone());
        let capabilities = self.market.capabilities();
        let (scope, site, limit, is_ancestor) = (&scope, &site, &limit, &|_: &str, _: &str| false);
        let begin = |id, planner| {
            let run =
                Run { scope, site, id, capabilities, limit, planner, is_frozen: &|_| None, is_ancestor };
            (Machine::new(run), Some(Input::Start), None)
        };
        let mut runs = [begin("left", planners[0]), begin("right", planners[1])];
        for (which, effects) in [(0, pause.0), (1, pause.1), (0, usize::MAX), (1, usize::MAX)] {
            let (machine, input, waiting) = &mut runs[which];
            for _ in 0..effects {
                // The pause lies between deciding and doing, where it hurts most.
                if let Some(effect) = waiting.take() {
                    *input = Some(self.perform(&effect));
                }
                let Some(told) = input.take() else { break };
                *waiting = machine.next(self.now, told);
            }
            self.pass(wait);
        }
        runs.map(|(machine, ..)| machine.into_account())
    }
}

fn failure(effect: &Effect) -> Input {
    match effect {
        Effect::Read | Effect::Append { .. } | Effect::Lease { .. } | Effect::Release { .. } => {
            Input::LedgerFailed(LedgerError::Storage("the disk is gone".into()))
        }
        Effect::Ask(_) | Effect::Observe | Effect::Bar { .. } | Effect::Withdraw { .. } => {
            Input::MarketplaceFailed(MarketplaceError::Unreachable("the line is cut".into()))
        }
        Effect::Submit { .. } => Input::Sent(SubmitOutcome::Unknown("the line is cut".into())),
    }
}

/// Drives copies of a world with a fault at each effect in turn, and with a second one soon after the first.
pub(crate) fn with_every_fault<M: Market>(
    world: &World<M>,
    planner: &Planner<'_>,
    second_within: usize,
    rounds: usize,
    check: impl Fn(&World<M>, &[(usize, Fault)]),
) {
    let effects = world.clone().drive(planner, &[], rounds);
    let try_out = |faults: &[(usize, Fault)]| {
        let mut world = world.clone();
        world.drive(planner, faults, rounds);
        check(&world, faults);
    };
    for at in 0..effects {
        for fault in Fault::ALL {
            try_out(&[(at, fault)]);
            for after in 1..=second_within {
                for second in Fault::ALL {
                    try_out(&[(at, fault), (at + after, second)]);
                }
            }
        }
    }
}
