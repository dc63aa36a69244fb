//! Wire forms lose nothing, refuse what they do not know, and say where a document is wrong.

use crate::{arbitrary, arbitrary_state};
use gallerist::{model, released, submission, wire};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Through text and back. Compared by their debug form: two assets are equal when only their digests are.
fn assert_lossless<C, W>(core: &C, to: impl Fn(&C) -> W, back: impl Fn(W) -> C)
where
    C: Debug,
    W: Serialize + DeserializeOwned,
{
    let text = serde_json::to_string(&to(core)).unwrap();
    let read: W = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    assert_eq!(format!("{:?}", back(read)), format!("{core:?}"));
}

macro_rules! lossless {
    ($($name:ident: $strategy:expr => $core:ty, $wire:ty;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $name(core in $strategy) {
                    assert_lossless(&core, |core| <$wire>::from(core), <$core>::from);
                }
            )*
        }
    };
}

lossless! {
    products_keep_everything: arbitrary::product() => model::Product, wire::Product;
    values_keep_everything: arbitrary::value() => model::Value, wire::Value;
    items_keep_everything: arbitrary::item() => model::Item, wire::Item;
    submissions_keep_everything: arbitrary_state::submission() => submission::Submission, wire::Submission;
    scopes_keep_everything: arbitrary_state::scope() => submission::Scope, wire::Scope;
    reviews_keep_everything: arbitrary_state::review() => submission::Review, wire::Review;
    evidence_keeps_everything: arbitrary_state::evidence() => submission::Evidence, wire::Evidence;
    observations_keep_everything: arbitrary_state::observation() => released::Observation, wire::Observation;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bindings_keep_everything(core in arbitrary_state::bindings()) {
        assert_lossless(&core, wire::bindings, wire::bindings_into);
    }

    #[test]
    fn a_submission_keeps_its_identity(scope in arbitrary_state::scope(), core in arbitrary_state::submission()) {
        let identify = |it: &submission::Submission| {
            submission::Submission::identify(&scope, &it.product, it.base.as_ref(), &it.operations, it.attempt)
        };
        let text = serde_json::to_string(&wire::Submission::from(&core)).unwrap();
        let read = submission::Submission::from(serde_json::from_str::<wire::Submission>(&text).unwrap());
        prop_assert_eq!(identify(&read), identify(&core));
    }
}
