//! No number: The logo has another format, size or number of pixels than the marketplace takes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{fitting_picture, picture};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "logo-unsuitable",
        numbers: &[],
        basis: Basis::Stated,
        source: "DESC",
        sites: &[],
        level: Severity::Error,
        what: "The logo has another format, size or number of pixels than the marketplace takes.",
        why: "The logo stands in a fixed frame in the catalog; the upload form and the reviewer refuse any other file.",
        example: "logo: logo.png   # 64 x 64 pixels",
        instead: "Export the logo anew in the size and format asked for, from a vector drawing if there is one; a transparent background looks best.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limits = &content.site.logo;
    let Some(fault) = content.asset(ProductField::Logo).and_then(|logo| picture(logo, limits)) else {
        return Vec::new();
    };
    let finding = RULE.finding(&Item::Field(ProductField::Logo), format!("the logo {fault}"), "");
    let help = format!("export it as {}; a transparent background looks best", fitting_picture(limits));
    vec![Finding { help, ..finding }]
}
