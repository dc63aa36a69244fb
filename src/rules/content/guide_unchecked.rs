//! No number: Nobody confirmed that the user guide tells how to use what was bought.

use crate::diagnostic::Severity;
use crate::model::{DeliveryMethod, ProductField, Value};
use crate::rules::{Basis, Check, Rule, RuleDoc, Transition, Verify};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "guide-unchecked",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-URL, F-CONT2",
        sites: &[],
        level: Severity::Warning,
        what: "Nobody confirmed that the user guide tells how to use what was bought.",
        why: "A guide must be a manual and no introduction: how to log in and use the product after buying, for an image which ports to open. Gallerist reads text files only, so a person has to look into others.",
        example: "userGuide: guide.pdf   # new in this plan",
        instead: "Read the guide as a buyer would, from the purchase on, then confirm it.",
    },
    check: Check::Verify(check),
};

fn check(transition: &Transition<'_>) -> Vec<Verify> {
    let Some(Value::Asset(guide)) = transition.sets(ProductField::UserGuide) else { return Vec::new() };
    if guide.text.is_some() {
        return Vec::new();
    }
    let tells = match transition.wanted.delivery {
        DeliveryMethod::Image => "how to log in and use the product after buying, and which ports to open",
        DeliveryMethod::Saas | DeliveryMethod::License => "how to log in and use the product after buying",
        DeliveryMethod::Hardware => "how to set up and use the device",
        DeliveryMethod::ProfessionalService | DeliveryMethod::ConsultingService => {
            "what happens after buying and what the buyer has to do"
        }
    };
    vec![Verify::of(format!("the user guide `{}` tells {tells}", guide.name), guide.digest.clone())]
}
