//! What a seller of SaaS products hosts. Whether it answers as it should is told by `gallerist preflight`.

use super::Patient;
use crate::model::{DeliveryMethod, Key, ProductField};
use crate::report::{Area, Examined, Health};
use crate::service::preflight::{KEY_VARIABLE, own_variable};

const AREA: Area = Area::Interfaces;

pub(super) fn look(patient: &Patient) {
    patient.with_planner(AREA, |planner| {
        for (key, wanted) in &planner.definitions.desired {
            let product = &wanted.desired.product;
            if product.delivery != DeliveryMethod::Saas || wanted.desired.retire.is_some() {
                continue;
            }
            let Some(url) = product.fields.text(ProductField::InterfaceUrl) else { continue };
            if url.starts_with("https://") {
                let what = format!("`{key}` is served at {url}");
                patient.tell(Examined::fine(AREA, "interface-address", what));
            } else {
                let what = format!("`{key}` is served at {url}, without encryption");
                let why = "KooGallery sends buyers' data there, and takes https only";
                let found = Examined::wrong(Health::Warning, AREA, "interface-address", what, why);
                patient.tell(found.fix("gallerist explain interface-address-weak"));
            }
            patient.tell(access_key(key));
        }
    });
}

/// Whether there is a key to call a product's interfaces with: its own, or the one of all.
fn access_key(product: &Key) -> Examined {
    let own = own_variable(product);
    let is_set = |name: &&str| std::env::var(name).is_ok_and(|text| !text.trim().is_empty());
    match [own.as_str(), KEY_VARIABLE].into_iter().find(is_set) {
        Some(name) => {
            let what = format!("the variable {name} holds the access key of `{product}`");
            Examined::fine(AREA, "interface-key", what)
        }
        None => {
            let what = format!("no access key of `{product}` is set");
            let why = "its interfaces cannot be called from here before the marketplace does; only who tries them needs it";
            Examined::wrong(Health::Note, AREA, "interface-key", what, why).fix(format!(
                "export {own}=\"...\", with the key that the Seller Console shows (Application Access)"
            ))
        }
    }
}
