//! The one error of the command line: what kind, what happened, what to do about it.

use gallerist::diagnostic::Diagnostics;
use gallerist::report::Outcome;
use gallerist::service::ServiceError;

/// What kind of failure it is; decides the exit code.
#[derive(Debug)]
pub(crate) enum Kind {
    /// The command line makes no sense here.
    Usage,
    /// The work could not be done.
    Work,
    /// The catalog cannot be opened; the findings say why.
    Definitions(Box<Diagnostics>),
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct CliError {
    /// What kind of failure.
    pub(crate) kind: Kind,
    /// What happened: lower case, no full stop.
    pub(crate) message: String,
    /// What to do about it, one order each.
    pub(crate) hints: Vec<String>,
}

impl CliError {
    /// The command line makes no sense here.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into(), hints: Vec::new() }
    }

    /// The work could not be done.
    pub(crate) fn work(message: impl Into<String>) -> Self {
        Self { kind: Kind::Work, message: message.into(), hints: Vec::new() }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What is wrong on one line, for logs.
    pub(crate) fn in_short(&self) -> String {
        match &self.kind {
            Kind::Definitions(found) => {
                let first = found.in_short().map(|first| format!("{}: {first}", self.message));
                first.unwrap_or_else(|| self.message.clone())
            }
            Kind::Usage | Kind::Work => self.message.clone(),
        }
    }

    /// What it means for the exit code.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.kind {
            Kind::Usage | Kind::Work => Outcome::Failed,
            Kind::Definitions(_) => Outcome::Blocked,
        }
    }
}

impl From<ServiceError> for CliError {
    fn from(error: ServiceError) -> Self {
        let message = error.to_string();
        match error {
            ServiceError::Catalog(found) => {
                Self { kind: Kind::Definitions(found), message, hints: Vec::new() }
            }
            ServiceError::Request { message, hints } => Self { kind: Kind::Usage, message, hints },
            ServiceError::Ledger(error) => Self::work(message).hint(
                error.remedy().unwrap_or("nothing was sent; run the command again when the cause is gone"),
            ),
            ServiceError::Marketplace(error) => Self::work(message).hint(error.remedy()),
            ServiceError::Forge(error) => error.remedy().into_iter().fold(Self::work(message), Self::hint),
            ServiceError::File { .. } => Self::work(message),
        }
    }
}
