//! The scripts of the workflows for GitHub, run one after the other on real repositories. Only GitHub itself is played: its
//! command line answers from files.

use super::shop::{PRICE, PRODUCT, Shop, git};
use super::steps::{Job, Script, github_scripts, named, root};

fn scripts(workflow: &str) -> Vec<Script> {
    github_scripts(&root().join("examples/github").join(workflow))
}

/// A runner has a repository and a commit; catalogs at the console need no secret.
fn on_github(job: Job) -> Job {
    let commit = git(&job.checkout(), &["rev-parse", "HEAD"]).trim().to_owned();
    job.with("GITHUB_REPOSITORY", "acme/catalog")
        .with("GITHUB_SHA", &commit)
        .with_expression("secrets.HUAWEICLOUD_SDK_AK", "")
        .with_expression("secrets.HUAWEICLOUD_SDK_SK", "")
        .with_expression("github.token", "a-token")
}

/// Main as apply leaves it: the first release is handed over, its approval recorded, and what is on sale published.
fn on_sale() -> Shop {
    let shop = Shop::new();
    let job = on_github(shop.on_main());
    let apply = scripts("gallerist-apply.yml");
    for step in ["Plan", "Apply", "Publish what is on sale"] {
        let _ = job.run(&named(&apply, step)).fine();
    }
    assert!(job.read("step_summary").contains("quayside-migration"), "{}", job.read("step_summary"));
    assert!(job.checkout().join("sheets").is_dir(), "there is a sheet to keep");
    shop.approve();
    shop
}

fn reconcile(shop: &Shop) -> Job {
    let job = on_github(shop.on_main());
    let steps = scripts("gallerist-reconcile.yml");
    let _ = job.run(&named(&steps, "Reconcile")).fine();
    let _ = job.run(&named(&steps, "Publish what is on sale")).fine();
    job
}

#[test]
fn what_is_on_sale_is_published_and_only_added_to() {
    let shop = on_sale();
    let first = shop.tip("gallerist/released");
    assert!(!first.is_empty() && !shop.tip("gallerist/ledger").is_empty());
    let job = reconcile(&shop);
    let second = shop.tip("gallerist/released");
    assert_ne!(first, second, "the approval is news");
    assert_eq!(git(&shop.forge(), &["rev-parse", &format!("{second}^")]).trim(), first);
    let held = git(&shop.forge(), &["ls-tree", "-r", "--name-only", &second]);
    assert!(held.contains("quayside-migration") && !held.contains("gallerist.yaml"), "{held}");
    let again = job.run(&named(&scripts("gallerist-reconcile.yml"), "Publish what is on sale")).fine();
    assert!(again.contains("Nothing new is on sale."), "{again}");
    assert_eq!(shop.tip("gallerist/released"), second);
    assert_eq!(
        git(&job.checkout(), &["status", "--porcelain", "--", "products"]),
        "",
        "the checkout stays as it is"
    );
    assert_eq!(git(&job.checkout(), &["symbolic-ref", "HEAD"]).trim(), "refs/heads/main");
}

/// Without a forge: a plan on a pull request asks nobody.
fn check(shop: &Shop, branch: &str) -> Job {
    let job = on_github(shop.on_pull_request(branch));
    git(&job.checkout(), &["remote", "set-url", "origin", "gone"]);
    job
}

#[test]
fn a_pull_request_shows_what_merging_does() {
    let shop = on_sale();
    let _ = reconcile(&shop);
    shop.propose("cheaper", PRODUCT, |text| text.replace(PRICE, "3000.00"));
    let job = check(&shop, "cheaper");
    let steps = scripts("gallerist-check.yml");
    let _ = job.run(&named(&steps, "Check")).fine();
    let said = job.run(&named(&steps, "Plan")).fine();
    assert!(!said.contains("::warning::"), "{said}");
    let summary = job.read("step_summary");
    assert!(summary.contains("3200") && summary.contains("3000"), "{summary}");
    let report: serde_json::Value =
        serde_json::from_str(&job.read("temp/report/report.json")).expect("a report");
    assert!(report.to_string().contains("quayside-migration"), "{report}");
    for file in ["check.sarif", "check.xml", "plan.html"] {
        assert!(!job.read(&format!("temp/report/{file}")).is_empty(), "{file} is missing");
    }
}

#[test]
fn a_mistake_fails_the_check_and_stands_at_its_line() {
    let shop = on_sale();
    shop.propose("wrong", PRODUCT, |text| text.replace(PRICE, "-1"));
    let job = check(&shop, "wrong");
    let said = job.run(&named(&scripts("gallerist-check.yml"), "Check")).with_code(3);
    assert!(said.contains("::error ") && said.contains(&format!("file={PRODUCT}")), "{said}");
}

#[test]
fn what_needs_an_approval_is_shown_and_fails_nothing() {
    let shop = on_sale();
    let _ = reconcile(&shop);
    shop.propose("dearer", PRODUCT, |text| text.replace(PRICE, "9900.00"));
    let job = check(&shop, "dearer");
    let said = job.run(&named(&scripts("gallerist-check.yml"), "Plan")).fine();
    assert!(said.contains("::warning::Something is blocked."), "{said}");
    assert!(job.read("step_summary").contains("9900"), "{}", job.read("step_summary"));
}

/// Once after the merge, and once a day; not every hour.
#[test]
fn what_is_blocked_on_main_fails_apply_and_drift_only() {
    let shop = on_sale();
    shop.edit(PRODUCT, |text| text.replace(PRICE, "9900.00"));
    shop.push("main");
    let (apply, drift) = (scripts("gallerist-apply.yml"), scripts("gallerist-drift.yml"));
    let job = on_github(shop.on_main());
    let _ = job.run(&named(&apply, "Plan")).fine();
    let _ = job.run(&named(&apply, "Apply")).with_code(3);
    let _ = job.run(&named(&apply, "Publish what is on sale")).fine();
    let said = job.run(&named(&scripts("gallerist-reconcile.yml"), "Reconcile")).fine();
    assert!(said.contains("::warning::Something is blocked."), "{said}");
    let said = job.run(&named(&drift, "Look who has to act")).with_code(3);
    assert!(said.contains("::error::Something is blocked."), "{said}");
}

#[test]
fn before_the_first_apply_there_is_no_plan_and_no_failure() {
    let shop = Shop::new();
    shop.propose("first", PRODUCT, |text| text.replace(PRICE, "3000.00"));
    let job = check(&shop, "first");
    let said = job.run(&named(&scripts("gallerist-check.yml"), "Plan")).fine();
    assert!(said.contains("::notice::There is no plan yet"), "{said}");
}

#[test]
fn drift_turns_the_daily_run_red() {
    let shop = on_sale();
    let _ = reconcile(&shop);
    let run = || {
        let job = on_github(shop.on_main());
        let steps = scripts("gallerist-drift.yml");
        let _ = job.run(&named(&steps, "Verify the ledger")).fine();
        let _ = job.run(&named(&steps, "Look who has to act")).fine();
        job.run(&named(&steps, "Look for drift"))
    };
    assert!(run().fine().contains("Nobody else changed anything."));
    shop.edit("released/intl/quayside-migration.json", |text| text.replace(PRICE, "3333.00"));
    shop.push("main");
    let said = run().with_code(6);
    let steps = scripts("gallerist-drift.yml");
    let job = on_github(shop.on_main()).with("GITHUB_RUN_ID", "7").with("GH_TOKEN", "a-token");
    job.stub("gh", "[[ $* == *'run download 7'*gallerist-drift* && -n $GH_TOKEN ]]\n");
    let _ = job.run(&named(&steps, "Take what was found")).fine();
    assert_eq!(job.read("output"), "taken=true\n");
    assert!(said.contains("3333") && said.contains("::error::Somebody else changed something"), "{said}");
}

/// GitHub's command line: answers from files named after what is asked, and keeps what was asked.
const GH: &str = r#"
printf '%s\n' "$*" >> "$HOME/asked"
[[ -n $GH_TOKEN && $1 == api ]]
shift
filter=.
while (($#)); do
  case $1 in
    --jq) filter=$2; shift ;;
    --method) [[ $2 != POST ]] || exit 0; shift ;;
    --raw-field) shift ;;
    --silent) ;;
    *) route=$1 ;;
  esac
  shift
done
answer="$HOME/answers/${route//\//_}"
if [[ $route == */zip ]]; then cat "$answer"; else jq -r "$filter" "$answer"; fi
"#;

/// The tool, with its last step towards GitHub only noted; its options are looked up in its own help.
pub(super) fn comment_only(job: &Job) {
    let real = env!("CARGO_BIN_EXE_gallerist");
    job.stub(
        "gallerist",
        &format!(
            r#"[[ $1 == comment && -f $2 && -n ${{GITHUB_TOKEN:-${{GITLAB_TOKEN:-}}}} ]]
help=$("{real}" comment --help)
for word in "$@"; do [[ $word != --* ]] || [[ $help == *"$word"* ]]; done
printf '%s\n' "$*" >> "$HOME/commented"
cp "$2" "$HOME/shown"
"#
        ),
    );
}

const HEAD: &str = "1111111111111111111111111111111111111111";
const MAIN: &str = "2222222222222222222222222222222222222222";

/// A job of the comment workflow after a check of a fork's pull request.
fn after_check() -> Job {
    let job = Job::new()
        .with("GITHUB_REPOSITORY", "acme/catalog")
        .with("GITHUB_SERVER_URL", "https://github.example")
        .with("GITHUB_SHA", MAIN)
        .with_expression("github.token", "a-token")
        .with_expression("github.event.workflow_run.id", "77")
        .with_expression("github.event.workflow_run.head_sha", HEAD)
        .with_expression("github.event.workflow_run.head_branch", "$(touch stolen) & state=all")
        .with_expression("github.event.workflow_run.head_repository.owner.login", "mallory")
        .with_expression("github.event.workflow_run.head_repository.full_name", "mallory/catalog");
    job.stub("gh", GH);
    comment_only(&job);
    std::fs::create_dir(job.path("answers")).expect("a folder");
    let request = |number: u32, sha: &str, repository: &str| serde_json::json!({"number": number, "head": {"sha": sha, "repo": {"full_name": repository}}});
    answer(
        &job,
        "pulls",
        &serde_json::json!([
            {"number": 1, "head": {"sha": HEAD, "repo": null}},
            request(2, MAIN, "mallory/catalog"),
            request(3, HEAD, "eve/catalog"),
            request(42, HEAD, "mallory/catalog"),
        ]),
    );
    let folder = |sha: &str| serde_json::json!({"tree": [{"path": ".github", "sha": sha}, {"path": "products", "sha": "x"}]});
    answer(&job, &format!("git/trees/{MAIN}"), &folder("a"));
    answer(&job, &format!("git/trees/{HEAD}"), &folder("a"));
    let artifact = |id: u32, size: u64, expired: bool| serde_json::json!({"id": id, "size_in_bytes": size, "expired": expired});
    let artifacts = [artifact(7, 1_000_000_000, false), artifact(8, 10, true), artifact(9, 10, false)];
    answer(&job, "actions/runs/77/artifacts", &serde_json::json!({"artifacts": artifacts}));
    job
}

fn answer(job: &Job, route: &str, content: &serde_json::Value) {
    let name = format!("repos/acme/catalog/{route}").replace('/', "_");
    std::fs::write(job.path("answers").join(name), content.to_string()).expect("written");
}

/// What was uploaded: files and their content, one of them perhaps made larger by spaces.
fn artifact(job: &Job, files: &[(&str, &str)], spaces: u64) {
    let zip = job.path("answers/repos_acme_catalog_actions_artifacts_9_zip");
    let program = "\
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as out:
    for name, text in zip(sys.argv[3::2], sys.argv[4::2]):
        out.writestr(name, text + ' ' * int(sys.argv[2]))
";
    let words = files.iter().flat_map(|(name, text)| [*name, *text]);
    let mut python = super::tool("python");
    python.args(["-c", program]);
    let made = python.arg(&zip).arg(spaces.to_string()).args(words).output().expect("python runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Runs the steps of the comment workflow as their conditions say.
fn comment(mut job: Job) -> (Job, String) {
    let steps = scripts("gallerist-comment.yml");
    let mut said = job.run(&named(&steps, "Find the pull request")).fine();
    let number = job.output("number");
    job.expressions.insert("steps.find.outputs.number".to_owned(), number.clone());
    if number.is_empty() {
        return (job, said);
    }
    let compared = job.run(&named(&steps, "Compare the workflows"));
    said.push_str(&compared.text);
    if compared.code != 0 {
        return (job, said);
    }
    let taken = job.run(&named(&steps, "Take the report"));
    said.push_str(&taken.text);
    if taken.code == 0 && job.output("taken") == "true" {
        said.push_str(&job.run(&named(&steps, "Comment")).fine());
    }
    (job, said)
}

#[test]
fn a_fork_is_commented_at_the_request_whose_head_was_checked() {
    let job = after_check();
    artifact(&job, &[("report.json", "{}"), ("../../bin/gallerist", "stolen")], 0);
    let (job, said) = comment(job);
    let wanted = format!(
        "comment {}/taken.json --on github --repository acme/catalog --request 42 --commit {HEAD} --status \
         --rest https://github.example/acme/catalog/actions/runs/77\n",
        job.text_path("temp")
    );
    assert_eq!(job.read("commented"), wanted, "{said}");
    assert_eq!(job.read("shown"), "{}");
    let asked = job.read("asked");
    assert!(asked.contains("--raw-field head=mallory:$(touch stolen) & state=all"), "{asked}");
    assert!(!job.checkout().join("stolen").exists());
    let kept: Vec<String> = std::fs::read_dir(job.path("temp"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(kept.len(), 2, "only the archive and the report: {kept:?}");
}

#[test]
fn a_head_that_moved_on_gets_no_comment() {
    let job = after_check().with_expression("github.event.workflow_run.head_sha", &"3".repeat(40));
    let (job, said) = comment(job);
    assert!(said.contains("No open pull request") && job.read("commented").is_empty(), "{said}");
}

#[test]
fn a_fork_that_changes_workflows_gets_no_comment() {
    for theirs in [r#"{"tree": [{"path": ".github", "sha": "b"}]}"#, r#"{"tree": []}"#] {
        let job = after_check();
        answer(&job, &format!("git/trees/{HEAD}"), &serde_json::from_str(theirs).expect("JSON"));
        let (job, said) = comment(job);
        assert!(said.contains("its report is not shown") && job.read("commented").is_empty(), "{said}");
        let asked = job.read("asked");
        assert!(!asked.contains("artifacts"), "nothing of it was taken: {asked}");
        assert!(asked.contains(&format!("statuses/{HEAD} --raw-field state=error")), "{asked}");
    }
    let same =
        after_check().with_expression("github.event.workflow_run.head_repository.full_name", "acme/catalog");
    answer(
        &same,
        "pulls",
        &serde_json::json!([
            {"number": 5, "head": {"sha": HEAD, "repo": {"full_name": "acme/catalog"}}},
        ]),
    );
    answer(&same, &format!("git/trees/{HEAD}"), &serde_json::json!({"tree": []}));
    artifact(&same, &[("report.json", "{}")], 0);
    let (same, said) = comment(same);
    assert!(same.read("commented").contains("--request 5 "), "whoever may push here is believed: {said}");
}

#[test]
fn a_report_that_is_missing_or_too_large_is_not_shown() {
    let missing = after_check();
    artifact(&missing, &[("other.json", "{}")], 0);
    let (missing, said) = comment(missing);
    assert!(said.contains("left no plan") && missing.read("commented").is_empty(), "{said}");

    let bomb = after_check();
    artifact(&bomb, &[("report.json", "{}")], 50_000_000);
    let (bomb, said) = comment(bomb);
    assert!(said.contains("The report is too large") && bomb.read("commented").is_empty(), "{said}");
    assert!(bomb.read("temp/taken.json").len() <= 20_000_001, "it was cut off");

    let none = after_check();
    answer(&none, "actions/runs/77/artifacts", &serde_json::json!({"artifacts": []}));
    let (none, said) = comment(none);
    assert!(said.contains("no report that could be shown") && none.read("commented").is_empty(), "{said}");
}

/// The action: builds what stands beside it, takes it from the cache, or takes what it is given.
#[test]
fn the_action_puts_the_tool_on_the_path() {
    let steps = github_scripts(&root().join("action.yml"));
    let given = Job::new()
        .with("RUNNER_OS", "Linux")
        .with("RUNNER_ARCH", "X64")
        .with_expression("inputs.path", env!("CARGO_BIN_EXE_gallerist"));
    let _ = given.run(&named(&steps, "Look what is needed")).fine();
    assert_eq!(given.output("build"), "false");
    let _ = given.run(&named(&steps, "Show the version")).fine();
    assert_eq!(given.output("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(given.read("path").trim(), given.text_path("temp/gallerist/bin"));
    let wrong = Job::new().with_expression("inputs.path", "/dev/null; touch stolen");
    let _ = wrong.run(&named(&steps, "Look what is needed")).with_code(1);

    let built =
        Job::new().with("RUNNER_OS", "Linux").with("RUNNER_ARCH", "X64").with_expression("inputs.path", "");
    let action = built.text_path("action");
    let built = built.with("GITHUB_ACTION_PATH", &action);
    for (path, text) in
        [("Cargo.toml", "rust-version = \"1.95\"\n"), ("src/main.rs", ""), ("target/x", "1"), (".git/x", "1")]
    {
        let path = built.path("action").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    let key = || {
        let _ = built.run(&named(&steps, "Look what is needed")).fine();
        assert_eq!(built.output("build"), "true");
        built.output("key")
    };
    let first = key();
    std::fs::write(built.path("action/target/x"), "2").expect("written");
    std::fs::write(built.path("action/.git/x"), "2").expect("written");
    assert_eq!(key(), first, "what is built or recorded beside the sources does not count");
    std::fs::write(built.path("action/src/main.rs"), "fn main() {}").expect("written");
    assert_ne!(key(), first);

    built.stub("rustup", "[[ $* == 'toolchain install 1.95 --profile minimal' ]]\n");
    built.stub(
        "cargo",
        &format!(
            "[[ $RUSTUP_TOOLCHAIN == 1.95 && $* == *--locked*--path\\ \"$GITHUB_ACTION_PATH\"* ]]\ncp '{}' \"${{@: -1}}/bin/gallerist\"\n",
            env!("CARGO_BIN_EXE_gallerist")
        ),
    );
    let _ = built.run(&named(&steps, "Build")).fine();
    let _ = built.run(&named(&steps, "Show the version")).fine();
    assert_eq!(built.output("version"), env!("CARGO_PKG_VERSION"));
}
