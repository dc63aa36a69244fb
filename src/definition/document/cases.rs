//! The form of a product's saved debug cases.

use crate::config::form::word::{ApiVersion, BillingModeWord, Field, KeyText, List, Said, words};
use crate::model::Activity;
use schemars::JsonSchema;
use serde::Deserialize;

words! { /** `kind` of saved debug cases. */ CasesKind = vec!["Cases"]; }
words! { /** What an interface is asked to do. */ ActivityWord = Activity::ALL.iter().map(|activity| activity.name()).collect(); }
words! { /** Where a call's signature stands. */ SignatureFormWord = vec!["query", "x-sign", "v1"]; }
words! { /** The unit of a call's timestamp. */ TimestampWord = vec!["ms", "s"]; }
words! { /** What becomes of a body before it is signed. */ InnerWord = vec!["hmac", "sha256"]; }
words! { /** Why something is renewed. */ SceneWord = vec!["TRIAL_TO_FORMAL", "RENEWAL", "UNSUBSCRIBE_RENEWAL_PERIOD", "RENEWAL_CHANGE"]; }
words! { /** What becomes of an instance. */ StatusWord = vec!["FREEZE", "UNFREEZE"]; }

/// The saved debug cases of a SaaS product: what the marketplace replays against the seller's interfaces when something
/// is submitted, and twice a day. They hold no secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CasesDocument {
    /// Version of the document's form.
    pub api_version: ApiVersion,
    /// Kind of document.
    pub kind: CasesKind,
    /// How calls are signed; as the marketplace's newest pages say when left out.
    #[serde(default, deserialize_with = "crate::config::form::given")]
    #[schemars(with = "CallSignatureDocument")]
    pub signature: Option<CallSignatureDocument>,
    /// Result codes that are right where a case names none; `"000000"` when left out.
    #[serde(default)]
    pub accepts: List<Said>,
    /// The cases, in the order in which they are run.
    pub cases: List<DebugCaseDocument>,
}

/// How calls are signed. Pages of the marketplace contradict each other, so that each point is a setting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CallSignatureDocument {
    /// Where the signature stands: in the address (`query`), in headers (`x-sign`), or as the `authToken` of products
    /// released long ago (`v1`); `query` when left out.
    pub form: Field<SignatureFormWord>,
    /// The unit of the timestamp; `ms` when left out.
    pub timestamp: Field<TimestampWord>,
    /// What becomes of the body before it is signed; `hmac` when left out.
    pub inner: Field<InnerWord>,
}

/// A case: one call, as it was saved after debugging.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DebugCaseDocument {
    /// Its name among the product's cases.
    pub name: KeyText,
    /// What is asked for.
    pub activity: ActivityWord,
    /// The order.
    #[serde(default)]
    pub order_id: Field<Said>,
    /// The line of the order.
    #[serde(default)]
    pub order_line_id: Field<Said>,
    /// What tells one call from another; each call has one of its own when left out.
    #[serde(default)]
    pub business_id: Field<Said>,
    /// The instance it is about, where no case before it makes one.
    #[serde(default)]
    pub instance_id: Field<Said>,
    /// The case whose answer names the instance; the last `newInstance` before when left out.
    #[serde(default)]
    pub instance_of: Field<KeyText>,
    /// Why something is renewed.
    #[serde(default)]
    pub scene: Field<SceneWord>,
    /// What becomes of the instance.
    #[serde(default)]
    pub status: Field<StatusWord>,
    /// Until when it runs, as `"20261231235959"`; a year from now when left out.
    #[serde(default)]
    pub expire_time: Field<Said>,
    /// What was bought.
    #[serde(default)]
    pub product_id: Field<Said>,
    /// What a buyer would move to.
    #[serde(default)]
    pub product_info: Field<Said>,
    /// The only specification it is for.
    #[serde(default)]
    pub specification: Field<KeyText>,
    /// The only billing mode it is for.
    #[serde(default)]
    pub mode: Field<BillingModeWord>,
    /// Result codes that are right, as `["000000", "000004"]` where an instance is made later.
    #[serde(default)]
    pub accepts: List<Said>,
}
