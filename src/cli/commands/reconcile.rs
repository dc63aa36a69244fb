//! `gallerist reconcile`

use crate::cli::arguments::duration;
use crate::cli::error::CliError;
use crate::cli::log::LogFormat;
use crate::cli::session::Session;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use gallerist::daemon::{self, Clock, Metrics, Schedule, Settings, journal, metrics};
use gallerist::model::Key;
use gallerist::reconcile::Shard;
use gallerist::report::Outcome;
use gallerist::service::{self, Ran, Request, ServiceError, Turn};
use gallerist::submission::Scope;
use jiff::{SignedDuration, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Where a service answers when nothing else is said: on this machine only.
const LISTEN: &str = "127.0.0.1:9464";

/// Take the next safe step of every product
///
/// Asks the marketplace, plans, hands over what is due, picks up verdicts, writes everything down and ends. Nothing
/// waits for a reviewer: run it again later, by hand or on a schedule. Running it twice does no harm.
///
/// With `--every` it is a service that does this again and again until it is asked to stop (SIGTERM or Ctrl-C). It
/// answers `/healthz`, `/readyz` and `/metrics`, and each run reads the catalog anew.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gallerist reconcile
  gallerist reconcile --exit-code=detailed
  gallerist reconcile --shard 1/4
  gallerist reconcile --metrics /var/lib/node_exporter/gallerist.prom
  gallerist reconcile --every 15m --log-format json
  gallerist reconcile --every 1h --jitter 5m --listen 0.0.0.0:9464")]
pub(crate) struct Reconcile {
    /// Look after one part of the products only, as in 1/4; runs on other machines look after the other parts
    #[arg(long, value_name = "PART/PARTS")]
    shard: Option<Shard>,
    /// Run again and again, this far apart: from 10s to 7d
    #[arg(long, value_name = "TIME", value_parser = duration)]
    every: Option<SignedDuration>,
    /// Begin each run up to so much later, so that many services do not ask at once; left out, a tenth of `--every`
    #[arg(long, value_name = "TIME", value_parser = jitter, requires = "every")]
    jitter: Option<SignedDuration>,
    /// Answer at this address, or nowhere with `none`; left out, 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS", value_parser = listen, requires = "every")]
    listen: Option<Listen>,
    /// Count as stuck, and say so at `/healthz`, when a run takes longer
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1h", requires = "every")]
    stuck_after: SignedDuration,
    /// Also write the numbers of the run to this file, for the textfile collector of Prometheus' node exporter
    #[arg(long, value_name = "FILE", conflicts_with = "every")]
    pub(crate) metrics: Option<Utf8PathBuf>,
}

/// Where a service answers.
#[derive(Debug, Clone, Copy)]
struct Listen(Option<SocketAddr>);

fn listen(text: &str) -> Result<Listen, String> {
    match text {
        "none" => Ok(Listen(None)),
        _ => text
            .parse()
            .map(|address| Listen(Some(address)))
            .map_err(|_| format!("write an address of this machine and a port, as in {LISTEN}, or `none`")),
    }
}

/// A time, or none at all.
fn jitter(text: &str) -> Result<SignedDuration, String> {
    match text {
        "0" | "0s" => Ok(SignedDuration::ZERO),
        _ => duration(text),
    }
}

/// Runs once and gives the account, or again and again.
pub(crate) fn run(arguments: &Reconcile, session: &mut Session) -> Result<Outcome, CliError> {
    match arguments.every {
        Some(every) => serve(arguments, every, session),
        None => once(arguments, session),
    }
}

fn once(arguments: &Reconcile, session: &mut Session) -> Result<Outcome, CliError> {
    if let Some(format) = session.log_format {
        session.begin_log(format)?;
    }
    if let Some(file) = &arguments.metrics {
        is_for_numbers(file)?;
    } else if session.log_format.is_none() {
        let ran = service::reconcile(&session.request, arguments.shard)?;
        return session.account(&ran);
    }
    let (turn, began) = (Turn::of(&session.request), Instant::now());
    let scope = service::scope(&session.request).inspect_err(|error| {
        // Whoever looks at the numbers sees that nobody looks after the catalog; the error itself is told below.
        if let Some(file) = &arguments.metrics
            && let Some(scope) = scope_of(file, &session.request)
        {
            let now = later(session.request.now, began);
            let _ = write_metrics(file, &scope, &turn, Err(error), SignedDuration::ZERO, now);
        }
    })?;
    let (ended, took) = watch(&session.request, arguments.shard, &scope, &turn, began);
    let written = arguments.metrics.as_deref().map_or(Ok(()), |file| {
        write_metrics(file, &scope, &turn, ended.as_ref(), took, later(session.request.now, began))
    });
    // What was done is told first, whatever became of the numbers.
    let outcome = session.account(&ended?)?;
    written.map(|()| outcome)
}

/// One run with its lines.
fn watch(
    request: &Request,
    shard: Option<Shard>,
    scope: &Scope,
    turn: &Turn,
    began: Instant,
) -> (Result<Ran, ServiceError>, SignedDuration) {
    let span = journal::span(scope, turn);
    let _entered = span.enter();
    journal::begins();
    let ended = service::reconcile_as(request, shard, turn);
    let took = SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
    journal::ends(ended.as_ref(), took, &mut journal::Said::new());
    (ended, took)
}

/// What earlier numbers are about, for a run that cannot read it; without any, the names that nobody knows.
fn scope_of(file: &Utf8Path, request: &Request) -> Option<Scope> {
    const UNKNOWN: &str = "unknown";
    let earlier = std::fs::read_to_string(file).unwrap_or_default();
    let label = |name: &str| {
        let (_, after) = earlier.split_once(&format!("{name}=\""))?;
        Key::new(after.split('"').next()?).ok()
    };
    let unknown = || Key::new(UNKNOWN).ok();
    let catalog = label("catalog").or_else(unknown)?;
    let target = label("target").or_else(|| request.target.clone()).or_else(unknown)?;
    Some(Scope { catalog, target })
}

/// Refuses to write numbers over anything but earlier ones.
fn is_for_numbers(file: &Utf8Path) -> Result<(), CliError> {
    let is_folder_there = file.parent().is_none_or(|folder| folder.as_str().is_empty() || folder.is_dir());
    if file.file_name().is_none() {
        return Err(CliError::usage("`--metrics` names no file").hint("as in `--metrics gallerist.prom`"));
    }
    if !is_folder_there {
        return Err(CliError::usage(format!("there is no folder for {file}")));
    }
    let is_numbers = |text: &str| text.is_empty() || text.starts_with("# HELP gallerist_");
    match std::fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(text) if is_numbers(&text) => Ok(()),
        Ok(_) | Err(_) => {
            let error =
                CliError::usage(format!("{file} holds something else than numbers of an earlier run"));
            Err(error.hint("name a file of its own, as in gallerist.prom"))
        }
    }
}

fn write_metrics(
    file: &Utf8Path,
    scope: &Scope,
    turn: &Turn,
    ended: Result<&Ran, &ServiceError>,
    took: SignedDuration,
    now: Timestamp,
) -> Result<(), CliError> {
    let numbers = Metrics::new(scope);
    if let Ok(earlier) = std::fs::read_to_string(file) {
        numbers.remember(&earlier);
    }
    let (outcome, cause, _) = daemon::judged(ended, turn);
    let ran = ended.ok();
    numbers.record(&metrics::Report {
        outcome,
        cause,
        took,
        ended: now,
        calls: &turn.calls,
        figures: ran.and_then(|ran| ran.figures.as_ref()),
        notices_waiting: ran.and_then(|ran| ran.account.notified.as_ref()).map(|told| told.waiting),
    });
    Ok(service::write(file, numbers.text(now).as_bytes())?)
}

fn serve(arguments: &Reconcile, every: SignedDuration, session: &mut Session) -> Result<Outcome, CliError> {
    let jitter = arguments.jitter.unwrap_or(every / 10);
    let schedule = Schedule { every, jitter };
    if let Some(problem) = schedule.problem() {
        return Err(CliError::usage(problem).hint("as in `--every 15m --jitter 1m`"));
    }
    let listen = match arguments.listen {
        Some(Listen(address)) => address,
        None => LISTEN.parse().ok(),
    };
    let scope = service::scope(&session.request)?;
    session.begin_log(LogFormat::Text)?;
    let (moment, began) = (session.moment, Instant::now());
    let clock: Clock = Arc::new(move || moment.map_or_else(Timestamp::now, |moment| later(moment, began)));
    let (request, shard) = (session.request.clone(), arguments.shard);
    let run = move |turn: &Turn, now: Timestamp| {
        service::reconcile_as(&Request { now, ..request.clone() }, shard, turn)
    };
    let settings = Settings { schedule, listen, stuck_after: arguments.stuck_after };
    daemon::serve(&settings, &scope, &clock, &run).map_err(|error| {
        CliError::work(error.to_string()).hint(
            "`--listen` names another address and port, or `none`; each service on a machine needs its own",
        )
    })?;
    Ok(Outcome::Done)
}

/// The moment so long after another as passed since then.
fn later(moment: Timestamp, since: Instant) -> Timestamp {
    let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::ZERO);
    moment.checked_add(passed).unwrap_or(moment)
}
