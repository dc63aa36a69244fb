//! The saved debug cases of a SaaS product: what the marketplace replays against the seller's interfaces.

use super::{BillingMode, Canonical, CanonicalWriter, Key, Product};
use std::collections::BTreeSet;

/// The result code of an interface that did what it was asked for.
pub const DONE: &str = "000000";

/// The result code of an interface that has begun and answers later.
pub const BEING_DONE: &str = "000004";

/// What an interface is asked to do: the field `activity` of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// A buyer bought something.
    NewInstance,
    /// Where buyers find it, and what they used.
    QueryInstance,
    /// It was renewed, or a trial became a purchase.
    RefreshInstance,
    /// It is frozen, or not any more.
    UpdateInstanceStatus,
    /// It ends.
    ReleaseInstance,
    /// The buyer moved to another SKU.
    UpgradeInstance,
    /// Whether a buyer may move to another SKU when renewing.
    ChangeInstanceCheck,
    /// Something happened to an order.
    OrderNotify,
    /// It ran out; only in the first version of the interfaces.
    ExpireInstance,
    /// The status of metered resources changed; only in the first version.
    InstanceStatus,
    /// The buyer moved to another SKU, in the first version.
    Upgrade,
}

impl Activity {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::NewInstance,
        Self::QueryInstance,
        Self::RefreshInstance,
        Self::UpdateInstanceStatus,
        Self::ReleaseInstance,
        Self::UpgradeInstance,
        Self::ChangeInstanceCheck,
        Self::OrderNotify,
        Self::ExpireInstance,
        Self::InstanceStatus,
        Self::Upgrade,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NewInstance => "newInstance",
            Self::QueryInstance => "queryInstance",
            Self::RefreshInstance => "refreshInstance",
            Self::UpdateInstanceStatus => "updateInstanceStatus",
            Self::ReleaseInstance => "releaseInstance",
            Self::UpgradeInstance => "upgradeInstance",
            Self::ChangeInstanceCheck => "changeInstanceCheck",
            Self::OrderNotify => "orderNotify",
            Self::ExpireInstance => "expireInstance",
            Self::InstanceStatus => "instanceStatus",
            Self::Upgrade => "upgrade",
        }
    }

    /// The activity with this word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|activity| activity.name() == name)
    }

    /// Whether it leaves the seller's system as it was.
    #[must_use]
    pub fn only_reads(self) -> bool {
        self == Self::QueryInstance
    }

    /// Whether a call names an instance that an earlier one made.
    #[must_use]
    pub fn is_about_an_instance(self) -> bool {
        !matches!(self, Self::NewInstance | Self::OrderNotify)
    }

    /// Fields that a call must have beside its instance.
    #[must_use]
    pub fn needs(self) -> &'static [CaseField] {
        match self {
            Self::NewInstance | Self::OrderNotify | Self::UpgradeInstance | Self::Upgrade => {
                &[CaseField::OrderId, CaseField::OrderLineId]
            }
            Self::RefreshInstance => &[CaseField::Scene, CaseField::OrderId, CaseField::OrderLineId],
            Self::UpdateInstanceStatus | Self::InstanceStatus => &[CaseField::Status],
            Self::ChangeInstanceCheck => &[CaseField::ProductInfo],
            Self::QueryInstance | Self::ReleaseInstance | Self::ExpireInstance => &[],
        }
    }

    /// Fields that a call may have beside those.
    #[must_use]
    pub fn takes(self) -> &'static [CaseField] {
        match self {
            Self::NewInstance => &[CaseField::BusinessId, CaseField::ProductId],
            Self::RefreshInstance => &[CaseField::InstanceId, CaseField::ProductId, CaseField::ExpireTime],
            Self::ReleaseInstance => &[CaseField::InstanceId, CaseField::OrderId, CaseField::OrderLineId],
            Self::QueryInstance
            | Self::UpdateInstanceStatus
            | Self::UpgradeInstance
            | Self::ChangeInstanceCheck
            | Self::ExpireInstance
            | Self::InstanceStatus
            | Self::Upgrade => &[CaseField::InstanceId],
            Self::OrderNotify => &[],
        }
    }
}

/// A field of a call that a case may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseField {
    /// The order.
    OrderId,
    /// The line of the order.
    OrderLineId,
    /// What tells one call from another; each call has one of its own when a case sets none.
    BusinessId,
    /// The seller's name for what was bought.
    InstanceId,
    /// Why something is renewed.
    Scene,
    /// What it becomes.
    Status,
    /// Until when it runs, as `20261231235959`.
    ExpireTime,
    /// What was bought.
    ProductId,
    /// What a buyer would move to.
    ProductInfo,
}

impl CaseField {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::OrderId,
        Self::OrderLineId,
        Self::BusinessId,
        Self::InstanceId,
        Self::Scene,
        Self::Status,
        Self::ExpireTime,
        Self::ProductId,
        Self::ProductInfo,
    ];

    /// Its name, in `cases.yaml` and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderId => "orderId",
            Self::OrderLineId => "orderLineId",
            Self::BusinessId => "businessId",
            Self::InstanceId => "instanceId",
            Self::Scene => "scene",
            Self::Status => "status",
            Self::ExpireTime => "expireTime",
            Self::ProductId => "productId",
            Self::ProductInfo => "productInfo",
        }
    }

    /// The most characters it has.
    #[must_use]
    pub fn characters_max(self) -> usize {
        match self {
            Self::InstanceId => 100,
            Self::Status => 32,
            Self::ExpireTime => 20,
            Self::ProductInfo => 4096,
            Self::OrderId | Self::OrderLineId | Self::BusinessId | Self::Scene | Self::ProductId => 64,
        }
    }
}

/// How calls are signed. Pages of the marketplace contradict each other, so that each point is a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CallSignature {
    /// Where the signature stands, and over what.
    pub form: SignatureForm,
    /// The unit of the timestamp.
    pub timestamp: TimestampUnit,
    /// What becomes of the body before it is signed.
    pub inner: InnerDigest,
}

/// Where the signature of a call stands, and over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SignatureForm {
    /// In the address, over a digest of the body: the interfaces of today.
    #[default]
    Query,
    /// In headers, over the body itself.
    XSign,
    /// `authToken` in the address of a GET: the interfaces of products released long ago.
    V1,
}

/// The unit of a call's timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TimestampUnit {
    /// Thirteen digits.
    #[default]
    Milliseconds,
    /// Ten digits.
    Seconds,
}

/// What becomes of a body before it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum InnerDigest {
    /// HMAC-SHA256 with the access key.
    #[default]
    Hmac,
    /// Plain SHA-256.
    Sha256,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name among the product's cases.
    pub name: Key,
    /// What is asked for.
    pub activity: Activity,
    /// What it says of itself, in the order of [`CaseField::ALL`].
    pub fields: Vec<(CaseField, String)>,
    /// The case whose answer names the instance that this one is about; `None` takes the last that made one.
    pub instance_of: Option<Key>,
    /// The only specification it is for.
    pub specification: Option<Key>,
    /// The only billing mode it is for.
    pub mode: Option<BillingMode>,
    /// Result codes that are right; empty for those of all cases.
    pub accepts: BTreeSet<String>,
    /// The 0-based place in the list of cases.
    pub position: usize,
}

impl Case {
    /// What it says of a field.
    #[must_use]
    pub fn field(&self, field: CaseField) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// Whether it is for a way to buy a specification.
    #[must_use]
    pub fn is_for(&self, specification: &Key, mode: Option<BillingMode>) -> bool {
        self.specification.as_ref().is_none_or(|only| only == specification)
            && self.mode.is_none_or(|only| Some(only) == mode)
    }
}

/// All saved cases of a product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cases {
    /// How calls are signed.
    pub signature: CallSignature,
    /// Result codes that are right where a case names none.
    pub accepts: BTreeSet<String>,
    /// The cases, in the order in which they are run.
    pub cases: Vec<Case>,
}

impl Cases {
    /// Whether a result code is right for a case.
    #[must_use]
    pub fn accepts(&self, case: &Case, code: &str) -> bool {
        let accepted = if case.accepts.is_empty() { &self.accepts } else { &case.accepts };
        if accepted.is_empty() { code == DONE } else { accepted.contains(code) }
    }

    /// What the marketplace would replay for a product with these cases: the address, the ways to buy and the cases. A
    /// proof counts for this and nothing else.
    #[must_use]
    pub fn subject(&self, product: &Product, address: &str) -> String {
        super::Digest::of("preflight", &Subject { cases: self, product, address }).to_string()
    }
}

/// What a preflight is about.
struct Subject<'a> {
    cases: &'a Cases,
    product: &'a Product,
    address: &'a str,
}

impl Canonical for Subject<'_> {
    fn write(&self, out: &mut CanonicalWriter) {
        let Self { cases: Cases { signature, accepts, cases }, product, address } = self;
        let CallSignature { form, timestamp, inner } = signature;
        let list = |out: &mut CanonicalWriter, texts: &[String]| {
            texts.to_vec().write(out);
        };
        out.text(address);
        list(out, &[format!("{form:?} {timestamp:?} {inner:?}")]);
        list(out, &accepts.iter().cloned().collect::<Vec<_>>());
        for case in cases {
            let Case { name, activity, fields, instance_of, specification, mode, accepts, position: _ } =
                case;
            let key = |key: &Option<Key>| key.as_ref().map_or(String::new(), Key::to_string);
            let mut texts = vec![
                name.to_string(),
                activity.name().to_owned(),
                key(instance_of),
                key(specification),
                mode.map_or("", BillingMode::name).to_owned(),
            ];
            texts.extend(fields.iter().map(|(field, value)| format!("{}={value}", field.name())));
            texts.extend(accepts.iter().cloned());
            list(out, &texts);
        }
        // Which ways to buy there are decides which cases there must be.
        for (key, specification) in &product.specifications {
            let mut texts = vec![key.to_string()];
            let modes = specification.modes.iter().flatten();
            texts.extend(modes.map(|mode| mode.name().to_owned()));
            texts.push(specification.packages.as_ref().map_or(0, |found| found.len()).to_string());
            list(out, &texts);
        }
        let upgrades = product.upgrade_rules.iter().flatten().map(ToString::to_string);
        list(out, &upgrades.collect::<Vec<_>>());
    }
}

/// A way to buy that needs interfaces of its own (R116 to R119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Offer {
    /// By the year, month or day.
    Period,
    /// Once.
    OneTime,
    /// By usage, or in packages.
    Metered,
    /// Moving to another SKU.
    Upgrade,
}

impl Offer {
    /// What is bought so, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Period => "billing by period",
            Self::OneTime => "one-time billing",
            Self::Metered => "metered billing",
            Self::Upgrade => "upgrades",
        }
    }

    /// The way to buy that a billing mode is.
    #[must_use]
    pub fn of_mode(mode: BillingMode) -> Self {
        match mode {
            mode if mode.is_period() => Self::Period,
            BillingMode::PayPerUse => Self::Metered,
            _ => Self::OneTime,
        }
    }

    /// The cases there must be for it.
    #[must_use]
    pub fn activities(self, form: SignatureForm) -> &'static [Activity] {
        use Activity::{
            ExpireInstance, InstanceStatus, NewInstance, QueryInstance, RefreshInstance, ReleaseInstance,
            UpdateInstanceStatus, Upgrade, UpgradeInstance,
        };
        match (self, form) {
            (Self::Period, SignatureForm::V1) => {
                &[NewInstance, RefreshInstance, ExpireInstance, ReleaseInstance]
            }
            (Self::Period, _) => {
                &[NewInstance, QueryInstance, RefreshInstance, UpdateInstanceStatus, ReleaseInstance]
            }
            (Self::OneTime, SignatureForm::V1) => &[NewInstance, ReleaseInstance],
            (Self::OneTime, _) => &[NewInstance, QueryInstance, ReleaseInstance],
            (Self::Metered, SignatureForm::V1) => &[NewInstance, InstanceStatus, ReleaseInstance],
            (Self::Metered, _) => &[NewInstance, QueryInstance, RefreshInstance, ReleaseInstance],
            (Self::Upgrade, SignatureForm::V1) => &[Upgrade],
            (Self::Upgrade, _) => &[UpgradeInstance],
        }
    }
}
