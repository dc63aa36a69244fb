//! The pay-per-use template: billing factors and packages.

use super::specification::key_text;
use super::{Builder, normal};
use crate::definition::layered::{At, Layered};
use crate::model::{Amount, BillingFactor, BillingMode, Key, Package, Price, PriceMode, Specification};
use std::collections::{BTreeMap, BTreeSet};

impl<'t> Builder<'_, 't> {
    pub(super) fn metered(&mut self, source: Layered<'t>, built: &mut Specification) {
        // Items are only known to be missing when all factors could be read.
        let mut measured = true;
        if let Some(factors) = source.get("factors") {
            if let Some(at) = factors.at() {
                self.check_mode(BillingMode::PayPerUse, at);
            }
            let before = self.found.len();
            built.factors = Some(self.factors(factors));
            measured = self.found.len() == before;
            built.modes = Some(BTreeSet::from([BillingMode::PayPerUse]));
        }
        if let Some(packages) = source.get("packages") {
            built.packages = Some(self.packages(packages, built.factors.as_ref().filter(|_| measured)));
        }
    }

    fn factors(&mut self, list: Layered<'t>) -> BTreeMap<Key, BillingFactor> {
        for layer in list.layers() {
            self.check_repeated(layer.value, "factor-key-repeated", "factors");
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
            self.check_repeated(layer.value, "item-key-repeated", "items");
        }
        let mut items = BTreeMap::new();
        for (name, item) in list.items(key_text) {
            let (Ok(key), Some(label)) = (Key::new(name), item.get("name").and_then(Layered::text)) else {
                continue;
            };
            let ranges = matches!(price_mode, PriceMode::Tiered | PriceMode::Volume);
            let price = item.get("price").and_then(|price| self.price(price, ranges));
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

    fn packages(
        &mut self,
        list: Layered<'t>,
        factors: Option<&BTreeMap<Key, BillingFactor>>,
    ) -> BTreeMap<Key, Package> {
        for layer in list.layers() {
            self.check_repeated(layer.value, "package-key-repeated", "packages");
        }
        let mut built = BTreeMap::new();
        for (name, package) in list.items(key_text) {
            let Ok(key) = Key::new(name) else { continue };
            if let Some(package) = self.package(package, factors) {
                built.insert(key, package);
            }
        }
        built
    }

    fn package(
        &mut self,
        source: Layered<'t>,
        factors: Option<&BTreeMap<Key, BillingFactor>>,
    ) -> Option<Package> {
        let items: BTreeSet<&Key> =
            factors.into_iter().flat_map(|all| all.values()).flat_map(|one| one.items.keys()).collect();
        let mut quota = BTreeMap::new();
        for (name, amount) in source.get("quota")?.entries() {
            let (Ok(key), Some(at)) = (Key::new(name), amount.at()) else { continue };
            if factors.is_some() && !items.contains(&key) {
                let message = format!("no billing factor has an item `{name}`");
                let diagnostic = self.error_at_key("package-item-unknown", at, message);
                self.report(Self::suggest(diagnostic, name, items.iter().map(|key| key.as_str())));
                continue;
            }
            quota.insert(key, at.value.whole().and_then(|number| u64::try_from(number).ok())?);
        }
        let price = self.flat_price(source.get("price")?)?;
        Some(Package {
            name: normal(source.get("name")?.text()?),
            stop_before_excess: source
                .get("stopBeforeExcess")
                .and_then(Layered::node)
                .and_then(crate::yaml::Node::flag)
                .unwrap_or(false),
            validity_months: u64::try_from(source.get("validityMonths")?.node()?.whole()?).ok()?,
            reset: source.get("reset").and_then(Layered::text).unwrap_or("none").to_owned(),
            quota,
            price,
        })
    }

    fn flat_price(&mut self, currencies: Layered<'t>) -> Option<Amount> {
        let at: Option<At<'t>> = currencies.at();
        match (self.price(currencies, false)?, at) {
            (Price::Flat(amount), _) => Some(amount),
            (Price::Tiered(_), _) => None,
        }
    }
}
