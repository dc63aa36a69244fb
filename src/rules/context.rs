//! What each kind of rule sees.

use super::Rule;
use crate::diagnostic::Finding;
use crate::diff::Change;
use crate::model::{
    Asset, Cases, DeliveryMethod, Desired, Item, Key, Product, ProductField, Specification,
    SpecificationField, Value,
};
use crate::released::ProductStatus;
use crate::site::SiteProfile;
use crate::submission::Operation;
use std::collections::BTreeMap;

/// What a content rule sees: one product as it is, or as it would be.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// The product without retired and unmanaged parts.
    pub product: &'a Product,
    /// Whether what is not stated is not there: true of a first release. Elsewhere the released value stays, and
    /// whoever looks at a definition alone does not know it.
    pub whole: bool,
    /// The saved debug cases of its interfaces, where they are written down.
    pub cases: Option<&'a Cases>,
}

impl<'a> Content<'a> {
    /// Whether a field certainly has no value.
    #[must_use]
    pub fn lacks(&self, field: ProductField) -> bool {
        match self.product.fields.statement(field) {
            None => self.whole,
            Some(value) => value.is_none(),
        }
    }

    /// The value of a field that products with this delivery method have.
    fn value(&self, field: ProductField) -> Option<&'a Value> {
        let applies = field.info().applies_to(self.product.delivery);
        self.product.fields.value(field).filter(|_| applies)
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, field: ProductField) -> Option<&'a str> {
        self.value(field).and_then(Value::as_text)
    }

    /// The texts of a field that holds a list.
    #[must_use]
    pub fn texts(&self, field: ProductField) -> &'a [String] {
        match self.value(field) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// The file of a field.
    #[must_use]
    pub fn asset(&self, field: ProductField) -> Option<&'a Asset> {
        match self.value(field) {
            Some(Value::Asset(asset)) => Some(asset),
            _ => None,
        }
    }

    /// The files of a field that holds a list of them.
    #[must_use]
    pub fn assets(&self, field: ProductField) -> &'a [Asset] {
        match self.value(field) {
            Some(Value::Assets(assets)) => assets,
            _ => &[],
        }
    }

    /// The specifications, by key.
    pub fn specifications(&self) -> impl Iterator<Item = (&'a Key, &'a Specification)> {
        self.product.specifications.iter()
    }
}

/// What a transition or verify rule sees of one product.
#[derive(Clone, Copy)]
pub struct Transition<'a> {
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// The desired state.
    pub desired: &'a Desired,
    /// The released product; `None` before the first release.
    pub released: Option<Sale<'a>>,
    /// What should be on sale: desired content without retired and unmanaged parts.
    pub wanted: &'a Product,
    /// What is on sale now: released content without discontinued parts.
    pub on_sale: &'a Product,
    /// What would be on sale once all changes are approved: `wanted` over what stays as it is.
    pub expected: &'a Product,
    /// Desired against released, without drift.
    pub changes: &'a [Change],
    /// Removals that the definition asks for.
    pub removals: &'a [Operation],
    /// Where released values came from.
    pub origins: &'a dyn Origins,
    /// What is known of the seller's account.
    pub account: Account,
    /// Whether a release or modification would be submitted, not only done by hand.
    pub submits: bool,
}

/// How a product is on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale<'a> {
    /// State.
    pub status: ProductStatus,
    /// Address of its page, where known.
    pub url: Option<&'a str>,
    /// Whether it is off the catalog, or all of its specifications are.
    pub is_over: bool,
}

/// What a product's plan must know of the account it is planned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// This product would be the first that the account sells.
    pub first_product: bool,
    /// This product would be the first hardware that the account sells.
    pub first_hardware: bool,
}

/// Tells when and how a released value became what it is.
pub trait Origins: Sync {
    /// In words: `approved 2026-11-02 with KG0000000007`.
    fn tell(&self, item: &Item) -> String;
}

impl<'a> Transition<'a> {
    /// The change of a product field, if it changes.
    #[must_use]
    pub fn field(&self, field: ProductField) -> Option<&'a Change> {
        self.changes.iter().find(|change| change.item == Item::Field(field))
    }

    /// Whether a field gets a value with this plan: at a first release, or by a change.
    #[must_use]
    pub fn sets(&self, field: ProductField) -> Option<&'a Value> {
        match self.released {
            None => self.wanted.fields.value(field),
            Some(_) => self.field(field).and_then(|change| change.to.as_ref()),
        }
    }

    /// Ids of assets that this plan names anew, for the product or for specifications, each with the one it takes the
    /// place of.
    #[must_use]
    pub fn named_assets(&self, field: ProductField) -> BTreeMap<&'a str, Option<&'a str>> {
        // Nothing differs from itself.
        if std::ptr::eq(self.wanted, self.on_sale) {
            return BTreeMap::new();
        }
        let own = (self.wanted.fields.text(field), self.on_sale.fields.text(field));
        let of = |product: &'a Product, key| {
            product.specifications.get(key).and_then(|found| found.fields.text(SpecificationField::Asset))
        };
        let each = self.wanted.specifications.keys().map(|key| (of(self.wanted, key), of(self.on_sale, key)));
        let named = std::iter::once(own).chain(each);
        named.filter(|(now, before)| now != before).filter_map(|(now, before)| Some((now?, before))).collect()
    }

    /// Changes of one specification field, with the specification's key.
    pub fn specification_fields(
        &self,
        field: SpecificationField,
    ) -> impl Iterator<Item = (&'a Key, &'a Change)> {
        self.changes.iter().filter_map(move |change| match &change.item {
            Item::SpecificationField(key, changed) if *changed == field => Some((key, change)),
            _ => None,
        })
    }

    /// Specifications that would be added.
    pub fn added_specifications(&self) -> impl Iterator<Item = (&'a Key, &'a Specification)> {
        self.wanted.specifications.iter().filter(|(key, _)| !self.is_on_sale(key))
    }

    /// Whether a specification is on sale now.
    #[must_use]
    pub fn is_on_sale(&self, key: &Key) -> bool {
        self.on_sale.specifications.contains_key(key)
    }

    /// A finding at a change: the label tells the released value and where it came from.
    #[must_use]
    pub fn at(&self, rule: &Rule, change: &Change, message: impl Into<String>) -> Finding {
        rule.finding(&change.item, message, self.released_label(change))
    }

    /// The released value of a change, with where it came from.
    #[must_use]
    pub fn released_label(&self, change: &Change) -> String {
        let released = change.from.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        format!("released: {released}, {}", self.origins.tell(&change.item))
    }
}

/// One product, as rules that compare products see it: little enough to keep it of every product of a large catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its key.
    pub key: Key,
    /// How it is delivered.
    pub delivery: DeliveryMethod,
    /// Its name, if one is stated.
    pub name: Option<String>,
    /// Digest of its software copyright certificate.
    pub certificate: Option<String>,
    /// The name of the certificate's file.
    pub certificate_file: Option<String>,
    /// Address of its production interface.
    pub interface_url: Option<String>,
    /// Its linked application credential.
    pub credential: Option<String>,
}

impl Summary {
    /// What there is to compare of a product that stays or comes on sale; `None` of one that is retired or not managed.
    #[must_use]
    pub fn of(desired: &Desired) -> Option<Self> {
        if desired.retire.is_some() || desired.unmanage.is_some() {
            return None;
        }
        let Product { key, delivery, fields, .. } = &desired.product;
        let text = |field| fields.text(field).map(str::to_owned);
        let certificate = match fields.value(ProductField::Certificate) {
            Some(Value::Asset(file)) => Some(file),
            _ => None,
        };
        Some(Self {
            key: key.clone(),
            delivery: *delivery,
            name: text(ProductField::Name),
            certificate: certificate.map(|file| file.digest.clone()),
            certificate_file: certificate.map(|file| file.name.clone()),
            interface_url: text(ProductField::InterfaceUrl),
            credential: text(ProductField::Credential),
        })
    }

    /// What no other product's definition should have in it.
    pub fn marks(&self) -> impl Iterator<Item = &str> {
        let marks = [Some(self.key.as_str()), self.certificate_file.as_deref(), self.credential.as_deref()];
        let host = self.interface_url.as_deref().and_then(super::words::host);
        marks.into_iter().chain([host]).flatten()
    }

    /// The name, or the key of a product without one.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.key.as_str())
    }
}

/// All products of a catalog at a target that stay or come on sale.
pub struct Summaries<'a> {
    /// What the site allows.
    pub site: &'a SiteProfile,
    /// The products in the order of their keys.
    pub products: Vec<&'a Summary>,
}

/// Something only a person can check before a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// What to check, as a lower-case statement that must be true.
    pub text: String,
    /// What the statement is about, as bytes: a confirmation counts as long as this stays the same.
    pub subject: String,
    /// Days after which a confirmation is stale; `None` where it stays true.
    pub fresh_days: Option<u32>,
    /// Where the definition says what is to be checked.
    pub item: Item,
}

impl Verify {
    /// A check whose confirmation counts as long as the subject stays the same.
    #[must_use]
    pub fn of(text: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { text: text.into(), subject: subject.into(), fresh_days: None, item: Item::Product }
    }

    /// The same at a place of the definition.
    #[must_use]
    pub fn at(self, item: Item) -> Self {
        Self { item, ..self }
    }

    /// The same with a confirmation that grows stale.
    #[must_use]
    pub fn for_days(self, days: u32) -> Self {
        Self { fresh_days: Some(days), ..self }
    }
}
