//! An example of every form; a test reads each as what it is an example of.

use crate::wire::gateway::ProblemKind;
use serde_json::{Value, json};

pub(super) const SUBMISSION: &str = "s-8c1f3e52b6d04a7795e2c0aa61d4f3b9";
pub(super) const PRODUCT: &str = "acme-crm";
pub(super) const FILE: &str = "The user guide.\n";
/// Of [`FILE`].
pub(super) const FILE_DIGEST: &str = "1b617de85615378549e0962431f692da3bb106307784375d1e66c259c6def785";
const PRODUCT_ID: &str = "P0000000001";
const APPLICATION: &str = "KG0000000007";
const NOW: &str = "2026-11-22T09:00:00Z";
const LATER: &str = "2026-11-24T15:30:00Z";

pub(super) fn capabilities() -> Value {
    json!({
        "now": NOW, "checksFences": true, "idsPerQuestion": 200, "itemsPerPage": 100, "assetBytesMax": 67_108_864,
        "site": "intl", "currency": "USD",
    })
}

/// A price table with one cell.
fn prices(amount: &str) -> Value {
    json!([{ "mode": "yearly", "sku": {}, "price": { "flat": amount } }])
}

pub(super) fn observation() -> Value {
    json!({
        "takenAt": NOW,
        "coverage": "whole",
        "products": [{
            "productId": PRODUCT_ID,
            "status": "on-sale",
            "revision": "3",
            "url": "https://marketplace.example.com/contents/P0000000001",
            "delivery": "saas",
            "fields": { "name": "Acme CRM" },
            "specifications": [{
                "discontinued": false,
                "fields": { "name": "Starter" },
                "template": "simple",
                "modes": ["yearly"],
                "prices": prices("100.00"),
                "skus": [{
                    "skuCode": "S0000000001", "sku": {}, "discontinued": false,
                    "offerings": { "yearly": "O0000000001" },
                }],
            }],
            "upgradeRules": [],
        }],
        "applications": [{
            "application": APPLICATION,
            "submission": SUBMISSION,
            "productId": PRODUCT_ID,
            "productName": "Acme CRM",
            "kind": "modify",
            "state": "pending",
            "submittedAt": NOW,
        }],
    })
}

pub(super) fn offer() -> Value {
    json!({
        "submission": {
            "id": SUBMISSION,
            "kind": "modify",
            "product": PRODUCT,
            "productId": PRODUCT_ID,
            "base": "3",
            "operations": [{
                "kind": "change-price",
                "item": { "price": { "specification": "starter", "cell": { "mode": "yearly", "sku": {} } } },
                "from": { "price": { "flat": "100.00" } },
                "to": { "price": { "flat": "120.00" } },
            }],
            "attempt": 1,
            "predicted": { "key": PRODUCT, "delivery": "saas", "fields": {}, "specifications": [] },
        },
        "references": { "starter": "S0000000001" },
        "fence": LATER,
    })
}

pub(super) fn taken() -> Value {
    json!({ "application": APPLICATION })
}

pub(super) fn question() -> Value {
    json!({ "submissions": [SUBMISSION] })
}

pub(super) fn reviews() -> Value {
    let review =
        json!({ "ended": { "rejected": { "reason": "The price is not the one of the contract." } } });
    json!({ "reviews": [
        { "submission": SUBMISSION, "application": APPLICATION, "review": review, "at": LATER },
    ] })
}

pub(super) fn bar() -> Value {
    json!({ "fence": LATER })
}

/// A problem of each kind.
pub(super) fn problem(kind: ProblemKind) -> Value {
    let detail = match kind {
        ProblemKind::Malformed => {
            "`submission.operations[0].kind`: `change-prize` is not a kind of operation"
        }
        ProblemKind::Unsigned => "the request is not signed with SDK-HMAC-SHA256",
        ProblemKind::SignatureWrong => {
            "the access key is unknown, or the signature is not the one of this request"
        }
        ProblemKind::ClockSkewed => "the request was signed 25m ago from now",
        ProblemKind::Replayed => "a request with this signature was taken already; sign every attempt anew",
        ProblemKind::NotFound => "there is nothing at this address",
        ProblemKind::MethodNotAllowed => "this address does not take this method; see `Allow`",
        ProblemKind::ObservationChanged => "something changed since the first page; begin with it again",
        ProblemKind::SubmissionIdTaken => "the id was used for a submission with other content",
        ProblemKind::FenceLate => "somebody else holds the product under a later fence",
        ProblemKind::NotWithdrawable => {
            "Only a pending application can be withdrawn, and KG0000000007 is approved."
        }
        ProblemKind::AssetsMissing => "upload these files first: `PUT /v1/assets/{digest}`",
        ProblemKind::AssetMismatch => "its BLAKE3 digest is another one",
        ProblemKind::TooLarge => "the body is larger than what is taken here",
        ProblemKind::MediaType => "the body is to be application/json",
        ProblemKind::Refused => "KG0000000006 is pending approval for this product.",
        ProblemKind::Throttled => "too many requests",
        ProblemKind::Unavailable => "the sandbox file cannot be used: database is locked",
        ProblemKind::Failed => "a mistake of the gateway; its log says more",
    };
    let mut problem = json!({});
    if let Ok(written) = serde_json::to_value(kind.problem(detail)) {
        problem = written;
    }
    match kind {
        ProblemKind::Refused => {
            problem["rules"] = json!([70]);
            problem["refusal"] = json!({ "rules": [70], "text": detail, "technical": false });
        }
        ProblemKind::NotWithdrawable => problem["rules"] = json!([65, 69]),
        ProblemKind::AssetsMissing => problem["missingAssets"] = json!([FILE_DIGEST]),
        ProblemKind::ClockSkewed => problem["now"] = json!(NOW),
        _ => {}
    }
    problem
}
