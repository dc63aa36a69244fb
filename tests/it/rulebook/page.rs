//! The form of a rulebook page, as `tests/rulebook/README.md` defines it. An unknown key is an error.

use super::files::Filling;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What pages call a rule by: its number in the reference, or its name where it has none or several share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub(super) enum Mark {
    Number(u16),
    Name(String),
}

impl Mark {
    /// The stem of the page's file.
    pub(super) fn stem(&self) -> String {
        match self {
            Self::Number(number) => format!("R{number:02}"),
            Self::Name(name) => name.clone(),
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "R{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Page {
    pub rule: Mark,
    pub title: String,
    pub source: String,
    /// What names a breach; the page's own rule when left out, none for a rule that only permits.
    pub named: Option<Vec<Mark>>,
    pub cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Case {
    pub name: String,
    #[serde(default)]
    pub site: Site,
    #[serde(default)]
    pub files: BTreeMap<String, Filling>,
    #[serde(default)]
    pub library: Map<String, Value>,
    /// What stands in `cases.yaml` beside the product, without its head.
    pub cases: Option<Map<String, Value>>,
    pub before: Option<Map<String, Value>>,
    #[serde(default)]
    pub discontinued: Discontinued,
    #[serde(default)]
    pub status: Status,
    pub beside: Option<Map<String, Value>>,
    #[serde(default)]
    pub application: Foreign,
    #[serde(default)]
    pub interface: Interface,
    #[serde(default)]
    pub address: Address,
    #[serde(default)]
    pub patch: Map<String, Value>,
    pub submit: Option<Kind>,
    pub marketplace: Option<Answer>,
    #[serde(default)]
    pub numbers: BTreeSet<Mark>,
    #[serde(default)]
    pub approvals: Approvals,
    pub planner: Option<Verdict>,
    #[serde(default)]
    pub rules: BTreeSet<Mark>,
    #[serde(default)]
    pub verify: BTreeSet<Mark>,
    #[serde(default)]
    pub silent: BTreeSet<Mark>,
    pub steps: Option<Vec<Kind>>,
    pub manual: Option<usize>,
    #[serde(default)]
    pub events: Vec<Event>,
    pub ends: Option<Ends>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    pub extends: String,
    #[serde(default)]
    pub set: Map<String, Value>,
}

impl Default for Site {
    fn default() -> Self {
        Self { extends: "intl".into(), set: Map::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Discontinued {
    Keys(BTreeSet<String>),
    Word(All),
}

impl Default for Discontinued {
    fn default() -> Self {
        Self::Keys(BTreeSet::new())
    }
}

macro_rules! words {
    ($($name:ident { $($word:ident),+ })+) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub(super) enum $name { $($word),+ }
    )+};
    (default $($name:ident { $first:ident $(, $word:ident)* })+) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub(super) enum $name { #[default] $first $(, $word)* }
    )+};
}

words! {
    All { All }
    Kind { Release, Modify, Remove }
    Answer { Accepted, Approved, Refused, Rejected }
    Verdict { Blocked, Allowed, Order, Invalid, Stopped }
    Act { Approve, Reject, Withdraw, Discard, SubmitAgain }
    Standing { None, Draft, Pending, Approved, Rejected, Withdrawn, Discarded }
    ContentWord { Nothing, Before, Desired }
}
words! { default
    Status { OnSale, Frozen }
    Foreign { None, Draft, Pending }
    Interface { Healthy, Failing, Timeout }
    Address { Known, Unknown }
    Approvals { All, None }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    submit: Option<Kind>,
    save: Option<Kind>,
    review: Option<Act>,
    interface: Option<Interface>,
    /// From `before` to the desired product of this event, in place of the case's.
    pub patch: Option<Map<String, Value>>,
    /// Which application of the script, from 1; the newest when left out.
    pub application: Option<usize>,
    /// The text of a rejection.
    pub reason: Option<String>,
    /// The event must be refused, naming at least these rules.
    pub refused: Option<BTreeSet<u16>>,
}

/// What an event does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Submit(Kind),
    Save(Kind),
    Review(Act),
    Interface(Interface),
}

impl Event {
    /// The one thing the event does.
    pub(super) fn deed(&self) -> Result<Deed, String> {
        match (self.submit, self.save, self.review, self.interface) {
            (Some(kind), None, None, None) => Ok(Deed::Submit(kind)),
            (None, Some(kind), None, None) => Ok(Deed::Save(kind)),
            (None, None, Some(act), None) => Ok(Deed::Review(act)),
            (None, None, None, Some(interface)) => Ok(Deed::Interface(interface)),
            _ => Err("an event is exactly one of submit, save, review, interface".into()),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ends {
    pub application: Option<Standing>,
    pub reason: Option<String>,
    pub released: Option<Content>,
    pub discontinued: Option<Discontinued>,
    pub url: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Word(ContentWord),
    Patch(Map<String, Value>),
}

impl Page {
    /// Reads a page's text.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }

    /// What is wrong with the page itself, as sentences.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut names = BTreeSet::new();
        for case in &self.cases {
            if !names.insert(case.name.as_str()) {
                faults.push(format!("two cases are named `{}`", case.name));
            }
            faults.extend(case.faults().into_iter().map(|fault| format!("{}: {fault}", case.name)));
        }
        if self.title.trim().is_empty() || self.source.trim().is_empty() {
            faults.push("title and source are needed".into());
        }
        if !self.cases.iter().any(|case| !case.is_violating()) {
            faults.push("there is no clean case".into());
        }
        let named = self.named.clone().unwrap_or_else(|| vec![self.rule.clone()]);
        if !named.is_empty() && !self.cases.iter().any(|case| case.is_violating() || !case.verify.is_empty())
        {
            faults.push("there is no violating case".into());
        }
        let used: BTreeSet<Mark> = self.cases.iter().flat_map(Case::named).collect();
        let missing = named.iter().filter(|number| !used.contains(number));
        faults.extend(missing.map(|number| format!("no case names {number}")));
        faults
    }
}

impl Case {
    /// Whether it shows what the rule minds: a refusal, a rejection, a block or a warning.
    pub(super) fn is_violating(&self) -> bool {
        matches!(self.marketplace, Some(Answer::Refused | Answer::Rejected))
            || matches!(self.planner, Some(Verdict::Blocked | Verdict::Invalid | Verdict::Stopped))
            || !self.rules.is_empty()
            || self.events.iter().any(|event| event.refused.is_some())
    }

    /// Whether it could miss any of these rules: it names one of them, or is content with any refusal or block.
    pub(super) fn could_miss(&self, rules: &BTreeSet<Mark>) -> bool {
        let blocked = matches!(self.planner, Some(Verdict::Blocked | Verdict::Stopped));
        let any = self.rules.is_empty() && blocked
            || self.events.iter().any(|event| event.refused.as_ref().is_some_and(BTreeSet::is_empty));
        any || self.named().any(|rule| rules.contains(&rule))
    }

    fn named(&self) -> impl Iterator<Item = Mark> {
        let refused = self.events.iter().filter_map(|event| event.refused.as_ref()).flatten();
        let refused = refused.copied().map(Mark::Number);
        self.numbers.iter().chain(&self.rules).chain(&self.verify).cloned().chain(refused)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut need = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_owned());
            }
        };
        let allowed = matches!(self.planner, Some(Verdict::Allowed | Verdict::Order));
        need(self.submit.is_some() == self.marketplace.is_some(), "`submit` and `marketplace` go together");
        need(self.events.is_empty() == self.ends.is_none(), "`events` and `ends` go together");
        need(self.events.is_empty() || self.submit.is_none(), "`events` stand in place of `submit`");
        need(
            self.planner.is_some() || self.marketplace.is_some() || self.ends.is_some(),
            "it expects nothing of either side",
        );
        need(
            self.numbers.is_empty() || matches!(self.marketplace, Some(Answer::Refused | Answer::Rejected)),
            "`numbers` are of a refusal or a rejection",
        );
        need(
            self.marketplace != Some(Answer::Refused) || !self.numbers.is_empty(),
            "a refusal has `numbers`",
        );
        need(
            self.marketplace != Some(Answer::Rejected) || !self.numbers.is_empty(),
            "a rejection has `numbers`",
        );
        let by_name = self.numbers.iter().any(|rule| matches!(rule, Mark::Name(_)));
        need(
            !by_name || self.marketplace == Some(Answer::Rejected),
            "only a rejection names rules by their names",
        );
        need(self.rules.is_empty() || self.planner.is_some(), "`rules` are the planner's");
        need(self.verify.is_empty() || allowed, "`verify` is of an allowed plan");
        need(self.silent.is_empty() || self.planner.is_some(), "`silent` is the planner's");
        need(self.steps.is_none() || allowed, "`steps` are of an allowed plan");
        need(self.manual.is_none() || allowed, "`manual` is of an allowed plan");
        for (name, filling) in &self.files {
            need(filling.bytes(name).is_ok(), "a file is filled by one of text, png, jpg, gif, bmp, kind");
        }
        need(self.planner != Some(Verdict::Order) || self.steps.is_some(), "`order` has `steps`");
        for event in &self.events {
            let deed = event.deed();
            need(deed.is_ok(), "an event is exactly one of submit, save, review, interface");
            let rejects = matches!(deed, Ok(Deed::Review(Act::Reject)));
            need(event.reason.is_none() || rejects, "a `reason` is of a rejection");
            let hands_in =
                matches!(deed, Ok(Deed::Submit(_) | Deed::Save(_) | Deed::Review(Act::SubmitAgain)));
            need(event.patch.is_none() || hands_in, "a `patch` is of what is handed in");
            let picks = matches!(deed, Ok(Deed::Review(_)));
            need(event.application.is_none() || picks, "an `application` is picked by a review");
        }
        faults
    }
}
