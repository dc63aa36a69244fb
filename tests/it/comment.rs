//! `gallerist comment` against a forge on a real socket.

pub(crate) mod issues;
mod races;
pub(crate) mod server;
mod trouble;
mod withholding;

use crate::cli_runner::{Cli, Ended};
use serde_json::json;
use server::{Fault, HEAD, Seen, Server, US_ON_GITHUB, US_ON_GITLAB};

const TOKEN: &str = "ghs_0123456789abcdefSECRET";

/// A folder with a report, and a forge.
struct Desk {
    cli: Cli,
    server: Server,
}

impl Desk {
    fn new() -> Self {
        let cli = Cli::new();
        cli.run(&["init", "--quiet"]).fine();
        cli.run(&["plan", "--quiet", "--output", "json=report.json"]).fine();
        Self { cli, server: Server::start() }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.cli = self.cli.with(name, value);
        self
    }

    fn github(&self, more: &[&str]) -> Ended {
        self.post("github", more)
    }

    fn gitlab(&self, more: &[&str]) -> Ended {
        self.post("gitlab", more)
    }

    fn arguments<'a>(&'a self, forge: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let fixed =
            ["comment", "report.json", "--on", forge, "--repository", "acme/catalog", "--request", "12"];
        let mut all = fixed.to_vec();
        if !more.contains(&"--api") {
            all.extend(["--api", &self.server.url]);
        }
        if !more.contains(&"--commit") {
            all.extend(["--commit", HEAD]);
        }
        all.extend(more);
        all
    }

    fn post(&self, forge: &str, more: &[&str]) -> Ended {
        let ended = self.cli.run(&self.arguments(forge, more));
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!said.contains(TOKEN), "the token is shown:\n{said}");
        // Lines are broken for terminals; words are compared.
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ended { code: ended.code, stdout: flat(&ended.stdout), stderr: flat(&ended.stderr) }
    }
}

fn on_github() -> Desk {
    Desk::new().with("GITHUB_TOKEN", TOKEN)
}

fn on_gitlab() -> Desk {
    Desk::new().with("GITLAB_TOKEN", TOKEN)
}

/// A comment of ours that says something else.
fn earlier(run: u64, seconds: i64) -> String {
    format!("<!-- gallerist comment=catalog/intl commit={HEAD} run={run}.1 at={seconds} -->\nEarlier.")
}

#[test]
fn a_plan_is_posted_once_and_brought_up_to_date_on_github() {
    let desk = on_github();
    let said = desk.github(&[]).fine();
    assert!(
        said.contains("The comment is posted: https://github.example/acme/catalog/pull/12#issuecomment-1"),
        "{said}"
    );
    let bodies = desk.server.bodies();
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].starts_with("<!-- gallerist comment=catalog/intl commit="), "{}", bodies[0]);

    let said = desk.github(&["--now", "2026-11-22T10:00:00Z"]).fine();
    assert!(said.contains("says this already"), "{said}");
    assert_eq!(desk.server.seen("PATCH", "").len(), 0, "an edit that changes nothing is noise");

    desk.server.state().comments[0].body = earlier(1, 0);
    let said = desk.github(&[]).fine();
    assert!(said.contains("brought up to date"), "{said}");
    assert_eq!(desk.server.bodies(), bodies);
}

#[test]
fn requests_are_as_github_documents_them() {
    let desk = on_github();
    desk.github(&["--status"]).fine();
    let posts = desk.server.seen("POST", "/issues/12/comments");
    let [Seen { headers, path, body, .. }] = posts.as_slice() else { panic!("{posts:?}") };
    assert_eq!(path, "/repos/acme/catalog/issues/12/comments");
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(headers["accept"], "application/vnd.github+json");
    assert_eq!(headers["x-github-api-version"], "2022-11-28");
    assert_eq!(headers["user-agent"], concat!("gallerist/", env!("CARGO_PKG_VERSION")));
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["body"]);
    let lists = desk.server.seen("GET", "/issues/12/comments");
    assert!(lists.iter().all(|list| list.query["per_page"] == "100" && list.query["page"] == "1"));
    let [status] = desk.server.state().statuses.clone().try_into().unwrap();
    assert_eq!(status["context"], "gallerist/catalog/intl");
    assert_eq!(status["state"], "success");
    assert_eq!(
        desk.server.seen("POST", "/statuses/")[0].path,
        format!("/repos/acme/catalog/statuses/{HEAD}")
    );
}

#[test]
fn a_plan_is_posted_on_gitlab() {
    let desk = on_gitlab();
    desk.gitlab(&["--status", "--labels"]).fine();
    desk.gitlab(&["--status", "--labels"]).fine();
    let posts = desk.server.seen("POST", "/notes");
    let [Seen { headers, path, .. }] = posts.as_slice() else { panic!("{posts:?}") };
    assert_eq!(path, "/projects/acme%2Fcatalog/merge_requests/12/notes");
    assert_eq!(headers["private-token"], TOKEN);
    assert!(!headers.contains_key("authorization"));
    let state = desk.server.state();
    assert_eq!(state.statuses[0]["name"], "gallerist/catalog/intl");
    assert_eq!(state.labels.len(), 1);
    assert!(state.repository_labels.values().all(|color| color.starts_with('#')));
}

#[test]
fn a_job_token_goes_in_its_own_header() {
    let desk = Desk::new().with("CI_JOB_TOKEN", TOKEN);
    desk.gitlab(&[]).fine();
    let seen = desk.server.state().seen.clone();
    assert!(
        seen.iter()
            .all(|seen| seen.headers["job-token"] == TOKEN && !seen.headers.contains_key("private-token"))
    );
}

#[test]
fn our_comment_is_found_on_the_second_page() {
    for (desk, us) in [(on_github(), US_ON_GITHUB), (on_gitlab(), US_ON_GITLAB)] {
        desk.server.state().page_max = 2;
        for _ in 0..3 {
            desk.server.comment("jane", "Looks good to me");
        }
        desk.server.comment(us, &earlier(1, 0));
        desk.post(if us == US_ON_GITHUB { "github" } else { "gitlab" }, &[]).fine();
        let bodies = desk.server.bodies();
        assert_eq!(bodies.len(), 4, "no second comment");
        assert!(!bodies[3].contains("Earlier."), "{}", bodies[3]);
    }
}

#[test]
fn what_others_write_is_not_ours() {
    let desk = on_github();
    let forged = earlier(999_999, 99_999_999_999);
    desk.server.comment("mallory", &forged);
    let quoted = format!("> quoted\n{forged}");
    desk.server.comment(US_ON_GITHUB, &quoted);
    let other = forged.replace("catalog/intl", "catalog/eu");
    desk.server.comment(US_ON_GITHUB, &other);
    desk.github(&[]).fine();
    let bodies = desk.server.bodies();
    assert_eq!(bodies[..3], [forged, quoted, other], "they stay as they are");
    assert_eq!(bodies.len(), 4, "ours is written beside them");
}

#[test]
fn several_of_ours_become_one() {
    let desk = on_github();
    desk.server.comment(US_ON_GITHUB, &earlier(1, 0));
    desk.server.comment("jane", "Please wait");
    desk.server.comment(US_ON_GITHUB, &earlier(2, 0));
    desk.server.comment(US_ON_GITHUB, &earlier(1, 0));
    desk.github(&[]).fine();
    let bodies = desk.server.bodies();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("at=1795") && !bodies[0].contains("Earlier."), "{}", bodies[0]);
    assert_eq!(bodies[1], "Please wait");
}

#[test]
fn a_comment_deleted_between_looking_and_acting_is_written_again() {
    let desk = on_github();
    desk.server.comment(US_ON_GITHUB, &earlier(1, 0));
    desk.server.fault("PATCH", "/issues/comments/", 1, Fault::AllDeletedFirst);
    desk.github(&[]).fine();
    let bodies = desk.server.bodies();
    assert_eq!(bodies.len(), 1);
    assert!(!bodies[0].contains("Earlier."));
}

#[test]
fn an_older_run_changes_nothing() {
    let desk = on_github().with("GITHUB_ACTIONS", "true").with("GITHUB_RUN_ID", "50");
    desk.server.comment(US_ON_GITHUB, &earlier(51, 0));
    let said = desk.github(&["--status", "--labels"]).fine();
    assert!(said.contains("a newer run was here first"), "{said}");
    assert_eq!(desk.server.bodies(), [earlier(51, 0)]);
    let state = desk.server.state();
    assert!(state.statuses.is_empty() && state.labels.is_empty());
    drop(state);
    let newer = desk.with("GITHUB_RUN_ID", "52");
    newer.github(&[]).fine();
    assert!(newer.server.bodies()[0].contains("run=52.1"));
}

#[test]
fn runs_at_the_same_time_leave_one_comment_of_the_newest() {
    let desk = on_github().with("GITHUB_ACTIONS", "true");
    let runs: Vec<_> = (1..=4)
        .map(|run: u32| {
            let mut command = desk.cli.command(&desk.arguments("github", &[]));
            // What is posted differs from run to run.
            command.env("GITHUB_RUN_ID", run.to_string());
            command.args(["--rest", &format!("https://ci.example/{run}")]);
            command.spawn().unwrap()
        })
        .collect();
    for run in runs {
        let ended = run.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let bodies = desk.server.bodies();
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
}

#[test]
fn a_head_that_moved_on_is_said_or_left_alone() {
    let old = "f".repeat(40);
    let desk = on_github();
    desk.github(&["--commit", &old]).fine();
    let body = desk.server.bodies()[0].clone();
    assert!(body.contains("This plan is of commit `ffffffffffff`"), "{body}");
    assert!(body.contains("moved on to `0123456789ab`"), "{body}");
    desk.github(&[]).fine();
    assert!(!desk.server.bodies()[0].contains("moved on"));
    let said = desk.github(&["--commit", &old, "--now", "2026-12-22T09:00:00Z"]).fine();
    assert!(said.contains("a newer run was here first"), "{said}");
    assert!(!desk.server.bodies()[0].contains("moved on"));
}

#[test]
fn an_artifact_of_a_fork_cannot_point_at_another_request() {
    let desk = on_github().with("GITHUB_ACTIONS", "true");
    let event = json!({"workflow_run": {"id": 7, "head_sha": "f".repeat(40)}}).to_string();
    desk.cli.write("event.json", &event);
    let path = desk.cli.path("event.json");
    let desk = desk.with("GITHUB_EVENT_PATH", path.to_str().unwrap());
    let arguments = ["comment", "report.json", "--repository", "acme/catalog", "--request", "12", "--api"];
    let said = desk.cli.run(&[&arguments[..], &[&desk.server.url]].concat()).fine();
    assert!(said.contains("Nothing was posted"), "{said}");
    assert!(desk.server.bodies().is_empty());
    desk.server.state().head = "f".repeat(40);
    desk.cli.run(&[&arguments[..], &[&desk.server.url]].concat()).fine();
    assert_eq!(desk.server.bodies().len(), 1);
}

#[test]
fn ci_says_where_to_post() {
    let cli = Desk::new();
    let event = json!({"pull_request": {"number": 12, "head": {"sha": HEAD}}}).to_string();
    cli.cli.write("event.json", &event);
    let path = cli.cli.path("event.json").to_str().unwrap().to_owned();
    let url = cli.server.url.clone();
    let desk = cli
        .with("GITHUB_ACTIONS", "true")
        .with("GITHUB_TOKEN", TOKEN)
        .with("GITHUB_REPOSITORY", "acme/catalog")
        .with("GITHUB_EVENT_PATH", &path)
        .with("GITHUB_API_URL", &url)
        .with("GITHUB_RUN_ID", "9");
    desk.cli.run(&["comment", "report.json"]).fine();
    assert!(desk.server.bodies()[0].contains(&format!("commit={HEAD} run=9.1")));

    let gitlab = Desk::new();
    let url = gitlab.server.url.clone();
    let gitlab = gitlab
        .with("GITLAB_CI", "true")
        .with("GITLAB_TOKEN", TOKEN)
        .with("CI_PROJECT_ID", "acme/catalog")
        .with("CI_MERGE_REQUEST_IID", "12")
        .with("CI_COMMIT_SHA", HEAD)
        .with("CI_PIPELINE_ID", "31")
        .with("CI_API_V4_URL", &url);
    gitlab.cli.run(&["comment", "report.json"]).fine();
    assert!(gitlab.server.bodies()[0].contains(&format!("commit={HEAD} run=31.1")));
}

#[test]
fn labels_are_exclusive_and_foreign_ones_stay() {
    let desk = on_github();
    desk.server.state().labels =
        ["bug", "gallerist: blocked", "gallerist eu: blocked"].map(str::to_owned).into();
    desk.github(&["--labels"]).fine();
    desk.github(&["--labels"]).fine();
    let state = desk.server.state();
    assert_eq!(state.labels, ["bug", "gallerist eu: blocked", "gallerist: changes"]);
    assert_eq!(state.repository_labels["gallerist: changes"], "fbca04");
}

#[test]
fn a_check_is_published_once() {
    let desk = on_github();
    desk.github(&["--check"]).fine();
    desk.github(&["--check"]).fine();
    let [check] = desk.server.state().checks.clone().try_into().unwrap();
    assert_eq!((check["head_sha"].as_str(), check["status"].as_str()), (Some(HEAD), Some("completed")));
    let said = on_gitlab().gitlab(&["--check"]).failed(1);
    assert!(said.contains("GitLab has no checks"), "{said}");
}

#[test]
fn the_check_is_the_one_of_now_even_if_an_earlier_one_said_the_same() {
    let desk = with_a_blocked_price();
    let blocked = desk.cli.read("report.json");
    desk.github(&["--check"]).fine();
    let path = "products/acme-crm/product.yaml";
    desk.cli.write(path, &desk.cli.read(path).replace("\"7391.57\"", "\"99.00\""));
    desk.cli.run(&["plan", "--quiet", "--output", "json=report.json"]).fine();
    desk.github(&["--check"]).fine();
    desk.cli.write("report.json", &blocked);
    desk.github(&["--check"]).fine();
    let checks = desk.server.state().checks.clone();
    let conclusions: Vec<_> = checks.iter().map(|check| check["conclusion"].as_str().unwrap()).collect();
    assert_eq!(conclusions, ["action_required", "success", "action_required"]);
}

#[test]
fn a_check_that_lacks_remarks_is_published_again() {
    let desk = on_github();
    let product = desk.cli.read("products/acme-crm/product.yaml");
    let many: String = (0..120).map(|number| format!("nonsense{number}: 1\n")).collect();
    desk.cli.write("products/acme-crm/product.yaml", &format!("{product}{many}"));
    assert_eq!(desk.cli.run(&["plan", "--quiet", "--output", "json=report.json"]).code, 3);
    desk.server.fault("PATCH", "check-runs", 1, Fault::Answer(422, Vec::new(), "{}".to_owned()));
    assert_eq!(desk.github(&["--check"]).code, 1);
    desk.github(&["--check"]).fine();
    desk.github(&["--check"]).fine();
    let checks = desk.server.state().checks.clone();
    let remarks = |check: &serde_json::Value| check["output"]["annotations"].as_array().unwrap().len();
    assert_eq!(checks.len(), 2, "the whole one is not published a third time");
    assert!(remarks(&checks[0]) < remarks(&checks[1]) && remarks(&checks[1]) > 50, "{}", remarks(&checks[1]));
}

/// A catalog that is on sale, and a price in it that the guard stops.
fn with_a_blocked_price() -> Desk {
    let desk = on_github();
    desk.cli.run(&["reconcile", "--quiet"]).fine();
    desk.cli.run(&["sandbox", "review", "--approve-all", "--quiet"]).fine();
    desk.cli.run(&["reconcile", "--quiet"]).fine();
    let path = "products/acme-crm/product.yaml";
    desk.cli.write(path, &desk.cli.read(path).replace("\"99.00\"", "\"7391.57\""));
    let planned = desk.cli.run(&["plan", "--quiet", "--output", "json=report.json"]);
    assert_eq!(planned.code, 3, "{}", planned.stdout);
    desk
}

#[test]
fn what_blocks_is_shown_beside_its_line() {
    let desk = with_a_blocked_price();
    desk.github(&["--status", "--check", "--labels", "--folder", "shop"]).fine();
    let state = desk.server.state();
    assert_eq!(state.statuses[0]["state"], "failure");
    assert_eq!(state.statuses[0]["description"], "1 blocked");
    assert_eq!(state.labels, ["gallerist: blocked"]);
    let output = &state.checks[0]["output"];
    let annotations = output["annotations"].as_array().unwrap();
    let annotation = annotations.iter().find(|one| one["title"] == "price-change-unusual").unwrap();
    assert_eq!(annotation["path"], "shop/products/acme-crm/product.yaml");
    assert_eq!(annotation["annotation_level"], "failure");
    let line = usize::try_from(annotation["start_line"].as_u64().unwrap()).unwrap();
    let text = desk.cli.read("products/acme-crm/product.yaml");
    assert!(text.lines().nth(line - 1).unwrap().contains("7391.57"), "line {line}");
}

#[test]
fn a_withheld_price_leaves_the_machine_nowhere() {
    let desk = with_a_blocked_price();
    let open = desk.github(&["--dry-run"]).fine();
    let id = open.split_whitespace().find(|word| word.starts_with("o-")).unwrap().to_owned();
    assert!(open.contains("7391.57"));
    desk.github(&["--withhold", "prices,urls", "--status", "--check", "--labels"]).fine();
    let sent = format!("{:?}", desk.server.state().seen);
    for secret in ["7391", &id, "7366"] {
        assert!(!sent.contains(secret), "{secret} was sent: {sent}");
    }
    assert!(sent.contains("goes from 99.00 to (withheld)"), "what is on sale is no secret: {sent}");
}

#[test]
fn addresses_of_a_hidden_product_are_withheld() {
    let desk = Desk::new();
    let address = "crm.acme.example";
    assert!(desk.github(&["--dry-run", "--withhold", "urls"]).fine().contains(address), "it is listed");
    let path = "products/acme-crm/product.yaml";
    desk.cli.write(path, &desk.cli.read(path).replace("publicSales: true", "publicSales: false"));
    desk.cli.run(&["plan", "--quiet", "--output", "json=report.json"]).fine();
    assert!(desk.github(&["--dry-run"]).fine().contains(address));
    let closed = desk.github(&["--dry-run", "--withhold", "urls"]).fine();
    assert!(!closed.contains(address) && closed.contains("(withheld)"), "{closed}");
}

#[test]
fn a_process_with_keys_to_the_marketplace_posts_nothing() {
    let names = [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "GALLERIST_ACCESS_KEY",
        "GALLERIST_SECRET_KEY",
        "GALLERIST_SECRET_KEY_EU_LIVE",
        "GALLERIST_CREDENTIALS_FILE",
        "GALLERIST_CREDENTIALS_COMMAND_INTL",
    ];
    for name in names {
        let desk = on_github().with(name, "AKIDEXAMPLE");
        let said = desk.github(&[]).failed(1);
        assert!(
            said.contains(name) && said.contains("another job") && !said.contains("AKIDEXAMPLE"),
            "{said}"
        );
        assert!(desk.server.state().seen.is_empty(), "nobody is asked");
    }
}

#[test]
fn a_dry_run_prints_and_asks_nobody() {
    let desk = Desk::new();
    let body = desk.github(&["--dry-run"]).fine();
    assert!(body.contains("Plan for catalog at intl"), "{body}");
    assert!(desk.server.state().seen.is_empty());
    assert!(!desk.cli.run(&["comment", "report.json", "--dry-run"]).fine().is_empty());
}

#[test]
fn what_nobody_has_to_see_is_not_posted() {
    let desk = on_github();
    desk.cli.run(&["reconcile", "--quiet"]).fine();
    desk.cli.run(&["sandbox", "review", "--approve-all", "--quiet"]).fine();
    desk.cli.run(&["reconcile", "--quiet"]).fine();
    desk.cli.run(&["plan", "--quiet", "--output", "json=report.json"]).fine();
    let said = desk.github(&["--skip-when-nothing"]).fine();
    assert!(said.contains("nothing to say"), "{said}");
    assert!(desk.server.bodies().is_empty());
    desk.server.comment(US_ON_GITHUB, &earlier(1, 0));
    desk.github(&["--skip-when-nothing"]).fine();
    assert!(!desk.server.bodies()[0].contains("Earlier."), "what is there is brought up to date");
}

#[test]
fn hostile_reports_and_arguments_are_refused() {
    let desk = on_github();
    for (text, words) in
        [("", "report.json"), ("{}", "report.json"), ("{\"document\": \"plan\"}", "report.json")]
    {
        desk.cli.write("report.json", text);
        assert!(desk.github(&[]).failed(1).contains(words));
    }
    let huge = std::fs::File::create(desk.cli.path("report.json")).unwrap();
    huge.set_len(65 << 20).unwrap();
    assert!(desk.github(&[]).failed(1).contains("larger than"));
    assert!(desk.server.state().seen.is_empty());
}

#[test]
fn a_token_is_sent_over_https_only() {
    let desk = on_github();
    let said = desk.github(&["--api", "http://api.example.com"]).failed(1);
    assert!(said.contains("not encrypted"), "{said}");
}

#[test]
fn a_token_comes_from_a_file_or_is_missed() {
    let desk = Desk::new();
    let said = desk.github(&[]).failed(1);
    assert!(said.contains("GITHUB_TOKEN or GH_TOKEN") && said.contains("--token-file"), "{said}");
    desk.cli.write("token", &format!("{TOKEN}\n"));
    desk.github(&["--token-file", "token"]).fine();
    assert_eq!(desk.server.seen("POST", "/comments")[0].headers["authorization"], format!("Bearer {TOKEN}"));
    desk.cli.write("token", &format!("{TOKEN} {TOKEN}"));
    desk.github(&["--token-file", "token"]).failed(1);
}
