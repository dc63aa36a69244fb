//! No number: A professional service is named like a software and does not say that it is a service for it.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, Key, ProductField};
use crate::rules::Summary;
use crate::rules::words::{find_words, lower, quoted, stands_alone};
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};
use std::collections::BTreeMap;
use std::ops::Bound;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "service-name-without-relation",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC-EU, F-NAME",
        sites: &[],
        level: Severity::Warning,
        what: "A professional service is named like a software and does not say that it is a service for it.",
        why: "Buyers would take the service for the software; the marketplace asks that the name states the relation, in Chinese as `Acme CRM配套服务`.",
        example: "name: Acme CRM Kickstart\ndelivery: professional-service   # Acme CRM is a product of its own",
        instead: "Say what is done for the software: \"Acme CRM Implementation Service\", in Chinese `Acme CRM配套服务`.",
    },
    check: Check::Catalog(check),
};

/// Words that say what a service is to a software.
const RELATIONS: &[&str] = &[
    "service",
    "services",
    "support",
    "implementation",
    "deployment",
    "installation",
    "integration",
    "migration",
    "training",
    "consulting",
    "customization",
    "customisation",
    "maintenance",
    "operations",
    "onboarding",
    "rollout",
    "配套服务",
];

/// Shorter names stand in too many others.
const CHARACTERS_MIN: usize = 3;

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let is_service = |summary: &Summary| summary.delivery == DeliveryMethod::ProfessionalService;
    if !summaries.products.iter().copied().any(is_service) {
        return Vec::new();
    }
    let mut software: BTreeMap<String, &Summary> = BTreeMap::new();
    let mut services = Vec::new();
    for summary in summaries.products.iter().copied() {
        let Some(name) = summary.name.as_deref() else { continue };
        match summary.delivery {
            DeliveryMethod::Image | DeliveryMethod::Saas | DeliveryMethod::License => {
                let name = lower(name.trim());
                if name.chars().count() >= CHARACTERS_MIN {
                    software.entry(name).or_insert(summary);
                }
            }
            DeliveryMethod::ProfessionalService => services.push((&summary.key, name)),
            DeliveryMethod::ConsultingService | DeliveryMethod::Hardware => {}
        }
    }
    let unrelated =
        services.into_iter().filter(|(_, name)| find_words(name, RELATIONS.iter().copied()).is_empty());
    let found = unrelated.filter_map(|(key, name)| {
        let own = named(&software, &lower(name))?;
        let software = own.display_name();
        let message = format!(
            "the service {} is named like the software {} (`{}`) and does not say what it does for it",
            quoted(name),
            quoted(software),
            own.key
        );
        let finding = RULE.finding(&Item::Field(ProductField::Name), message, "");
        let help = if software.is_ascii() {
            format!("call it \"{software} Implementation Service\", or whatever it does for the software")
        } else {
            format!("call it {software}配套服务")
        };
        Some((key.clone(), Finding { help, ..finding }))
    });
    found.collect()
}

/// The software whose name stands in a service's name. From each character on, the names that are beginnings of the
/// rest come before it in order, so that a look at the nearest one either finds the name or shortens the rest.
fn named<'s>(software: &BTreeMap<String, &'s Summary>, name: &str) -> Option<&'s Summary> {
    name.char_indices().find_map(|(at, _)| {
        let mut rest = name.get(at..)?;
        while !rest.is_empty() {
            let bounds = (Bound::Unbounded, Bound::Included(rest));
            let (nearest, found) = software.range::<str, _>(bounds).next_back()?;
            let common: usize = nearest
                .chars()
                .zip(rest.chars())
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum();
            if common < nearest.len() {
                rest = rest.get(..common)?;
            } else if stands_alone(name, &(at..at + common)) {
                return Some(*found);
            } else {
                rest = rest.get(..common - nearest.chars().next_back()?.len_utf8())?;
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Desired, Product, Value};

    #[test]
    fn names_are_found_within_names() {
        let names = ["acme", "acme crm", "acme crm enterprise suite", "crm", "海港备份"];
        let summaries = names.iter().enumerate().map(|(position, name)| {
            let key = Key::new(&format!("p-{position}")).unwrap();
            let mut product = Product::new(key, DeliveryMethod::Saas);
            product.fields.set(ProductField::Name, Some(Value::Text((*name).to_owned())));
            Summary::of(&Desired::of(product)).unwrap()
        });
        let summaries: Vec<Summary> = summaries.collect();
        let software: BTreeMap<String, &Summary> =
            summaries.iter().map(|summary| (summary.display_name().to_owned(), summary)).collect();
        let found = |name: &str| named(&software, name).map(|found| found.display_name().to_owned());
        assert_eq!(found("acme crm enterprise kickstart").as_deref(), Some("acme crm"));
        assert_eq!(found("the acme kickstart").as_deref(), Some("acme"));
        assert_eq!(found("acmecrm crm").as_deref(), Some("crm"));
        assert_eq!(found("为海港备份实施").as_deref(), Some("海港备份"));
        for none in ["acmes crms", "acm", "", "海港"] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
