//! `gallerist issue` against a forge on a real socket: one rolling issue per repository.

mod races;

use crate::cli_runner::{Cli, Ended};
use crate::comment::issues::KeptIssue;
use crate::comment::server::{Fault, Server, US_ON_GITHUB, US_ON_GITLAB};
use crate::drift::console;
use crate::moving::story::on_sale;
use gallerist::model::ProductField;
use serde_json::{Value, json};

const TOKEN: &str = "ghs_0123456789abcdefSECRET";
const COMMIT: &str = "89abcdef0123456789abcdef0123456789abcdef";

/// A catalog whose product is on sale, and a forge.
struct Desk {
    cli: Cli,
    server: Server,
    forge: &'static str,
}

impl Desk {
    fn on(forge: &'static str) -> Self {
        let name = if forge == "github" { "GITHUB_TOKEN" } else { "GITLAB_TOKEN" };
        Self { cli: on_sale().with(name, TOKEN), server: Server::start(), forge }
    }

    /// Somebody changes the version in the console.
    fn changed(&self, version: &str) {
        console(&self.cli, ProductField::Version, version);
    }

    fn report(&self, now: &str) {
        let _ = self.cli.run(&["drift", "--quiet", "--output", "json=drift.json", "--now", now]);
    }

    fn post(&self, more: &[&str]) -> Ended {
        let fixed = ["issue", "--on", self.forge, "--repository", "acme/catalog", "--api", &self.server.url];
        let mut all = fixed.to_vec();
        all.extend(more);
        let ended = self.cli.run(&all);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!said.contains(TOKEN), "the token is shown:\n{said}");
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ended { code: ended.code, stdout: flat(&ended.stdout), stderr: flat(&ended.stderr) }
    }

    fn drift(&self, now: &str) -> String {
        self.report(now);
        self.post(&["drift.json", "--about", "drift"]).fine()
    }

    fn issues(&self) -> Vec<KeptIssue> {
        self.server.state().issues.clone()
    }

    fn only(&self) -> KeptIssue {
        let [issue] = self.issues().try_into().unwrap_or_else(|issues| panic!("{issues:#?}"));
        issue
    }

    /// A report with parts of it otherwise.
    fn edited(&self, edit: impl FnOnce(&mut Value)) {
        let mut report: Value = serde_json::from_str(&self.cli.read("drift.json")).unwrap();
        edit(&mut report);
        self.cli.write("drift.json", &report.to_string());
    }
}

fn on_both(story: impl Fn(Desk)) {
    story(Desk::on("github"));
    story(Desk::on("gitlab"));
}

#[test]
fn the_issue_opens_follows_closes_and_opens_again() {
    on_both(|desk| {
        assert!(
            desk.drift("2026-11-22T09:00:00Z").contains("There is nothing to list, so there is no issue.")
        );
        assert_eq!(desk.issues().len(), 0);
        desk.changed("V9.8");
        let said = desk.drift("2026-11-22T10:00:00Z");
        assert!(said.contains("The issue is opened: https://"), "{said}");
        let issue = desk.only();
        assert!(issue.body.contains("applied last `\"V1.0\"`, on sale `\"V9.8\"`"), "{}", issue.body);
        assert!(issue.body.contains("`gallerist drift --revert acme-crm`"), "{}", issue.body);
        assert_eq!(issue.labels, ["gallerist-drift"]);
        desk.changed("V9.9");
        let said = desk.drift("2026-11-22T11:00:00Z");
        assert!(said.contains("brought up to date"), "{said}");
        assert!(desk.only().body.contains("on sale `\"V9.9\"`"));
        let said = desk.post(&["drift.json", "--about", "drift"]).fine();
        assert!(said.contains("says this already"), "{said}");
        let _ = desk
            .cli
            .run(&["drift", "--ignore", "acme-crm", "--reason", "a sale", "--until", "2026-12-01"])
            .fine();
        let said = desk.drift("2026-11-22T12:00:00Z");
        assert!(said.contains("The issue is closed: nothing is left of it"), "{said}");
        assert!(!desk.only().is_open);
        assert!(!desk.only().body.contains("acme-crm"), "{}", desk.only().body);
        let said = desk.drift("2026-12-02T12:00:00Z");
        assert!(said.contains("The issue is opened again"), "{said}");
        assert!(desk.only().is_open && desk.only().body.contains("V9.9"));
    });
}

#[test]
fn requests_are_as_the_forges_document_them() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    let lists = desk.server.seen("GET", "/repos/acme/catalog/issues");
    assert!(
        lists.iter().all(|list| list.query["labels"] == "gallerist-drift" && list.query["state"] == "all")
    );
    let [post] = desk.server.seen("POST", "").try_into().unwrap();
    assert_eq!(post.path, "/repos/acme/catalog/issues");
    assert_eq!(post.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(post.headers["accept"], "application/vnd.github+json");
    assert_eq!(post.headers["x-github-api-version"], "2022-11-28");
    assert_eq!(post.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["body", "labels", "title"]);
    desk.changed("V1.0");
    desk.drift("2026-11-22T11:00:00Z");
    let [patch] = desk.server.seen("PATCH", "").try_into().unwrap();
    assert_eq!(patch.path, "/repos/acme/catalog/issues/1");
    assert_eq!((patch.body["state"].as_str(), patch.body.as_object().unwrap().len()), (Some("closed"), 2));

    let desk = Desk::on("gitlab");
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    let [post] = desk.server.seen("POST", "").try_into().unwrap();
    assert_eq!(post.path, "/projects/acme%2Fcatalog/issues");
    assert_eq!(post.headers["private-token"], TOKEN);
    assert_eq!(post.body["labels"], "gallerist-drift");
    desk.changed("V1.0");
    desk.drift("2026-11-22T11:00:00Z");
    let [put] = desk.server.seen("PUT", "").try_into().unwrap();
    assert_eq!(
        (put.path.as_str(), put.body["state_event"].as_str()),
        ("/projects/acme%2Fcatalog/issues/1", Some("close"))
    );
}

#[test]
fn only_who_looked_again_takes_a_product_off_the_list() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    let listed = |desk: &Desk| desk.only().is_open && desk.only().body.contains("`acme-crm`");
    desk.changed("V1.0");
    desk.report("2026-11-22T11:00:00Z");
    let whole = desk.cli.read("drift.json");
    let again = |edit: &dyn Fn(&mut Value)| {
        desk.cli.write("drift.json", &whole);
        desk.edited(edit);
        desk.post(&["drift.json", "--about", "drift"]).fine()
    };
    // Of other products; of another target; before; not looked at.
    again(&|report| report["observed"]["products"] = json!(["acme-erp"]));
    assert!(listed(&desk), "a partial report clears nothing else");
    again(&|report| report["plan"]["scope"]["target"] = json!("china"));
    assert!(listed(&desk), "another target says nothing of this one");
    let said = again(&|report| report["plan"]["observedAt"] = json!("2026-11-21T10:00:00Z"));
    assert!(said.contains("the issue knows of a later look"), "{said}");
    assert!(listed(&desk), "an older report clears nothing");
    again(&|report| report["observed"] = json!({"products": [], "all": true}));
    assert!(listed(&desk), "who could not look clears nothing");
    let said = again(&|_| ());
    assert!(said.contains("The issue is closed"), "{said}");
    assert!(!listed(&desk));
}

#[test]
fn a_plan_of_a_product_that_is_not_released_clears_nothing() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    desk.changed("V1.0");
    let _ = desk
        .cli
        .run(&["plan", "--quiet", "--output", "json=drift.json", "--now", "2026-11-22T11:00:00Z"])
        .fine();
    let whole = desk.cli.read("drift.json");
    desk.edited(|report| {
        report["plan"]["products"][0].as_object_mut().unwrap().remove("base");
    });
    desk.post(&["drift.json", "--about", "drift"]).fine();
    assert!(desk.only().is_open, "its observation failed");
    desk.cli.write("drift.json", &whole);
    desk.post(&["drift.json", "--about", "drift"]).fine();
    assert!(!desk.only().is_open, "the report of `plan` tells as much as that of `drift`");
}

#[test]
fn a_product_that_is_gone_is_forgotten_by_a_person() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    desk.changed("V1.0");
    desk.report("2026-11-22T11:00:00Z");
    desk.edited(|report| report["observed"]["products"] = json!([]));
    let said = desk.post(&["drift.json", "--about", "drift", "--forget", "acme-crm"]).fine();
    assert!(said.contains("The issue is closed"), "{said}");
}

#[test]
fn what_people_write_around_our_part_stays() {
    on_both(|desk| {
        desk.changed("V9.8");
        desk.drift("2026-11-22T10:00:00Z");
        {
            let mut state = desk.server.state();
            let body = format!(
                "Mei looks into it.\r\n\r\n{}\r\nAsk the agency.",
                state.issues[0].body.replace('\n', "\r\n")
            );
            state.issues[0].body = body;
            state.issues[0].title = "The agency again".to_owned();
        }
        desk.changed("V9.9");
        desk.drift("2026-11-22T11:00:00Z");
        let issue = desk.only();
        assert!(
            issue.body.starts_with("Mei looks into it.\r\n\r\n<!-- gallerist issue=drift -->\n"),
            "{}",
            issue.body
        );
        assert!(issue.body.ends_with("Ask the agency."), "{}", issue.body);
        assert!(issue.body.contains("V9.9") && !issue.body.contains("V9.8"), "{}", issue.body);
        assert_eq!(issue.title, "The agency again");
        // Somebody deletes our part, but not the issue.
        desk.server.state().issues[0].body = "Mei looks into it.".to_owned();
        desk.drift("2026-11-22T12:00:00Z");
        assert!(desk.only().body.starts_with("Mei looks into it.\n<!-- gallerist issue=drift -->\n"));
        // Closed by hand while it still drifts: the way to silence it is to ignore it.
        desk.server.state().issues[0].is_open = false;
        assert!(desk.drift("2026-11-22T13:00:00Z").contains("The issue is opened again"));
    });
}

#[test]
fn strangers_issues_are_left_alone() {
    let desk = Desk::on("github");
    let body = "<!-- gallerist issue=drift -->\n<!-- gallerist end -->\n";
    desk.server.state().open_issue("mallory", "Mine", body, &["gallerist-drift"]);
    desk.changed("V9.9");
    desk.drift("2026-11-22T10:00:00Z");
    let issues = desk.issues();
    assert_eq!((issues.len(), issues[0].body.as_str()), (2, body));
}

#[test]
fn an_answer_that_is_lost_opens_no_second_issue() {
    on_both(|desk| {
        desk.changed("V9.9");
        desk.server.fault("POST", "/issues", 1, Fault::CutAfter);
        let said = desk.drift("2026-11-22T10:00:00Z");
        assert!(said.contains("The issue is opened"), "{said}");
        assert_eq!(desk.issues().len(), 1);
        desk.server.fault("POST", "/issues", 9, Fault::Answer(403, vec![], r#"{"message": "no"}"#.into()));
        desk.server.state().issues.clear();
        desk.report("2026-11-22T11:00:00Z");
        let error = desk.post(&["drift.json", "--about", "drift"]).failed(1);
        assert!(error.contains("the issue cannot be opened: the answer is 403: no"), "{error}");
    });
}

#[test]
fn of_two_issues_that_were_opened_at_once_the_first_stays() {
    on_both(|desk| {
        desk.changed("V9.9");
        desk.drift("2026-11-22T10:00:00Z");
        let first = desk.only();
        let us = if desk.forge == "github" { US_ON_GITHUB } else { US_ON_GITLAB };
        desk.server.state().open_issue(us, "Again", &first.body, &["gallerist-drift"]);
        desk.drift("2026-11-22T11:00:00Z");
        let issues = desk.issues();
        assert!(issues[0].is_open && !issues[1].is_open);
        assert_eq!(issues[1].labels, [""; 0]);
        assert!(issues[1].body.contains("kept in #1"));
    });
}

#[test]
fn hostile_names_and_values_are_inert() {
    let desk = Desk::on("gitlab");
    let hostile = "fixes #1 @octocat <!-- gallerist end --> ](x) `";
    console(&desk.cli, ProductField::Version, hostile);
    desk.report("2026-11-22T10:00:00Z");
    desk.edited(|report| {
        let product = &mut report["plan"]["products"][0];
        product["name"] = json!("/close\n<!-- gallerist end --> @here closes #12");
        product["path"] = json!("products/<!-- gallerist product=x -->\n/close.yaml");
    });
    desk.post(&["drift.json", "--about", "drift"]).fine();
    let body = desk.only().body;
    for line in body.lines() {
        assert!(!line.starts_with('/'), "an order: {line}");
        let plain = without_code(line);
        assert!(!plain.contains("@octocat") && !plain.contains("@here"), "a mention: {line}");
        assert!(!plain.contains(" #1"), "a reference: {line}");
    }
    assert_eq!(body.lines().filter(|line| *line == "<!-- gallerist end -->").count(), 1, "{body}");
    // And it can be read again: nothing of it was taken for ours.
    console(&desk.cli, ProductField::Version, "V1.0");
    desk.drift("2026-11-22T11:00:00Z");
    assert!(!desk.only().is_open && !desk.only().body.contains("octocat"), "{}", desk.only().body);
}

#[test]
fn prices_that_are_not_on_sale_yet_are_withheld() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    let product = desk.cli.read("products/acme-crm/product.yaml");
    desk.cli.write("products/acme-crm/product.yaml", &product.replace("\"99.00\"", "\"123.45\""));
    desk.report("2026-11-22T10:00:00Z");
    desk.post(&["drift.json", "--about", "drift", "--withhold", "prices"]).fine();
    assert!(!desk.only().body.contains("123.45"));
}

#[test]
fn what_is_no_sighting_is_refused() {
    let desk = Desk::on("github");
    desk.report("2026-11-22T10:00:00Z");
    desk.edited(|report| {
        report["compared"] = json!({"baseline": {"revision": {"name": "main", "commit": COMMIT, "head": COMMIT}}, "products": []});
    });
    let error = desk.post(&["drift.json", "--about", "drift"]).failed(1);
    assert!(error.contains("about what a branch proposes"), "{error}");
    let error = desk.post(&["drift.json", "--about", "rejections"]).failed(1);
    assert!(error.contains("status-report"), "{error}");
    let error = desk.post(&["gallerist.yaml", "--about", "drift"]).failed(1);
    assert!(error.contains("gallerist.yaml"), "{error}");
    let desk = Desk { cli: desk.cli.with("GALLERIST_SECRET_KEY", "x"), ..desk };
    let error = desk.post(&["drift.json", "--about", "drift"]).failed(1);
    assert!(error.contains("holds a key to the marketplace"), "{error}");
    assert!(desk.server.state().seen.is_empty(), "nobody was asked");
}

#[test]
fn a_dry_run_asks_nobody() {
    let desk = Desk::on("github");
    desk.changed("V9.9");
    desk.report("2026-11-22T10:00:00Z");
    let said = desk.post(&["drift.json", "--about", "drift", "--dry-run"]).fine();
    assert!(said.contains("V9.9") && desk.server.state().seen.is_empty(), "{said}");
}

/// A line of Markdown without its code: what stands between runs of as many backticks.
fn without_code(line: &str) -> String {
    let Some(start) = line.find('`') else { return line.to_owned() };
    let rest = &line[start..];
    let fence: String = rest.chars().take_while(|c| *c == '`').collect();
    let inner = &rest[fence.len()..];
    let closes = |(at, _): &(usize, &str)| {
        let after = &inner[at + fence.len()..];
        !after.starts_with('`') && !inner[..*at].ends_with('`')
    };
    match inner.match_indices(&fence).find(closes) {
        Some((end, _)) => line[..start].to_owned() + &without_code(&inner[end + fence.len()..]),
        None => line[..start].to_owned() + &fence + &without_code(inner),
    }
}

/// The status of a product whose change the reviewer rejected.
fn rejected(desk: &Desk, commit: Option<&str>) -> Value {
    let product = desk.cli.read("products/acme-crm/product.yaml");
    desk.cli.write("products/acme-crm/product.yaml", &product.replace("version: V1.0", "version: V2.0"));
    let _ = desk.cli.run(&["reconcile"]);
    let list = desk.cli.run(&["sandbox", "review", "--format", "json"]).fine();
    let list: Value = serde_json::from_str(&list).unwrap();
    let id = list["reviews"][0]["application"].as_str().unwrap_or_else(|| panic!("{list}")).to_owned();
    let _ = desk.cli.run(&["sandbox", "review", "--reject", &id, "--reason", "see @mei: fixes #1"]).fine();
    let _ = desk.cli.run(&["reconcile"]);
    let ended = desk.cli.run(&["status", "--format", "json"]);
    let mut status: Value = serde_json::from_str(&ended.stdout).unwrap();
    if let Some(commit) = commit {
        status["products"][0]["rejection"]["commit"] = json!(commit);
        status["products"][0]["rejection"]["application"] = json!("KG1");
    }
    desk.cli.write("status.json", &status.to_string());
    status
}

#[test]
fn a_rejection_goes_to_the_request_that_brought_it_and_nowhere_else() {
    on_both(|desk| {
        desk.server.state().requests = vec![(COMMIT.to_owned(), 11, false), (COMMIT.to_owned(), 12, true)];
        rejected(&desk, Some(COMMIT));
        let said = desk.post(&["status.json", "--about", "rejections"]).fine();
        assert!(said.contains("The rejection is told at request 12"), "{said}");
        let [body] = desk.server.bodies().try_into().unwrap();
        assert!(body.starts_with("<!-- gallerist rejections=acme/intl at="), "{body}");
        assert!(
            body.contains("the reviewer said") && body.contains("products/acme-crm/product.yaml:"),
            "{body}"
        );
        assert!(!body.contains(" @mei"), "{body}");
        let said = desk.post(&["status.json", "--about", "rejections"]).fine();
        assert!(said.contains("was told already"), "{said}");
        assert_eq!((desk.server.bodies().len(), desk.issues().len()), (1, 0));
    });
}

#[test]
fn a_rejection_without_a_request_is_listed_in_the_issue_and_stays_there() {
    on_both(|desk| {
        let mut status = rejected(&desk, None);
        let said = desk.post(&["status.json", "--about", "rejections"]).fine();
        assert!(said.contains("The issue is opened"), "{said}");
        let issue = desk.only();
        assert_eq!(issue.labels, ["gallerist-rejections"]);
        assert!(
            issue.body.contains("products/acme-crm/product.yaml:") && issue.body.contains("submission `s-"),
            "{}",
            issue.body
        );
        // Its commit is known later: it is not told a second time.
        desk.server.state().requests = vec![(COMMIT.to_owned(), 12, true)];
        status["products"][0]["rejection"]["commit"] = json!(COMMIT);
        desk.cli.write("status.json", &status.to_string());
        desk.post(&["status.json", "--about", "rejections"]).fine();
        assert_eq!((desk.server.bodies().len(), desk.issues().len()), (0, 1));
        assert!(desk.only().body.contains("`acme-crm`"));
        // Nothing is rejected any more.
        status["products"][0].as_object_mut().unwrap().remove("rejection");
        desk.cli.write("status.json", &status.to_string());
        let said = desk.post(&["status.json", "--about", "rejections"]).fine();
        assert!(said.contains("The issue is closed"), "{said}");
    });
}

#[test]
fn the_report_of_a_run_tells_rejections_too() {
    let desk = Desk::on("github");
    let product = desk.cli.read("products/acme-crm/product.yaml");
    desk.cli.write("products/acme-crm/product.yaml", &product.replace("version: V1.0", "version: V2.0"));
    let _ = desk.cli.run(&["reconcile"]);
    let _ = desk.cli.run(&["sandbox", "review", "--auto"]);
    let list: Value =
        serde_json::from_str(&desk.cli.run(&["sandbox", "review", "--format", "json"]).fine()).unwrap();
    if let Some(id) = list["reviews"][0]["application"].as_str() {
        let _ = desk.cli.run(&["sandbox", "review", "--reject", id, "--reason", "the text is wrong"]).fine();
    }
    let ran = desk.cli.run(&["reconcile", "--format", "json"]);
    desk.cli.write("run.json", &ran.stdout);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let deeds = report["entries"].as_array().unwrap();
    let is_rejected = deeds.iter().any(|entry| entry["deed"].get("rejected").is_some());
    desk.post(&["run.json", "--about", "rejections"]).fine();
    assert_eq!(desk.issues().len(), usize::from(is_rejected), "{report}");
}
