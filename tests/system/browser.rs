//! The served sandbox in a real browser, with scripts switched off: what is submitted by the command line is decided there,
//! and what is decided there comes back to the command line.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A catalog with the sandbox's file, committed.
struct Catalog {
    folder: tempfile::TempDir,
}

impl Catalog {
    fn of(example: &str) -> Self {
        let catalog = Self { folder: tempfile::tempdir().expect("a folder") };
        catalog.copy(&Path::new("examples").join(example));
        for arguments in
            [&["init", "--quiet", "-b", "main"][..], &["add", "--all"], &["commit", "--quiet", "-m", "Sell"]]
        {
            catalog.git(arguments);
        }
        catalog
    }

    fn copy(&self, from: &Path) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from).join(".");
        let copied = Command::new("cp").arg("-r").arg(from).arg(self.folder.path()).status();
        assert!(copied.expect("cp runs").success());
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = self.command("git");
        let done = git.args(arguments).output().expect("git runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("CI");
        for (name, value) in [
            ("GIT_AUTHOR_NAME", "Seller"),
            ("GIT_AUTHOR_EMAIL", "seller@acme.example"),
            ("GIT_COMMITTER_NAME", "Seller"),
            ("GIT_COMMITTER_EMAIL", "seller@acme.example"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ] {
            command.env(name, value);
        }
        command
    }

    /// What a command prints, whatever its exit code says.
    fn run(&self, arguments: &[&str]) -> String {
        let done = self.command(env!("CARGO_BIN_EXE_gallerist")).args(arguments).output().expect("it runs");
        format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let path = self.folder.path().join(path);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{from} is not in {text}");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
        self.git(&["commit", "--quiet", "--all", "-m", "Say it better"]);
    }
}

/// `gallerist sandbox serve`, until it is dropped.
struct Server {
    child: Child,
    origin: String,
    way_in: String,
}

impl Server {
    fn of(catalog: &Catalog) -> Self {
        let mut command = catalog.command(env!("CARGO_BIN_EXE_gallerist"));
        command.args(["sandbox", "serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let mut addresses = lines.filter_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let page = addresses.find(|address| address.contains("/login?token=")).expect("the way in");
        let (host, path) = page.split_once('/').expect("an address");
        Self { child, origin: format!("http://{host}"), way_in: format!("/{path}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with scripts switched off.
struct Browser {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Browser {
    fn at(server: &Server) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let home = root.join("target/browser");
        assert!(
            home.join("installed").is_file(),
            "the browser's driver is needed; scripts/prepare installs it"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("node");
        command.arg(root.join("tests/system/browser.mjs")).arg(home).arg(program()).arg(&server.origin);
        command.env("TMPDIR", folder.path()).env("HOME", folder.path());
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("Node.js is needed; scripts/prepare installs it");
        let (to, from) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("a pipe")));
        Self { child, to, from, _folder: folder }
    }

    #[track_caller]
    fn ask(&mut self, command: &str, mut options: Value) -> Value {
        options["command"] = json!(command);
        writeln!(self.to.as_mut().expect("a pipe"), "{options}").expect("the browser listens");
        let mut line = String::new();
        self.from.read_line(&mut line).expect("the browser answers");
        let answer: Value =
            serde_json::from_str(&line).expect("Chromium is needed; scripts/prepare installs it");
        assert!(answer.get("error").is_none(), "{command}: {}", answer["error"].as_str().unwrap_or_default());
        answer["value"].clone()
    }

    #[track_caller]
    fn go(&mut self, path: &str) {
        assert_eq!(self.ask("go", json!({"path": path})), 200, "{path}");
    }

    #[track_caller]
    fn says(&mut self, words: &str) {
        // A form that was sent takes a moment to be answered.
        let mut text = self.ask("read", json!({}));
        for _ in 0..100 {
            if text.as_str().is_some_and(|text| text.contains(words)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
            text = self.ask("read", json!({}));
        }
        panic!("\"{words}\" is not in {text}");
    }

    #[track_caller]
    fn follow(&mut self, name: &str) {
        self.ask("follow", json!({"name": name}));
    }

    #[track_caller]
    fn press(&mut self, name: &str) {
        self.ask("press", json!({"name": name}));
    }

    /// Nothing hinders people on the page, in light and dark, on a desk and on a telephone; and it fits.
    #[track_caller]
    fn is_for_everybody(&mut self) {
        let place = self.ask("place", json!({}));
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 360)] {
            let found = self.ask("hindrances", json!({"scheme": scheme, "width": width}));
            assert_eq!(found, json!([]), "{place}, {scheme}, {width}");
        }
        self.ask("look", json!({"scheme": "dark", "width": 360}));
        assert_eq!(self.ask("excess", json!({})), 0, "{place} is too wide for a telephone");
        self.ask("look", json!({"scheme": "light", "width": 1280}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // At the end of its orders the driver closes the browser and ends.
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

fn program() -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().find_map(|name| {
        std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
    });
    found.expect("Chromium is needed; scripts/prepare installs it")
}

const PRODUCT: &str = "products/quayside-migration/product.yaml";

#[test]
fn a_submission_is_rejected_fixed_approved_and_sold() {
    let catalog = Catalog::of("07-price-change");
    let server = Server::of(&catalog);
    let mut browser = Browser::at(&server);
    browser.go(&server.way_in);
    browser.says("Nothing waits");
    catalog.run(&["reconcile"]);
    browser.follow("Review desk");
    browser.says("One application waits.");
    browser.follow("Quayside Migration Service");
    browser.says("Release of Quayside Migration Service");
    browser.press("Approve");
    browser.says("Done Approved KG0000000001, Quayside Migration Service.");
    catalog.run(&["reconcile"]);
    browser.follow("Storefront");
    browser.says("from USD 3200.00 one time");

    catalog.edit(PRODUCT, "\"3200.00\"", "\"3400.00\"");
    catalog.edit(PRODUCT, "overview: Two engineers", "overview: Our engineers");
    catalog.run(&["reconcile"]);
    browser.follow("Review desk");
    browser.follow("Quayside Migration Service");
    for words in ["Overview", "On sale now", "After approval", "3200.00", "3400.00", "+6.3 %"] {
        browser.says(words);
    }
    browser.ask("fill", json!({"label": "Reason", "text": "Overview: say how many engineers come"}));
    browser.press("Reject");
    browser.says("Done Rejected KG0000000002");
    let told = catalog.run(&["reconcile"]);
    assert!(told.contains("say how many engineers come"), "{told}");
    let status = catalog.run(&["status"]);
    assert!(status.contains("say how many engineers come"), "{status}");
    browser.follow("Storefront");
    browser.says("from USD 3200.00 one time");

    catalog.edit(PRODUCT, "overview: Our engineers", "overview: Three engineers");
    let submitted = catalog.run(&["reconcile"]);
    browser.follow("Review desk");
    browser.says("One application waits.");
    browser.follow("Quayside Migration Service");
    browser.press("Approve");
    browser.says("Done Approved KG0000000003");
    catalog.run(&["reconcile"]);
    let status = catalog.run(&["status"]);
    assert!(status.contains("in sync"), "{submitted}{status}");
    browser.follow("Storefront");
    browser.says("from USD 3400.00 one time");
    browser.follow("Quayside Migration Service");
    browser.says("Three engineers");
    let said = browser.ask("said", json!({}));
    assert_eq!(said, json!([]), "the browser complained, or asked somebody else");
    browser.press("Log out");
    browser.says("Log in to the sandbox");
}

#[test]
fn every_page_is_for_everybody() {
    let catalog = Catalog::of("02-first-saas");
    let server = Server::of(&catalog);
    let mut browser = Browser::at(&server);
    browser.go("/login");
    browser.is_for_everybody();
    browser.ask("fill", json!({"label": "Token", "text": "another-token"}));
    browser.press("Log in");
    browser.says("Not this one");
    browser.go(&server.way_in);
    let empty = ["/", "/desk", "/store", "/console", "/console"];
    for path in empty {
        browser.go(path);
        browser.is_for_everybody();
    }
    browser.follow("My Applications");
    browser.is_for_everybody();
    let account = browser.ask("place", json!({})).as_str().expect("a place").to_owned();
    catalog.run(&["reconcile"]);
    browser.go("/desk");
    browser.is_for_everybody();
    browser.follow("Tidewater CRM");
    browser.is_for_everybody();
    let tabbed = browser.ask("tab", json!({"name": "Approve"}));
    assert!(tabbed["outline"].as_f64().is_some_and(|width| width >= 2.0), "no visible focus: {tabbed}");
    browser.ask("enter", json!({}));
    browser.says("Done Approved KG0000000001");
    catalog.run(&["reconcile"]);
    catalog.edit("products/tidewater-crm/product.yaml", "\"29.00\"", "\"31.00\"");
    catalog.run(&["reconcile"]);
    browser.go("/desk");
    browser.is_for_everybody();
    browser.follow("Tidewater CRM");
    browser.press("Reject");
    browser.says("Reject");
    browser.ask("fill", json!({"label": "Reason", "text": "Too much at once"}));
    browser.press("Reject");
    browser.says("Done Rejected KG0000000002");
    browser.go(&account);
    browser.is_for_everybody();
    browser.follow("Tidewater CRM");
    browser.says("Why it was rejected Too much at once");
    browser.is_for_everybody();
    for (list, product) in [("/console", "Tidewater CRM"), ("/store", "Tidewater CRM")] {
        browser.go(list);
        browser.is_for_everybody();
        browser.follow(product);
        browser.is_for_everybody();
    }
    assert_eq!(browser.ask("go", json!({"path": "/nothing"})), 404);
    browser.is_for_everybody();
}
