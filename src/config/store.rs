//! Reading where a target's ledger is kept.

use super::LedgerStore;
use super::read::{Reader, text};
use crate::yaml::{Node, excerpt};

/// The branch of a git ledger that names none.
pub const LEDGER_BRANCH: &str = "gallerist/ledger";
/// The remote of a git ledger that names none.
pub const LEDGER_REMOTE: &str = "origin";
/// The file of an SQLite ledger that names none.
pub const LEDGER_FILE: &str = ".gallerist/ledger.db";

/// Whether git takes a text as the name of a branch or remote, and no shell or option is hurt by it.
#[must_use]
pub fn is_git_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-+=@".contains(c);
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && !part.ends_with('.')
            && !part.ends_with(".lock")
            && !part.contains("..")
            && part != "@"
            && part.chars().all(is_plain)
    };
    name.len() <= 200 && name.split('/').all(is_part)
}

impl<'t> Reader<'t> {
    /// Where the ledger is kept; `definitions` is the branch of the target's definitions.
    pub(super) fn ledger(&mut self, block: Option<Node<'t>>, definitions: &str) -> LedgerStore {
        let said = |key: &str| block.and_then(|block| text(block, key));
        let (used, unused, other) = match said("store") {
            Some("git") => ("git", ["path", "persistent"], "sqlite"),
            Some(_) | None => ("sqlite", ["branch", "remote"], "git"),
        };
        for key in unused {
            let Some((name, _)) = block.and_then(|block| block.entry(key)) else { continue };
            let message = format!("a ledger with `store: {used}` has no `{key}`");
            let help = format!("remove it, or write `store: {other}`");
            let diagnostic = self.error("ledger-setting-unused", name, message).help(help);
            self.report(diagnostic);
        }
        if used == "sqlite" {
            let is_persistent = block.and_then(|block| block.get("persistent")).and_then(Node::flag);
            return LedgerStore::Sqlite {
                path: said("path").unwrap_or(LEDGER_FILE).into(),
                is_persistent: is_persistent.unwrap_or(false),
            };
        }
        for key in ["branch", "remote"] {
            let (Some(name), Some(node)) = (said(key), block.and_then(|block| block.get(key))) else {
                continue;
            };
            if is_git_name(name) {
                continue;
            }
            let message = format!("this is no name of a {key}");
            let help = match key {
                "branch" => "write a plain name, as in `gallerist/ledger`",
                _ => "write the name that `git remote` shows, as in `origin`, or `none`; not an address",
            };
            let diagnostic = self.error("ledger-name-invalid", node, message).help(help);
            self.report(diagnostic);
        }
        let branch = said("branch").unwrap_or(LEDGER_BRANCH);
        if branch == definitions
            && let Some(node) = block
        {
            let node = node.get("branch").unwrap_or(node);
            let message = format!("`{}` is the branch of the definitions", excerpt(branch));
            let help = format!("the ledger needs a branch of its own, as `{LEDGER_BRANCH}`");
            let diagnostic = self.error("ledger-branch-taken", node, message).help(help);
            self.report(diagnostic);
        }
        let remote = Some(said("remote").unwrap_or(LEDGER_REMOTE)).filter(|remote| *remote != "none");
        LedgerStore::Git { branch: branch.to_owned(), remote: remote.map(str::to_owned) }
    }
}
