//! What a modification of a released product cannot change (reference 4.1).

use super::{Case, Check};
use crate::model::{
    AttributeKind, BillingMode, DeliveryMethod, Edit, Item, ProductField, Quantity, SpecificationField, Value,
};
use crate::released::ProductStatus;
use crate::submission::SubmissionKind;

pub(super) const CHECKS: &[Check] = &[
    Check::case(8, "a change to a product whose specifications are all removed", nothing_left),
    Check::case(9, "a product field that no modification can change", closed_field),
    Check::case(0, "a field that is not part of the release form", later_field).unnumbered(),
    Check::case(10, "another delivery method", delivery),
    Check::case(17, "an added billing mode other than monthly to yearly or back", added_mode),
    Check::case(18, "a billing mode changed into another", changed_mode),
    Check::case(19, "a billing mode taken away", removed_mode),
    Check::case(23, "another step of a quantity", step),
    Check::case(25, "service supervision switched", supervision),
    Check::case(26, "a trial switched", trial_status),
    Check::case(27, "other trial days", trial_days),
    Check::case(37, "another application credential", credential),
    Check::case(38, "a credential of another product", shared_credential),
    Check::case(39, "not exactly one interface address", interface_address),
    Check::case(42, "another set of attributes on a released specification", attributes),
    Check::case(46, "a paid image set to free", free_image),
    Check::case(91, "another pricing template", template),
    Check::case(101, "a trial whitelist before the trial is approved", trial_whitelist),
    Check::case(131, "sales regions in a modification", regions),
    Check::case(133, "a smaller quantity range", range),
];

fn is_closed(edit: Edit) -> bool {
    match edit {
        Edit::Frozen | Edit::Doubtful => true,
        Edit::Reviewed | Edit::Separate | Edit::Asset | Edit::Undocumented => false,
    }
}

fn nothing_left(case: &Case<'_>) -> Vec<String> {
    let Some(before) = case.before.filter(|_| case.is_modification()) else { return Vec::new() };
    let consulting = before.delivery == DeliveryMethod::ConsultingService;
    let touches = case.operations.iter().any(|operation| operation.item.specification().is_some());
    if consulting || !touches || before.live().next().is_some() {
        return Vec::new();
    }
    vec![format!(
        "All specifications of {} are removed, so none can be added or changed; release a new product.",
        before.key
    )]
}

/// Whether a released field's value would change.
fn changes(case: &Case<'_>, field: ProductField) -> bool {
    case.before.is_some_and(|before| before.fields.value(field) != case.after.fields.value(field))
}

/// Fields that are frozen or changed elsewhere, except those with a rule of their own.
fn closed_field(case: &Case<'_>) -> Vec<String> {
    use ProductField as Field;
    let own_rule = [Field::ServiceSupervision, Field::Credential, Field::SalesRegions, Field::FreeImage];
    let fields = ProductField::ALL.iter().filter(|field| !own_rule.contains(field) && changes(case, **field));
    let mut faults: Vec<String> = fields
        .filter_map(|field| match case.site.edit(*field) {
            Edit::Frozen | Edit::Doubtful => {
                Some(format!("{} of a released product cannot be changed.", field.info().console))
            }
            Edit::Separate => {
                Some(format!("{} is changed by its own console operation.", field.info().console))
            }
            Edit::Asset => Some(format!("{} is changed on the asset.", field.info().console)),
            Edit::Reviewed | Edit::Undocumented => None,
        })
        .collect();
    let own_rule = [SpecificationField::TrialDays, SpecificationField::TrialWhitelist];
    for (key, before, after) in case.kept() {
        for field in SpecificationField::ALL.iter().filter(|field| !own_rule.contains(field)) {
            let closed = match case.site.edit_specification(*field) {
                Edit::Frozen | Edit::Doubtful | Edit::Separate | Edit::Asset => true,
                Edit::Reviewed | Edit::Undocumented => false,
            };
            if closed && before.fields.value(*field) != after.fields.value(*field) {
                let (name, spec) = (field.info().console, after.called(key));
                faults.push(format!("{name} of specification {spec} is not changed by a modification."));
            }
        }
    }
    faults
}

/// What is set after the release by operations of its own (reference 3.4).
fn later_field(case: &Case<'_>) -> Vec<String> {
    use ProductField as Field;
    let mut faults = Vec::new();
    if case.before.is_none() {
        let own_rule = [Field::FreeImage];
        let stated = ProductField::ALL.iter().filter(|field| case.after.fields.value(**field).is_some());
        for field in stated.filter(|field| !own_rule.contains(field)) {
            if case.site.edit(*field) == Edit::Separate {
                faults.push(format!("{} is set after the release.", field.info().console));
            }
        }
    }
    let known = |key| case.before.is_some_and(|row| row.specifications.contains_key(key));
    for (key, row) in case.after.live().filter(|(key, _)| !known(*key)) {
        let own_rule = SpecificationField::TrialWhitelist;
        for field in SpecificationField::ALL.iter().filter(|field| **field != own_rule) {
            if case.site.edit_specification(*field) == Edit::Separate && row.fields.value(*field).is_some() {
                let (name, spec) = (field.info().console, row.called(key));
                faults.push(format!("{name} of specification {spec} is set after the release."));
            }
        }
    }
    faults
}

fn delivery(case: &Case<'_>) -> Vec<String> {
    let Some(before) = case.before else { return Vec::new() };
    if before.delivery == case.after.delivery || case.site.allow_delivery_method_change {
        return Vec::new();
    }
    let (from, to) = (before.delivery, case.after.delivery);
    vec![format!("The delivery method of a released product cannot change from {from} to {to}.")]
}

fn added_mode(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept() {
        let addable = |mode: &BillingMode| {
            before
                .modes
                .iter()
                .any(|has| case.site.addable_billing_modes.get(has).is_some_and(|may| may.contains(mode)))
        };
        for mode in after.modes.difference(&before.modes).filter(|mode| !addable(mode)) {
            let name = after.called(key);
            faults.push(format!(
                "{mode} cannot be added to the released specification {name}; add a new specification."
            ));
        }
    }
    faults
}

/// Nobody says that the set may change (reference, open question 9), so it may not. Library attributes are copied.
fn attributes(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept().filter(|(_, before, after)| before.template == after.template) {
        let name = after.called(key);
        for code in after.attributes.keys().filter(|code| !before.attributes.contains_key(*code)) {
            faults.push(format!("Attribute {code} cannot be added to the released specification {name}."));
        }
        for (code, held) in &before.attributes {
            let fault = match (&held.kind, after.attributes.get(code).map(|attribute| &attribute.kind)) {
                (AttributeKind::Enumeration(sold), Some(AttributeKind::Enumeration(left))) => sold
                    .keys()
                    .find(|value| !left.contains_key(*value))
                    .map(|value| format!("Value {value} of attribute {code} cannot be taken from")),
                (AttributeKind::Quantity(_), Some(AttributeKind::Quantity(_))) => None,
                (_, Some(_)) => Some(format!("The kind of attribute {code} cannot change in")),
                (_, None) => Some(format!("Attribute {code} cannot be taken from")),
            };
            faults.extend(fault.map(|fault| format!("{fault} the released specification {name}.")));
        }
    }
    faults
}

fn changed_mode(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept() {
        let gone = before.modes.difference(&after.modes).next();
        let come = after.modes.difference(&before.modes).next();
        if let (Some(gone), Some(come)) = (gone, come) {
            let name = after.called(key);
            faults.push(format!(
                "The billing mode of specification {name} cannot change from {gone} to {come}."
            ));
        }
    }
    faults
}

fn removed_mode(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept() {
        for mode in before.modes.difference(&after.modes) {
            let name = after.called(key);
            faults.push(format!("{mode} cannot be taken from the released specification {name}."));
        }
    }
    faults
}

/// Ranges of quantity attributes before and after, where both are.
fn ranges(case: &Case<'_>) -> Vec<(String, Quantity, Quantity)> {
    let mut ranges = Vec::new();
    for (key, before, after) in case.kept() {
        for (code, attribute) in &before.attributes {
            let AttributeKind::Quantity(held) = &attribute.kind else { continue };
            let to = after.attributes.get(code).map(|attribute| &attribute.kind);
            let Some(AttributeKind::Quantity(to)) = to else { continue };
            let name = format!("\"{}\" of specification {}", attribute.name, after.called(key));
            ranges.push((name, *held, *to));
        }
    }
    ranges
}

fn step(case: &Case<'_>) -> Vec<String> {
    let changed = ranges(case).into_iter().filter(|(_, from, to)| to.step != from.step);
    changed.map(|(name, _, _)| format!("The step of {name} cannot be modified.")).collect()
}

fn range(case: &Case<'_>) -> Vec<String> {
    if case.site.allow_quantity_range_shrink {
        return Vec::new();
    }
    let shrinks = |from: Quantity, to: Quantity| to.min > from.min || to.max < from.max;
    let shrunk = ranges(case).into_iter().filter(|(_, from, to)| shrinks(*from, *to));
    shrunk.map(|(name, _, _)| format!("The range of {name} can only grow.")).collect()
}

fn supervision(case: &Case<'_>) -> Vec<String> {
    let field = ProductField::ServiceSupervision;
    let held = |row: &crate::sandbox::ProductRow| row.fields.flag(field).unwrap_or(false);
    let changed = case.before.is_some_and(|before| held(before) != held(case.after));
    if changed && is_closed(case.site.edit(field)) {
        return vec!["Involve Service Supervision cannot be modified after the release.".to_owned()];
    }
    Vec::new()
}

/// Trial days before and after of specifications whose trial differs.
fn trials(case: &Case<'_>) -> Vec<(String, Option<i64>, Option<i64>)> {
    let field = SpecificationField::TrialDays;
    if !is_closed(case.site.edit_specification(field)) {
        return Vec::new();
    }
    let days = |row: &crate::sandbox::SpecificationRow| row.fields.integer(field);
    case.kept()
        .filter(|(_, before, after)| days(before) != days(after))
        .map(|(key, before, after)| (after.called(key), days(before), days(after)))
        .collect()
}

fn trial_status(case: &Case<'_>) -> Vec<String> {
    let switched = trials(case).into_iter().filter(|(_, from, to)| from.is_some() != to.is_some());
    switched
        .map(|(name, _, _)| format!("The trial of the released specification {name} cannot be switched."))
        .collect()
}

fn trial_days(case: &Case<'_>) -> Vec<String> {
    let changed = trials(case).into_iter().filter(|(_, from, to)| from.is_some() && to.is_some());
    changed
        .map(|(name, _, _)| format!("The trial days of the released specification {name} cannot be changed."))
        .collect()
}

fn trial_whitelist(case: &Case<'_>) -> Vec<String> {
    let field = SpecificationField::TrialWhitelist;
    let mut faults = Vec::new();
    for (key, after) in case.after.live() {
        let before = case.before.and_then(|row| row.specifications.get(key));
        let held = before.and_then(|row| row.fields.value(field));
        if held != after.fields.value(field) {
            let name = after.called(key);
            faults
                .push(format!("The trial whitelist of {name} is set by itself after the trial is approved."));
        }
    }
    faults
}

fn credential(case: &Case<'_>) -> Vec<String> {
    if changes(case, ProductField::Credential) && is_closed(case.site.edit(ProductField::Credential)) {
        return vec!["The linked application credential cannot be modified after the release.".to_owned()];
    }
    Vec::new()
}

fn shared_credential(case: &Case<'_>) -> Vec<String> {
    let field = ProductField::Credential;
    let Some(credential) = case.after.fields.text(field) else { return Vec::new() };
    if case.before.is_some_and(|row| row.fields.text(field) == Some(credential)) {
        return Vec::new();
    }
    let mut others = case.state.products.values().filter(|row| {
        row.id != case.after.id
            && row.status != ProductStatus::Discontinued
            && row.fields.text(field) == Some(credential)
    });
    // A product that is only applied for has claimed its credential too.
    let mut claims = case.state.pending().filter(|other| {
        other.product != case.after.key
            && other.operations(None).iter().any(|operation| match &operation.to {
                Some(Value::Product(content)) => content.fields.text(field) == Some(credential),
                _ => false,
            })
    });
    let other = others.next().map(|row| &row.key).or_else(|| claims.next().map(|other| &other.product));
    other.map(|other| format!("Credential {credential} serves {other} already.")).into_iter().collect()
}

/// One address serves all scenarios: never several, a release has one, and a product that has one keeps one.
fn interface_address(case: &Case<'_>) -> Vec<String> {
    let field = ProductField::InterfaceUrl;
    let before = case.before.and_then(|row| row.fields.text(field));
    let after = case.after.fields.text(field);
    let untouched = case.before.is_some() && before == after;
    if untouched || case.after.delivery != DeliveryMethod::Saas {
        return Vec::new();
    }
    let several = after.is_some_and(|url| url.trim().contains([' ', ',', ';', '\n', '|']));
    if several || after.is_none() {
        return vec!["A SaaS product has exactly one production system API URL.".to_owned()];
    }
    Vec::new()
}

fn free_image(case: &Case<'_>) -> Vec<String> {
    let field = ProductField::FreeImage;
    let was = case.before.is_some_and(|row| row.fields.flag(field) == Some(true));
    let is = case.after.fields.flag(field) == Some(true);
    if was && !is && case.submission.kind == SubmissionKind::Modify {
        return vec!["A free image cannot be charged for again.".to_owned()];
    }
    // It costs nothing already, and is not to be priced in the same breath.
    let costs = [case.before.unwrap_or(case.after), case.after];
    if !was && is && !costs.into_iter().all(super::image::costs_nothing) {
        return vec!["Only an image whose price is 0 can be set to free.".to_owned()];
    }
    Vec::new()
}

fn template(case: &Case<'_>) -> Vec<String> {
    let changed = case.kept().filter(|(_, before, after)| before.template != after.template);
    changed
        .map(|(key, _, after)| {
            format!("The pricing template of the released specification {} cannot change.", after.called(key))
        })
        .collect()
}

fn regions(case: &Case<'_>) -> Vec<String> {
    let asked =
        case.operations.iter().any(|operation| operation.item == Item::Field(ProductField::SalesRegions));
    if asked && changes(case, ProductField::SalesRegions) {
        return vec!["Sales regions are set in the operation column of My Products.".to_owned()];
    }
    Vec::new()
}
