//! The calls that cases stand for, byte by byte as the marketplace makes them.

use super::signature::{auth_token, query_signature, x_sign};
use crate::http::Secret;
use crate::model::{Activity, CallSignature, Case, CaseField, SignatureForm, TimestampUnit};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How old a timestamp is that nobody should take any more; a minute is allowed.
const STALE: SignedDuration = SignedDuration::from_hours(1);

/// How long a renewed instance runs where a case does not say.
const RENEWED: SignedDuration = SignedDuration::from_hours(365 * 24);

/// How a call differs from what its case says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Not at all.
    Right,
    /// Its signature is wrong.
    WrongSignature,
    /// Its timestamp is too old.
    Stale,
}

/// What a call is made with beside its case.
#[derive(Debug, Clone, Copy)]
pub struct Values<'a> {
    /// The access key.
    pub key: &'a Secret,
    /// How it is signed.
    pub signature: CallSignature,
    /// The moment.
    pub now: Timestamp,
    /// A text that was never used before.
    pub nonce: &'a str,
    /// What tells this call from others, where the case sets nothing.
    pub business_id: &'a str,
    /// The instance it is about, where the case names none itself.
    pub instance: Option<&'a str>,
}

/// One call, ready to be sent. It has no form for people: its address holds a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// The whole address, with what signs it.
    pub url: String,
    /// Headers beside the type of the content.
    pub headers: Vec<(&'static str, String)>,
    /// The body of a POST; without one it is a GET.
    pub body: Option<String>,
    /// The signature in it.
    pub signature: String,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Call")
    }
}

/// The call of a case. `address` holds no query.
#[must_use]
pub fn build(address: &str, case: &Case, way: Way, values: &Values<'_>) -> Call {
    let at = match way {
        Way::Stale => values.now.checked_sub(STALE).unwrap_or(values.now),
        Way::Right | Way::WrongSignature => values.now,
    };
    let fields = fields(case, values);
    match values.signature.form {
        SignatureForm::V1 => first_version(address, fields, way, at, values),
        form @ (SignatureForm::Query | SignatureForm::XSign) => {
            let timestamp = match values.signature.timestamp {
                TimestampUnit::Milliseconds => at.as_millisecond().to_string(),
                TimestampUnit::Seconds => at.as_second().to_string(),
            };
            // Keys stand in their order, as the marketplace sends them.
            let body = serde_json::to_string(&fields).unwrap_or_default();
            let (key, nonce) = (values.key.expose(), values.nonce);
            if form == SignatureForm::XSign {
                let signature = spoiled(x_sign(key, nonce, &timestamp, &body), way);
                let headers = vec![
                    ("x-sign", signature.clone()),
                    ("x-timestamp", timestamp),
                    ("x-nonce", nonce.to_owned()),
                ];
                return Call { url: address.to_owned(), headers, body: Some(body), signature };
            }
            let signed = query_signature(key, nonce, &timestamp, &body, values.signature.inner);
            let signature = spoiled(signed, way);
            let query =
                [("signature", signature.as_str()), ("timestamp", timestamp.as_str()), ("nonce", nonce)];
            Call { url: with_query(address, query), headers: Vec::new(), body: Some(body), signature }
        }
    }
}

fn fields(case: &Case, values: &Values<'_>) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> =
        case.fields.iter().map(|(field, value)| (field.name().to_owned(), value.clone())).collect();
    fields.insert("activity".to_owned(), case.activity.name().to_owned());
    fields.insert("testFlag".to_owned(), "1".to_owned());
    let mut missing = |field: CaseField, value: &str| {
        fields.entry(field.name().to_owned()).or_insert_with(|| value.to_owned());
    };
    if case.activity == Activity::NewInstance {
        missing(CaseField::BusinessId, values.business_id);
    }
    if let Some(instance) = values.instance.filter(|_| case.activity.is_about_an_instance()) {
        missing(CaseField::InstanceId, instance);
    }
    if case.activity == Activity::RefreshInstance {
        let until = values.now.checked_add(RENEWED).unwrap_or(values.now);
        missing(CaseField::ExpireTime, &until.strftime("%Y%m%d%H%M%S").to_string());
    }
    fields
}

fn first_version(
    address: &str,
    mut fields: BTreeMap<String, String>,
    way: Way,
    at: Timestamp,
    values: &Values<'_>,
) -> Call {
    let timestamp = at.strftime("%Y%m%d%H%M%S%3f").to_string();
    fields.insert("timeStamp".to_owned(), timestamp.clone());
    let parameters: Vec<(String, String)> = fields.into_iter().collect();
    let signature = spoiled(auth_token(values.key.expose(), &timestamp, &parameters), way);
    let own = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let url = with_query(address, own.chain([("authToken", signature.as_str())]));
    Call { url, headers: Vec::new(), body: None, signature }
}

fn with_query<'q>(address: &str, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> String {
    match reqwest::Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(query);
            url.to_string()
        }
        Err(_) => address.to_owned(),
    }
}

/// A signature as it should be, or another one of the same form.
fn spoiled(signature: String, way: Way) -> String {
    if way != Way::WrongSignature {
        return signature;
    }
    let mut characters = signature.chars();
    let other = if characters.next() == Some('0') { '1' } else { '0' };
    std::iter::once(other).chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InnerDigest, Key};
    use std::collections::BTreeSet;

    fn case(activity: Activity, fields: &[(CaseField, &str)]) -> Case {
        Case {
            name: Key::new("a").unwrap(),
            activity,
            fields: fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect(),
            instance_of: None,
            specification: None,
            mode: None,
            accepts: BTreeSet::new(),
            position: 0,
        }
    }

    fn call(case: &Case, way: Way, signature: CallSignature) -> Call {
        let key = Secret::new("3f0d5c1e-9b7a-4c2d-8e6f-0a1b2c3d4e5f", "test").unwrap();
        let values = Values {
            key: &key,
            signature,
            now: Timestamp::from_millisecond(1_680_508_066_618).unwrap(),
            nonce: "50D83FDECAED6CCD8EF597F2A577950527928BA287D04E6036E92B2806FD17DA",
            business_id: "87b94795-0603-4e24-8ae5-69420d60e3c8",
            instance: Some("i-1"),
        };
        build("https://crm.acme.example/koo", case, way, &values)
    }

    fn creation() -> Case {
        let order =
            [(CaseField::OrderId, "CS2211181819B4LVS"), (CaseField::OrderLineId, "CS2211181819B4LVS-000001")];
        case(Activity::NewInstance, &order)
    }

    /// The first of the marketplace's vectors, from the case to the wire.
    #[test]
    fn a_call_is_the_one_of_the_vector() {
        let call = call(&creation(), Way::Right, CallSignature::default());
        assert_eq!(
            call.body.as_deref(),
            Some(
                r#"{"activity":"newInstance","businessId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001","testFlag":"1"}"#
            )
        );
        assert_eq!(
            call.url,
            "https://crm.acme.example/koo?signature=1447CCDFCD97FB1C162D053E653869C74531E28F4024B276CF756F043F47F519&timestamp=1680508066618&nonce=50D83FDECAED6CCD8EF597F2A577950527928BA287D04E6036E92B2806FD17DA"
        );
    }

    #[test]
    fn each_variant_is_another_signature_and_a_wrong_one_differs_in_one_place() {
        let seconds = CallSignature { timestamp: TimestampUnit::Seconds, ..CallSignature::default() };
        assert!(call(&creation(), Way::Right, seconds).url.contains("timestamp=1680508066&"));
        let sha = CallSignature { inner: InnerDigest::Sha256, ..CallSignature::default() };
        let default = call(&creation(), Way::Right, CallSignature::default());
        assert_ne!(call(&creation(), Way::Right, sha).signature, default.signature);
        let wrong = call(&creation(), Way::WrongSignature, CallSignature::default());
        assert_ne!(wrong.signature, default.signature);
        assert_eq!(wrong.signature[1..], default.signature[1..]);
        let stale = call(&creation(), Way::Stale, CallSignature::default());
        assert!(stale.url.contains("timestamp=1680504466618"), "{}", stale.url);
        let header = CallSignature { form: SignatureForm::XSign, ..CallSignature::default() };
        let header = call(&creation(), Way::Right, header);
        assert_eq!(header.url, "https://crm.acme.example/koo");
        assert_eq!(
            header.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["x-sign", "x-timestamp", "x-nonce"]
        );
        let first = CallSignature { form: SignatureForm::V1, ..CallSignature::default() };
        let first = call(&creation(), Way::Right, first);
        assert_eq!(first.body, None);
        assert!(first.url.contains("timeStamp=20230403074746618") && first.url.contains("authToken="));
    }

    #[test]
    fn what_a_case_leaves_out_is_filled_in_where_the_activity_has_it() {
        let body = |case: &Case| call(case, Way::Right, CallSignature::default()).body.unwrap();
        assert_eq!(
            body(&case(Activity::QueryInstance, &[])),
            r#"{"activity":"queryInstance","instanceId":"i-1","testFlag":"1"}"#
        );
        assert!(
            body(&case(Activity::QueryInstance, &[(CaseField::InstanceId, "mine")])).contains("\"mine\"")
        );
        assert!(body(&case(Activity::RefreshInstance, &[])).contains("\"expireTime\":\"20240402074746\""));
        assert!(!body(&case(Activity::OrderNotify, &[])).contains("instanceId"));
    }
}
