//! What people see: snapshots to read, and properties that no snapshot can bless away.

use crate::plan_fixture::{at, every_standing, finding, plan, product, product_plan};
use gallerist::diagnostic::{Diagnostic, Diagnostics, Fix, Location, Severity};
use gallerist::plan::{Block, Standing};
use gallerist::render::{self, Style};
use gallerist::report::{self, Invocation, Place, Rejection, sheet};
use gallerist::text::{SourceFile, Span, TextEdit};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

const YAML: &str = "apiVersion: gallerist/v1\nkind: Product\nkey: acme-crm\nsaas:\n  serviceSupervision: false\nspecifications:\n  - key: starter\n    prices:\n      yearl: {USD: \"99.00\"}\n";

fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

fn found() -> Diagnostics {
    let mut found = Diagnostics::default();
    let path = "products/acme-crm.yaml";
    found.sources.insert(SourceFile::new(path, YAML));
    found.push(
        Diagnostic::error(
            "service-supervision-changed",
            path,
            span(YAML, "serviceSupervision: false"),
            "service supervision cannot be switched off once released",
        )
        .label("released: yes")
        .why("the marketplace fixes service supervision when a product is released, because orders of buyers depend on it (R25)")
        .help("release a new product with `replaces: [acme-crm]` and retire this one")
        .also(Location { path: path.into(), span: span(YAML, "acme-crm") }, "this product"),
    );
    found.push(
        Diagnostic::error("unknown-field", path, span(YAML, "yearl"), "unknown billing mode `yearl`")
            .fix("write `yearly`", "yearly"),
    );
    found.push(
        Diagnostic::error("file-missing", "gallerist.yaml", Span::default(), "there is no gallerist.yaml")
            .warning(),
    );
    found
}

fn widest(text: &str) -> usize {
    text.lines().filter(|line| line.trim().contains(' ')).map(UnicodeWidthStr::width).max().unwrap_or(0)
}

#[test]
fn diagnostics_look_like_a_compilers() {
    insta::assert_snapshot!(render::diagnostics(&found(), Style::PLAIN));
}

#[test]
fn short_diagnostics_are_one_line_each() {
    insta::assert_snapshot!(render::diagnostics_short(&found(), Style::PLAIN));
}

#[test]
fn a_plan_reads_like_a_story() {
    insta::assert_snapshot!(render::plan(&every_standing(), &Invocation::default(), Style::PLAIN));
}

#[test]
fn a_short_plan_names_who_acts_next() {
    insta::assert_snapshot!(render::plan_short(&every_standing(), &Invocation::default(), Style::PLAIN));
}

fn status() -> report::Status {
    let mut status =
        report::rows(&every_standing(), &BTreeMap::new(), &Invocation::default(), &|_, _, _| None);
    let mail = status.rows.iter_mut().find(|row| row.standing == Standing::Rejected).unwrap();
    let file = SourceFile::new("products/acme-mail.yaml", YAML);
    mail.since = Some(at("2026-11-20T09:00:00Z"));
    mail.rejection = Some(Rejection {
        application: None,
        commit: None,
        submission: gallerist::submission::SubmissionId("s-0123".to_owned()),
        reason: Some(
            "the description names a competitor, and the second picture shows a logo that is not yours"
                .to_owned(),
        ),
        places: vec![Place { path: file.path().clone(), position: file.position(30), named: true }],
    });
    status
}

#[test]
fn a_status_table_begins_with_the_most_urgent() {
    insta::assert_snapshot!(render::status(&status(), Style::PLAIN));
    insta::assert_snapshot!(render::status_short(&status(), Style::PLAIN));
}

#[test]
fn every_product_that_is_not_in_sync_is_named() {
    let plan = every_standing();
    let story = render::plan(&plan, &Invocation::default(), Style::PLAIN);
    let table = render::status(&status(), Style::PLAIN);
    for product in plan.products.iter().filter(|product| product.standing != Standing::InSync) {
        assert!(story.contains(&product.name), "the plan does not name {}", product.name);
        assert!(table.contains(&product.name), "the status does not name {}", product.name);
    }
    assert!(story.contains("2 products are in sync"));
}

#[test]
fn the_unwanted_comes_first_and_then_the_irreversible() {
    let story = render::plan(&every_standing(), &Invocation::default(), Style::PLAIN);
    let order = ["Acme Chat", "Acme CRM", "Acme Mail", "Acme Fax", "Acme Desk", "Acme Wiki", "Acme Docs"];
    let places: Vec<usize> = order.iter().map(|name| story.find(&format!("\n{name} (")).unwrap()).collect();
    assert!(places.is_sorted(), "{story}");
}

#[test]
fn nothing_is_wider_than_the_page() {
    for width in [60, 80, 120] {
        let style = Style { color: false, width };
        let pages = [
            render::plan(&every_standing(), &Invocation::default(), style),
            render::status(&status(), style),
            render::diagnostics(&found(), style),
        ];
        for page in pages {
            let commands = |line: &&str| !line.contains("gallerist ");
            let prose: Vec<&str> = page.lines().filter(commands).collect();
            assert!(widest(&prose.join("\n")) <= width, "{width}:\n{page}");
        }
    }
}

#[test]
fn colour_changes_no_letter() {
    let colored = Style { color: true, width: 80 };
    let plan = every_standing();
    let pairs = [
        (
            render::plan(&plan, &Invocation::default(), Style::PLAIN),
            render::plan(&plan, &Invocation::default(), colored),
        ),
        (render::status(&status(), Style::PLAIN), render::status(&status(), colored)),
        (render::diagnostics(&found(), Style::PLAIN), render::diagnostics(&found(), colored)),
    ];
    for (plain, colored) in pairs {
        assert!(!plain.contains('\u{1b}'));
        assert!(colored.contains('\u{1b}'));
        let stripped = anstream::adapter::strip_str(&colored).to_string();
        let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
        assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
    }
}

#[test]
fn every_finding_is_shown() {
    let found = found();
    let page = render::diagnostics(&found, Style::PLAIN);
    let heads = page.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
    assert_eq!(heads.count(), found.list.len());
    assert!(page.ends_with("2 errors, 1 warning\n"));
    assert_eq!(render::diagnostics_short(&found, Style::PLAIN).lines().count(), found.list.len());
}

#[test]
fn places_are_the_ones_of_the_file() {
    let page = render::diagnostics(&found(), Style::PLAIN);
    assert!(page.contains("--> products/acme-crm.yaml:5:3"), "{page}");
    assert!(page.contains("--> products/acme-crm.yaml:9:7"), "{page}");
}

/// What a hostile product file could hold: colours, overrides, line ends, markup, very long words.
fn hostile() -> String {
    format!("\x1b[31mred\u{202e}evil\u{200b}\r\n::error::x | `x` <b> \u{7}\u{9b}2J {}", "x".repeat(300))
}

fn assert_inert(page: &str) {
    for bad in ['\u{1b}', '\u{202e}', '\u{200b}', '\r', '\u{7}', '\u{9b}', '\t'] {
        assert!(!page.contains(bad), "{bad:?} in\n{page}");
    }
    assert!(page.contains("\\u{1b}[31mred\\u{202e}evil"), "{page}");
    assert!(page.lines().all(|line| !line.starts_with("::")), "a line of its own:\n{page}");
}

#[test]
fn hostile_names_and_texts_are_inert_in_plans() {
    let mut victim = product_plan(&product("victim", &hostile()), Standing::Blocked, Vec::new());
    victim.path = Some(hostile().into());
    victim.blocks.push(Block { finding: finding(&hostile()), approval: None });
    let mut plan = plan(vec![victim]);
    plan.unbound.push((hostile(), hostile()));
    assert_inert(&render::plan(&plan, &Invocation::default(), Style::PLAIN));
    let status = report::rows(&plan, &BTreeMap::new(), &Invocation::default(), &|_, _, _| None);
    assert_inert(&render::status(&status, Style::PLAIN));
}

#[test]
fn hostile_source_is_inert_in_diagnostics() {
    let source = format!("name: {}\r\nnext: line\n", hostile().replace("\r\n", " "));
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let mut found = Diagnostics::default();
        found.sources.insert(SourceFile::new("a.yaml", source.clone()));
        let mut diagnostic = Diagnostic::error("rule", "a.yaml", span(&source, "evil"), hostile())
            .label(hostile())
            .why(hostile())
            .help(hostile())
            .fix(hostile(), hostile());
        diagnostic.severity = severity;
        found.push(diagnostic);
        assert_inert(&render::diagnostics(&found, Style::PLAIN));
        assert_inert(&render::diagnostics_short(&found, Style::PLAIN));
    }
}

proptest::proptest! {
    #[test]
    fn any_text_and_any_spans_can_be_shown(
        text in r"(\PC|[\n\r\t\x1b: ]|\u{202e}){0,60}",
        message in r"(\PC|\n|\x1b){1,40}",
        spans in proptest::collection::vec((0_u32..90, 0_u32..90), 1..5),
        replacement in r"[a-z\n\t]{0,9}",
    ) {
        let mut found = Diagnostics::default();
        found.sources.insert(SourceFile::new("a.yaml", text));
        let span = |(start, end)| Span { start, end };
        let mut diagnostic =
            Diagnostic::error("rule", "a.yaml", span(spans[0]), message.clone()).label(message.clone()).fix("fix", "x");
        for (position, place) in spans[1..].iter().enumerate() {
            let path = if position == 1 { "missing.yaml" } else { "a.yaml" };
            diagnostic = diagnostic.also(Location { path: path.into(), span: span(*place) }, message.clone());
        }
        let edits = spans.iter().map(|place| TextEdit { span: span(*place), replacement: replacement.clone() });
        diagnostic.fix = Some(Fix { title: message, edits: edits.collect(), is_certain: true });
        found.push(diagnostic);
        let page = render::diagnostics(&found, Style::PLAIN);
        proptest::prop_assert!(page.starts_with("error[rule]:"));
        proptest::prop_assert!(!page.contains(['\u{1b}', '\u{202e}', '\r', '\t']), "{page}");
    }
}

#[test]
fn spans_from_nowhere_do_no_harm() {
    for (start, end) in [(0, 0), (2, 3), (3, 2), (5, 500), (900, 901), (0, 900)] {
        let mut found = Diagnostics::default();
        found.sources.insert(SourceFile::new("a.yaml", "é: ü\n云: 商\n"));
        found.push(Diagnostic::error("rule", "a.yaml", Span { start, end }, "message").fix("fix", "x"));
        assert!(render::diagnostics(&found, Style::PLAIN).contains("error[rule]: message"));
    }
}

#[test]
fn a_page_shows_what_cannot_be_seen_wherever_nothing_is_copied() {
    let hidden = "log\u{202e}gnp.exe\u{200b}";
    let file = sheet::SheetFile {
        name: hidden.into(),
        stored: Some(hidden.into()),
        digest: "0".repeat(64),
        size_bytes: 1,
    };
    let copied = sheet::Block { caption: hidden.into(), text: hidden.into(), copied: true };
    let step = sheet::Step {
        sentence: vec![sheet::Part::Value(hidden.into()), sheet::Part::Command(hidden.into())],
        blocks: vec![copied],
        files: vec![file],
    };
    let whole = sheet::Sheet {
        language: gallerist::config::Language::English,
        title: hidden.into(),
        facts: vec![("Product".into(), hidden.into())],
        before: vec![sheet::Note { heading: hidden.into(), items: Vec::new() }],
        sections: vec![sheet::Section { heading: vec![sheet::Part::Text(hidden.into())], steps: vec![step] }],
        after: Vec::new(),
    };
    let page = render::sheet_html(&whole);
    let (before, rest) = page.split_once("<pre>").unwrap();
    let (text, after) = rest.split_once("</pre>").unwrap();
    assert_eq!(text.trim_start_matches('\n'), hidden, "what is copied is copied as it is");
    for part in [before, after] {
        assert!(!part.contains(['\u{202e}', '\u{200b}']), "{part}");
    }
    assert!(before.contains("<code>log\\u{202e}gnp.exe\\u{200b}</code>"), "{before}");
}
