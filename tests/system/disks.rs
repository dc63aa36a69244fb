//! Disks that are full or cannot be written: nothing is sent that is not written down, and what was done is told truly.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Who runs the tool where the tests run as root, for whom nothing is read-only.
const NOBODY: &str = "65534";

struct Shop(TempDir);

impl Shop {
    /// A catalog whose product is to be released, in a folder that everybody may look into.
    fn new() -> Self {
        let shop = Self(tempfile::tempdir().expect("a folder"));
        open_to_all(shop.0.path());
        std::fs::create_dir(shop.catalog()).expect("a folder");
        open_to_all(&shop.catalog());
        let output = shop.tool(&["init", "--name", "acme"], 0).output().expect("the tool runs");
        assert!(output.status.success(), "{}", told(&output));
        shop
    }

    fn catalog(&self) -> PathBuf {
        self.0.path().join("catalog")
    }

    /// The tool; files that it writes may grow to so many kilobytes, and to any size with 0.
    fn tool(&self, arguments: &[&str], kilobytes: u32) -> Command {
        let mut command = Command::new("bash");
        let limit =
            if kilobytes > 0 { format!("trap '' XFSZ; ulimit -f {kilobytes}; ") } else { String::new() };
        command.args(["-c", &format!("{limit}exec \"$@\""), "tool", env!("CARGO_BIN_EXE_gallerist")]);
        command.args(arguments).args(["--now", "2026-03-02T00:00:00Z"]).current_dir(self.catalog());
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.0.path()).env("NO_COLOR", "1");
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.tool(arguments, 0).output().expect("the tool runs");
        assert!(output.status.success(), "{}", told(&output));
        told(&output)
    }
}

fn open_to_all(folder: &Path) {
    let opened = Command::new("chmod").arg("777").arg(folder).status().expect("chmod runs");
    assert!(opened.success());
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How often something is said.
fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn a_disk_that_fills_up_at_any_moment_loses_nothing_and_sends_nothing_twice() {
    let mut ended = std::collections::BTreeSet::new();
    // From a file that cannot even begin to one that is large enough.
    for kilobytes in (4..=200).step_by(4) {
        let shop = Shop::new();
        let output = shop.tool(&["reconcile"], kilobytes).output().expect("the tool runs");
        let (said, code) = (told(&output), output.status.code());
        assert!(matches!(code, Some(0 | 1)), "{kilobytes} kB: {code:?} {said}");
        assert!(code == Some(0) || said.contains("error") || said.contains("not"), "{kilobytes} kB: {said}");
        ended.insert(code);
        // With room again everything happens, once.
        let _ = shop.run(&["reconcile"]);
        let waiting = shop.run(&["sandbox", "review"]);
        assert_eq!(count(&waiting, "since 2026"), 1, "{kilobytes} kB: {waiting}");
        let _ = shop.run(&["sandbox", "review", "--approve-all"]);
        let _ = shop.run(&["reconcile"]);
        assert!(shop.run(&["plan"]).contains("in sync"), "{kilobytes} kB");
        let _ = shop.run(&["ledger", "verify"]);
    }
    assert_eq!(ended.len(), 2, "some had room and some had not");
}

#[test]
fn a_disk_that_cannot_be_written_is_told_and_nothing_is_sent() {
    let shop = Shop::new();
    let _ = shop.run(&["reconcile"]);
    let _ = shop.run(&["sandbox", "review", "--approve-all"]);
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
    let lock = |mode: &str| {
        let locked = Command::new("chmod").args(["-R", mode]).arg(shop.catalog().join(".gallerist")).status();
        assert!(locked.expect("chmod runs").success());
    };
    lock("a-w,a+rX");
    let before = std::fs::read(shop.catalog().join(".gallerist/ledger.db")).expect("a ledger");
    let tool = shop.tool(&["reconcile"], 0);
    let mut command = if is_root { Command::new("setpriv") } else { Command::new("env") };
    if is_root {
        command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]);
        // Where the tool was built others may have no way in.
        let copy = shop.0.path().join("gallerist");
        std::fs::copy(env!("CARGO_BIN_EXE_gallerist"), &copy).expect("copied");
        command.arg(copy).args(["reconcile", "--now", "2026-03-02T00:00:00Z"]);
    } else {
        command.arg(tool.get_program()).args(tool.get_args());
    }
    let output = command.env("NO_COLOR", "1").current_dir(shop.catalog()).output().expect("the tool runs");
    let said = told(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("read-only") || said.contains("readonly") || said.contains("ermission"), "{said}");
    assert_eq!(std::fs::read(shop.catalog().join(".gallerist/ledger.db")).expect("a ledger"), before);
    lock("u+w");
    assert!(shop.run(&["reconcile"]).contains("approved"));
}
