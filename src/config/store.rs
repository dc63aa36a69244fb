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
/// The environment variable with the URL of a PostgreSQL ledger that names none.
pub const LEDGER_CONNECTION: &str = "GALLERIST_LEDGER_URL";
/// The schema of a PostgreSQL ledger that names none.
pub const LEDGER_SCHEMA: &str = "gallerist";

/// The settings of each kind of ledger; the first kind is used where none is named.
const SETTINGS: [(&str, &[&str]); 3] = [
    ("sqlite", &["path", "persistent"]),
    ("git", &["branch", "remote"]),
    ("postgres", &["connection", "schema", "certificates"]),
];

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

/// Whether a text is the name of an environment variable, and no value of one.
fn is_variable_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.len() <= 200
        && !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(is_plain)
}

/// What the names of variables that hold a ledger's URL begin with: whoever may change `gallerist.yaml` must not be able to
/// have another secret of the machine used.
const LEDGER_VARIABLE_PREFIX: &str = "GALLERIST_LEDGER_";

/// Whether a text is the name of an environment variable that a ledger may use.
#[must_use]
pub fn is_ledger_variable(name: &str) -> bool {
    let rest = name.strip_prefix(LEDGER_VARIABLE_PREFIX);
    rest.is_some_and(|rest| !rest.is_empty()) && is_variable_name(name)
}

/// Whether PostgreSQL takes a text as the name of a schema that is not its own, and nobody has to quote it.
#[must_use]
pub fn is_schema_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && !name.starts_with("pg_")
        && name != "information_schema"
        && name.chars().all(is_plain)
}

impl<'t> Reader<'t> {
    /// Where the ledger is kept; `definitions` is the branch of the target's definitions.
    pub(super) fn ledger(&mut self, block: Option<Node<'t>>, definitions: &str) -> LedgerStore {
        let said = |key: &str| block.and_then(|block| text(block, key));
        let used = said("store").unwrap_or("sqlite");
        self.unused_settings(block, used);
        match used {
            "git" => self.git_ledger(block, definitions),
            "postgres" => self.postgres_ledger(block),
            _ => {
                let is_persistent = block.and_then(|block| block.get("persistent")).and_then(Node::flag);
                LedgerStore::Sqlite {
                    path: said("path").unwrap_or(LEDGER_FILE).into(),
                    is_persistent: is_persistent.unwrap_or(false),
                }
            }
        }
    }

    /// Settings of other kinds of ledgers would do nothing.
    fn unused_settings(&mut self, block: Option<Node<'t>>, used: &str) {
        for (other, settings) in SETTINGS.iter().filter(|(store, _)| *store != used) {
            for key in *settings {
                let Some((name, _)) = block.and_then(|block| block.entry(key)) else { continue };
                let message = format!("a ledger with `store: {used}` has no `{key}`");
                let help = format!("remove it, or write `store: {other}`");
                let diagnostic = self.error("ledger-setting-unused", name, message).help(help);
                self.report(diagnostic);
            }
        }
    }

    /// Reports a setting of the ledger that is no name of its kind. What was written is not repeated: it may be a secret.
    fn named(&mut self, block: Option<Node<'t>>, key: &str, is_name: fn(&str) -> bool, help: &str) {
        let Some(node) = block.and_then(|block| block.get(key)) else { return };
        if block.and_then(|block| text(block, key)).is_none_or(is_name) {
            return;
        }
        let diagnostic =
            self.error("ledger-name-invalid", node, format!("this is no name of a {key}")).help(help);
        self.report(diagnostic);
    }

    fn git_ledger(&mut self, block: Option<Node<'t>>, definitions: &str) -> LedgerStore {
        let said = |key: &str| block.and_then(|block| text(block, key));
        self.named(block, "branch", is_git_name, "write a plain name, as in `gallerist/ledger`");
        let help = "write the name that `git remote` shows, as in `origin`, or `none`; not an address";
        self.named(block, "remote", is_git_name, help);
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

    fn postgres_ledger(&mut self, block: Option<Node<'t>>) -> LedgerStore {
        let said = |key: &str| block.and_then(|block| text(block, key));
        let help = "write the name of the environment variable that holds the URL, as `GALLERIST_LEDGER_URL`; it begins with \
                    `GALLERIST_LEDGER_`, so that no other secret is used. The URL itself is a secret and never stands in a \
                    repository";
        self.named(block, "connection", is_ledger_variable, help);
        let help = "write lower case letters, digits and `_`, as in `gallerist`";
        self.named(block, "schema", is_schema_name, help);
        LedgerStore::Postgres {
            connection: said("connection").unwrap_or(LEDGER_CONNECTION).to_owned(),
            schema: said("schema").unwrap_or(LEDGER_SCHEMA).to_owned(),
            certificates: said("certificates").map(Into::into),
        }
    }
}
