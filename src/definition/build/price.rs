//! Prices: the target's currency is picked from price maps, amounts are read exactly.

use super::Builder;
use crate::definition::layered::Layered;
use crate::model::{Amount, BillingMode, Price, Tier};
use crate::yaml::{Node, excerpt};
use std::collections::BTreeSet;

/// What stands under `prices`.
#[derive(Default)]
pub(super) struct Prices {
    /// In the target's currency, as far as there are any that can be used.
    pub(super) by_mode: Vec<(BillingMode, Price)>,
    /// All that are named.
    pub(super) modes: BTreeSet<BillingMode>,
}

impl<'t> Builder<'_, 't> {
    /// Prices by billing mode, in the order written.
    pub(super) fn prices(&mut self, prices: Layered<'t>) -> Prices {
        let mut found = Prices::default();
        for (name, currencies) in prices.entries() {
            let Some(mode) = BillingMode::from_name(name) else { continue };
            found.modes.insert(mode);
            found.by_mode.extend(self.price(currencies).map(|price| (mode, price)));
        }
        found
    }

    /// The price in the target's currency; a missing one is an error at the price map.
    pub(super) fn price(&mut self, currencies: Layered<'t>) -> Option<Price> {
        let currency = self.target.currency.as_str();
        let Some(at) = currencies.get(currency).map(Layered::node) else {
            let map = currencies.node();
            let message = format!("no price in {currency}, the currency of target `{}`", self.target.name);
            let help = format!("add `{currency}: \"...\"`");
            self.report(self.error_at_key("price-currency-missing", map, message).help(help));
            return None;
        };
        if at.is_sequence() {
            return self.tiers(at);
        }
        self.amount(at).map(Price::Flat)
    }

    fn tiers(&mut self, at: Node<'t>) -> Option<Price> {
        let mut tiers: Vec<Tier> = Vec::new();
        for node in at.items() {
            let (Some(from), Some(price)) = (node.get("from"), node.get("price")) else { continue };
            let start = from.whole().and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
            if tiers.last().is_some_and(|last| last.from >= start) {
                let message = format!("the range from {start} does not begin after the one before it");
                let diagnostic = self.error("tiers-not-ascending", from, message);
                self.report(diagnostic.help("order the ranges by `from`"));
                return None;
            }
            let price = self.amount(price)?;
            tiers.push(Tier { from: start, price });
        }
        Some(Price::Tiered(tiers))
    }

    /// The amount exactly as written.
    pub(super) fn amount(&mut self, at: Node<'t>) -> Option<Amount> {
        let written = at.text()?;
        match Amount::parse(written) {
            Ok(amount) => Some(amount),
            Err(error) => {
                let message = format!("`{}` is not an amount of money: {error}", excerpt(written));
                self.report(self.error("amount-form", at, message));
                None
            }
        }
    }
}
