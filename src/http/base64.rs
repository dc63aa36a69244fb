//! Base64 with padding, as RFC 4648 has it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = usize::try_from(number >> (18 - 6 * place) & 63).unwrap_or_default();
            let sign = ALPHABET.get(digit).copied().filter(|_| place <= three.len());
            out.push(char::from(sign.unwrap_or(b'=')));
        }
    }
    out
}

/// Text as bytes; `None` when it is no base64. Padding may be left out.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) || digits.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    for four in digits.as_bytes().chunks(4) {
        let mut number = 0_u32;
        for place in 0..4 {
            let digit = match four.get(place) {
                Some(sign) => ALPHABET.iter().position(|known| known == sign)?,
                None => 0,
            };
            number = number << 6 | u32::try_from(digit).ok()?;
        }
        let [_, bytes @ ..] = number.to_be_bytes();
        let (taken, rest) = bytes.split_at(four.len() - 1);
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend(taken);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_hold() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in pairs {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(plain.as_bytes()));
            assert_eq!(decode(encoded.trim_end_matches('=')).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..=all.len() {
            assert_eq!(decode(&encode(&all[..length])).as_deref(), Some(&all[..length]));
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for bad in ["Z", "Zg=", "Z===", "====", "Zm9v!", "Zm 9v", "Zh==", "Zm9=", "ÄÄÄÄ"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
