//! The marketplace as runs see it: the sandbox's judge, what can go wrong on the way to it, and what a broken driver
//! would do.

use super::auditor::{Auditor, Sender};
use super::history::Fault;
use super::teeth::Sabotage;
use gallerist::marketplace::{Capabilities, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome};
use gallerist::model::Key;
use gallerist::released::Observation;
use gallerist::sandbox::{Answer, Judge, Request, State};
use gallerist::submission::{ApplicationId, Fence, Review, Submission, SubmissionId, Verdict};
use jiff::Timestamp;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

/// A request that is on its way.
#[derive(Clone)]
struct Late {
    request: Request,
    sender: Option<Sender>,
}

/// How many changes ago a look may be from.
const REMEMBERED: usize = 4;

pub(super) struct Shop {
    judge: Judge,
    pub(super) state: State,
    /// The time everywhere but on the runners' clocks.
    pub(super) now: Timestamp,
    pub(super) fault: Cell<Option<Fault>>,
    pub(super) sabotage: Option<Sabotage>,
    /// Whose effect is carried out.
    pub(super) sender: Option<Sender>,
    /// Nobody reaches it before.
    pub(super) away_until: Timestamp,
    /// Whether reasons cannot be read while the application is new.
    pub(super) silent: bool,
    /// Whether it tells a run that woke up too late from the one that took its place.
    pub(super) fenced: bool,
    /// Whether looks may be old, so that old ones are kept.
    pub(super) forgets_nothing: bool,
    past: VecDeque<State>,
    late: Vec<Late>,
    pub(super) auditor: Auditor,
}

fn away() -> MarketplaceError {
    MarketplaceError::Unreachable("the line was cut".into())
}

impl Shop {
    pub(super) fn new(judge: Judge, now: Timestamp, auditor: Auditor) -> Self {
        Self {
            judge,
            state: State::default(),
            now,
            fault: Cell::new(None),
            sabotage: None,
            sender: None,
            away_until: Timestamp::MIN,
            silent: false,
            fenced: false,
            forgets_nothing: false,
            past: VecDeque::new(),
            late: Vec::new(),
            auditor,
        }
    }

    /// Whatever is asked of the sandbox passes here, and the auditor sees what came of it.
    fn carry_out(&mut self, request: &Request, sender: Option<&Sender>) -> Answer {
        if self.forgets_nothing {
            self.past.push_front(self.state.clone());
            self.past.truncate(REMEMBERED);
        }
        let (state, answer, events) = self.judge.step(std::mem::take(&mut self.state), request, self.now);
        self.state = state;
        for event in &events {
            self.auditor.see(event, sender);
        }
        if let (Request::Submit { submission, .. }, Answer::Refused(refusal)) = (request, &answer) {
            self.auditor.refused(submission, refusal, &self.state);
        }
        answer
    }

    /// Reviewers, people in the console, the operator.
    pub(super) fn ask(&mut self, request: &Request) -> Answer {
        self.carry_out(request, None)
    }

    /// Lets a request arrive that was on its way; says what it was.
    pub(super) fn deliver(&mut self, which: usize) -> Option<String> {
        let at = which.checked_rem(self.late.len())?;
        let Late { request, sender } = self.late.remove(at);
        let answer = self.carry_out(&request, sender.as_ref());
        Some(format!("{}: {}", asked(&request), answered(&answer)))
    }

    fn postpone(&mut self, request: Request) {
        self.late.push(Late { request, sender: self.sender.clone() });
    }

    /// Carries out what a run sends, as the fault wants it; `None` when no answer comes back.
    fn send(&mut self, request: Request) -> Result<Option<Answer>, MarketplaceError> {
        let sender = self.sender.clone();
        match self.fault.take() {
            _ if self.now < self.away_until => Err(away()),
            Some(Fault::Unreached | Fault::Conflict) => Err(away()),
            Some(Fault::LostBefore) => Ok(None),
            Some(Fault::Late) => {
                self.postpone(request);
                Ok(None)
            }
            Some(Fault::LostAfter) => {
                self.carry_out(&request, sender.as_ref());
                Ok(None)
            }
            Some(Fault::Doubled) => {
                self.carry_out(&request, sender.as_ref());
                Ok(Some(self.carry_out(&request, sender.as_ref())))
            }
            Some(Fault::DoubledLate) => {
                // Without fences nothing keeps out the echo of a request that was refused, as of any late one.
                if self.fenced {
                    self.postpone(request.clone());
                }
                Ok(Some(self.carry_out(&request, sender.as_ref())))
            }
            None | Some(Fault::CrashBefore | Fault::CrashAfter | Fault::Stale(_)) => {
                Ok(Some(self.carry_out(&request, sender.as_ref())))
            }
        }
    }

    /// Whether a look comes back, and how old it is.
    fn look(&self) -> Result<&State, MarketplaceError> {
        match self.fault.take() {
            _ if self.now < self.away_until => Err(away()),
            Some(Fault::Unreached | Fault::LostBefore | Fault::LostAfter | Fault::Late | Fault::Conflict) => {
                Err(away())
            }
            Some(Fault::Stale(changes)) => Ok(self.past.get(usize::from(changes) - 1).unwrap_or(&self.state)),
            None | Some(Fault::CrashBefore | Fault::CrashAfter | Fault::Doubled | Fault::DoubledLate) => {
                Ok(&self.state)
            }
        }
    }
}

impl Observe for Shop {
    fn capabilities(&self) -> Capabilities {
        Capabilities { knows_submission_ids: true, checks_fences: self.fenced, ids_per_question: 2 }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        Ok(self.state.time(self.now))
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        let state = self.look()?;
        Ok(state.observe(self.now))
    }

    /// Our ids are looked up where they are kept: this answer is never old.
    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        self.look()?;
        let mut reports: Vec<ReviewReport> =
            self.state.reviews(submissions).into_iter().map(Into::into).collect();
        if self.sabotage == Some(Sabotage::IdsForgotten) {
            reports.clear();
        }
        for report in reports.iter_mut().filter(|_| self.silent) {
            if let Review::Ended(Verdict::Rejected { reason }) = &mut report.review {
                *reason = None;
            }
        }
        Ok(reports)
    }
}

impl Submit for Shop {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        let fence = fence.filter(|_| self.fenced && self.sabotage != Some(Sabotage::NoFences));
        if self.sabotage == Some(Sabotage::NothingSent) {
            return SubmitOutcome::Accepted(ApplicationId("KG9999999999".into()));
        }
        let request =
            Request::Submit { submission: Box::new(submission.clone()), references: BTreeMap::new(), fence };
        match self.send(request) {
            Ok(Some(Answer::Accepted(application))) => SubmitOutcome::Accepted(application),
            Ok(Some(Answer::Refused(refusal))) => SubmitOutcome::Refused(refusal),
            Ok(Some(Answer::Late)) => SubmitOutcome::NotSent("another run took over".into()),
            Ok(Some(other)) => panic!("a verdict at the door was expected, not {other:?}"),
            Ok(None) => SubmitOutcome::Unknown("the line was cut".into()),
            Err(error) => SubmitOutcome::NotSent(error.to_string()),
        }
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        match self.send(Request::Bar { product: product.clone(), fence })? {
            Some(_) => Ok(()),
            None => Err(away()),
        }
    }

    fn withdraw(&mut self, _: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        match self.send(Request::Withdraw(submission.clone()))? {
            Some(Answer::Done) => Ok(()),
            Some(Answer::Refused(refusal)) => Err(MarketplaceError::Refused(refusal.text)),
            Some(other) => panic!("an answer to a withdrawal was expected, not {other:?}"),
            None => Err(away()),
        }
    }
}

pub(super) fn asked(request: &Request) -> String {
    match request {
        Request::Submit { submission, .. } => {
            format!("{} of {} as {}", submission.kind.name(), submission.product, submission.id)
        }
        other => format!("{other:?}"),
    }
}

pub(super) fn answered(answer: &Answer) -> String {
    match answer {
        Answer::Refused(refusal) => format!("refused: {}", refusal.text),
        other => format!("{other:?}"),
    }
}
