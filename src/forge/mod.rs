//! Where changes are reviewed: comments, statuses and labels on GitHub and GitLab.
//!
//! A [`Forge`] does single things to one request for review; `sticky` decides which. A forge knows nothing of plans.

mod api;
mod github;
mod gitlab;
mod place;
mod rolling;
mod sticky;

pub use api::{Address, Api};
pub use github::GitHub;
pub use gitlab::{GitLab, GitLabToken};
pub use place::{Asked, Place, PlaceError, Provider, Repository, Surroundings, is_commit};
pub use rolling::{Issue, Listed, Roll, RollStep, Sighting, Subject, next_roll, ours};
pub use sticky::{About, Author, Marker, Step, Wanted, is_newer, next_step};

use crate::http::{HttpError, SecretError};
use api::escaped;

/// A comment on a request for review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The forge's id; later comments have larger ones.
    pub id: u64,
    /// Who wrote it.
    pub author: Author,
    /// Its text.
    pub body: String,
    /// Its address for people, where the forge tells it.
    pub url: Option<String>,
}

/// Where a request for review stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit it asks to merge.
    pub commit: String,
    /// Labels on it.
    pub labels: Vec<String>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stops the plan.
    Fine,
    /// Something has to be changed or approved first.
    Blocked,
}

/// A line beside a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its name: a later one of the same name replaces it.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// One short line.
    pub description: String,
    /// Where there is more.
    pub link: Option<String>,
}

/// How loud an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Something stops.
    Failure,
    /// Worth a look.
    Warning,
    /// Good to know.
    Notice,
}

/// A remark beside lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file, from the repository's root.
    pub path: String,
    /// First line, from 1.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// How loud.
    pub loudness: Loudness,
    /// Heading.
    pub title: String,
    /// Text, without markup.
    pub message: String,
}

/// A status with a page of its own and annotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// Name, verdict, first line and link.
    pub status: Status,
    /// Its page, in Markdown.
    pub summary: String,
    /// Remarks beside files.
    pub annotations: Vec<Annotation>,
    /// Names this content, so that it is not published twice.
    pub content_id: String,
}

/// A label with its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label<'a> {
    /// Its name.
    pub name: &'a str,
    /// Six hexadecimal digits.
    pub color: &'static str,
    /// One short line.
    pub description: &'static str,
}

/// Why something could not be done at a forge. Texts hold no secret.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// What was asked for is not there, or not for this token to see.
    #[error("{what} is not there")]
    Missing {
        /// What was asked for.
        what: String,
    },
    /// The forge said no.
    #[error("{what}: the answer is {status}{}{said}", if said.is_empty() { "" } else { ": " })]
    Refused {
        /// What was asked for.
        what: String,
        /// The status code.
        status: u16,
        /// What the forge said, cut and without control characters.
        said: String,
    },
    /// The answer makes no sense.
    #[error("{what}: the answer makes no sense: {reason}")]
    Nonsense {
        /// What was asked for.
        what: String,
        /// Why.
        reason: String,
    },
    /// There is no answer.
    #[error("{what}: {error}")]
    Http {
        /// What was asked for.
        what: String,
        /// Why.
        error: HttpError,
    },
    /// The forge cannot do that.
    #[error("{0}")]
    Unsupported(String),
    /// There is no token.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl ForgeError {
    /// Whether what was asked for may have been done all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Http { error, .. } => error.may_have_arrived(),
            Self::Refused { status, .. } => *status >= 500,
            Self::Nonsense { .. } => true,
            Self::Missing { .. } | Self::Unsupported(_) | Self::Secret(_) => false,
        }
    }
}

impl ForgeError {
    /// What to do about it, where that is known.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => {
                Some("check the repository and the number; a token without rights is told the same")
            }
            Self::Refused { status: 401, .. } => Some("the token is not accepted: it may have expired"),
            Self::Refused { status: 403, .. } => {
                Some("the token may not do this: docs/comments.md lists the rights it needs")
            }
            Self::Refused { status: 429, .. } => Some("run the command again later"),
            Self::Http { .. } | Self::Nonsense { .. } => {
                Some("run the command again: what was posted is brought up to date, not posted twice")
            }
            Self::Refused { status, .. } if *status >= 500 => {
                Some("run the command again: what was posted is brought up to date, not posted twice")
            }
            Self::Refused { .. } | Self::Unsupported(_) | Self::Secret(_) => None,
        }
    }
}

/// One request for review at a forge.
pub trait Forge {
    /// The longest comment, in bytes.
    fn comment_bytes_max(&self) -> usize;

    /// A text as it is kept: some lines would be taken for orders.
    fn harmless(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// When the forge does not tell.
    fn myself(&self) -> Result<Author, ForgeError>;

    /// Where the request stands.
    ///
    /// # Errors
    /// When it is not there or cannot be asked.
    fn head(&self) -> Result<Head, ForgeError>;

    /// All comments, oldest first.
    ///
    /// # Errors
    /// When they cannot be read.
    fn comments(&self) -> Result<Vec<Comment>, ForgeError>;

    /// Writes a comment. It is never sent twice by itself: see [`ForgeError::may_have_happened`].
    ///
    /// # Errors
    /// When it was not written, or nobody knows.
    fn create(&self, body: &str) -> Result<Comment, ForgeError>;

    /// Replaces a comment's text.
    ///
    /// # Errors
    /// [`ForgeError::Missing`] when the comment is gone.
    fn update(&self, id: u64, body: &str) -> Result<Comment, ForgeError>;

    /// Takes a comment away; one that is gone already is no error.
    ///
    /// # Errors
    /// When it cannot be taken away.
    fn delete(&self, id: u64) -> Result<(), ForgeError>;

    /// Sets a commit's status.
    ///
    /// # Errors
    /// When it cannot be set.
    fn set_status(&self, commit: &str, status: &Status) -> Result<(), ForgeError>;

    /// Publishes a check, unless this content is published already.
    ///
    /// # Errors
    /// When it cannot be published, or the forge has none.
    fn publish_check(&self, commit: &str, check: &CheckRun) -> Result<(), ForgeError>;

    /// Puts a label on the request, and takes others off it. The label is created where it is missing.
    ///
    /// # Errors
    /// When one of it cannot be done.
    fn relabel(&self, add: Option<&Label<'_>>, remove: &[String]) -> Result<(), ForgeError>;
}

/// What changes about an issue; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueChange {
    /// Its text.
    pub body: Option<String>,
    /// Whether it is open.
    pub open: Option<bool>,
    /// A label to take off.
    pub unlabel: Option<&'static str>,
}

/// The issues of a repository at a forge.
pub trait Tracker {
    /// The longest text of an issue, in bytes.
    fn issue_bytes_max(&self) -> usize;

    /// A text as it is kept: some lines would be taken for orders.
    fn harmless(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// When the forge does not tell.
    fn myself(&self) -> Result<Author, ForgeError>;

    /// All issues with a label, open or closed.
    ///
    /// # Errors
    /// When they cannot be read.
    fn issues(&self, label: &str) -> Result<Vec<Issue>, ForgeError>;

    /// Opens an issue with a label. It is never sent twice by itself: see [`ForgeError::may_have_happened`].
    ///
    /// # Errors
    /// When it was not opened, or nobody knows.
    fn open_issue(&self, title: &str, body: &str, label: &str) -> Result<Issue, ForgeError>;

    /// Changes an issue.
    ///
    /// # Errors
    /// [`ForgeError::Missing`] when the issue is gone.
    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, ForgeError>;

    /// The request for review that brought a commit, merged ones first; `None` where the forge knows of none.
    ///
    /// # Errors
    /// When the forge cannot be asked.
    fn request_of(&self, commit: &str) -> Result<Option<u64>, ForgeError>;
}
