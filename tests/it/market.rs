//! The sandbox as a judge of plans: seeded, submitted to, approved, observed.

use crate::model::{Catalog, scope, site};
use gallerist::model::{Desired, Product};
use gallerist::plan::{Action, ProductPlan, StepState};
use gallerist::released::{Bindings, Released, resolve};
use gallerist::sandbox::{Answer, Judge, Policy, Request, Seeded, State};
use gallerist::submission::{Operation, Refusal, Submission, SubmissionKind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// An account on the sandbox with one seller's bindings.
#[derive(Clone)]
pub struct Market {
    pub judge: Judge,
    pub state: State,
    pub bindings: Bindings,
}

impl Market {
    /// An account that sells these products.
    pub fn selling(products: &[Product]) -> Self {
        let mut market = Self {
            judge: Judge::new(site().clone()),
            state: State::default(),
            bindings: Bindings::default(),
        };
        let seeds = products.iter().cloned().map(Seeded::on_sale).collect();
        if let Answer::Seeded(bindings) = market.ask(&Request::Seed(seeds)) {
            market.bindings = bindings;
        }
        market
    }

    pub fn ask(&mut self, request: &Request) -> Answer {
        self.ask_at(request, crate::model::now())
    }

    pub fn ask_at(&mut self, request: &Request, now: Timestamp) -> Answer {
        let (state, answer, _) = self.judge.step(std::mem::take(&mut self.state), request, now);
        self.state = state;
        answer
    }

    pub fn released(&mut self) -> Released {
        match self.ask(&Request::Observe) {
            Answer::Observation(observation) => resolve(&observation, &self.bindings),
            other => panic!("an observation was expected, not {other:?}"),
        }
    }

    /// The plan of one desired product against what is sold, with every guarded operation approved.
    pub fn plan(&mut self, desired: &Desired) -> ProductPlan {
        let released = self.released();
        let mut catalog = Catalog::of(desired.clone(), None);
        catalog.released = released.products.into_values().collect();
        catalog.applications = released.applications;
        catalog.approved().only()
    }

    pub fn submit(&mut self, submission: &Submission) -> Result<(), Refusal> {
        let request = Request::Submit {
            submission: Box::new(submission.clone()),
            references: BTreeMap::new(),
            fence: None,
        };
        match self.ask(&request) {
            Answer::Accepted(_) => Ok(()),
            Answer::Refused(refusal) => Err(refusal),
            other => panic!("a verdict at the door was expected, not {other:?}"),
        }
    }

    /// Approves all that is pending and learns the ids of what was created.
    pub fn approve(&mut self, submission: &Submission) {
        self.ask(&Request::Review(Policy::ApproveAll));
        if let Answer::Reviews(reports) = self.ask(&Request::Reviews(vec![submission.id.clone()])) {
            for report in reports {
                if let Some(binding) = report.binding {
                    self.bindings.products.entry(submission.product.clone()).or_default().merge(&binding);
                }
            }
        }
    }

    /// Submits operations as they are, without any plan.
    pub fn submit_raw(
        &mut self,
        product: &Product,
        kind: SubmissionKind,
        operations: Vec<Operation>,
    ) -> Result<(), Refusal> {
        let released = self.released();
        let released = released.products.get(&product.key);
        let base = released.map(|found| found.revision.clone());
        let submission = Submission {
            id: Submission::identify(&scope(), &product.key, base.as_ref(), &operations, 99),
            kind,
            product: product.key.clone(),
            product_id: released.map(|found| found.product_id.clone()),
            base,
            operations,
            attempt: 99,
            predicted: product.clone(),
        };
        self.submit(&submission)
    }
}

/// The submission that can be made now.
pub fn ready(plan: &ProductPlan) -> Option<&Submission> {
    plan.chain.iter().find_map(|step| match (&step.action, &step.state) {
        (Action::Submit(submission), StepState::Ready) => Some(submission),
        _ => None,
    })
}
