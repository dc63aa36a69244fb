//! schemathesis asks a served sandbox whatever its OpenAPI document allows, and what it does not allow: the answers are
//! those that the document says, and the server never fails.

use crate::workflows::tool;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// How long schemathesis goes on asking.
const SECONDS: &str = "50";

/// The server, in a process of its own that ends with the value.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves one seller; the address, and the variables with its keys.
fn serve(folder: &std::path::Path) -> (Server, String, BTreeMap<String, String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gallerist"));
    command.args(["sandbox", "serve", "--data", "market", "--seller", "acme", "--show-secrets"]);
    command
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut server = Server(command.spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let printed: Vec<String> = lines.by_ref().take_while(|line| line != "Ctrl-C ends it.").collect();
    let address = printed.iter().find_map(|line| line.split_once("served at ")).unwrap().1.to_owned();
    let exports = printed.iter().filter_map(|line| line.trim().strip_prefix("export ")?.split_once('='));
    (server, address, exports.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The path of an operation that an address is of.
fn path_of(address: &str) -> String {
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/')).unwrap().1;
    let path = path.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.split('/').collect();
    if let (Some(area), Some(name)) = (parts.get(1).copied(), parts.get_mut(2)) {
        *name = match area {
            "submissions" => "{id}",
            "fences" => "{product}",
            "assets" => "{digest}",
            _ => name,
        };
    }
    format!("/{}", parts.join("/"))
}

#[test]
fn every_answer_is_documented_and_none_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, address, keys) = serve(folder.path());
    let hooks = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/system/schemathesis");
    let mut schemathesis = tool("schemathesis");
    schemathesis.args(["--no-color", "run", &format!("{address}/v1/openapi.json"), "--seed", "20261122"]);
    schemathesis.args(["--max-time", SECONDS, "--request-timeout", "20", "--warnings", "off"]);
    // Not everything that has the right form is taken: the id in the address is the one of the submission, files are what
    // their digests say, and a marketplace has rules.
    schemathesis.args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"]);
    schemathesis.args(["--report", "har", "--report-har-path", "asked.har"]);
    schemathesis.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", folder.path()).envs(keys);
    schemathesis
        .env("PYTHONPATH", hooks)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "signing");
    let output = schemathesis.current_dir(folder.path()).output().unwrap();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));

    // It got past the door: each operation was met, and each refused for more than a missing signature.
    let asked = std::fs::read_to_string(folder.path().join("asked.har")).unwrap();
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let mut statuses: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for entry in asked["log"]["entries"].as_array().unwrap() {
        let (request, status) = (&entry["request"], entry["response"]["status"].as_u64().unwrap());
        let place =
            format!("{} {}", request["method"].as_str().unwrap(), path_of(request["url"].as_str().unwrap()));
        assert!(status < 500, "{place}: {status}");
        statuses.entry(place).or_default().insert(status);
    }
    for (place, wanted) in [
        ("GET /v1/capabilities", &[200, 401][..]),
        ("GET /v1/observation", &[200, 400, 401]),
        ("PUT /v1/submissions/{id}", &[400, 401, 409]),
        ("POST /v1/submissions/{id}/withdrawal", &[401, 404]),
        ("POST /v1/reviews", &[200, 400, 401]),
        ("PUT /v1/fences/{product}", &[204, 400, 401]),
        ("PUT /v1/assets/{digest}", &[400, 401, 422]),
        ("HEAD /v1/assets/{digest}", &[400, 401, 404]),
    ] {
        let found = statuses.get(place).unwrap_or_else(|| panic!("{place} was not asked: {statuses:?}"));
        assert!(wanted.iter().all(|status| found.contains(status)), "{place}: {found:?}");
    }
}
