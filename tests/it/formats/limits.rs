//! What is cut is counted, and the most severe is kept.

use super::{results, sarif};
use gallerist::diagnostic::Severity;
use gallerist::render::{self, Bounds};
use gallerist::report::{FilePlace, Outside, PlacedFinding};

fn findings(severity: Severity, count: usize, text: &str) -> Vec<PlacedFinding> {
    let finding = |number: usize| PlacedFinding {
        rule: "file-missing",
        severity,
        product: None,
        place: Some(FilePlace { path: format!("products/{number}.yaml").into(), extent: None }),
        message: format!("{text}{number}"),
        label: String::new(),
        others: Vec::new(),
        why: String::new(),
        help: String::new(),
        fix: None,
    };
    (0..count).map(finding).collect()
}

fn mixed(errors: usize, warnings: usize, notes: usize) -> Vec<PlacedFinding> {
    let mut all = findings(Severity::Note, notes, "note ");
    all.extend(findings(Severity::Warning, warnings, "warning "));
    all.extend(findings(Severity::Error, errors, "error "));
    all
}

fn commands(text: &str, name: &str) -> usize {
    text.lines().filter(|line| line.starts_with(&format!("::{name} "))).count()
}

#[test]
fn ten_of_each_kind_are_annotated_and_the_rest_is_counted_among_them() {
    let text = render::github(&mixed(12, 10, 14), &Outside::default());
    assert_eq!(
        (commands(&text, "error"), commands(&text, "warning"), commands(&text, "notice")),
        (10, 10, 10)
    );
    assert!(text.starts_with("::error "), "the most severe comes first");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("::notice title=gallerist::2 errors, 5 notes more: "), "{last}");
    let whole = render::github(&mixed(10, 10, 10), &Outside::default());
    assert_eq!(whole.lines().count(), 30);
    assert!(!whole.contains("title=gallerist"));
}

#[test]
fn code_scanning_gets_the_most_severe_results_and_is_told_of_the_others() {
    let log = sarif(&mixed(20, 1_000, 4_990), &Outside::default());
    let count = |level: &str| results(&log).iter().filter(|result| result["level"] == level).count();
    assert_eq!((count("error"), count("warning"), count("note")), (20, 1_000, 3_980));
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().unwrap().starts_with("1010 notes left out: "), "{told}");
    let all = sarif(&mixed(1, 1, 1), &Outside::default());
    assert!(all["runs"][0].get("invocations").is_none());
}

#[test]
fn code_scanning_never_gets_more_bytes_than_it_takes() {
    let long = "x".repeat(400_000);
    let mut all = findings(Severity::Warning, 40, &long);
    all.extend(findings(Severity::Error, 3, &long));
    let log = sarif(&all, &Outside::default());
    assert!(log.to_string().len() <= 10_000_000);
    let errors = results(&log).iter().filter(|result| result["level"] == "error").count();
    assert_eq!(errors, 3, "errors have the first choice");
    assert!(results(&log).len() > 15, "what fits is there");
}

#[test]
fn a_page_is_never_longer_than_asked() {
    let all = mixed(30, 30, 30);
    for bytes_max in [400, 1_000, 4_000, 65_536] {
        let bounds = Bounds { bytes_max, rest: Some("The rest is in the log.".into()) };
        let page = render::findings_markdown(&all, &Outside::default(), &bounds);
        assert!(page.len() <= bytes_max, "{} of {bytes_max}", page.len());
        let shown = page.lines().filter(|line| line.starts_with("- **")).count();
        assert_eq!(shown == all.len(), !page.contains("Left out for length: "), "{page}");
        if shown < 30 {
            assert!(!page.contains("- **note**") && !page.contains("- **warning**"), "{page}");
        }
    }
}
