//! What a scalar means: less than in any YAML version, on purpose.

/// The meaning of a scalar. Whatever looks surprising (`no`, `0123`, `1e3`, `0x1f`, `1_000`, `.inf`) is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar<'t> {
    /// `null`, `~` or nothing at all, unquoted.
    Null,
    /// `true` or `false`, unquoted.
    Flag(bool),
    /// An unquoted number as JSON writes it, without exponent; the text is exactly as written.
    Number(&'t str),
    /// Everything else.
    Text(&'t str),
}

impl<'t> Scalar<'t> {
    /// The meaning of a text; only plain (unquoted, not block) scalars are more than text.
    #[must_use]
    pub fn resolve(text: &'t str, plain: bool) -> Self {
        Meaning::of(text, plain).with(text)
    }
}

/// The same without the text. A scalar is asked for it several times, so the tree notes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Null,
    True,
    False,
    Number,
    Text,
}

impl Meaning {
    /// The meaning of a text; only plain (unquoted, not block) scalars are more than text.
    #[inline]
    pub(super) fn of(text: &str, plain: bool) -> Self {
        match text {
            _ if !plain => Self::Text,
            "" | "~" | "null" => Self::Null,
            "true" => Self::True,
            "false" => Self::False,
            _ if is_number(text) => Self::Number,
            _ => Self::Text,
        }
    }

    /// With the text that means it.
    #[inline]
    pub(super) fn with(self, text: &str) -> Scalar<'_> {
        match self {
            Self::Null => Scalar::Null,
            Self::True => Scalar::Flag(true),
            Self::False => Scalar::Flag(false),
            Self::Number => Scalar::Number(text),
            Self::Text => Scalar::Text(text),
        }
    }
}

/// Digits without needless zeros in front, an optional fraction, an optional minus before what is not zero.
#[inline]
fn is_number(text: &str) -> bool {
    // Most texts are words: their first letter tells.
    let may_be = |first: &u8| *first == b'-' || first.is_ascii_digit();
    text.as_bytes().first().is_some_and(may_be) && has_form_of_number(text)
}

fn has_form_of_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) =
        magnitude.split_once('.').map_or((magnitude, None), |(whole, rest)| (whole, Some(rest)));
    let zero = magnitude.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    digits(whole)
        && fraction.is_none_or(digits)
        && (whole == "0" || !whole.starts_with('0'))
        && !(zero && magnitude.len() < text.len())
}

/// The whole number a canonical number stands for (`5` and `5.0`), if it is one.
pub(super) fn whole(number: &str) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.bytes().any(|byte| byte != b'0') {
        return None;
    }
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_json_words_and_numbers_are_typed() {
        for null in ["", "~", "null"] {
            assert_eq!(Scalar::resolve(null, true), Scalar::Null);
            assert_eq!(Scalar::resolve(null, false), Scalar::Text(null));
        }
        for number in ["0", "5", "-5", "1.10", "0.5", "-0.5", "9.90", "123456789012345678901234567890"] {
            assert_eq!(Scalar::resolve(number, true), Scalar::Number(number));
        }
        for text in [
            "no",
            "yes",
            "on",
            "y",
            "Null",
            "NULL",
            "True",
            "FALSE",
            "0123",
            "1e3",
            "0x1f",
            "0o7",
            "0b11",
            "1_000",
            ".inf",
            "-.inf",
            ".nan",
            "1.",
            ".5",
            "+1",
            "-0",
            "-0.0",
            "1.2.3",
            "12:30:45",
            "2024-01-01",
            "-",
            "१",
        ] {
            assert_eq!(Scalar::resolve(text, true), Scalar::Text(text), "{text}");
        }
    }

    #[test]
    fn whole_numbers_may_end_in_zeros_after_the_point() {
        assert_eq!(whole("5"), Some(5));
        assert_eq!(whole("5.00"), Some(5));
        assert_eq!(whole("-3"), Some(-3));
        assert_eq!(whole("5.01"), None);
        assert_eq!(whole("99999999999999999999"), None);
    }
}
