//! The pay-per-use template: billing factors and packages.

use super::specification::key_text;
use super::{Builder, normal};
use crate::definition::layered::Layered;
use crate::model::{Amount, BillingFactor, BillingMode, Key, Package, Price, PriceMode, Specification};
use std::collections::{BTreeMap, BTreeSet};

impl<'t> Builder<'_, 't> {
    pub(super) fn metered(&mut self, source: Layered<'t>, built: &mut Specification) {
        if let Some(factors) = source.get("factors") {
            built.factors = Some(self.factors(factors));
            built.modes = Some(BTreeSet::from([BillingMode::PayPerUse]));
        }
        if let Some(packages) = source.get("packages") {
            built.packages = Some(self.packages(packages));
        }
    }

    fn factors(&mut self, list: Layered<'t>) -> BTreeMap<Key, BillingFactor> {
        for layer in list.layers() {
            self.check_repeated(layer, "factor-key-repeated", "factors");
        }
        let mut built = BTreeMap::new();
        for (name, factor) in list.items(key_text) {
            let Ok(key) = Key::new(name) else { continue };
            if let Some(factor) = self.factor(factor) {
                built.insert(key, factor);
            }
        }
        built
    }

    fn factor(&mut self, source: Layered<'t>) -> Option<BillingFactor> {
        let price_mode = match source.get("priceMode")?.text()? {
            "tiered" => PriceMode::Tiered,
            "volume" => PriceMode::Volume,
            _ => PriceMode::Fixed,
        };
        let list = source.get("items")?;
        for layer in list.layers() {
            self.check_repeated(layer, "item-key-repeated", "items");
        }
        let mut items = BTreeMap::new();
        for (name, item) in list.items(key_text) {
            let (Ok(key), Some(label)) = (Key::new(name), item.get("name").and_then(Layered::text)) else {
                continue;
            };
            let price = item.get("price").and_then(|price| self.price(price));
            if let Some(price) = price {
                items.insert(key, (normal(label), price));
            }
        }
        Some(BillingFactor {
            price_mode,
            billing_cycle: source.get("billingCycle")?.text()?.to_owned(),
            accumulation_cycle: source.get("accumulationCycle").and_then(Layered::text).map(str::to_owned),
            items,
        })
    }

    fn packages(&mut self, list: Layered<'t>) -> BTreeMap<Key, Package> {
        for layer in list.layers() {
            self.check_repeated(layer, "package-key-repeated", "packages");
        }
        let mut built = BTreeMap::new();
        for (name, package) in list.items(key_text) {
            let Ok(key) = Key::new(name) else { continue };
            if let Some(package) = self.package(package) {
                built.insert(key, package);
            }
        }
        built
    }

    fn package(&mut self, source: Layered<'t>) -> Option<Package> {
        let mut quota = BTreeMap::new();
        for (name, amount) in source.get("quota")?.entries() {
            let Ok(key) = Key::new(name) else { continue };
            quota.insert(key, amount.node().whole().and_then(|number| u64::try_from(number).ok())?);
        }
        let price = self.flat_price(source.get("price")?)?;
        Some(Package {
            name: normal(source.get("name")?.text()?),
            stop_before_excess: source
                .get("stopBeforeExcess")
                .map(Layered::node)
                .and_then(crate::yaml::Node::flag)
                .unwrap_or(false),
            validity_months: u64::try_from(source.get("validityMonths")?.node().whole()?).ok()?,
            reset: source.get("reset").and_then(Layered::text).unwrap_or("none").to_owned(),
            quota,
            price,
        })
    }

    /// A price without ranges: packages have one.
    fn flat_price(&mut self, currencies: Layered<'t>) -> Option<Amount> {
        match self.price(currencies)? {
            Price::Flat(amount) => Some(amount),
            Price::Tiered(_) => {
                let message = "a package has one price, not ranges";
                let diagnostic = self.error_at_key("package-price-tiered", currencies.node(), message);
                self.report(diagnostic.help("write one amount"));
                None
            }
        }
    }
}
