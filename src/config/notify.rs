//! Who is told of what happens to products, and how they know that it was us.

use super::read::{Reader, text};
use crate::yaml::Node;
use std::collections::BTreeSet;
// Only the forms of addresses: nothing here reaches a network.
use core::net::{Ipv4Addr, Ipv6Addr};

/// What every variable that this part of `gallerist.yaml` names begins with: whoever changes that file must not have any
/// other secret of the machine used.
pub const VARIABLE_PREFIX: &str = "GALLERIST_WEBHOOK_";

/// Something about a product that people want to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A submission was approved.
    Approved,
    /// A submission was rejected.
    Rejected,
    /// Somebody else changed what is on sale.
    Drifted,
    /// A rule, a guard or the marketplace's door stops a product until a person acts.
    Blocked,
    /// The interfaces of a product on sale do not answer as they should.
    Failing,
}

impl Occasion {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Approved, Self::Rejected, Self::Drifted, Self::Blocked, Self::Failing];

    /// The word in `gallerist.yaml` and in what is sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Drifted => "drifted",
            Self::Blocked => "blocked",
            Self::Failing => "failing",
        }
    }
}

/// Where a receiver listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// The address itself.
    Url(String),
    /// The environment variable that holds it; such an address is a secret.
    Variable(String),
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Where.
    pub address: Address,
    /// The environment variable with the secret that signs.
    pub secret: String,
    /// Of what.
    pub on: BTreeSet<Occasion>,
}

/// What is wrong with a receiver's address; `None` when it can be used. Only this machine is told without encryption.
#[must_use]
pub fn address_problem(address: &str) -> Option<&'static str> {
    const BYTES_MAX: usize = 2048;
    if address.len() > BYTES_MAX || !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Some(
            "an address has no spaces, backslashes or characters outside ASCII, and is not that long",
        );
    }
    let (rest, is_plain) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (None, Some(rest)) => (rest, true),
        (None, None) => return Some("an address begins with https://"),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("an address holds no user and password: the signature says who we are");
    }
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_here = host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback());
    match () {
        () if host.is_empty() => Some("an address names a host"),
        () if is_plain && !is_here => Some("only this machine is told over http; write https://"),
        () => None,
    }
}

/// Whether a text is the name of an environment variable that receivers may use.
#[must_use]
pub fn is_variable(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.strip_prefix(VARIABLE_PREFIX)
        .is_some_and(|rest| !rest.is_empty() && rest.len() <= 100 && rest.bytes().all(is_part))
}

impl<'t> Reader<'t> {
    /// Everybody who is told.
    pub(super) fn receivers(&mut self, root: Node<'t>) -> Vec<Receiver> {
        let list = root.get("notify").into_iter().flat_map(Node::items);
        list.filter_map(|node| self.receiver(node)).collect()
    }

    fn receiver(&mut self, node: Node<'t>) -> Option<Receiver> {
        let address = match (text(node, "url"), text(node, "urlFrom")) {
            (Some(url), None) => {
                if let Some(problem) = address_problem(url) {
                    let place = node.get("url").unwrap_or(node);
                    let diagnostic = self.error("notify-address-invalid", place, problem);
                    self.report(diagnostic.help("write `https://` and the address of the receiver"));
                }
                Address::Url(url.to_owned())
            }
            (None, Some(_)) => Address::Variable(self.variable(node, "urlFrom")?),
            (said, _) => {
                let message = match said {
                    Some(_) => "a receiver has one address, and here are two",
                    None => "a receiver has no address",
                };
                let place =
                    node.entry("urlFrom").or_else(|| node.entries().next()).map_or(node, |(key, _)| key);
                let diagnostic = self.error("notify-address-invalid", place, message);
                let help = "write `url:` with the address, or `urlFrom:` with the environment variable that holds it";
                self.report(diagnostic.help(help));
                return None;
            }
        };
        let secret = self.variable(node, "secret")?;
        let words = node.get("on").filter(|words| !words.is_null());
        let is_wanted = |occasion: &Occasion| {
            words.is_none_or(|words| words.items().any(|word| word.text() == Some(occasion.name())))
        };
        let on = Occasion::ALL.iter().copied().filter(is_wanted).collect();
        Some(Receiver { address, secret, on })
    }

    /// The name of a variable that a receiver may use.
    fn variable(&mut self, node: Node<'t>, field: &str) -> Option<String> {
        let name = text(node, field)?;
        if is_variable(name) {
            return Some(name.to_owned());
        }
        let place = node.get(field).unwrap_or(node);
        let message = "this is not the name of a variable that notifications may use";
        let help = format!(
            "write a name that begins with `{VARIABLE_PREFIX}`, in capital letters: the value stands in the \
             environment, never in a file of the catalog"
        );
        let diagnostic = self.error("notify-variable-invalid", place, message).help(help);
        self.report(diagnostic);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_told_without_encryption() {
        let good = [
            "https://hooks.example/acme?x=1",
            "https://10.0.0.1:8443/",
            "http://localhost:8080/hook",
            "http://127.0.0.1:1/",
            "http://127.9.9.9",
            "http://[::1]:80/",
        ];
        for address in good {
            assert_eq!(address_problem(address), None, "{address}");
        }
        let bad = [
            "http://hooks.example/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://localhost@evil.example/",
            "http://localhost\\@evil.example/",
            "https://user:password@hooks.example/",
            "ftp://localhost/",
            "hooks.example",
            "https://",
            "https:///path",
            "https://hooks.example/a b",
            "https://hooks.example/\n",
            "http://[::2]/",
            "http://0.0.0.0/",
            "HTTP://localhost/",
        ];
        for address in bad {
            assert!(address_problem(address).is_some(), "{address}");
        }
        assert!(address_problem(&format!("https://a/{}", "x".repeat(3000))).is_some());
    }

    #[test]
    fn no_other_secret_of_the_machine_can_be_named() {
        assert!(is_variable("GALLERIST_WEBHOOK_SECRET"));
        for name in
            ["HUAWEICLOUD_SDK_SK", "GALLERIST_SECRET_KEY", "GALLERIST_WEBHOOK_", "gallerist_webhook_x", ""]
        {
            assert!(!is_variable(name), "{name}");
        }
    }
}
