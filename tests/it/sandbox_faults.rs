//! A driver that fails on demand: unreachable, answers lost before or after the effect, requests doubled.

use super::sandbox_account::*;
use gallerist::drivers::SandboxDriver;
use gallerist::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use gallerist::model::Key;
use gallerist::released::Observation;
use gallerist::sandbox::{Judge, Policy, Request};
use gallerist::submission::{Fence, Submission, SubmissionId};
use jiff::Timestamp;
use std::cell::RefCell;

/// Which method is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    Now,
    Observe,
    Reviews,
    Submit,
    Withdraw,
}

/// What goes wrong in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Nothing gets through, and the caller knows.
    Unreachable,
    /// Nothing gets through, and the caller does not know.
    LostBefore,
    /// It takes effect, and the caller does not know.
    LostAfter,
    /// It arrives twice; the caller gets the second answer.
    Doubled,
}

type Plan = Box<dyn FnMut(usize, Call) -> Option<Fault>>;

/// A driver with faults. The plan is asked before each call, in order; calls count from 0.
pub(crate) struct Faulty<D> {
    pub(crate) driver: D,
    plan: RefCell<Plan>,
    calls: RefCell<Vec<Call>>,
}

impl<D> Faulty<D> {
    pub(crate) fn new(driver: D, plan: impl FnMut(usize, Call) -> Option<Fault> + 'static) -> Self {
        Self { driver, plan: RefCell::new(Box::new(plan)), calls: RefCell::default() }
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.borrow().clone()
    }

    fn fault(&self, call: Call) -> Option<Fault> {
        let number = self.calls.borrow().len();
        self.calls.borrow_mut().push(call);
        (self.plan.borrow_mut())(number, call)
    }
}

fn lost() -> MarketplaceError {
    MarketplaceError::Unreachable("the connection broke".into())
}

impl<D: Observe> Observe for Faulty<D> {
    fn capabilities(&self) -> Capabilities {
        self.driver.capabilities()
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        match self.fault(Call::Now) {
            Some(Fault::Unreachable | Fault::LostBefore | Fault::LostAfter) => Err(lost()),
            Some(Fault::Doubled) | None => self.driver.now(),
        }
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        match self.fault(Call::Observe) {
            Some(Fault::Unreachable | Fault::LostBefore | Fault::LostAfter) => Err(lost()),
            Some(Fault::Doubled) | None => self.driver.observe(),
        }
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        match self.fault(Call::Reviews) {
            Some(Fault::Unreachable | Fault::LostBefore | Fault::LostAfter) => Err(lost()),
            Some(Fault::Doubled) | None => self.driver.reviews(submissions),
        }
    }
}

impl<D: Submit> Submit for Faulty<D> {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let text = || "the connection broke".to_owned();
        match self.fault(Call::Submit) {
            Some(Fault::Unreachable) => SubmitOutcome::NotSent(text()),
            Some(Fault::LostBefore) => SubmitOutcome::Unknown(text()),
            Some(Fault::LostAfter) => {
                self.driver.submit(submission, fence);
                SubmitOutcome::Unknown(text())
            }
            Some(Fault::Doubled) => {
                self.driver.submit(submission, fence);
                self.driver.submit(submission, fence)
            }
            None => self.driver.submit(submission, fence),
        }
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        self.driver.bar(product, fence)
    }

    fn withdraw(&mut self, product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        match self.fault(Call::Withdraw) {
            Some(Fault::Unreachable | Fault::LostBefore) => Err(lost()),
            Some(Fault::LostAfter) => self.driver.withdraw(product, submission).and(Err(lost())),
            Some(Fault::Doubled) => {
                self.driver.withdraw(product, submission)?;
                self.driver.withdraw(product, submission)
            }
            None => self.driver.withdraw(product, submission),
        }
    }
}

/// Whatever happens to a submission on its way, sending it until an answer comes gives exactly one application.
#[test]
fn sending_again_never_makes_a_second_application() {
    for fault in [Fault::Unreachable, Fault::LostBefore, Fault::LostAfter, Fault::Doubled] {
        let driver = SandboxDriver::in_memory(Judge::new(site()), Box::new(start)).unwrap();
        let mut faulty = Faulty::new(driver, move |number, _| (number < 3).then_some(fault));
        let submission = Account::new(Judge::new(site())).release(license());
        let accepted = (0..5).find_map(|_| match faulty.submit(&submission, None) {
            SubmitOutcome::Accepted(id) => Some(id),
            SubmitOutcome::Refused(refusal) => panic!("{refusal:?}"),
            SubmitOutcome::HandedOver(sheet) => panic!("{sheet:?}"),
            SubmitOutcome::NotSent(_) | SubmitOutcome::Unknown(_) => None,
        });
        let observed = faulty.observe();
        let applications = observed.unwrap_or_else(|_| faulty.driver.observe().unwrap()).applications;
        assert_eq!(applications.len(), 1, "{fault:?}");
        assert_eq!(Some(&applications[0].application), accepted.as_ref(), "{fault:?}");
        faulty.driver.ask(&Request::Review(Policy::ApproveAll)).unwrap();
        assert_eq!(
            faulty.submit(&submission, None),
            SubmitOutcome::Accepted(applications[0].application.clone())
        );
        assert_eq!(faulty.driver.observe().unwrap().products.len(), 1, "{fault:?}");
        assert!(faulty.calls().starts_with(&[Call::Submit]));
    }
}

#[test]
fn a_lost_answer_is_found_by_asking() {
    for (fault, arrived) in [(Fault::LostBefore, 0), (Fault::LostAfter, 1)] {
        let driver = SandboxDriver::in_memory(Judge::new(site()), Box::new(start)).unwrap();
        let mut faulty = Faulty::new(driver, move |number, _| (number == 0).then_some(fault));
        let submission = Account::new(Judge::new(site())).release(license());
        assert!(matches!(faulty.submit(&submission, None), SubmitOutcome::Unknown(_)));
        assert_eq!(faulty.reviews(std::slice::from_ref(&submission.id)).unwrap().len(), arrived);
    }
}

#[test]
fn a_withdrawal_whose_answer_is_lost_took_effect() {
    let driver = SandboxDriver::in_memory(Judge::new(site()), Box::new(start)).unwrap();
    let mut faulty = Faulty::new(driver, |_, call| (call == Call::Withdraw).then_some(Fault::LostAfter));
    let submission = Account::new(Judge::new(site())).release(license());
    assert!(matches!(faulty.submit(&submission, None), SubmitOutcome::Accepted(_)));
    assert!(faulty.withdraw(&key("key"), &submission.id).is_err());
    assert_eq!(faulty.reviews(&[submission.id]).unwrap()[0].review.word(), "withdrawn");
}
