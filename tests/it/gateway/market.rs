//! A marketplace of its own: a sandbox that is served by a real process, with a desk where reviewers decide.

use crate::examples::shell;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::sandbox::{ProductRow, Store};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a command is run again that a fault kept from its work.
const AGAIN_MAX: u32 = 30;

pub(crate) struct Market {
    /// The folder of the desk; accounts stand below it.
    pub(crate) desk: Utf8PathBuf,
    pub(crate) url: String,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    process: Child,
    lost: AtomicUsize,
}

impl Market {
    /// Serves the account `acme` of a site. `options` go to the command, `faults` say what goes wrong.
    pub(crate) fn serve(home: &Utf8Path, site: &str, faults: &Value, options: &[&str]) -> Self {
        let desk = home.join("desk");
        std::fs::create_dir_all(desk.join("products")).unwrap();
        let config = format!(
            "apiVersion: gallerist/v1\nkind: Catalog\nname: desk\ntargets:\n  desk:\n    site: {site}\n    account: \
             acme\n    marketplace: {{driver: sandbox, path: accounts/acme.db}}\n"
        );
        std::fs::write(desk.join("gallerist.yaml"), config).unwrap();
        std::fs::write(desk.join("faults.json"), faults.to_string()).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_gallerist"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--data", "accounts", "--show-secrets"])
            .args(["--seller", &format!("acme={site}"), "--faults", "faults.json"])
            .args(options)
            .current_dir(&desk)
            .env_clear()
            .env("HOME", home)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        let mut find = |before: &str| {
            let mut found =
                said.by_ref().filter_map(|line| Some(line.split_once(before)?.1.trim().to_owned()));
            found.next().unwrap()
        };
        let url = find("is served at ");
        let access_key = find("export GALLERIST_ACCESS_KEY=");
        let secret_key = find("export GALLERIST_SECRET_KEY=");
        Self { desk, url, access_key, secret_key, process, lost: AtomicUsize::new(0) }
    }

    /// Does what a reviewer or the clock of the marketplace does: `review --approve-all`.
    pub(crate) fn decide(&self, what: &str) -> String {
        let output = shell(&format!("gallerist sandbox {what}"), self.desk.as_std_path()).unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{what}: {said}");
        said
    }

    /// What the account sells and sold.
    pub(crate) fn products(&self) -> Vec<ProductRow> {
        let mut store = Store::open(&self.desk.join("accounts/acme.db")).unwrap();
        store.state().unwrap().products.values().cloned().collect()
    }

    /// How many applications there ever were.
    pub(crate) fn applications(&self) -> usize {
        applications(&self.desk.join("accounts/acme.db"))
    }

    /// How many commands of sellers told of an answer that was lost.
    pub(crate) fn lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }

    /// Runs a command of a seller. What a fault kept from its work is run again, as a schedule would; reconciling is run
    /// until nothing is in doubt any more.
    pub(crate) fn seller(&self, command: &str, catalog: &Utf8Path) -> (i32, String) {
        let keys = format!(
            "export GALLERIST_ACCESS_KEY={} GALLERIST_SECRET_KEY={}",
            self.access_key, self.secret_key
        );
        let mut ended = (-1, String::new());
        for _ in 0..AGAIN_MAX {
            let output = shell(&format!("{keys}; {command}"), catalog.as_std_path()).unwrap();
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            assert!(!said.contains(&self.secret_key) && !said.contains(&self.access_key), "{said}");
            ended = (output.status.code().unwrap_or(-1), said);
            let line = ended.1.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.contains("gave no answer") {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
            let in_doubt =
                ["cannot be reached", "gave no answer", "asked less often", "(HTTP ", "The gateway "];
            if !in_doubt.iter().any(|words| line.contains(words)) {
                break;
            }
        }
        ended
    }
}

/// How many applications a sandbox ever had.
pub(crate) fn applications(file: &Utf8Path) -> usize {
    Store::open(file).unwrap().state().unwrap().applications.len()
}

impl Drop for Market {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A copy of an example that sells behind a gateway.
pub(crate) fn behind(example: &std::path::Path, catalog: &Utf8Path, url: &str) -> Utf8PathBuf {
    crate::examples::copy(example, catalog.as_std_path()).unwrap();
    let config = catalog.join("gallerist.yaml");
    let text = std::fs::read_to_string(&config).unwrap();
    let gateway = format!("{{driver: gateway, url: \"{url}\"}}");
    let behind = text.replace("{driver: sandbox, path: .gallerist/sandbox.db}", &gateway);
    assert_ne!(text, behind);
    std::fs::write(&config, behind).unwrap();
    catalog.to_owned()
}
