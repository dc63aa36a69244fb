//! What a run asked of marketplace and ledger, and how that ended: counted, and otherwise left as it is.

use super::Cause;
use crate::config::Occasion;
use crate::ledger::{Event, EventKind, Flaw, Ledger, LedgerError, LedgerView};
use crate::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use crate::model::Key;
use crate::released::Observation;
use crate::submission::{Fence, Scope, Submission, SubmissionId};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The marketplace.
    Marketplace,
    /// The ledger.
    Ledger,
    /// Those who want to be told.
    Receivers,
}

/// What was asked of whom, and how it ended. The words are few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// Who was asked.
    pub of: Party,
    /// For what: `observe`.
    pub kind: &'static str,
    /// How it ended: `ok`.
    pub outcome: &'static str,
}

#[derive(Debug, Default)]
struct Counted {
    numbers: BTreeMap<Call, u64>,
    cause: Option<Cause>,
}

/// Counts, shared by those who ask and those who want to know.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Counted>>);

impl Calls {
    /// How often each was asked.
    #[must_use]
    pub fn numbers(&self) -> BTreeMap<Call, u64> {
        self.counted().numbers.clone()
    }

    /// What the last failure was that is not about one product.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        self.counted().cause
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, call: Call, cause: Option<Cause>) {
        let mut counted = self.counted();
        *counted.numbers.entry(call).or_default() += 1;
        counted.cause = cause.or(counted.cause);
    }

    /// Counts a message to somebody who wants to be told.
    pub(super) fn told(&self, occasion: Occasion, outcome: &'static str) {
        self.count(Call { of: Party::Receivers, kind: occasion.name(), outcome }, None);
    }

    /// Counts an answer of the marketplace, and gives it on.
    pub(super) fn asked<T>(
        &self,
        kind: &'static str,
        answer: Result<T, MarketplaceError>,
    ) -> Result<T, MarketplaceError> {
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(MarketplaceError::Unreachable(_)) => "unreachable",
            Err(MarketplaceError::Throttled(_)) => "throttled",
            Err(MarketplaceError::Denied(_)) => "denied",
            Err(MarketplaceError::Unintelligible(_)) => "unintelligible",
            Err(MarketplaceError::Storage(_)) => "failed",
            Err(MarketplaceError::Refused(_)) => "refused",
        };
        let cause = answer.as_ref().err().and_then(Cause::of_marketplace);
        self.count(Call { of: Party::Marketplace, kind, outcome }, cause);
        answer
    }

    /// Counts an answer of the ledger, and gives it on.
    pub(super) fn kept<T>(
        &self,
        kind: &'static str,
        answer: Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(LedgerError::Leased { .. }) => "leased",
            Err(LedgerError::Conflict) => "conflict",
            Err(_) => "failed",
        };
        self.count(
            Call { of: Party::Ledger, kind, outcome },
            answer.as_ref().err().and_then(Cause::of_ledger),
        );
        answer
    }
}

/// A marketplace whose calls are counted.
pub(super) struct CountedMarketplace<'a> {
    pub(super) inner: &'a mut dyn Submit,
    pub(super) calls: &'a Calls,
}

impl Observe for CountedMarketplace<'_> {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        self.calls.asked("now", self.inner.now())
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        self.calls.asked("observe", self.inner.observe())
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        self.calls.asked("reviews", self.inner.reviews(submissions))
    }
}

impl Submit for CountedMarketplace<'_> {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let answer = self.inner.submit(submission, fence);
        let outcome = match &answer {
            SubmitOutcome::Accepted(_) | SubmitOutcome::HandedOver(_) => "ok",
            SubmitOutcome::Refused(_) => "refused",
            SubmitOutcome::NotSent(_) => "not-sent",
            SubmitOutcome::Unknown(_) => "unknown",
        };
        self.calls.count(Call { of: Party::Marketplace, kind: "submit", outcome }, None);
        answer
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        self.calls.asked("bar", self.inner.bar(product, fence))
    }

    fn withdraw(&mut self, product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        self.calls.asked("withdraw", self.inner.withdraw(product, submission))
    }
}

/// A ledger whose calls are counted.
pub(super) struct CountedLedger<'a> {
    pub(super) inner: Box<dyn Ledger>,
    pub(super) calls: &'a Calls,
}

impl LedgerView for CountedLedger<'_> {
    fn events(&self, scope: &Scope) -> Result<Vec<Event>, LedgerError> {
        self.calls.kept("read", self.inner.events(scope))
    }

    fn verify(&self, scope: &Scope) -> Result<Vec<Flaw>, LedgerError> {
        self.calls.kept("verify", self.inner.verify(scope))
    }
}

impl Ledger for CountedLedger<'_> {
    fn append(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        product: &Key,
        kind: &EventKind,
    ) -> Result<(), LedgerError> {
        self.calls.kept("append", self.inner.append(scope, at, product, kind))
    }

    fn lease(
        &mut self,
        scope: &Scope,
        product: &Key,
        run: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.calls.kept("lease", self.inner.lease(scope, product, run, now, until))
    }

    fn release(&mut self, scope: &Scope, product: &Key, run: &str) -> Result<(), LedgerError> {
        self.calls.kept("release", self.inner.release(scope, product, run))
    }

    fn fill(&mut self, scope: &Scope, events: &[Event]) -> Result<(), LedgerError> {
        self.calls.kept("fill", self.inner.fill(scope, events))
    }
}
