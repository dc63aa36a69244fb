//! What planning found, and the way back: where a plan is shown may be another machine than where it was made.

use super::Content;
use crate::model::Key;
use crate::report::{self, Outcome, Proposal};
use crate::rules;
use crate::submission::OperationId;
use crate::wire::plan::contradiction;
use crate::wire::{Diagnostics, Document, Name, Plan, ProductPlan, Set, WireError, from_json_str, present};
use crate::{diagnostic, plan};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What `gallerist plan` found: the plan of every product that could be planned, and what is wrong with definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// The plan, as `gallerist plan --out` saves it.
    pub plan: Plan,
    /// Findings about definitions; products with errors are missing from the plan. What stops a product is in the plan.
    pub diagnostics: Diagnostics,
    /// What the plan is compared with; left out where it is compared with nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Compared>,
    /// How to write further commands; left out where nothing about them is special.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invocation: Option<Invocation>,
    /// The products that were compared with what is on sale; left out where the plan shows all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
}

/// Which products were compared with what is on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observed {
    /// Their keys.
    pub products: Set<Name<Key>>,
    /// Whether these are all that the catalog has.
    pub all: bool,
}

/// An earlier plan of the same products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Compared {
    /// Which plan it is.
    pub baseline: Baseline,
    /// Its products, in the order of their keys.
    pub products: Vec<ProductPlan>,
    /// Products whose files differ although their plans say the same.
    #[serde(default)]
    pub without_effect: Set<Name<Key>>,
}

/// Which plan a plan is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Baseline {
    /// The plan of another commit.
    Revision {
        /// The revision as it was asked for.
        name: String,
        /// Its commit.
        commit: String,
        /// The commit whose plan is compared with it.
        head: String,
    },
    /// A plan that was saved earlier.
    Saved {
        /// The date it was made for, in the site's time zone.
        date: Name<Date>,
        /// The commit of its definitions; left out where they were not in git or not clean.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
    },
}

/// How commands about a plan are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invocation {
    /// The target to name; left out for the default one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub target: Option<Name<Key>>,
    /// Whether people record what the marketplace shows and decides.
    #[serde(default)]
    pub by_hand: bool,
    /// Operations whose approvals count once they are merged.
    #[serde(default)]
    pub proposed: Set<Name<OperationId>>,
}

impl Planned {
    /// A plan with the findings made on the way.
    #[must_use]
    pub fn of(
        plan: &plan::Plan,
        diagnostics: &diagnostic::Diagnostics,
        compared: Option<&report::Comparison>,
        invocation: &report::Invocation,
    ) -> Self {
        let is_special = *invocation != report::Invocation::default();
        Self {
            plan: plan.into(),
            diagnostics: diagnostics.into(),
            compared: compared.map(|compared| Compared::of(compared, &plan.scope.target)),
            invocation: is_special.then(|| invocation.into()),
            observed: None,
        }
    }

    /// The same with the products that were looked at.
    #[must_use]
    pub fn observed(self, observed: Option<&report::Observed>) -> Self {
        let of = |found: &report::Observed| Observed { products: Set::of(&found.products), all: found.all };
        Self { observed: observed.map(of), ..self }
    }
}

impl Content for Planned {
    const NAME: &'static str = "plan-report";
    const FORMAT: u32 = 1;
}

impl Compared {
    fn of(core: &report::Comparison, target: &Key) -> Self {
        let report::Comparison { baseline, before, without_effect } = core;
        Self {
            baseline: baseline.into(),
            products: before.values().map(|product| ProductPlan::of(product, target)).collect(),
            without_effect: Set::of(without_effect),
        }
    }
}

impl From<Compared> for report::Comparison {
    fn from(wire: Compared) -> Self {
        let Compared { baseline, products, without_effect } = wire;
        let products = products.into_iter().map(plan::ProductPlan::from);
        Self {
            baseline: baseline.into(),
            before: products.map(|product| (product.key.clone(), product)).collect(),
            without_effect: without_effect.into_core(),
        }
    }
}

impl From<&report::Baseline> for Baseline {
    fn from(core: &report::Baseline) -> Self {
        match core.clone() {
            report::Baseline::Revision { name, commit, head } => Self::Revision { name, commit, head },
            report::Baseline::Saved { date, commit } => Self::Saved { date: Name(date), commit },
        }
    }
}

impl From<Baseline> for report::Baseline {
    fn from(wire: Baseline) -> Self {
        match wire {
            Baseline::Revision { name, commit, head } => Self::Revision { name, commit, head },
            Baseline::Saved { date, commit } => Self::Saved { date: date.0, commit },
        }
    }
}

impl From<&report::Invocation> for Invocation {
    fn from(core: &report::Invocation) -> Self {
        let report::Invocation { target, by_hand, proposed } = core;
        Self { target: target.clone().map(Name), by_hand: *by_hand, proposed: Set::of(proposed) }
    }
}

impl From<Invocation> for report::Invocation {
    fn from(wire: Invocation) -> Self {
        let Invocation { target, by_hand, proposed } = wire;
        Self { target: target.map(|target| target.0), by_hand, proposed: proposed.into_core() }
    }
}

/// The whole report as it is read. Written it is a [`super::Report`], whose flat content would lose the path of what is
/// wrong.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlanReport {
    document: String,
    format: u32,
    outcome: Name<Outcome>,
    exit_code: u8,
    plan: Plan,
    diagnostics: Diagnostics,
    #[serde(default, deserialize_with = "present")]
    compared: Option<Compared>,
    #[serde(default, deserialize_with = "present")]
    invocation: Option<Invocation>,
    #[serde(default, deserialize_with = "present")]
    observed: Option<Observed>,
}

impl Document for PlanReport {
    const NAME: &'static str = Planned::NAME;
    const FORMAT: u32 = Planned::FORMAT;
}

impl PlanReport {
    /// What has the form of a report and cannot be one: where, and why.
    fn contradiction(&self) -> Option<(String, String)> {
        let scope = self.plan.scope.clone().into();
        let now = contradiction(&self.plan.products, &scope)
            .map(|(place, reason)| (format!("plan.products{place}"), reason));
        let before = || {
            let products = &self.compared.as_ref()?.products;
            let (place, reason) = contradiction(products, &scope).or_else(|| doubled(products))?;
            Some((format!("compared.products{place}"), reason))
        };
        self.foreign_plan().or(now).or_else(before).or_else(|| self.unknown_rule())
    }

    /// What is no plan, or one of a newer format.
    fn foreign_plan(&self) -> Option<(String, String)> {
        let Plan { document, format, .. } = &self.plan;
        let is_plan = document == Plan::NAME && *format <= Plan::FORMAT;
        (!is_plan)
            .then(|| ("plan.document".to_owned(), format!("`{document}` of format {format} is no plan")))
    }

    /// The first rule that no version of this tool has, as far as this one knows: nobody could be told about it.
    fn unknown_rule(&self) -> Option<(String, String)> {
        let known: BTreeSet<&str> = rules::names().collect();
        let before = self.compared.iter().map(|compared| ("compared", &compared.products));
        let products = [("plan", &self.plan.products)].into_iter().chain(before);
        let in_products = products.flat_map(|(part, products)| {
            products.iter().enumerate().flat_map(move |(index, product)| {
                let blocks = product.blocks.iter().map(|block| block.finding.rule.as_str()).enumerate();
                let notices = product.notices.iter().map(|notice| notice.rule.as_str()).enumerate();
                let verify = product.verify.iter().map(|item| item.rule.as_str()).enumerate();
                let blocks = blocks.map(|(at, rule)| (format!("blocks[{at}].finding"), rule));
                let notices = notices.map(|(at, rule)| (format!("notices[{at}]"), rule));
                let verify = verify.map(|(at, rule)| (format!("verify[{at}]"), rule));
                let all = blocks.chain(notices).chain(verify);
                all.map(move |(place, rule)| (format!("{part}.products[{index}].{place}.rule"), rule))
            })
        });
        let list = self.diagnostics.list.iter().enumerate();
        let in_files = list.map(|(at, found)| (format!("diagnostics.list[{at}].rule"), found.rule.as_str()));
        let (path, rule) = in_files.chain(in_products).find(|(_, rule)| !known.contains(rule))?;
        Some((path, format!("there is no rule `{rule}`; read the report with the version that wrote it")))
    }
}

/// The first product that stands there twice.
fn doubled(products: &[ProductPlan]) -> Option<(String, String)> {
    let mut seen = BTreeSet::new();
    let again = products.iter().position(|product| !seen.insert(&product.key))?;
    Some((format!("[{again}].key"), format!("`{}` stands twice", products.get(again)?.key.0)))
}

impl From<PlanReport> for Proposal {
    fn from(wire: PlanReport) -> Self {
        Self {
            plan: wire.plan.into(),
            findings: wire.diagnostics.list.into_iter().map(Into::into).collect(),
            compared: wire.compared.map(Into::into),
            invocation: wire.invocation.map(Into::into).unwrap_or_default(),
            observed: wire
                .observed
                .map(|found| report::Observed { products: found.products.into_core(), all: found.all }),
        }
    }
}

/// Reads the report of a plan and holds the plan to its ids.
///
/// # Errors
/// As [`from_json_str`], when an operation or submission is not the one its id names, and when there is no such rule.
pub fn read_planned(text: &str) -> Result<Proposal, WireError> {
    let wire: PlanReport = from_json_str(text)?;
    match wire.contradiction() {
        Some((path, reason)) => Err(WireError::Form { document: PlanReport::NAME, path, reason }),
        None => Ok(wire.into()),
    }
}
