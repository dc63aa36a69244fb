//! Taking things off the catalog (reference 4.2).

use super::{Case, Check};
use crate::model::{AttributeKind, Item, Key, SkuKey};
use crate::sandbox::SpecificationRow;
use crate::submission::{Operation, OperationKind, SubmissionKind};

pub(super) const CHECKS: &[Check] = &[
    Check::case(5, "a released specification deleted by a modification", deleted),
    Check::case(6, "a removal by another form than the removal's", other_form),
    Check::case(7, "additions and removals in one application", mixed),
    Check::case(43, "a SKU taken away without removal", sku_deleted),
    Check::case(47, "a specification left without SKUs", hollow),
    Check::case(50, "a discontinued specification or SKU brought back or changed", brought_back),
    Check::case(52, "the last specification removed without the product", last),
    Check::case(53, "a removal without a reason", reason),
    Check::case(54, "a second removal of the same thing", twice),
    Check::entry(59, "a removal form with other things than one type of removal", form),
    Check::case(0, "a billing factor taken away", factor).unnumbered(),
];

fn is_removal(operation: &Operation) -> bool {
    operation.kind.is_irreversible()
}

fn is_addition(operation: &Operation) -> bool {
    matches!(operation.kind, OperationKind::AddSpecification | OperationKind::AddSku)
}

fn deleted(case: &Case<'_>) -> Vec<String> {
    if !case.is_modification() || case.retires() {
        return Vec::new();
    }
    let gone = case.leaving();
    gone.map(|(key, row)| format!("The released specification {} cannot be deleted.", row.called(key)))
        .collect()
}

fn other_form(case: &Case<'_>) -> Vec<String> {
    if case.submission.kind == SubmissionKind::Remove || !case.operations.iter().any(is_removal) {
        return Vec::new();
    }
    vec!["Things are taken off the catalog with Remove on My Products, not by a modification.".to_owned()]
}

fn mixed(case: &Case<'_>) -> Vec<String> {
    if case.operations.iter().any(is_removal) && case.operations.iter().any(is_addition) {
        return vec!["Add first; remove after the addition is approved.".to_owned()];
    }
    Vec::new()
}

/// SKUs on sale before that would not be after, or whose attribute value would be gone.
fn lost_skus<'a>(before: &'a SpecificationRow, after: &SpecificationRow) -> Vec<&'a SkuKey> {
    let named = |sku: &SkuKey| {
        sku.values().iter().all(|(code, value)| {
            match after.attributes.get(code).map(|attribute| &attribute.kind) {
                Some(AttributeKind::Enumeration(values)) => values.contains_key(value),
                Some(AttributeKind::Quantity(_)) | None => false,
            }
        })
    };
    let sold = |sku: &SkuKey| after.live_skus().any(|live| live == sku);
    // A SKU whose values were never described is not lost by what stays undescribed.
    let described = |sku: &SkuKey| sku.values().keys().all(|code| before.attributes.contains_key(code));
    before.live_skus().filter(|sku| !sold(sku) || (described(sku) && !named(sku))).collect()
}

fn sku_deleted(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept() {
        for sku in lost_skus(before, after) {
            let asked = case.submission.kind == SubmissionKind::Remove
                && case
                    .operations
                    .iter()
                    .any(|operation| operation.item == Item::Sku(key.clone(), sku.clone()));
            if !asked {
                let name = after.called(key);
                faults.push(format!("SKU {sku} of {name} is taken away by a removal only."));
            }
        }
    }
    faults
}

fn hollow(case: &Case<'_>) -> Vec<String> {
    let hollow = case.kept().filter(|(_, before, after)| {
        before.live_skus().next().is_some() && after.live_skus().next().is_none()
    });
    hollow
        .map(|(key, _, after)| {
            format!("{} would have no SKU left; remove the specification.", after.called(key))
        })
        .collect()
}

fn brought_back(case: &Case<'_>) -> Vec<String> {
    let Some(before) = case.before else { return Vec::new() };
    let mut faults: Vec<String> = Vec::new();
    for operation in case.operations {
        let Some(key) = operation.item.specification() else { continue };
        let Some(row) = before.specifications.get(key) else { continue };
        let sku = match &operation.item {
            Item::Sku(_, sku) => row.skus.get(sku),
            Item::Price(_, cell) => row.skus.get(&cell.sku),
            _ => None,
        };
        let name = row.called(key);
        if row.discontinued {
            faults
                .push(format!("Specification {name} is discontinued for ever; nothing can be done with it."));
        } else if sku.is_some_and(|sku| sku.discontinued) {
            faults.push(format!("A SKU of {name} is discontinued for ever; nothing can be done with it."));
        }
    }
    faults.dedup();
    faults
}

fn last(case: &Case<'_>) -> Vec<String> {
    if case.retires() || case.leaving().next().is_none() || case.after.live().next().is_some() {
        return Vec::new();
    }
    vec![
        "This would remove the last specification and with it the product; remove the product instead."
            .to_owned(),
    ]
}

fn reason(case: &Case<'_>) -> Vec<String> {
    let missing = |operation: &&Operation| {
        is_removal(operation) && operation.reason.as_ref().is_none_or(|reason| reason.trim().is_empty())
    };
    if case.operations.iter().any(|operation| missing(&operation)) {
        return vec!["A removal needs a reason.".to_owned()];
    }
    Vec::new()
}

fn twice(case: &Case<'_>) -> Vec<String> {
    let Some(before) = case.before else { return Vec::new() };
    let mut faults = Vec::new();
    for other in case.state.pending().filter(|other| other.kind == SubmissionKind::Remove) {
        if !other.is_about(Some(&before.id), &before.key) {
            continue;
        }
        let asked: Vec<Operation> = other.operations(Some(before));
        let same = |operation: &&Operation| asked.iter().any(|other| other.item == operation.item);
        if case.operations.iter().filter(|operation| is_removal(operation)).any(|operation| same(&operation))
        {
            faults.push(format!("{} asks for the same removal and is {}.", other.id, other.standing.word()));
        }
    }
    faults
}

/// The removal form takes the product, or specifications and SKUs; nothing else.
fn form(case: &Case<'_>) -> Vec<String> {
    let retires = case.operations.iter().any(|operation| operation.kind == OperationKind::RetireProduct);
    let fault = match case.submission.kind {
        SubmissionKind::Remove if !case.operations.iter().all(is_removal) => {
            "A removal form holds removals only; edits go into a modification."
        }
        SubmissionKind::Remove if retires && case.operations.len() > 1 => {
            "A removal takes either the product or specifications, not both."
        }
        SubmissionKind::Release | SubmissionKind::Modify if retires => {
            "A product is taken off the catalog with Remove on My Products."
        }
        SubmissionKind::Remove | SubmissionKind::Release | SubmissionKind::Modify => return Vec::new(),
    };
    vec![fault.to_owned()]
}

fn factor(case: &Case<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, before, after) in case.kept() {
        let gone: Option<&Key> = before.factors.keys().find(|factor| !after.factors.contains_key(*factor));
        if let Some(factor) = gone {
            let name = after.called(key);
            faults.push(format!(
                "Billing factor {factor} cannot be taken from the released specification {name}."
            ));
        }
    }
    faults
}
