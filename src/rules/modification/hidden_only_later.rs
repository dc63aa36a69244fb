//! R36: A product or specification that nobody should see yet is released in public first and hidden afterwards.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "hidden-only-later",
        numbers: &[36],
        basis: Basis::Chinese,
        source: "F-REM",
        sites: &[],
        level: Severity::Note,
        what: "A product or specification that nobody should see yet is released in public first and hidden afterwards.",
        why: "Hiding is possible from the first release on, for a product and for each specification; hiding later takes another review, and until then everybody sees it.",
        example: "publicSales: true   # to be hidden with the next modification",
        instead: "Write `publicSales: false`, or `public: false` on the specification, before the first release.",
    },
    check: Check::Planner,
};
