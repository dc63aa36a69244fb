//! Signatures of what is sent to receivers who did not ask, by the Standard Webhooks specification: HMAC-SHA256 over
//! `id.timestamp.body`, with a secret in base64 that both sides know.

use super::SecretError;
use super::base64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

/// A key that signs. It has no form for people.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// The key in a secret: base64 of 24 to 64 bytes, with `whsec_` before it or without. `place` names where it comes
    /// from, for errors.
    ///
    /// # Errors
    /// When it is none; the error never says the secret.
    pub fn new(secret: &str, place: &str) -> Result<Self, SecretError> {
        let failed = |reason| SecretError::Form { place: place.to_owned(), reason };
        let secret = secret.trim();
        let encoded = secret.strip_prefix("whsec_").unwrap_or(secret);
        let bytes =
            base64::decode(encoded).ok_or(failed("it is not base64, with or without `whsec_` before it"))?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(failed("it stands for fewer than 24 bytes or more than 64"));
        }
        Hmac::new_from_slice(&bytes).map(Self).map_err(|_| failed("no key can be made of it"))
    }

    /// The signature of a message, as it stands in its header.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", base64::encode(&mac.finalize().into_bytes()))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the specification's own libraries are tested with.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_signature_is_the_one_other_libraries_make() {
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let signed = |secret: &str| {
            let key = SigningKey::new(secret, "S").unwrap();
            key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#)
        };
        assert_eq!(signed(SECRET), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(signed(SECRET.trim_start_matches("whsec_")), signed(SECRET));
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_named() {
        let short = base64::encode(&[7; 23]);
        let long = base64::encode(&[7; 65]);
        for bad in ["", "whsec_", "my password is long enough", &short, &long, "whsec_!!!!"] {
            let error = SigningKey::new(bad, "GALLERIST_WEBHOOK_SECRET").unwrap_err().to_string();
            assert!(error.starts_with("GALLERIST_WEBHOOK_SECRET holds"), "{error}");
            assert!(bad.is_empty() || bad == "whsec_" || !error.contains(bad), "{error}");
        }
        assert_eq!(format!("{:?}", SigningKey::new(SECRET, "S").unwrap()), "SigningKey");
    }
}
