//! The ledger as runs see it: what can go wrong on the way to it, and what a broken one would do.

use super::history::Fault;
use super::teeth::Sabotage;
use gallerist::ledger::{Event, EventKind, Ledger, LedgerError, LedgerView};
use gallerist::model::Key;
use gallerist::stores::MemoryLedger;
use gallerist::submission::Scope;
use jiff::Timestamp;
use std::cell::Cell;

pub(super) struct Books {
    pub(super) kept: MemoryLedger,
    /// What goes wrong with what is asked next.
    pub(super) fault: Cell<Option<Fault>>,
    pub(super) sabotage: Option<Sabotage>,
    /// How many entries a broken ledger shows to the run at work, whatever others have written since.
    pub(super) shown: Cell<Option<usize>>,
}

fn broken() -> LedgerError {
    LedgerError::Storage("the line was cut".into())
}

impl Books {
    pub(super) fn new(sabotage: Option<Sabotage>) -> Self {
        Self { kept: MemoryLedger::default(), fault: Cell::new(None), sabotage, shown: Cell::new(None) }
    }

    /// Writes so often, and answers as the fault wants it.
    fn write(
        &mut self,
        act: impl Fn(&mut MemoryLedger) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        match self.fault.take() {
            // A ledger carries nothing out late: what it was told is written or it is not.
            None | Some(Fault::CrashBefore | Fault::CrashAfter | Fault::Stale(_)) => act(&mut self.kept),
            Some(Fault::Doubled | Fault::DoubledLate) => {
                act(&mut self.kept)?;
                act(&mut self.kept)
            }
            Some(Fault::LostBefore | Fault::Late | Fault::Unreached) => Err(broken()),
            Some(Fault::LostAfter) => act(&mut self.kept).and(Err(broken())),
            Some(Fault::Conflict) => Err(LedgerError::Conflict),
        }
    }

    fn forgets(&self, kind: &EventKind) -> bool {
        match self.sabotage {
            Some(Sabotage::IntentsForgotten) => matches!(kind, EventKind::Prepared { .. }),
            Some(Sabotage::VerdictsForgotten) => matches!(kind, EventKind::Ended { .. }),
            _ => false,
        }
    }
}

impl LedgerView for Books {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        match self.fault.take() {
            Some(Fault::LostBefore | Fault::LostAfter | Fault::Late | Fault::Unreached | Fault::Conflict) => {
                return Err(broken());
            }
            None
            | Some(
                Fault::CrashBefore
                | Fault::CrashAfter
                | Fault::Doubled
                | Fault::DoubledLate
                | Fault::Stale(_),
            ) => {}
        }
        let mut events = self.kept.events(scope)?;
        if self.sabotage == Some(Sabotage::OldLedger) {
            let shown = self.shown.get().unwrap_or(events.len());
            self.shown.set(Some(shown));
            events.truncate(shown);
        }
        Ok(events)
    }
}

impl Ledger for Books {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        if self.forgets(kind) {
            return Ok(());
        }
        self.write(|ledger| ledger.append(scope, at, product, kind))
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        if self.sabotage == Some(Sabotage::NoLeases) {
            return Ok(());
        }
        self.write(|ledger| ledger.lease(scope, product, run, now, until))
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.write(|ledger| ledger.release(scope, product, run))
    }
}
