//! Rules about contents: names, pictures, texts and documents of one product, and of products side by side.

mod agreement_unfinished;
mod certificate_holder_unchecked;
mod certificate_missing;
mod certificate_shared;
mod certificate_unsuitable;
mod delivery_days_unrealistic;
mod description_omits_specification;
mod description_pictures_unsuitable;
mod description_too_short;
mod edition_suffix_missing;
mod editions_as_products;
mod guide_invites_contact;
mod guide_unchecked;
mod guide_unsuitable;
mod guide_with_foreign_address;
mod guide_without_access;
mod hardware_report_unchecked;
mod image_security_unchecked;
mod logo_unsuitable;
mod main_picture_unsuitable;
mod name_missing;
mod name_suggests_other_delivery;
mod personal_data_shown;
mod pictures_unchecked;
mod product_name_borrows_platform;
mod product_name_exaggerated;
mod product_name_misspelled;
mod product_name_unlike_certificate;
mod product_name_with_details;
mod request_template_unsuitable;
mod service_name_without_relation;
mod stack_edition_misnamed;
mod superlative_used;
mod support_contact_malformed;
mod support_contact_missing;
mod tag_certificate_unchecked;
mod version_not_numbered;

use super::{Content, Rule};
use crate::diagnostic::Route;
use crate::model::{Entry, Item, ProductField, Value};

/// The family's rules.
pub(super) const RULES: &[Rule] = &[
    name_missing::RULE,
    product_name_unlike_certificate::RULE,
    product_name_exaggerated::RULE,
    product_name_borrows_platform::RULE,
    product_name_with_details::RULE,
    stack_edition_misnamed::RULE,
    product_name_misspelled::RULE,
    name_suggests_other_delivery::RULE,
    edition_suffix_missing::RULE,
    service_name_without_relation::RULE,
    editions_as_products::RULE,
    version_not_numbered::RULE,
    logo_unsuitable::RULE,
    main_picture_unsuitable::RULE,
    pictures_unchecked::RULE,
    description_too_short::RULE,
    description_pictures_unsuitable::RULE,
    description_omits_specification::RULE,
    superlative_used::RULE,
    personal_data_shown::RULE,
    agreement_unfinished::RULE,
    support_contact_missing::RULE,
    support_contact_malformed::RULE,
    guide_unsuitable::RULE,
    guide_with_foreign_address::RULE,
    guide_invites_contact::RULE,
    guide_without_access::RULE,
    guide_unchecked::RULE,
    certificate_missing::RULE,
    certificate_unsuitable::RULE,
    certificate_shared::RULE,
    certificate_holder_unchecked::RULE,
    tag_certificate_unchecked::RULE,
    request_template_unsuitable::RULE,
    delivery_days_unrealistic::RULE,
    image_security_unchecked::RULE,
    hardware_report_unchecked::RULE,
];

/// One text of a field.
#[derive(Clone, Copy)]
struct Passage<'a> {
    text: &'a str,
    field: ProductField,
    /// Its place in a list.
    position: Option<usize>,
    /// Its part of a titled paragraph.
    part: Option<&'static str>,
}

impl Passage<'_> {
    /// Where it stands.
    fn route(&self) -> Route {
        let mut route = Item::Field(self.field).route();
        if let Some(position) = self.position {
            route = route.index(position);
        }
        match self.part {
            Some(part) => route.key(part),
            None => route,
        }
    }
}

/// The texts of a field.
fn passages<'a>(content: &Content<'a>, field: ProductField) -> impl Iterator<Item = Passage<'a>> {
    let passage = move |text, position, part| Passage { text, field, position, part };
    let (text, texts, entries) = match content.product.fields.value(field) {
        Some(Value::Text(text)) => (Some(text), &[][..], &[][..]),
        Some(Value::Texts(texts)) => (None, texts.as_slice(), &[][..]),
        Some(Value::Entries(entries)) => (None, &[][..], entries.as_slice()),
        _ => (None, &[][..], &[][..]),
    };
    let text = text.into_iter().map(move |text| passage(text, None, None));
    let texts = texts.iter().enumerate().map(move |(position, text)| passage(text, Some(position), None));
    let entries = entries.iter().enumerate().flat_map(move |(position, Entry { title, text })| {
        [passage(title, Some(position), Some("title")), passage(text, Some(position), Some("text"))]
    });
    text.chain(texts).chain(entries)
}

/// What one passage of a field is called, as the beginning of a sentence.
fn place(field: ProductField) -> &'static str {
    match field {
        ProductField::Overview => "the overview",
        ProductField::Description => "the description",
        ProductField::Highlights => "the highlight",
        ProductField::CustomerCases => "the customer case",
        ProductField::UserGuide => "the user guide",
        ProductField::SeoTitle => "the SEO title",
        ProductField::SeoKeywords => "the SEO keyword",
        ProductField::SeoDescription => "the SEO description",
        _ => "the text",
    }
}
