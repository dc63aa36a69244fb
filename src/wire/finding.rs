//! Findings at symbolic places.

use super::Position;
use crate::diagnostic::{self, RuleId};
use crate::rules;
use crate::text::Extent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The definitions cannot be used, or a plan for this product is blocked.
    Error,
    /// Worth a look; nothing is blocked.
    Warning,
    /// Good to know.
    Note,
}

impl From<diagnostic::Severity> for Severity {
    fn from(core: diagnostic::Severity) -> Self {
        match core {
            diagnostic::Severity::Error => Self::Error,
            diagnostic::Severity::Warning => Self::Warning,
            diagnostic::Severity::Note => Self::Note,
        }
    }
}

impl From<Severity> for diagnostic::Severity {
    fn from(wire: Severity) -> Self {
        match wire {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
        }
    }
}

/// One step of a route through a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RouteStep {
    /// The value under this key.
    Key(String),
    /// The element at this position, from 0.
    Index(usize),
    /// The element whose `key:` has this text.
    Item(String),
    /// The value under the target's currency.
    Currency,
}

/// What a rule found, at a symbolic place inside one product's definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    /// The rule that found it.
    pub rule: String,
    /// Where the rule is told about, from the root of Gallerist's repository.
    #[serde(default)]
    pub link: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the definition, from its root.
    pub route: Vec<RouteStep>,
    /// The same as line and column, where somebody looked it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Where it ends; the character there is not part of it. Left out without `position`, and in older documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// Short text beside the underlined source; may be empty.
    pub label: String,
    /// What the marketplace does about it; may be empty.
    pub why: String,
    /// What to do instead; may be empty.
    pub help: String,
}

impl From<&diagnostic::Finding> for Finding {
    fn from(core: &diagnostic::Finding) -> Self {
        let diagnostic::Finding { rule, severity, route, extent, message, label, why, help } = core;
        let step = |step: &diagnostic::Step| match step {
            diagnostic::Step::Key(key) => RouteStep::Key(key.clone()),
            diagnostic::Step::Index(index) => RouteStep::Index(*index),
            diagnostic::Step::Item(key) => RouteStep::Item(key.clone()),
            diagnostic::Step::Currency => RouteStep::Currency,
        };
        Self {
            rule: (*rule).to_owned(),
            link: rules::link(rule),
            severity: (*severity).into(),
            route: route.0.iter().map(step).collect(),
            position: extent.map(|extent| extent.start.into()),
            end: extent.map(|extent| extent.end.into()),
            message: message.clone(),
            label: label.clone(),
            why: why.clone(),
            help: help.clone(),
        }
    }
}

impl From<Finding> for diagnostic::Finding {
    fn from(wire: Finding) -> Self {
        let step = |step: RouteStep| match step {
            RouteStep::Key(key) => diagnostic::Step::Key(key),
            RouteStep::Index(index) => diagnostic::Step::Index(index),
            RouteStep::Item(key) => diagnostic::Step::Item(key),
            RouteStep::Currency => diagnostic::Step::Currency,
        };
        Self {
            rule: kept(wire.rule),
            severity: wire.severity.into(),
            route: diagnostic::Route(wire.route.into_iter().map(step).collect()),
            extent: wire
                .position
                .map(|start| Extent { start: start.into(), end: wire.end.unwrap_or(start).into() }),
            message: wire.message,
            label: wire.label,
            why: wire.why,
            help: wire.help,
        }
    }
}

/// A rule's name for the rest of the process. Names that are read are kept once each: a saved plan may name a rule
/// this version no longer has, so a look-up in the list of rules would lose it.
pub(super) fn kept(name: String) -> RuleId {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name.as_str()) {
        return known;
    }
    let name: RuleId = Box::leak(name.into_boxed_str());
    names.insert(name);
    name
}
