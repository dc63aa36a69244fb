//! Every pair of small products: what is sold now and what is wanted. The sandbox judges every plan.

use crate::market::{Market, ready};
use crate::model::{desired, key, product, retirement, specification, with_trial};
use gallerist::diff;
use gallerist::model::{
    DeliveryMethod, Desired, Product, ProductField, Specification, SpecificationField, Value,
};
use gallerist::plan::Standing;
use gallerist::rules;
use gallerist::submission::{Operation, OperationKind, SubmissionKind};
use rayon::prelude::*;
use std::collections::BTreeSet;

const BILLING: [&[(&str, &str)]; 4] = [
    &[("yearly", "99")],
    &[("monthly", "9.90")],
    &[("yearly", "99"), ("monthly", "9.90")],
    &[("one-time", "500")],
];

/// How a desired thing ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Stays,
    SpecificationRetired,
    ProductRetired,
    Vanished,
}

fn states() -> Vec<Specification> {
    let mut found = Vec::new();
    for billing in BILLING {
        for trial in [None, Some(7), Some(14)] {
            if trial.is_some() && billing[0].0 == "one-time" {
                continue;
            }
            for public in [true, false] {
                let mut state = with_trial(specification("starter", billing), trial);
                state.fields.set(SpecificationField::Public, Some(Value::Flag(public)));
                found.push(state);
            }
        }
    }
    found
}

fn shown(mut product: Product, public: bool) -> Product {
    product.fields.set(ProductField::PublicSales, Some(Value::Flag(public)));
    product
}

fn products() -> Vec<Product> {
    let each = states().into_iter().flat_map(|state| {
        let found = product("crm", DeliveryMethod::Saas, vec![state]);
        [shown(found.clone(), true), shown(found, false)]
    });
    each.collect()
}

fn ending(wanted: Product, end: End) -> Desired {
    let mut wanted = desired(wanted);
    match end {
        End::Stays => {}
        End::SpecificationRetired => {
            wanted.specifications.entry(key("starter")).or_default().retire = Some(retirement("old"));
        }
        End::ProductRetired => wanted.retire = Some(retirement("old")),
        End::Vanished => {
            wanted.product.specifications.remove(&key("starter"));
        }
    }
    wanted
}

/// Plans, submits and approves until nothing is left. The sandbox must take each step, and never be left with a
/// product that sells nothing unless it was retired.
fn carry_out(market: &mut Market, wanted: &Desired) -> Result<(), String> {
    for _ in 0..6 {
        let plan = market.plan(wanted);
        if !plan.blocks.is_empty() {
            return Err(format!("blocked half-way: {:?}", plan.blocks));
        }
        let Some(submission) = ready(&plan).cloned() else {
            let done = matches!(plan.standing, Standing::InSync | Standing::Retired);
            return if done { Ok(()) } else { Err(format!("ends {:?}: {:?}", plan.standing, plan.chain)) };
        };
        market.submit(&submission).map_err(|refusal| {
            format!("the sandbox refuses {:?}: {} {:?}", submission.kind, refusal.text, refusal.rules)
        })?;
        market.approve(&submission);
        let released = market.released();
        let sold =
            released.products.get(&wanted.product.key).is_some_and(|found| found.on_sale().next().is_some());
        if !sold && wanted.retire.is_none() {
            return Err("the product sells nothing".to_owned());
        }
    }
    Err("it never ends".to_owned())
}

/// What somebody would submit who knows no rule.
fn blind(market: &mut Market, wanted: &Desired) -> Vec<(SubmissionKind, Vec<Operation>)> {
    let released = market.released();
    let Some(found) = released.products.get(&wanted.product.key) else { return Vec::new() };
    let operations = diff::operations(&diff::changes(&found.product, &wanted.product));
    let vanished =
        found.product.specifications.keys().filter(|key| {
            !wanted.product.specifications.contains_key(*key) || wanted.retirement(key).is_some()
        });
    let removals = vanished.map(|key| Operation {
        kind: OperationKind::RemoveSpecification,
        item: gallerist::model::Item::Specification(key.clone()),
        from: diff::value_at(&found.product, &gallerist::model::Item::Specification(key.clone())).flatten(),
        to: None,
        reason: None,
    });
    vec![(SubmissionKind::Modify, operations.into_iter().chain(removals).collect())]
}

fn judge_pair(before: &Product, wanted: &Desired) -> Result<(), String> {
    let mut market = Market::selling(std::slice::from_ref(before));
    let plan = market.plan(wanted);
    if plan.blocks.is_empty() {
        return carry_out(&mut market, wanted);
    }
    // Invariant 6: each block says what is wrong, why, and what to do instead, at a place of the definition.
    for block in &plan.blocks {
        let found = &block.finding;
        let told = ![&found.message, &found.why, &found.help].iter().any(|text| text.is_empty());
        if !told || found.route.0.is_empty() {
            return Err(format!("a block without why, way out or place: {found:?}"));
        }
    }
    // What the planner forbids, the marketplace refuses too, for one of the same reasons.
    let numbers: BTreeSet<u16> =
        plan.blocks.iter().flat_map(|block| rules::numbers(block.finding.rule)).copied().collect();
    // Only the planner knows what a seller did not mean: the marketplace takes the last specification away.
    let own = [5, 6, 52, 35];
    if numbers.iter().any(|number| own.contains(number)) {
        return Ok(());
    }
    for (kind, operations) in blind(&mut market, wanted) {
        if operations.is_empty() {
            continue;
        }
        match market.submit_raw(&wanted.product, kind, operations) {
            Ok(()) => return Err(format!("the planner blocks {numbers:?}, the sandbox takes it")),
            Err(refusal) if refusal.rules.iter().any(|number| numbers.contains(number)) => {}
            Err(refusal) => {
                return Err(format!("the planner blocks {numbers:?}, the sandbox {:?}", refusal.rules));
            }
        }
    }
    Ok(())
}

fn report(failures: &[String]) {
    let shown: Vec<&String> = failures.iter().take(12).collect();
    assert!(failures.is_empty(), "{} pairs fail, among them:\n{shown:#?}", failures.len());
}

#[test]
fn every_pair_of_one_specification_products() {
    let products = products();
    let ends = [End::Stays, End::SpecificationRetired, End::ProductRetired, End::Vanished];
    let failures: Vec<String> = products
        .par_iter()
        .flat_map_iter(|before| {
            let each = products.iter().flat_map(|after| ends.map(|end| (after, end)));
            each.filter_map(|(after, end)| {
                let wanted = ending(after.clone(), end);
                let judged = judge_pair(before, &wanted);
                judged.err().map(|why| {
                    format!("{end:?}: {why}\n  before {}\n  after  {}", short(before), short(after))
                })
            })
            .collect::<Vec<_>>()
        })
        .collect();
    report(&failures);
}

fn short(product: &Product) -> String {
    let each = product.specifications.values().map(|found| {
        let days = found.fields.integer(SpecificationField::TrialDays);
        let public = found.fields.flag(SpecificationField::Public);
        format!("{} {:?} trial {days:?} public {public:?}", found.key, found.modes)
    });
    format!(
        "public {:?}: {}",
        product.fields.flag(ProductField::PublicSales),
        each.collect::<Vec<_>>().join(" + ")
    )
}

/// Eight states of a specification, `None` where it does not exist.
fn representative(name: &str) -> Vec<Option<Specification>> {
    let hidden = |mut state: Specification| {
        state.fields.set(SpecificationField::Public, Some(Value::Flag(false)));
        state
    };
    vec![
        None,
        Some(specification(name, BILLING[0])),
        Some(specification(name, BILLING[1])),
        Some(specification(name, BILLING[2])),
        Some(specification(name, BILLING[3])),
        Some(with_trial(specification(name, BILLING[0]), Some(7))),
        Some(hidden(specification(name, BILLING[0]))),
        Some(specification(name, &[("yearly", "120")])),
    ]
}

#[test]
fn every_pair_of_two_specification_products() {
    let pairs = |retiring: bool| {
        let mut found = Vec::new();
        for first in representative("first") {
            for second in representative("second") {
                let states: Vec<Specification> = first.iter().chain(&second).cloned().collect();
                if !states.is_empty() {
                    let all = desired(product("crm", DeliveryMethod::Saas, states));
                    if retiring {
                        for name in ["first", "second"] {
                            let mut one = all.clone();
                            one.specifications.entry(key(name)).or_default().retire = Some(retirement("old"));
                            found.push(one);
                        }
                    }
                    found.push(all);
                }
            }
        }
        found
    };
    let (before, after) = (pairs(false), pairs(true));
    let failures: Vec<String> = before
        .par_iter()
        .flat_map_iter(|before| {
            let each = after.iter().filter_map(|wanted| {
                let judged = judge_pair(&before.product, wanted);
                judged.err().map(|why| {
                    let retired: Vec<_> = wanted.specifications.keys().collect();
                    format!(
                        "{why}\n  before {}\n  after  {} retired {retired:?}",
                        short(&before.product),
                        short(&wanted.product)
                    )
                })
            });
            each.collect::<Vec<_>>()
        })
        .collect();
    report(&failures);
}
