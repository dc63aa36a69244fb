//! No number: The user guide does not tell how to get into the product after buying it.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::words::{find_words, lower};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "guide-without-access",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-URL",
        sites: &[],
        level: Severity::Warning,
        what: "The user guide does not tell how to get into the product after buying it.",
        why: "A guide must tell a buyer how to log in and use what was bought, for an image also which ports to open; a mere introduction is sent back.",
        example: "userGuide: guide.txt   # \"Acme CRM is made for sales teams.\"",
        instead: "Describe the first steps after the purchase: where to log in or how to install, with which account, for an image which ports the security group must open.",
    },
    check: Check::Content(check),
};

/// Parts of words: installing, logged in and opened count.
const ACCESS: [&str; 11] = [
    "log in",
    "login",
    "logging in",
    "sign in",
    "signing in",
    "install",
    "open",
    "access",
    "登录",
    "安装",
    "访问",
];

const PORTS: [&str; 3] = ["port", "ports", "端口"];

fn check(content: &Content<'_>) -> Vec<Finding> {
    let method = content.product.delivery;
    let is_software =
        matches!(method, DeliveryMethod::Image | DeliveryMethod::Saas | DeliveryMethod::License);
    let text = content.asset(ProductField::UserGuide).and_then(|guide| guide.text.as_deref());
    let Some(text) = text.filter(|_| is_software) else { return Vec::new() };
    let mut silent: Vec<&str> = Vec::new();
    let small = lower(text);
    if !ACCESS.iter().any(|word| small.contains(word)) {
        silent.push("how to log in or install");
    }
    if method == DeliveryMethod::Image && find_words(text, PORTS).is_empty() {
        silent.push("which ports to open");
    }
    let message = match silent.as_slice() {
        [] => return Vec::new(),
        [one] => format!("the user guide does not tell {one}"),
        many => format!("the user guide tells neither {}", many.join(" nor ")),
    };
    vec![RULE.finding(&Item::Field(ProductField::UserGuide), message, "")]
}
