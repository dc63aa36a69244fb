//! R88: Several products look like editions of one software.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, Key, ProductField};
use crate::rules::alike::alike;
use crate::rules::words::{few_of, lower, quoted};
use crate::rules::{Basis, Check, Rule, RuleDoc, Summaries};
use rayon::prelude::*;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "editions-as-products",
        numbers: &[88],
        basis: Basis::Stated,
        source: "SKU, F-ONE",
        sites: &[],
        level: Severity::Warning,
        what: "Several products look like editions of one software.",
        why: "Editions, modules and scenarios of one software are specifications or SKUs of one product; sold as several products they fill the search and are rejected.",
        example: "# two products\nname: Acme CRM Standard\nname: Acme CRM Enterprise",
        instead: "Sell them as specifications of one product: buyers can then move from one to the other. If they are different software, give them names that say so.",
    },
    check: Check::Catalog(check),
};

/// Words that tell editions apart.
const EDITIONS: &[&str] = &[
    "basic",
    "standard",
    "pro",
    "professional",
    "enterprise",
    "lite",
    "premium",
    "plus",
    "ultimate",
    "advanced",
    "starter",
    "community",
    "edition",
    "version",
];

const EDITIONS_CN: &[&str] =
    &["基础版", "标准版", "专业版", "企业版", "旗舰版", "高级版", "入门版", "社区版", "个人版", "试用版"];

fn check(summaries: &Summaries<'_>) -> Vec<(Key, Finding)> {
    let cores = summaries.products.par_iter().copied().filter_map(|product| {
        let core = core(product.name.as_deref()?);
        (!core.is_empty()).then_some(((product.delivery, core), product))
    });
    let mut found = Vec::new();
    for (_, group) in alike(cores.collect()) {
        for product in &group {
            let others = group.iter().filter(|other| other.key != product.key);
            let named = others.clone().next().filter(|_| group.len() == 2);
            let named = named.map(|other| format!(", {}", quoted(other.display_name())));
            let message = format!(
                "{} looks like an edition of the same software as {}{}",
                quoted(product.display_name()),
                few_of(others.map(|other| other.key.as_str()), group.len() - 1),
                named.unwrap_or_default()
            );
            found.push((product.key.clone(), RULE.finding(&Item::Field(ProductField::Name), message, "")));
        }
    }
    found
}

/// A name without what tells editions apart.
fn core(name: &str) -> String {
    let mut name = lower(name);
    let foreign = if name.is_ascii() { &[][..] } else { EDITIONS_CN };
    for edition in foreign {
        name = name.replace(edition, " ");
    }
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '.');
    let is_number = |word: &str| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    words.filter(|word| !EDITIONS.contains(word) && !is_number(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_and_numbers_do_not_make_another_software() {
        for alike in [
            "Acme CRM",
            "Acme-CRM Enterprise",
            "acme crm standard edition 2.0",
            "AcmeCRM专业版",
            "Acme CRM V3",
        ] {
            assert_eq!(core(alike), "acmecrm", "{alike}");
        }
        assert_eq!(core("Acme CRM Portal"), "acmecrmportal");
        assert_eq!(core("Enterprise 2"), "");
        assert_eq!(core("Desk V"), "deskv");
    }
}
