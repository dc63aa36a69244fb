//! What sellers copy into their repositories: workflows, jobs and the action are of the right form, safe, and do what they
//! say.

mod github;
mod gitlab;
mod shop;
mod steps;

use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use steps::{files, github_files, github_scripts, gitlab_scripts, root, steps};

const GITLAB: &str = "examples/gitlab/gallerist.gitlab-ci.yml";

/// A Python program that `scripts/prepare` installs.
pub(crate) fn tool(name: &str) -> Command {
    let path = root().join("target/tools/bin").join(name);
    assert!(path.is_file(), "{name} is needed; scripts/prepare installs it");
    Command::new(path)
}

#[track_caller]
fn fine(output: &Output) {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// What zizmor says of all workflows and the action, each file changed by `change` first. Sellers' workflows stand where
/// sellers put them, or they would not be looked at.
fn audit(change: impl Fn(&str, String) -> String) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let workflows = home.path().join(".github/workflows");
    std::fs::create_dir_all(&workflows).expect("a folder");
    let mut expected = BTreeSet::new();
    for path in github_files().into_iter().chain([root().join(".github/dependabot.yml")]) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let folder = match name {
            "action.yml" => home.path().to_owned(),
            "dependabot.yml" => home.path().join(".github"),
            _ => workflows.clone(),
        };
        let text = std::fs::read_to_string(&path).expect("a workflow");
        std::fs::write(folder.join(name), change(name, text)).expect("written");
        assert!(expected.insert(name.to_owned()), "two files are called {name}");
    }
    let mut zizmor = tool("zizmor");
    zizmor.args(["--offline", "--no-progress", "--persona", "auditor", "."]).current_dir(home.path());
    let output = zizmor.output().expect("zizmor runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for name in expected {
        assert!(said.contains(&name), "zizmor did not look at {name}:\n{said}");
    }
    output
}

#[test]
fn auditors_find_nothing() {
    fine(&audit(|_, text| text));
}

#[test]
fn auditors_would_find_something() {
    for (file, good, bad, finding) in [
        ("gallerist-check.yml", "persist-credentials: false", "ref: main", "artipacked"),
        ("gallerist-check.yml", "permissions: {}", "", "excessive-permissions"),
        ("gallerist-check.yml", "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
        (
            "gallerist-comment.yml",
            "$HEAD_OWNER:",
            "${{ github.event.workflow_run.head_branch }}:",
            "template-injection",
        ),
        ("action.yml", "version=${said##* }", "version=${{ inputs.path }}", "template-injection"),
    ] {
        let output = audit(|name, text| match name == file {
            true => {
                assert!(text.contains(good), "{file} has no `{good}`");
                text.replacen(good, bad, 1)
            }
            false => text,
        });
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(!output.status.success() && said.contains(finding), "{file}, {bad}: {said}");
    }
}

#[test]
fn files_fit_the_forms_of_their_forges() {
    let check = |schema: &str, transform: &[&str], paths: &[std::path::PathBuf]| {
        let mut command = tool("check-jsonschema");
        command.args(["--builtin-schema", schema]).args(transform).args(paths);
        command.output().expect("check-jsonschema runs")
    };
    let (action, workflows): (Vec<_>, Vec<_>) =
        github_files().into_iter().partition(|path| path.ends_with("action.yml"));
    fine(&check("vendor.github-workflows", &[], &workflows));
    fine(&check("vendor.github-actions", &[], &action));
    fine(&check("vendor.dependabot", &[], &[root().join(".github/dependabot.yml")]));
    let jobs = files("examples/gitlab", &[".yml"]);
    let gitlab = |paths| check("vendor.gitlab-ci", &["--data-transform", "gitlab-ci"], paths);
    fine(&gitlab(&jobs));
    let text = std::fs::read_to_string(root().join(GITLAB)).expect("jobs");
    let folder = tempfile::tempdir().expect("a folder");
    let bad = folder.path().join("bad.gitlab-ci.yml");
    std::fs::write(&bad, text.replace("when: always", "when: perhaps")).expect("written");
    assert!(!gitlab(&[bad]).status.success(), "a wrong form is found");
}

/// A version of somebody's action cannot be moved under us, and all workflows use the same one. Our own stands as a mark that
/// is replaced when workflows are copied.
#[test]
fn actions_are_pinned_to_commits() {
    let mut pins: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in github_files() {
        let text = std::fs::read_to_string(&path).expect("a workflow");
        let entries = text.lines().map(|line| line.trim_start().trim_start_matches("- "));
        for line in entries.filter_map(|line| line.strip_prefix("uses: ")) {
            let (used, comment) = line.split_once(" # ").unwrap_or((line, ""));
            if used == "./" {
                continue;
            }
            let (action, commit) = used.split_once('@').expect("a version");
            let is_commit = commit.len() == 40 && commit.chars().all(|sign| sign.is_ascii_hexdigit());
            assert!(is_commit && !comment.is_empty(), "{}: {line}", path.display());
            let is_ours = action == "OWNER/gallerist";
            assert_eq!(is_ours, commit.chars().all(|sign| sign == '0'), "{}: {line}", path.display());
            let is_known = is_ours || action.starts_with("actions/");
            assert!(is_known, "{}: {action} is by somebody we need not trust", path.display());
            pins.entry(action.to_owned()).or_default().insert(line.to_owned());
        }
    }
    for (action, versions) in pins {
        assert_eq!(versions.len(), 1, "{action}: {versions:?}");
    }
}

/// The commands of the page put a commit where the mark stood.
#[test]
fn copied_workflows_name_a_commit() {
    let home = tempfile::tempdir().expect("a folder");
    let page = std::fs::read_to_string(root().join("examples/github/README.md")).expect("the page");
    let commands = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    let script = "set -eu\nmkdir -p gallerist/examples catalog\ncp -r \"$EXAMPLES\" gallerist/examples\n\
        git -C gallerist init -q -b main\ngit -C gallerist add --all\ngit -C gallerist commit -qm A\ncd catalog\n";
    let mut bash = Command::new("bash");
    bash.arg("-c")
        .arg(format!("{script}{commands}git -C \"$clone\" rev-parse HEAD"))
        .current_dir(home.path());
    bash.env("EXAMPLES", root().join("examples/github")).env("HOME", home.path());
    bash.envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Seller")));
    bash.envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "seller@acme.example")));
    let output = bash.output().expect("bash runs");
    fine(&output);
    let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    for path in files("examples/github", &[".yml"]) {
        let copy = home.path().join("catalog/.github/workflows").join(path.file_name().expect("a name"));
        let (from, to) = [&path, &copy].map(|path| std::fs::read_to_string(path).expect("a workflow")).into();
        assert!(to.contains(&format!("uses: acme/gallerist@{commit} # ")) && !to.contains("OWNER/"), "{to}");
        assert_eq!(from.lines().count(), to.lines().count());
    }
}

#[test]
fn no_expression_stands_in_a_script() {
    for script in github_files().iter().flat_map(|path| github_scripts(path)) {
        assert!(!script.text.contains("${{"), "{}: {}", script.place, script.text);
    }
}

/// Rights are given to single jobs, and these are all that any of them gets.
#[test]
fn rights_are_the_least() {
    let rights = |name: &str| -> BTreeSet<String> {
        let file = steps::yaml(&root().join("examples/github").join(name));
        assert!(file["permissions"].as_mapping().is_some_and(serde_yaml::Mapping::is_empty), "{name}");
        let jobs = file["jobs"].as_mapping().expect("jobs").values();
        let each = jobs.flat_map(|job| job["permissions"].as_mapping().expect("rights").clone());
        each.map(|(what, how)| format!("{} {}", how.as_str().expect("how"), what.as_str().expect("what")))
            .collect()
    };
    let is = |name, wanted: &[&str]| {
        assert_eq!(rights(name), wanted.iter().map(|right| (*right).to_owned()).collect(), "{name}");
    };
    is("gallerist-check.yml", &["read contents"]);
    is("gallerist-drift.yml", &["read actions", "read contents", "write issues"]);
    is("gallerist-apply.yml", &["write contents"]);
    is("gallerist-reconcile.yml", &["write contents"]);
    is("gallerist-preflight.yml", &["write contents"]);
    is("gallerist-comment.yml", &["read actions", "read contents", "write pull-requests", "write statuses"]);
}

/// Whoever may write to pull requests has no marketplace, and whoever reads pull requests has neither.
#[test]
fn secrets_stay_where_they_are_needed() {
    for path in files("examples/github", &[".yml"]) {
        let text = std::fs::read_to_string(&path).expect("a workflow");
        let may = [
            "gallerist-apply.yml",
            "gallerist-reconcile.yml",
            "gallerist-preflight.yml",
            "gallerist-drift.yml",
        ];
        let is_merged = may.iter().any(|name| path.ends_with(name));
        assert_eq!(text.contains("secrets."), is_merged, "{}", path.display());
        assert_eq!(text.contains("environment: marketplace"), is_merged, "{}", path.display());
        assert!(!text.contains("pull_request_target"), "{}", path.display());
        assert!(text.contains("timeout-minutes:") && text.contains("concurrency:"), "{}", path.display());
    }
    let comment = steps(&root().join("examples/github/gallerist-comment.yml"));
    let used = comment.iter().filter_map(|step| step.get("uses").and_then(Value::as_str));
    assert!(used.clone().count() == 1 && used.clone().all(|used| used.starts_with("OWNER/gallerist@")));
}

/// Whoever may write issues has no key, and checks out nothing.
#[test]
fn the_issue_is_kept_without_a_key() {
    let file = steps::yaml(&root().join("examples/github/gallerist-drift.yml"));
    let job = &file["jobs"]["issue"];
    assert!(
        job.get("environment").is_none() && !serde_yaml::to_string(job).expect("yaml").contains("secrets.")
    );
    assert!(file["jobs"]["drift"]["permissions"].get("issues").is_none());
    let uses: Vec<&str> =
        job["steps"].as_sequence().expect("steps").iter().filter_map(|step| step["uses"].as_str()).collect();
    assert!(uses.len() == 1 && uses[0].starts_with("OWNER/gallerist@"), "{uses:?}");
    let jobs = steps::yaml(&root().join(GITLAB));
    let job = &jobs["gallerist:issue"];
    assert_eq!(job["variables"]["GIT_STRATEGY"], Value::from("none"));
    assert_eq!(job["environment"]["name"], Value::from("gallerist-comment"));
}

/// Both runs that may write publish alike.
#[test]
fn apply_and_reconcile_publish_alike() {
    let publish = |name: &str| {
        let scripts = github_scripts(&root().join("examples/github").join(name));
        steps::named(&scripts, "Publish what is on sale").text
    };
    assert_eq!(publish("gallerist-apply.yml"), publish("gallerist-reconcile.yml"));
}

#[test]
fn the_image_has_the_rust_that_is_needed() {
    let cargo = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let version = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    let jobs = std::fs::read_to_string(root().join(GITLAB)).expect("jobs");
    assert!(jobs.contains(&format!("image: rust:{}-", version.trim_matches('"'))), "{version}");
}

/// What reads a pipe no further than it needs to.
const STOPS_EARLY: [&str; 3] = ["| grep -q", "| head", "| sed -n '1p;q"];

#[test]
fn shell_scripts_have_no_known_traps() {
    let folder = tempfile::tempdir().expect("a folder");
    let github = github_files();
    let scripts =
        github.iter().flat_map(|path| github_scripts(path)).chain(gitlab_scripts(&root().join(GITLAB)));
    let mut paths = Vec::new();
    for (number, script) in scripts.enumerate() {
        let name: String = script.place.rsplit('/').next().unwrap_or_default().replace([' ', ':'], "-");
        let path = folder.path().join(format!("{number:02}-{name}.sh"));
        // Variables that an earlier script of the same job set, and bash's own options there.
        let head = "#!/usr/bin/env bash\nset -eo pipefail\n: \"${code:=0}\"\n";
        std::fs::write(&path, format!("{head}{}", script.text)).expect("written");
        paths.push(path);
    }
    assert!(paths.len() > 15, "{paths:?}");
    let own = ["scripts", ".ci"].into_iter().flat_map(|folder| files(folder, &[""]));
    let is_script =
        |path: &Path| std::fs::read_to_string(path).is_ok_and(|text| text.starts_with("#!/usr/bin/env bash"));
    paths.extend(own.filter(|path| is_script(path)));
    let check = |paths: &[std::path::PathBuf]| {
        Command::new("shellcheck").args(["--severity", "style"]).args(paths).output()
    };
    fine(&check(&paths).expect("shellcheck is needed; scripts/prepare installs it"));
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("a script");
        let early = text.lines().filter(|line| STOPS_EARLY.iter().any(|word| line.contains(word)));
        let early: Vec<&str> = early.filter(|line| !line.contains("|| true")).collect();
        assert!(early.is_empty(), "with pipefail these fail when their reader is quick: {path:?} {early:?}");
    }
    let bad = folder.path().join("bad.sh");
    std::fs::write(&bad, "#!/usr/bin/env bash\nrm -r $1/x\n").expect("written");
    assert!(!check(&[bad]).expect("shellcheck runs").status.success(), "a trap is found");
}
