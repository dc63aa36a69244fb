//! What a seller of SaaS products hosts. Whether it answers as it should is told by `gallerist preflight`.

use super::Patient;
use crate::model::{DeliveryMethod, ProductField};
use crate::report::{Area, Examined, Health};

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
                patient.tell(found.fix(patient.command("explain interface-address-weak")));
            }
        }
    });
}
