//! A history: everything that happens in it, drawn from a seed before it begins.
//!
//! It is a list, so that it can be made shorter: each happening means the same, or nothing, when others are left out.

use super::dice::Dice;
use super::edits::{Change, first};
use gallerist::model::Desired;
use std::collections::{BTreeSet, VecDeque};

/// What can go wrong or be done by others. A history has some of it, or none, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    Crashes,
    LostRequests,
    LostAnswers,
    Doubles,
    LateDoubles,
    LateRequests,
    Conflicts,
    Outages,
    Skew,
    Jumps,
    StaleLooks,
    ConsoleEdits,
    Strangers,
    Rejections,
    SilentReasons,
    Withdrawals,
    Freezes,
    Interfaces,
    OldCommits,
    Edits,
}

impl Trouble {
    pub(super) const ALL: [Self; 20] = [
        Self::Crashes,
        Self::LostRequests,
        Self::LostAnswers,
        Self::Doubles,
        Self::LateDoubles,
        Self::LateRequests,
        Self::Conflicts,
        Self::Outages,
        Self::Skew,
        Self::Jumps,
        Self::StaleLooks,
        Self::ConsoleEdits,
        Self::Strangers,
        Self::Rejections,
        Self::SilentReasons,
        Self::Withdrawals,
        Self::Freezes,
        Self::Interfaces,
        Self::OldCommits,
        Self::Edits,
    ];
}

/// What goes wrong with one effect of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The run vanishes before it.
    CrashBefore,
    /// It happens, and the run vanishes before it hears of it.
    CrashAfter,
    /// It does not happen, and the run cannot know.
    LostBefore,
    /// It happens, and the run cannot know.
    LostAfter,
    /// It does not happen, and the run knows.
    Unreached,
    /// It happens twice.
    Doubled,
    /// It happens, and once more later.
    DoubledLate,
    /// It happens later, and the run cannot know.
    Late,
    /// Others wrote to the ledger all the time.
    Conflict,
    /// The marketplace shows what it was so many changes ago.
    Stale(u8),
}

impl Fault {
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Self::CrashBefore | Self::CrashAfter => Trouble::Crashes,
            Self::LostBefore | Self::Unreached => Trouble::LostRequests,
            Self::LostAfter => Trouble::LostAnswers,
            Self::Doubled => Trouble::Doubles,
            Self::DoubledLate => Trouble::LateDoubles,
            Self::Late => Trouble::LateRequests,
            Self::Conflict => Trouble::Conflicts,
            Self::Stale(_) => Trouble::StaleLooks,
        }
    }
}

/// How a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Approve,
    Reject,
    /// The seller takes it back in the console.
    Withdraw,
    /// The seller deletes what was rejected or taken back.
    Discard,
}

/// One thing that happens. Numbers pick among what is there, modulo how much there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Happening {
    /// A runner takes so many steps; the last one may go wrong. One that rests begins a run of the newest commit.
    Step {
        runner: u8,
        steps: u8,
        fault: Option<Fault>,
    },
    /// A runner that rests begins a run of an older commit.
    Checkout {
        runner: u8,
        behind: u8,
    },
    Pass {
        seconds: i64,
    },
    Edit {
        product: u8,
        change: Change,
    },
    Decide {
        which: u8,
        decision: Decision,
    },
    ApproveAll,
    /// Somebody approves what guards hold back.
    LiftGuards,
    /// Somebody wants what was rejected or refused tried again.
    Retry,
    /// Somebody decides that the definition of a product is right about what others changed.
    Settle {
        product: u8,
    },
    ConsoleEdit {
        product: u8,
        what: u8,
    },
    /// Somebody saves a draft in the console.
    Draft {
        product: u8,
        what: u8,
    },
    /// Somebody submits a draft, or throws it away.
    Stranger {
        which: u8,
        submits: bool,
    },
    Freeze {
        product: u8,
        frozen: bool,
    },
    Interfaces {
        product: u8,
        healthy: bool,
    },
    Outage {
        seconds: i64,
    },
    /// A request that was on its way arrives.
    Deliver {
        which: u8,
    },
    /// A runner's clock is set.
    Jump {
        runner: u8,
        seconds: i64,
    },
}

impl Happening {
    /// The troubles it belongs to.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Step { fault, .. } => fault.map(Fault::trouble),
            Self::Checkout { .. } => Some(Trouble::OldCommits),
            Self::Edit { .. } => Some(Trouble::Edits),
            Self::Decide { decision: Decision::Reject, .. } => Some(Trouble::Rejections),
            Self::Decide { decision: Decision::Withdraw | Decision::Discard, .. } => {
                Some(Trouble::Withdrawals)
            }
            Self::ConsoleEdit { .. } => Some(Trouble::ConsoleEdits),
            Self::Draft { .. } | Self::Stranger { .. } => Some(Trouble::Strangers),
            Self::Freeze { .. } => Some(Trouble::Freezes),
            Self::Interfaces { .. } => Some(Trouble::Interfaces),
            Self::Outage { .. } => Some(Trouble::Outages),
            Self::Jump { .. } => Some(Trouble::Jumps),
            Self::Pass { .. }
            | Self::Decide { decision: Decision::Approve, .. }
            | Self::ApproveAll
            | Self::LiftGuards
            | Self::Retry
            | Self::Settle { .. }
            | Self::Deliver { .. } => None,
        }
    }

    /// The same without what belongs to a trouble; `None` when nothing is left.
    fn without(&self, trouble: Trouble) -> Option<Self> {
        match self {
            Self::Step { runner, steps, fault: Some(fault) } if fault.trouble() == trouble => {
                Some(Self::Step { runner: *runner, steps: *steps, fault: None })
            }
            _ if self.trouble() == Some(trouble) => None,
            _ => Some(self.clone()),
        }
    }
}

/// A history before it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct History {
    pub(super) seed: u64,
    /// The definitions that it begins with.
    pub(super) first: Vec<Desired>,
    /// Whether these products were on sale before.
    pub(super) on_sale: bool,
    /// How far each runner's clock is ahead of the marketplace's, in seconds.
    pub(super) clocks: Vec<i64>,
    /// How many submissions a day are enough.
    pub(super) a_day: u32,
    /// Whether the marketplace checks fences.
    pub(super) fenced: bool,
    /// Whether the reasons of rejections cannot be read at first.
    pub(super) silent: bool,
    pub(super) happenings: Vec<Happening>,
}

/// Clocks differ by no more than this much; a lease lasts three times as long.
pub(super) const CLOCKS_APART: i64 = 5 * 60;

const PAUSES: [i64; 12] = {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    [
        5,
        30,
        2 * MINUTE,
        4 * MINUTE,
        16 * MINUTE,
        16 * MINUTE,
        HOUR,
        5 * HOUR,
        25 * HOUR,
        25 * HOUR,
        3 * 24 * HOUR,
        32 * 24 * HOUR,
    ]
};

const STEPS: [u8; 10] = [1, 1, 2, 3, 4, 5, 6, 9, 13, 60];

impl History {
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut troubles: BTreeSet<Trouble> = match dice.below(8) {
            0 => BTreeSet::new(),
            1 => Trouble::ALL.into(),
            _ => Trouble::ALL.into_iter().filter(|_| dice.chance(50)).collect(),
        };
        let fenced = dice.chance(70);
        if !fenced {
            troubles.remove(&Trouble::LateRequests);
        }
        let products = 1 + dice.below(4);
        let first = (0..products).map(|number| first(number, &mut dice)).collect();
        let runners = 2 + dice.below(7);
        let skewed = troubles.contains(&Trouble::Skew);
        let clock = |dice: &mut Dice| if skewed { dice.between(0, CLOCKS_APART) } else { 0 };
        let clocks = (0..runners).map(|_| clock(&mut dice)).collect();
        let mut draw = Draw { troubles: &troubles, runners, dice, race: None, next: VecDeque::new() };
        let length = 10 + draw.dice.below(40);
        let happenings = (0..length).map(|serial| draw.happening(serial)).collect();
        let mut dice = draw.dice;
        Self {
            seed,
            first,
            on_sale: dice.chance(40),
            clocks,
            a_day: dice.pick(&[2, 4, 9, 9]),
            fenced,
            silent: troubles.contains(&Trouble::SilentReasons),
            happenings,
        }
    }

    /// What goes wrong in it.
    pub(super) fn troubles(&self) -> BTreeSet<Trouble> {
        let mut found: BTreeSet<Trouble> = self.happenings.iter().filter_map(Happening::trouble).collect();
        found.extend(self.silent.then_some(Trouble::SilentReasons));
        found.extend(self.clocks.iter().any(|clock| *clock != 0).then_some(Trouble::Skew));
        found
    }

    /// The same where this never goes wrong.
    pub(super) fn without(&self, trouble: Trouble) -> Self {
        let mut calmer = self.clone();
        calmer.happenings =
            self.happenings.iter().filter_map(|happening| happening.without(trouble)).collect();
        match trouble {
            Trouble::SilentReasons => calmer.silent = false,
            Trouble::Skew => calmer.clocks.fill(0),
            _ => {}
        }
        calmer
    }
}

/// Draws one happening after another.
struct Draw<'a> {
    troubles: &'a BTreeSet<Trouble>,
    runners: usize,
    dice: Dice,
    /// Two runners that are at work at the same time, and for how long.
    race: Option<([u8; 2], usize)>,
    /// What follows something that only shows when it does.
    next: VecDeque<Happening>,
}

const FAULTS: [Fault; 12] = [
    Fault::CrashBefore,
    Fault::CrashAfter,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Unreached,
    Fault::Doubled,
    Fault::DoubledLate,
    Fault::Late,
    Fault::Conflict,
    Fault::Stale(1),
    Fault::Stale(2),
    Fault::Stale(3),
];

impl Draw<'_> {
    fn happening(&mut self, serial: usize) -> Happening {
        if self.dice.chance(70)
            && let Some(next) = self.next.pop_front()
        {
            return next;
        }
        let edits = self.troubles.contains(&Trouble::Edits) || serial < 4;
        if let Some((runners, left)) = self.race {
            self.race = (left > 0).then(|| (runners, left - 1));
            return match self.dice.below(20) {
                0 | 1 => Happening::Pass { seconds: self.dice.pick(&PAUSES[..6]) },
                2..5 if edits => self.edit(serial),
                _ => self.step(&runners, serial),
            };
        }
        let all: Vec<u8> = (0..self.runners).map(|runner| u8::try_from(runner).unwrap()).collect();
        match self.dice.below(100) {
            0..30 => self.step(&all, serial),
            30..38 => {
                let runners = [self.dice.pick(&all), self.dice.pick(&all)];
                self.race = Some((runners, 4 + self.dice.below(8)));
                if edits { self.edit(serial) } else { self.step(&runners, serial) }
            }
            38..48 => Happening::Pass { seconds: self.dice.pick(&PAUSES) },
            48..58 if edits => self.edit(serial),
            48..64 => Happening::ApproveAll,
            64..69 => Happening::Decide { which: self.dice.any(), decision: Decision::Approve },
            69..75 => Happening::LiftGuards,
            75..77 => Happening::Retry,
            77..79 => Happening::Settle { product: self.dice.any() },
            79..82 => Happening::Deliver { which: self.dice.any() },
            _ => {
                let trouble = self.dice.pick(&Trouble::ALL);
                let found = self.troubles.contains(&trouble).then(|| self.trouble(trouble)).flatten();
                found.unwrap_or_else(|| self.step(&all, serial))
            }
        }
    }

    fn runner(&mut self) -> u8 {
        u8::try_from(self.dice.below(self.runners)).unwrap()
    }

    fn edit(&mut self, serial: usize) -> Happening {
        Happening::Edit { product: self.dice.any(), change: Change::draw(&mut self.dice, serial) }
    }

    fn step(&mut self, runners: &[u8], serial: usize) -> Happening {
        let runner = self.dice.pick(runners);
        let faults: Vec<Fault> =
            FAULTS.into_iter().filter(|fault| self.troubles.contains(&fault.trouble())).collect();
        if !faults.is_empty() && self.dice.chance(30) {
            let fault = self.dice.pick(&faults);
            if matches!(fault, Fault::Late | Fault::DoubledLate) && self.troubles.contains(&Trouble::Edits) {
                // A late request is a danger when something else was sent in between.
                let edit = self.edit(serial);
                let other = Happening::Step { runner: self.dice.any(), steps: 60, fault: None };
                self.next.extend([edit, other, Happening::Deliver { which: self.dice.any() }]);
                return Happening::Step { runner, steps: 60, fault: Some(fault) };
            }
            let steps = 1 + u8::try_from(self.dice.below(12)).unwrap();
            return Happening::Step { runner, steps, fault: Some(fault) };
        }
        Happening::Step { runner, steps: self.dice.pick(&STEPS), fault: None }
    }

    /// Something of this kind; `None` where it only shows in the faults of steps, in clocks or in edits.
    fn trouble(&mut self, trouble: Trouble) -> Option<Happening> {
        let dice = &mut self.dice;
        let (any, product) = (dice.any(), dice.any());
        Some(match trouble {
            Trouble::Outages => Happening::Outage { seconds: dice.pick(&[60, 1_200, 18_000]) },
            Trouble::Jumps => {
                let seconds = dice.between(0, CLOCKS_APART);
                Happening::Jump { runner: self.runner(), seconds }
            }
            Trouble::ConsoleEdits => Happening::ConsoleEdit { product, what: any },
            Trouble::Strangers if dice.chance(40) => Happening::Draft { product, what: any },
            Trouble::Strangers => Happening::Stranger { which: any, submits: dice.chance(50) },
            Trouble::Rejections => Happening::Decide { which: any, decision: Decision::Reject },
            Trouble::Withdrawals => {
                let decision = dice.pick(&[Decision::Withdraw, Decision::Discard]);
                Happening::Decide { which: any, decision }
            }
            Trouble::Freezes => Happening::Freeze { product, frozen: dice.chance(50) },
            Trouble::Interfaces => Happening::Interfaces { product, healthy: dice.chance(50) },
            Trouble::OldCommits => {
                let behind = 1 + u8::try_from(dice.below(3)).unwrap();
                Happening::Checkout { runner: self.runner(), behind }
            }
            _ => return None,
        })
    }
}
