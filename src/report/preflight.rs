//! What a preflight found: per product and case what the interfaces answered, and what the marketplace would say.

use super::{FilePlace, Outcome, PlacedFinding};
use crate::diagnostic::Severity;
use crate::model::{Activity, Key};
use jiff::Timestamp;

/// The rule whose statement a preflight proves or disproves.
pub const PREFLIGHT_RULE: &str = "interface-not-answering";

/// A preflight of some products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// When it began.
    pub at: Timestamp,
    /// Whether calls that write on the seller's system were made.
    pub wrote: bool,
    /// The products, by key.
    pub products: Vec<PreflightedProduct>,
    /// SaaS products whose cases are not written down.
    pub without_cases: Vec<Key>,
}

/// What came of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreflightedProduct {
    /// Our key.
    pub product: Key,
    /// The name buyers see.
    pub name: String,
    /// The address that was called.
    pub address: String,
    /// In one word.
    pub standing: PreflightStanding,
    /// Where the cases stand.
    pub place: Option<FilePlace>,
    /// What is wrong with all calls alike: the address, the connection, missing cases.
    pub problems: Vec<Problem>,
    /// The calls, in their order.
    pub calls: Vec<CallResult>,
    /// What was written down of it, as a sentence; `None` where nothing was.
    pub recorded: Option<String>,
}

/// How a preflight of a product ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreflightStanding {
    /// The marketplace would refuse it.
    Red,
    /// Nothing is wrong with what was called; some calls were not made, so nothing is proved.
    Unproved,
    /// Everything is as the marketplace expects.
    Green,
}

impl PreflightStanding {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Red, Self::Unproved, Self::Green];

    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Unproved => "unproved",
            Self::Green => "green",
        }
    }
}

/// Which call of a case it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallKind {
    /// As the case says.
    First,
    /// The same once more: interfaces are called again and again.
    Again,
    /// With a signature that is wrong.
    WrongSignature,
    /// With a timestamp of an hour ago.
    StaleTimestamp,
    /// About an instance that does not exist.
    UnknownInstance,
}

impl CallKind {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::First, Self::Again, Self::WrongSignature, Self::StaleTimestamp, Self::UnknownInstance];

    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Again => "again",
            Self::WrongSignature => "wrong-signature",
            Self::StaleTimestamp => "stale-timestamp",
            Self::UnknownInstance => "unknown-instance",
        }
    }

    /// Words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Again => "again",
            Self::WrongSignature => "with a wrong signature",
            Self::StaleTimestamp => "with a timestamp of an hour ago",
            Self::UnknownInstance => "about an unknown instance",
        }
    }
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallVerdict {
    /// Something is wrong that the marketplace would not take.
    Red,
    /// Something is weak that the marketplace takes.
    Warned,
    /// It was not made.
    NotRun,
    /// It is right.
    Green,
}

impl CallVerdict {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Red, Self::Warned, Self::NotRun, Self::Green];

    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Warned => "warned",
            Self::NotRun => "not-run",
            Self::Green => "green",
        }
    }

    /// Words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotRun => "not run",
            Self::Red | Self::Warned | Self::Green => self.name(),
        }
    }
}

/// One call, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallResult {
    /// The specifications it stands for.
    pub specifications: Vec<Key>,
    /// The case's name.
    pub case: Key,
    /// Where the case stands.
    pub place: Option<FilePlace>,
    /// What was asked for.
    pub activity: Activity,
    /// Which call of the case it is.
    pub kind: CallKind,
    /// What became of it.
    pub verdict: CallVerdict,
    /// How long the answer took, in milliseconds.
    pub latency_ms: Option<u64>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The result code in the answer.
    pub result_code: Option<String>,
    /// Why it was not made.
    pub not_run: Option<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What is looked at in a preflight; the numbers are those of the marketplace's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreflightCheck {
    /// The address, its name and its certificate.
    Address,
    /// The HTTP status.
    Status,
    /// The type of the content.
    ContentType,
    /// How long it takes.
    Time,
    /// The result code and message.
    Result,
    /// The instance, and how buyers reach it.
    Instance,
    /// The same call again.
    Repetition,
    /// Signatures and timestamps of calls.
    Signature,
    /// Instances that do not exist.
    UnknownInstance,
    /// The signature of answers.
    BodySign,
    /// The length of texts.
    Length,
    /// Which cases there are.
    Matrix,
}

impl PreflightCheck {
    /// All of them, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Address,
        Self::Status,
        Self::ContentType,
        Self::Time,
        Self::Result,
        Self::Instance,
        Self::Repetition,
        Self::Signature,
        Self::UnknownInstance,
        Self::BodySign,
        Self::Length,
        Self::Matrix,
    ];

    /// The word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Status => "status",
            Self::ContentType => "content-type",
            Self::Time => "time",
            Self::Result => "result",
            Self::Instance => "instance",
            Self::Repetition => "repetition",
            Self::Signature => "signature",
            Self::UnknownInstance => "unknown-instance",
            Self::BodySign => "body-sign",
            Self::Length => "length",
            Self::Matrix => "matrix",
        }
    }
}

/// Something that is wrong or weak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What was looked at.
    pub check: PreflightCheck,
    /// How much it matters: an error makes it red.
    pub severity: Severity,
    /// What is wrong, one lower-case sentence without a full stop.
    pub message: String,
    /// What the marketplace would say or do.
    pub marketplace: String,
    /// How to mend it.
    pub help: String,
}

impl Preflight {
    /// How the command ended: red stops.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let is_red = self.products.iter().any(|product| product.standing == PreflightStanding::Red);
        if is_red { Outcome::Blocked } else { Outcome::Done }
    }

    /// Everything that is wrong, at the case it is about.
    #[must_use]
    pub fn findings(&self) -> Vec<PlacedFinding> {
        let mut findings = Vec::new();
        for product in &self.products {
            let of = |problem: &Problem, place: &Option<FilePlace>, about: &str| {
                let Problem { check: _, severity, message, marketplace, help } = problem;
                PlacedFinding {
                    rule: PREFLIGHT_RULE,
                    severity: *severity,
                    product: Some(product.product.clone()),
                    place: place.clone(),
                    message: format!("{about}{message}"),
                    label: String::new(),
                    others: Vec::new(),
                    why: marketplace.clone(),
                    help: help.clone(),
                    fix: None,
                }
            };
            findings.extend(product.problems.iter().map(|problem| of(problem, &product.place, "")));
            for call in &product.calls {
                let about = format!("{}: ", call.title());
                findings.extend(call.problems.iter().map(|problem| of(problem, &call.place, &about)));
            }
        }
        findings
    }
}

impl PreflightedProduct {
    /// Counts of its calls: green, warned, red, not run.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let count = |verdict| self.calls.iter().filter(|call| call.verdict == verdict).count();
        [
            count(CallVerdict::Green),
            count(CallVerdict::Warned),
            count(CallVerdict::Red),
            count(CallVerdict::NotRun),
        ]
    }

    /// What stands in the way first, in a few words.
    #[must_use]
    pub fn first_problem(&self) -> Option<String> {
        let is_error = |problem: &&Problem| problem.severity == Severity::Error;
        let own = self.problems.iter().find(is_error).map(|problem| problem.message.clone());
        own.or_else(|| {
            self.calls.iter().find_map(|call| {
                let problem = call.problems.iter().find(is_error)?;
                Some(format!("{}: {}", call.title(), problem.message))
            })
        })
    }
}

impl CallResult {
    /// What it is called: the case, and which call of it.
    #[must_use]
    pub fn title(&self) -> String {
        match self.kind.words() {
            "" => self.case.to_string(),
            words => format!("{} {words}", self.case),
        }
    }
}

impl Problem {
    /// A problem, with the marketplace's word on it.
    #[must_use]
    pub fn of(
        check: PreflightCheck,
        severity: Severity,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let marketplace = match severity {
            Severity::Error => marketplace(check).to_owned(),
            Severity::Warning | Severity::Note => milder(check).to_owned(),
        };
        Self { check, severity, message: message.into(), marketplace, help: help.into() }
    }
}

/// What becomes of an error.
fn marketplace(check: PreflightCheck) -> &'static str {
    match check {
        PreflightCheck::Address => {
            "KooGallery calls an https address with a public domain name, a valid certificate and TLS 1.2 or later; it says that \
             the interface address cannot be reached, and the submission does not go through"
        }
        PreflightCheck::Status => {
            "KooGallery takes every status but 200 for an abnormal answer: debugging fails, and the submission does not go \
             through"
        }
        PreflightCheck::ContentType => {
            "KooGallery reads answers of the type application/json only: it says that the response format is wrong, and the \
             submission does not go through"
        }
        PreflightCheck::Time => {
            "KooGallery waits 20 seconds at most, and 5 by its newest pages: it says that the call timed out, and the submission \
             does not go through"
        }
        PreflightCheck::Result => {
            "KooGallery shows the result code as an abnormal answer, and the submission does not go through; for a buyer the \
             order would fail and be tried again every hour"
        }
        PreflightCheck::Instance => {
            "KooGallery says that a mandatory parameter is missing in the response, and the submission does not go through"
        }
        PreflightCheck::Repetition => {
            "KooGallery repeats calls whenever an answer is late: a buyer would get two instances for one order, and the saved \
             case fails when it is replayed"
        }
        PreflightCheck::Signature | PreflightCheck::UnknownInstance => milder(check),
        PreflightCheck::BodySign => {
            "KooGallery checks the signature of an answer that has one, and says that the response cannot be verified"
        }
        PreflightCheck::Length => {
            "KooGallery says that a parameter in the response is too long, and the submission does not go through"
        }
        PreflightCheck::Matrix => {
            "KooGallery says which debugging cases are missing, and the submission does not go through"
        }
    }
}

/// What becomes of a warning.
fn milder(check: PreflightCheck) -> &'static str {
    match check {
        PreflightCheck::Signature => {
            "KooGallery does not try this; anybody who knows the address could make, freeze and release instances"
        }
        PreflightCheck::UnknownInstance => {
            "KooGallery does not try this; what went wrong with an instance is then not told apart from success"
        }
        PreflightCheck::Time => {
            "KooGallery's newest pages allow 5 seconds; the longest that any page allows is 20"
        }
        PreflightCheck::BodySign => {
            "KooGallery's pages contradict each other: the European ones want every answer signed"
        }
        _ => "KooGallery takes it today",
    }
}
