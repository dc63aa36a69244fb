//! What a specification and its product must be like (reference 4.5 and the forms).

use super::{Case, Check};
use crate::model::{
    AttributeKind, BillingMode, DeliveryMethod, ProductField, SpecificationField, UpgradeRule,
};
use crate::sandbox::{ProductRow, SpecificationRow};
use crate::site::SiteProfile;

pub(super) const CHECKS: &[Check] = &[
    Check::product(0, "a delivery method the site does not have", delivery).unnumbered(),
    Check::case(0, "a product without specifications", none).unnumbered(),
    Check::product(0, "a specification without a billing mode", no_mode).unnumbered(),
    Check::product(0, "a billing mode the delivery method does not have", mode).unnumbered(),
    Check::product(76, "hardware that is not a common product", hardware_type),
    Check::product(77, "hardware not charged by quantity, or with quantity attributes", hardware_charge),
    Check::product(90, "a licence both by period and one-time", license_modes),
    Check::product(94, "a reserved attribute name", reserved),
    Check::product(97, "a trial for another delivery method", trial_method),
    Check::product(98, "a trial without a period, or for one-time billing", trial_billing),
    Check::product(99, "trial days out of range", trial_range),
    Check::case(109, "a long specification name", name_length),
    Check::product(111, "another sharing rule for a common product", sharing),
    Check::case(112, "an upgrade rule between other things than period SKUs of one specification", upgrade),
    Check::product(114, "too large an expansion step", expansion),
    Check::product(128, "too many extension parameters", extension),
];

/// One sentence per specification on sale that fails.
fn each(row: &ProductRow, fault: impl Fn(&SpecificationRow, String) -> Option<String>) -> Vec<String> {
    row.live().filter_map(|(key, specification)| fault(specification, specification.called(key))).collect()
}

fn delivery(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if site.delivery_methods.contains(&row.delivery) {
        return Vec::new();
    }
    vec![format!("{} products cannot be released at this site.", row.delivery)]
}

fn none(case: &Case<'_>) -> Vec<String> {
    let needs = case.after.delivery != DeliveryMethod::ConsultingService && case.before.is_none();
    if needs && case.after.specifications.is_empty() {
        return vec!["A product needs at least one specification.".to_owned()];
    }
    Vec::new()
}

fn no_mode(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if row.delivery == DeliveryMethod::ConsultingService {
        return Vec::new();
    }
    each(row, |held, name| {
        held.modes.is_empty().then(|| format!("Specification {name} has no billing mode."))
    })
}

/// Whether products like this may bill this way (reference 2.3).
pub(super) fn may_bill(site: &SiteProfile, row: &ProductRow, mode: BillingMode) -> bool {
    let common = site.billing_modes.get(&row.delivery).is_some_and(|modes| modes.contains(&mode));
    let joint = site.billing_modes_joint.get(&row.delivery).is_some_and(|modes| modes.contains(&mode));
    common || (joint && row.is_joint())
}

fn mode(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    // Metering has a rule of its own (R102), and so has hardware (R77).
    let own_rule =
        |mode: BillingMode| mode == BillingMode::PayPerUse || row.delivery == DeliveryMethod::Hardware;
    each(row, |held, name| {
        let mode = held.modes.iter().find(|mode| !own_rule(**mode) && !may_bill(site, row, **mode))?;
        Some(format!("{} products have no {mode} billing (specification {name}).", row.delivery))
    })
}

fn hardware_type(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if row.delivery == DeliveryMethod::Hardware && row.is_joint() {
        return vec!["Hardware is a common product.".to_owned()];
    }
    Vec::new()
}

fn hardware_charge(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if row.delivery != DeliveryMethod::Hardware {
        return Vec::new();
    }
    each(row, |held, name| {
        let counted = held.attributes.values().any(|held| matches!(held.kind, AttributeKind::Quantity(_)));
        let other = held.modes.iter().any(|mode| *mode != BillingMode::Quantity);
        (counted || other).then(|| {
            format!("Hardware is charged by quantity with enumerated attributes only (specification {name}).")
        })
    })
}

fn license_modes(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if row.delivery != DeliveryMethod::License {
        return Vec::new();
    }
    each(row, |held, name| {
        let period = held.modes.iter().any(|mode| mode.is_period());
        let once = held.modes.contains(&BillingMode::OneTime);
        (period && once)
            .then(|| format!("Licence specification {name} is yearly/monthly or one-time, not both."))
    })
}

fn reserved(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    each(row, |held, name| {
        let is_reserved =
            |text: &str| site.reserved_attributes.iter().any(|held| held.eq_ignore_ascii_case(text));
        let (_, attribute) = held
            .attributes
            .iter()
            .find(|(code, attribute)| is_reserved(&attribute.name) || is_reserved(code.as_str()))?;
        Some(format!("The attribute name \"{}\" is reserved (specification {name}).", attribute.name))
    })
}

fn trial_days(row: &SpecificationRow) -> Option<i64> {
    row.fields.integer(SpecificationField::TrialDays)
}

fn trial_method(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    if site.trial_methods.contains(&row.delivery) {
        return Vec::new();
    }
    each(row, |held, name| {
        trial_days(held).map(|_| format!("{} products have no trial (specification {name}).", row.delivery))
    })
}

fn trial_billing(_: &SiteProfile, row: &ProductRow) -> Vec<String> {
    each(row, |held, name| {
        let once = held.modes.contains(&BillingMode::OneTime);
        let period = held.modes.iter().any(|mode| mode.is_period());
        (trial_days(held).is_some() && (once || !period)).then(|| {
            format!("A trial needs yearly or monthly billing and no one-time billing (specification {name}).")
        })
    })
}

fn trial_range(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let [least, most] = site.trial_days;
    each(row, |held, name| {
        let days = trial_days(held).filter(|days| *days < least || *days > most)?;
        Some(format!("A trial has {least} to {most} days, not {days} (specification {name})."))
    })
}

/// Names that the application brings: what a name was before is not held against it.
fn name_length(case: &Case<'_>) -> Vec<String> {
    let (most, field) = (case.site.specification_name_max, SpecificationField::Name);
    let held = |key| case.before.and_then(|row| row.specifications.get(key)?.fields.text(field));
    let named = case.after.live().filter_map(|(key, row)| Some((key, row, row.fields.text(field)?)));
    let long = named.filter(|(key, _, name)| name.chars().count() > most && held(*key) != Some(*name));
    long.map(|(key, row, _)| {
        format!("A specification name has at most {most} characters: {}.", row.called(key))
    })
    .collect()
}

fn sharing(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let is_standard =
        |rule: &str| site.standard_sharing.iter().any(|held| held.eq_ignore_ascii_case(rule.trim()));
    let other = row.fields.text(ProductField::SharingRule).filter(|rule| !is_standard(rule));
    match other {
        Some(rule) if !row.is_joint() => {
            vec![format!("A common product uses the standard sharing rule, not \"{rule}\".")]
        }
        Some(_) | None => Vec::new(),
    }
}

/// Only rules that are new: what a removal leaves behind dies by itself (R56).
fn upgrade(case: &Case<'_>) -> Vec<String> {
    let row = case.after;
    let possible = |rule: &UpgradeRule| {
        let Some(held) = row.specifications.get(&rule.specification) else { return false };
        let sold = |sku| held.live_skus().any(|live| live == sku);
        row.delivery == DeliveryMethod::Saas
            && !held.discontinued
            && held.modes.iter().any(|mode| mode.is_period())
            && sold(&rule.from)
            && sold(&rule.to)
    };
    let known = |rule: &UpgradeRule| case.before.is_some_and(|row| row.upgrade_rules.contains(rule));
    let wrong = row.upgrade_rules.iter().filter(|rule| !known(rule) && !possible(rule));
    wrong
        .map(|rule| {
            format!(
                "An upgrade goes from one yearly or monthly SKU to another of the same SaaS specification (\"{}\").",
                rule.specification
            )
        })
        .collect()
}

fn expansion(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let most = site.upgrade_expansion_max;
    let wrong = |rule: &&UpgradeRule| rule.expansion.is_some_and(|factor| factor == 0 || factor > most);
    let rules = row.upgrade_rules.iter().filter(wrong);
    rules
        .map(|rule| format!("An expansion step is 1 to {most} times the step (\"{}\").", rule.specification))
        .collect()
}

fn extension(site: &SiteProfile, row: &ProductRow) -> Vec<String> {
    let most = site.extension_parameters_max;
    let count = match row.fields.value(ProductField::ExtensionParameters) {
        // Other products have no such field.
        _ if row.delivery != DeliveryMethod::Saas => 0,
        Some(crate::model::Value::Texts(parameters)) => parameters.len(),
        _ => 0,
    };
    if count > most {
        vec![format!("A product has at most {most} extension parameters, not {count}.")]
    } else {
        Vec::new()
    }
}
