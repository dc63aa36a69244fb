//! No number: The main picture has another format, size or number of pixels than the marketplace takes.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{fitting_picture, picture};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "main-picture-unsuitable",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-DESC",
        sites: &["cn"],
        level: Severity::Error,
        what: "The main picture has another format, size or number of pixels than the marketplace takes.",
        why: "The picture heads the product's page and its entry in lists; the form takes one size only.",
        example: "mainPicture: main.jpg   # 1920 x 1080 pixels",
        instead: "Cut the picture to the size asked for instead of stretching it; show the product and not only its logo, and no people.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limits = &content.site.main_picture;
    let Some(fault) = content.asset(ProductField::MainPicture).and_then(|main| picture(main, limits)) else {
        return Vec::new();
    };
    let finding =
        RULE.finding(&Item::Field(ProductField::MainPicture), format!("the main picture {fault}"), "");
    let help = format!("export it as {}; cut it to size instead of stretching it", fitting_picture(limits));
    vec![Finding { help, ..finding }]
}
