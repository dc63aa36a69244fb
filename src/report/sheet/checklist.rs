//! A checklist of what was recorded as released, for a person to compare with the console.

use super::specification::{self as spec, heading};
use super::values::{file, label, step, text, value};
use super::words::{self, pick, say};
use super::{Block, Desk, Label, Note, Part, Section, Sheet, Step, form};
use crate::model::{Product, Specification, SpecificationField, Value};
use crate::released::{ProductStatus, ReleasedProduct};

/// The checklist of one product.
#[must_use]
pub fn checklist(released: &ReleasedProduct, desk: &Desk<'_>) -> Sheet {
    let product = &released.product;
    let tell = |english, chinese, parts| say(desk.language, english, chinese, parts);
    let mut sections = vec![Section {
        heading: tell("Open the product", "打开商品", vec![]),
        steps: vec![
            step(
                desk,
                "Open the {}, then {}.",
                "打开{}，进入{}。",
                vec![label(words::console()), label(words::my_products())],
            ),
            step(
                desk,
                "Find {} with product ID {} and choose {}.",
                "找到商品{}（商品ID {}），选择{}。",
                vec![
                    value(product.display_name()),
                    value(released.product_id.as_str()),
                    label(words::details()),
                ],
            ),
        ],
    }];
    sections.push(Section { heading: tell("Product", "商品信息", vec![]), steps: fields(desk, product) });
    for (key, specification) in &product.specifications {
        let gone = released.discontinued.contains(key) || released.status == ProductStatus::Discontinued;
        let steps = match gone {
            true => vec![step(desk, "It is discontinued.", "该规格已停售。", vec![])],
            false => specification_steps(desk, specification),
        };
        let gone = released.discontinued_skus.iter().filter(|(of, _)| of == key).map(|(_, sku)| {
            let parts = vec![label(words::sku()), value(spec::sku(Some(specification), sku))];
            step(desk, "{} {} is discontinued.", "{} {}已停售。", parts)
        });
        let steps = steps.into_iter().chain(gone).collect();
        sections.push(Section { heading: heading(desk, key, specification.display_name()), steps });
    }
    let fact = |english, chinese, value: String| (pick(desk.language, english, chinese).to_owned(), value);
    let mut facts = vec![
        fact("Target", "目标", format!("{} ({})", desk.target, desk.site.name)),
        fact("Product", "商品", format!("{} ({})", product.display_name(), product.key)),
        fact("Product ID", "商品ID", released.product_id.clone()),
    ];
    facts.extend(
        released.recorded_at.map(|at| fact("Recorded", "记录时间", at.strftime("%Y-%m-%d").to_string())),
    );
    let key = &product.key;
    let command = Part::Command(desk.invocation.command(&format!("drift --confirm {key}")));
    Sheet {
        language: desk.language,
        title: format!("{}: {}", pick(desk.language, "Compare", "核对商品"), product.display_name()),
        facts,
        before: vec![Note {
            heading: pick(desk.language, "Before you begin", "开始之前").to_owned(),
            items: vec![tell(
                "Change nothing in the console. Tick what is the same; write down what is not.",
                "不要在控制台做任何修改。一致的打勾，不一致的记录下来。",
                vec![],
            )],
        }],
        sections,
        after: vec![Note {
            heading: pick(desk.language, "Afterwards", "核对之后").to_owned(),
            items: vec![
                tell("Everything is the same: {}", "全部一致：{}", vec![command]),
                tell(
                    "Something differs: write what the console shows into the product's file under the folder of what is \
                     released, then record that it was looked at with the same command. The next plan shows it as drift.",
                    "存在差异：将控制台显示的内容写入已发布记录目录中该商品的文件，然后用同一命令记录。下一次计划会显示为偏差。",
                    vec![],
                ),
            ],
        }],
    }
}

fn compare(desk: &Desk<'_>, name: Label, stated: Option<&Value>) -> Step {
    let mut compared = match stated {
        None => step(desk, "{} is empty.", "{}为空。", vec![label(name)]),
        Some(Value::Flag(flag)) => {
            let word = if *flag { words::yes() } else { words::no() };
            step(desk, "{} is {}.", "{}为{}。", vec![label(name), label(word)])
        }
        Some(_) => step(desk, "{} is this.", "{}如下。", vec![label(name)]),
    };
    match stated {
        None | Some(Value::Flag(_)) => {}
        Some(Value::Asset(asset)) => compared.files.push(file(asset)),
        Some(Value::Assets(assets)) => compared.files.extend(assets.iter().map(file)),
        Some(other) => compared.blocks.push(recorded(desk, text(other))),
    }
    compared
}

fn recorded(desk: &Desk<'_>, text: String) -> Block {
    Block { caption: pick(desk.language, "Recorded", "已记录").to_owned(), text, copied: false }
}

fn fields(desk: &Desk<'_>, product: &Product) -> Vec<Step> {
    let delivery = vec![label(words::delivery_method()), label(words::delivery(product.delivery))];
    let mut steps = vec![step(desk, "{} is {}.", "{}为{}。", delivery)];
    steps.extend(product.fields.iter().map(|(name, stated)| {
        let info = name.info();
        compare(desk, Label::new(info.console, info.console_cn), stated.as_ref())
    }));
    steps
}

fn specification_steps(desk: &Desk<'_>, specification: &Specification) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (name, stated) in specification.fields.iter() {
        let info = name.info();
        let console = Label::new(info.console, info.console_cn);
        steps.push(match (name, stated) {
            (SpecificationField::Public, Some(Value::Flag(public))) => {
                let word =
                    if *public { Label::new("Public", "公开") } else { Label::new("Hidden", "隐藏") };
                step(desk, "{} is {}.", "{}为{}。", vec![label(console), label(word)])
            }
            _ => compare(desk, console, stated.as_ref()),
        });
    }
    for (code, attribute) in specification.attributes.iter().flatten() {
        let parts = vec![label(words::attribute()), value(code.as_str())];
        let mut shown = step(desk, "{} {} is this.", "{} {}如下。", parts);
        shown.blocks.push(recorded(desk, form::lines(desk, &form::attribute(desk, attribute))));
        steps.push(shown);
    }
    for (cell, price) in specification.prices.iter().flatten() {
        let mut parts =
            vec![label(words::price()), label(words::mode(cell.mode)), value(desk.currency.as_str())];
        let mut shown = if cell.sku.values().is_empty() {
            step(desk, "{}, {}, in {} is this.", "{}（{}），币种{}，如下。", parts)
        } else {
            parts.push(label(words::sku()));
            parts.push(value(spec::sku(Some(specification), &cell.sku)));
            step(desk, "{}, {}, in {}, of {} {} is this.", "{}（{}），币种{}，{} {}，如下。", parts)
        };
        shown.blocks.push(recorded(desk, form::price(desk, price)));
        steps.push(shown);
    }
    for (key, factor) in specification.factors.iter().flatten() {
        let parts = vec![label(words::factor()), value(key.as_str())];
        let mut shown = step(desk, "{} {} is this.", "{} {}如下。", parts);
        shown.blocks.push(recorded(desk, form::lines(desk, &form::factor(desk, factor))));
        steps.push(shown);
    }
    for (key, package) in specification.packages.iter().flatten() {
        let parts = vec![label(words::package()), value(key.as_str())];
        let mut shown = step(desk, "{} {} is this.", "{} {}如下。", parts);
        shown.blocks.push(recorded(desk, form::lines(desk, &form::package(desk, package))));
        steps.push(shown);
    }
    let modes: Vec<Part> =
        specification.modes.iter().flatten().map(|mode| label(words::mode(*mode))).collect();
    if !modes.is_empty() {
        let mut sentence = vec![label(words::billing_mode()), Part::Text(": ".to_owned())];
        for (position, mode) in modes.into_iter().enumerate() {
            if position > 0 {
                sentence.push(Part::Text(", ".to_owned()));
            }
            sentence.push(mode);
        }
        steps.push(Step { sentence, ..Step::default() });
    }
    steps
}
