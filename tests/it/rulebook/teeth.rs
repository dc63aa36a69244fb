//! The pages have teeth: a rule that is switched off on either side makes a page fail.

use super::judge;
use super::page::{Case, Mark, Page};
use gallerist::rules::Check;
use gallerist::sandbox::Judge;
use gallerist::site::SiteProfile;
use std::collections::{BTreeMap, BTreeSet};

/// What the sandbox enforces and no page would miss, because no document can show it: the reader refuses it first.
const SANDBOX_UNREACHABLE: &[(u16, &str)] = &[(91, "the reader takes no mix of pricing templates")];

/// Numbers that rules of ours stand for and that have no page of their own, each with what shows it instead.
const NUMBERS_WITHOUT_PAGE: &[(u16, &str)] = &[
    (20, "there are no API products to write down"),
    (59, "menus of the console, told in sheets and steps"),
    (60, "it takes days: a test of the planner"),
    (61, "it takes many products: a test of the runs"),
    (62, "told to people: a test of the report"),
    (85, "states of assets, checked by a person with R78, R79 and R81"),
    (124, "orders, told with the frozen product of R125"),
    (127, "orders, told with the frozen product of R125"),
];

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

/// Every rule with a check, one after the other: a page or a fixture of its own goes wrong without it.
#[test]
fn a_rule_the_planner_forgets_is_missed() {
    let (complete, pages) = super::load().unwrap();
    let checked = gallerist::rules::all().filter(|rule| match rule.check {
        Check::Content(_) | Check::Transition(_) | Check::Catalog(_) | Check::Verify(_) => true,
        Check::Planner | Check::Reader => false,
    });
    let unmissed = checked.filter(|rule| {
        let numbers = rule.doc.numbers.iter().copied().map(Mark::Number);
        let names = numbers.chain([Mark::Name(rule.doc.id.to_owned())]).collect();
        let by_a_page = || missed(&pages, &names, |case| judge::planner(&complete, case, Some(rule.doc.id)));
        !super::fixture::bites(&complete, rule) && !by_a_page()
    });
    assert_eq!(unmissed.map(|rule| rule.doc.id).collect::<Vec<&str>>(), Vec::<&str>::new());
}

#[test]
fn numbers_without_a_page_are_known() {
    let (_, pages) = super::load().unwrap();
    let paged: BTreeSet<&Mark> = pages.values().map(|page| &page.rule).collect();
    let ours = gallerist::rules::all().flat_map(|rule| rule.doc.numbers).copied();
    let missing: BTreeSet<u16> = ours.filter(|number| !paged.contains(&Mark::Number(*number))).collect();
    assert_eq!(missing, NUMBERS_WITHOUT_PAGE.iter().map(|(number, _)| *number).collect());
}
