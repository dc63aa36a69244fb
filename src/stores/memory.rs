//! A ledger in memory.

use crate::ledger::{Event, EventKind, Lease, Ledger, LedgerError, LedgerView};
use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A ledger that lives as long as the value. A clone is a copy as of that moment, as a backup of a file is.
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger {
    events: Vec<(Scope, Event)>,
    leases: BTreeMap<(Scope, Key), (String, Timestamp)>,
}

impl LedgerView for MemoryLedger {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        let own = self.events.iter().filter(|(written, _)| written == scope);
        Ok(own.map(|(_, event)| event.clone()).collect())
    }

    fn leases(&self, scope: &Scope) -> Result<Vec<Lease>, LedgerError> {
        let own = self.leases.iter().filter(|((held, _), _)| held == scope);
        let lease = |((_, product), (run, until)): (&(Scope, Key), &(String, Timestamp))| Lease {
            product: product.clone(),
            run: run.clone(),
            until: *until,
        };
        Ok(own.map(lease).collect())
    }
}

impl Ledger for MemoryLedger {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        let sequence = self.events.len() as u64 + 1;
        self.events
            .push((scope.clone(), Event { sequence, at, product: product.clone(), kind: kind.clone() }));
        Ok(())
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        let place = (scope.clone(), product.clone());
        if let Some((holder, until)) = self.leases.get(&place)
            && holder != run
            && now < *until
        {
            return Err(LedgerError::Leased { product: product.clone(), until: *until });
        }
        self.leases.insert(place, (run.to_owned(), until));
        Ok(())
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        let place = (scope.clone(), product.clone());
        if self.leases.get(&place).is_some_and(|(holder, _)| holder == run) {
            self.leases.remove(&place);
        }
        Ok(())
    }
}
