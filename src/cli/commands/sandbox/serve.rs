//! `gallerist sandbox serve`

use crate::cli::error::CliError;
use crate::cli::log::LogFormat;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use gallerist::report::Outcome;
use gallerist::served::{
    Accounts, AccountsError, Clock, Faults, Seller, SellerName, Sellers, Served, Wanted, new_secret, run,
};
use gallerist::service;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

/// Serve the sandbox to programs and browsers
///
/// Programs speak the gateway protocol, with signed requests; people look at pages. In a catalog it is the sandbox of
/// the target: what `gallerist reconcile` does there shows at once. With `--data` it is a marketplace of its own, with
/// an account for each seller.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist sandbox serve                       the sandbox of this catalog
  gallerist sandbox serve --listen 127.0.0.1:0  at any free port
  gallerist sandbox serve --data market --seller acme --seller globex=eu
  gallerist sandbox serve --data market         those who are known there")]
pub(crate) struct Serve {
    /// Where it answers; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8087")]
    listen: SocketAddr,
    /// Also answer at an address that others can reach
    ///
    /// Nothing is encrypted: whoever can listen on the way sees all but the secret keys.
    #[arg(long)]
    public: bool,
    /// Serve accounts of their own that are kept in this folder, not the sandbox of a catalog
    #[arg(long, value_name = "FOLDER")]
    data: Option<Utf8PathBuf>,
    /// A seller with an account in the folder, and its site where that is not `intl`; may be given several times
    #[arg(long = "seller", value_name = "NAME[=SITE]", value_parser = seller, requires = "data")]
    sellers: Vec<Wanted>,
    /// Print secret keys, too, and not only where they stand
    #[arg(long)]
    show_secrets: bool,
    /// What goes wrong on purpose, for tests
    #[arg(long, value_name = "FILE", hide = true)]
    faults: Option<Utf8PathBuf>,
}

/// Reads a seller's name and site.
fn seller(text: &str) -> Result<Wanted, String> {
    let (name, site) = match text.split_once('=') {
        Some((name, site)) => (name, Some(site.to_owned())),
        None => (text, None),
    };
    let name = SellerName::new(name).map_err(|error| error.to_string())?;
    Ok((name, site))
}

/// Serves until the process is asked to end.
pub(super) fn serve(arguments: &Serve, session: &mut Session) -> Result<Outcome, CliError> {
    session.is_for_people("what is printed here", "status")?;
    let is_open = !arguments.listen.ip().is_loopback();
    if is_open && !arguments.public {
        let error = CliError::usage(format!("others can reach {}", arguments.listen));
        return Err(error.hint("say `--public` if they may; nothing is encrypted on the way"));
    }
    let faults = arguments.faults.as_deref().map_or(Ok(Faults::default()), read)?;
    // The folder is ours for as long as this stands.
    let (sellers, keys, _held) = match &arguments.data {
        None => {
            let (seller, keys) = service::sandbox_account(&session.request)?;
            (Sellers::from([(seller.name.clone(), seller)]), keys, None)
        }
        Some(folder) => {
            let Accounts { sellers, keys, lock } =
                Accounts::open(folder, &arguments.sellers).map_err(|error| unusable(&error))?;
            (sellers, keys, Some(lock))
        }
    };
    let listener = TcpListener::bind(arguments.listen).map_err(|error| refused(arguments.listen, &error))?;
    let address = listener.local_addr().map_err(|error| refused(arguments.listen, &error))?;
    let token = new_secret().map_err(|error| CliError::work(error.to_string()))?;
    let (moment, began) = (session.moment, Instant::now());
    let clock: Clock = Arc::new(move || moment.map_or_else(Timestamp::now, |moment| later(moment, began)));
    let served = Served::new(sellers, clock, token);
    // What is printed is pasted elsewhere.
    let keys = keys.canonicalize_utf8().unwrap_or(keys);
    let page = page(&served, address, &keys, arguments.show_secrets);
    session.printer.result(&page)?;
    session.printer.flush()?;
    if is_open {
        session.printer.remark("Others can reach this address, and nothing is encrypted on the way.");
    }
    session.begin_log(LogFormat::Text)?;
    run(listener, Arc::new(served), faults).map_err(|error| CliError::work(format!("it ended: {error}")))?;
    Ok(Outcome::Done)
}

/// What is printed when it begins.
fn page(served: &Served, address: SocketAddr, keys: &Utf8Path, shows_secrets: bool) -> String {
    let token = served.shown_token();
    let mut page = format!("The sandbox is served at http://{address}\n");
    // A text takes everything that is written to it.
    let _ = writeln!(page, "  pages    http://{address}/login?token={token}");
    let _ = writeln!(page, "  gateway  url: http://{address}");
    for seller in served.sellers.values() {
        let Seller { name, access_key, .. } = seller;
        let secret = match shows_secrets {
            true => seller.shown_secret().to_owned(),
            false => format!("\"$(jq -r '.sellers[\"{name}\"].secretKey' '{keys}')\""),
        };
        let _ = writeln!(page, "\nSeller {name}, with the secret key in {keys}");
        let _ = writeln!(page, "  export GALLERIST_ACCESS_KEY={access_key}");
        let _ = writeln!(page, "  export GALLERIST_SECRET_KEY={secret}");
    }
    page.push_str("\nCtrl-C ends it.\n");
    page
}

fn read(path: &Utf8Path) -> Result<Faults, CliError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| CliError::usage(format!("cannot read {path}: {error}")))?;
    Faults::read(&text).map_err(|reason| CliError::usage(format!("{path}: {reason}")))
}

fn refused(address: SocketAddr, error: &std::io::Error) -> CliError {
    CliError::work(format!("{address} cannot be listened on: {error}"))
        .hint("`--listen` names another address and port; port 0 is any free one")
}

fn unusable(error: &AccountsError) -> CliError {
    let failed = CliError::work(error.to_string());
    match error {
        AccountsError::Nobody(_) => failed.hint("name one: `--seller acme`"),
        AccountsError::InUse(_) => failed.hint("end that one first, or name another folder"),
        AccountsError::OtherSite { .. } => failed.hint("name a new seller for another site"),
        AccountsError::Site { .. } => failed.hint("there are intl, eu and cn"),
        AccountsError::Keys { .. }
        | AccountsError::Store { .. }
        | AccountsError::Write(_)
        | AccountsError::File { .. }
        | AccountsError::Random(_) => failed,
    }
}

/// The moment so long after another as passed since then.
fn later(moment: Timestamp, since: Instant) -> Timestamp {
    let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::ZERO);
    moment.checked_add(passed).unwrap_or(moment)
}
