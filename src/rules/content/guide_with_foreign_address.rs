//! No number: The user guide leads to an address that is not on Huawei Cloud.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::words::few;
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "guide-with-foreign-address",
        numbers: &[],
        basis: Basis::Chinese,
        source: "F-GUIDE",
        sites: &["cn"],
        level: Severity::Error,
        what: "The user guide leads to an address that is not on Huawei Cloud.",
        why: "Buyers must log in to and use a product where they bought it; a guide with a login or use address elsewhere is rejected.",
        example: "userGuide: guide.txt   # \"Log in at https://crm.acme.example\"",
        instead: "Give the product's address on Huawei Cloud and leave links to other sites out; add own domains that are hosted there to `platformHosts` in `gallerist.yaml`.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let text = content.asset(ProductField::UserGuide).and_then(|guide| guide.text.as_deref());
    let Some(text) = text else { return Vec::new() };
    let platform = &content.site.platform_hosts;
    let is_ours = |host: &String| {
        platform.iter().any(|ours| {
            let rest = host.strip_suffix(ours.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    };
    let foreign: BTreeSet<String> =
        hosts(text).map(str::to_ascii_lowercase).filter(|host| !is_ours(host)).collect();
    if foreign.is_empty() {
        return Vec::new();
    }
    let shown: Vec<&str> = foreign.iter().map(String::as_str).collect();
    let message = format!("the user guide leads out of Huawei Cloud, to {}", few(&shown));
    vec![RULE.finding(&Item::Field(ProductField::UserGuide), message, "")]
}

/// The hosts of the web addresses in a text; numbers and the reader's own machine are nobody's site.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let after_scheme = text.match_indices("://").map(|(at, mark)| at + mark.len());
    let bare = text.match_indices("www.").filter_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        before.is_none_or(|c| c != '/' && c != '.' && !c.is_ascii_alphanumeric()).then_some(at)
    });
    let host = |at: usize| {
        let rest = text.get(at..)?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let host =
            rest.get(..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len()))?.trim_matches(['.', '-']);
        let named = host.contains('.') && host.contains(|c: char| c.is_ascii_alphabetic());
        named.then_some(host)
    };
    after_scheme.chain(bare).filter_map(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_web_addresses_are_found() {
        let found = |text| hosts(text).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(found("at https://crm.acme.example:8443/login."), ["crm.acme.example"]);
        assert_eq!(
            found("（www.acme.example），http://a.huaweicloud.com"),
            ["a.huaweicloud.com", "www.acme.example"]
        );
        for none in ["http://192.168.0.2:80", "http://localhost:3000", "https://<address>/", "awww.x", "://"]
        {
            assert!(found(none).is_empty(), "{none}");
        }
    }
}
