//! GitLab's code quality report: a list of issues, after the Code Climate specification.

use serde::Serialize;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// What is wrong.
    pub description: String,
    /// The rule.
    pub check_name: String,
    /// A name that no other issue of the report has.
    pub fingerprint: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub location: Location,
}

/// How much an issue matters; GitLab knows `major` and `blocker`, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the words are GitLab's")]
pub enum Severity {
    Info,
    Minor,
    Critical,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file, from the repository's root.
    pub path: String,
    /// Which lines.
    pub lines: Lines,
}

/// Lines of a file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lines {
    /// The first.
    pub begin: u32,
    /// The last.
    pub end: u32,
}
