//! Between [`plan::Plan`] and its wire form.

use super::finding::kept;
use super::plan::{
    Block, Change, Confirmed, Drift, DriftKind, Ignored, Plan, ProductPlan, Standing, UnboundProduct,
    VerifyItem,
};
use super::step::ManualKind;
use super::{Document, Name, Step};
use crate::model::Key;
use crate::plan;

macro_rules! same_variants {
    ($($name:ident { $($variant:ident)* })*) => {$(
        impl From<plan::$name> for $name {
            fn from(core: plan::$name) -> Self {
                match core {
                    $(plan::$name::$variant => Self::$variant,)*
                }
            }
        }

        impl From<$name> for plan::$name {
            fn from(wire: $name) -> Self {
                match wire {
                    $($name::$variant => Self::$variant,)*
                }
            }
        }
    )*};
}

same_variants! {
    DriftKind { Drift Conflict ByMarketplace }
    ManualKind { Setting Asset ThrowAway Withdraw AskToReject }
    Standing {
        UnwantedInReview Rejected Missing Refused Blocked Drifted TakenBack InDoubt ToSubmit HandedOver InReview Waiting InSync
        Retired Unmanaged
    }
}

impl From<&plan::Plan> for Plan {
    fn from(core: &plan::Plan) -> Self {
        let plan::Plan { scope, site, currency, date, commit, observed_at, recorded_at, products, unbound } =
            core;
        let free =
            |(id, name): &(String, String)| UnboundProduct { product_id: id.clone(), name: name.clone() };
        Self {
            document: Self::NAME.into(),
            format: Self::FORMAT,
            scope: scope.into(),
            site: site.clone(),
            currency: Name(currency.clone()),
            date: Name(*date),
            commit: commit.clone(),
            observed_at: Name(*observed_at),
            recorded_at: recorded_at.map(Name),
            products: products.iter().map(|product| ProductPlan::of(product, &scope.target)).collect(),
            unbound: unbound.iter().map(free).collect(),
        }
    }
}

impl From<Plan> for plan::Plan {
    fn from(wire: Plan) -> Self {
        Self {
            scope: wire.scope.into(),
            site: wire.site,
            currency: wire.currency.0,
            date: wire.date.0,
            commit: wire.commit,
            observed_at: wire.observed_at.0,
            recorded_at: wire.recorded_at.map(|at| at.0),
            products: wire.products.into_iter().map(Into::into).collect(),
            unbound: wire.unbound.into_iter().map(|free| (free.product_id, free.name)).collect(),
        }
    }
}

impl ProductPlan {
    /// One product's part of the plan of a target.
    pub(super) fn of(core: &plan::ProductPlan, target: &Key) -> Self {
        let plan::ProductPlan {
            key,
            name,
            delivery,
            path,
            standing,
            base,
            changes,
            chain,
            blocks,
            notices,
            drift,
            ignored,
            verify,
            approved,
            digest,
        } = core;
        Self {
            key: Name(key.clone()),
            name: name.clone(),
            delivery: Name(*delivery),
            path: path.as_ref().map(ToString::to_string),
            standing: (*standing).into(),
            base: base.clone().map(Name),
            changes: changes.iter().map(Into::into).collect(),
            chain: chain.iter().map(|step| Step::of(step, target)).collect(),
            blocks: blocks.iter().map(Into::into).collect(),
            notices: notices.iter().map(Into::into).collect(),
            drift: drift.iter().map(Into::into).collect(),
            ignored: ignored.iter().map(Into::into).collect(),
            verify: verify.iter().map(Into::into).collect(),
            approved: approved.iter().cloned().map(Name).collect(),
            digest: Name(*digest),
        }
    }
}

impl From<ProductPlan> for plan::ProductPlan {
    fn from(wire: ProductPlan) -> Self {
        Self {
            key: wire.key.0,
            name: wire.name,
            delivery: wire.delivery.0,
            path: wire.path.map(Into::into),
            standing: wire.standing.into(),
            base: wire.base.map(|revision| revision.0),
            changes: wire.changes.into_iter().map(Into::into).collect(),
            chain: wire.chain.into_iter().map(Into::into).collect(),
            blocks: wire.blocks.into_iter().map(Into::into).collect(),
            notices: wire.notices.into_iter().map(Into::into).collect(),
            drift: wire.drift.into_iter().map(Into::into).collect(),
            ignored: wire.ignored.into_iter().map(Into::into).collect(),
            verify: wire.verify.into_iter().map(Into::into).collect(),
            approved: wire.approved.into_iter().map(|id| id.0).collect(),
            digest: wire.digest.0,
        }
    }
}

impl From<&plan::Change> for Change {
    fn from(core: &plan::Change) -> Self {
        let plan::Change { item, from, to } = core;
        Self { item: item.into(), from: from.as_ref().map(Into::into), to: to.as_ref().map(Into::into) }
    }
}

impl From<Change> for plan::Change {
    fn from(wire: Change) -> Self {
        let Change { item, from, to } = wire;
        Self { item: item.into(), from: from.map(Into::into), to: to.map(Into::into) }
    }
}

impl From<&plan::Drift> for Drift {
    fn from(core: &plan::Drift) -> Self {
        let plan::Drift { item, kind, last_applied, released, desired } = core;
        Self {
            item: item.into(),
            kind: (*kind).into(),
            last_applied: last_applied.as_ref().map(Into::into),
            released: released.as_ref().map(Into::into),
            desired: desired.as_ref().map(Into::into),
        }
    }
}

impl From<Drift> for plan::Drift {
    fn from(wire: Drift) -> Self {
        Self {
            item: wire.item.into(),
            kind: wire.kind.into(),
            last_applied: wire.last_applied.map(Into::into),
            released: wire.released.map(Into::into),
            desired: wire.desired.map(Into::into),
        }
    }
}

impl From<&plan::Ignored> for Ignored {
    fn from(core: &plan::Ignored) -> Self {
        let plan::Ignored { drift, by, reason, until } = core;
        Self { drift: drift.into(), by: by.clone(), reason: reason.clone(), until: Name(*until) }
    }
}

impl From<Ignored> for plan::Ignored {
    fn from(wire: Ignored) -> Self {
        let Ignored { drift, by, reason, until } = wire;
        Self { drift: drift.into(), by, reason, until: until.0 }
    }
}

impl From<&plan::Block> for Block {
    fn from(core: &plan::Block) -> Self {
        let plan::Block { finding, approval } = core;
        Self { finding: finding.into(), approval: approval.clone().map(Name) }
    }
}

impl From<Block> for plan::Block {
    fn from(wire: Block) -> Self {
        Self { finding: wire.finding.into(), approval: wire.approval.map(|id| id.0) }
    }
}

impl From<&plan::VerifyItem> for VerifyItem {
    fn from(core: &plan::VerifyItem) -> Self {
        let plan::VerifyItem { id, text, rule, holds, fresh_days, before, by_preflight, confirmed } = core;
        Self {
            id: id.clone(),
            text: text.clone(),
            rule: (*rule).to_owned(),
            holds: *holds,
            fresh_days: *fresh_days,
            before: *before,
            by_preflight: *by_preflight,
            confirmed: confirmed.as_ref().map(|found| Confirmed {
                by: found.by.clone(),
                at: Name(found.at),
                expires: found.expires.map(Name),
            }),
        }
    }
}

impl From<VerifyItem> for plan::VerifyItem {
    fn from(wire: VerifyItem) -> Self {
        let VerifyItem { id, text, rule, holds, fresh_days, before, by_preflight, confirmed } = wire;
        let confirmed = confirmed.map(|found| plan::Confirmed {
            by: found.by,
            at: found.at.0,
            expires: found.expires.map(|at| at.0),
        });
        Self { id, text, rule: kept(rule), holds, fresh_days, before, by_preflight, confirmed }
    }
}
