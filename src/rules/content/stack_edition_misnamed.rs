//! No number: A product for Huawei Cloud Stack is not named the way the marketplace prescribes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::{find_words, quoted};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "stack-edition-misnamed",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC, F-NAME",
        sites: &[],
        level: Severity::Error,
        what: "A product for Huawei Cloud Stack is not named the way the marketplace prescribes.",
        why: "Editions for Huawei Cloud Stack are told apart by one ending that is the same for all sellers; reviewers reject every other form.",
        example: "name: Harbour Backup for Huawei Cloud Stack",
        instead: "End the name with ` (HCS Version)`, in Chinese with `（HCS版）`, and leave the platform's name out.",
    },
    check: Check::Content(check),
};

const WORDS: [&str; 5] = ["huawei cloud stack", "huaweicloud stack", "华为云stack", "华为云 stack", "hcs"];

const ENDINGS: [&str; 2] = [" (HCS Version)", "（HCS版）"];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(name) = content.text(ProductField::Name) else { return Vec::new() };
    let found = find_words(name, WORDS);
    let Some(first) = found.first() else { return Vec::new() };
    if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Vec::new();
    }
    let before =
        name.get(..first.place.start).unwrap_or_default().trim_end_matches([' ', '(', '（', '-', '–']);
    let own = [" for", " on"].iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before).trim();
    let ending = if own.is_ascii() { ENDINGS[0] } else { ENDINGS[1] };
    let message = format!("{} is for Huawei Cloud Stack and does not end with \"{ending}\"", quoted(name));
    let mut finding = RULE.finding(&Item::Field(ProductField::Name), message, "");
    if !own.is_empty() {
        finding.help = format!("call it \"{own}{ending}\"");
    }
    vec![finding]
}
