//! The scripts that stand in workflow files, and how a runner starts them.

use serde_yaml::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder with one of some endings, in the order of their names.
pub(super) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect(folder);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)));
    paths.sort();
    assert!(!paths.is_empty(), "{folder} is empty");
    paths
}

/// The project's own workflows, those that sellers copy, and the action.
pub(super) fn github_files() -> Vec<PathBuf> {
    let folders = [".github/workflows", "examples/github"].map(|folder| files(folder, &[".yml"]));
    folders.concat().into_iter().chain([root().join("action.yml")]).collect()
}

/// A script with what stands beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    /// The file and the step or job, for complaints.
    pub(super) place: String,
    /// The step's name, or the job's.
    pub(super) name: String,
    /// What bash runs.
    pub(super) text: String,
    /// Variables of the step; on GitHub their values are mostly expressions.
    pub(super) env: BTreeMap<String, String>,
}

pub(super) fn yaml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a workflow file");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The steps of a workflow or an action, with and without scripts.
pub(super) fn steps(path: &Path) -> Vec<Value> {
    let file = yaml(path);
    let jobs = file.get("jobs").and_then(Value::as_mapping);
    let of_jobs = jobs.into_iter().flat_map(|jobs| jobs.values()).filter_map(|job| job.get("steps"));
    let of_action = file.get("runs").and_then(|runs| runs.get("steps"));
    of_jobs.chain(of_action).filter_map(Value::as_sequence).flatten().cloned().collect()
}

/// The scripts of a workflow or an action.
pub(super) fn github_scripts(path: &Path) -> Vec<Script> {
    let scripts = steps(path).into_iter().filter_map(|step| {
        let said = |key: &str| step.get(key).and_then(Value::as_str).map(str::to_owned);
        let (text, name) = (said("run")?, said("name").unwrap_or_default());
        let env = step.get("env").and_then(Value::as_mapping).into_iter().flatten();
        let env = env.map(|(name, value)| (plain(name), plain(value))).collect();
        Some(Script { place: format!("{}: {name}", path.display()), name, text, env })
    });
    scripts.collect()
}

/// The scripts of GitLab's jobs; the lines of one job run in one shell.
pub(super) fn gitlab_scripts(path: &Path) -> Vec<Script> {
    let file = yaml(path);
    let jobs = file.as_mapping().expect("jobs");
    let mut scripts = Vec::new();
    for (name, job) in jobs {
        for key in ["before_script", "script"] {
            let Some(lines) = job.get(key).and_then(Value::as_sequence) else { continue };
            let text: Vec<String> = lines.iter().flat_map(|line| referred(&file, line)).collect();
            let name = format!("{} {key}", plain(name));
            let place = format!("{}: {name}", path.display());
            scripts.push(Script { place, name, text: text.join("\n"), env: BTreeMap::new() });
        }
    }
    scripts
}

/// A line of a script, or the lines that `!reference` names.
fn referred(file: &Value, line: &Value) -> Vec<String> {
    let Value::Tagged(tagged) = line else { return vec![plain(line)] };
    assert_eq!(tagged.tag.to_string(), "!reference");
    let path = tagged.value.as_sequence().expect("a path");
    let found = path.iter().fold(file, |at, key| at.get(key).expect("what is referred to"));
    found.as_sequence().expect("lines").iter().map(plain).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_yaml::to_string(other).expect("a value").trim().to_owned(),
    }
}

/// One script of a file by its name.
pub(super) fn named(scripts: &[Script], name: &str) -> Script {
    let found = scripts.iter().find(|script| script.name == name);
    found.unwrap_or_else(|| panic!("there is no step `{name}`")).clone()
}

/// A job on a machine of its own: a folder, a checkout, and variables.
pub(super) struct Job {
    home: tempfile::TempDir,
    env: BTreeMap<String, String>,
    /// What expressions of the workflow stand for.
    pub(super) expressions: BTreeMap<String, String>,
}

impl Job {
    /// A job whose programs are bash's usual ones, and the built tool.
    pub(super) fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        for folder in ["bin", "temp", "checkout"] {
            std::fs::create_dir(home.path().join(folder)).expect("a folder");
        }
        let job = Self { home, env: BTreeMap::new(), expressions: BTreeMap::new() };
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gallerist"), job.path("bin/gallerist"))
            .expect("a link");
        let path = std::env::var("PATH").unwrap_or_default();
        let (bin, temp, home) = (job.text_path("bin"), job.text_path("temp"), job.text_path(""));
        let known = ["OUTPUT", "STEP_SUMMARY", "PATH"]
            .map(|name| (format!("GITHUB_{name}"), job.text_path(&name.to_ascii_lowercase())));
        job.with_all(known)
            .with("PATH", &format!("{bin}:{path}"))
            .with("HOME", &home)
            .with("RUNNER_TEMP", &temp)
            .with("TMPDIR", &temp)
            .with("CI", "true")
            .with("NO_COLOR", "1")
            .with("GIT_CONFIG_NOSYSTEM", "1")
    }

    /// With a variable of the runner.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    fn with_all(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.env.extend(variables);
        self
    }

    /// With the value of an expression: `steps.find.outputs.number`.
    pub(super) fn with_expression(mut self, expression: &str, value: &str) -> Self {
        self.expressions.insert(expression.to_owned(), value.to_owned());
        self
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    pub(super) fn text_path(&self, path: &str) -> String {
        self.path(path).display().to_string()
    }

    pub(super) fn checkout(&self) -> PathBuf {
        self.path("checkout")
    }

    /// What a file of the job holds; nothing when it is not there.
    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Puts a program of our own before the others.
    pub(super) fn stub(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path("bin").join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, format!("#!/usr/bin/env bash\nset -euo pipefail\n{text}")).expect("a program");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }

    /// Runs a script as a runner does, with its variables filled in.
    pub(super) fn run(&self, script: &Script) -> Ended {
        let file = self.path("script.sh");
        std::fs::write(&file, &script.text).expect("a script");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&file);
        command.env_clear().envs(&self.env).current_dir(self.checkout());
        for (name, value) in &script.env {
            command.env(name, self.filled_in(value, &script.place));
        }
        let _ = std::fs::remove_file(self.path("output"));
        Ended::of(&command.output().expect("bash runs"), &script.place)
    }

    fn filled_in(&self, value: &str, place: &str) -> String {
        let Some(expression) = value.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else {
            assert!(!value.contains("${{"), "{place}: `{value}` is more than one expression");
            return value.to_owned();
        };
        let known = self.expressions.get(expression.trim());
        known.unwrap_or_else(|| panic!("{place}: what does `{expression}` stand for?")).clone()
    }

    /// An output of the step that ran last; empty when it was not set.
    pub(super) fn output(&self, name: &str) -> String {
        let text = self.read("output");
        let prefix = format!("{name}=");
        text.lines().filter_map(|line| line.strip_prefix(&prefix)).next_back().unwrap_or_default().to_owned()
    }
}

/// How a script ended.
#[must_use = "look at what the script said, or at least at its exit code"]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) text: String,
    place: String,
}

impl Ended {
    fn of(output: &Output, place: &str) -> Self {
        let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
        Self { code: output.status.code().unwrap_or(-1), text, place: place.to_owned() }
    }

    /// What was printed by a script that ended with a code.
    #[track_caller]
    pub(super) fn with_code(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.place, self.text);
        self.text
    }

    /// What was printed by a script that went well.
    #[track_caller]
    pub(super) fn fine(self) -> String {
        self.with_code(0)
    }
}
