//! Which addresses the marketplace calls, and which of the machine's surroundings nobody should be led to call.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address that can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole address, without a query.
    pub url: String,
    /// Its domain name, in lower case.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// It does not begin with `https://`.
    #[error("the address does not begin with https://")]
    NotHttps,
    /// It has a user, a query or a fragment, or is none at all.
    #[error("the address holds more than a domain name, a port and a path")]
    More,
    /// It names a machine by its number.
    #[error("the address is an IP address")]
    Number,
    /// Nobody outside knows its name.
    #[error("the address has no public domain name")]
    NoDomain,
}

/// Which names an address may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Domain names that the marketplace could know.
    Public,
    /// Any name.
    Any,
}

impl Address {
    /// An address as the marketplace calls it.
    ///
    /// # Errors
    /// When the marketplace would not call it.
    pub fn read(written: &str, named: Named) -> Result<Self, AddressProblem> {
        let mut url = reqwest::Url::parse(written.trim()).map_err(|_| AddressProblem::More)?;
        if url.scheme() != "https" {
            return Err(AddressProblem::NotHttps);
        }
        let has_more = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        if has_more {
            return Err(AddressProblem::More);
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        // The parser has brought every spelling of a number into one form by now.
        if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
            return Err(AddressProblem::Number);
        }
        let is_local = !host.contains('.') || host.ends_with(".localhost") || host.ends_with(".local");
        if host.is_empty() || (named == Named::Public && is_local) {
            return Err(AddressProblem::NoDomain);
        }
        // What is looked up and checked is what is called: no dot at the end.
        url.set_host(Some(&host)).map_err(|_| AddressProblem::More)?;
        let port = url.port_or_known_default().unwrap_or(443);
        Ok(Self { url: url.to_string(), host, port })
    }
}

/// Whether everybody can reach an address: not this machine, its network, or what a cloud tells its machines about
/// themselves.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_reserved = match (a, b, c) {
        // This network, shared address space (metadata of some clouds stands there), protocols, relays, benchmarks.
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) => true,
        (240..=255, ..) => true,
        _ => false,
    };
    !(is_reserved
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let within = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        _ if address.to_ipv4_mapped().is_some() => within(high, low),
        // Translated addresses lead to what they hold.
        (0x64, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && within(high, low),
        (0x2002, inner) => within(inner, c),
        // Tunnels, and what stands in examples only.
        (0x2001, 0 | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // Everything else that is given out begins so; private, local and many-receiver addresses do not.
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marketplace_calls_names_over_https_and_nothing_else() {
        let read =
            |written| Address::read(written, Named::Public).map(|address| (address.host, address.port));
        assert_eq!(read("https://CRM.acme.example/koo"), Ok(("crm.acme.example".to_owned(), 443)));
        assert_eq!(read("https://crm.acme.example:8443/"), Ok(("crm.acme.example".to_owned(), 8443)));
        // With a dot at its end the name would be looked up once more, and nobody would look where it leads.
        let dotted = Address::read("https://crm.acme.example./koo", Named::Public).map(|found| found.url);
        assert_eq!(dotted.as_deref(), Ok("https://crm.acme.example/koo"));
        for (written, problem) in [
            ("http://crm.acme.example/", AddressProblem::NotHttps),
            ("ftp://crm.acme.example/", AddressProblem::NotHttps),
            ("crm.acme.example", AddressProblem::More),
            ("https://a:b@crm.acme.example/", AddressProblem::More),
            ("https://crm.acme.example/?key=1", AddressProblem::More),
            ("https://crm.acme.example/#a", AddressProblem::More),
            ("https://203.0.113.7/", AddressProblem::Number),
            ("https://0x7f000001/", AddressProblem::Number),
            ("https://2130706433/", AddressProblem::Number),
            ("https://[::1]/", AddressProblem::Number),
            ("https://localhost/", AddressProblem::NoDomain),
            ("https://seller.localhost/", AddressProblem::NoDomain),
            ("https://crm/", AddressProblem::NoDomain),
        ] {
            assert_eq!(read(written), Err(problem), "{written}");
        }
        assert!(Address::read("https://localhost:8443/koo", Named::Any).is_ok());
        assert_eq!(Address::read("https://127.0.0.1/", Named::Any), Err(AddressProblem::Number));
    }

    #[test]
    fn what_is_inside_is_not_public() {
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.192",
            "198.18.0.1",
            "240.0.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }
}
