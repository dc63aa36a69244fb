//! The driver of the embedded sandbox.

use super::{LATE, references};
use crate::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use crate::model::Key;
use crate::released::{Bindings, Observation};
use crate::sandbox::{Answer, Event, Judge, Report, Request, Store, StoreError};
use crate::submission::{Fence, Submission, SubmissionId};
use camino::Utf8Path;
use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// Where the time comes from.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// The embedded KooGallery as a marketplace.
pub struct SandboxDriver {
    store: Mutex<Store>,
    judge: Judge,
    clock: Clock,
    bindings: Bindings,
}

impl SandboxDriver {
    /// The sandbox kept in a file.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Utf8Path, judge: Judge, clock: Clock) -> Result<Self, StoreError> {
        Ok(Self::new(Store::open(path)?, judge, clock))
    }

    /// A look at the sandbox in a file that leaves the file as it is.
    ///
    /// # Errors
    /// When the file is not there or cannot be used.
    pub fn copy_of(path: &Utf8Path, judge: Judge, clock: Clock) -> Result<Self, StoreError> {
        Ok(Self::new(Store::copy_of(path)?, judge, clock))
    }

    /// A sandbox that ends with the process.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory(judge: Judge, clock: Clock) -> Result<Self, StoreError> {
        Ok(Self::new(Store::in_memory()?, judge, clock))
    }

    fn new(store: Store, judge: Judge, clock: Clock) -> Self {
        Self { store: Mutex::new(store), judge, clock, bindings: Bindings::default() }
    }

    /// Tells the driver which skuCode each of our keys has. The marketplace keeps the key a specification was added
    /// under; only a key that was moved or chosen on import needs this.
    pub fn set_bindings(&mut self, bindings: Bindings) {
        self.bindings = bindings;
    }

    /// Asks the sandbox anything: review desk, clock, console.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn ask(&self, request: &Request) -> Result<Answer, StoreError> {
        // A panic elsewhere cannot leave the store half changed: its file has the last word.
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.handle(&self.judge, request, (self.clock)())
    }

    /// Everything that ever happened in the sandbox, oldest first.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn history(&self) -> Result<Vec<Event>, StoreError> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).history()
    }
}

fn storage(error: &StoreError) -> MarketplaceError {
    MarketplaceError::Storage(error.to_string())
}

fn unexpected() -> MarketplaceError {
    MarketplaceError::Unintelligible("the sandbox gave an answer to another question".to_owned())
}

impl From<Report> for ReviewReport {
    fn from(report: Report) -> Self {
        let Report { submission, application, review, at, binding } = report;
        Self { submission, application, review, at, binding }
    }
}

impl Observe for SandboxDriver {
    fn capabilities(&self) -> Capabilities {
        Capabilities { knows_submission_ids: true, checks_fences: true, ids_per_question: 1_000 }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let state = store.state().map_err(|error| storage(&error))?;
        Ok(state.time((self.clock)()))
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        match self.ask(&Request::Observe).map_err(|error| storage(&error))? {
            Answer::Observation(observation) => Ok(*observation),
            _ => Err(unexpected()),
        }
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        match self.ask(&Request::Reviews(submissions.to_vec())).map_err(|error| storage(&error))? {
            Answer::Reviews(reports) => Ok(reports.into_iter().map(Into::into).collect()),
            _ => Err(unexpected()),
        }
    }
}

impl Submit for SandboxDriver {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let references = references(&self.bindings, submission);
        match self.ask(&Request::Submit { submission: Box::new(submission.clone()), references, fence }) {
            Ok(Answer::Late) => SubmitOutcome::NotSent(LATE.to_owned()),
            Ok(Answer::Accepted(application)) => SubmitOutcome::Accepted(application),
            Ok(Answer::Refused(refusal)) => SubmitOutcome::Refused(refusal),
            Ok(_) => SubmitOutcome::Unknown(unexpected().to_string()),
            Err(error @ StoreError::Commit(_)) => SubmitOutcome::Unknown(error.to_string()),
            Err(error) => SubmitOutcome::NotSent(error.to_string()),
        }
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        match self.ask(&Request::Bar { product: product.clone(), fence }).map_err(|error| storage(&error))? {
            // A run that took the product over after this one has barred this one: it finds out where it would send.
            Answer::Done | Answer::Late => Ok(()),
            _ => Err(unexpected()),
        }
    }

    fn withdraw(&mut self, _product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        match self.ask(&Request::Withdraw(submission.clone())).map_err(|error| storage(&error))? {
            Answer::Done => Ok(()),
            Answer::Refused(refusal) => Err(MarketplaceError::Refused(refusal.text)),
            _ => Err(unexpected()),
        }
    }
}
