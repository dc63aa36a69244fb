//! The only place that writes to a terminal: results on stdout, everything else on stderr.

use super::error::{CliError, Kind};
use anstream::{AutoStream, ColorChoice};
use gallerist::render::{self, Page, Paint, Paragraph, Style};
use std::io::{ErrorKind, IsTerminal, Write};

/// Columns where no terminal says otherwise.
const WIDTH_DEFAULT: usize = 80;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDTH_MAX: usize = 120;

/// Writes results and remarks.
#[derive(Debug)]
pub(crate) struct Printer {
    results: AutoStream<std::io::Stdout>,
    remarks: AutoStream<std::io::Stderr>,
    /// How results look.
    pub(crate) style: Style,
    remark_style: Style,
    quiet: bool,
    verbose: bool,
    /// The reader of stdout went away: nobody is to be told, and nothing more is written.
    is_closed: bool,
}

impl Printer {
    /// A printer for a choice of colour.
    pub(crate) fn new(choice: ColorChoice, quiet: bool, verbose: bool) -> Self {
        let color = |found: ColorChoice| match choice {
            ColorChoice::Auto => found != ColorChoice::Never,
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Never => false,
        };
        let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
        let width = |is_terminal: bool| if is_terminal { terminal_width() } else { WIDTH_DEFAULT };
        let style = Style { color: color(AutoStream::choice(&stdout)), width: width(stdout.is_terminal()) };
        let remark_style =
            Style { color: color(AutoStream::choice(&stderr)), width: width(stderr.is_terminal()) };
        let pass = |style: Style| if style.color { ColorChoice::Always } else { ColorChoice::Never };
        Self {
            results: AutoStream::new(stdout, pass(style)),
            remarks: AutoStream::new(stderr, pass(remark_style)),
            style,
            remark_style,
            quiet,
            verbose,
            is_closed: false,
        }
    }

    /// A printer for the time before the options are known.
    pub(crate) fn plain() -> Self {
        Self::new(ColorChoice::Auto, false, false)
    }

    /// Writes a result: rendered text that ends with a line end.
    ///
    /// A closed pipe is not an error: whoever reads has seen enough.
    pub(crate) fn result(&mut self, text: &str) -> Result<(), CliError> {
        if self.is_closed {
            return Ok(());
        }
        let written = self.results.write_all(text.as_bytes());
        self.settle(written)
    }

    /// Writes what is still held back.
    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.results.flush();
        self.settle(flushed)
    }

    /// A remark on stderr, unless remarks are not wanted.
    pub(crate) fn remark(&mut self, text: &str) {
        if !self.quiet {
            self.say(&Paragraph::of(text));
        }
    }

    /// No remarks from now on: stderr is for others.
    pub(crate) fn hush(&mut self) {
        (self.quiet, self.verbose) = (true, false);
    }

    /// A remark for those who want to know more.
    pub(crate) fn detail(&mut self, text: &str) {
        if self.verbose {
            self.say(&Paragraph::of(text));
        }
    }

    /// A command to run next, as a remark.
    pub(crate) fn next(&mut self, command: &str) {
        if !self.quiet {
            let mut page = Page::new(self.remark_style);
            let next = Paragraph::default().paint(Paint::Strong, "Next: ").paint(Paint::Command, command);
            page.line(0, &next);
            self.write_remark(&page.finish());
        }
    }

    /// An error with its hints.
    pub(crate) fn error(&mut self, error: &CliError) {
        if let Kind::Definitions(found) = &error.kind {
            self.write_remark(&render::diagnostics(found, self.remark_style));
        }
        self.say(&Paragraph::default().paint(Paint::Bad, "error: ").text(&error.message));
        for hint in &error.hints {
            self.say(&Paragraph::default().paint(Paint::Strong, "help: ").text(hint));
        }
    }

    /// The help text, as a result; a failure to write it has nobody to tell.
    pub(crate) fn help(&mut self, text: &str) {
        let _ = self.result(text);
        let _ = self.flush();
    }

    fn say(&mut self, paragraph: &Paragraph) {
        let mut page = Page::new(self.remark_style);
        page.wrap(0, 2, paragraph);
        self.write_remark(&page.finish());
    }

    /// When stderr cannot be written there is nobody to tell.
    fn write_remark(&mut self, text: &str) {
        let _ = self.remarks.write_all(text.as_bytes());
    }

    fn settle(&mut self, written: std::io::Result<()>) -> Result<(), CliError> {
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(error) => Err(CliError::work(format!("cannot write the result: {error}"))),
            Ok(()) => Ok(()),
        }
    }
}

/// What the shell says about the terminal, within what can be read.
fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.unwrap_or(WIDTH_DEFAULT).clamp(40, WIDTH_MAX)
}
