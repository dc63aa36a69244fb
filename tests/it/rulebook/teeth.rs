//! The pages have teeth: a rule that is switched off on either side makes a page fail.

use super::judge;
use super::page::{Case, Page};
use gallerist::rules::Check;
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use std::collections::{BTreeMap, BTreeSet};

/// What the sandbox enforces and no page would miss. Pages cover the rules about modifying, removing and reviewing
/// (1 to 70, 133, 134); these are about what a release must be like, and what its reviewer reads (71, 110, 132).
const SANDBOX_WITHOUT_PAGE: &[u16] = &[
    71, 76, 77, 78, 81, 82, 83, 90, 91, 92, 94, 97, 98, 99, 101, 102, 103, 104, 105, 109, 110, 111, 112, 114,
    123, 128, 131, 132,
];

/// What the sandbox enforces of the rules that have pages, and no document can show.
const SANDBOX_UNREACHABLE: &[(u16, &str)] =
    &[(42, "the reader takes no SKU that is not one value of each attribute")];

/// Transition rules that no page would miss, and why.
const PLANNER_WITHOUT_PAGE: &[(&str, &str)] = &[
    ("hidden-product-address-unknown", "the sandbox shows every address"),
    ("monthly-added-to-yearly", "a note that something is permitted"),
    ("name-used-as-identity", "a note that something is permitted"),
    ("pricing-template-changed", "no rule of the reference"),
    ("product-without-specification", "no rule of the reference"),
    ("retirement-without-reason", "the reader takes no empty reason"),
    ("settings-not-carried-over", "no rule of the reference"),
    ("yearly-added-to-monthly", "a note that something is permitted"),
];

/// Numbers that rules of ours stand for and that have no page of their own: no effective date can be stated (14),
/// API products (20), what the console's menus are (59), how long reviews take and how many a day (60, 61).
const NUMBERS_WITHOUT_PAGE: &[u16] = &[14, 20, 59, 60, 61];

/// Whether some case misses what was switched off. Only cases that could are tried.
fn missed(
    pages: &BTreeMap<String, Page>,
    rules: &[u16],
    judge: impl Fn(&Case) -> Result<(), String>,
) -> bool {
    let cases = pages.values().flat_map(|page| &page.cases);
    cases.filter(|case| case.could_miss(rules)).any(|case| judge(case).is_err())
}

#[test]
fn a_rule_the_sandbox_forgets_makes_a_page_fail() {
    let (complete, pages) = super::load().unwrap();
    let rules = Judge::new(SiteProfile::embedded("intl").unwrap()).rules();
    let unmissed = rules
        .into_iter()
        .filter(|rule| !missed(&pages, &[*rule], |case| judge::marketplace(&complete, case, Some(*rule))));
    let unreachable = SANDBOX_UNREACHABLE.iter().map(|(rule, _)| *rule);
    let listed: BTreeSet<u16> = SANDBOX_WITHOUT_PAGE.iter().copied().chain(unreachable).collect();
    assert_eq!(unmissed.collect::<BTreeSet<u16>>(), listed);
}

#[test]
fn a_rule_the_planner_forgets_makes_a_page_fail() {
    let (complete, pages) = super::load().unwrap();
    let transitions = gallerist::rules::all().filter(|rule| match rule.check {
        Check::Transition(_) => true,
        Check::Planner => false,
    });
    let unmissed = transitions
        .map(|rule| rule.doc)
        .filter(|doc| !missed(&pages, doc.numbers, |case| judge::planner(&complete, case, Some(doc.id))));
    let listed: BTreeSet<&str> = PLANNER_WITHOUT_PAGE.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(unmissed.map(|doc| doc.id).collect::<BTreeSet<&str>>(), listed);
}

#[test]
fn numbers_without_a_page_are_known() {
    let (_, pages) = super::load().unwrap();
    let paged: BTreeSet<u16> = pages.values().map(|page| page.rule).collect();
    let ours = gallerist::rules::all().flat_map(|rule| rule.doc.numbers).copied();
    let missing: BTreeSet<u16> = ours.filter(|number| !paged.contains(number)).collect();
    assert_eq!(missing, NUMBERS_WITHOUT_PAGE.iter().copied().collect());
}
