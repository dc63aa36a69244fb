//! What a seller's definition says beyond content: retire, replace, move, stop managing.

use super::{Cases, Key, Product, SkuKey};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Taking a thing off the catalog: reviewed, irreversible, and only with a reason (R50, R53).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// Why; the marketplace's approver reads it.
    pub reason: String,
    /// Optional proof (a file in the repository).
    pub proof: Option<super::Asset>,
}

/// No longer managing a thing that stays on sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanage {
    /// Why.
    pub reason: String,
}

/// Excuses the findings of one rule, beside the thing they are about, until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The rule's id.
    pub rule: String,
    /// The specification it stands in; `None` for the product's own.
    pub specification: Option<Key>,
    /// Its 0-based place in the list of exceptions there.
    pub position: usize,
    /// Why the finding is right and still to be passed over.
    pub reason: String,
    /// The last day on which it counts, in the site's time zone.
    pub until: Date,
}

/// What to do when the definition changes while a submission of ours is in review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnChange {
    /// Wait for the verdict, then submit the rest.
    #[default]
    Wait,
    /// Withdraw where possible and submit anew.
    Replace,
}

/// What a definition says about a specification beyond its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpecificationIntent {
    /// Take it off the catalog.
    pub retire: Option<Retirement>,
    /// Stop managing it.
    pub unmanage: Option<Unmanage>,
    /// Keys it had before.
    pub formerly: Vec<Key>,
    /// Specifications it takes the place of.
    pub replaces: Vec<Key>,
    /// SKUs to take off the catalog; they may be missing from the price table.
    pub retire_skus: BTreeMap<SkuKey, Retirement>,
    /// Codes of attributes whose name or values come from the seller's attribute library.
    pub from_library: BTreeSet<Key>,
}

impl SpecificationIntent {
    /// Whether anything is said.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        let Self { retire, unmanage, formerly, replaces, retire_skus, from_library } = self;
        let ends = retire.is_some() || unmanage.is_some() || !retire_skus.is_empty();
        ends || !formerly.is_empty() || !replaces.is_empty() || !from_library.is_empty()
    }
}

/// The desired state of one product at one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// Content. A retired thing may be a tombstone: present with key only.
    pub product: Product,
    /// Take the product off the catalog.
    pub retire: Option<Retirement>,
    /// Stop managing the product.
    pub unmanage: Option<Unmanage>,
    /// Keys the product had before.
    pub formerly: Vec<Key>,
    /// Products it takes the place of (supervision R25, credential R37).
    pub replaces: Vec<Key>,
    /// Intents per specification key; a specification without an entry has none.
    pub specifications: BTreeMap<Key, SpecificationIntent>,
    /// Findings that are excused, the product's own first, then by specification.
    pub exceptions: Vec<Exception>,
    /// What to do when this definition changes during review.
    pub on_change: OnChange,
    /// The saved debug cases of its interfaces, where they are written down.
    pub cases: Option<Arc<Cases>>,
}

impl Desired {
    /// Content with no intent beyond it.
    #[must_use]
    pub fn of(product: Product) -> Self {
        Self {
            product,
            retire: None,
            unmanage: None,
            formerly: Vec::new(),
            replaces: Vec::new(),
            specifications: BTreeMap::new(),
            exceptions: Vec::new(),
            on_change: OnChange::Wait,
            cases: None,
        }
    }

    /// Whether it says what should be on sale and nothing else: nothing that ends, moves, is excused or is about others.
    #[must_use]
    pub fn is_content_alone(&self) -> bool {
        let Self {
            product: _,
            retire,
            unmanage,
            formerly,
            replaces,
            specifications,
            exceptions,
            on_change: _,
            cases: _,
        } = self;
        let is_content = |intent: &SpecificationIntent| {
            let SpecificationIntent { retire, unmanage, formerly, replaces, retire_skus, from_library: _ } =
                intent;
            let (ends, follows) = (retire.is_some() || unmanage.is_some(), [formerly, replaces]);
            !ends && follows.iter().all(|keys| keys.is_empty()) && retire_skus.is_empty()
        };
        let (ends, follows) = (retire.is_some() || unmanage.is_some(), [formerly, replaces]);
        let is_alone = !ends && follows.iter().all(|keys| keys.is_empty()) && exceptions.is_empty();
        is_alone && specifications.values().all(is_content)
    }

    /// The retirement of a specification, its own or the product's.
    #[must_use]
    pub fn retirement(&self, specification: &Key) -> Option<&Retirement> {
        let own = self.specifications.get(specification).and_then(|intent| intent.retire.as_ref());
        own.or(self.retire.as_ref())
    }

    /// The content that should be on sale: without retired and unmanaged parts.
    #[must_use]
    pub fn wanted(&self) -> Cow<'_, Product> {
        let parts = |intent: &SpecificationIntent| {
            intent.retire.is_some() || intent.unmanage.is_some() || !intent.retire_skus.is_empty()
        };
        if self.retire.is_none() && !self.specifications.values().any(parts) {
            return Cow::Borrowed(&self.product);
        }
        let mut product = self.product.clone();
        product.specifications.retain(|key, _| {
            let unmanaged = self.specifications.get(key).is_some_and(|intent| intent.unmanage.is_some());
            self.retirement(key).is_none() && !unmanaged
        });
        for (key, specification) in &mut product.specifications {
            let retired = self.specifications.get(key).map(|intent| &intent.retire_skus);
            if let (Some(retired), Some(prices)) = (retired, &mut specification.prices) {
                prices.retain(|cell, _| !retired.contains_key(&cell.sku));
            }
        }
        Cow::Owned(product)
    }
}
