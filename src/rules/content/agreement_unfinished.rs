//! No number: The agreement has blanks to fill in, or clauses that only make sense on paper.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{around, listed, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use std::ops::Range;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "agreement-unfinished",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-AGR",
        sites: &[],
        level: Severity::Error,
        what: "The agreement has blanks to fill in, or clauses that only make sense on paper.",
        why: "Buyers accept the agreement with one click. Nobody fills in blanks, seals it or signs it in a place, so the marketplace rejects such texts.",
        example: "agreement: |\n  Between ____ (buyer) and Acme Ltd.\n  Place of signing: Singapore",
        instead: "Write names and dates out or leave them to the order, and take clauses about seals and places of signing out.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(text) = content.text(ProductField::Agreement) else { return Vec::new() };
    let blank = blank(text);
    let clauses = content.site.words.contract_clauses.find(text);
    let place = blank.clone().or_else(|| clauses.first().map(|found| found.place.clone()));
    let Some(place) = place else { return Vec::new() };
    let mut faults = Vec::new();
    if blank.is_some() {
        faults.push("has a blank to fill in".to_owned());
    }
    if !clauses.is_empty() {
        let words: Vec<String> = clauses.iter().map(|found| quoted(found.word)).collect();
        faults.push(format!("speaks of {}, as contracts on paper do", listed(&words, 3)));
    }
    let message = format!("the agreement {}", faults.join(" and "));
    let around = around(text, &place);
    let label = if around == text { String::new() } else { around };
    vec![RULE.finding(&Item::Field(ProductField::Agreement), message, label)]
}

/// The first blank: a drawn line, or brackets with nothing inside. Brackets of programs have no space inside.
fn blank(text: &str) -> Option<Range<usize>> {
    let line = text.find("____").map(|at| at..at + 4);
    let pairs = [('[', ']', 1), ('(', ')', 1), ('（', '）', 0), ('【', '】', 0)];
    let brackets = pairs.into_iter().filter_map(|(open, close, least)| {
        text.match_indices(open).find_map(|(at, _)| {
            let inner = text.get(at + open.len_utf8()..)?;
            let space = inner.len() - inner.trim_start_matches(BLANK).len();
            let closes = space >= least && inner.get(space..)?.starts_with(close);
            closes.then(|| at..at + open.len_utf8() + space + close.len_utf8())
        })
    });
    line.into_iter().chain(brackets).min_by_key(|place| place.start)
}

/// What people leave blanks with.
const BLANK: [char; 3] = [' ', '\u{a0}', '\u{3000}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_told_from_brackets_of_programs() {
        let found = |text| blank(text).map(|place: Range<usize>| text[place].to_owned());
        assert_eq!(found("Buyer: ______, date: (  )").as_deref(), Some("____"));
        assert_eq!(found("date: (  ) Buyer: ____").as_deref(), Some("(  )"));
        assert_eq!(found("甲方：【】").as_deref(), Some("【】"));
        assert_eq!(found("[ ] I agree").as_deref(), Some("[ ]"));
        for none in ["call() and list[]", "(see 3)", "___", "**bold** __bold__", "( open"] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
