//! One shop at several targets.

use super::shop::Shop;
use crate::model::{self, specification};
use gallerist::model::DeliveryMethod;
use gallerist::sandbox::Seeded;
use gallerist::service::{self, AdoptRequest, ImportRequest};

/// One product at two sites is one definition; whether it is one, a person knows.
#[test]
fn the_same_name_at_another_target_is_not_taken_for_the_same_product() {
    let shop = Shop::at(&[("home", "intl"), ("abroad", "intl")]);
    let crm = model::product("crm", DeliveryMethod::License, vec![specification("a", &[("yearly", "10")])]);
    for target in ["home", "abroad"] {
        shop.sell(target, "intl", vec![Seeded::on_sale(crm.clone())]);
    }
    let home = shop.import("home", &ImportRequest::default());
    let path = home.products[0].path.clone();
    let abroad = shop.import("abroad", &ImportRequest::default());
    assert!(abroad.products.is_empty());
    let why = &abroad.left_out[0].why;
    assert!(
        why.contains("is not sold at `abroad`: add that to its `targets`, then `gallerist adopt"),
        "{why}"
    );
    let text = shop.read(path.as_str());
    shop.write(
        path.as_str(),
        &text.replace("\ndelivery: license\n", "\ndelivery: license\ntargets: [home, abroad]\n"),
    );
    let adopt = AdoptRequest {
        product: Some(home.products[0].key.clone()),
        product_id: Some(abroad.left_out[0].product_id.clone()),
        ..AdoptRequest::default()
    };
    let shown = service::adopt(&shop.request("abroad"), &adopt).unwrap();
    assert!(shown.table.rows[0].is_clear() && shown.table.rows[0].differences.is_empty());
    let adopt = AdoptRequest { confirm: Some(shown.digest), ..adopt };
    let _ = service::adopt(&shop.request("abroad"), &adopt).unwrap();
    shop.is_settled("abroad");
    shop.is_settled("home");
}
