//! The log of runs, on stderr: lines for people, or a JSON object each.

use super::error::CliError;
use clap::ValueEnum;
use gallerist::render::escape;
use std::io::{Stderr, Write};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Begins the log. What other libraries have to say is left out. A mistake of ours is a line of it too.
pub(crate) fn begin(format: LogFormat, level: Level) -> Result<(), CliError> {
    let ours = Targets::new().with_target("gallerist", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(Harmless { format }).with_target(false);
    let layer = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        }
    };
    let begun = tracing_subscriber::registry().with(layer.with_filter(ours)).try_init();
    begun.map_err(|error| CliError::work(format!("the log cannot be begun: {error}")))?;
    std::panic::set_hook(Box::new(|found| {
        let place = found.location().map(ToString::to_string).unwrap_or_default();
        let what = found.payload_as_str().unwrap_or_default();
        tracing::error!(target: "gallerist", place, "a mistake in gallerist: {what}");
    }));
    Ok(())
}

/// Stderr without what acts on a terminal or hides in it: names and reasons in the lines are strangers' texts.
#[derive(Debug, Clone, Copy)]
struct Harmless {
    format: LogFormat,
}

impl<'a> MakeWriter<'a> for Harmless {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { format: self.format, to: std::io::stderr() }
    }
}

/// Writes one line; whoever logs hands each over whole.
struct Line {
    format: LogFormat,
    to: Stderr,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = text.trim_end_matches('\n');
        let mut harmless = match self.format {
            LogFormat::Text => escape::terminal(line).into_owned(),
            LogFormat::Json => escape::json(line),
        };
        harmless.push('\n');
        self.to.write_all(harmless.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
