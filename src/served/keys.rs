//! Keys and tokens that nobody can guess.

use crate::http::{Secret, SecretError};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz";
/// Capitals and digits.
const CAPITALS: usize = 36;
const ACCESS_KEY_LENGTH: usize = 20;
const SECRET_LENGTH: usize = 40;

/// This machine gives no random numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this machine gives no random numbers")]
pub struct NoRandomness;

/// A new access key: as long as those of the marketplace, and of the same letters.
///
/// # Errors
/// When there is no randomness.
pub fn new_access_key() -> Result<String, NoRandomness> {
    draw(ACCESS_KEY_LENGTH, CAPITALS)
}

/// A new secret key or token.
///
/// # Errors
/// When there is no randomness.
pub fn new_secret() -> Result<Secret, NoRandomness> {
    Secret::new(&draw(SECRET_LENGTH, LETTERS.len())?, "").map_err(|_: SecretError| NoRandomness)
}

/// So many of the first letters, each as likely as the others.
fn draw(length: usize, letters: usize) -> Result<String, NoRandomness> {
    let random = rustls::crypto::ring::default_provider().secure_random;
    let fair = 256 - 256 % letters;
    let mut drawn = String::with_capacity(length);
    while drawn.len() < length {
        let mut bytes = [0; 64];
        random.fill(&mut bytes).map_err(|_| NoRandomness)?;
        let usable = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let letter = usable.filter_map(|byte| LETTERS.get(byte % letters)).map(|letter| char::from(*letter));
        drawn.extend(letter.take(length - drawn.len()));
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_look_like_the_marketplaces_and_differ() {
        let keys: std::collections::BTreeSet<String> = (0..100).map(|_| new_access_key().unwrap()).collect();
        assert_eq!(keys.len(), 100);
        for key in keys {
            assert_eq!(key.len(), ACCESS_KEY_LENGTH);
            assert!(key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{key}");
        }
        let secret = new_secret().unwrap();
        assert_eq!(secret.expose().len(), SECRET_LENGTH);
    }
}
