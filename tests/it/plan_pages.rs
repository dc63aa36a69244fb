//! A plan as a page: what a reader of a pull request and of an HTML file can see.

mod hostile;
mod html;
mod length;
mod markdown;

use crate::plan_fixture::every_standing;
use gallerist::plan::{Plan, ProductPlan};
use gallerist::render::Bounds;
use gallerist::report::{Baseline, Comparison, Invocation, Proposal};
use std::collections::BTreeSet;

const GITHUB: usize = 65_536;

fn bounds(bytes_max: usize) -> Bounds {
    Bounds { bytes_max, rest: Some("The whole plan is [here](https://ci.example/plan).".to_owned()) }
}

fn proposal(plan: Plan) -> Proposal {
    Proposal { plan, findings: Vec::new(), compared: None, invocation: Invocation::default(), observed: None }
}

/// The plan beside an earlier one of some products.
fn compared(proposal: Proposal, before: Vec<ProductPlan>) -> Proposal {
    let baseline = Baseline::Revision {
        name: "main".to_owned(),
        commit: "00112233445566778899aabbccddeeff00112233".to_owned(),
        head: "ffeeddccbbaa99887766554433221100ffeeddcc".to_owned(),
    };
    let before = before.into_iter().map(|product| (product.key.clone(), product)).collect();
    let compared = Comparison { baseline, before, without_effect: BTreeSet::new() };
    Proposal { compared: Some(compared), ..proposal }
}

fn only(key: &str) -> Plan {
    let mut plan = every_standing();
    plan.products.retain(|product| product.key.as_str() == key);
    plan.unbound.clear();
    plan
}

/// The lines outside of fences; the page must not end within one.
fn outside(page: &str) -> Vec<&str> {
    let (mut open, mut lines) = (None::<usize>, Vec::new());
    for line in page.lines() {
        let ticks = line.trim_start().bytes().take_while(|byte| *byte == b'`').count();
        let rest = &line.trim_start()[ticks..];
        match open {
            None if ticks >= 3 && !rest.contains('`') => open = Some(ticks),
            Some(fence) if ticks >= fence && rest.trim().is_empty() => open = None,
            None => lines.push(line),
            Some(_) => {}
        }
    }
    assert_eq!(open, None, "a fence is open at the end of\n{page}");
    lines
}
