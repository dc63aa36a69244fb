//! Texts that buyers read: the description, advertising words, the agreement (reference section 5).

use super::words::{blank, first, quoted, seen};
use super::{Concern, Look, files};
use crate::model::ProductField;

pub(super) const CONCERNS: &[Concern] = &[
    Concern::new("description-too-short", short_description).chinese(),
    Concern::new("superlative-used", superlatives).chinese(),
    Concern::new("agreement-unfinished", agreement),
];

fn short_description(look: &Look<'_>) -> Vec<String> {
    let (text, pictures) = (ProductField::Description, ProductField::DescriptionPictures);
    let touched = look.touches(text) || look.touches(pictures);
    if !touched || !files(look.after, pictures).is_empty() {
        return Vec::new();
    }
    let least = look.site.description_characters_min;
    let count = look.after.fields.text(text).map_or(0, |text| text.trim().chars().count());
    if count >= least {
        return Vec::new();
    }
    vec![format!("The description has {count} characters; without pictures it needs at least {least}")]
}

fn superlatives(look: &Look<'_>) -> Vec<String> {
    use ProductField as Field;
    let single = [
        (Field::Overview, "The overview"),
        (Field::Description, "The description"),
        (Field::SeoTitle, "The SEO title"),
        (Field::SeoDescription, "The SEO description"),
    ];
    let lists = [(Field::Highlights, "A highlight"), (Field::SeoKeywords, "An SEO keyword")];
    let single = single.into_iter().filter_map(|(field, what)| Some((what.to_owned(), look.text(field)?)));
    let lists = lists
        .into_iter()
        .flat_map(|(field, what)| look.texts(field).into_iter().map(move |text| (what.to_owned(), text)));
    let names = look.specification_names().into_iter();
    let names = names.map(|name| (format!("The specification name {}", quoted(name)), name));
    let mut faults = Vec::new();
    for (what, text) in single.chain(lists).chain(names) {
        if let Some(word) = first(&seen(text), look.site.words.superlatives.words()) {
            faults.push(format!("{what} says {}; advertising law forbids superlatives", quoted(word)));
        }
    }
    faults
}

fn agreement(look: &Look<'_>) -> Vec<String> {
    let Some(text) = look.text(ProductField::Agreement) else { return Vec::new() };
    let mut faults = Vec::new();
    if let Some(found) = blank(text) {
        faults.push(format!(
            "The agreement has a place left to fill in, {}; an online agreement is complete",
            quoted(&found)
        ));
    }
    if let Some(found) = first(&seen(text), look.site.words.contract_clauses.words()) {
        faults.push(format!(
            "The agreement says {}; an online agreement has neither seal nor place of signing",
            quoted(found)
        ));
    }
    faults
}
