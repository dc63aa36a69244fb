//! Values as people read them.

use crate::model::{Asset, AttributeKind, Price, Quantity, Specification, Value};
use crate::released::ProductStatus;
use crate::sandbox::{Application, ProductRow, Standing};
use crate::submission::SubmissionKind;
use jiff::{SignedDuration, Timestamp};

/// A word with a colour. The word says it all; the colour only helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chip {
    pub(super) word: &'static str,
    /// `good`, `care`, `bad`, `calm` or `quiet`.
    pub(super) tone: &'static str,
}

const fn chip(word: &'static str, tone: &'static str) -> Chip {
    Chip { word, tone }
}

/// Whether and how a product is sold.
pub(super) fn status(row: &ProductRow) -> Chip {
    match row.status {
        ProductStatus::OnSale if row.is_public() => chip("On sale", "good"),
        ProductStatus::OnSale => chip("On sale, hidden", "calm"),
        ProductStatus::Frozen => chip("Frozen", "bad"),
        ProductStatus::Discontinued => chip("Discontinued", "quiet"),
    }
}

/// Where an application stands, in the console's words.
pub(super) fn standing(standing: &Standing) -> Chip {
    match standing {
        Standing::Draft => chip("Draft", "quiet"),
        Standing::Pending => chip("Pending approval", "care"),
        Standing::Approved => chip("Approved", "good"),
        Standing::Rejected(_) => chip("Rejected", "bad"),
        Standing::Withdrawn => chip("Withdrawn", "quiet"),
        Standing::Discarded => chip("Deleted", "quiet"),
        Standing::Forgotten => chip("Not known any more", "quiet"),
    }
}

/// Why an application was rejected.
pub(super) fn rejection(application: &Application) -> Option<&str> {
    match &application.standing {
        Standing::Rejected(reason) => Some(reason),
        _ => None,
    }
}

/// What kind of form it is.
pub(super) fn kind(kind: SubmissionKind) -> &'static str {
    match kind {
        SubmissionKind::Release => "Release",
        SubmissionKind::Modify => "Modification",
        SubmissionKind::Remove => "Removal from catalog",
    }
}

/// A moment, with a form for programs and one for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) text: String,
}

pub(super) fn moment(at: Timestamp) -> Moment {
    Moment { iso: at.to_string(), text: at.strftime("%Y-%m-%d %H:%M UTC").to_string() }
}

/// How long something has lasted, in its largest unit.
pub(super) fn lasted(duration: SignedDuration) -> String {
    let minutes = duration.as_mins().max(0);
    let of = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match minutes {
        0 => "less than a minute".to_owned(),
        minutes if minutes < 60 => of(minutes, "minute"),
        minutes if minutes < 48 * 60 => of(minutes / 60, "hour"),
        minutes => of(minutes / (24 * 60), "day"),
    }
}

/// How many there are of something.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A value as lines of text; files are told by their facts.
pub(super) fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => text.lines().map(str::to_owned).collect(),
        Value::Flag(flag) => vec![if *flag { "Yes" } else { "No" }.to_owned()],
        Value::Texts(texts) => texts.iter().map(|text| format!("• {text}")).collect(),
        Value::Entries(entries) => {
            entries.iter().flat_map(|entry| [entry.title.clone(), entry.text.clone()]).collect()
        }
        Value::Asset(file) => vec![file_words(file)],
        Value::Assets(files) => files.iter().map(file_words).collect(),
        Value::Prices(prices) => prices.iter().map(|(cell, price)| format!("{cell}: {price}")).collect(),
        Value::Attribute(attribute) => {
            std::iter::once(attribute.name.clone()).chain(values_of(&attribute.kind)).collect()
        }
        Value::Quantity(range) => vec![quantity(range)],
        Value::Specification(content) => specification(content),
        Value::Product(product) => vec![product.display_name().to_owned()],
        Value::Integer(_)
        | Value::Delivery(_)
        | Value::Template(_)
        | Value::Price(_)
        | Value::Factor(_)
        | Value::Package(_)
        | Value::UpgradeRule(_) => vec![value.to_string()],
    }
}

fn values_of(kind: &AttributeKind) -> Vec<String> {
    match kind {
        AttributeKind::Enumeration(values) => values.values().map(|label| format!("• {label}")).collect(),
        AttributeKind::Quantity(range) => vec![quantity(range)],
    }
}

/// A quantity's range in a sentence.
pub(super) fn quantity(range: &Quantity) -> String {
    format!("{} to {} in steps of {}, {} pricing", range.min, range.max, range.step, range.pricing.name())
}

fn specification(content: &Specification) -> Vec<String> {
    let prices = content.prices.iter().flatten().map(|(cell, price)| format!("{cell}: {price}"));
    std::iter::once(content.display_name().to_owned()).chain(prices).collect()
}

/// What is known of a file.
pub(super) fn file_words(file: &Asset) -> String {
    let Asset { name, size_bytes, kind, pixels, .. } = file;
    let mut words = name.clone();
    if let Some(kind) = kind.filter(|kind| kind.name() != "other") {
        words.push_str(&format!(", {}", kind.name().to_uppercase()));
    }
    if let Some([width, height]) = pixels {
        words.push_str(&format!(", {width} × {height}"));
    }
    let size = match size_bytes {
        bytes if *bytes < 1024 => format!("{bytes} bytes"),
        bytes if *bytes < 1024 * 1024 => format!("{} KiB", bytes.div_ceil(1024)),
        bytes => format!("{} MiB", bytes.div_ceil(1024 * 1024)),
    };
    format!("{words}, {size}")
}

/// How a price changed, in per cent: `+6.3 %`.
pub(super) fn percent(from: &Price, to: &Price) -> Option<String> {
    let (Price::Flat(from), Price::Flat(to)) = (from, to) else { return None };
    let change = from.change_percent(*to)?.round_dp(1);
    (!change.is_zero()).then(|| {
        let sign = if change.is_sign_negative() { "−" } else { "+" };
        format!("{sign}{} %", change.abs().normalize())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Amount;

    #[test]
    fn durations_are_told_in_their_largest_unit() {
        for (minutes, told) in [
            (-5, "less than a minute"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (60, "1 hour"),
            (47 * 60, "47 hours"),
            (48 * 60, "2 days"),
        ] {
            assert_eq!(lasted(SignedDuration::from_mins(minutes)), told);
        }
    }

    #[test]
    fn changes_of_prices_have_a_sign() {
        let price = |text| Price::Flat(Amount::parse(text).unwrap());
        assert_eq!(percent(&price("3200"), &price("3400")).unwrap(), "+6.3 %");
        assert_eq!(percent(&price("10"), &price("5")).unwrap(), "−50 %");
        assert_eq!(percent(&price("10"), &price("10.0")), None);
        assert_eq!(percent(&price("0"), &price("10")), None);
    }
}
