//! `gallerist sandbox serve --data`: accounts in a folder, whatever becomes of the process.

use super::bench::{Ask, Client, release};
use crate::cli_runner::{Cli, NOW};
use gallerist::model::Digest;
use gallerist::wire::gateway::ProblemKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::Child;
use std::sync::Arc;

/// A server in a process of its own. It is killed with the value.
pub(super) struct Process {
    child: Child,
    pub(super) address: SocketAddr,
    keys: BTreeMap<String, (String, String)>,
}

impl Process {
    /// At any free port, with the secret keys printed.
    pub(super) fn start(cli: &Cli, arguments: &[&str]) -> Self {
        let begin = ["sandbox", "serve", "--listen", "127.0.0.1:0", "--show-secrets"];
        let mut child = cli.command(&[&begin, arguments].concat()).spawn().unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !printed.ends_with("Ctrl-C ends it.\n") {
            if lines.read_line(&mut printed).unwrap() == 0 {
                let mut said = String::new();
                child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
                panic!("it did not begin: {printed}{said}");
            }
        }
        let after = |line: &str, word: &str| line.split_once(word).map(|(_, rest)| rest.trim().to_owned());
        let address =
            printed.lines().find_map(|line| after(line, "served at http://")).unwrap().parse().unwrap();
        let mut keys = BTreeMap::new();
        let (mut name, mut access) = (String::new(), String::new());
        for line in printed.lines() {
            if let Some(found) = line.strip_prefix("Seller ") {
                name = found.split_once(',').unwrap().0.to_owned();
            } else if let Some(found) = after(line, "GALLERIST_ACCESS_KEY=") {
                access = found;
            } else if let Some(secret) = after(line, "GALLERIST_SECRET_KEY=") {
                keys.insert(name.clone(), (access.clone(), secret));
            }
        }
        Self { child, address, keys }
    }

    pub(super) fn client(&self, name: &str) -> Client {
        let (access, secret) = &self.keys[name];
        Client::new(self.address, access, secret, Arc::new(|| NOW.parse().unwrap()))
    }

    fn sellers(&self) -> Vec<&str> {
        self.keys.keys().map(String::as_str).collect()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end; its exit code and what it said.
    fn terminate(mut self) -> (Option<i32>, String) {
        let asked = std::process::Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_was_answered_is_there_after_a_kill() {
    let cli = Cli::new();
    let process = Process::start(&cli, &["--data", "market", "--seller", "acme", "--seller", "globex=eu"]);
    let (acme, globex) = (process.client("acme"), process.client("globex"));
    let submission = release("crm");
    let taken = acme.submit(&submission, None).ok(201).json();
    let digest = Digest::of_bytes(b"a file").to_string();
    let file = Ask::new("PUT", format!("/v1/assets/{digest}")).text("application/octet-stream", b"a file");
    acme.ask(&file.anew()).ok(201);
    let bar = |client: &Client, fence: &str| {
        client.ask(&Ask::new("PUT", "/v1/fences/erp").json(&json!({ "fence": fence })).anew())
    };
    bar(&acme, "2026-11-22T10:00:00Z").ok(204);
    globex.submit(&release("crm"), None).ok(201);
    let observed = (acme.observe(), globex.observe());
    let keys = process.keys.clone();
    process.kill();

    // Those who are known need not be named again, and keep their keys.
    let process = Process::start(&cli, &["--data", "market"]);
    assert_eq!(process.keys, keys);
    let (acme, globex) = (process.client("acme"), process.client("globex"));
    assert_eq!((acme.observe(), globex.observe()), observed);
    assert_eq!(acme.submit(&submission, None).ok(200).json(), taken);
    assert_eq!(acme.ask(&Ask::new("HEAD", format!("/v1/assets/{digest}"))).status, 200);
    bar(&acme, "2026-11-22T09:59:00Z").problem(ProblemKind::FenceLate);
    bar(&globex, "2026-11-22T09:59:00Z").ok(204);
}

#[test]
fn one_server_at_a_time_uses_a_folder() {
    let cli = Cli::new();
    let first = Process::start(&cli, &["--data", "market", "--seller", "acme"]);
    let second = ["sandbox", "serve", "--listen", "127.0.0.1:0", "--data", "market"];
    let said = cli.run(&second).failed(1);
    assert!(said.contains("another server uses market already"), "{said}");
    first.client("acme").get("/v1/capabilities").ok(200);
    first.kill();
    assert_eq!(Process::start(&cli, &["--data", "market"]).sellers(), ["acme"]);
}

#[test]
fn a_new_seller_comes_beside_those_that_are_there() {
    let cli = Cli::new();
    let first = Process::start(&cli, &["--data", "market", "--seller", "acme"]);
    let keys = first.keys["acme"].clone();
    first.kill();
    let second =
        Process::start(&cli, &["--data", "market", "--seller", "acme=intl", "--seller", "globex=cn"]);
    assert_eq!(second.sellers(), ["acme", "globex"]);
    assert_eq!(second.keys["acme"], keys);
    assert_ne!(second.keys["globex"], keys);
}

#[test]
fn it_ends_politely_when_it_is_asked_to() {
    let cli = Cli::new();
    let process = Process::start(&cli, &["--data", "market", "--seller", "acme"]);
    process.client("acme").get("/v1/capabilities").ok(200);
    let (code, said) = process.terminate();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("asked to stop"), "{said}");
}

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let cli = Cli::new();
    let process = Process::start(&cli, &["--data", "market", "--seller", "acme"]);
    let (access, secret) = process.keys["acme"].clone();
    process.client("acme").get("/v1/capabilities").ok(200);
    process.client("acme").get("/v1/nothing").ok(404);
    let (_, said) = process.terminate();
    assert!(!said.contains(&secret), "no line of the log has it: {said}");
    let file = cli.path("market/sellers.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept["sellers"]["acme"], json!({ "site": "intl", "accessKey": access, "secretKey": secret }));

    // Somebody opened it to all; what is written anew is not.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let process = Process::start(&cli, &["--data", "market", "--seller", "globex"]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    process.kill();

    let mut quiet =
        cli.command(&["sandbox", "serve", "--listen", "127.0.0.1:0", "--data", "market"]).spawn().unwrap();
    let mut lines = BufReader::new(quiet.stdout.take().unwrap()).lines().map_while(Result::ok);
    let printed: Vec<String> = lines.by_ref().take_while(|line| line != "Ctrl-C ends it.").collect();
    quiet.kill().unwrap();
    quiet.wait().unwrap();
    let printed = printed.join("\n");
    assert!(printed.contains(&access) && !printed.contains(&secret), "{printed}");
    // As it can be pasted anywhere.
    let file = file.canonicalize().unwrap();
    let command = format!("jq -r '.sellers[\"acme\"].secretKey' '{}'", file.display());
    assert!(printed.contains(&command), "{printed}");
}

#[test]
fn what_makes_no_sense_is_said_and_nothing_is_begun() {
    let cli = Cli::new();
    let serve = |arguments: &[&str]| {
        cli.run(&[&["sandbox", "serve", "--listen", "127.0.0.1:0"], arguments].concat()).failed(1)
    };
    let nobody = serve(&["--data", "market"]);
    assert!(
        nobody.contains("there is no seller in market yet") && nobody.contains("--seller acme"),
        "{nobody}"
    );
    let site = serve(&["--data", "market", "--seller", "acme=mars"]);
    assert!(site.contains("there is no site `mars`") && site.contains("intl, eu and cn"), "{site}");
    assert!(!cli.path("market/sellers.json").exists() && !cli.path("market/acme.db").exists());
    let name = serve(&["--data", "market", "--seller", "Acme!"]);
    assert!(name.contains("--seller <NAME[=SITE]>"), "{name}");
    assert!(serve(&["--seller", "acme"]).contains("--data"));
    Process::start(&cli, &["--data", "market", "--seller", "acme"]).kill();
    let moved = serve(&["--data", "market", "--seller", "acme=eu"]);
    assert!(moved.contains("seller `acme` is on site intl already"), "{moved}");
    for broken in ["{", "[]", r#"{"format": 1}"#, r#"{"format": 2, "sellers": {}}"#] {
        cli.write("market/sellers.json", broken);
        let said = serve(&["--data", "market"]);
        assert!(said.contains("market/sellers.json cannot be understood"), "{said}");
    }
    let secret = r#"{"format": 1, "sellers": {"acme": {"site": "intl", "accessKey": "AK", "secretKey": 12345678901}}}"#;
    cli.write("market/sellers.json", secret);
    let said = serve(&["--data", "market"]);
    assert!(!said.contains("12345678901"), "{said}");
}

#[test]
fn others_are_let_in_only_where_somebody_says_so() {
    let cli = Cli::new();
    let data = ["--data", "market", "--seller", "acme"];
    let said = cli.run(&[&["sandbox", "serve", "--listen", "0.0.0.0:0"], &data[..]].concat()).failed(1);
    assert!(said.contains("others can reach 0.0.0.0:0") && said.contains("--public"), "{said}");
    assert!(!cli.path("market").exists());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = cli.run(&[&["sandbox", "serve", "--listen", &address], &data[..]].concat()).failed(1);
    assert!(said.contains("cannot be listened on"), "{said}");
    let json =
        cli.run(&[&["sandbox", "serve", "--listen", "127.0.0.1:0", "--format", "json"], &data[..]].concat());
    json.failed(1);
}

#[test]
fn a_file_that_is_no_sandbox_any_more_is_trouble_of_its_seller_alone() {
    let cli = Cli::new();
    let process = Process::start(&cli, &["--data", "market", "--seller", "acme", "--seller", "globex"]);
    let acme = process.client("acme");
    acme.submit(&release("crm"), None).ok(201);
    std::fs::write(cli.path("market/acme.db"), vec![b'x'; 64 << 10]).unwrap();
    let problem = acme.submit(&release("erp"), None).problem(ProblemKind::Unavailable);
    assert!(problem.detail.contains("sandbox file"), "{}", problem.detail);
    process.client("globex").submit(&release("erp"), None).ok(201);
}

#[test]
fn faults_come_from_a_file() {
    let cli = Cli::new();
    cli.write(
        "faults.json",
        r#"{"faults": [{"at": "* /v1/capabilities", "fault": {"status": {"status": 503}}, "times": 1}]}"#,
    );
    let data = ["--data", "market", "--seller", "acme", "--faults", "faults.json"];
    let process = Process::start(&cli, &data);
    let acme = process.client("acme");
    acme.get("/v1/capabilities").problem(ProblemKind::Unavailable);
    acme.get("/v1/capabilities").ok(200);
    process.kill();
    cli.write("faults.json", "{\"faults\": 1}");
    let said = cli.run(&[&["sandbox", "serve", "--listen", "127.0.0.1:0"], &data[..]].concat()).failed(1);
    assert!(said.contains("faults.json: `faults`"), "{said}");
}
