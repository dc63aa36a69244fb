//! Names and texts of products are hostile: read by real parsers, a page with them has the structure of a page without.

use super::{compared, outside, proposal};
use crate::plan_fixture::{crm, every_standing, finding, text};
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use gallerist::diagnostic::Severity;
use gallerist::plan::{Action, StepState};
use gallerist::render::{Bounds, escape, plan_html, plan_markdown};
use gallerist::report::{FilePlace, PlacedFinding, Proposal};

/// Each is one line; together they are what people try.
const HOSTILE: &[&str] = &[
    "www.evil.example",
    "http://evil.example/a",
    "https://evil.example",
    "ftp://evil.example",
    "mailto:a@evil.example",
    "a@evil.example",
    "@team",
    "@org/team",
    "#123",
    "!123",
    "GH-1",
    "JIRA-12",
    "owner/repo#1",
    "a/b!2",
    "owner/repo@0123abc",
    "0123456789abcdef0123456789abcdef01234567",
    "deadbee",
    ":x:",
    ":+1:",
    "/merge",
    "/close",
    "[[_TOC_]]",
    "[TOC]",
    "$x^2$",
    "$$x$$",
    "$`x`$",
    ":::",
    "> quote",
    ">>>",
    "1. one",
    "2) two",
    "- item",
    "+ item",
    "* item",
    "===",
    "---",
    "***",
    "# heading",
    "<!-- comment",
    "--> x",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "</summary>",
    "</code></summary></details>",
    "<details open>",
    "[link](http://x)",
    "![image](http://x)",
    "[ref]: http://x",
    "[^1]",
    "[^1]: note",
    "- [x] done",
    "`code`",
    "``",
    "```",
    "~~~",
    "~~gone~~",
    "**bold**",
    "__bold__",
    "a | b",
    "|---|---|",
    "\\| \\",
    "trailing\\",
    "spaces   ",
    "&lt;b&gt;",
    "&#64;team",
    "~label",
    "~\"two words\"",
    "%milestone",
    "&1",
    "^alert#1",
    "[vulnerability:1]",
    "{+ added +}",
    "[- gone -]",
    "[!CAUTION]",
    "    indented",
    "\ttab",
    "\u{202e}reversed",
    "zero\u{200b}width",
    "line\u{2028}line",
    "http://x|y",
    "@a|@b",
    "`@a|`b`",
    "C:\\path\\",
    "<http://evil.example>",
    "GHSA-aaaa-bbbb-cccc",
    "CVE-2021-44228",
    "javascript:alert(1)",
    "云商店 @team",
    "\u{a0}@team",
    "CLOSES #1",
    "fixes owner/repo#2",
    "\"quoted\"",
    "'",
    "&amp;",
    "*",
    "_",
    "x*y*z",
    "snake_case_name",
    "%%%",
    "||spoiler||",
];

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.alerts = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.wikilinks_title_after_pipe = true;
    extension.multiline_block_quotes = true;
    extension.description_lists = true;
    extension.superscript = true;
    options
}

/// The page's structure: every node but text and code, in order and depth, and the tags of our own HTML.
fn structure(page: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let root = parse_document(&arena, page, &options());
    let (mut shape, mut prose) = (Vec::new(), String::new());
    walk(root, 0, &mut shape, &mut prose);
    (shape, prose)
}

fn walk<'a>(node: &'a AstNode<'a>, depth: usize, shape: &mut Vec<String>, prose: &mut String) {
    let mut add = |name: &str| shape.push(format!("{depth} {name}"));
    match &node.data.borrow().value {
        NodeValue::Text(text) => prose.push_str(text),
        NodeValue::Code(_) => prose.push('\u{fffc}'),
        NodeValue::SoftBreak => prose.push('\n'),
        NodeValue::HtmlBlock(html) => {
            let (tags, text) = tags(&html.literal);
            tags.iter().for_each(|tag| add(&format!("html {tag}")));
            prose.push_str(&text);
        }
        NodeValue::HtmlInline(html) => add(&format!("inline {html}")),
        NodeValue::CodeBlock(_) => add("code block"),
        NodeValue::List(list) => add(&format!("list {:?}", list.list_type)),
        NodeValue::Item(_) => add("item"),
        NodeValue::Heading(heading) => add(&format!("heading {}", heading.level)),
        other => {
            let name = format!("{other:?}");
            add(name.split(['(', ' ', '{']).next().unwrap_or_default());
        }
    }
    for child in node.children() {
        walk(child, depth + 1, shape, prose);
    }
    prose.push('\n');
}

/// Tags of an HTML block without `code`, and its text without what stands in `code`.
fn tags(html: &str) -> (Vec<String>, String) {
    let (mut tags, mut text, mut in_code) = (Vec::new(), String::new(), false);
    for part in html.split('<').enumerate() {
        let (tag, rest) = match part {
            (0, rest) => ("", rest),
            (_, part) => part.split_once('>').unwrap_or((part, "")),
        };
        match tag {
            "" => {}
            "code" | "/code" => in_code = tag == "code",
            _ => tags.push(tag.to_owned()),
        }
        text.push_str(if in_code { "\u{fffc}" } else { rest });
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    (tags, text.replace("&amp;", "&"))
}

/// What forges look for in the text that Markdown leaves.
fn references(prose: &str) -> Vec<String> {
    let starts = |word: &str, sign: char, next: fn(&char) -> bool| {
        word.match_indices(sign)
            .any(|(at, _)| word[at + sign.len_utf8()..].chars().next().is_some_and(|c| next(&c)))
    };
    let refers = |word: &&str| {
        let hex = |part: &str| part.len() >= 7 && part.chars().all(|c| c.is_ascii_hexdigit());
        word.contains("://")
            || word.contains("www.")
            || starts(word, '@', char::is_ascii_alphanumeric)
            || starts(word, '#', char::is_ascii_alphanumeric)
            || starts(word, '!', char::is_ascii_digit)
            || starts(word, '~', |c| c.is_ascii_alphanumeric() || *c == '"')
            || starts(word, '%', |c| c.is_ascii_alphanumeric() || *c == '"')
            || starts(word, '&', char::is_ascii_digit)
            || starts(word, '^', char::is_ascii_alphanumeric)
            || word.contains('$')
            || word.contains("[[")
            || word.contains("[TOC]")
            || ["{+", "[-", "GH-", "JIRA-", "CVE-", "GHSA-"].iter().any(|sign| word.contains(sign))
            || word.matches(':').count() > 1
            || word.split(|c: char| !c.is_alphanumeric()).any(hex)
    };
    prose.split_whitespace().filter(refers).map(str::to_owned).collect()
}

/// A proposal whose every text is `text`.
fn full_of(hostile: &str) -> Proposal {
    let mut plan = every_standing();
    let sentence = |hostile: &str| format!("{hostile} and {hostile}");
    let long = format!("{hostile}\nSecond line that stays.\n{hostile}");
    for product in &mut plan.products {
        product.name = hostile.to_owned();
        let mut found = finding(&sentence(hostile));
        (found.label, found.why, found.help) = (hostile.to_owned(), sentence(hostile), hostile.to_owned());
        found.severity = Severity::Warning;
        product.notices.push(found.clone());
        product.blocks.iter_mut().for_each(|block| block.finding = found.clone());
        product.verify.iter_mut().for_each(|item| item.text = sentence(hostile));
        for drift in &mut product.drift {
            (drift.last_applied, drift.released, drift.desired) = (text(hostile), text(&long), text(hostile));
        }
        for step in &mut product.chain {
            step.because = hostile.to_owned();
            match &mut step.state {
                StepState::Waiting(what) => *what = hostile.to_owned(),
                StepState::Held { reason } => *reason = Some(hostile.to_owned()),
                _ => {}
            }
            match &mut step.action {
                Action::Submit(submission) => {
                    for operation in &mut submission.operations {
                        operation.reason = operation.reason.as_ref().map(|_| hostile.to_owned());
                        if operation.from.as_ref().is_some_and(|from| from.as_text().is_some()) {
                            operation.from = text(&format!("{long}\nWhat was there"));
                            operation.to = text(&long);
                        }
                    }
                    for specification in submission.predicted.specifications.values_mut() {
                        use gallerist::model::SpecificationField::Name;
                        specification.fields.set(Name, text(hostile));
                    }
                }
                Action::Manual(manual) => manual.text = hostile.to_owned(),
                Action::Withdraw { .. } => {}
            }
        }
    }
    plan.unbound = vec![(hostile.to_owned(), hostile.to_owned())];
    let mut proposal = compared(proposal(plan), vec![crm()]);
    proposal.findings.push(PlacedFinding {
        rule: "unknown-field",
        severity: Severity::Error,
        product: None,
        place: Some(FilePlace { path: hostile.into(), extent: None }),
        message: hostile.to_owned(),
        label: hostile.to_owned(),
        others: Vec::new(),
        why: hostile.to_owned(),
        help: hostile.to_owned(),
        fix: None,
    });
    proposal
}

/// Lines that GitLab would take for an order.
fn orders(page: &str) -> usize {
    outside(page).iter().filter(|line| line.trim_start().starts_with('/')).count()
}

fn page(hostile: &str) -> String {
    plan_markdown(&full_of(hostile), &Bounds { bytes_max: 10_000_000, rest: None })
}

#[test]
fn hostile_texts_add_nothing_to_the_structure() {
    let (plain, prose) = structure(&page("Plain words"));
    assert_eq!(references(&prose), Vec::<String>::new(), "the plain page refers to nothing");
    assert!(plain.len() > 300, "{}", plain.len());
    for hostile in HOSTILE {
        let page = page(hostile);
        let (shape, prose) = structure(&page);
        let difference = plain.iter().zip(&shape).position(|(a, b)| a != b);
        assert!(shape == plain, "{hostile:?}: {difference:?}: {:?}\n{page}", difference.map(|at| &shape[at]));
        assert_eq!(references(&prose), Vec::<String>::new(), "{hostile:?}\n{page}");
        assert_eq!(orders(&page), 0, "{hostile:?}\n{page}");
    }
}

/// Anything that stands in a list, a heading, a table or a summary stays one text there.
#[test]
fn all_pairs_of_hostile_texts_stay_text() {
    let shape = |text: &str| {
        let safe = escape::markdown(text);
        let html = escape::markdown_html(text);
        let page = format!(
            "## {safe}\n\n- {safe}\n- x {safe} x\n\n1. **{safe}**\n\n> - {safe}\n\n| a | b |\n| - | - |\n| {safe} | {safe} |\n\n\
             <details>\n<summary><b>{html}</b></summary>\n\n- {}\n\n</details>\n",
            escape::markdown_code(text)
        );
        structure(&page)
    };
    let (plain, _) = shape("plain");
    for one in HOSTILE {
        for other in HOSTILE {
            let text = format!("{one} {other}");
            let (found, prose) = shape(&text);
            assert_eq!(found, plain, "{text:?}");
            assert_eq!(references(&prose), Vec::<String>::new(), "{text:?}");
        }
    }
}

/// Every tag of an HTML page, without code and without those of a difference, whose lines depend on the text.
fn elements(page: &str) -> Vec<&str> {
    let tags = page.split('<').skip(1).map(|part| part.split_once('>').map_or(part, |(tag, _)| tag));
    let of_texts = ["ins", "/ins", "del", "/del", "span", "/span", "code", "/code", "/div"];
    tags.filter(|tag| !of_texts.contains(tag) && !tag.starts_with("div")).collect()
}

#[test]
fn hostile_texts_add_no_element_to_the_html_page() {
    let plain_page = plan_html(&full_of("Plain words"));
    let plain = elements(&plain_page);
    assert!(plain.len() > 300, "{}", plain.len());
    for hostile in HOSTILE {
        let page = plan_html(&full_of(hostile));
        assert!(elements(&page) == plain, "{hostile:?}\n{page}");
        assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'), "{hostile:?}: nothing is unseen");
        for foreign in ["<script", "<img", "src=", "http-equiv=\"refresh", "url("] {
            assert!(!page.contains(foreign) || hostile.contains("src="), "{hostile:?}: {foreign}");
        }
    }
}
