//! What somebody who looks after everything around a catalog found: what works, what does not, why it matters, and its fix.

use crate::submission::Scope;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// The repository, its branches and remotes.
    Git,
    /// `gallerist.yaml`, the definitions, and what editors know of them.
    Configuration,
    /// Files and folders that commands write.
    Files,
    /// The record of submissions.
    Ledger,
    /// Where products are sold.
    Marketplace,
    /// Keys and addresses that are secrets.
    Credentials,
    /// Whether the machine knows the time.
    Clock,
    /// What a seller of SaaS products hosts.
    Interfaces,
}

impl Area {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Configuration => "configuration",
            Self::Files => "files",
            Self::Ledger => "ledger",
            Self::Marketplace => "marketplace",
            Self::Credentials => "credentials",
            Self::Clock => "clock",
            Self::Interfaces => "interfaces",
        }
    }
}

/// How a thing is that was looked at, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// As it should be.
    Fine,
    /// Good to know.
    Note,
    /// It will stand in somebody's way.
    Warning,
    /// Broken: commands fail.
    Error,
}

impl Health {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Where it belongs.
    pub area: Area,
    /// Its own name, for programs: `ledger-leases`.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// What was seen, as a sentence without a full stop. It holds no secret.
    pub what: String,
    /// Why it matters; empty where all is well.
    pub why: &'static str,
    /// What to do about it: commands, or where no command helps a sentence.
    pub fixes: Vec<String>,
}

impl Examined {
    /// Something that is as it should be.
    #[must_use]
    pub fn fine(area: Area, name: &'static str, what: impl Into<String>) -> Self {
        Self { area, name, health: Health::Fine, what: what.into(), why: "", fixes: Vec::new() }
    }

    /// Something that is not.
    #[must_use]
    pub fn wrong(
        health: Health,
        area: Area,
        name: &'static str,
        what: impl Into<String>,
        why: &'static str,
    ) -> Self {
        Self { area, name, health, what: what.into(), why, fixes: Vec::new() }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fixes.push(fix.into());
        self
    }
}

/// Everything that was looked at, in the order of areas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkup {
    /// Catalog and target; `None` where `gallerist.yaml` does not say.
    pub scope: Option<Scope>,
    /// What was seen.
    pub examined: Vec<Examined>,
}

impl Checkup {
    /// How many things are in this state.
    #[must_use]
    pub fn count(&self, health: Health) -> usize {
        self.examined.iter().filter(|examined| examined.health == health).count()
    }

    /// Whether something is broken.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.count(Health::Error) > 0
    }
}
