//! No number: A picture of the description has another format or size than the marketplace takes, or there are too many.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{fitting_picture, picture};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "description-pictures-unsuitable",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-DESC",
        sites: &["cn"],
        level: Severity::Error,
        what: "A picture of the description has another format or size than the marketplace takes, or there are too many.",
        why: "Pictures of the description are shown one below the other at one width; narrow ones would be blurred, and more than the form has places for cannot be uploaded.",
        example: "descriptionPictures: [overview.png]   # 640 pixels wide",
        instead: "Export the pictures in the width asked for, or show fewer.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let (limits, most) = (&content.site.description_picture, content.site.description_pictures_max);
    let item = Item::Field(ProductField::DescriptionPictures);
    let pictures = content.assets(ProductField::DescriptionPictures);
    let mut found = Vec::new();
    if pictures.len() > most {
        let message = format!("the description has {} pictures, more than {most}", pictures.len());
        let help = format!("keep the {most} that say most");
        found.push(Finding { help, ..RULE.finding_at(item.route().index(most), message, "one too many") });
    }
    for (position, asset) in pictures.iter().enumerate() {
        let Some(fault) = picture(asset, limits) else { continue };
        let message = format!("the description's picture `{}` {fault}", asset.name);
        let help = format!("export it as {}", fitting_picture(limits));
        found.push(Finding { help, ..RULE.finding_at(item.route().index(position), message, "") });
    }
    found
}
