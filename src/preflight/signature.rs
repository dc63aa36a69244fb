//! How the marketplace signs what it sends to sellers, and sellers what they answer.

use crate::http::base64;
use crate::model::InnerDigest;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

fn hmac(key: &str, message: &[u8]) -> Vec<u8> {
    // An HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |text, byte| text + &format!("{byte:02x}"))
}

/// The signature in the address of a call: over a digest of its body.
#[must_use]
pub fn query_signature(key: &str, nonce: &str, timestamp: &str, body: &str, inner: InnerDigest) -> String {
    let payload = match inner {
        InnerDigest::Hmac => hex(&hmac(key, body.as_bytes())),
        InnerDigest::Sha256 => hex(&Sha256::digest(body.as_bytes())),
    };
    hex(&hmac(key, format!("{key}{nonce}{timestamp}{payload}").as_bytes())).to_uppercase()
}

/// The signature in the header `x-sign` of a call: over the body itself.
#[must_use]
pub fn x_sign(key: &str, nonce: &str, timestamp: &str, body: &str) -> String {
    hex(&hmac(key, format!("{key}{nonce}{timestamp}{body}").as_bytes()))
}

/// The `authToken` of a call to interfaces of the first version: over its parameters by name, as they are before they are
/// encoded.
#[must_use]
pub fn auth_token(key: &str, timestamp: &str, parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = parameters.iter().collect();
    sorted.sort();
    let pairs: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    base64::encode(&hmac(&format!("{key}{timestamp}"), pairs.join("&").as_bytes()))
}

/// The header `Body-Sign` of an answer.
#[must_use]
pub fn body_sign(key: &str, body: &[u8]) -> String {
    format!("sign_type=\"HMAC-SHA256\", signature=\"{}\"", base64::encode(&hmac(key, body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const VECTORS: &str = include_str!("../../tests/vectors/koogallery_interfaces.json");

    fn vectors() -> Value {
        serde_json::from_str(VECTORS).unwrap()
    }

    fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
        vector[name].as_str().unwrap()
    }

    #[test]
    fn calls_are_signed_as_the_vectors_say() {
        let all = vectors();
        for name in ["K1", "K2", "K3", "K4 unicode"] {
            let vector = &all[name];
            let [key, nonce, timestamp, body] =
                ["key", "nonce", "timestamp", "body"].map(|field| text(vector, field));
            let signed = query_signature(key, nonce, timestamp, body, InnerDigest::Hmac);
            assert_eq!(signed, text(vector, "signature"), "{name}");
        }
        let vector = &all["KIT"];
        let [key, nonce, timestamp, body] =
            ["key", "nonce", "timestamp", "body"].map(|field| text(vector, field));
        assert_eq!(x_sign(key, nonce, timestamp, body), text(vector, "x_sign"));
    }

    #[test]
    fn the_variants_that_pages_contradict_each_other_about_are_the_worked_ones() {
        let (key, nonce, timestamp) = ("demo-access-key-0001", "RLLUammMSInlrNWb", "1700000000000");
        let body = r#"{"activity":"queryInstance","instanceId":"demo-instance-0001","testFlag":"1"}"#;
        assert_eq!(
            query_signature(key, nonce, timestamp, body, InnerDigest::Hmac).to_lowercase(),
            "6741dd4c32c3889355ae921c4331daa394c5a213593b0b5b80b52057b86914ad"
        );
        assert_eq!(
            query_signature(key, nonce, timestamp, body, InnerDigest::Sha256),
            "FC444A1EA05548483A123BA960D8C2CAAB6AC7C5C21914CD97A3088E652060D1"
        );
        assert_eq!(
            x_sign(key, nonce, timestamp, body),
            "79648e80f0c4a9b4ca70b087931e1435042c33d2c3f815981eab8b7fec57fde2"
        );
    }

    #[test]
    fn tokens_of_the_first_version_and_answers_are_signed_as_the_vectors_say() {
        let all = vectors();
        let vector = &all["V1"];
        let parameters: Vec<(String, String)> = vector["params"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .rev()
            .collect();
        let timestamp = vector["params"]["timeStamp"].as_str().unwrap();
        assert_eq!(auth_token(text(vector, "key"), timestamp, &parameters), text(vector, "authToken"));
        let vector = &all["BODYSIGN"];
        let wanted = format!("sign_type=\"HMAC-SHA256\", signature=\"{}\"", text(vector, "signature"));
        assert_eq!(body_sign(text(vector, "key"), text(vector, "body").as_bytes()), wanted);
    }
}
