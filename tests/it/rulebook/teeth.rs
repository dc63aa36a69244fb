//! The pages have teeth: a rule that is switched off on either side makes a page fail.

use super::judge;
use super::page::{Case, Mark, Page};
use gallerist::rules::Check;
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use std::collections::{BTreeMap, BTreeSet};

/// What the sandbox enforces and no page would miss, because no document can show it: the reader refuses it first.
const SANDBOX_UNREACHABLE: &[(u16, &str)] = &[
    (42, "the reader takes no SKU that is not one value of each attribute"),
    (91, "the reader takes no mix of pricing templates"),
    (92, "the reader takes no tiered price without a quantity"),
    (94, "the reader takes no reserved name"),
    (97, "the reader takes no trial of other delivery methods"),
    (99, "the reader takes no number of days out of range"),
    (102, "the reader takes no billing mode that is not offered"),
    (105, "the reader takes no quota of an unknown item"),
    (109, "the reader takes no longer name"),
    (114, "the reader takes no expansion out of range"),
    (128, "the reader takes no more parameters"),
];

/// Rules with a check that no page would miss, and why.
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

/// Numbers that rules of ours stand for and that have no page of their own: API products (20), what the console's menus are
/// (59), how long reviews take and how many a day (60, 61).
const NUMBERS_WITHOUT_PAGE: &[u16] = &[20, 59, 60, 61];

/// Whether some case misses what was switched off. Only cases that could are tried.
fn missed(
    pages: &BTreeMap<String, Page>,
    rules: &BTreeSet<Mark>,
    judge: impl Fn(&Case) -> Result<(), String>,
) -> bool {
    let cases = pages.values().flat_map(|page| &page.cases);
    cases.filter(|case| case.could_miss(rules)).any(|case| judge(case).is_err())
}

#[test]
fn a_rule_the_sandbox_forgets_makes_a_page_fail() {
    let (complete, pages) = super::load().unwrap();
    let judge = Judge::new(SiteProfile::embedded("intl").unwrap());
    let numbers = judge.rules().into_iter().map(Mark::Number);
    let names = judge.objection_names().into_iter().map(|name| Mark::Name(name.to_owned()));
    let marks: Vec<Mark> = numbers.chain(names).collect();
    let unmissed = marks.into_iter().filter(|mark| {
        !missed(&pages, &[mark.clone()].into(), |case| judge::marketplace(&complete, case, Some(mark)))
    });
    let listed: BTreeSet<Mark> = SANDBOX_UNREACHABLE.iter().map(|(rule, _)| Mark::Number(*rule)).collect();
    assert_eq!(unmissed.collect::<BTreeSet<Mark>>(), listed);
}

#[test]
fn a_rule_the_planner_forgets_makes_a_page_fail() {
    let (complete, pages) = super::load().unwrap();
    let checked = gallerist::rules::all().filter(|rule| match rule.check {
        Check::Content(_) | Check::Transition(_) | Check::Catalog(_) | Check::Verify(_) => true,
        Check::Planner | Check::Reader => false,
    });
    let unmissed = checked.map(|rule| rule.doc).filter(|doc| {
        let numbers = doc.numbers.iter().copied().map(Mark::Number);
        let names = numbers.chain([Mark::Name(doc.id.to_owned())]).collect();
        !missed(&pages, &names, |case| judge::planner(&complete, case, Some(doc.id)))
    });
    let listed: BTreeSet<&str> = PLANNER_WITHOUT_PAGE.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(unmissed.map(|doc| doc.id).collect::<BTreeSet<&str>>(), listed);
}

#[test]
fn numbers_without_a_page_are_known() {
    let (_, pages) = super::load().unwrap();
    let paged: BTreeSet<&Mark> = pages.values().map(|page| &page.rule).collect();
    let ours = gallerist::rules::all().flat_map(|rule| rule.doc.numbers).copied();
    let missing: BTreeSet<u16> = ours.filter(|number| !paged.contains(&Mark::Number(*number))).collect();
    assert_eq!(missing, NUMBERS_WITHOUT_PAGE.iter().copied().collect());
}
