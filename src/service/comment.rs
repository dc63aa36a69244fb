//! Posting a plan where the change is reviewed. Nothing of the catalog is opened here: all there is is a report, which
//! may come from a fork's job and is read like anything that strangers wrote.

use super::posting::{Access, is_readable, place_error, refuse_marketplace_secrets};
use super::{Recorded, ServiceError, read_proposal};
use crate::diagnostic::Severity;
use crate::forge::{
    About, Annotation, Asked, CheckRun, Comment, Forge, ForgeError, GitHub, GitLab, Head, Label, Loudness,
    Marker, Place, PlaceError, Provider, Status, Step, Surroundings, Verdict, Wanted, is_commit, next_step,
};
use crate::model::Digest;
use crate::plan::Standing;
use crate::render::{self, Bounds};
use crate::report::{PlacedFinding, Proposal, Risk, Summary, Withheld, withhold};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use std::time::Duration;

/// What is to be posted, and where.
#[derive(Debug, Clone)]
pub struct CommentRequest {
    /// The report.
    pub report: Utf8PathBuf,
    /// Where to, as far as the command line says.
    pub asked: Asked,
    /// The file with the token; `None` looks into the environment.
    pub token_file: Option<Utf8PathBuf>,
    /// Whether a commit status is set.
    pub status: bool,
    /// Whether a check with annotations is published.
    pub check: bool,
    /// Whether labels are set.
    pub labels: bool,
    /// Whether no comment is written where there is nothing to say.
    pub skip_when_nothing: bool,
    /// What is left out.
    pub withheld: Withheld,
    /// The catalog's folder in the repository, for annotations.
    pub folder: Utf8PathBuf,
    /// How long one answer may take; `None` is the usual time.
    pub time_max: Option<Duration>,
    /// The moment of the run.
    pub now: Timestamp,
}

/// The comment as it would be posted, without its first line; nobody is asked anything.
///
/// # Errors
/// When the report cannot be used, or what is said about the place makes no sense.
pub fn comment_text(request: &CommentRequest) -> Result<String, ServiceError> {
    refuse_marketplace_secrets()?;
    let proposal = proposal(request)?;
    let (rest, provider) = match place(request) {
        Ok(place) => (place.rest, place.provider),
        Err(PlaceError::Unknown { .. }) => (None, request.asked.on.unwrap_or(Provider::GitHub)),
        Err(error) => return Err(place_error(&error)),
    };
    let bytes_max = match provider {
        Provider::GitHub => GitHub::BYTES_MAX,
        Provider::GitLab => GitLab::BYTES_MAX,
    };
    Ok(render::plan_markdown(&proposal, &Bounds { bytes_max, rest }))
}

/// Posts the report, or brings what was posted up to date, and says what was done.
///
/// # Errors
/// When the report cannot be used, the process holds keys to the marketplace, it is not known where to post, or the
/// forge refuses. What was done before an error stays.
pub fn comment(request: &CommentRequest) -> Result<Recorded, ServiceError> {
    refuse_marketplace_secrets()?;
    let proposal = proposal(request)?;
    let place = place(request).map_err(|error| place_error(&error))?;
    let access = Access { token_file: request.token_file.as_deref(), time_max: request.time_max };
    let Place { provider, api, repository, request: number, .. } = &place;
    let forge = access.forge(*provider, api, repository, *number)?;
    let posting = Posting { request, proposal: &proposal, place: &place, forge: forge.as_ref() };
    Ok(Recorded { sentence: posting.post()?, path: None, next: None })
}

fn proposal(request: &CommentRequest) -> Result<Proposal, ServiceError> {
    is_readable(&request.report)?;
    Ok(withhold(read_proposal(&request.report)?, &request.withheld))
}

fn place(request: &CommentRequest) -> Result<Place, PlaceError> {
    Place::find(&request.asked, &Surroundings::of_this_machine()?)
}

/// What became of the comment.
pub(super) enum Settled {
    Posted(Comment),
    Updated(Comment),
    Unchanged(Comment),
    Outdated(Comment),
    Nothing,
}

struct Posting<'a> {
    request: &'a CommentRequest,
    proposal: &'a Proposal,
    place: &'a Place,
    forge: &'a dyn Forge,
}

impl Posting<'_> {
    /// Does everything that was asked for, and tells it.
    fn post(&self) -> Result<String, ServiceError> {
        let head = self.forge.head()?;
        // The report may be a stranger's: what it calls a commit goes into addresses.
        let of_report = self.proposal.plan.commit.clone().filter(|commit| is_commit(commit));
        let commit = self.place.commit.clone().or(of_report);
        let is_current = commit.as_ref().is_none_or(|commit| *commit == head.commit);
        if self.place.must_match && !is_current {
            return Ok(format!(
                "Nothing was posted: the request asks to merge {}, and the plan is of {}.",
                short(&head.commit),
                commit.as_deref().map_or("no commit", short)
            ));
        }
        let marks = self.request.status || self.request.check;
        let marked = match &commit {
            None if marks => {
                let (what, option) = ("which commit it is about", "--commit");
                return Err(place_error(&PlaceError::Unknown { what, option }));
            }
            commit => commit.clone().filter(|_| marks),
        };
        let wanted = self.wanted(&head, commit, is_current)?;
        let mut told = match settle(self.forge, &wanted)? {
            Settled::Posted(comment) => vec![sentence("The comment is posted", comment.url.as_deref())],
            Settled::Updated(comment) => {
                vec![sentence("The comment is brought up to date", comment.url.as_deref())]
            }
            Settled::Unchanged(comment) => {
                vec![sentence("The comment says this already", comment.url.as_deref())]
            }
            Settled::Nothing => vec!["There is nothing to say, so there is no comment.".to_owned()],
            Settled::Outdated(comment) => {
                return Ok(sentence(
                    "Nothing was posted: a newer run was here first",
                    comment.url.as_deref(),
                ));
            }
        };
        if let Some(commit) = marked {
            told.extend(self.mark(&commit)?);
        }
        if self.request.labels && is_current {
            let (add, remove) = labels(self.proposal, &head.labels);
            let label = Label { name: &add.0, color: add.1, description: add.2 };
            let is_there = head.labels.contains(&add.0);
            if !is_there || !remove.is_empty() {
                self.forge.relabel((!is_there).then_some(&label), &remove)?;
            }
            told.push(format!("The label is `{}`.", add.0));
        }
        Ok(told.join("\n"))
    }

    fn wanted(&self, head: &Head, commit: Option<String>, is_current: bool) -> Result<Wanted, ForgeError> {
        const FRAME: usize = 1000;
        let note = match &commit {
            Some(commit) if !is_current => format!(
                "> This plan is of commit `{}`. The request has moved on to `{}` since.\n\n",
                short(commit),
                short(&head.commit)
            ),
            _ => String::new(),
        };
        let bytes_max = self.forge.comment_bytes_max().saturating_sub(FRAME);
        let text = render::plan_markdown(self.proposal, &Bounds { bytes_max, rest: self.place.rest.clone() });
        let marker = Marker {
            about: About::Plan,
            scope: self.proposal.plan.scope.clone(),
            commit,
            run: self.place.run,
            at: self.request.now,
        };
        Ok(Wanted {
            us: self.forge.myself()?,
            marker,
            text: self.forge.harmless(&(note + &text)),
            creates: !(self.request.skip_when_nothing && says_nothing(self.proposal)),
            head: head.commit.clone(),
        })
    }

    /// Sets the status and publishes the check.
    fn mark(&self, commit: &str) -> Result<Vec<String>, ForgeError> {
        let status = status(self.proposal, self.place.rest.clone());
        let mut told = Vec::new();
        if self.request.status {
            self.forge.set_status(commit, &status)?;
            told.push(format!("The status `{}` of {} is set.", status.name, short(commit)));
        }
        if self.request.check {
            let check = check_run(self.proposal, status, &self.request.folder);
            self.forge.publish_check(commit, &check)?;
            told.push(format!("The check `{}` of {} is published.", check.status.name, short(commit)));
        }
        Ok(told)
    }
}

pub(super) fn sentence(what: &str, url: Option<&str>) -> String {
    url.map_or_else(|| format!("{what}."), |url| format!("{what}: {url}"))
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// Looks and acts until there is one comment of ours, and it says what it should.
pub(super) fn settle(forge: &dyn Forge, wanted: &Wanted) -> Result<Settled, ForgeError> {
    const ROUNDS_MAX: u32 = 12;
    const TRIES_MAX: u32 = 3;
    let (mut created, mut has_changed, mut tries) = (None, false, 0);
    for _ in 0..ROUNDS_MAX {
        let mut comments = forge.comments()?;
        // A list may be older than what was written a moment ago.
        let is_missing = |comment: &&Comment| comments.iter().all(|other| other.id != comment.id);
        let missing = created.as_ref().filter(is_missing).cloned();
        comments.extend(missing);
        match next_step(&comments, wanted) {
            Step::Create => {
                tries += 1;
                match forge.create(&wanted.body()) {
                    Ok(comment) => created = Some(comment),
                    // Perhaps it is there: look before it is written again.
                    Err(error) if error.may_have_happened() && tries < TRIES_MAX => {
                        std::thread::sleep(Duration::from_secs(1));
                    }
                    Err(error) => return Err(error),
                }
            }
            Step::Update { id, body } => match forge.update(id, &body) {
                Ok(_) => has_changed = true,
                // It was deleted between looking and acting.
                Err(ForgeError::Missing { .. }) if tries < TRIES_MAX => (created, tries) = (None, tries + 1),
                Err(error) => return Err(error),
            },
            Step::Delete(id) => {
                forge.delete(id)?;
                created = created.filter(|comment| comment.id != id);
            }
            Step::Leave(comment) if has_changed => return Ok(Settled::Updated(comment)),
            Step::Leave(comment) if tries > 0 => return Ok(Settled::Posted(comment)),
            Step::Leave(comment) => return Ok(Settled::Unchanged(comment)),
            Step::Outdated(comment) => return Ok(Settled::Outdated(comment)),
            Step::Nothing => return Ok(Settled::Nothing),
        }
    }
    let (what, reason) = ("the comment cannot be settled".to_owned(), "others keep changing it".to_owned());
    Err(ForgeError::Nonsense { what, reason })
}

/// Whether nobody has to look at the plan.
fn says_nothing(proposal: &Proposal) -> bool {
    let Proposal { plan, findings, compared, .. } = proposal;
    let is_quiet = match compared {
        None => plan.products.iter().all(|product| Risk::of(product) == Risk::Quiet),
        Some(compared) => {
            let now = plan.products.iter().map(|product| &product.key);
            now.chain(compared.before.keys()).all(|key| compared.difference(plan, key).is_empty())
        }
    };
    findings.is_empty() && is_quiet
}

fn is_blocked(proposal: &Proposal) -> bool {
    let stops = |standing| {
        matches!(standing, Standing::Blocked | Standing::Rejected | Standing::Missing | Standing::Refused)
    };
    proposal.all_findings().any(|found| found.severity == Severity::Error)
        || proposal.plan.products.iter().any(|product| stops(product.standing))
}

fn status(proposal: &Proposal, link: Option<String>) -> Status {
    let scope = &proposal.plan.scope;
    let summary = Summary::of(&proposal.plan);
    let mut parts: Vec<String> =
        summary.standings.iter().map(|(standing, count)| format!("{count} {}", standing.words())).collect();
    if !summary.irreversible.is_empty() {
        parts.insert(0, format!("{} cannot be undone", summary.irreversible.len()));
    }
    let errors = proposal.findings.iter().filter(|found| found.severity == Severity::Error).count();
    if errors > 0 {
        parts.insert(0, format!("{errors} wrong in definitions"));
    }
    Status {
        name: format!("gallerist/{}/{}", scope.catalog, scope.target),
        verdict: if is_blocked(proposal) { Verdict::Blocked } else { Verdict::Fine },
        description: if parts.is_empty() { "no products".to_owned() } else { parts.join(", ") },
        link,
    }
}

fn check_run(proposal: &Proposal, status: Status, folder: &Utf8Path) -> CheckRun {
    const SUMMARY_BYTES_MAX: usize = 60_000;
    const ANNOTATIONS_MAX: usize = 200;
    let bounds = Bounds { bytes_max: SUMMARY_BYTES_MAX, rest: status.link.clone() };
    let summary = render::plan_markdown(proposal, &bounds);
    let annotations: Vec<Annotation> = proposal
        .all_findings()
        .filter_map(|found| annotation(&found, folder))
        .take(ANNOTATIONS_MAX)
        .collect();
    let content = format!("{status:?}{summary}{annotations:?}");
    let content_id = Digest::of_bytes(content.as_bytes()).to_string();
    CheckRun { status, summary, annotations, content_id }
}

fn annotation(found: &PlacedFinding, folder: &Utf8Path) -> Option<Annotation> {
    let place = found.place.as_ref()?;
    let path = folder.join(&place.path);
    let parts: Vec<&str> =
        path.components().filter(|part| *part != Utf8Component::CurDir).map(|part| part.as_str()).collect();
    let leads_out =
        path.components().any(|part| !matches!(part, Utf8Component::Normal(_) | Utf8Component::CurDir));
    let extent = place.extent?;
    let texts = [&found.message, &found.label, &found.why, &found.help];
    let message: Vec<String> = texts
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| render::escape::terminal(text).into_owned())
        .collect();
    (!leads_out).then(|| Annotation {
        path: parts.join("/"),
        first_line: extent.start.line.0,
        last_line: extent.end.line.0,
        loudness: match found.severity {
            Severity::Error => Loudness::Failure,
            Severity::Warning => Loudness::Warning,
            Severity::Note => Loudness::Notice,
        },
        title: found.rule.to_owned(),
        message: message.join("\n"),
    })
}

/// Name, colour and meaning of a label.
type Meaning = (String, &'static str, &'static str);

/// The label that fits the plan, and those of ours on the request that do not.
fn labels(proposal: &Proposal, on_request: &[String]) -> (Meaning, Vec<String>) {
    let prefix = match &proposal.invocation.target {
        Some(target) => format!("gallerist {target}: "),
        None => "gallerist: ".to_owned(),
    };
    let of = |word: &str| format!("{prefix}{word}");
    let all = [
        (of("irreversible"), "b60205", "Something cannot be undone"),
        (of("blocked"), "d93f0b", "Something has to be changed or approved first"),
        (of("changes"), "fbca04", "There is something to submit or to wait for"),
        (of("no-changes"), "0e8a16", "Nothing is to be done"),
    ];
    let at = match () {
        () if !Summary::of(&proposal.plan).irreversible.is_empty() => 0,
        () if is_blocked(proposal) => 1,
        () if !says_nothing(proposal) => 2,
        () => 3,
    };
    let remove =
        all.iter().enumerate().filter(|(position, (name, ..))| *position != at && on_request.contains(name));
    let remove = remove.map(|(_, (name, ..))| name.clone()).collect();
    let [irreversible, blocked, changes, nothing] = all;
    let fitting = match at {
        0 => irreversible,
        1 => blocked,
        2 => changes,
        _ => nothing,
    };
    (fitting, remove)
}
