//! The driver of a marketplace that speaks our protocol over HTTP.

use crate::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use crate::model::Key;
use crate::released::{Bindings, Observation};
use crate::submission::{Fence, Submission, SubmissionId};
use jiff::Timestamp;

/// A marketplace behind an address.
pub struct GatewayDriver {
    url: String,
    bindings: Bindings,
}

impl GatewayDriver {
    /// The gateway at an address.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), bindings: Bindings::default() }
    }

    /// Tells the driver which skuCode each of our keys has.
    pub fn set_bindings(&mut self, bindings: Bindings) {
        self.bindings = bindings;
    }

    fn absent(&self) -> MarketplaceError {
        MarketplaceError::Unreachable(self.url.clone())
    }
}

impl Observe for GatewayDriver {
    fn capabilities(&self) -> Capabilities {
        Capabilities { knows_submission_ids: true, checks_fences: true, ids_per_question: 100 }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        Err(self.absent())
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        Err(self.absent())
    }

    fn reviews(&self, _submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        Err(self.absent())
    }
}

impl Submit for GatewayDriver {
    fn submit(&mut self, _submission: &Submission, _fence: Option<Fence>) -> SubmitOutcome {
        SubmitOutcome::NotSent(self.absent().to_string())
    }

    fn bar(&mut self, _product: &Key, _fence: Fence) -> Result<(), MarketplaceError> {
        Err(self.absent())
    }

    fn withdraw(&mut self, _product: &Key, _submission: &SubmissionId) -> Result<(), MarketplaceError> {
        Err(self.absent())
    }
}
