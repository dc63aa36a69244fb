//! R62: A verdict waits in the mailbox of the account's contacts.

use crate::diagnostic::Severity;
use crate::rules::{Basis, Check, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "verdict-unread",
        numbers: &[62],
        basis: Basis::Stated,
        source: "IMG, REV",
        sites: &[],
        level: Severity::Note,
        what: "A verdict waits in the mailbox of the account's contacts.",
        why: "The result of a review is told by mail, SMS and internal message to the contacts of the account, to nobody else.",
        example: "The contact has left the company, and a rejection lies unread for two weeks.",
        instead: "Keep the account's contacts current. Runs that can ask the marketplace pick verdicts up by themselves.",
    },
    check: Check::Planner,
};
