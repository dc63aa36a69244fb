//! Keys for things that have only names.

use crate::model::{Key, ProductField, SpecificationField};
use crate::released::{ObservedProduct, ObservedSpecification, ProductBinding};
use std::collections::BTreeSet;

/// Most characters of a key.
const KEY_MAX: usize = 64;

/// The keys of a product and of its specifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The product's.
    pub product: Key,
    /// The specifications', in the order the marketplace shows them.
    pub specifications: Vec<Key>,
}

/// Keys that nothing new may have.
#[derive(Debug, Clone, Default)]
pub struct Taken(BTreeSet<Key>);

impl Extend<Key> for Taken {
    fn extend<I: IntoIterator<Item = Key>>(&mut self, keys: I) {
        self.0.extend(keys);
    }
}

impl Names {
    /// Keys from what was bound before, else from names. The product's key is taken from then on.
    #[must_use]
    pub fn of(observed: &ObservedProduct, bound: Option<(&Key, &ProductBinding)>, taken: &mut Taken) -> Self {
        let product = match bound {
            Some((key, _)) => key.clone(),
            None => taken.free(observed.fields.text(ProductField::Name), &observed.product_id, "product"),
        };
        taken.0.insert(product.clone());
        Self { specifications: specifications(observed, bound.map(|(_, binding)| binding)), product }
    }

    /// The same under a product key somebody chose.
    #[must_use]
    pub fn under(product: &Key, observed: &ObservedProduct) -> Self {
        Self { product: product.clone(), specifications: specifications(observed, None) }
    }
}

/// What was bound keeps its key; the others get theirs from their names, in the order the marketplace shows them.
fn specifications(observed: &ObservedProduct, binding: Option<&ProductBinding>) -> Vec<Key> {
    let known = |specification: &ObservedSpecification| {
        let mut skus = specification.skus.iter();
        skus.find_map(|sku| binding?.sku(&sku.sku_code)).map(|(key, _)| key.clone())
    };
    let mut taken = Taken(observed.specifications.iter().filter_map(known).collect());
    let named = observed.specifications.iter().map(|specification| {
        if let Some(key) = known(specification) {
            return key;
        }
        let code = specification.skus.first().map_or("", |sku| sku.sku_code.as_str());
        let key = taken.free(specification.fields.text(SpecificationField::Name), code, "specification");
        taken.0.insert(key.clone());
        key
    });
    named.collect()
}

impl Taken {
    /// Whether something new may have this key.
    #[must_use]
    pub fn is_free(&self, key: &Key) -> bool {
        !self.0.contains(key)
    }

    /// The key nearest to a name; where the name has too few letters a key can hold, nearest to an id.
    fn free(&self, name: Option<&str>, id: &str, otherwise: &str) -> Key {
        let named = name.filter(|name| tells(name)).and_then(Key::slug);
        let base =
            named.or_else(|| Key::slug(id)).map_or_else(|| otherwise.to_owned(), |key| key.to_string());
        let numbered = (1_u64..).map(|number| match number {
            1 => base.clone(),
            _ => {
                let suffix = format!("-{number}");
                let room = KEY_MAX.saturating_sub(suffix.len());
                let stem = base.get(..room).unwrap_or(&base).trim_end_matches('-');
                format!("{stem}{suffix}")
            }
        });
        let mut keys = numbered.filter_map(|text| Key::new(&text).ok());
        // The numbers do not end, so one of them is free.
        keys.find(|key| !self.0.contains(key)).unwrap_or_else(|| self.free(None, otherwise, otherwise))
    }
}

/// Whether a name still says what it means when only its plain letters and digits are kept.
fn tells(name: &str) -> bool {
    let (plain, others): (Vec<char>, Vec<char>) =
        name.chars().filter(|c| c.is_alphanumeric()).partition(char::is_ascii_alphanumeric);
    plain.iter().any(char::is_ascii_alphabetic) && plain.len() >= others.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, id: &str, taken: &[&str]) -> String {
        let taken = Taken(taken.iter().filter_map(|key| Key::new(key).ok()).collect());
        taken.free(Some(name), id, "product").to_string()
    }

    #[test]
    fn a_key_is_the_name_in_plain_letters_or_the_id() {
        assert_eq!(named("Acme CRM (HCS Version)", "OFFI1", &[]), "acme-crm-hcs-version");
        assert_eq!(named("云商店客户管理", "OFFI-9 1", &[]), "offi-9-1");
        assert_eq!(named("云商店客户管理 V2", "OFFI9", &[]), "offi9", "a version alone says nothing");
        assert_eq!(named("云商店", "编号", &[]), "product");
        assert_eq!(named("2024", "OFFI9", &[]), "offi9");
    }

    #[test]
    fn keys_that_are_taken_get_a_number() {
        assert_eq!(named("CRM", "x", &["crm", "crm-2"]), "crm-3");
        let long = "a".repeat(80);
        let first = "a".repeat(64);
        assert_eq!(named(&long, "x", &[&first]), format!("{}-2", "a".repeat(62)));
    }
}
