//! `gallerist ledger`

use crate::cli::arguments::key;
use crate::cli::error::CliError;
use crate::cli::session::Session;
use camino::Utf8PathBuf;
use clap::{Args, Subcommand, ValueEnum};
use gallerist::config::{
    LEDGER_BRANCH, LEDGER_CONNECTION, LEDGER_FILE, LEDGER_REMOTE, LEDGER_SCHEMA, LedgerStore, is_git_name,
    is_ledger_variable, is_schema_name,
};
use gallerist::model::Key;
use gallerist::render;
use gallerist::report::Outcome;
use gallerist::service::{self, LedgerFilter, View};

/// Show, check and move the record of what was sent
///
/// The ledger holds what was submitted, what became of it, and who vouched for what. It is only ever added to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist ledger show
  gallerist ledger show --product acme-crm --evidence
  gallerist ledger verify
  gallerist ledger export --out ledger.jsonl
  gallerist ledger import ledger.jsonl
  gallerist ledger migrate --to git
  gallerist ledger migrate --to postgres
  gallerist ledger upgrade")]
pub(crate) struct Ledger {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What happened, when, and who allowed it, why and until when
    ///
    /// Below the entries stand the approval files on the target's branch, with the commit that brought each of them.
    Show {
        /// Only what is about this product
        #[arg(long, value_name = "PRODUCT", value_parser = key)]
        product: Option<Key>,
        /// Only what somebody vouched for: approvals, confirmations, retries
        #[arg(long)]
        evidence: bool,
    },
    /// Look whether the ledger is as it was written
    ///
    /// Reads every entry, their order and their chain, looks for files that do not belong there, and for commits that
    /// changed or removed an entry. Exits with 1 when the ledger cannot be relied on, and says where.
    Verify,
    /// Save all entries as one file
    ///
    /// The file has a line for each entry, and tells by itself whether it is whole and unchanged.
    Export {
        /// Write to this file instead of stdout
        #[arg(long, value_name = "FILE")]
        out: Option<Utf8PathBuf>,
    },
    /// Fill an empty ledger from an exported file
    ///
    /// All entries are written or none. A ledger that has entries is left alone.
    Import {
        /// The file that `gallerist ledger export` wrote
        #[arg(value_name = "FILE")]
        file: Utf8PathBuf,
    },
    /// Copy the ledger to another place, and say what to write in gallerist.yaml
    ///
    /// Let no other run write meanwhile. The entries are read back before this says that they are there; the place
    /// they were in stays as it is.
    Migrate(Migrate),
    /// Begin the ledger where there is none, and raise one of an older version to this one
    ///
    /// Every run that may do so does it by itself. Where runs may not, as with a database whose tables belong to somebody
    /// else, the owner does it with this command.
    Upgrade,
}

#[derive(Debug, Args)]
struct Migrate {
    /// The kind of place to copy to
    #[arg(long, value_name = "STORE")]
    to: Store,
    /// The branch of a git ledger
    #[arg(long, value_name = "NAME", value_parser = git_name, default_value = LEDGER_BRANCH)]
    branch: String,
    /// The remote of a git ledger, or `none`
    #[arg(long, value_name = "NAME", value_parser = git_name, default_value = LEDGER_REMOTE)]
    remote: String,
    /// The file of an SQLite ledger
    #[arg(long, value_name = "FILE", default_value = LEDGER_FILE)]
    path: Utf8PathBuf,
    /// The file of an SQLite ledger outlives the machine
    #[arg(long)]
    persistent: bool,
    /// The environment variable that holds the URL of a PostgreSQL ledger's database
    #[arg(long, value_name = "NAME", default_value = LEDGER_CONNECTION)]
    connection: String,
    /// The schema of a PostgreSQL ledger
    #[arg(long, value_name = "NAME", value_parser = schema_name, default_value = LEDGER_SCHEMA)]
    schema: String,
    /// The certificates of those who may vouch for the PostgreSQL server
    #[arg(long, value_name = "FILE")]
    certificates: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    /// A branch of the git repository
    Git,
    /// A file
    Sqlite,
    /// A schema of a PostgreSQL database
    Postgres,
}

impl From<Migrate> for LedgerStore {
    fn from(arguments: Migrate) -> Self {
        let Migrate { to, branch, remote, path, persistent, connection, schema, certificates } = arguments;
        match to {
            Store::Git => Self::Git { branch, remote: Some(remote).filter(|remote| remote != "none") },
            Store::Sqlite => Self::Sqlite { path, is_persistent: persistent },
            Store::Postgres => Self::Postgres { connection, schema, certificates },
        }
    }
}

/// Does what was asked for.
pub(crate) fn run(arguments: Ledger, session: &mut Session) -> Result<Outcome, CliError> {
    match arguments.action {
        Action::Show { product, evidence } => {
            let log = service::ledger_show(&session.request, &LedgerFilter { product, evidence })?;
            let text = |session: &Session| render::ledger(&log, session.printer.style);
            let short = |session: &Session| render::ledger_short(&log, session.printer.style);
            session.report(View::Ledger(&log), Outcome::Done, text, short)
        }
        Action::Verify => {
            let audit = service::ledger_verify(&session.request)?;
            let outcome = if audit.is_sound() { Outcome::Done } else { Outcome::Failed };
            let text = |session: &Session| render::ledger_audit(&audit, session.printer.style);
            session.report(View::LedgerAudit(&audit), outcome, text, text)
        }
        Action::Export { out } => export(out, session),
        Action::Import { file } => {
            let recorded = service::ledger_import(&session.request, &file)?;
            session.recorded(&recorded)
        }
        // Told here and not by the command line's own reader, which would repeat a password.
        Action::Migrate(Migrate { connection, .. }) if !is_ledger_variable(&connection) => {
            let message = "`--connection` takes the name of an environment variable that begins with `GALLERIST_LEDGER_`";
            Err(CliError::usage(message)
                .hint("set that variable to the URL; a URL is a secret and no argument"))
        }
        Action::Migrate(arguments) => {
            let recorded = service::ledger_migrate(&session.request, &arguments.into())?;
            session.recorded(&recorded)
        }
        Action::Upgrade => {
            let recorded = service::ledger_upgrade(&session.request)?;
            session.recorded(&recorded)
        }
    }
}

fn export(out: Option<Utf8PathBuf>, session: &mut Session) -> Result<Outcome, CliError> {
    let text = service::ledger_export(&session.request)?;
    match out {
        None => session.printer.result(&text)?,
        Some(path) => {
            service::ledger_may_replace(&path, &text)?;
            gallerist::repository::write_atomically(&path, text.as_bytes())
                .map_err(|error| CliError::work(error.to_string()))?;
            session.printer.remark(&format!("The ledger is saved as {path}."));
        }
    }
    Ok(Outcome::Done)
}

fn git_name(text: &str) -> Result<String, String> {
    if is_git_name(text) {
        Ok(text.to_owned())
    } else {
        Err("write a plain name, as git shows it".to_owned())
    }
}

fn schema_name(text: &str) -> Result<String, String> {
    if is_schema_name(text) {
        Ok(text.to_owned())
    } else {
        Err("write lower case letters, digits and `_`".to_owned())
    }
}
