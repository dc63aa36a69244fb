//! Whether a plan has anything to say of a product that is on sale as it should be.

use super::origin::Known;
use crate::model::{Desired, Product};
use crate::released::ProductStatus;
use crate::rules::{Account, Content, ProductRules, Sale, Transition};
use crate::site::SiteProfile;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Whether a plan says nothing of a product that is on sale exactly as it is desired, but for empty values of which nothing is
/// desired, where that is content alone and nothing is under way, decided or refused: there is nothing to submit, to do by hand or
/// to check before that, so only rules about what is on sale could speak. Rules that compare products are asked by whoever knows the
/// others.
#[must_use]
pub fn is_silent(
    site: &SiteProfile,
    rules: &ProductRules,
    desired: &Desired,
    on_sale: &Product,
    observed_at: Timestamp,
) -> bool {
    let cases = desired.cases.as_deref();
    if !rules.content.check(&Content { site, product: on_sale, whole: false, cases }).is_empty() {
        return false;
    }
    let origins = BTreeMap::new();
    let sale = Sale { status: ProductStatus::OnSale, url: None, is_over: false };
    let transition = Transition {
        site,
        desired,
        released: Some(sale),
        wanted: &desired.product,
        on_sale,
        expected: on_sale,
        changes: &[],
        removals: &[],
        origins: &Known { origins: &origins, observed_at },
        account: Account::default(),
        submits: false,
    };
    rules.check_transition(&transition).is_empty()
}
