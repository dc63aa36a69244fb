//! Whether buyers can reach the seller (reference R71, R132).

use super::{Concern, Look};
use crate::model::ProductField;

pub(super) const CONCERNS: &[Concern] =
    &[Concern::new("support-contact-missing", contact).of_rules(&[71, 132])];

fn contact(look: &Look<'_>) -> Vec<String> {
    let wanted = [
        (
            ProductField::SupportHotline,
            "The support has no hotline; give a telephone number that is answered",
        ),
        (
            ProductField::SupportEmail,
            "The support has no mail address; give one that is answered within 24 hours",
        ),
    ];
    let is_missing = |field| look.after.fields.text(field).is_none_or(|text| text.trim().is_empty());
    let missing = wanted.iter().filter(|(field, _)| look.touches(*field) && is_missing(*field));
    missing.map(|(_, text)| (*text).to_owned()).collect()
}
