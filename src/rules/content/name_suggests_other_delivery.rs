//! R72: The product's name suggests another delivery method than the one it has.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::words::{find_words, quoted, stands_alone};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "name-suggests-other-delivery",
        numbers: &[72],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Warning,
        what: "The product's name suggests another delivery method than the one it has.",
        why: "The delivery method must match the product, or the application is rejected; a name that says SaaS on a licence makes the reviewer doubt one of the two.",
        example: "name: Acme CRM SaaS\ndelivery: license",
        instead: "Correct the delivery method before the release (it cannot change afterwards), or leave the word out of the name.",
    },
    check: Check::Content(check),
};

use DeliveryMethod::{ConsultingService, Hardware, Image, License, ProfessionalService, Saas};

/// Last words of names that say how a product is delivered. Elsewhere in a name they may be what it is about.
const LAST: &[(&str, DeliveryMethod)] = &[
    ("saas", Saas),
    ("saas版", Saas),
    ("image", Image),
    ("镜像", Image),
    ("license", License),
    ("licence", License),
    ("许可证", License),
    ("hardware", Hardware),
    ("appliance", Hardware),
    ("硬件", Hardware),
    ("consulting", ConsultingService),
    ("consultancy", ConsultingService),
    ("professional service", ProfessionalService),
    ("professional services", ProfessionalService),
];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let Some(name) = content.text(ProductField::Name) else { return Vec::new() };
    let delivery = content.product.delivery;
    let Some((word, method)) = suggested(name, delivery) else { return Vec::new() };
    let advice = method == ConsultingService && delivery == ProfessionalService;
    if method == delivery || advice {
        return Vec::new();
    }
    let message = format!("the name says {}, but the product is delivered as {delivery}", quoted(word));
    vec![RULE.finding(&Item::Field(ProductField::Name), message, format!("delivery: {}", delivery.name()))]
}

/// What a name says about delivery, and by which word.
fn suggested(name: &str, delivery: DeliveryMethod) -> Option<(&str, DeliveryMethod)> {
    let mut end = name.trim_end_matches([' ', ')', '）']);
    for kind in [" edition", " version"] {
        let cut = end
            .len()
            .checked_sub(kind.len())
            .filter(|at| end.get(*at..).is_some_and(|tail| tail.eq_ignore_ascii_case(kind)));
        end = cut.and_then(|at| end.get(..at)).unwrap_or(end);
    }
    let last = LAST.iter().find_map(|(word, method)| {
        let place = end.len().checked_sub(word.len())?..end.len();
        let written = end.get(place.clone())?;
        (written.eq_ignore_ascii_case(word) && stands_alone(end, &place)).then_some((written, *method))
    });
    // A service may be about somebody's SaaS; software that names it is one.
    let is_service = matches!(delivery, ProfessionalService | ConsultingService);
    let anywhere = || {
        let found = find_words(name, ["saas"]).into_iter().next()?;
        Some((name.get(found.place)?, Saas))
    };
    last.or_else(|| if is_service { None } else { anywhere() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_how_it_is_delivered() {
        let found = |name, delivery| suggested(name, delivery).map(|(_, method)| method);
        assert_eq!(found("Acme CRM SaaS", License), Some(Saas));
        assert_eq!(found("海港备份SaaS版", License), Some(Saas));
        assert_eq!(found("Acme SaaS Desk", License), Some(Saas));
        assert_eq!(found("Acme Backup (Image Edition)", Saas), Some(Image));
        assert_eq!(found("海港备份镜像", Saas), Some(Image));
        for none in ["Image Editor", "License Manager", "Hardware Inventory", "Reimage", ""] {
            assert_eq!(found(none, Saas), None, "{none}");
        }
        assert_eq!(found("SaaS Migration Service", ProfessionalService), None);
    }
}
