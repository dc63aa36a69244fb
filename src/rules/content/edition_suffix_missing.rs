//! No number: One software is sold by several delivery methods without the endings that tell them apart.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, Key, ProductField};
use crate::rules::Summary;
use crate::rules::alike::alike;
use crate::rules::words::{lower, quoted};
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "edition-suffix-missing",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-NAME",
        sites: &["cn"],
        level: Severity::Warning,
        what: "One software is sold by several delivery methods without the endings that tell them apart.",
        why: "Buyers find both under one name; the marketplace asks for `SaaS版` and `独立部署` at the end of the names.",
        example: "# two products\n{name: 海港备份, delivery: saas}\n{name: 海港备份, delivery: license}",
        instead: "End the SaaS product's name with `SaaS版` and the other's with `独立部署`.",
    },
    check: Check::Catalog(check),
};

const SAAS: &str = "saas版";
const INSTALLED: &str = "独立部署";

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let of_software =
        || summaries.products.iter().copied().filter(|summary| ending(summary.delivery).is_some());
    // Most sellers deliver all they have in one way.
    if methods(of_software()) < 2 {
        return Vec::new();
    }
    let cores = of_software().filter_map(|summary| Some((core(summary.name.as_deref()?).0, summary)));
    let mut found = Vec::new();
    for (_, group) in alike(cores.collect()) {
        let has_several = methods(group.iter().copied()) > 1;
        for product in group.iter().filter(|_| has_several) {
            let name = product.display_name();
            let Some(wanted) = ending(product.delivery).filter(|wanted| core(name).1 != Some(*wanted)) else {
                continue;
            };
            let other = group.iter().find(|other| other.delivery != product.delivery);
            let Some(other) = other else { continue };
            let written = if wanted == SAAS { "SaaS版" } else { INSTALLED };
            let (method, also) = (product.delivery, other.delivery);
            let message =
                format!("{} is sold as {method} here and as {also} by `{}`", quoted(name), other.key);
            let finding = RULE.finding(&Item::Field(ProductField::Name), message, "");
            let help = format!("end the name with {written}");
            found.push((product.key.clone(), Finding { help, ..finding }));
        }
    }
    found
}

/// In how many ways products are delivered.
fn methods<'s>(products: impl Iterator<Item = &'s Summary>) -> usize {
    products.map(|product| product.delivery).collect::<BTreeSet<DeliveryMethod>>().len()
}

/// The ending that a name should have; services and devices have none.
fn ending(method: DeliveryMethod) -> Option<&'static str> {
    match method {
        DeliveryMethod::Saas => Some(SAAS),
        DeliveryMethod::Image | DeliveryMethod::License => Some(INSTALLED),
        DeliveryMethod::ProfessionalService
        | DeliveryMethod::ConsultingService
        | DeliveryMethod::Hardware => None,
    }
}

/// A name without its ending, and the ending.
fn core(name: &str) -> (String, Option<&'static str>) {
    let plain: String = lower(name).split_whitespace().collect();
    let open = plain.trim_end_matches([')', '）']);
    let ending = [SAAS, INSTALLED].into_iter().find(|ending| open.ends_with(ending));
    let Some(own) = ending.and_then(|ending| open.strip_suffix(ending)) else { return (plain, None) };
    (own.trim_end_matches(['(', '（', '-']).to_owned(), ending)
}
