//! JUnit's XML: a suite for each file with one test in it, so that a run without findings shows what was fine.

use super::{Left, in_lines, written_place, xml};
use crate::diagnostic::Severity;
use crate::report::{Outside, PlacedFinding, Subject};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What was looked at and what was found about it.
#[derive(Default)]
struct Case<'a> {
    product: Option<&'a str>,
    file: Option<String>,
    findings: Vec<&'a PlacedFinding>,
}

/// All findings: errors fail the test of their file, the rest is what the test printed.
#[must_use]
pub fn junit(findings: &[PlacedFinding], outside: &Outside) -> String {
    let cases = cases(findings, outside);
    let failed = cases.values().filter(|case| case.errors().next().is_some()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">",
        xml(&outside.title),
        cases.len()
    );
    for (name, case) in &cases {
        case.write(&mut out, name, outside);
    }
    out.push_str("</testsuites>\n");
    out
}

/// By file, from the repository's root; by product where there is no file.
fn cases<'a>(findings: &'a [PlacedFinding], outside: &'a Outside) -> BTreeMap<String, Case<'a>> {
    let mut cases: BTreeMap<String, Case<'a>> = BTreeMap::new();
    for Subject { product, path } in &outside.subjects {
        let product = product.as_ref().map(|key| key.as_str());
        let file = path.as_ref().map(|path| outside.path(path));
        cases.entry(name(file.as_deref(), product)).or_insert(Case { product, file, findings: Vec::new() });
    }
    for finding in findings {
        let product = finding.product.as_ref().map(|key| key.as_str());
        let file = finding.place.as_ref().map(|place| outside.path(&place.path));
        let case = cases.entry(name(file.as_deref(), product));
        case.or_insert(Case { product, file, findings: Vec::new() }).findings.push(finding);
    }
    cases
}

fn name(file: Option<&str>, product: Option<&str>) -> String {
    file.or(product).unwrap_or("catalog").to_owned()
}

impl Case<'_> {
    fn errors(&self) -> impl Iterator<Item = &PlacedFinding> {
        self.of(|severity| severity == Severity::Error)
    }

    fn of(&self, wanted: impl Fn(Severity) -> bool) -> impl Iterator<Item = &PlacedFinding> {
        self.findings.iter().copied().filter(move |finding| wanted(finding.severity))
    }

    fn write(&self, out: &mut String, name: &str, outside: &Outside) {
        let failures = usize::from(self.errors().next().is_some());
        let suite = xml(name);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{suite}\" tests=\"1\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        let file = self.file.as_ref().map(|file| format!(" file=\"{}\"", xml(file))).unwrap_or_default();
        let test = xml(self.product.unwrap_or(name));
        let _ = write!(out, "    <testcase classname=\"{suite}\" name=\"{test}\"{file}");
        if self.findings.is_empty() {
            out.push_str("/>\n");
        } else {
            out.push_str(">\n");
            self.write_failure(out, outside);
            self.write_rest(out, outside);
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }

    /// One element: readers take the first, whatever follows.
    fn write_failure(&self, out: &mut String, outside: &Outside) {
        let Some(first) = self.errors().next() else { return };
        let mut count = Left::default();
        self.errors().for_each(|error| count.add(error.severity));
        let message = if count.count() == 1 { first.message.clone() } else { count.words() };
        let _ = writeln!(out, "      <failure message=\"{}\" type=\"{}\">", xml(&message), xml(first.rule));
        self.errors().for_each(|error| write_finding(out, error, outside));
        out.push_str("      </failure>\n");
    }

    fn write_rest(&self, out: &mut String, outside: &Outside) {
        let mut rest = self.of(|severity| severity != Severity::Error).peekable();
        if rest.peek().is_none() {
            return;
        }
        out.push_str("      <system-out>\n");
        rest.for_each(|finding| write_finding(out, finding, outside));
        out.push_str("      </system-out>\n");
    }
}

fn write_finding(out: &mut String, finding: &PlacedFinding, outside: &Outside) {
    let place = written_place(finding, outside);
    let colon = if place.is_empty() { "" } else { ": " };
    let _ = write!(out, "{}{colon}{}[{}]: ", xml(&place), finding.severity.word(), xml(finding.rule));
    let lines: Vec<String> = in_lines(finding).iter().map(|line| xml(line)).collect();
    let _ = writeln!(out, "{}", lines.join("\n  "));
}
