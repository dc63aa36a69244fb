//! The driver of a marketplace that speaks our protocol over HTTP.
//!
//! Each request is signed with the account's keys. What may have arrived is never sent again: whoever asked looks first,
//! under the same id. What the gateway says is data: bounded, harmless, and without our keys in it.

mod failure;
mod observing;
mod submitting;

use crate::http::sdk_hmac::KeyPair;
use crate::http::{Client, Method, Request, Response};
use crate::marketplace::{
    Capabilities, Files, MarketplaceError, Observe, ReviewReport, Submit, SubmitOutcome,
};
use crate::model::Key;
use crate::released::{Bindings, Observation};
use crate::submission::{ApplicationId, Fence, Review, Submission, SubmissionId, Verdict};
use crate::wire::gateway::{
    FenceBar, GatewayCapabilities, PREFIX, ProblemKind, ReviewState, ReviewsAnswer, ReviewsQuestion,
};
use crate::wire::{Name, Set};
use failure::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

/// The longest text of a reviewer or of the door that is taken as it is.
const TEXT_MAX: usize = 20_000;
/// The longest id that a marketplace gives.
const ID_MAX: usize = 200;
/// What is supposed where the gateway did not say: nothing that could do harm.
const SUPPOSED: Capabilities =
    Capabilities { knows_submission_ids: true, checks_fences: false, ids_per_question: 1 };

/// Where a gateway is, and how it is spoken to.
pub struct Access {
    /// Its address, without a `/` at the end.
    pub url: String,
    /// Whoever speaks to it.
    pub client: Client,
    /// What requests are signed with.
    pub keys: KeyPair,
    /// Where the keys came from, for people who are to look there.
    pub keys_from: String,
    /// The site and the currency that the catalog sells at and in.
    pub sells: (String, String),
}

/// A marketplace behind an address.
pub struct GatewayDriver<'a> {
    access: Access,
    files: Box<dyn Files + 'a>,
    bindings: Bindings,
    capabilities: OnceCell<Told>,
    seen: RefCell<Option<Seen>>,
}

/// What the gateway said of itself, and when.
struct Told {
    capabilities: GatewayCapabilities,
    at: Timestamp,
}

/// The last observation, and the tag it has at the gateway.
struct Seen {
    tag: String,
    observation: Observation,
}

impl<'a> GatewayDriver<'a> {
    /// The gateway that an access leads to; `files` has the content of what submissions bring.
    #[must_use]
    pub fn new(access: Access, files: Box<dyn Files + 'a>) -> Self {
        let (bindings, capabilities, seen) = (Bindings::default(), OnceCell::new(), RefCell::new(None));
        Self { access, files, bindings, capabilities, seen }
    }

    /// Tells the driver which skuCode each of our keys has.
    pub fn set_bindings(&mut self, bindings: Bindings) {
        self.bindings = bindings;
    }

    /// What the gateway says of itself: asked once.
    fn told(&self) -> Result<&Told, Failure> {
        if let Some(told) = self.capabilities.get() {
            return Ok(told);
        }
        let response = self.access.call(&self.access.request(Method::Get, "/capabilities"))?;
        let capabilities: GatewayCapabilities = self.access.form(&response)?;
        self.access.is_where_we_sell(&capabilities)?;
        Ok(self.capabilities.get_or_init(|| Told { capabilities, at: self.access.client.now() }))
    }

    fn error(&self, failure: Failure) -> MarketplaceError {
        failure.into_error(&self.access)
    }
}

impl Access {
    /// Refuses an account at another site: its rules are others, and numbers there mean other money.
    fn is_where_we_sell(&self, told: &GatewayCapabilities) -> Result<(), Failure> {
        let (site, currency) = (&self.sells.0, &self.sells.1);
        let is_there = told.site.as_ref().is_none_or(|theirs| theirs == site)
            && told.currency.as_ref().is_none_or(|theirs| theirs == currency);
        if is_there {
            return Ok(());
        }
        let theirs = [&told.site, &told.currency].map(|word| word.clone().unwrap_or_default());
        let theirs = failure::shown(&theirs.join(" in "));
        Err(Failure::Elsewhere(format!(
            "the account behind {} sells at site {theirs}, and the target at {site} in {currency}: look at `site` and `url` \
             in gallerist.yaml, and whose keys {} are",
            self.url, self.keys_from
        )))
    }

    /// A request to a path below the protocol's prefix.
    fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{PREFIX}{path}", self.url)).signed(&self.keys)
    }

    /// The same with a form as its body.
    fn request_with(&self, method: Method, path: &str, form: &impl Serialize) -> Result<Request, Failure> {
        let body = serde_json::to_value(form).map_err(|error| Failure::Own(error.to_string()))?;
        Ok(self.request(method, path).json(body))
    }

    /// Sends a request; an answer is one that says that it was done.
    fn call(&self, request: &Request) -> Result<Response, Failure> {
        let response = self.client.call(request).map_err(Failure::Http)?;
        if response.is_success() || response.status == 304 {
            return Ok(response);
        }
        Err(Failure::of(self, &response))
    }

    /// What an answer says.
    fn form<T: DeserializeOwned>(&self, response: &Response) -> Result<T, Failure> {
        let text = self.text(response);
        let mut from = serde_json::Deserializer::from_str(&text);
        let read = serde_path_to_error::deserialize(&mut from)
            .map_err(|error| format!("`{}`: {}", error.path(), error.inner()))
            .and_then(|form| from.end().map_err(|error| error.to_string()).map(|()| form));
        read.map_err(|reason| Failure::strange(response.status, &reason))
    }

    /// A body as text. A gateway that repeats our keys tells them to nobody.
    fn text(&self, response: &Response) -> String {
        self.keys.redact(&String::from_utf8_lossy(&response.body))
    }
}

impl Observe for GatewayDriver<'_> {
    fn capabilities(&self) -> Capabilities {
        // Whoever needs more than this asks for the time first, and hears then why there is no answer.
        let Ok(Told { capabilities, .. }) = self.told() else { return SUPPOSED };
        let ids_per_question = usize::try_from(capabilities.ids_per_question.max(1)).unwrap_or(1);
        Capabilities { checks_fences: capabilities.checks_fences, ids_per_question, ..SUPPOSED }
    }

    fn now(&self) -> Result<Timestamp, MarketplaceError> {
        let told = self.told().map_err(|failure| self.error(failure))?;
        let passed = self.access.client.now().duration_since(told.at).max(SignedDuration::ZERO);
        let now = told.capabilities.now.0.checked_add(passed);
        now.map_err(|error| MarketplaceError::Unintelligible(format!("the gateway's clock: {error}")))
    }

    fn observe(&self) -> Result<Observation, MarketplaceError> {
        self.look().map_err(|failure| self.error(failure))
    }

    fn reviews(&self, submissions: &[SubmissionId]) -> Result<Vec<ReviewReport>, MarketplaceError> {
        let ask = |ids: &[SubmissionId]| {
            let asked: BTreeSet<SubmissionId> = ids.iter().cloned().collect();
            let question = ReviewsQuestion { submissions: Set::of(&asked) };
            let request = self.access.request_with(Method::Post, "/reviews", &question)?.repeatable();
            let response = self.access.call(&request)?;
            let ReviewsAnswer { reviews } = self.access.form(&response)?;
            let mut seen = BTreeSet::new();
            for state in &reviews {
                if !asked.contains(&state.submission.0) || !seen.insert(&state.submission.0) {
                    return Err(Failure::strange(response.status, "it answers what nobody asked"));
                }
            }
            reviews.into_iter().map(|state| report(response.status, state)).collect::<Result<Vec<_>, _>>()
        };
        let mut reports = Vec::with_capacity(submissions.len());
        for ids in submissions.chunks(self.capabilities().ids_per_question) {
            reports.extend(ask(ids).map_err(|failure| self.error(failure))?);
        }
        Ok(reports)
    }
}

impl Submit for GatewayDriver<'_> {
    fn submit(&mut self, submission: &Submission, fence: Option<Fence>) -> SubmitOutcome {
        self.hand_over(submission, fence)
    }

    fn bar(&mut self, product: &Key, fence: Fence) -> Result<(), MarketplaceError> {
        let bar = || {
            let form = FenceBar { fence: Name(fence.0) };
            let request = self.access.request_with(Method::Put, &format!("/fences/{product}"), &form)?;
            self.access.call(&request).map(|_| ())
        };
        match bar() {
            // A run that took the product over after this one has barred this one: it finds out where it would send.
            Ok(()) | Err(Failure::Problem(ProblemKind::FenceLate, _)) => Ok(()),
            Err(failure) => Err(self.error(failure)),
        }
    }

    fn withdraw(&mut self, _product: &Key, submission: &SubmissionId) -> Result<(), MarketplaceError> {
        let path = format!("/submissions/{submission}/withdrawal");
        let sent = self.access.call(&self.access.request(Method::Post, &path));
        sent.map(|_| ()).map_err(|failure| match failure {
            Failure::Problem(ProblemKind::NotFound, problem) => MarketplaceError::Refused(problem.detail),
            other => self.error(other),
        })
    }
}

/// One report, with texts that are not endless.
fn report(status: u16, state: ReviewState) -> Result<ReviewReport, Failure> {
    let ReviewState { submission, application, review, at, binding } = state;
    let application = application_id(status, application.0)?;
    let mut review = Review::from(review);
    match &mut review {
        Review::Ended(Verdict::Rejected { reason: Some(text) }) => shorten(text),
        Review::Refused(refusal) => shorten(&mut refusal.text),
        Review::Pending
        | Review::Ended(
            Verdict::Approved | Verdict::Rejected { reason: None } | Verdict::Withdrawn | Verdict::Discarded,
        ) => {}
        Review::Prepared | Review::HandedOver | Review::Unknown => {
            return Err(Failure::strange(status, "it tells of a review what only we can know"));
        }
    }
    let binding = binding.map(Into::into);
    Ok(ReviewReport { submission: submission.0, application, review, at: at.0, binding })
}

fn application_id(status: u16, id: ApplicationId) -> Result<ApplicationId, Failure> {
    let fits = !id.0.is_empty() && id.0.len() <= ID_MAX;
    fits.then_some(id).ok_or_else(|| Failure::strange(status, "an application's id is empty or very long"))
}

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(TEXT_MAX) {
        text.truncate(end);
        text.push_str(" [...]");
    }
}
