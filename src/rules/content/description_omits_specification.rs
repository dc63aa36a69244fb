//! No number: The description does not name every specification that is sold.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField, SpecificationField};
use crate::rules::words::{listed, lower, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use memchr::{memchr_iter, memmem};
use std::cell::LazyCell;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "description-omits-specification",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-VID",
        sites: &["cn"],
        level: Severity::Warning,
        what: "The description does not name every specification that is sold.",
        why: "A description must give details and core functions and say what each specification contains; buyers who cannot tell specifications apart ask, and reviewers send it back.",
        example: "description: Starter is for small teams.\nspecifications:\n  - {key: starter, name: Starter}\n  - {key: team, name: Team}   # the description is silent about it",
        instead: "Give each specification a line in the description, under the name it is sold by.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(text) = content.text(ProductField::Description) else { return Vec::new() };
    let small = LazyCell::new(|| lower(text));
    let names = content.specifications().filter_map(|(_, found)| found.fields.text(SpecificationField::Name));
    // Most descriptions name specifications in their order, so each is looked for behind the one before it first.
    let mut passed = 0;
    let mut is_written = |name: &str| {
        let find = |from: usize| Some(from + find(text.as_bytes().get(from..)?, name.as_bytes())?);
        let found = find(passed).or_else(|| if passed > 0 { find(0) } else { None });
        passed = found.unwrap_or(passed);
        found.is_some()
    };
    let is_omitted = |name: &&str| !is_written(name.trim()) && !small.contains(&lower(name.trim()));
    let omitted: Vec<String> = names.filter(is_omitted).map(quoted).collect();
    if omitted.is_empty() {
        return Vec::new();
    }
    let message = format!("the description does not say what {} contains", listed(&omitted, 5));
    vec![RULE.finding(&Item::Field(ProductField::Description), message, "")]
}

/// Where some bytes stand first.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    const SHORT: usize = 64;
    let Some(first) = wanted.first().copied() else { return Some(0) };
    // What makes a search quick in long texts takes longer than most of these searches; but a letter of many bytes begins with the same
    // byte as others, and a long name is compared for long.
    if !first.is_ascii() || wanted.len() > SHORT {
        return memmem::find(bytes, wanted);
    }
    memchr_iter(first, bytes).find(|at| bytes.get(*at..*at + wanted.len()) == Some(wanted))
}
