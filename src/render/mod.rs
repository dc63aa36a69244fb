//! How reports look: pure functions from core types to text. No function here decides anything; whoever calls has
//! the outcome already. All text that comes from outside passes [`escape`] on its way in.

mod account;
mod checkup;
mod code_quality;
mod comparison;
mod diagnostics;
mod difference;
pub mod escape;
mod findings_markdown;
mod formatted;
mod github;
mod issue;
mod junit;
mod ledger;
mod moving;
mod operation;
mod page;
mod plan;
mod plan_html;
mod plan_markdown;
mod plan_words;
mod preflight;
mod review;
mod rule_book;
mod rules;
mod sarif;
mod severe;
mod sheet_html;
mod sheet_markdown;
mod sheet_steps;
mod status;
mod told;

pub use account::{account, account_short};
pub use checkup::{checkup, checkup_short};
pub use code_quality::code_quality;
use comparison::{comparison_footer, comparison_header, no_longer};
pub use diagnostics::{diagnostics, diagnostics_short};
use difference::{difference_lines, difference_of_lists, difference_of_texts, is_long, sentences};
use escape::{
    WORKFLOW_LINE_END, excerpt, html, html_prose, markdown, markdown_code, markdown_fence, markdown_html,
    sarif_text, terminal, unseen, uri, workflow_message, workflow_property, xml,
};
pub use findings_markdown::findings_markdown;
pub use formatted::{rewritten, rewritten_short};
pub use github::github;
pub use issue::{drift_listed, rejection_listed};
pub use junit::junit;
pub use ledger::{ledger, ledger_audit, ledger_short};
pub use moving::{adoption, adoption_short, imported, imported_short};
use operation::{describe, describe_values};
pub use page::{Page, Paint, Paragraph};
use plan::standing_paint;
pub use plan::{drift_short, plan, plan_beside, plan_short};
pub use plan_html::plan_html;
pub use plan_markdown::{Bounds, plan_markdown};
use plan_words::{
    clip, commit_words, counted, desired_words, doing, drift_story, effect, ignored_words, observed,
    released_states, risk_words, state_words, step_words, verdict, verify_text,
};
pub use preflight::{preflight, preflight_markdown, preflight_short};
pub use review::{review_desk, submission, submissions};
use severe::{Left, Severe, in_lines, lines, ordered, within, written_place};
use status::{cut, write_rejection};
use told::{Names, Shown, Sign, Told, Values, tell, values};

pub use rule_book::rule_book;
pub use rules::{explanations, rule_table};
pub use sarif::sarif;
pub use sheet_html::sheet_html;
pub use sheet_markdown::sheet_markdown;
pub use sheet_steps::sheet_steps;
pub use status::{status, status_short};

use crate::rules::levels::Adjustable;
use crate::rules::{Check, Rule};

/// How text is laid out and coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours and weights are used.
    pub color: bool,
    /// Columns of the terminal; only words longer than that go past it.
    pub width: usize,
}

impl Style {
    /// No colour, 80 columns: what a pipe gets.
    pub const PLAIN: Self = Self { color: false, width: 80 };
}

impl Default for Style {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// Numbers of the reference, as people write them: `R15, R16`.
fn numbers_text(numbers: &[u16]) -> String {
    numbers.iter().map(|number| format!("R{number}")).collect::<Vec<_>>().join(", ")
}

/// How a rule is enforced, for people.
fn enforced(rule: &Rule) -> &'static str {
    match rule.check {
        Check::Content(_) => "by `check` and by `plan`, from the definition alone",
        Check::Transition(_) => "by `plan`, against what is released",
        Check::Catalog(_) => "by `check` and by `plan`, across all products",
        Check::Verify(_) => "by a person: `plan` asks for a `gallerist confirm` before submitting",
        Check::Planner => "by the order of the plan, or by a finding of the planner",
        Check::Reader => "while definitions are read",
    }
}

/// What a catalog can do about its level, for people.
fn adjustable(rule: &Rule) -> &'static str {
    match rule.adjustable() {
        Adjustable::Freely => "can be set under `rules` in gallerist.yaml; findings can be excused",
        Adjustable::ByException => "cannot be lowered; a finding can be excused beside the thing itself",
        Adjustable::Never => "cannot be set",
    }
}

fn sites_text(sites: &[&str]) -> String {
    if sites.is_empty() { "all".to_owned() } else { sites.join(", ") }
}
