//! What people copy to run Gallerist by itself: least rights, no secrets, and commands that the tool understands.

use crate::cli_runner::Cli;
use crate::docs::commands::Manual;
use crate::tree::{files, root};
use serde::Deserialize as _;
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Every document of the Kubernetes manifests, with the file it stands in.
fn manifests() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for file in files(&["deploy/kubernetes"], &["yaml"]) {
        for document in serde_yaml::Deserializer::from_str(&file.text) {
            found.push((file.path.clone(), Value::deserialize(document).unwrap()));
        }
    }
    assert!(found.len() > 4, "there are manifests");
    found
}

/// Every pod in a document, however deep.
fn pods(value: &Value) -> Vec<&Value> {
    match value {
        Value::Mapping(fields) if fields.contains_key("containers") => vec![value],
        Value::Mapping(fields) => fields.values().flat_map(pods).collect(),
        Value::Sequence(items) => items.iter().flat_map(pods).collect(),
        _ => Vec::new(),
    }
}

fn all_pods() -> Vec<(String, Value)> {
    let documents = manifests();
    let pods = documents.iter().flat_map(|(path, value)| {
        pods(value).into_iter().map(|pod| (path.clone(), pod.clone())).collect::<Vec<_>>()
    });
    pods.collect()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_sequence).map_or(&[], Vec::as_slice)
}

fn containers(pod: &Value) -> Vec<&Value> {
    list(pod, "initContainers").iter().chain(list(pod, "containers")).collect()
}

fn words(value: &Value) -> Vec<&str> {
    value.as_sequence().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn pods_have_the_least_rights() {
    for (path, pod) in all_pods() {
        let context = &pod["securityContext"];
        assert_eq!(pod["automountServiceAccountToken"], Value::Bool(false), "{path}: no token");
        assert_eq!(context["runAsNonRoot"], Value::Bool(true), "{path}");
        assert!(context["runAsUser"].as_u64().is_some_and(|user| user > 0), "{path}");
        assert_eq!(context["seccompProfile"]["type"], "RuntimeDefault", "{path}");
        assert_eq!(pod["restartPolicy"], "Never", "{path}");
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            assert!(pod.get(key).is_none(), "{path}: {key}");
        }
        for volume in list(&pod, "volumes") {
            let is_passing = volume.get("emptyDir").is_some_and(|kind| kind.get("sizeLimit").is_some());
            assert!(is_passing || volume.get("configMap").is_some(), "{path}: {volume:?}");
        }
        for container in containers(&pod) {
            let context = &container["securityContext"];
            assert_eq!(context["readOnlyRootFilesystem"], Value::Bool(true), "{path}");
            assert_eq!(context["allowPrivilegeEscalation"], Value::Bool(false), "{path}");
            assert_eq!(words(&context["capabilities"]["drop"]), ["ALL"], "{path}");
            assert!(context["capabilities"].get("add").is_none(), "{path}");
            for what in ["cpu", "memory", "ephemeral-storage"] {
                assert!(container["resources"]["requests"].get(what).is_some(), "{path}: {what}");
            }
            assert!(container["resources"]["limits"].get("memory").is_some(), "{path}");
            for mount in list(container, "volumeMounts") {
                let mut volumes = list(&pod, "volumes").iter();
                let volume = volumes.find(|volume| volume["name"] == mount["name"]).unwrap();
                // A config map as a folder shows its files behind hidden links, where no catalog is read.
                let is_file = mount.get("subPath").is_some();
                assert_eq!(is_file, volume.get("configMap").is_some(), "{path}: {mount:?}");
            }
            let image = container["image"].as_str().unwrap();
            let version = format!("gallerist:{}", env!("CARGO_PKG_VERSION"));
            assert!(image.ends_with(&version), "{path}: {image} is not the version of today");
        }
    }
}

#[test]
fn secrets_stand_nowhere_and_are_named_only() {
    for (path, document) in manifests() {
        assert_ne!(
            document["kind"], "Secret",
            "{path}: a secret is made by hand, as docs/deploying.md shows"
        );
    }
    for file in files(&["deploy"], &["yaml", "service", "timer", ""]) {
        let with_password = file.text.lines().find(|line| {
            line.split("://")
                .skip(1)
                .any(|rest| rest.split('/').next().is_some_and(|host| host.contains('@')))
        });
        assert_eq!(with_password, None, "{}", file.path);
    }
    let mut secret = BTreeSet::new();
    for (path, pod) in all_pods() {
        for variable in containers(&pod).into_iter().flat_map(|container| list(container, "env")) {
            let name = variable["name"].as_str().unwrap();
            let by_reference = variable.get("valueFrom").and_then(|from| from.get("secretKeyRef")).is_some();
            let is_secret = name.ends_with("_URL") || name.starts_with("GIT_CONFIG_VALUE");
            assert_eq!(by_reference, is_secret, "{path}: {name}");
            secret.extend(by_reference.then(|| name.to_owned()));
        }
    }
    assert!(secret.contains("GALLERIST_LEDGER_URL"), "{secret:?}");
}

/// The command lines of the tool in manifests and units.
fn commands() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, pod) in all_pods() {
        for container in containers(&pod) {
            let line = match words(&container["command"]).as_slice() {
                ["/bin/sh", "-ec", script] => script.trim_start_matches("exec ").to_owned(),
                words => words.join(" "),
            };
            found.push((path.clone(), line));
        }
    }
    for unit in files(&["deploy/systemd"], &["service"]) {
        let lines = unit.text.lines().filter_map(|line| line.strip_prefix("ExecStart="));
        found.extend(
            lines.map(|line| (unit.path.clone(), line.trim_start_matches("/usr/local/bin/").to_owned())),
        );
    }
    found.retain(|(_, line)| line.starts_with("gallerist "));
    found
}

#[test]
fn the_tool_understands_what_is_deployed() {
    let mut manual = Manual::default();
    let commands = commands();
    assert!(commands.len() > 3, "{commands:?}");
    for (path, line) in commands {
        assert_eq!(manual.understand(&line), Ok(()), "{path}: {line}");
    }
}

#[test]
fn eight_runners_of_the_fleet_submit_each_product_once() {
    let (_, fleet) = manifests().into_iter().find(|(path, _)| path.ends_with("indexed-job.yaml")).unwrap();
    let runners = fleet["spec"]["completions"].as_u64().unwrap();
    let pod = pods(&fleet)[0];
    let [shell, option, script] = words(&containers(pod).last().unwrap()["command"])[..] else { panic!() };
    let cli = Cli::new();
    let _ = cli.run(&["init", "--name", "acme"]).fine();
    let program = Path::new(env!("CARGO_BIN_EXE_gallerist"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    for index in 0..runners {
        let mut command = Command::new(shell);
        command.args([option, script]).env_clear().env("PATH", &path).env("HOME", cli.folder());
        command.env("JOB_COMPLETION_INDEX", index.to_string()).current_dir(cli.folder());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{index}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(cli.run(&["sandbox", "review", "--format", "short"]).fine().lines().count(), 1);
}

#[test]
fn the_container_is_built_with_our_compiler_and_runs_as_nobody() {
    let text = std::fs::read_to_string(root().join("deploy/Containerfile")).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(text.contains(&format!("/rust:{version}-")), "the compiler of Cargo.toml");
    let last = text.rsplit("\nFROM ").next().unwrap();
    let said = |word: &str| last.lines().find_map(|line| line.strip_prefix(word)).unwrap().trim();
    let user = said("USER").split(':').next().unwrap().to_owned();
    assert!(
        user.parse::<u32>().is_ok_and(|user| user > 0),
        "a number, which a cluster can tell from root's: {user}"
    );
    assert_eq!(said("ENTRYPOINT"), "[\"/usr/local/bin/gallerist\"]", "without a shell");
    assert!(last.contains(" git\\n") || last.contains(" git "), "a ledger on a branch needs it");
    let (_, pod) = all_pods().remove(0);
    assert_eq!(pod["securityContext"]["runAsUser"].to_owned(), Value::from(user.parse::<u32>().unwrap()));
}

#[test]
fn units_are_hardened() {
    let unit = std::fs::read_to_string(root().join("deploy/systemd/gallerist.service")).unwrap();
    for line in [
        "User=gallerist",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "RestrictNamespaces=yes",
        "MemoryDenyWriteExecute=yes",
        "SystemCallFilter=@system-service",
    ] {
        assert!(unit.lines().any(|other| other == line), "{line}");
    }
    assert!(!unit.contains("postgresql://"), "secrets stand in the environment file");
}
