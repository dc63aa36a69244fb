//! What all commands share: the request, the printer and the format.

use super::arguments::{Color, Format, Global, Output};
use super::error::CliError;
use super::log::{self, LogFormat};
use super::printer::Printer;
use anstream::ColorChoice;
use camino::{Utf8Path, Utf8PathBuf};
use gallerist::model::Key;
use gallerist::render::{self, Page, Paragraph, Style};
use gallerist::report::{Deed, Entry, ExitCodes, Invocation, Outcome};
use gallerist::service::{self, Form, Ran, Recorded, Request, View};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// One run of the command line.
#[derive(Debug)]
pub(crate) struct Session {
    /// Which catalog and target.
    pub(crate) request: Request,
    /// Where everything is written.
    pub(crate) printer: Printer,
    /// How results are written.
    pub(crate) format: Format,
    /// The moment that was asked for; `None` is the clock's.
    pub(crate) moment: Option<Timestamp>,
    /// How log lines look, where that was said.
    pub(crate) log_format: Option<LogFormat>,
    /// Whether stderr holds lines of JSON and nothing else from now on.
    pub(crate) is_logging_json: bool,
    log_level: tracing::Level,
    codes: ExitCodes,
}

impl Session {
    /// Reads the global options.
    pub(crate) fn open(global: &Global) -> Result<Self, CliError> {
        let choice = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let directory = global.directory.clone().unwrap_or_else(|| Utf8PathBuf::from("."));
        if !directory.is_dir() {
            return Err(CliError::usage(format!("there is no folder {directory}")));
        }
        let now = global.now.unwrap_or_else(Timestamp::now);
        let mut printer = Printer::new(choice, global.quiet, global.verbose);
        let target = global.target.as_ref().map_or("the default one", Key::as_str);
        printer.detail(&format!("Folder {directory}, target {target}, moment {now}."));
        Ok(Self {
            request: Request { directory, target: global.target.clone(), now, on_throwaway_machine: is_ci() },
            printer,
            format: global.format,
            moment: global.now,
            log_format: global.log_format,
            is_logging_json: false,
            log_level: match (global.quiet, global.verbose) {
                (true, _) => tracing::Level::WARN,
                (false, true) => tracing::Level::DEBUG,
                (false, false) => tracing::Level::INFO,
            },
            codes: global.exit_code.into(),
        })
    }

    /// Begins the log in the form that was asked for, or else in this one.
    pub(crate) fn begin_log(&mut self, otherwise: LogFormat) -> Result<(), CliError> {
        let format = self.log_format.unwrap_or(otherwise);
        log::begin(format, self.log_level)?;
        self.is_logging_json = format == LogFormat::Json;
        if self.is_logging_json {
            self.printer.hush();
        }
        Ok(())
    }

    /// A command about the target that this one was about.
    pub(crate) fn command(&self, arguments: &str) -> String {
        Invocation { target: self.request.target.clone(), ..Invocation::default() }.command(arguments)
    }

    /// Whether results go to other programs and pages, in their forms.
    pub(crate) fn is_for_others(&self) -> bool {
        !Format::EVERYWHERE.contains(&self.format)
    }

    /// Refuses what a command cannot write: formats that it does not have, one file for two outputs, and files that hold
    /// something else: definitions, and what the command reads.
    pub(crate) fn writes(
        &self,
        formats: &[Format],
        outputs: &[Output],
        others: &[&Utf8Path],
    ) -> Result<(), CliError> {
        let wanted = [self.format].into_iter().chain(outputs.iter().map(|output| output.format));
        if let Some(missing) = wanted.into_iter().find(|format| !formats.contains(format)) {
            let names: Vec<String> = formats.iter().map(|format| format.name()).collect();
            let error = CliError::usage(format!("this command does not write {}", missing.name()));
            return Err(error.hint(format!("it writes {}", names.join(", "))));
        }
        let folder =
            |output: &&Output| output.path.parent().is_none_or(|at| at.as_str().is_empty() || at.is_dir());
        if let Some(nowhere) = outputs.iter().find(|output| !folder(output)) {
            return Err(CliError::usage(format!("there is no folder for {}", nowhere.path)));
        }
        let others: BTreeSet<Utf8PathBuf> = others.iter().map(|path| place(path)).collect();
        let mut seen = BTreeSet::new();
        for Output { path, .. } in outputs {
            if matches!(path.extension(), Some("yaml" | "yml")) {
                let error = CliError::usage(format!("{path} may be a definition, and no result is YAML"));
                return Err(error.hint("give the result another name"));
            }
            let place = place(path);
            if others.contains(&place) {
                return Err(CliError::usage(format!("{path} is read or written by this command already")));
            }
            if !seen.insert(place) {
                return Err(CliError::usage(format!("two outputs go to {path}")));
            }
        }
        Ok(())
    }

    /// Writes a report to files, each in its format, and then as [`Session::report`] does. Files have no colours.
    pub(crate) fn report_to(
        &mut self,
        outputs: &[Output],
        view: View<'_>,
        outcome: Outcome,
        text: impl Fn(Style) -> String,
        short: impl Fn(Style) -> String,
    ) -> Result<Outcome, CliError> {
        self.write_to(outputs, view, outcome, &text, &short)?;
        self.report(
            view,
            outcome,
            |session| text(session.printer.style),
            |session| short(session.printer.style),
        )
    }

    /// Writes a report to files, each in its format.
    pub(crate) fn write_to(
        &self,
        outputs: &[Output],
        view: View<'_>,
        outcome: Outcome,
        text: impl Fn(Style) -> String,
        short: impl Fn(Style) -> String,
    ) -> Result<(), CliError> {
        for Output { format, path } in outputs {
            let written = match format {
                Format::Text => text(Style::PLAIN),
                Format::Short => short(Style::PLAIN),
                other => self.document(*other, view, outcome)?,
            };
            service::write(path, written.as_bytes())?;
        }
        Ok(())
    }

    /// How a run ended.
    pub(crate) fn outcome(&self, ran: &Ran) -> Outcome {
        Outcome::worst([ran.account.outcome(), Outcome::of_diagnostics(&ran.diagnostics)])
    }

    /// A report as a document of a format that is not laid out for a terminal.
    fn document(&self, format: Format, view: View<'_>, outcome: Outcome) -> Result<String, CliError> {
        let form = match format {
            Format::Text | Format::Short | Format::Json => {
                return Ok(service::json(view, outcome, outcome.exit_code(self.codes))?);
            }
            Format::Markdown => Form::Markdown,
            Format::Html => Form::Html,
            Format::Sarif => Form::Sarif,
            Format::Github => Form::Github,
            Format::Gitlab => Form::Gitlab,
            Format::Junit => Form::Junit,
        };
        Ok(service::outside(view, form)?)
    }

    /// Writes a report in the wanted format and gives its outcome back.
    pub(crate) fn report(
        &mut self,
        view: View<'_>,
        outcome: Outcome,
        text: impl FnOnce(&Self) -> String,
        short: impl FnOnce(&Self) -> String,
    ) -> Result<Outcome, CliError> {
        let written = match self.format {
            Format::Text => text(self),
            Format::Short => short(self),
            other => self.document(other, view, outcome)?,
        };
        self.printer.result(&written)?;
        Ok(outcome)
    }

    /// Refuses to print for programs what only people read; `instead` is the command whose JSON says the same.
    pub(crate) fn is_for_people(&self, what: &str, instead: &str) -> Result<(), CliError> {
        if self.format != Format::Json {
            return Ok(());
        }
        let target =
            self.request.target.as_ref().map_or_else(String::new, |name| format!(" --target {name}"));
        let hint = format!("`gallerist {instead} --format json{target}` has what it is made from");
        Err(CliError::usage(format!("{what} is for people and has no JSON form")).hint(hint))
    }

    /// Prints a text, or writes it to a file and says so.
    pub(crate) fn deliver(&mut self, text: &str, out: Option<&Utf8Path>) -> Result<Outcome, CliError> {
        match out {
            None => self.printer.result(text)?,
            Some(path) => {
                service::write(path, text.as_bytes())?;
                self.printer.remark(&format!("Written to {path}."));
            }
        }
        Ok(Outcome::Done)
    }

    /// Tells what was recorded.
    pub(crate) fn recorded(&mut self, recorded: &Recorded) -> Result<Outcome, CliError> {
        let sentence = |session: &Self| {
            let mut page = Page::new(session.printer.style);
            for sentence in recorded.sentence.lines() {
                page.wrap(0, 2, &Paragraph::of(sentence));
            }
            if let Some(path) = &recorded.path {
                page.line(2, &Paragraph::of(path.as_str()));
            }
            page.finish()
        };
        let outcome = self.report(View::Recorded(recorded), Outcome::Done, sentence, sentence)?;
        if let Some(next) = &recorded.next {
            self.printer.next(next);
        }
        Ok(outcome)
    }

    /// Shows what a run did, and what is wrong with definitions it left alone.
    pub(crate) fn account(&mut self, ran: &Ran) -> Result<Outcome, CliError> {
        let found = &ran.diagnostics;
        let outcome = self.outcome(ran);
        let text = |session: &Self| {
            let style = session.printer.style;
            // The counts of the account are the last line, whatever there is to say.
            let mut text = String::new();
            if !found.list.is_empty() {
                text.push_str(&render::diagnostics(found, style));
                text.push('\n');
            }
            text + &render::account(&ran.account, style)
        };
        let short = |session: &Self| {
            let style = session.printer.style;
            render::diagnostics_short(found, style) + &render::account_short(&ran.account, style)
        };
        let outcome = self.report(View::Run(ran), outcome, text, short)?;
        let waits = |entry: &Entry| matches!(entry.deed, Deed::Submitted { .. } | Deed::InReview { .. });
        if ran.account.entries.iter().any(waits) {
            let review = self.command("sandbox review");
            if ran.in_sandbox {
                self.printer.remark(&format!("In the sandbox the reviewer is you: `{review}`."));
            }
        }
        Ok(outcome)
    }
}

/// Whether the environment says that this is CI: `CI` is set, and not to `false`.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case("false"))
}

/// One path for each way to write it.
fn place(path: &Utf8Path) -> Utf8PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let folder = folder.canonicalize_utf8().unwrap_or_else(|_| folder.to_owned());
    path.canonicalize_utf8().unwrap_or_else(|_| folder.join(path.file_name().unwrap_or_default()))
}
