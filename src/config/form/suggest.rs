//! Did you mean.

/// The candidate that a person most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Nobody means a known word by a text this long, and comparing it is slow.
    if written.len() > 100 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(written);
    let scored = candidates.into_iter().map(|candidate| {
        let candidate_plain = plain(candidate);
        // Two letters changing places, or one slip in a short word, says more than the share of equal letters.
        let slip = wanted.len() > 2 && strsim::osa_distance(&wanted, &candidate_plain) <= 1;
        let likeness = strsim::jaro_winkler(&wanted, &candidate_plain).max(if slip { 0.9 } else { 0.0 });
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
        assert_eq!(nearest("por", ["basic", "pro"]), Some("pro"));
        assert_eq!(nearest("colour", modes), None);
    }
}
