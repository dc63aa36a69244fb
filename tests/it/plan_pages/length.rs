//! Pages never get longer than they may, and what is left out is counted.

use super::{bounds, compared, outside, proposal};
use crate::arbitrary_plan;
use crate::plan_fixture::{crm, every_standing, key, plan};
use gallerist::model::Value;
use gallerist::plan::Action;
use gallerist::render::plan_markdown;
use gallerist::report::{Proposal, Summary};
use proptest::prelude::*;

fn is_sound(proposal: &Proposal, bytes_max: usize) {
    let page = plan_markdown(proposal, &bounds(bytes_max));
    assert!(page.len() <= bytes_max, "{} bytes of {bytes_max}", page.len());
    let lines = outside(&page);
    let count = |tag: &str| lines.iter().filter(|line| line.starts_with(tag)).count();
    assert_eq!(count("<details>"), count("</details>"), "{page}");
    assert_eq!(count("<details>"), count("<summary>"), "{page}");
    if bytes_max < 2_000 {
        return;
    }
    let irreversible = Summary::of(&proposal.plan).irreversible.len();
    let named = lines.iter().filter(|line| line.starts_with("> - ")).count();
    let left_out = lines.iter().find(|line| line.starts_with("**Left out")).map_or(0, |line| {
        let before = line.split(" irreversible operation").next().unwrap();
        match before.len() == line.len() {
            true => 0,
            false => before.rsplit(' ').next().unwrap().parse().unwrap(),
        }
    });
    assert_eq!(named + left_out, irreversible, "{page}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_plan_fits_any_bounds(plan in arbitrary_plan::plan(), before in arbitrary_plan::plan(), bytes in 0_usize..20_000) {
        let alone = proposal(plan);
        is_sound(&alone, bytes);
        is_sound(&compared(alone, before.products), bytes);
    }
}

/// A plan of many products of every standing.
fn many(count: usize) -> Proposal {
    let mut whole = every_standing();
    let pattern = whole.products.clone();
    whole.products = (0..count)
        .map(|number| {
            let mut product = pattern[number % pattern.len()].clone();
            product.key = key(&format!("{}-{number:04}", product.key));
            product
        })
        .collect();
    proposal(whole)
}

#[test]
fn details_go_before_rows_and_everything_left_out_is_counted() {
    let proposal = many(600);
    let page = plan_markdown(&proposal, &bounds(65_536));
    is_sound(&proposal, 65_536);
    let left_out = page.lines().find(|line| line.starts_with("**Left out")).unwrap();
    assert!(left_out.contains("products' details"), "{left_out}");
    assert!(left_out.ends_with("The whole plan is [here](https://ci.example/plan)."), "{left_out}");
    assert!(page.len() > 60_000, "room is used: {}", page.len());
    for bytes in [2_000, 5_000, 20_000, 200_000, 1_000_000] {
        is_sound(&proposal, bytes);
    }
    let tight = plan_markdown(&proposal, &bounds(30_000));
    assert!(!tight.contains("<details>") && tight.contains("row"), "details go first\n{tight}");
}

#[test]
fn one_product_longer_than_the_page_is_shown_in_part() {
    let mut product = crm();
    let Action::Submit(submission) = &mut product.chain[0].action else { panic!("a submission") };
    let text = |word: &str| {
        let lines = (0..4_000).map(|line| format!("{word} {line} ``` </details>\n"));
        Some(Value::Text(lines.collect()))
    };
    submission.operations[2].from = text("before");
    submission.operations[2].to = text("after");
    let long = proposal(plan(vec![product.clone()]));
    for bytes in [2_000, 8_000, 65_536] {
        is_sound(&long, bytes);
    }
    let page = plan_markdown(&long, &bounds(65_536));
    assert!(page.contains("<details>") && page.contains("more lines of this text"), "{page}");
    let Action::Submit(submission) = &mut product.chain[0].action else { panic!("a submission") };
    submission.operations[2].to = Some(Value::Text("x".repeat(1_000_000)));
    product.name = "y".repeat(1_000_000);
    let wide = proposal(plan(vec![product]));
    is_sound(&wide, 65_536);
    assert!(plan_markdown(&wide, &bounds(65_536)).contains("<details>"));
}
