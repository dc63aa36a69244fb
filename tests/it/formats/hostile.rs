//! Texts that would act if they could: what was printed is parsed, and says what went in.

use super::{SARIF, annotations, in_junit, issues, results, sarif};
use gallerist::diagnostic::Severity;
use gallerist::render::{self, Bounds, escape};
use gallerist::report::{FilePlace, Outside, PlacedFinding, PlacedFix};
use gallerist::text::{ColumnNumber, Extent, LineNumber, Position};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// Texts that somebody may have written into a product to be shown elsewhere.
const NASTY: &[&str] = &[
    "::error file=a::gone",
    "\n::error::on a line of its own",
    "\r\n::set-output name=a::b",
    "a\r::stop-commands::x",
    "%0A::error::escaped already%25",
    "title, line=1::x",
    "@acme/release-owners",
    "[click](https://evil.example)",
    "![](https://evil.example/pixel.png)",
    "<script>alert(1)</script>",
    "</failure></testcase><testcase name='forged'/>",
    "]]>",
    "&lt;&#0;&amp;",
    "\" onmouseover=\"x",
    "| a | b |",
    "```\n# heading",
    "`code`",
    "- **error** forged",
    "\x1b[31mred\x1b[0m\x07",
    "\u{202e}desrever\u{2066}",
    "zero\u{200b}width\u{feff}",
    "\0\u{1}\u{b}\u{85}",
    "\u{fffe}\u{ffff}",
    "{0} {{USD}}",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 云商店 é",
    "../../etc/passwd",
    "",
];

fn nasty() -> impl Strategy<Value = String> {
    vec(select(NASTY), 0..4).prop_map(|parts| parts.concat())
}

fn position() -> impl Strategy<Value = Position> {
    (1..40_u32, 1..40_u32)
        .prop_map(|(line, column)| Position { line: LineNumber(line), column: ColumnNumber(column) })
}

fn place() -> impl Strategy<Value = FilePlace> {
    let extent = option::of((position(), position()).prop_map(|(start, end)| Extent { start, end }));
    (nasty(), extent)
        .prop_map(|(path, extent)| FilePlace { path: format!("products/{path}.yaml").into(), extent })
}

fn finding() -> impl Strategy<Value = PlacedFinding> {
    let rule = select(gallerist::rules::names().collect::<Vec<_>>());
    let severity = select(vec![Severity::Error, Severity::Warning, Severity::Note]);
    let fix = (nasty(), position(), nasty(), any::<bool>()).prop_map(|(title, at, text, is_certain)| {
        PlacedFix { title, edits: vec![(Extent { start: at, end: at }, text)], is_certain }
    });
    let texts = (nasty(), nasty(), nasty(), nasty());
    (rule, severity, option::of(place()), vec((place(), nasty()), 0..2), texts, option::of(fix)).prop_map(
        |(rule, severity, place, others, (message, label, why, help), fix)| PlacedFinding {
            rule,
            severity,
            product: None,
            place,
            message,
            label,
            others,
            why,
            help,
            fix,
        },
    )
}

fn outside() -> impl Strategy<Value = Outside> {
    (nasty(), nasty()).prop_map(|(title, prefix)| Outside {
        title,
        prefix: prefix.into(),
        subjects: Vec::new(),
    })
}

/// Every text of a document, but what a fix puts in and the paths of files: those are content, exactly.
fn texts<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(list) => list.iter().for_each(|one| texts(one, out)),
        Value::Object(map) => {
            map.iter()
                .filter(|(key, _)| *key != "insertedContent" && *key != "path")
                .for_each(|(_, one)| texts(one, out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn assert_seen(value: &Value) {
    let mut all = Vec::new();
    texts(value, &mut all);
    for text in all {
        for line in text.split('\n') {
            assert_eq!(escape::terminal(line), line);
        }
    }
}

/// A workflow command as the runner reads it: name, properties, message.
fn command(line: &str) -> (&str, Vec<(&str, String)>, String) {
    let undone = |text: &str| {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key, undone(value))
    });
    (name, properties.collect(), undone(message))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_json_and_shows_nothing_unseen(findings in vec(finding(), 0..6), outside in outside()) {
        let log = sarif(&findings, &outside);
        prop_assert_eq!(results(&log).len(), findings.len());
        assert_seen(&log);
        for (result, finding) in results(&log).iter().zip(&findings) {
            let message = result["message"]["text"].as_str().unwrap();
            prop_assert!(!message.contains("]("), "a link: {}", message);
            prop_assert_eq!(result["level"].as_str(), Some(finding.severity.word()));
            let index = result["ruleIndex"].as_u64().unwrap();
            let rule = &log["runs"][0]["tool"]["driver"]["rules"][usize::try_from(index).unwrap()];
            prop_assert_eq!(rule["id"].as_str(), Some(finding.rule));
        }
        let issues = issues(&findings, &outside);
        for (issue, finding) in issues.iter().zip(&findings) {
            let path = finding.place.as_ref().map_or("gallerist.yaml".into(), |place| place.path.clone());
            prop_assert_eq!(issue["location"]["path"].as_str().unwrap(), outside.path(&path));
        }
        assert_seen(&Value::Array(issues));
    }

    #[test]
    fn xml_is_xml_and_holds_no_forged_test(findings in vec(finding(), 0..6), outside in outside()) {
        let text = render::junit(&findings, &outside);
        let document = roxmltree::Document::parse(&text).unwrap();
        let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
        prop_assert_eq!(count("testcase"), count("testsuite"));
        prop_assert_eq!(document.root_element().attribute("tests").unwrap(), count("testcase").to_string());
        prop_assert_eq!(document.root_element().attribute("failures").unwrap(), count("failure").to_string());
        prop_assert_eq!(in_junit(&text), findings.len());
        for node in document.descendants().filter(|node| node.is_text()) {
            for line in node.text().unwrap().split('\n') {
                prop_assert_eq!(escape::terminal(line), line);
            }
        }
    }

    #[test]
    fn lines_are_our_commands_only(findings in vec(finding(), 0..6), outside in outside()) {
        let text = render::github(&findings, &outside);
        prop_assert_eq!(annotations(&text), findings.len());
        prop_assert!(!text.contains('\r'));
        for line in text.lines() {
            let (name, properties, message) = command(line);
            prop_assert!(["error", "warning", "notice"].contains(&name), "{}", line);
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            prop_assert!(properties.iter().all(|(key, _)| known.contains(key)), "{}", line);
            let about = findings.iter().any(|finding| {
                let path = finding.place.as_ref().map(|place| escape::terminal(&outside.path(&place.path)).into_owned());
                let file = properties.iter().find(|(key, _)| *key == "file").map(|(_, value)| value.clone());
                path == file && message.starts_with(escape::terminal(&finding.message).as_ref())
            });
            prop_assert!(about, "{}", line);
        }
    }

    #[test]
    fn markdown_is_only_ours(findings in vec(finding(), 0..6), outside in outside()) {
        let bounds = Bounds { bytes_max: usize::MAX, rest: None };
        let text = render::findings_markdown(&findings, &outside, &bounds);
        let begins = ["**", "### ", "- **error** ", "- **warning** ", "- **note** ", "  - Why: ", "  - Instead: "];
        for line in text.lines().filter(|line| !line.is_empty()) {
            prop_assert!(begins.iter().any(|begin| line.starts_with(begin)), "{}", line);
            prop_assert_eq!(escape::terminal(line), line);
            let prose = without_code(line);
            prop_assert!(!prose.contains(['<', '@']) && !prose.contains("]("), "{}", prose);
        }
    }
}

/// A line of Markdown without its code spans.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let fence: String = tail.chars().take_while(|c| *c == '`').collect();
        if before.ends_with('\\') {
            rest = &tail[1..];
            continue;
        }
        let inner = &tail[fence.len()..];
        let mut end = None;
        let mut from = 0;
        while let Some(at) = inner[from..].find('`') {
            let run = inner[from + at..].chars().take_while(|c| *c == '`').count();
            if run == fence.len() {
                end = Some(from + at + run);
                break;
            }
            from += at + run;
        }
        rest = &inner[end.expect("a code span ends")..];
    }
    out + rest
}

#[test]
fn a_megabyte_on_one_line_is_held() {
    let finding = PlacedFinding {
        rule: "yaml-syntax",
        severity: Severity::Error,
        product: None,
        place: None,
        message: "x".repeat(1 << 20),
        label: String::new(),
        others: Vec::new(),
        why: String::new(),
        help: String::new(),
        fix: None,
    };
    let findings = vec![finding; 3];
    let outside = Outside::default();
    assert_eq!(results(&sarif(&findings, &outside)).len(), 3);
    assert!(render::github(&findings, &outside).len() < 20_000);
    assert_eq!(in_junit(&render::junit(&findings, &outside)), 3);
    let bounds = Bounds { bytes_max: 60_000, rest: Some("Elsewhere.".into()) };
    let page = render::findings_markdown(&findings, &outside, &bounds);
    assert!(page.len() <= 60_000 && page.ends_with("Left out for length: 3 errors. Elsewhere.\n"), "{page}");
}

#[test]
fn the_schema_refuses_what_is_not_sarif() {
    let mut log = sarif(&[], &Outside::default());
    log["runs"][0]["columnKind"] = "bytes".into();
    assert!(!SARIF.is_valid(&log));
}
