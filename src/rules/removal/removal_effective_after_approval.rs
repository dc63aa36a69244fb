//! R54, R55: A removal becomes real only after the marketplace's approval.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "removal-effective-after-approval",
        numbers: &[54, 55],
        basis: Basis::Stated,
        source: "REM",
        sites: &[],
        level: Severity::Note,
        what: "A removal becomes real only after the marketplace's approval.",
        why: "The approval exists to protect buyers; until then the specification is sold.",
        example: "A specification is retired; it stays on sale during the review.",
        instead: "Wait for the approval; `gallerist status` tells since when it waits.",
    },
    check: Check::Planner,
};
