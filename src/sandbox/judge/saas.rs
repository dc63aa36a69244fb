//! What the form of a SaaS product asks about its asset, its scan and its production interfaces (reference 4.4, 4.6).

use super::{Case, Check};
use crate::model::{DeliveryMethod, ProductField};

pub(super) const CHECKS: &[Check] = &[
    Check::case(81, "a SaaS product released without its asset", asset),
    Check::case(82, "a vulnerability scan that is not passed", scan),
    Check::case(83, "an older interface version for a new product", version),
    Check::case(123, "an interface address that is not https with a domain name", address),
];

/// Sites whose release form asks for an asset (SAAS, 2025 form; the European and Chinese forms ask for a scan).
const ASSET_SITES: &[&str] = &["intl"];

/// Sites that take https addresses only; the Chinese text accepts http as well (A-REQ, F-URL).
const HTTPS_SITES: &[&str] = &["intl", "eu"];

/// A text of a SaaS product that the application states or changes.
fn stated<'a>(case: &Case<'a>, field: ProductField) -> Option<&'a str> {
    let held = case.before.and_then(|row| row.fields.text(field));
    let is_saas = case.after.delivery == DeliveryMethod::Saas;
    case.after.fields.text(field).filter(|text| is_saas && held != Some(text))
}

/// Whether a list of the site has this word, in either case.
fn lists<'a>(words: impl IntoIterator<Item = &'a String>, text: &str) -> bool {
    words.into_iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

/// A product that has an asset keeps one; a release names one.
fn asset(case: &Case<'_>) -> Vec<String> {
    let had = case.before.is_none_or(|row| row.fields.text(ProductField::SaasAsset).is_some());
    let asks = ASSET_SITES.contains(&case.site.name.as_str()) && had;
    let asset = case.after.fields.text(ProductField::SaasAsset).filter(|text| !text.trim().is_empty());
    if asks && case.after.delivery == DeliveryMethod::Saas && asset.is_none() {
        return vec!["A SaaS product is released with its SaaS asset; release the asset first.".to_owned()];
    }
    Vec::new()
}

fn scan(case: &Case<'_>) -> Vec<String> {
    let result = stated(case, ProductField::VulnerabilityScan);
    let failed = result.filter(|result| !lists(&case.site.scan_passed, result));
    failed
        .map(|_| "The vulnerability scan of a SaaS product must have passed.".to_owned())
        .into_iter()
        .collect()
}

/// Products on sale may keep the interface they were released with.
fn version(case: &Case<'_>) -> Vec<String> {
    if case.before.is_some() {
        return Vec::new();
    }
    let version = stated(case, ProductField::InterfaceVersion);
    let older = version.filter(|version| !lists(&case.site.interface_versions, version));
    let known = case.site.interface_versions.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    older.map(|_| format!("A new product uses interface version {known}.")).into_iter().collect()
}

fn address(case: &Case<'_>) -> Vec<String> {
    if !HTTPS_SITES.contains(&case.site.name.as_str()) {
        return Vec::new();
    }
    let address = stated(case, ProductField::InterfaceUrl);
    // The address is not repeated: it may hold a password.
    let fault = address.and_then(|address| misaddressed(address.trim()));
    fault
        .map(|fault| format!("The production system API URL must be https:// with a domain name; {fault}."))
        .into_iter()
        .collect()
}

/// What is wrong with an interface address, if anything.
fn misaddressed(address: &str) -> Option<&'static str> {
    let scheme = address.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let Some(rest) = scheme.and_then(|_| address.get(8..)) else {
        return Some("it does not begin with https://");
    };
    if rest.chars().any(|found| found.is_whitespace() || found.is_control() || found == '\\') {
        return Some("it has a space or another character no address has");
    }
    if rest.contains(['?', '#']) {
        return Some("it has a query or a fragment");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Some("it has a user or a password");
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let numbered = port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if authority.starts_with('[') || is_number(host) {
        return Some("it has an IP address");
    }
    if !is_domain(host) || !numbered {
        return Some("it has no domain name");
    }
    None
}

/// An IPv4 address however it is written: no top-level domain begins with a digit.
fn is_number(host: &str) -> bool {
    host.rsplit('.').next().is_some_and(|last| last.starts_with(|first: char| first.is_ascii_digit()))
}

/// At least two labels of letters, digits and hyphens, and not the machine itself.
fn is_domain(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|found| found.is_alphanumeric() || found == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let own = labels.last().is_some_and(|last| last.eq_ignore_ascii_case("localhost"));
    host.len() <= 253 && labels.len() >= 2 && labels.iter().all(label) && !own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_address_has_a_domain_name() {
        for good in [
            "https://crm.acme.example",
            "HTTPS://crm.acme.example:8443/koo/v2",
            "https://例子.example/koo",
            "https://xn--fsqu00a.xn--0zwm56d",
            "https://4you.example",
        ] {
            assert_eq!(misaddressed(good), None, "{good}");
        }
    }

    #[test]
    fn anything_else_is_no_interface_address() {
        let long = format!("https://{}.example", "x".repeat(64));
        for bad in [
            "",
            "https://",
            "http://crm.acme.example",
            "crm.acme.example",
            "https://crm",
            "https://localhost/koo",
            "https://a.localhost",
            "https://10.0.0.1/koo",
            "https://0x7f.1",
            "https://2130706433",
            "https://[::1]/koo",
            "https://user:secret@crm.acme.example",
            "https://crm.acme.example\\@evil.example",
            "https://crm.acme.example?tenant=1",
            "https://crm.acme.example/#koo",
            "https://crm..example",
            "https://-crm.example",
            "https://crm.acme.example:",
            "https://crm.acme.example:+443",
            "https://crm.acme.example:70000",
            "https://crm.acme.example/a\u{202e}b c",
            "https€://crm.acme.example",
            &long,
        ] {
            assert!(misaddressed(bad).is_some(), "{bad}");
        }
    }
}
