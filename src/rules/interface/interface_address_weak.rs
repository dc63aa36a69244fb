//! R123: The production interface has an address that the marketplace does not call.

use crate::diagnostic::{Finding, Severity};
use crate::model::{DeliveryMethod, Item, ProductField};
use crate::rules::words::{host, several_addresses};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "interface-address-weak",
        numbers: &[123],
        basis: Basis::Stated,
        source: "A-REQ, F-URL",
        sites: &["intl", "eu"],
        level: Severity::Error,
        what: "The production interface has an address that the marketplace does not call.",
        why: "The marketplace calls an HTTPS address with a domain name; an IP address, a local name, a password or a query in it do not pass.",
        example: "saas: {interface: {url: \"http://203.0.113.7:8080/koo?key=1\"}}",
        instead: "Write `https://`, a public domain name and a path.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let field = ProductField::InterfaceUrl;
    let Some(url) = content.text(field).filter(|_| content.product.delivery == DeliveryMethod::Saas) else {
        return Vec::new();
    };
    // Several addresses in one field are told apart by a rule of their own.
    if several_addresses(url) {
        return Vec::new();
    }
    let Some(rest) = url.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).and(url.get(8..))
    else {
        return vec![RULE.finding(
            &Item::Field(field),
            "the interface address does not begin with `https://`",
            "",
        )];
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host(url).unwrap_or_default();
    let ip = authority.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let local = host.eq_ignore_ascii_case("localhost") || !host.contains('.');
    let wrong = match () {
        () if authority.contains('@') => "holds a user name or password",
        () if ip => "is an IP address",
        () if local => "has no public domain name",
        () if rest.contains(['?', '#']) => "has a query or fragment",
        () => return Vec::new(),
    };
    vec![RULE.finding(&Item::Field(field), format!("the interface address {wrong}"), "")]
}
