//! SARIF: findings for code scanning.

use super::{Left, Severe, in_lines, sarif_text, uri, within};
use crate::definition::rules::SHAPE_RULES;
use crate::diagnostic::Severity;
use crate::report::{FilePlace, Outside, PlacedFinding, PlacedFix};
use crate::rules::{self, RuleDoc};
use crate::text::Extent;
use crate::wire::outside::sarif as form;
use std::collections::BTreeMap;

/// Results that GitHub shows of one run; it refuses files with very many more.
const RESULTS_MAX: usize = 5_000;

/// Bytes of all results. GitHub takes 10 MB of packed file; this holds whatever packing comes to.
const BYTES_MAX: usize = 9_000_000;

/// The name that paths begin at: everybody who writes SARIF for repositories uses this one.
const ROOT: &str = "%SRCROOT%";

/// The name of our fingerprints, with their version.
const FINGERPRINT: &str = "galleristFinding/v1";

/// A result, on the way into the file.
struct Found {
    severity: Severity,
    result: form::Result,
    bytes: usize,
}

impl Severe for Found {
    fn severity(&self) -> Severity {
        self.severity
    }
}

/// All findings, unless there are more than code scanning takes: then the most severe, and how many are left out.
#[must_use]
pub fn sarif(findings: &[PlacedFinding], outside: &Outside) -> form::Log {
    let names: BTreeMap<&str, usize> = {
        let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().enumerate().map(|(index, name)| (name, index)).collect()
    };
    let found = findings.iter().zip(outside.fingerprints(findings)).map(|(finding, fingerprint)| {
        let rule_index = names.get(finding.rule).copied().unwrap_or_default();
        let result = result(finding, rule_index, fingerprint, outside);
        let bytes = serde_json::to_vec(&result).map_or(usize::MAX, |bytes| bytes.len() + 1);
        Found { severity: finding.severity, result, bytes }
    });
    let (kept, left) = within(found.collect(), |found| found.bytes, RESULTS_MAX, BYTES_MAX);
    form::Log {
        schema: form::SCHEMA,
        version: form::VERSION,
        runs: [form::Run {
            tool: form::Tool { driver: driver(&names) },
            invocations: invocation(left).into_iter().collect(),
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: [(ROOT, root())].into(),
            results: kept.into_iter().map(|found| found.result).collect(),
        }],
    }
}

fn driver(names: &BTreeMap<&str, usize>) -> form::Driver {
    let page = env!("CARGO_PKG_REPOSITORY");
    form::Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        information_uri: (!page.is_empty()).then_some(page),
        rules: names.keys().map(|name| rule(name)).collect(),
    }
}

fn root() -> form::Described {
    form::Described { description: text("the root of the repository") }
}

/// Tells what was left out; a run that left out nothing says nothing.
fn invocation(left: Left) -> Option<form::Invocation> {
    let message = format!(
        "{} left out: code scanning shows {RESULTS_MAX} results of a run and takes 10 MB; `gallerist --format json` has \
         all of them",
        left.words()
    );
    (left.count() > 0).then(|| form::Invocation {
        execution_successful: true,
        tool_execution_notifications: vec![form::Notification {
            level: form::Level::Warning,
            message: text(&message),
        }],
    })
}

/// What people are told about a rule.
fn rule(id: &str) -> form::Rule {
    if let Some(rule) = rules::find_by_id(id) {
        let RuleDoc { level, what, why, instead, example, .. } = &rule.doc;
        let example = if example.is_empty() {
            String::new()
        } else {
            format!("\n\n```yaml\n{}\n```", example.trim_end())
        };
        return form::Rule {
            id: id.to_owned(),
            short_description: text(first_sentence(what)),
            full_description: text(what),
            help: form::Help {
                text: format!("Why: {why}\nInstead: {instead}"),
                markdown: format!("**Why.** {why}\n\n**Instead.** {instead}{example}\n"),
            },
            default_configuration: Some(form::Configuration { level: self::level(*level) }),
        };
    }
    let told = SHAPE_RULES.iter().find(|rule| rule.id == id).map_or(id, |rule| rule.text);
    let told = sarif_text(told);
    form::Rule {
        id: sarif_text(id),
        short_description: text(first_sentence(&told)),
        full_description: text(&told),
        help: form::Help { text: told.clone(), markdown: told.clone() },
        default_configuration: None,
    }
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

fn result(
    finding: &PlacedFinding,
    rule_index: usize,
    fingerprint: String,
    outside: &Outside,
) -> form::Result {
    let lines: Vec<String> = in_lines(finding).iter().map(|line| sarif_text(line)).collect();
    let label = (!finding.label.is_empty()).then(|| text(&sarif_text(&finding.label)));
    let location =
        |place: &FilePlace, message| form::Location { physical_location: physical(place, outside), message };
    let others = finding.others.iter();
    let fixes = finding.place.iter().zip(&finding.fix);
    form::Result {
        rule_id: sarif_text(finding.rule),
        rule_index,
        level: level(finding.severity),
        message: form::Text { text: lines.join("\n") },
        locations: finding.place.iter().map(|place| location(place, label.clone())).collect(),
        related_locations: others
            .map(|(place, label)| location(place, Some(text(&sarif_text(label)))))
            .collect(),
        partial_fingerprints: [(FINGERPRINT, fingerprint)].into(),
        fixes: fixes.map(|(place, repair)| fix(repair, place, outside)).collect(),
    }
}

fn physical(place: &FilePlace, outside: &Outside) -> form::PhysicalLocation {
    form::PhysicalLocation { artifact_location: artifact(place, outside), region: place.extent.map(region) }
}

fn artifact(place: &FilePlace, outside: &Outside) -> form::ArtifactLocation {
    form::ArtifactLocation { uri: uri(&outside.path(&place.path)), uri_base_id: ROOT }
}

/// Lines and columns as we count them: from 1, in Unicode scalar values, without what stands at the end.
fn region(extent: Extent) -> form::Region {
    let Extent { start, end } = extent;
    let end = end.max(start);
    form::Region {
        start_line: start.line.0,
        start_column: start.column.0,
        end_line: end.line.0,
        end_column: end.column.0,
    }
}

/// What is put in is content, not text for people: it stays as it is.
fn fix(repair: &PlacedFix, place: &FilePlace, outside: &Outside) -> form::Fix {
    let PlacedFix { title, edits, is_certain: _ } = repair;
    let replacements = edits.iter().map(|(extent, text)| form::Replacement {
        deleted_region: region(*extent),
        inserted_content: form::Text { text: text.clone() },
    });
    form::Fix {
        description: text(&sarif_text(title)),
        artifact_changes: vec![form::ArtifactChange {
            artifact_location: artifact(place, outside),
            replacements: replacements.collect(),
        }],
    }
}

fn level(severity: Severity) -> form::Level {
    match severity {
        Severity::Error => form::Level::Error,
        Severity::Warning => form::Level::Warning,
        Severity::Note => form::Level::Note,
    }
}

fn text(text: &str) -> form::Text {
    form::Text { text: text.to_owned() }
}
