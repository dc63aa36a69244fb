//! The global options and the list of commands. The doc comments are the help text.

use super::commands;
use super::log::LogFormat;
use camino::{Utf8Path, Utf8PathBuf};
use clap::builder::ArgPredicate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use gallerist::forge::Provider;
use gallerist::model::Key;
use gallerist::report::ExitCodes;
use gallerist::service::Version;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

const EXAMPLES: &str = "\
Examples:
  gallerist init              begin a catalog in this folder
  gallerist import            bring what is on sale into git
  gallerist check             find mistakes before anybody else does
  gallerist plan              see what would happen, without doing it
  gallerist reconcile         do the next safe step of every product
  gallerist status            see who has to act next
  gallerist demo              watch the whole cycle in a throw-away sandbox

Exit codes:
  0  done, or nothing to do
  1  error, or a command line that makes no sense
  3  invalid definitions, or a product is blocked
  With --exit-code=detailed also:
  5  rejected   6  drift   2  changes to submit   4  waiting for review";

/// Keeps a seller's KooGallery catalog in git.
///
/// Product definitions are YAML files. Gallerist checks them, compares them with what is on sale, plans the safe
/// order of changes and carries them out as submissions that the marketplace reviews.
#[derive(Debug, Parser)]
#[command(name = "gallerist", version, arg_required_else_help = true, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command understands.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Work in this folder instead of the current one
    #[arg(long, short = 'C', global = true, value_name = "FOLDER")]
    pub(crate) directory: Option<Utf8PathBuf>,
    /// The target from gallerist.yaml; left out, the default one
    #[arg(long, global = true, value_name = "TARGET", value_parser = key)]
    pub(crate) target: Option<Key>,
    /// How results are written: for reading, one line each, or for programs; `check`, `plan` and `apply` know more than text,
    /// short and json
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// When to use colour; `auto` uses it on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Print results only, no remarks
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more about what is being done
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// How the lines of `reconcile` on stderr look; left out, only a service (`--every`) has any, as text
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// Which exit codes there are: 0, 1 and 3, or all
    #[arg(long, global = true, value_name = "KIND", default_value = "simple")]
    pub(crate) exit_code: ExitCodeKind,
    /// The moment of the run, for tests
    #[arg(long, global = true, value_name = "TIMESTAMP", hide = true)]
    pub(crate) now: Option<Timestamp>,
}

/// Which version of the definitions a command looks at.
#[derive(Debug, Args)]
pub(crate) struct VersionArguments {
    /// Look at a commit instead of the work tree: a branch, tag or id; `REV:FOLDER` says where the catalog is in it
    #[arg(long, value_name = "REV", conflicts_with = "base")]
    rev: Option<String>,
    /// Look at what a change adds to this branch: compares it, as a pull request does, with `--head`
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// The change that is compared with `--base`; left out, what is checked out (`HEAD`)
    #[arg(
        long,
        value_name = "REV",
        requires = "base",
        default_value_if("base", ArgPredicate::IsPresent, "HEAD")
    )]
    head: Option<String>,
}

impl VersionArguments {
    /// The version that was asked for.
    pub(crate) fn version(&self) -> Version {
        match (&self.rev, &self.base) {
            (Some(rev), _) => Version::Revision(rev.clone()),
            (None, Some(base)) => {
                let head = self.head.clone().unwrap_or_else(|| "HEAD".to_owned());
                Version::Between { base: base.clone(), head }
            }
            (None, None) => Version::WorkTree,
        }
    }
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Short,
    Json,
    Markdown,
    Html,
    Sarif,
    Github,
    Gitlab,
    Junit,
}

impl Format {
    /// What every command writes.
    pub(crate) const EVERYWHERE: &[Self] = &[Self::Text, Self::Short, Self::Json];

    /// The name on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What else a run writes.
#[derive(Debug, Args)]
pub(crate) struct Outputs {
    /// Also write the results to a file, in this format; may be given several
    /// times. What is printed stays the same
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) list: Vec<Output>,
}

/// One more form of the results, in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) path: Utf8PathBuf,
}

/// Reads a format and a file.
fn output(text: &str) -> Result<Output, String> {
    let form = || "write the format and the file, as in sarif=findings.sarif".to_owned();
    let (format, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(form)?;
    let format = Format::from_str(format, false).map_err(|_| {
        let names: Vec<String> = Format::value_variants().iter().map(|format| format.name()).collect();
        format!("there is no format `{format}`; there are {}", names.join(", "))
    })?;
    Ok(Output { format, path: path.into() })
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// Which forge, as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    Github,
    Gitlab,
}

impl From<On> for Provider {
    fn from(on: On) -> Self {
        match on {
            On::Github => Self::GitHub,
            On::Gitlab => Self::GitLab,
        }
    }
}

/// How much the exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExitCodeKind {
    Simple,
    Detailed,
}

impl From<ExitCodeKind> for ExitCodes {
    fn from(kind: ExitCodeKind) -> Self {
        match kind {
            ExitCodeKind::Simple => Self::Simple,
            ExitCodeKind::Detailed => Self::Detailed,
        }
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(commands::init::Init),
    Check(commands::check::Check),
    Fmt(commands::fmt::Fmt),
    Plan(commands::plan::Plan),
    Preflight(commands::preflight::Preflight),
    Apply(commands::apply::Apply),
    Reconcile(commands::reconcile::Reconcile),
    Status(commands::status::Status),
    Drift(commands::drift::Drift),
    Export(commands::export::Export),
    Import(commands::import::Import),
    Adopt(commands::adopt::Adopt),
    Claim(commands::claim::Claim),
    Comment(commands::comment::CommentArguments),
    Issue(commands::issue::IssueArguments),
    Approve(commands::approve::Approve),
    Confirm(commands::confirm::Confirm),
    Pause(commands::pause::Pause),
    Resume(commands::resume::Resume),
    Retire(commands::retire::Retire),
    Unmanage(commands::unmanage::Unmanage),
    Submissions(commands::submissions::Submissions),
    Ledger(commands::ledger::Ledger),
    Explain(commands::explain::Explain),
    Rules(commands::rules::Rules),
    Sandbox(commands::sandbox::Sandbox),
    Schema(commands::schema::Schema),
    Lsp(commands::lsp::Lsp),
    Completions(commands::completions::Completions),
    Man(commands::man::Man),
    Demo(commands::demo::Demo),
    Doctor(commands::doctor::Doctor),
}

impl Command {
    /// The formats this command can write, what else it is to write, and other files that it reads or writes.
    pub(crate) fn formats(&self) -> (&'static [Format], &[Output], Vec<&Utf8Path>) {
        match self {
            Self::Check(arguments) => (commands::check::FORMATS, &arguments.outputs.list, Vec::new()),
            Self::Plan(arguments) => {
                (commands::plan::FORMATS, &arguments.outputs.list, arguments.files().collect())
            }
            Self::Preflight(arguments) => (commands::preflight::FORMATS, &arguments.outputs.list, Vec::new()),
            Self::Drift(arguments) => {
                let files = arguments.out.iter().map(Utf8PathBuf::as_path).collect();
                (commands::drift::FORMATS, &arguments.outputs.list, files)
            }
            Self::Apply(arguments) => {
                (commands::plan::FORMATS, &arguments.outputs.list, vec![&arguments.plan])
            }
            Self::Reconcile(arguments) => {
                (Format::EVERYWHERE, &[], arguments.metrics.as_deref().into_iter().collect())
            }
            _ => (Format::EVERYWHERE, &[], Vec::new()),
        }
    }
}

/// Reads a key from the command line.
pub(crate) fn key(text: &str) -> Result<Key, String> {
    Key::new(text).map_err(|error| error.to_string())
}

/// An id that the marketplace gave.
pub(crate) fn id(text: &str) -> Result<String, String> {
    const BYTES_MAX: usize = 200;
    let text = text.trim();
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '(' | ')');
    match text {
        "" => Err("write the id as the console shows it".to_owned()),
        _ if text.starts_with('-') => Err("an id does not begin with a dash".to_owned()),
        _ if text.len() > BYTES_MAX || !text.chars().all(plain) => {
            Err("an id has no spaces, brackets or control characters, and is not that long".to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}

/// A reason with words in it: whoever reads the record later needs them.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text == "..." {
        Err("say why, in a few words".to_owned())
    } else if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
        // A file with such a character could be written and not be read again.
        Err("leave out control characters, which nobody can see".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// Somebody's name: one line that can be read.
pub(crate) fn person(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("say who, by a name".to_owned())
    } else if text.contains(char::is_control) {
        Err("leave out control characters and line ends, which nobody can see".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// A time forward, as people write it: `36h`, `1d`, `2w`. A day has 24 hours.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, String> {
    let form = || "write 12h, 30d or 2w".to_owned();
    let span: Span = text.parse().map_err(|_| form())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| form())?;
    if duration.is_positive() { Ok(duration) } else { Err("a time is longer than nothing".to_owned()) }
}
