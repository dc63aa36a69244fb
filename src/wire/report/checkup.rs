//! What somebody found who looked after everything around a catalog.

use super::Content;
use crate::model::Key;
use crate::report;
use crate::wire::Name;
use schemars::JsonSchema;
use serde::Serialize;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is told where the report has it")]
pub enum Area {
    Git,
    Configuration,
    Files,
    Ledger,
    Marketplace,
    Credentials,
    Clock,
    Interfaces,
}

impl From<report::Area> for Area {
    fn from(core: report::Area) -> Self {
        match core {
            report::Area::Git => Self::Git,
            report::Area::Configuration => Self::Configuration,
            report::Area::Files => Self::Files,
            report::Area::Ledger => Self::Ledger,
            report::Area::Marketplace => Self::Marketplace,
            report::Area::Credentials => Self::Credentials,
            report::Area::Clock => Self::Clock,
            report::Area::Interfaces => Self::Interfaces,
        }
    }
}

/// How a thing is: as it should be, good to know, in somebody's way, broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is told where the report has it")]
pub enum Health {
    Ok,
    Note,
    Warning,
    Error,
}

impl From<report::Health> for Health {
    fn from(core: report::Health) -> Self {
        match core {
            report::Health::Fine => Self::Ok,
            report::Health::Note => Self::Note,
            report::Health::Warning => Self::Warning,
            report::Health::Error => Self::Error,
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Examined {
    /// Where it belongs.
    pub area: Area,
    /// Its own name.
    pub name: String,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub what: String,
    /// Why it matters; left out where all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do about it: commands, or where no command helps a sentence.
    pub fixes: Vec<String>,
}

/// Everything that was looked at around a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Checkup {
    /// The catalog; left out where `gallerist.yaml` does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog: Option<Name<Key>>,
    /// The target; left out where `gallerist.yaml` does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Name<Key>>,
    /// What was seen, in the order of areas.
    pub examined: Vec<Examined>,
}

impl From<&report::Checkup> for Checkup {
    fn from(core: &report::Checkup) -> Self {
        let report::Checkup { scope, examined } = core;
        let one = |found: &report::Examined| {
            let report::Examined { area, name, health, what, why, fixes } = found;
            Examined {
                area: (*area).into(),
                name: (*name).to_owned(),
                health: (*health).into(),
                what: what.clone(),
                why: Some((*why).to_owned()).filter(|why| !why.is_empty()),
                fixes: fixes.clone(),
            }
        };
        Self {
            catalog: scope.as_ref().map(|scope| Name(scope.catalog.clone())),
            target: scope.as_ref().map(|scope| Name(scope.target.clone())),
            examined: examined.iter().map(one).collect(),
        }
    }
}

impl Content for Checkup {
    const NAME: &'static str = "doctor-report";
    const FORMAT: u32 = 1;
}
