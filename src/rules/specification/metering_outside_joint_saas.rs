//! R102: A product meters usage or sells packages and is not joint-operations SaaS.

use crate::diagnostic::{Finding, Severity};
use crate::model::{BillingMode, DeliveryMethod, Item, ProductField, SalesType, Template};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "metering-outside-joint-saas",
        numbers: &[102],
        basis: Basis::Stated,
        source: "PPU, PKG",
        sites: &[],
        level: Severity::Error,
        what: "A product meters usage or sells packages and is not joint-operations SaaS.",
        why: "Pay-per-use and packages are for joint-operations SaaS; images alone may meter as well.",
        example: "delivery: saas\nsalesType: common\nspecifications:\n  - {key: metered, template: pay-per-use, factors: [...]}",
        instead: "Sell it as joint operations after the extra certification, or by period or once.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let method = content.product.delivery;
    if method == DeliveryMethod::Hardware {
        return Vec::new();
    }
    let meters = |table: &BTreeMap<DeliveryMethod, BTreeSet<BillingMode>>| {
        table.get(&method).is_some_and(|modes| modes.contains(&BillingMode::PayPerUse))
    };
    let kind = content.text(ProductField::SalesType);
    // A sales type left out may be either, unless the product is new: then it is a common one.
    let common = kind == Some(SalesType::Common.name()) || content.lacks(ProductField::SalesType);
    let joint = meters(&content.site.billing_modes_joint) && !common;
    let metering = meters(&content.site.billing_modes) || joint;
    let mut found = Vec::new();
    for (key, specification) in content.specifications() {
        let modes = specification.modes.iter().flatten();
        let metered = specification.template == Some(Template::PayPerUse)
            || modes.into_iter().any(|mode| *mode == BillingMode::PayPerUse);
        if metered && !metering {
            let item = match specification.template {
                Some(Template::PayPerUse) => Item::Template(key.clone()),
                _ => Item::BillingMode(key.clone(), BillingMode::PayPerUse),
            };
            found.push(RULE.finding(
                &item,
                format!("`{key}` is paid per use, which needs joint-operations SaaS"),
                "",
            ));
        }
        if let (Some((package, _)), false) = (specification.packages.iter().flatten().next(), joint) {
            let item = Item::Package(key.clone(), package.clone());
            found.push(RULE.finding(
                &item,
                format!("`{key}` has packages, which need joint-operations SaaS"),
                "",
            ));
        }
    }
    found
}
