//! R125: The interfaces of a product on sale do not answer as they should.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-failing",
        numbers: &[125],
        basis: Basis::Chinese,
        source: "F-PROBE, F-PROBE2",
        sites: &[],
        level: Severity::Warning,
        what: "The interfaces of a product on sale do not answer as they should, as the last preflight found.",
        why: "The saved cases of products on sale are replayed twice a day; five failing days in a row freeze trading and hide the product.",
        example: "newInstance answers 500 since Monday; on Saturday the product is frozen.",
        instead: "Mend what `gallerist preflight` names, and run it again: a green one ends this.",
    },
    check: Check::Planner,
};
