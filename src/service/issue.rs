//! Keeping one rolling issue per repository: what drifted, or what was rejected and has no request for review of its own.
//! Nothing of the catalog is opened here: all there is is a report, which is read like anything that strangers wrote.

use super::comment::{Settled, sentence, settle};
use super::posting::{Access, is_readable, place_error, refuse_marketplace_secrets};
use super::workspace::request as refuse;
use super::{Recorded, ServiceError, read_proposal};
use crate::forge::{
    About, Asked, ForgeError, Issue, IssueChange, Listed, Marker, Repository, Roll, RollStep, Sighting,
    Subject, Surroundings, Tracker, Wanted, is_commit, next_roll, ours,
};
use crate::model::{Digest, Key};
use crate::plan::Plan;
use crate::render;
use crate::report::{
    Baseline, Observed, Proposal, Rejected, Rejections, Withheld, compared_with_sale, withhold,
};
use crate::submission::Scope;
use crate::wire;
use camino::Utf8PathBuf;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is to be listed, and where.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// The report.
    pub report: Utf8PathBuf,
    /// What the issue is about.
    pub subject: Subject,
    /// Where to, as far as the command line says.
    pub asked: Asked,
    /// The file with the token; `None` looks into the environment.
    pub token_file: Option<Utf8PathBuf>,
    /// What is left out.
    pub withheld: Withheld,
    /// Products that are taken off the list: they are not there any more.
    pub forgotten: Vec<Key>,
    /// How long one answer may take; `None` is the usual time.
    pub time_max: Option<Duration>,
    /// The moment of the run.
    pub now: Timestamp,
}

/// What a report has to tell.
enum Told {
    Drift(Box<Sighting>),
    Rejections(Rejections),
}

/// The issue as it would be were there none yet; nobody is asked anything.
///
/// # Errors
/// When the report cannot be used.
pub fn issue_text(request: &IssueRequest) -> Result<String, ServiceError> {
    refuse_marketplace_secrets()?;
    let seen = match told(request)? {
        Told::Drift(seen) => *seen,
        Told::Rejections(all) => sighting(&all, &all.rejected.iter().collect::<Vec<_>>()),
    };
    let roll = Roll::default().with(&seen).unwrap_or_default();
    Ok(match roll.is_empty() {
        true => "There is nothing to list.\n".to_owned(),
        false => roll.body(request.subject, crate::forge::GitHub::BYTES_MAX),
    })
}

/// Opens the issue, brings it up to date, closes or reopens it, and says what was done.
///
/// # Errors
/// When the report cannot be used, the process holds keys to the marketplace, it is not known which repository it is, or
/// the forge refuses. What was done before an error stays.
pub fn issue(request: &IssueRequest) -> Result<Recorded, ServiceError> {
    refuse_marketplace_secrets()?;
    let told = told(request)?;
    let around = Surroundings::of_this_machine().map_err(|error| place_error(&error))?;
    let repository = Repository::find(&request.asked, &around).map_err(|error| place_error(&error))?;
    let access = Access { token_file: request.token_file.as_deref(), time_max: request.time_max };
    let tracker = access.tracker(repository.provider, &repository.api, &repository.name)?;
    let desk = Desk { request, repository: &repository, access, tracker: tracker.as_ref() };
    let sentences = match told {
        Told::Drift(seen) => vec![desk.roll(*seen)?],
        Told::Rejections(all) => desk.rejections(&all)?,
    };
    Ok(Recorded { sentence: sentences.join("\n"), path: None, next: None })
}

fn told(request: &IssueRequest) -> Result<Told, ServiceError> {
    let path = &request.report;
    is_readable(path)?;
    let mut told = match request.subject {
        Subject::Drift => Told::Drift(Box::new(drift(&withhold(read_proposal(path)?, &request.withheld))?)),
        Subject::Rejections if !request.withheld.is_nothing() => {
            return Err(refuse("nothing can be left out of what a reviewer said".to_owned()));
        }
        Subject::Rejections => {
            let text = super::read(path)?;
            let read = wire::report::read_rejections(&text);
            Told::Rejections(read.map_err(|error| ServiceError::Request {
                message: format!("{path}: {error}"),
                hints: vec![format!("`gallerist status --format json > {path}` writes one")],
            })?)
        }
    };
    let observed = match &mut told {
        Told::Drift(seen) => &mut seen.observed,
        Told::Rejections(all) => &mut all.observed,
    };
    observed.extend(request.forgotten.iter().cloned());
    Ok(told)
}

/// What a plan says of drift.
fn drift(proposal: &Proposal) -> Result<Sighting, ServiceError> {
    let Proposal { plan, findings, compared, invocation, observed } = proposal;
    if compared.as_ref().is_some_and(|compared| matches!(compared.baseline, Baseline::Revision { .. })) {
        return Err(ServiceError::Request {
            message: "this report is about what a branch proposes, not about what was applied".to_owned(),
            hints: vec!["`gallerist drift --output json=FILE` writes the right one".to_owned()],
        });
    }
    let Plan { scope, observed_at, products, .. } = plan;
    let seen = observed.clone().unwrap_or_else(|| Observed {
        products: products
            .iter()
            .filter(|found| compared_with_sale(found))
            .map(|found| found.key.clone())
            .collect(),
        all: findings.iter().all(|found| found.severity != crate::diagnostic::Severity::Error),
    });
    let listed = products.iter().filter(|product| !product.drift.is_empty()).map(|product| {
        let text = render::drift_listed(product, invocation);
        (product.key.clone(), Listed { id: None, text })
    });
    Ok(Sighting {
        scope: scope.clone(),
        at: *observed_at,
        listed: listed.collect(),
        observed: seen.products,
        all: seen.all,
    })
}

/// What an issue is to list of rejections.
fn sighting(all: &Rejections, rejected: &[&Rejected]) -> Sighting {
    let listed = rejected.iter().map(|rejected| {
        let text = render::rejection_listed(rejected);
        (rejected.product.clone(), Listed { id: Some(id(rejected)), text })
    });
    Sighting {
        scope: all.scope.clone(),
        at: all.at,
        listed: listed.collect(),
        observed: all.observed.clone(),
        all: false,
    }
}

/// What tells one rejection from another.
fn id(rejected: &Rejected) -> String {
    let words = || Digest::of_bytes(rejected.reason.as_deref().unwrap_or_default().as_bytes()).short();
    rejected.submission.as_ref().map_or_else(words, |submission| submission.0.clone())
}

struct Desk<'a> {
    request: &'a IssueRequest,
    repository: &'a Repository,
    access: Access<'a>,
    tracker: &'a dyn Tracker,
}

impl Desk<'_> {
    /// Tells each rejection at the request that brought its commit, else in the issue: never at both.
    fn rejections(&self, all: &Rejections) -> Result<Vec<String>, ServiceError> {
        let us = self.tracker.myself()?;
        let issues = self.tracker.issues(self.request.subject.label())?;
        let roll = ours(&issues, &us).first().map(|issue| Roll::read(&issue.body, self.request.subject));
        let (mut in_issue, mut at_requests) = (Vec::new(), BTreeMap::<u64, Vec<&Rejected>>::new());
        for rejected in &all.rejected {
            let is_listed =
                roll.as_ref().is_some_and(|roll| roll.lists(&all.scope, &rejected.product, &id(rejected)));
            let commit = rejected.commit.as_ref().filter(|commit| !is_listed && is_commit(commit));
            match commit.map(|commit| self.tracker.request_of(commit)).transpose()?.flatten() {
                Some(number) => at_requests.entry(number).or_default().push(rejected),
                None => in_issue.push(rejected),
            }
        }
        let mut sentences = Vec::new();
        for (number, rejected) in at_requests {
            sentences.push(self.comment(all, number, &rejected)?);
        }
        sentences.push(self.roll(sighting(all, &in_issue))?);
        Ok(sentences)
    }

    /// Writes rejections beneath the request that brought them.
    fn comment(&self, all: &Rejections, number: u64, rejected: &[&Rejected]) -> Result<String, ServiceError> {
        let Repository { provider, api, name, run, .. } = self.repository;
        let forge = self.access.forge(*provider, api, name, number)?;
        let Scope { catalog, target } = &all.scope;
        let mut text = format!("### Rejected: `{catalog}` at `{target}`\n\n");
        let mut left_out = 0;
        for rejected in rejected {
            let part = render::rejection_listed(rejected);
            const FRAME: usize = 500;
            match text.len() + part.len() + FRAME < forge.comment_bytes_max() {
                true => text += &part,
                false => left_out += 1,
            }
        }
        if left_out > 0 {
            text += &format!("\nand {left_out} more, for which there is no room here\n");
        }
        let marker = Marker {
            about: About::Rejections,
            scope: all.scope.clone(),
            commit: None,
            run: *run,
            at: all.at,
        };
        let text = forge.harmless(&text);
        let us = forge.myself()?;
        let wanted = Wanted { us, marker, text, creates: true, head: String::new() };
        let (what, comment) = match settle(forge.as_ref(), &wanted)? {
            Settled::Posted(comment) => ("The rejection is told", Some(comment)),
            Settled::Updated(comment) => ("What was rejected is brought up to date", Some(comment)),
            Settled::Unchanged(comment) => ("The rejection was told already", Some(comment)),
            Settled::Outdated(comment) => ("A newer run was here first", Some(comment)),
            Settled::Nothing => ("There is nothing to say", None),
        };
        let url = comment.and_then(|comment| comment.url);
        Ok(sentence(&format!("{what} at request {number}"), url.as_deref()))
    }

    /// Looks and acts until the issue lists what was seen.
    fn roll(&self, seen: Sighting) -> Result<String, ServiceError> {
        const ROUNDS_MAX: u32 = 12;
        const TRIES_MAX: u32 = 3;
        let (tracker, subject) = (self.tracker, self.request.subject);
        let us = tracker.myself()?;
        let listed = seen.listed.into_iter().map(|(key, listed)| {
            let text = tracker.harmless(&listed.text);
            (key, Listed { text: text.trim_end().to_owned(), ..listed })
        });
        let seen = Sighting { listed: listed.collect(), ..seen };
        let (mut created, mut done, mut tries) = (None::<Issue>, None, 0);
        for _ in 0..ROUNDS_MAX {
            let mut issues = tracker.issues(subject.label())?;
            // A list may be older than what was opened a moment ago.
            let is_missing = |issue: &&Issue| issues.iter().all(|other| other.number != issue.number);
            let missing = created.as_ref().filter(is_missing).cloned();
            issues.extend(missing);
            match next_roll(&issues, &us, subject, &seen, tracker.issue_bytes_max()) {
                RollStep::Create { body } => {
                    tries += 1;
                    match tracker.open_issue(subject.title(), &body, subject.label()) {
                        Ok(issue) => {
                            created = Some(issue);
                            done = Some("The issue is opened");
                        }
                        // Perhaps it is there: look before it is opened again.
                        Err(error) if error.may_have_happened() && tries < TRIES_MAX => {
                            done = Some("The issue is opened");
                            std::thread::sleep(Duration::from_secs(1));
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                RollStep::Update { number, body, open } => {
                    let was_open = issues.iter().any(|issue| issue.number == number && issue.is_open);
                    let change = IssueChange { body: Some(body), open: Some(open), unlabel: None };
                    match tracker.change_issue(number, &change) {
                        Ok(issue) => {
                            if created.as_ref().is_some_and(|created| created.number == issue.number) {
                                created = Some(issue);
                            }
                            done = Some(match (was_open, open) {
                                (true, false) => "The issue is closed: nothing is left of it",
                                (false, true) => "The issue is opened again",
                                _ => "The issue is brought up to date",
                            });
                        }
                        // It was deleted between looking and acting.
                        Err(ForgeError::Missing { .. }) if tries < TRIES_MAX => {
                            (created, tries) = (None, tries + 1);
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                RollStep::Retire { number, first } => {
                    let body = format!("Two runs opened an issue at once. The list is kept in #{first}.\n");
                    let change =
                        IssueChange { body: Some(body), open: Some(false), unlabel: Some(subject.label()) };
                    tracker.change_issue(number, &change)?;
                    created = created.filter(|issue| issue.number != number);
                }
                RollStep::Leave(issue) => {
                    let what = done.unwrap_or("The issue says this already");
                    return Ok(sentence(what, issue.url.as_deref()));
                }
                RollStep::Outdated(issue) => {
                    let what = "Nothing was changed: the issue knows of a later look at the marketplace";
                    return Ok(sentence(what, issue.url.as_deref()));
                }
                RollStep::Nothing => return Ok("There is nothing to list, so there is no issue.".to_owned()),
            }
        }
        let (what, reason) = ("the issue cannot be settled".to_owned(), "others keep changing it".to_owned());
        Err(ForgeError::Nonsense { what, reason }.into())
    }
}
