//! The one comment of a catalog's target on a request for review: which it is, and what becomes of it.

use super::Comment;
use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;

/// Who wrote a comment, or who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A name that only one account has.
    Named(String),
    /// A program. A token of a CI run may not ask which; only others who may write programs for the repository are
    /// taken for us.
    Program(String),
    /// Some program, we cannot know which.
    SomeProgram,
}

impl Author {
    /// Whether a comment by `self` may be ours.
    pub(super) fn may_be(&self, us: &Self) -> bool {
        match (self, us) {
            (Self::Program(_), Self::SomeProgram) => true,
            (Self::Named(a) | Self::Program(a), Self::Named(b) | Self::Program(b)) => a == b,
            _ => false,
        }
    }
}

/// What a comment of ours is about. A request has one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What is planned.
    Plan,
    /// What reviewers rejected.
    Rejections,
}

impl About {
    const ALL: [Self; 2] = [Self::Plan, Self::Rejections];

    fn word(self) -> &'static str {
        match self {
            Self::Plan => "comment",
            Self::Rejections => "rejections",
        }
    }
}

/// The first line of our comments, which nobody sees: whose it is and how old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// About what.
    pub about: About,
    /// Which catalog and target.
    pub scope: Scope,
    /// The commit that was planned.
    pub commit: Option<String>,
    /// The CI run: its number and its attempt. Later runs have larger ones.
    pub run: Option<(u64, u32)>,
    /// When it was written.
    pub at: Timestamp,
}

impl Marker {
    /// The line.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { about, scope, commit, run, at } = self;
        let mut words = format!("<!-- gallerist {}={}/{}", about.word(), scope.catalog, scope.target);
        if let Some(commit) = commit {
            words += &format!(" commit={commit}");
        }
        if let Some((number, attempt)) = run {
            words += &format!(" run={number}.{attempt}");
        }
        // Without fractions, so that every line has one spelling.
        words + &format!(" at={} -->", at.as_second())
    }

    /// The marker of a comment, if its first line is one.
    #[must_use]
    pub fn read(body: &str) -> Option<Self> {
        let line = body.lines().next()?.trim_end();
        let words = line.strip_prefix("<!-- gallerist ")?.strip_suffix(" -->")?;
        let word = |name: &str| words.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let named = |about: About| Some((about, word(about.word())?));
        let (about, place) = About::ALL.into_iter().find_map(named)?;
        let (catalog, target) = place.split_once('/')?;
        let scope = Scope { catalog: Key::new(catalog).ok()?, target: Key::new(target).ok()? };
        let run = word("run").and_then(|text| {
            let (number, attempt) = text.split_once('.')?;
            Some((number.parse().ok()?, attempt.parse().ok()?))
        });
        let at = Timestamp::from_second(word("at")?.parse().ok()?).ok()?;
        Some(Self { about, scope, commit: word("commit").map(str::to_owned), run, at })
    }
}

/// Whether what `a` marks is newer than what `b` marks. Runs of CI are counted; others have only their clocks.
#[must_use]
pub fn is_newer(a: &Marker, b: &Marker) -> bool {
    match (a.run, b.run) {
        (Some(a), Some(b)) => a > b,
        _ => a.at > b.at,
    }
}

/// What our comment is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Who we are.
    pub us: Author,
    /// Its first line.
    pub marker: Marker,
    /// The rest of it.
    pub text: String,
    /// Whether a comment is written where there is none.
    pub creates: bool,
    /// The commit that the request asks to merge now.
    pub head: String,
}

impl Wanted {
    /// The whole comment.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{}\n{}", self.marker.line(), self.text)
    }
}

/// The next thing to do about our comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Write it.
    Create,
    /// Replace the text of the one that is there.
    Update {
        /// Which.
        id: u64,
        /// Its text from now on.
        body: String,
    },
    /// Take a second one away.
    Delete(u64),
    /// It says what it should.
    Leave(Comment),
    /// What is there is newer than what we have.
    Outdated(Comment),
    /// There is none, and none is wanted.
    Nothing,
}

/// What to do next, with all comments of the request as they are now. Done again and again it ends with one comment
/// that shows the newest run, whoever else is doing the same.
#[must_use]
pub fn next_step(comments: &[Comment], wanted: &Wanted) -> Step {
    let mut ours: Vec<(&Comment, Marker)> = comments
        .iter()
        .filter(|comment| comment.author.may_be(&wanted.us))
        .filter_map(|comment| Some((comment, Marker::read(&comment.body)?)))
        .filter(|(_, marker)| marker.scope == wanted.marker.scope && marker.about == wanted.marker.about)
        .collect();
    ours.sort_by_key(|(comment, _)| comment.id);
    let Some(first @ (kept, _)) = ours.first() else {
        return if wanted.creates { Step::Create } else { Step::Nothing };
    };
    let newest = ours.iter().fold(first, |best, one| if is_newer(&one.1, &best.1) { one } else { best });
    let is_outdated = overtakes(&newest.1, wanted);
    let body = if is_outdated { newest.0.body.clone() } else { wanted.body() };
    if !says_the_same(&kept.body, &body) {
        return Step::Update { id: kept.id, body };
    }
    match ours.get(1) {
        Some((second, _)) => Step::Delete(second.id),
        None if is_outdated => Step::Outdated((*kept).clone()),
        None => Step::Leave((*kept).clone()),
    }
}

/// Whether a comment that is there is better than ours: it is newer, or about the commit that is asked for while ours
/// is not.
fn overtakes(there: &Marker, wanted: &Wanted) -> bool {
    let is_current = |marker: &Marker| marker.commit.as_deref() == Some(wanted.head.as_str());
    match (is_current(there), is_current(&wanted.marker)) {
        (true, false) => true,
        (false, true) => false,
        _ => is_newer(there, &wanted.marker),
    }
}

/// Whether two comments differ at most in their run and moment, which are worth no edit.
fn says_the_same(a: &str, b: &str) -> bool {
    let parts = |body: &str| {
        let text = body.split_once('\n').map_or("", |(_, text)| text);
        let lines: Vec<String> = text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect();
        (Marker::read(body).map(|marker| (marker.scope, marker.commit)), lines)
    };
    parts(a) == parts(b)
}
