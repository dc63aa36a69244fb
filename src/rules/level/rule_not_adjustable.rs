//! No number: A level or an exception is set for a rule that neither can change.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(in crate::rules) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "rule-not-adjustable",
        numbers: &[],
        basis: Basis::Own,
        source: "design",
        sites: &[],
        level: Severity::Error,
        what: "A level or an exception is set for a rule that neither can change.",
        why: "What the marketplace refuses outright is refused whatever a file here says; guards are lifted by approvals, and what keeps a plan in order is not up for choice.",
        example: "rules: {service-supervision-changed: off}",
        instead: "Leave it out. Beside the thing itself, `exceptions` excuse one finding of a marketplace rule; `gallerist approve` lifts a guard for one operation.",
    },
    check: Check::Planner,
};
