//! Upgrade rules: moves between SKUs of one specification.

use super::{Builder, custom};
use crate::definition::layered::Layered;
use crate::model::{BillingMode, Cell, Key, Product, SkuKey, Specification, UpgradeRule};
use crate::yaml::{Node, excerpt};
use std::collections::{BTreeMap, BTreeSet};

impl<'t> Builder<'_, 't> {
    pub(super) fn upgrade_rules(&mut self, list: Layered<'t>, product: &Product) -> BTreeSet<UpgradeRule> {
        list.whole().filter_map(|rule| self.upgrade_rule(rule, product)).collect()
    }

    fn upgrade_rule(&mut self, rule: Node<'t>, product: &Product) -> Option<UpgradeRule> {
        let named = rule.get("specification")?;
        let written = named.text().unwrap_or_default();
        let Some(specification) = product.specifications.get(written) else {
            let message = format!("there is no specification `{}`", excerpt(written));
            let diagnostic = self.error("upgrade-specification-unknown", named, message);
            let known = product.specifications.keys().map(Key::as_str);
            self.report(Self::suggest(diagnostic, written, known).replacing(named.span()));
            return None;
        };
        let from = self.end(rule, "from", specification);
        let to = self.end(rule, "to", specification);
        let expansion = Self::expansion(rule);
        let (from, to) = (from?, to?);
        if from == to && expansion.is_none() {
            let message = "this rule leads from a SKU to itself";
            let help = "name two SKUs, or give an `expansion` of the quantity";
            self.report(self.error("upgrade-to-itself", rule, message).help(help));
            return None;
        }
        Some(UpgradeRule { specification: specification.key.clone(), from, to, expansion })
    }

    /// One end of a rule: a SKU the specification has.
    fn end(&mut self, rule: Node<'t>, name: &str, specification: &Specification) -> Option<SkuKey> {
        let Some(values) = rule.get(name) else {
            return self.known(SkuKey::simple(), rule, specification);
        };
        match &specification.attributes {
            Some(attributes) => {
                let sku = self.sku(Layered::plain(values), attributes)?;
                self.known(sku, values, specification)
            }
            None => {
                let mut sku = BTreeMap::new();
                for (code, value) in values.entries() {
                    let pair =
                        Key::new(code.text().unwrap_or_default()).ok().zip(Key::new(value.text()?).ok());
                    sku.extend(pair);
                }
                self.known(SkuKey::new(sku), values, specification)
            }
        }
    }

    fn known(&mut self, sku: SkuKey, at: Node<'t>, specification: &Specification) -> Option<SkuKey> {
        let Some(prices) = &specification.prices else { return Some(sku) };
        // The cells of a SKU stand together, so the first one from there on tells.
        let first = Cell { sku, mode: BillingMode::Yearly };
        let found = prices.range(&first..).next().is_some_and(|(cell, _)| cell.sku == first.sku);
        if found {
            return Some(first.sku);
        }
        let written = custom::sku_values(Some(at));
        let message =
            format!("specification `{}` has no SKU with `{}`", specification.key, excerpt(&written));
        let known: Vec<String> = specification.skus().iter().take(12).map(|sku| format!("`{sku}`")).collect();
        let help = format!("there are {}", known.join("; "));
        self.report(self.error_at_key("upgrade-sku-unknown", at, message).help(help));
        None
    }

    /// The expansion step.
    fn expansion(rule: Node<'t>) -> Option<u64> {
        rule.get("expansion").and_then(Node::whole).and_then(|number| u64::try_from(number).ok())
    }
}
