//! Money, exact: `9.9` equals `9.90`, and no price ever passes through a binary fraction.

use rust_decimal::Decimal;

/// An ISO 4217 currency code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Box<str>);

impl Currency {
    /// Three capital letters, else `None`.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| Self(code.into()))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Digits that are kept exactly.
const DIGITS_MAX: usize = 28;

/// Digits that certainly fit into 64 bits.
const WORD_DIGITS_MAX: usize = 18;

/// An amount of money in the target's currency: zero or more, at most 28 digits, kept without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// Why a text is not an [`Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one point between them.
    #[error("an amount is digits with at most one point between them, as in 9.90")]
    Form,
    /// More digits than are kept exactly.
    #[error("an amount has at most 28 digits")]
    Digits,
}

impl Amount {
    /// The pattern of an amount, as JSON Schema writes it.
    pub const PATTERN: &'static str = r"^(0|[1-9][0-9]*)(\.[0-9]+)?$";

    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Reads an amount exactly as written: no sign, exponent, leading zero, separator or white space.
    ///
    /// # Errors
    /// When the text has another form or too many digits.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let point = text.bytes().position(|byte| byte == b'.').unwrap_or(text.len());
        let (whole, rest) = text.split_at_checked(point).unwrap_or((text, ""));
        let fraction = rest.strip_prefix('.');
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole) || leading_zero || fraction.is_some_and(|part| !digits(part)) {
            return Err(AmountError::Form);
        }
        if whole.len() + fraction.map_or(0, str::len) > DIGITS_MAX {
            return Err(AmountError::Digits);
        }
        // What few digits say fits into a machine's number.
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        if whole.len() + fraction.len() <= WORD_DIGITS_MAX {
            let digit = |number: i64, byte: u8| number * 10 + i64::from(byte - b'0');
            let number = whole.bytes().chain(fraction.bytes()).fold(0, digit);
            return Ok(Self(Decimal::new(number, u32::try_from(fraction.len()).unwrap_or_default())));
        }
        Decimal::from_str_exact(text)
            .map(|decimal| Self(decimal.normalize()))
            .map_err(|_| AmountError::Digits)
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The change from `self` to `to` in per cent of `self`; `None` from zero or when the number is too large.
    #[must_use]
    pub fn change_percent(self, to: Self) -> Option<Decimal> {
        let difference = to.0.checked_sub(self.0)?;
        difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(self.0)
    }

    /// In hundredths, as most prices can be said.
    fn cents(self) -> Option<u64> {
        const FEW: u64 = 1_000_000_000_000_000;
        let (digits, scale) = (u64::try_from(self.0.mantissa()).ok()?, self.0.scale());
        (digits < FEW && scale <= 2).then(|| digits * 10_u64.pow(2 - scale))
    }

    /// The number, for arithmetic.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

/// Digits of the largest number of 64 bits, and a point.
const CENTS_WIDTH: usize = 21;

/// Hundredths with a point. A digest is made of all prices of a catalog, and what can write any number takes ten times as long.
fn in_cents(cents: u64, room: &mut [u8; CENTS_WIDTH]) -> &str {
    let (mut rest, mut begins) = (cents, room.len());
    for (at, place) in room.iter_mut().enumerate().rev() {
        let behind = CENTS_WIDTH - at;
        if rest == 0 && behind > 4 {
            break;
        }
        begins = at;
        if behind == 3 {
            *place = b'.';
            continue;
        }
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    room.get(begins..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}

impl std::fmt::Display for Amount {
    /// As prices are written, with at least two decimals: `9.90`, `15.00`, `0.125`. What is written can be read again,
    /// so zeros are left out where they would be digits too many.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(cents) = self.cents() {
            return f.write_str(in_cents(cents, &mut [b'0'; CENTS_WIDTH]));
        }
        let text = self.0.to_string();
        let zeros = match self.0.scale() {
            0 => ".00",
            1 => "0",
            _ => "",
        };
        let digits = text.len() + zeros.len() - 1;
        f.write_str(&text)?;
        if digits <= DIGITS_MAX { f.write_str(zeros) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(Amount::parse("9.9"), Amount::parse("9.90"));
        assert_eq!(Amount::parse("9.9").unwrap().to_string(), "9.90");
        assert_eq!(Amount::parse("99").unwrap().to_string(), "99.00");
        assert_eq!(Amount::parse("0.125").unwrap().to_string(), "0.125");
        assert_eq!(Amount::parse("1234567.05").unwrap().to_string(), "1234567.05");
        assert_eq!(Amount::parse("999999999999999").unwrap().to_string(), "999999999999999.00");
        assert_eq!(Amount::parse("1000000000000000").unwrap().to_string(), "1000000000000000.00");
        assert_eq!(Amount::parse("99999999999999.9").unwrap().to_string(), "99999999999999.90");
        assert_eq!(Amount::parse("100000000000000.1").unwrap().to_string(), "100000000000000.10");
        assert_eq!(Amount::parse("0").unwrap(), Amount::ZERO);
        // Few digits are read in another way than many; what they say is the same.
        for (short, long) in [("9.9", "9.90000000000000000000"), ("0", "0.00000000000000000000")] {
            assert_eq!(Amount::parse(short), Amount::parse(long));
        }
        assert_eq!(Amount::parse("999999999999999999").unwrap().decimal().to_string(), "999999999999999999");
        assert_eq!(Amount::parse("0.000000000000000001").unwrap().to_string(), "0.000000000000000001");
        for bad in ["", "-1", "+1", "1e3", "0123", "1_000", "1,5", ".5", "5.", " 5", "१", "NaN", "1.2.3"] {
            assert_eq!(Amount::parse(bad), Err(AmountError::Form), "{bad}");
        }
        assert_eq!(Amount::parse(&"9".repeat(30)), Err(AmountError::Digits));
        assert_eq!(Amount::parse(&"9".repeat(29)), Err(AmountError::Digits));
        assert_eq!(Amount::parse(&format!("1{}", "0".repeat(28))), Err(AmountError::Digits));
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        for wholes in 1..=28 {
            for decimals in 0..=28 - wholes {
                let point = if decimals == 0 { "" } else { "." };
                let text = format!("{}{point}{}", "9".repeat(wholes), "9".repeat(decimals));
                let amount = Amount::parse(&text).unwrap();
                assert_eq!(Amount::parse(&amount.to_string()), Ok(amount), "{text} is written as {amount}");
                let padded = match decimals {
                    0 if wholes <= 26 => text + ".00",
                    1 if wholes <= 26 => text + "0",
                    _ => text,
                };
                assert_eq!(amount.to_string(), padded);
            }
        }
    }

    #[test]
    fn hundredths_are_written_as_any_number_is() {
        for digits in
            [0, 1, 9, 10, 99, 100, 101, 999, 1_000, 12_345, 999_999_999_999_999, 100_000_000_000_000]
        {
            for scale in 0..=2 {
                let amount = Amount(Decimal::new(digits, scale).normalize());
                let padded = format!("{:.2}", Decimal::new(digits, scale));
                assert_eq!(amount.to_string(), padded);
                assert!(amount.cents().is_some());
            }
        }
        assert_eq!(in_cents(u64::MAX, &mut [b'0'; CENTS_WIDTH]), "184467440737095516.15");
    }

    #[test]
    fn change_in_percent() {
        let amount = |text| Amount::parse(text).unwrap();
        assert_eq!(amount("10").change_percent(amount("13")), Some(Decimal::from(30)));
        assert_eq!(amount("10").change_percent(amount("5")), Some(Decimal::from(-50)));
        assert_eq!(Amount::ZERO.change_percent(amount("5")), None);
    }
}
