//! `docs/koogallery-coverage.md`: for each number of the domain reference where it is enforced and what proves it. Made from
//! the rule book, the sandbox, the rulebook's pages and the fixtures; `GALLERIST_BLESS=1` writes it anew.

use gallerist::diagnostic::Severity;
use gallerist::rules::{self, Check, OUTSIDE, Rule};
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/koogallery-coverage.md";
const NUMBERS: std::ops::RangeInclusive<u16> = 1..=134;

/// What the sandbox does by itself when something is approved, or how its desk works, rather than refusing.
const SANDBOX_DOES: &[(u16, &str)] = &[
    (1, "changes the catalog on approval only"),
    (4, "takes a failed application again"),
    (11, "renames"),
    (12, "reprices"),
    (13, "ends inverted upgrade rules"),
    (15, "adds monthly to yearly"),
    (16, "adds yearly to monthly"),
    (24, "gives a new skuCode"),
    (29, "takes the same content once the interfaces answer"),
    (31, "keeps drafts"),
    (32, "sells what is hidden"),
    (33, "shows the address"),
    (34, "reviews visibility"),
    (35, "makes every specification public"),
    (36, "releases hidden things"),
    (48, "discontinues everything with the product"),
    (54, "removes on approval only"),
    (55, "reviews joint-operations removals everywhere"),
    (56, "ends upgrade rules of what is removed"),
    (57, "changes nothing for what is removed"),
    (58, "keeps showing what is discontinued"),
    (60, "decides after working days"),
    (63, "applies all or nothing"),
    (67, "keeps the reason"),
    (125, "freezes when told to"),
];

/// Numbers that a manual step of the chain carries out.
const MANUAL: &[(u16, &str)] = &[
    (44, "set free in the console"),
    (46, "set free in the console"),
    (59, "the removal's page and clicks"),
    (101, "the trial whitelist after the approval"),
    (113, "upgrade rules after the approval"),
    (131, "sales regions in the operation column"),
];

/// Numbers that no page and no fixture can show, with the test that does.
const TESTS: &[(u16, &str)] = &[
    (20, "rules_of_one_side_only_are_listed_exactly"),
    (59, "a_modification_never_takes_a_specification_away"),
    (60, "a_review_that_takes_longer_is_called_late"),
    (61, "at_most_nine_a_day_corrections_first_then_the_longest_waiting"),
    (62, "who_is_told_of_a_verdict_is_said"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn numbered(number: u16) -> Vec<&'static Rule> {
    rules::all().filter(|rule| rule.doc.numbers.contains(&number)).collect()
}

/// How a rule is enforced, in the words of the reference's "tool" column.
fn how(rule: &Rule) -> &'static str {
    match (rule.check, rule.doc.level) {
        (Check::Verify(_), Severity::Error) => "verify, holds",
        (Check::Verify(_), _) => "verify",
        (Check::Reader, _) => "reject, reading",
        (Check::Planner, Severity::Error) => "reject, planner",
        (Check::Planner, _) => "order",
        (_, Severity::Error) => "reject",
        (_, Severity::Warning) => "warn",
        (_, Severity::Note) => "tell",
    }
}

fn title(number: u16) -> Option<String> {
    let page = std::fs::read_to_string(root().join(format!("tests/rulebook/R{number:02}.yaml"))).ok()?;
    page.lines().find_map(|line| line.strip_prefix("title: ")).map(|title| title.trim_matches('"').to_owned())
}

/// Where the sandbox enforces a number: at the door, at the desk, by the reviewer, or by what it does.
fn sandbox(number: u16, judges: &[Judge]) -> String {
    let mut places = BTreeSet::new();
    for judge in judges {
        if judge.checks().iter().any(|check| check.rule == Some(number)) {
            places.insert("door".to_owned());
        } else if judge.desk_rules().contains(&number) {
            places.insert("desk".to_owned());
        } else if judge.rules().contains(&number) {
            places.insert("reviewer".to_owned());
        }
    }
    places.extend(SANDBOX_DOES.iter().filter(|(own, _)| *own == number).map(|(_, what)| (*what).to_owned()));
    places.into_iter().collect::<Vec<_>>().join("; ")
}

struct Row {
    number: u16,
    what: String,
    enforced: String,
    sandbox: String,
    proved: String,
}

fn row(number: u16, judges: &[Judge]) -> Result<Row, String> {
    let rules = numbered(number);
    let outside = OUTSIDE.iter().find(|rule| rule.number == number);
    let mut enforced: Vec<String> =
        rules.iter().map(|rule| format!("[{0}](rules.md#{0}) ({1})", rule.doc.id, how(rule))).collect();
    enforced
        .extend(MANUAL.iter().filter(|(own, _)| *own == number).map(|(_, what)| format!("manual: {what}")));
    enforced.extend(outside.map(|rule| format!("outside: {}", rule.reason)));
    if enforced.is_empty() {
        return Err(format!("R{number} is enforced nowhere and has no reason to be"));
    }
    let page = root().join(format!("tests/rulebook/R{number:02}.yaml")).is_file();
    let mut proved: Vec<String> =
        page.then(|| format!("[page](../tests/rulebook/R{number:02}.yaml)")).into_iter().collect();
    for rule in &rules {
        let path = format!("tests/rules/{}/{}.yaml", rules::family(rule.doc.id), rule.doc.id);
        if root().join(&path).is_file() {
            proved.push(format!("[{}](../{path})", rule.doc.id));
        }
    }
    proved.extend(TESTS.iter().filter(|(own, _)| *own == number).map(|(_, test)| format!("`{test}`")));
    if proved.is_empty() && outside.is_none() {
        return Err(format!("nothing proves R{number}"));
    }
    let what = title(number)
        .or_else(|| rules.first().map(|rule| rule.doc.what.trim_end_matches('.').to_owned()))
        .or_else(|| outside.map(|rule| rule.what.trim_end_matches('.').to_owned()))
        .unwrap_or_default();
    let sandbox = sandbox(number, judges);
    Ok(Row { number, what, enforced: enforced.join(", "), sandbox, proved: proved.join(", ") })
}

fn made() -> Result<String, String> {
    let sites = SiteProfile::NAMES.iter().map(|name| SiteProfile::embedded(name).unwrap());
    let judges: Vec<Judge> = sites.map(Judge::new).collect();
    let mut page = String::from(
        "# Coverage of the reference\n\n\
         Each number of the domain reference: where Gallerist enforces it, where the sandbox judges it in code of its \
         own, and what proves both.\n`reject` stops the plan, `warn` and `tell` are shown, `order` is how plans are made, \
         `verify` is confirmed by a person, `manual` is done in the\nconsole. Made by a test; `GALLERIST_BLESS=1` \
         writes it anew.\n\n\
         | number | what it says | enforced by | in the sandbox | proved by |\n|---|---|---|---|---|\n",
    );
    let (mut faults, cell) = (Vec::new(), |text: &str| text.replace('|', "\\|"));
    for number in NUMBERS {
        match row(number, &judges) {
            Ok(Row { number, what, enforced, sandbox, proved }) => {
                let _ = writeln!(
                    page,
                    "| R{number} | {} | {} | {} | {proved} |",
                    cell(&what),
                    cell(&enforced),
                    cell(&sandbox)
                );
            }
            Err(fault) => faults.push(fault),
        }
    }
    page.push_str(
        "\n## Content\n\nRules of the reference's section 5, which has no numbers.\n\n\
         | rule | how | sites | in the sandbox | proved by |\n|---|---|---|---|---|\n",
    );
    for rule in rules::all().filter(|rule| rules::family(rule.doc.id) == "content") {
        let id = rule.doc.id;
        let judged = judges.iter().any(|judge| judge.objection_names().contains(id));
        let reviewer = match (judged, how(rule)) {
            (true, _) => "reviewer".to_owned(),
            (false, "reject") => {
                reason(id).ok_or_else(|| format!("{id}: the sandbox has no eye for it and no reason"))?
            }
            (false, _) => "shown, never a reason to reject".to_owned(),
        };
        let sites = if rule.doc.sites.is_empty() { "all".to_owned() } else { rule.doc.sites.join(", ") };
        let proof = format!("[fixture](../tests/rules/content/{id}.yaml)");
        let _ = writeln!(page, "| [{id}](rules.md#{id}) | {} | {sites} | {reviewer} | {proof} |", how(rule));
    }
    if faults.is_empty() { Ok(page) } else { Err(faults.join("\n")) }
}

/// Why the sandbox does not judge a content rule that rejects.
fn reason(id: &str) -> Option<String> {
    let listed = crate::agreement::planner_only();
    listed.iter().find(|(rule, _)| *rule == id).map(|(_, reason)| format!("not judged: {reason}"))
}

#[test]
fn every_number_is_enforced_and_proved() {
    let made = made().unwrap_or_else(|faults| panic!("{faults}"));
    let path = root().join(PAGE);
    if std::env::var_os("GALLERIST_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == made, "{PAGE} is stale: run the tests with GALLERIST_BLESS=1");
}

#[test]
fn the_tests_that_prove_a_number_exist() {
    let sources: Vec<_> = crate::tree::files(&["src", "tests/it"], &["rs"]);
    for (number, test) in TESTS {
        let stands = sources.iter().any(|file| file.text.contains(&format!("fn {test}(")));
        assert!(stands, "R{number}: there is no test {test}");
    }
}

/// Every rule that either side enforces has a page, but for those that nothing at one time can show.
#[test]
fn what_either_side_enforces_has_a_page() {
    let sites = SiteProfile::NAMES.iter().map(|name| SiteProfile::embedded(name).unwrap());
    let enforced: BTreeSet<u16> = sites.flat_map(|site| Judge::new(site).rules()).collect();
    let ours = rules::all().flat_map(|rule| rule.doc.numbers.iter().copied());
    let proved: BTreeMap<u16, &str> = TESTS.iter().copied().collect();
    let no_page: Vec<u16> = enforced
        .into_iter()
        .chain(ours)
        .collect::<BTreeSet<u16>>()
        .into_iter()
        .filter(|number| title(*number).is_none() && !proved.contains_key(number))
        .collect();
    assert_eq!(no_page, [85, 124, 127], "R85, R124 and R127 stand with the rules they share: R78, R81, R125");
}
