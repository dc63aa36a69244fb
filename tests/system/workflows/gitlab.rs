//! The scripts of the jobs for GitLab, run on real repositories.

use super::GITLAB;
use super::shop::{PRICE, PRODUCT, Shop, git};
use super::steps::{Job, Script, gitlab_scripts, named, root, yaml};
use serde_yaml::Value;

fn script(job: &str) -> Script {
    named(&gitlab_scripts(&root().join(GITLAB)), &format!("{job} script"))
}

/// A runner's variables; the forge's address leads to the shop's repository.
fn on_gitlab(shop: &Shop, job: Job) -> Job {
    let forge = shop.forge().display().to_string();
    let tip = |name: &str| git(&job.checkout(), &["rev-parse", name]).trim().to_owned();
    let (commit, base) = (tip("HEAD"), tip("origin/main"));
    job.with("CI_COMMIT_SHA", &commit)
        .with("CI_COMMIT_SHORT_SHA", &commit[..8])
        .with("CI_JOB_TOKEN", "a-token")
        .with("CI_PROJECT_PATH", "acme/catalog")
        .with("CI_PIPELINE_URL", "https://git.acme.example/pipelines/1")
        .with("CI_MERGE_REQUEST_IID", "12")
        .with("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)
        .with("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
        .with("CI_MERGE_REQUEST_PROJECT_URL", "https://git.acme.example/acme/catalog")
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", &format!("url.{forge}.insteadOf"))
        .with("GIT_CONFIG_VALUE_0", "https://gitlab-ci-token:a-token@git.acme.example/acme/catalog.git")
}

/// Main with its first release handed over, approved and published.
fn on_sale() -> Shop {
    let shop = Shop::new();
    let job = on_gitlab(&shop, shop.on_main());
    let _ = job.run(&script("gallerist:apply")).fine();
    assert!(job.checkout().join("sheets").is_dir(), "there is a sheet to keep");
    shop.approve();
    let job = on_gitlab(&shop, shop.on_main());
    let before = shop.tip("gallerist/released");
    let _ = job.run(&script("gallerist:reconcile")).fine();
    assert_ne!(shop.tip("gallerist/released"), before, "the approval is news");
    let again = job.run(&script("gallerist:reconcile")).fine();
    assert!(again.contains("Nothing new is on sale."), "{again}");
    shop
}

/// What a pipeline of a fork has checked out: the branch, from a repository that has nothing else of ours.
fn on_request(shop: &Shop, branch: &str) -> Job {
    let job = Job::new();
    let forge = shop.forge().display().to_string();
    git(&job.checkout(), &["clone", "--quiet", "--branch", branch, &forge, "."]);
    let job = on_gitlab(shop, job);
    git(&job.checkout(), &["checkout", "--quiet", "--detach"]);
    git(&job.checkout(), &["remote", "set-url", "origin", "the-fork"]);
    job
}

#[test]
fn a_merge_request_shows_what_merging_does() {
    let shop = on_sale();
    shop.propose("cheaper", PRODUCT, |text| text.replace(PRICE, "3000.00"));
    let job = on_request(&shop, "cheaper");
    let _ = job.run(&script("gallerist:check")).fine();
    for file in ["gl-code-quality-report.json", "gallerist.xml"] {
        assert!(!job.read(&format!("checkout/{file}")).is_empty(), "{file} is missing");
    }
    let said = job.run(&script("gallerist:plan")).fine();
    assert!(said.contains("3000"), "{said}");
    let report: serde_json::Value =
        serde_json::from_str(&job.read("checkout/report.json")).expect("a report");
    assert!(report.to_string().contains("quayside-migration"), "{report}");
}

#[test]
fn mistakes_fail_and_what_is_blocked_does_not() {
    let shop = on_sale();
    shop.propose("wrong", PRODUCT, |text| text.replace(PRICE, "-1"));
    let wrong = on_request(&shop, "wrong");
    let _ = wrong.run(&script("gallerist:check")).with_code(3);
    let quality = wrong.read("checkout/gl-code-quality-report.json");
    assert!(quality.contains(PRODUCT), "{quality}");
    shop.propose("dearer", PRODUCT, |text| text.replace(PRICE, "9900.00"));
    let _ = on_request(&shop, "dearer").run(&script("gallerist:plan")).fine();
}

#[test]
fn before_the_first_apply_there_is_no_plan() {
    let shop = Shop::new();
    shop.propose("first", PRODUCT, |text| text.replace(PRICE, "3000.00"));
    let said = on_request(&shop, "first").run(&script("gallerist:plan")).fine();
    assert!(said.contains("There is no plan yet"), "{said}");
}

#[test]
fn the_comment_needs_a_token_and_a_report_of_some_size() {
    let comment = |token: &str, report: Option<&str>| {
        let job = Job::new()
            .with("GITLAB_TOKEN", token)
            .with("BYTES_MAX", "1000")
            .with("CI_PROJECT_PATH", "acme/catalog")
            .with("CI_COMMIT_SHA", "1234")
            .with("CI_MERGE_REQUEST_IID", "12")
            .with("CI_PIPELINE_URL", "https://git.acme.example/pipelines/1");
        super::github::comment_only(&job);
        if let Some(report) = report {
            std::fs::write(job.checkout().join("report.json"), report).expect("written");
        }
        let ended = job.run(&script("gallerist:comment"));
        (ended.code, ended.text, job.read("commented"))
    };
    let (code, said, commented) = comment("a-token", Some("{}"));
    assert_eq!(code, 0, "{said}");
    let wanted = "comment report.json --on gitlab --repository acme/catalog --request 12 --commit 1234 --rest https://git.acme.example/pipelines/1\n";
    assert_eq!(commented, wanted);
    for (token, report, code) in
        [("", Some("{}"), 0), ("a-token", None, 0), ("a-token", Some(" ".repeat(2_000).as_str()), 1)]
    {
        let (ended, said, commented) = comment(token, report);
        assert_eq!((ended, commented.as_str()), (code, ""), "{said}");
    }
}

#[test]
fn drift_fails_the_scheduled_job() {
    let shop = on_sale();
    let run = || on_gitlab(&shop, shop.on_main()).run(&script("gallerist:drift"));
    let _ = run().fine();
    shop.edit("released/intl/quayside-migration.json", |text| text.replace(PRICE, "3333.00"));
    shop.push("main");
    let said = run().with_code(6);
    assert!(said.contains("3333"), "{said}");
}

#[test]
fn the_issue_needs_a_token_and_somebody_who_looked() {
    let issue = |token: &str, report: Option<&str>| {
        let job = Job::new().with("GITLAB_TOKEN", token).with("CI_PROJECT_PATH", "acme/catalog");
        job.stub("gallerist", "printf '%s\\n' \"$*\" >> \"$HOME/kept\"\n");
        if let Some(report) = report {
            std::fs::write(job.checkout().join("drift.json"), report).expect("written");
        }
        let _ = job.run(&script("gallerist:issue")).fine();
        job.read("kept")
    };
    let wanted = "issue drift.json --about drift --on gitlab --repository acme/catalog\n";
    assert_eq!(issue("a-token", Some("{}")), wanted);
    assert_eq!((issue("", Some("{}")), issue("a-token", None)), (String::new(), String::new()));
}

#[test]
fn the_tool_is_built_once() {
    let build = named(&gitlab_scripts(&root().join(GITLAB)), ".gallerist before_script");
    let job = Job::new()
        .with("GALLERIST_REPOSITORY", "https://git.example/a.git")
        .with("GALLERIST_REVISION", "0123");
    let checkout = job.text_path("checkout");
    let job = job.with("CI_PROJECT_DIR", &checkout);
    job.stub(
        "cargo",
        &format!(
            "[[ $* == \"install --locked --root $CI_PROJECT_DIR/.gallerist/tool --git https://git.example/a.git --rev 0123 gallerist\" ]]\n\
             mkdir -p .gallerist/tool/bin\nln -s '{}' .gallerist/tool/bin/gallerist\necho built >> \"$HOME/built\"\n",
            env!("CARGO_BIN_EXE_gallerist")
        ),
    );
    for _ in 0..2 {
        let said = job.run(&build).fine();
        assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
    }
    assert_eq!(job.read("built"), "built\n");
}

/// Whatever may write runs for the default branch of one project, and a merge request's job for none of them.
#[test]
fn jobs_that_write_run_on_the_default_branch_only() {
    let file = yaml(&root().join(GITLAB));
    let rule = |job: &str| file[job]["rules"][0]["if"].as_str().expect("a rule").to_owned();
    for job in ["gallerist:apply", "gallerist:reconcile", "gallerist:drift", "gallerist:issue"] {
        for needed in ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "$CI_PROJECT_PATH == $GALLERIST_PROJECT"] {
            assert!(rule(job).contains(needed) && !rule(job).contains("||"), "{job}: {}", rule(job));
        }
        assert!(!rule(job).contains("merge_request"), "{job}: {}", rule(job));
    }
    let comment = rule("gallerist:comment");
    assert!(comment.contains("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"), "{comment}");
    assert_eq!(file["gallerist:comment"]["variables"]["GIT_STRATEGY"], Value::from("none"));
    assert_eq!(file[".gallerist-marketplace"]["resource_group"], Value::from("gallerist-marketplace"));
    assert_eq!(file[".gallerist-marketplace"]["interruptible"], Value::from(false));
}
