//! Steps only the console can do: values the marketplace keeps outside its release and modification forms.

use super::{ManualKind, ManualStep, Step, StepState};
use crate::diff::Change;
use crate::model::{Canonical, CanonicalWriter, Digest, Edit, Item, Key, Product, Value};
use crate::plan::Action;
use crate::site::SiteProfile;
use crate::submission::{Evidence, EvidenceKind};
use jiff::Timestamp;

/// Whether a change cannot go through a submission.
pub(super) fn is_manual(site: &SiteProfile, item: &Item) -> bool {
    match item {
        Item::Field(field) => matches!(site.edit(*field), Edit::Separate | Edit::Asset),
        Item::SpecificationField(_, field) => {
            matches!(site.edit_specification(*field), Edit::Separate | Edit::Asset)
        }
        Item::UpgradeRule(_) => true,
        Item::Product
        | Item::Delivery
        | Item::Specification(_)
        | Item::Template(_)
        | Item::BillingMode(_, _)
        | Item::Attribute(_, _)
        | Item::AttributeValue(_, _, _)
        | Item::Quantity(_, _)
        | Item::Sku(_, _)
        | Item::Price(_, _)
        | Item::Factor(_, _)
        | Item::Package(_, _) => false,
    }
}

/// Console-only values the definition states, as set or as empty, and the released state does not speak about.
pub(super) fn unseen(site: &SiteProfile, desired: &Product, on_sale: Option<&Product>) -> Vec<Change> {
    let mut found = Vec::new();
    for (field, value) in desired.fields.iter() {
        let known = on_sale.is_some_and(|product| product.fields.states(field));
        if !known && site.edit(field) == Edit::Separate {
            found.push(Change { item: Item::Field(field), from: None, to: value.clone() });
        }
    }
    for (key, specification) in &desired.specifications {
        let released = on_sale.and_then(|product| product.specifications.get(key));
        for (field, value) in specification.fields.iter() {
            let known = released.is_some_and(|found| found.fields.states(field));
            if !known && site.edit_specification(field) == Edit::Separate {
                let item = Item::SpecificationField(key.clone(), field);
                found.push(Change { item, from: None, to: value.clone() });
            }
        }
    }
    if on_sale.is_none_or(|product| product.upgrade_rules.is_none()) {
        for rule in desired.upgrade_rules.iter().flatten() {
            let to = Some(Value::UpgradeRule(rule.clone()));
            found.push(Change { item: Item::UpgradeRule(rule.clone()), from: None, to });
        }
    }
    found
}

/// Everything the definition states that no submission can set.
pub(super) fn stated(site: &SiteProfile, desired: &Product) -> Vec<Change> {
    let change = |item: Item, to: Option<&Value>| Change { item, from: None, to: to.cloned() };
    let own = desired.fields.iter().map(|(field, value)| change(Item::Field(field), value.as_ref()));
    let of_specifications = desired.specifications.iter().flat_map(|(key, specification)| {
        let fields = specification.fields.iter();
        fields.map(|(field, value)| change(Item::SpecificationField(key.clone(), field), value.as_ref()))
    });
    let all = own.chain(of_specifications);
    all.filter(|change| is_manual(site, &change.item)).collect()
}

/// What must be approved before the console offers a change; `None` when it can be made now.
pub(super) fn waits_for(change: &Change, on_sale: Option<&Product>) -> Option<String> {
    let Some(on_sale) = on_sale else { return Some("the product's release".to_owned()) };
    let key = change.item.specification()?;
    let Some(specification) = on_sale.specifications.get(key) else {
        return Some(format!("the approval of specification {key}"));
    };
    let skus = specification.skus();
    match &change.item {
        Item::UpgradeRule(rule) if change.to.is_some() => {
            let missing = [&rule.from, &rule.to].into_iter().find(|sku| !skus.contains(sku))?;
            Some(format!("the approval of SKU {missing} of {key}"))
        }
        _ => None,
    }
}

/// Whether a change is made on an asset: buyers would read of what they cannot have yet, so it goes first.
fn is_of_asset(site: &SiteProfile, item: &Item) -> bool {
    match item {
        Item::Field(field) => site.edit(*field) == Edit::Asset,
        Item::SpecificationField(_, field) => site.edit_specification(*field) == Edit::Asset,
        _ => false,
    }
}

/// How it is known what a field holds on the marketplace.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seen {
    /// The marketplace was asked.
    Asked,
    /// Somebody wrote it down then.
    Recorded(Timestamp),
}

impl Seen {
    /// Whether somebody's word came later. What the marketplace shows counts more than what somebody says; what people
    /// recorded before that does not.
    fn is_older_than(self, found: &Evidence) -> bool {
        match self {
            Self::Asked => false,
            Self::Recorded(at) => found.at >= at,
        }
    }
}

/// The last confirmation about a thing, and whether it is of this very step. Only that one counts: who set it to 6 and
/// then wants 5 again has to set it again.
fn last_word<'e>(evidence: &'e [Evidence], id: &str, of_item: &str) -> Option<(&'e Evidence, bool)> {
    let about = evidence.iter().filter_map(|found| match &found.kind {
        EvidenceKind::Confirmation(confirmed) if confirmed.starts_with(of_item) => {
            Some((found, *confirmed == id))
        }
        _ => None,
    });
    about.max_by_key(|(found, _)| found.at)
}

/// Whether somebody confirmed since that a thing was set to something else than is recorded and wanted.
pub(super) fn was_set_otherwise(product: &Key, change: &Change, seen: Seen, evidence: &[Evidence]) -> bool {
    let (id, of_item) = step_id(product, change);
    last_word(evidence, &id, &of_item).is_some_and(|(found, same)| !same && seen.is_older_than(found))
}

/// The step for a change, unless somebody confirmed that it was done and nothing observed says otherwise.
pub(super) fn step(
    site: &SiteProfile,
    product: &Key,
    change: &Change,
    observed: Option<Seen>,
    evidence: &[Evidence],
    now: Timestamp,
) -> Option<Step> {
    let (id, of_item) = step_id(product, change);
    let counts = |found: &Evidence| observed.is_none_or(|seen| seen.is_older_than(found));
    let last = last_word(evidence, &id, &of_item);
    let is_unset = change.to.as_ref().is_none_or(|value| *value == Value::Flag(false));
    match last {
        Some((found, true)) if found.is_valid_at(now) && counts(found) => return None,
        // What nobody ever set is what a new product has.
        None if observed.is_none() && is_unset => return None,
        _ => {}
    }
    let what = change.item.describe();
    let kind = if is_of_asset(site, &change.item) { ManualKind::Asset } else { ManualKind::Setting };
    let text = match &change.to {
        Some(value) if kind.holds() => format!(
            "under Asset Center add or update a version so that {what} is {value}, with the same region, operating \
             system, disk format and architecture (R87), and wait until it is approved"
        ),
        Some(value) => format!("in the Seller Console set {what} to {value}"),
        None => format!("in the Seller Console clear {what}"),
    };
    let because = match kind.holds() {
        true => "buyers get what the asset holds: what follows waits for it",
        false => {
            "the marketplace keeps this outside its release and modification forms; nothing waits for it"
        }
    };
    let action = Action::Manual(ManualStep { id, text, kind });
    Some(Step { action, state: StepState::Ready, because: because.to_owned() })
}

/// The id of a step, and how the ids of all steps about the same thing begin.
fn step_id(product: &Key, change: &Change) -> (String, String) {
    struct Thing<'a>(&'a Key, &'a Item);
    impl Canonical for Thing<'_> {
        fn write(&self, to: &mut CanonicalWriter) {
            self.0.write(to);
            self.1.write(to);
        }
    }
    struct Identity<'a>(Thing<'a>, &'a Option<Value>);
    impl Canonical for Identity<'_> {
        fn write(&self, to: &mut CanonicalWriter) {
            self.0.write(to);
            self.1.write(to);
        }
    }
    let Change { item, from: _, to } = change;
    let thing = Digest::of("manual", &Thing(product, item)).short();
    let of_item = format!("m-{thing}");
    let value = Digest::of("manual", &Identity(Thing(product, item), to)).short();
    let id = format!("{of_item}{}", value.get(..6).unwrap_or_default());
    (id, of_item)
}
