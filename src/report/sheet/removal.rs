//! Removals as steps: what is taken off the catalog, by which page, with which reason.

use super::build::{current_name, specification_name, submit};
use super::specification as spec;
use super::values::{choose, label, new, step, value};
use super::words::{self, say};
use super::{Desk, Section};
use crate::model::Item;
use crate::submission::{Operation, OperationKind, Submission};

/// A section for each thing that is taken off the catalog.
pub(super) fn removals(submission: &Submission, desk: &Desk<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    for operation in &submission.operations {
        let heading = say(
            desk.language,
            "Take off the catalog: {}",
            "下架：{}",
            vec![value(removed_name(submission, operation))],
        );
        let mut steps = vec![step(
            desk,
            "Open the {}, then {}.",
            "打开{}，进入{}。",
            vec![label(words::console()), label(words::my_products())],
        )];
        let id = submission.product_id.clone().unwrap_or_default();
        let row =
            vec![value(current_name(submission)), value(id), label(words::more()), label(words::remove())];
        steps.push(step(
            desk,
            "In the row of {} with product ID {} choose {}, then {}.",
            "在商品{}（商品ID {}）所在行选择{}，再选择{}。",
            row,
        ));
        let by = match operation.kind {
            OperationKind::RetireProduct => words::by_product(),
            _ => words::by_specification(),
        };
        steps.push(choose(desk, words::removal_type(), None, by));
        match &operation.item {
            Item::Specification(key) => steps.push(step(
                desk,
                "Tick the {} {} (key {}), and nothing else.",
                "仅勾选{} {}（key {}）。",
                vec![
                    label(words::specification()),
                    value(specification_name(submission, key)),
                    value(key.as_str()),
                ],
            )),
            Item::Sku(key, sku) => {
                let of = submission.predicted.specifications.get(key);
                steps.push(step(
                    desk,
                    "Of the {} {} (key {}) tick the {} {}, and nothing else.",
                    "在{} {}（key {}）下仅勾选{} {}。",
                    vec![
                        label(words::specification()),
                        value(specification_name(submission, key)),
                        value(key.as_str()),
                        label(words::sku()),
                        value(spec::sku(of, sku)),
                    ],
                ));
            }
            _ => {}
        }
        let mut reason = step(desk, "Enter the {}.", "填写{}。", vec![label(words::removal_reason())]);
        reason.blocks.push(new(desk, operation.reason.clone().unwrap_or_default()));
        steps.push(reason);
        sections.push(Section { heading, steps });
    }
    sections.push(submit(submission, desk));
    sections
}

fn removed_name(submission: &Submission, operation: &Operation) -> String {
    match &operation.item {
        Item::Specification(key) => specification_name(submission, key).to_owned(),
        Item::Sku(key, sku) => {
            let of = submission.predicted.specifications.get(key);
            format!("{}, {}", specification_name(submission, key), spec::sku(of, sku))
        }
        _ => current_name(submission).to_owned(),
    }
}
