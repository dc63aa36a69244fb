//! What is on sale of the products in a snapshot's folder, each as a digest: where a definition says exactly that, the
//! product's file need not be read.

use super::settled::lasts;
use crate::model::{
    Asset, Canonical, CanonicalWriter, Digest, Fields, FileKind, Key, Product, Specification,
    SpecificationField, Value,
};
use crate::plan::History;
use crate::released::{Coverage, ProductStatus, ReleasedProduct, resolve};
use crate::submission::Revision;
use crate::wire::{
    Document, EmptyValues, Map, Name, ProductDigest, Snapshot, SnapshotDigests, SnapshotIndex,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What another version says was found out in another way, perhaps.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The digest of a product's content, with all that rules look at: files are the same by their bytes alone.
fn content(product: &Product) -> Digest {
    struct Content<'a>(&'a Product);
    impl Canonical for Content<'_> {
        fn write(&self, to: &mut CanonicalWriter) {
            let Self(product) = self;
            product.write(to);
            let own = product.fields.iter().filter_map(|(_, value)| value.as_ref());
            let specifications = product.specifications.values();
            let of_specifications = specifications
                .flat_map(|specification| specification.fields.iter())
                .filter_map(|(_, value)| value.as_ref());
            for value in own.chain(of_specifications) {
                match value {
                    Value::Asset(file) => named(file, to),
                    Value::Assets(files) => files.iter().for_each(|file| named(file, to)),
                    _ => {}
                }
            }
        }
    }
    fn named(file: &Asset, to: &mut CanonicalWriter) {
        // What is on sale has no words of its files: what rules say of these comes on top.
        let Asset { name, digest: _, size_bytes, kind, pixels, text: _ } = file;
        to.text(name);
        to.number(*size_bytes);
        to.text(kind.map_or("", FileKind::name));
        pixels.map(|[width, height]| (u64::from(width), u64::from(height))).write(to);
    }
    Digest::of("on-sale", &Content(product))
}

/// The digests of a snapshot whose index has this digest.
pub(super) fn digests(snapshot: &Snapshot, index: Digest) -> SnapshotDigests {
    let released = resolve(&snapshot.observation, &snapshot.bindings);
    let applied_for = snapshot.observation.applied_for();
    let nothing = History::default();
    let history = |key: &Key| snapshot.histories.get(key).unwrap_or(&nothing);
    let found = released.products.iter().filter(|(key, product)| {
        is_plain(product) && lasts(history(key)) && !applied_for.contains(product.product_id.as_str())
    });
    let found = found.filter(|_| released.coverage == Coverage::Whole);
    let found: Vec<(&Key, &ReleasedProduct)> = found.collect();
    let commits: BTreeSet<&String> =
        found.iter().filter_map(|(key, _)| history(key).commit.as_ref()).collect();
    let commits: Vec<&String> = commits.into_iter().collect();
    let mut all_empty: Vec<EmptyValues> = Vec::new();
    let products = found.into_iter().map(|(key, product)| {
        let commit = history(key).commit.as_ref();
        let commit = commit.and_then(|commit| commits.binary_search(&commit).ok());
        let own = empty_values(&product.product);
        let empty = (own != EmptyValues::default()).then(|| {
            all_empty.iter().position(|known| *known == own).unwrap_or_else(|| {
                all_empty.push(own);
                all_empty.len() - 1
            })
        });
        let content = Name(content(&product.product));
        let revision = Name(product.revision.clone());
        (Name(key.clone()), ProductDigest { content, empty, revision, commit })
    });
    let products = Map(products.collect());
    SnapshotDigests {
        document: SnapshotDigests::NAME.into(),
        format: SnapshotDigests::FORMAT,
        index: Name(index),
        version: VERSION.to_owned(),
        products,
        empty: all_empty,
        commits: commits.into_iter().cloned().collect(),
    }
}

/// Whether a product is on sale with all that its file says, as the marketplace itself showed it.
fn is_plain(product: &ReleasedProduct) -> bool {
    let ReleasedProduct {
        product_id: _,
        status,
        revision: _,
        url: _,
        recorded_at,
        product: _,
        discontinued,
        discontinued_skus,
        unbound,
    } = product;
    let is_whole = discontinued.is_empty() && discontinued_skus.is_empty() && unbound.is_empty();
    *status == ProductStatus::OnSale && recorded_at.is_none() && is_whole
}

/// What a product says to be empty. Of its specifications what all of them state, as a marketplace shows it: what only some do, a
/// definition says itself.
fn empty_values(product: &Product) -> EmptyValues {
    fn fields<F: Ord + Copy>(fields: &Fields<F>) -> impl Iterator<Item = F> {
        fields.iter().filter(|(_, value)| value.is_none()).map(|(field, _)| field)
    }
    let specifications = || product.specifications.values();
    let some: BTreeSet<SpecificationField> =
        specifications().flat_map(|found| fields(&found.fields)).collect();
    let all = some.into_iter().filter(|field| specifications().all(|found| found.fields.states(*field)));
    // Whether something is stated, and empty.
    let part = |stated: &dyn Fn(&Specification) -> Option<bool>| {
        specifications().all(|found| stated(found).is_some())
            && specifications().any(|found| stated(found) == Some(true))
    };
    EmptyValues {
        fields: fields(&product.fields).map(Name).collect(),
        upgrade_rules: product.upgrade_rules.as_ref().is_some_and(BTreeSet::is_empty),
        specification_fields: all.map(Name).collect(),
        modes: part(&|found| found.modes.as_ref().map(BTreeSet::is_empty)),
        attributes: part(&|found| found.attributes.as_ref().map(BTreeMap::is_empty)),
        prices: part(&|found| found.prices.as_ref().map(BTreeMap::is_empty)),
        factors: part(&|found| found.factors.as_ref().map(BTreeMap::is_empty)),
        packages: part(&|found| found.packages.as_ref().map(BTreeMap::is_empty)),
    }
}

/// A product with these values said to be empty of which it says nothing.
fn emptied(product: &Product, empty: &EmptyValues) -> Product {
    let EmptyValues {
        fields,
        upgrade_rules,
        specification_fields,
        modes,
        attributes,
        prices,
        factors,
        packages,
    } = empty;
    fn say<T: Default>(said: &mut Option<T>, is_empty: bool) {
        if is_empty {
            said.get_or_insert_default();
        }
    }
    let mut product = product.clone();
    fields.iter().for_each(|field| product.fields.complete(field.0));
    say(&mut product.upgrade_rules, *upgrade_rules);
    for specification in product.specifications.values_mut() {
        specification_fields.iter().for_each(|field| specification.fields.complete(field.0));
        say(&mut specification.modes, *modes);
        say(&mut specification.attributes, *attributes);
        say(&mut specification.prices, *prices);
        say(&mut specification.factors, *factors);
        say(&mut specification.packages, *packages);
    }
    product
}

/// The digests of a folder, as far as they count.
pub(super) struct Digests {
    commits: Vec<String>,
    empty: Vec<EmptyValues>,
    products: BTreeMap<Key, ProductDigest>,
}

impl Digests {
    /// What was found beside an index, where it was given about this very one by this version of the program.
    pub(super) fn of(found: SnapshotDigests, index: &SnapshotIndex) -> Option<Self> {
        let SnapshotDigests { document: _, format: _, index: own, version, commits, empty, products } = found;
        let products = products.0.into_iter().map(|(key, found)| (key.0, found)).collect();
        (version == VERSION && own.0 == index.digest().ok()?).then_some(Self { commits, empty, products })
    }

    /// What is on sale of a product, where that is exactly what is wanted, with its revision and the commit it was applied from.
    pub(super) fn on_sale<'p>(
        &self,
        wanted: &'p Product,
    ) -> Option<(Cow<'p, Product>, Revision, Option<String>)> {
        let found = self.products.get(&wanted.key)?;
        let on_sale = match found.empty {
            Some(at) => Cow::Owned(emptied(wanted, self.empty.get(at)?)),
            None => Cow::Borrowed(wanted),
        };
        if found.content.0 != content(&on_sale) {
            return None;
        }
        let commit = match found.commit {
            Some(at) => Some(self.commits.get(at)?.clone()),
            None => None,
        };
        Some((on_sale, found.revision.0.clone(), commit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amount, BillingMode, Cell, DeliveryMethod, Price, ProductField, SkuKey};

    fn certificate() -> Asset {
        Asset {
            name: "certificate.pdf".to_owned(),
            digest: Digest::of_bytes(b"certificate").to_string(),
            size_bytes: 40_000,
            kind: Some(FileKind::Pdf),
            pixels: None,
            text: None,
        }
    }

    fn product(certificate: Asset) -> Product {
        let key = |text: &str| Key::new(text).unwrap();
        let mut product = Product::new(key("desk"), DeliveryMethod::Saas);
        product.fields.set(ProductField::Name, Some(Value::Text("Acme Desk".to_owned())));
        product.fields.set(ProductField::Certificate, Some(Value::Asset(certificate)));
        let mut starter = Specification::new(key("starter"));
        let cell = Cell { sku: SkuKey::simple(), mode: BillingMode::Yearly };
        starter.prices = Some(BTreeMap::from([(cell, Price::Flat(Amount::parse("9.90").unwrap()))]));
        product.specifications.insert(starter.key.clone(), starter);
        product
    }

    /// Folders that were exported by this version before hold such digests.
    #[test]
    fn digests_stay_as_they_are() {
        assert_eq!(
            content(&product(certificate())).to_string(),
            "5f04c0ee6279c781b685fbb5dfd920fdfa16b6497b4ba4e38495abb4799fa4d5",
            "digests in folders mean something else now: give the program another version, or `SnapshotDigests` another format"
        );
    }

    /// A marketplace shows what is empty; a definition leaves it out, or says it of one specification and not of another.
    #[test]
    fn what_is_empty_on_sale_is_said_of_what_is_wanted() {
        let wanted = product(certificate());
        let mut on_sale = wanted.clone();
        on_sale.fields.set(ProductField::Video, None);
        on_sale.upgrade_rules = Some(BTreeSet::new());
        for specification in on_sale.specifications.values_mut() {
            specification.fields.set(SpecificationField::TrialDays, None);
            specification.packages = Some(BTreeMap::new());
        }
        assert_ne!(wanted, on_sale);
        assert_eq!(emptied(&wanted, &empty_values(&on_sale)), on_sale);
        assert_eq!(empty_values(&wanted), EmptyValues::default());
        let other = Specification::new(Key::new("other").unwrap());
        let mut two = on_sale.clone();
        two.specifications.insert(other.key.clone(), other.clone());
        let mut both = wanted.clone();
        both.specifications.insert(other.key.clone(), other);
        assert_ne!(emptied(&both, &empty_values(&two)), two);
        let mut own = two.clone();
        own.fields = wanted.fields;
        own.upgrade_rules = None;
        assert_eq!(emptied(&own, &empty_values(&two)), two);
    }

    #[test]
    fn all_that_rules_look_at_of_a_file_is_digested() {
        let others = [
            Asset { name: "other.pdf".to_owned(), ..certificate() },
            Asset { size_bytes: 40_001, ..certificate() },
            Asset { kind: Some(FileKind::Png), ..certificate() },
            Asset { kind: None, ..certificate() },
            Asset { pixels: Some([0, 0]), ..certificate() },
        ];
        for other in others {
            assert_eq!(certificate(), other);
            assert_ne!(content(&product(certificate())), content(&product(other.clone())), "{other:?}");
        }
    }
}
