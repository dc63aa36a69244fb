//! Did you mean.

/// The candidate that a person most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(written);
    let scored = candidates.into_iter().map(|candidate| {
        let likeness = strsim::jaro_winkler(&wanted, &plain(candidate));
        (likeness, candidate)
    });
    scored
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, best)| best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let modes = ["yearly", "monthly", "one-time"];
        assert_eq!(nearest("yearl", modes), Some("yearly"));
        assert_eq!(nearest("Yearly", modes), Some("yearly"));
        assert_eq!(nearest("one_time", modes), Some("one-time"));
        assert_eq!(nearest("colour", modes), None);
    }
}
