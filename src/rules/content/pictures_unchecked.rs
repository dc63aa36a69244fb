//! No number: Nobody confirmed that the logo, the main picture and the video are fit to be shown.

use crate::diagnostic::Severity;
use crate::model::{Asset, ProductField, Value};
use crate::rules::words::listed;
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "pictures-unchecked",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC, F-VID",
        sites: &[],
        level: Severity::Warning,
        what: "Nobody confirmed that the logo, the main picture and the video are fit to be shown.",
        why: "Reviewers look at pictures with their eyes: a blurred, stretched or cut logo, a screenshot, a photo of people or a video that begins with one colour is sent back, and no program can tell.",
        example: "logo: logo.png   # new in this plan",
        instead: "Look at each picture in the size in which it is shown, then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let set = |field| match transition.sets(field) {
        Some(Value::Asset(asset)) => Some(asset),
        _ => None,
    };
    let named = [
        (ProductField::Logo, "the logo"),
        (ProductField::MainPicture, "the main picture"),
        (ProductField::Video, "the video"),
    ];
    let shown: Vec<(&str, &Asset)> =
        named.into_iter().filter_map(|(field, word)| Some((word, set(field)?))).collect();
    if shown.is_empty() {
        return Vec::new();
    }
    let words: Vec<&str> = shown.iter().map(|(word, _)| *word).collect();
    let (is, shows) = if words.len() == 1 { ("is", "shows") } else { ("are", "show") };
    let mut text = format!(
        "{} {is} clear, complete and not stretched, and {shows} neither screenshots nor photos of people",
        listed(&words, 3)
    );
    if set(ProductField::Video).is_some() {
        text.push_str("; the video's first frame is not of one colour");
    }
    let digests: Vec<&str> = shown.iter().map(|(_, asset)| asset.digest.as_str()).collect();
    vec![Verify::of(text, digests.join(" "))]
}
