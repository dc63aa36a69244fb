//! A whole specification as steps, and the parts of one.

use super::values::{choose, field, label, new, now, step, value};
use super::{Desk, Part, Step, form, words};
use crate::model::{
    Attribute, AttributeKind, BillingFactor, BillingMode, Cell, Key, Package, Price, SkuKey, Specification,
    SpecificationField, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that enter a specification from nothing.
pub(super) fn whole(desk: &Desk<'_>, specification: &Specification) -> Vec<Step> {
    let mut steps = vec![add(desk, specification)];
    steps.extend(template(desk, specification));
    for (name, stated) in specification.fields.iter() {
        if name != SpecificationField::Name {
            steps.extend(stated.as_ref().map(|to| spec_field(desk, name, None, Some(to))));
        }
    }
    for (code, attribute) in specification.attributes.iter().flatten() {
        steps.push(add_attribute(desk, code, attribute));
    }
    for mode in specification.modes.iter().flatten() {
        steps.push(step(
            desk,
            "Tick the {} {}.",
            "勾选{}{}。",
            vec![label(words::billing_mode()), label(words::mode(*mode))],
        ));
    }
    steps.extend(generate_skus(desk, specification));
    for (cell, price) in specification.prices.iter().flatten() {
        steps.push(enter_price(desk, Some(specification), cell, None, price));
    }
    for (key, factor) in specification.factors.iter().flatten() {
        steps.push(enter_factor(desk, key, factor));
    }
    for (key, package) in specification.packages.iter().flatten() {
        steps.push(enter_package(desk, key, package));
    }
    steps
}

fn add(desk: &Desk<'_>, specification: &Specification) -> Step {
    let mut step = step(
        desk,
        "Choose {} and enter this name.",
        "点击{}，填写规格名称。",
        vec![label(words::add_specification())],
    );
    step.blocks.push(new(desk, specification.display_name().to_owned()));
    step
}

/// The console makes a SKU of every combination of values; only those that are sold are ticked.
fn generate_skus(desk: &Desk<'_>, specification: &Specification) -> Option<Step> {
    let cells = specification.prices.iter().flat_map(BTreeMap::keys);
    let sold: BTreeSet<&SkuKey> =
        cells.map(|cell| &cell.sku).filter(|sku| !sku.values().is_empty()).collect();
    if sold.is_empty() {
        return None;
    }
    let mut step = step(
        desk,
        "Generate the SKUs and tick each {} of this list, and no other.",
        "生成SKU，勾选列表中的每个{}，不勾选其他。",
        vec![label(words::sku())],
    );
    let names: Vec<String> = sold.into_iter().map(|each| sku(Some(specification), each)).collect();
    step.blocks.push(new(desk, names.join("\n")));
    Some(step)
}

/// The pricing template, where the specification or its parts call for one.
fn template(desk: &Desk<'_>, specification: &Specification) -> Option<Step> {
    let template = specification.template?;
    Some(choose(desk, words::template(), None, words::pricing_template(template)))
}

/// A single value of a specification; whether it is public is a choice of its own.
pub(super) fn spec_field(
    desk: &Desk<'_>,
    name: SpecificationField,
    from: Option<&Value>,
    to: Option<&Value>,
) -> Step {
    let info = name.info();
    let console = words::Label::new(info.console, info.console_cn);
    if name == SpecificationField::Public {
        let word = |value: &Value| match value.as_flag() {
            Some(false) => words::Label::new("Hidden", "隐藏"),
            _ => words::Label::new("Public", "公开"),
        };
        return choose(
            desk,
            console,
            from.map(word),
            to.map_or_else(|| words::Label::new("Public", "公开"), word),
        );
    }
    field(desk, console, from, to)
}

/// A SKU by the names buyers see, with the keys it is recorded by: `Edition Pro (edition=pro)`.
pub(super) fn sku(specification: Option<&Specification>, sku: &SkuKey) -> String {
    let named = |(code, chosen): (&Key, &Key)| {
        let attribute = specification.and_then(|found| found.attributes.as_ref()?.get(code));
        let name = attribute.map_or(code.as_str(), |attribute| attribute.name.as_str());
        let label = match attribute.map(|attribute| &attribute.kind) {
            Some(AttributeKind::Enumeration(labels)) => labels.get(chosen).map(String::as_str),
            _ => None,
        };
        format!("{name} {}", label.unwrap_or(chosen.as_str()))
    };
    let names: Vec<String> = sku.values().iter().map(named).collect();
    format!("{} ({sku})", names.join(", "))
}

/// Enters the price of a cell.
pub(super) fn enter_price(
    desk: &Desk<'_>,
    specification: Option<&Specification>,
    cell: &Cell,
    from: Option<&Price>,
    to: &Price,
) -> Step {
    let Cell { sku: of, mode } = cell;
    let mut parts = vec![label(words::price()), label(words::mode(*mode)), value(desk.currency.as_str())];
    let mut step = if of.values().is_empty() {
        step(desk, "Enter the {}, {}, in {}.", "填写{}（{}），币种{}。", parts)
    } else {
        parts.push(label(words::sku()));
        parts.push(value(sku(specification, of)));
        step(desk, "Enter the {}, {}, in {}, of {} {}.", "填写{}（{}），币种{}，{}为{}。", parts)
    };
    step.blocks.extend(from.map(|from| now(desk, form::price(desk, from))));
    step.blocks.push(new(desk, form::price(desk, to)));
    step
}

/// Adds an attribute with its choices or its range.
pub(super) fn add_attribute(desk: &Desk<'_>, code: &Key, attribute: &Attribute) -> Step {
    let mut added = step(
        desk,
        "Add the {} with code {}.",
        "添加{}，编码{}。",
        vec![label(words::attribute()), value(code.as_str())],
    );
    added.blocks = form::to_enter(desk, form::attribute(desk, attribute));
    added
}

/// Adds or replaces a billing factor.
pub(super) fn enter_factor(desk: &Desk<'_>, key: &Key, factor: &BillingFactor) -> Step {
    let mut entered =
        step(desk, "Enter the {} {}.", "填写{}{}。", vec![label(words::factor()), value(key.as_str())]);
    entered.blocks = form::to_enter(desk, form::factor(desk, factor));
    entered
}

/// Adds or replaces a package.
pub(super) fn enter_package(desk: &Desk<'_>, key: &Key, package: &Package) -> Step {
    let mut entered =
        step(desk, "Enter the {} {}.", "填写{}{}。", vec![label(words::package()), value(key.as_str())]);
    entered.blocks = form::to_enter(desk, form::package(desk, package));
    entered
}

/// Prices of several cells, for a SKU or a billing mode that is added.
pub(super) fn enter_prices(
    desk: &Desk<'_>,
    specification: Option<&Specification>,
    prices: &BTreeMap<Cell, Price>,
) -> Vec<Step> {
    prices.iter().map(|(cell, price)| enter_price(desk, specification, cell, None, price)).collect()
}

/// Adds a billing mode.
pub(super) fn add_mode(desk: &Desk<'_>, mode: BillingMode) -> Step {
    let parts = vec![label(words::billing_mode()), label(words::mode(mode))];
    step(desk, "Tick the {} {}.", "勾选{}{}。", parts)
}

/// The heading of a specification's part of a form.
pub(super) fn heading(desk: &Desk<'_>, key: &Key, name: &str) -> Vec<Part> {
    words::say(
        desk.language,
        "{} {} (key {})",
        "{} {}（key {}）",
        vec![label(words::specification()), value(name), value(key.as_str())],
    )
}
