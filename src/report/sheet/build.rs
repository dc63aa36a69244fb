//! From a submission to its change sheet.

use super::removal::removals;
use super::specification::{self as spec, heading, spec_field};
use super::values::{choose, field, label, new, now, step, value};
use super::words::{self, pick, say};
use super::{Desk, Label, Note, Part, Section, Sheet, Step, form};
use crate::model::{AttributeKind, Edit, Item, Key, Product, ProductField, Specification, Value};
use crate::submission::{Operation, OperationKind, Submission, SubmissionKind};
use std::collections::{BTreeMap, BTreeSet};

/// The change sheet of a submission.
#[must_use]
pub fn sheet(submission: &Submission, desk: &Desk<'_>) -> Sheet {
    let sections = match submission.kind {
        SubmissionKind::Release | SubmissionKind::Modify => edits(submission, desk),
        SubmissionKind::Remove => removals(submission, desk),
    };
    let sheet = Sheet {
        language: desk.language,
        title: title(submission, desk),
        facts: facts(submission, desk),
        before: before(submission, desk),
        sections,
        after: after(submission, desk),
    };
    sheet.with_stored_names()
}

/// The name buyers see now: a submission that renames is found in the console by the name before.
pub(super) fn current_name(submission: &Submission) -> &str {
    let renamed = submission.operations.iter().find(|found| found.item == Item::Field(ProductField::Name));
    let before = renamed.and_then(|found| found.from.as_ref()?.as_text());
    before.unwrap_or_else(|| submission.predicted.display_name())
}

fn title(submission: &Submission, desk: &Desk<'_>) -> String {
    let verb = match submission.kind {
        SubmissionKind::Release => pick(desk.language, "Release", "发布商品"),
        SubmissionKind::Modify => pick(desk.language, "Modify", "修改商品"),
        SubmissionKind::Remove => pick(desk.language, "Take off the catalog", "下架"),
    };
    format!("{verb}: {}", current_name(submission))
}

fn facts(submission: &Submission, desk: &Desk<'_>) -> Vec<(String, String)> {
    let fact = |english, chinese, value: String| (pick(desk.language, english, chinese).to_owned(), value);
    let mut facts = vec![
        fact("Change sheet", "变更单", submission.id.to_string()),
        fact("Target", "目标", format!("{} ({})", desk.target, desk.site.name)),
    ];
    if !desk.account.is_empty() {
        facts.push(fact("Seller account", "卖家账号", desk.account.to_owned()));
    }
    facts.push(fact("Product", "商品", format!("{} ({})", current_name(submission), submission.product)));
    if let Some(id) = &submission.product_id {
        facts.push(fact("Product ID", "商品ID", id.clone()));
    }
    if submission.attempt > 1 {
        facts.push(fact("Attempt", "第几次提交", submission.attempt.to_string()));
    }
    facts
}

fn note(desk: &Desk<'_>, english: &str, chinese: &str, items: Vec<Vec<Part>>) -> Note {
    Note { heading: pick(desk.language, english, chinese).to_owned(), items }
}

fn before(submission: &Submission, desk: &Desk<'_>) -> Vec<Note> {
    let tell = |english, chinese, parts| say(desk.language, english, chinese, parts);
    let mut items = vec![
        tell(
            "Enter exactly what stands here, in this order. Copy the new values; do not retype them.",
            "请严格按照本单内容和顺序填写。新值请复制粘贴，不要手工输入。",
            vec![],
        ),
        tell(
            "In {} nothing about this product may be open, and nothing in {}. If something is, stop and record {}.",
            "{}和{}中不得有该商品的其他申请。如果有，请停止并记录：{}。",
            vec![
                label(words::my_applications()),
                label(words::drafts()),
                Part::Command(record(submission, desk, "not-entered")),
            ],
        ),
    ];
    if submission.operations.iter().any(|operation| operation.kind.is_irreversible()) {
        items.push(tell(
            "What this sheet takes off the catalog can never come back. Compare every name before you click.",
            "本单下架的内容无法恢复。点击前请逐一核对名称。",
            vec![],
        ));
    }
    vec![note(desk, "Before you begin", "开始之前", items)]
}

pub(super) fn record(submission: &Submission, desk: &Desk<'_>, what: &str) -> String {
    desk.invocation.command(&format!("submissions record {} {what}", submission.id))
}

fn edits(submission: &Submission, desk: &Desk<'_>) -> Vec<Section> {
    let mut sections = vec![open(submission, desk)];
    let mut product = Vec::new();
    let mut specifications: BTreeMap<&Key, Vec<Step>> = BTreeMap::new();
    for operation in &submission.operations {
        match (&operation.item, &operation.to) {
            (Item::Product, Some(Value::Product(released))) => {
                product.push(choose(
                    desk,
                    words::delivery_method(),
                    None,
                    words::delivery(released.delivery),
                ));
                product.extend(fields(desk, released));
                for (key, specification) in &released.specifications {
                    specifications.entry(key).or_default().extend(spec::whole(desk, specification));
                }
                product.extend(
                    released
                        .upgrade_rules
                        .iter()
                        .flatten()
                        .map(|rule| upgrade_rule(desk, None, Some(&Value::UpgradeRule(rule.clone())))),
                );
            }
            (Item::Delivery, to) => {
                let word = |value: &Value| match value {
                    Value::Delivery(method) => words::delivery(*method),
                    other => Label::new(&other.to_string(), ""),
                };
                let to = to.as_ref().map_or_else(|| Label::new("-", ""), word);
                product.push(choose(desk, words::delivery_method(), operation.from.as_ref().map(word), to));
            }
            (Item::Field(name), to) => {
                product.push(product_field(desk, *name, operation.from.as_ref(), to.as_ref()));
            }
            (Item::UpgradeRule(_), to) => {
                product.push(upgrade_rule(desk, operation.from.as_ref(), to.as_ref()));
            }
            (item, _) => {
                let Some(key) = item.specification() else { continue };
                let of = submission.predicted.specifications.get(key);
                specifications.entry(key).or_default().extend(specification_steps(desk, of, operation));
            }
        }
    }
    if !product.is_empty() {
        let heading = say(desk.language, "Product", "商品信息", vec![]);
        sections.push(Section { heading, steps: product });
    }
    for (key, steps) in specifications {
        sections.push(Section { heading: heading(desk, key, specification_name(submission, key)), steps });
    }
    sections.push(submit(submission, desk));
    sections
}

/// The name a specification has in the console now.
pub(super) fn specification_name<'a>(submission: &'a Submission, key: &'a Key) -> &'a str {
    let renamed = submission.operations.iter().find(|found| {
        found.kind == OperationKind::RenameSpecification && found.item.specification() == Some(key)
    });
    let before = renamed.and_then(|found| found.from.as_ref()?.as_text());
    let whole = || {
        submission.operations.iter().find_map(|found| match (&found.item, &found.from) {
            (Item::Specification(of), Some(Value::Specification(gone))) if of == key => {
                Some(gone.display_name())
            }
            _ => None,
        })
    };
    let predicted = || submission.predicted.specifications.get(key).map(Specification::display_name);
    before.or_else(whole).or_else(predicted).unwrap_or(key.as_str())
}

fn open(submission: &Submission, desk: &Desk<'_>) -> Section {
    let mut steps = Vec::new();
    match &submission.product_id {
        None => steps.push(step(
            desk,
            "Open the {} and choose {}.",
            "打开{}，选择{}。",
            vec![label(words::console()), label(words::release_product())],
        )),
        Some(id) => {
            steps.push(step(
                desk,
                "Open the {}, then {}.",
                "打开{}，进入{}。",
                vec![label(words::console()), label(words::my_products())],
            ));
            steps.push(step(
                desk,
                "In the row of {} with product ID {} choose {}.",
                "在商品{}（商品ID {}）所在行选择{}。",
                vec![value(current_name(submission)), value(id.as_str()), label(words::modify())],
            ));
        }
    }
    Section { heading: say(desk.language, "Open the form", "打开表单", vec![]), steps }
}

pub(super) fn submit(submission: &Submission, desk: &Desk<'_>) -> Section {
    let steps = vec![
        step(
            desk,
            "Read the form once more beside this sheet; nothing else may have changed.",
            "对照本单再次核对表单，其他内容不得有任何变化。",
            vec![],
        ),
        step(desk, "Choose {}.", "点击{}。", vec![label(words::submit())]),
        step(
            desk,
            "Find the application in {}, note its ID, and record it: {}",
            "在{}中找到该申请，记下申请ID，并记录：{}",
            vec![
                label(words::my_applications()),
                Part::Command(record(submission, desk, "submitted --application ID")),
            ],
        ),
    ];
    Section { heading: say(desk.language, "Submit", "提交", vec![]), steps }
}

fn product_field(desk: &Desk<'_>, name: ProductField, from: Option<&Value>, to: Option<&Value>) -> Step {
    let info = name.info();
    let console = Label::new(info.console, info.console_cn);
    let choice = |value: Option<&Value>| words::sales_type(value?.as_text()?);
    match choice(to).filter(|_| name == ProductField::SalesType) {
        Some(to) => choose(desk, console, choice(from), to),
        None => field(desk, console, from, to),
    }
}

/// The fields of a product that is released for the first time.
fn fields(desk: &Desk<'_>, product: &Product) -> Vec<Step> {
    let stated = product.fields.iter();
    stated.filter_map(|(name, value)| Some(product_field(desk, name, None, Some(value.as_ref()?)))).collect()
}

fn upgrade_rule(desk: &Desk<'_>, from: Option<&Value>, to: Option<&Value>) -> Step {
    let (english, chinese) = match to {
        Some(_) => ("Set the {}.", "设置{}。"),
        None => ("Take the {} away.", "删除{}。"),
    };
    let mut set = step(desk, english, chinese, vec![label(words::upgrade_rule())]);
    set.blocks.extend(from.map(|from| now(desk, from.to_string())));
    set.blocks.extend(to.map(|to| new(desk, to.to_string())));
    set
}

/// What an operation on a specification asks for.
fn specification_steps(desk: &Desk<'_>, of: Option<&Specification>, operation: &Operation) -> Vec<Step> {
    let (from, to) = (operation.from.as_ref(), operation.to.as_ref());
    match (&operation.item, to) {
        (Item::Specification(_), Some(Value::Specification(added))) => spec::whole(desk, added),
        (Item::SpecificationField(_, name), _) => vec![spec_field(desk, *name, from, to)],
        (Item::Template(_), Some(Value::Template(template))) => {
            let from = from.and_then(|from| match from {
                Value::Template(template) => Some(words::pricing_template(*template)),
                _ => None,
            });
            vec![choose(desk, words::template(), from, words::pricing_template(*template))]
        }
        (Item::BillingMode(_, mode), Some(Value::Prices(prices))) => {
            let mut steps = vec![spec::add_mode(desk, *mode)];
            steps.extend(spec::enter_prices(desk, of, prices));
            steps
        }
        (Item::Sku(_, sku), Some(Value::Prices(prices))) => {
            let parts = vec![label(words::sku()), value(spec::sku(of, sku))];
            let mut steps =
                vec![step(desk, "Generate the SKUs and tick {} {}.", "生成SKU，勾选{} {}。", parts)];
            steps.extend(spec::enter_prices(desk, of, prices));
            steps
        }
        (Item::Price(_, cell), Some(Value::Price(price))) => {
            let before =
                from.and_then(|from| if let Value::Price(price) = from { Some(price) } else { None });
            vec![spec::enter_price(desk, of, cell, before, price)]
        }
        (Item::Attribute(_, code), Some(Value::Attribute(attribute))) => {
            let mut added = spec::add_attribute(desk, code, attribute);
            if let Some(Value::Attribute(before)) = from {
                added.blocks.insert(0, form::shown_now(desk, &form::attribute(desk, before)));
            }
            vec![added]
        }
        (Item::AttributeValue(_, code, key), to) => {
            vec![attribute_value(desk, code, key, from, to, of)]
        }
        (Item::Quantity(_, code), Some(Value::Quantity(range))) => {
            let parts = vec![label(words::attribute()), value(code.as_str())];
            let mut set = step(desk, "Set the range of the {} {}.", "设置{} {}的取值范围。", parts);
            if let Some(Value::Quantity(before)) = from {
                set.blocks.push(form::shown_now(desk, &form::range(desk, before)));
            }
            set.blocks.extend(form::to_enter(desk, form::range(desk, range)));
            vec![set]
        }
        (Item::Factor(_, key), Some(Value::Factor(factor))) => {
            let mut entered = spec::enter_factor(desk, key, factor);
            if let Some(Value::Factor(before)) = from {
                entered.blocks.insert(0, form::shown_now(desk, &form::factor(desk, before)));
            }
            vec![entered]
        }
        (Item::Package(_, key), Some(Value::Package(package))) => {
            let mut entered = spec::enter_package(desk, key, package);
            if let Some(Value::Package(before)) = from {
                entered.blocks.insert(0, form::shown_now(desk, &form::package(desk, before)));
            }
            vec![entered]
        }
        (item, None) => {
            let what = value(item.describe());
            vec![step(desk, "Take away {}.", "删除{}。", vec![what])]
        }
        // The planner makes no such pair; should it ever, the sheet says so instead of leaving a step out.
        (item, Some(to)) => {
            let mut set = step(desk, "Set {}.", "设置{}。", vec![value(item.describe())]);
            set.blocks.push(new(desk, to.to_string()));
            vec![set]
        }
    }
}

fn attribute_value(
    desk: &Desk<'_>,
    code: &Key,
    key: &Key,
    from: Option<&Value>,
    to: Option<&Value>,
    of: Option<&Specification>,
) -> Step {
    let attribute = of.and_then(|of| of.attributes.as_ref()?.get(code));
    let name = attribute.map_or(code.as_str(), |attribute| attribute.name.as_str());
    let is_choice =
        attribute.is_some_and(|attribute| matches!(attribute.kind, AttributeKind::Enumeration(_)));
    let parts = vec![label(words::attribute()), value(name), value(format!("{code}.{key}"))];
    let (english, chinese) = match (from, to, is_choice) {
        (None, Some(_), _) => ("Add a value to the {} {} (recorded as {}).", "为{} {}添加取值（记录为{}）。"),
        (_, None, _) => {
            ("Take a value away from the {} {} (recorded as {}).", "从{} {}删除取值（记录为{}）。")
        }
        _ => ("Rename a value of the {} {} (recorded as {}).", "修改{} {}的取值名称（记录为{}）。"),
    };
    let mut set = step(desk, english, chinese, parts);
    set.blocks.extend(from.map(|from| now(desk, super::values::text(from))));
    set.blocks.extend(to.map(|to| new(desk, super::values::text(to))));
    set
}

fn after(submission: &Submission, desk: &Desk<'_>) -> Vec<Note> {
    let tell = |english, chinese, parts| say(desk.language, english, chinese, parts);
    let command = |what: &str| Part::Command(record(submission, desk, what));
    let refused = vec![
        tell(
            "The console shows an error, or {} does nothing: change nothing to get past it. Copy the error's text and \
             record it: {}",
            "如果控制台报错或点击{}无反应：不要为了通过而修改任何内容。复制报错文本并记录：{}",
            vec![label(words::submit()), command("refused --reason \"TEXT\"")],
        ),
        tell(
            "An interface that does not answer, or an outage, passes by itself: record {}",
            "接口无响应或系统故障属于临时问题，请记录：{}",
            vec![command("refused --technical --reason \"TEXT\"")],
        ),
        tell(
            "A field is missing, or shows another value than \"Now\": somebody changed it. Leave the form without \
             saving and record {}",
            "如果缺少某个字段，或其内容与“现值”不符，说明有人修改过。请不保存退出，并记录：{}",
            vec![command("not-entered --reason \"TEXT\"")],
        ),
    ];
    let mut verdict = vec![
        tell(
            "The verdict comes by mail, SMS or internal message to the account's contacts, as a rule within {} working \
             days (R60, R62).",
            "审核结果会通过邮件、短信或站内信通知账号联系人，一般在{}个工作日内（R60、R62）。",
            vec![value(desk.site.review_working_days.to_string())],
        ),
        tell("Approved: {}", "审核通过：{}", vec![command(approved(submission))]),
        tell("Rejected: {}", "审核驳回：{}", vec![command("rejected --reason \"TEXT\"")]),
    ];
    if submission.kind == SubmissionKind::Release {
        verdict.push(tell(
            "The product ID and the skuCodes stand in {}, {}, {} once it is approved.",
            "审核通过后，商品ID和skuCode见{}、{}、{}。",
            vec![label(words::my_products()), label(words::details()), label(words::service_information())],
        ));
    }
    vec![
        note(desk, "Do not touch", "请勿改动", untouched(submission, desk)),
        note(desk, "When the console refuses", "如果控制台拒绝", refused),
        note(desk, "Afterwards", "提交之后", verdict),
    ]
}

/// The arguments that record an approval.
fn approved(submission: &Submission) -> &'static str {
    match submission.kind {
        SubmissionKind::Release => "approved --product-id ID",
        SubmissionKind::Modify | SubmissionKind::Remove => "approved",
    }
}

fn untouched(submission: &Submission, desk: &Desk<'_>) -> Vec<Vec<Part>> {
    let tell = |english, chinese, parts| say(desk.language, english, chinese, parts);
    let mut items = vec![tell(
        "Everything that no step names stays as it is, even where it looks wrong.",
        "步骤中未提到的内容一律保持不变，即使看起来有误。",
        vec![],
    )];
    let predicted = &submission.predicted;
    let touched: BTreeSet<&Key> =
        submission.operations.iter().filter_map(|operation| operation.item.specification()).collect();
    if submission.kind != SubmissionKind::Release {
        let frozen = ProductField::ALL.iter().filter(|name| {
            desk.site.edit(**name) == Edit::Frozen && name.info().applies_to(predicted.delivery)
        });
        for name in frozen {
            items.push(tell(
                "{} can never be changed after release.",
                "{}发布后不可更改。",
                vec![label(Label::new(name.info().console, name.info().console_cn))],
            ));
        }
        let others = predicted.specifications.iter().filter(|(key, _)| !touched.contains(key));
        for (key, specification) in others {
            items.push(heading(desk, key, specification.display_name()));
        }
    }
    items
}
