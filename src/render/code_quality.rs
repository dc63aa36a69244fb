//! GitLab's code quality report.

use super::{lines, terminal};
use crate::config::FILE_NAME;
use crate::diagnostic::Severity;
use crate::report::{Outside, PlacedFinding};
use crate::wire::outside::code_quality as form;
use camino::Utf8Path;

/// All findings. GitLab wants a place for each: what stands in no file is shown at the catalog's settings.
#[must_use]
pub fn code_quality(findings: &[PlacedFinding], outside: &Outside) -> Vec<form::Issue> {
    let fingerprints = outside.fingerprints(findings);
    findings.iter().zip(fingerprints).map(|(finding, name)| issue(finding, name, outside)).collect()
}

fn issue(finding: &PlacedFinding, fingerprint: String, outside: &Outside) -> form::Issue {
    let path = finding.place.as_ref().map_or(Utf8Path::new(FILE_NAME), |place| &place.path);
    let extent = finding.place.as_ref().and_then(|place| place.extent);
    let (begin, end) = extent.map_or((1, 1), lines);
    form::Issue {
        description: terminal(&finding.message).into_owned(),
        check_name: terminal(finding.rule).into_owned(),
        fingerprint,
        severity: match finding.severity {
            Severity::Error => form::Severity::Critical,
            Severity::Warning => form::Severity::Minor,
            Severity::Note => form::Severity::Info,
        },
        location: form::Location { path: outside.path(path), lines: form::Lines { begin, end } },
    }
}
