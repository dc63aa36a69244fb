//! The one rolling issue of a repository about one subject: what it lists, and what becomes of it. Decided purely.
//!
//! Our part of the issue stands between two hidden lines, and each thing it lists begins with a hidden line, too. That is
//! all that is remembered: whoever looks at the issue knows what the run before knew. What people write outside of our
//! part stays as it is.

use super::Author;
use crate::model::Key;
use crate::submission::Scope;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What an issue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// What somebody else changed.
    Drift,
    /// What reviewers rejected.
    Rejections,
}

impl Subject {
    /// Its name in hidden lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Rejections => "rejections",
        }
    }

    /// The label by which the issue is found.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Drift => "gallerist-drift",
            Self::Rejections => "gallerist-rejections",
        }
    }

    /// The issue's title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Drift => "Somebody else changed what is on sale",
            Self::Rejections => "The marketplace's reviewer rejected submissions",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Drift => {
                "Values on sale differ from what was applied last. A product leaves this list when it was observed without \
                 a difference, or when the difference is ignored. Write below or above this part, which is brought up to \
                 date by runs."
            }
            Self::Rejections => {
                "These submissions were rejected and wait for a change, or for `gallerist submissions retry`. A product \
                 leaves this list when nothing of it is rejected any more. Write below or above this part, which is \
                 brought up to date by runs."
            }
        }
    }
}

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number; later issues have larger ones.
    pub number: u64,
    /// Who opened it.
    pub author: Author,
    /// Its text.
    pub body: String,
    /// Whether it is open.
    pub is_open: bool,
    /// Its address for people, where the forge tells it.
    pub url: Option<String>,
}

/// One thing that is listed: hidden what it is, and lines of Markdown, of which the first says it in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which submission it is about, or nothing.
    pub id: Option<String>,
    /// The lines.
    pub text: String,
}

/// What a report says of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Which catalog and target.
    pub scope: Scope,
    /// When the marketplace was looked at.
    pub at: Timestamp,
    /// What is to be listed, by product.
    pub listed: BTreeMap<Key, Listed>,
    /// Products that were looked at: of these nothing else is to be listed.
    pub observed: BTreeSet<Key>,
    /// Whether these are all that there are.
    pub all: bool,
}

/// What is listed of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    at: Timestamp,
    /// How many more there are that had no room.
    more: usize,
    listed: BTreeMap<Key, Listed>,
}

impl Section {
    fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.more == 0
    }
}

/// An issue's text: our part, and what people wrote around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roll {
    before: String,
    sections: BTreeMap<(Key, Key), Section>,
    after: String,
}

/// Every hidden line begins so.
const MARK: &str = "<!-- gallerist ";

fn marked(words: &str) -> String {
    format!("{MARK}{words} -->")
}

/// The words of a hidden line.
fn words(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix(MARK)?.strip_suffix(" -->")
}

fn word<'a>(words: &'a str, name: &str) -> Option<&'a str> {
    words.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

impl Roll {
    /// Reads an issue's text. Without our part all of it is somebody's.
    #[must_use]
    pub fn read(body: &str, subject: Subject) -> Self {
        let mut roll = Self::default();
        let (mut is_ours, mut is_over) = (false, false);
        let (mut section, mut product): (Option<(Key, Key)>, Option<Key>) = (None, None);
        let first = format!("issue={}", subject.name());
        for line in body.split_inclusive('\n') {
            let words = words(line);
            if !is_ours {
                match words == Some(first.as_str()) && !is_over {
                    true => is_ours = true,
                    false if is_over => roll.after.push_str(line),
                    false => roll.before.push_str(line),
                }
                continue;
            }
            let Some(words) = words else {
                let listed = section
                    .as_ref()
                    .zip(product.as_ref())
                    .and_then(|(section, product)| roll.sections.get_mut(section)?.listed.get_mut(product));
                if let Some(listed) = listed {
                    listed.text.push_str(line.trim_end());
                    listed.text.push('\n');
                }
                continue;
            };
            if words == "end" {
                (is_ours, is_over) = (false, true);
            } else if let Some((scope, found)) = section_of(words) {
                product = None;
                roll.sections.insert(scope.clone(), found);
                section = Some(scope);
            } else {
                product = word(words, "product").and_then(|text| Key::new(text).ok());
                let place = section.as_ref().and_then(|section| roll.sections.get_mut(section));
                if let (Some(section), Some(product)) = (place, &product) {
                    let id = word(words, "id").map(str::to_owned);
                    section.listed.insert(product.clone(), Listed { id, text: String::new() });
                }
            }
        }
        for listed in roll.sections.values_mut().flat_map(|section| section.listed.values_mut()) {
            listed.text.truncate(listed.text.trim_end().len());
        }
        roll
    }

    /// Whether nothing is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.values().all(Section::is_empty)
    }

    /// Whether a thing with this id is listed.
    #[must_use]
    pub fn lists(&self, scope: &Scope, product: &Key, id: &str) -> bool {
        let section = self.sections.get(&place(scope));
        let listed = section.and_then(|section| section.listed.get(product));
        listed.is_some_and(|listed| listed.id.as_deref() == Some(id))
    }

    /// The same with what was seen since; `None` when what is here was seen later.
    #[must_use]
    pub fn with(mut self, seen: &Sighting) -> Option<Self> {
        let place = place(&seen.scope);
        let before = self.sections.remove(&place);
        if before.as_ref().is_some_and(|before| before.at.as_second() > seen.at.as_second()) {
            return None;
        }
        let (mut listed, mut more) =
            before.map_or_else(Default::default, |before| (before.listed, before.more));
        // What is listed anew may be what was left out before.
        let new = seen.listed.keys().filter(|key| !listed.contains_key(*key)).count();
        more = more.saturating_sub(new);
        listed.retain(|key, _| !seen.observed.contains(key));
        listed.extend(seen.listed.iter().map(|(key, listed)| (key.clone(), listed.clone())));
        let more = if seen.all { 0 } else { more };
        self.sections.insert(place, Section { at: seen.at, more, listed });
        Some(self)
    }

    /// The issue's text in at most so many bytes, as far as people left room.
    #[must_use]
    pub fn body(&self, subject: Subject, bytes_max: usize) -> String {
        let mut cut = self.clone();
        let whole = cut.written(subject);
        if whole.len() <= bytes_max {
            return whole;
        }
        for listed in cut.sections.values_mut().flat_map(|section| section.listed.values_mut()) {
            let end = listed.text.find('\n').unwrap_or(listed.text.len());
            listed.text.truncate(end);
        }
        let mut length = cut.written(subject).len();
        // The number of those left out may grow by its digits.
        const AIR: usize = 200;
        while length + AIR > bytes_max {
            let longest = cut.sections.values_mut().max_by_key(|section| section.listed.len());
            let Some(section) = longest else { break };
            let Some((key, listed)) = section.listed.pop_last() else { break };
            section.more += 1;
            length -= entry(&key, &listed).len();
        }
        cut.written(subject)
    }

    fn written(&self, subject: Subject) -> String {
        let mut out = self.before.clone();
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out += &marked(&format!("issue={}", subject.name()));
        out.push('\n');
        out += if self.is_empty() { "Nothing is left of what was listed here." } else { subject.lead() };
        out.push('\n');
        for ((catalog, target), section) in &self.sections {
            let Section { at, more, listed } = section;
            let at = at.as_second();
            out += &format!("\n{}\n", marked(&format!("scope={catalog}/{target} at={at} more={more}")));
            if section.is_empty() {
                continue;
            }
            out += &format!("### `{catalog}` at `{target}`\n\n");
            for (key, listed) in listed {
                out += &entry(key, listed);
            }
            if *more > 0 {
                out += &format!("\n{}\nand {more} more, for which there is no room here\n", marked("more"));
            }
        }
        out.push('\n');
        out += &marked("end");
        out.push('\n');
        out + &self.after
    }

    /// The same, but for when a target of which nothing is listed was looked at: that is worth no edit.
    fn says(&self) -> impl PartialEq + use<> {
        let sections = self.sections.clone().into_iter().map(|(place, section)| {
            let at = (!section.is_empty()).then_some(section.at.as_second());
            (place, at, section.more, section.listed.into_iter().map(|(key, found)| (key, found.text)))
        });
        let sections: Vec<_> =
            sections.map(|(place, at, more, listed)| (place, at, more, listed.collect::<Vec<_>>())).collect();
        (sections, self.before.trim().to_owned(), self.after.trim().to_owned())
    }
}

fn place(scope: &Scope) -> (Key, Key) {
    (scope.catalog.clone(), scope.target.clone())
}

fn section_of(words: &str) -> Option<((Key, Key), Section)> {
    let (catalog, target) = word(words, "scope")?.split_once('/')?;
    let scope = (Key::new(catalog).ok()?, Key::new(target).ok()?);
    let at = Timestamp::from_second(word(words, "at")?.parse().ok()?).ok()?;
    let more = word(words, "more")?.parse().ok()?;
    Some((scope, Section { at, more, listed: BTreeMap::new() }))
}

fn entry(key: &Key, listed: &Listed) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let id = listed.id.as_ref().filter(|id| id.chars().all(plain));
    let id = id.map_or_else(String::new, |id| format!(" id={id}"));
    let mut out = format!("{}\n", marked(&format!("product={key}{id}")));
    for line in listed.text.lines() {
        // Nobody else writes hidden lines of ours.
        let guard = if line.starts_with(MARK) { " " } else { "" };
        out += &format!("{guard}{line}\n");
    }
    out
}

/// The next thing to do about the issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollStep {
    /// Open it.
    Create {
        /// With this text.
        body: String,
    },
    /// Change it.
    Update {
        /// Which.
        number: u64,
        /// Its text from now on.
        body: String,
        /// Whether it is open from now on.
        open: bool,
    },
    /// Close a second one, and send its readers to the first.
    Retire {
        /// Which.
        number: u64,
        /// The first.
        first: u64,
    },
    /// It says what it should.
    Leave(Issue),
    /// What is there was seen later than what we have.
    Outdated(Issue),
    /// There is none, and none is needed.
    Nothing,
}

/// Our issue among those with its label: the first that we opened.
#[must_use]
pub fn ours<'i>(issues: &'i [Issue], us: &Author) -> Vec<&'i Issue> {
    let mut ours: Vec<&Issue> = issues.iter().filter(|issue| issue.author.may_be(us)).collect();
    ours.sort_by_key(|issue| issue.number);
    ours
}

/// What to do next, with all issues of the label as they are now. Done again and again it ends with one issue that lists
/// what was seen, whoever else is doing the same.
#[must_use]
pub fn next_roll(
    issues: &[Issue],
    us: &Author,
    subject: Subject,
    seen: &Sighting,
    bytes_max: usize,
) -> RollStep {
    let ours = ours(issues, us);
    let Some(first) = ours.first() else {
        let roll = Roll::default().with(seen).unwrap_or_default();
        return match roll.is_empty() {
            true => RollStep::Nothing,
            false => RollStep::Create { body: roll.body(subject, bytes_max) },
        };
    };
    let before = Roll::read(&first.body, subject);
    let retired = ours.get(1).map(|second| RollStep::Retire { number: second.number, first: first.number });
    let Some(now) = before.clone().with(seen) else {
        return retired.unwrap_or_else(|| RollStep::Outdated((*first).clone()));
    };
    let body = now.body(subject, bytes_max);
    let fitted = Roll::read(&body, subject);
    let open = !now.is_empty();
    if first.is_open != open || before.says() != fitted.says() {
        return RollStep::Update { number: first.number, body, open };
    }
    retired.unwrap_or_else(|| RollStep::Leave((*first).clone()))
}
