//! Reading how submissions of a target reach its marketplace.

use super::notify::address_problem;
use super::read::{Reader, text};
use super::{Driver, Language};
use crate::yaml::Node;

/// The sandbox's file where none is named.
pub const SANDBOX_FILE: &str = ".gallerist/sandbox.db";

/// The settings of each driver; the first is used where none is named.
const SETTINGS: [(&str, &[&str]); 3] = [
    ("sandbox", &["path"]),
    ("console", &["sheets", "released", "language"]),
    ("gateway", &["url", "certificates"]),
];

impl<'t> Reader<'t> {
    /// The driver of a target.
    pub(super) fn driver(&mut self, block: Option<Node<'t>>) -> Option<Driver> {
        let said = |key: &str| block.and_then(|block| text(block, key));
        let used = said("driver").unwrap_or("sandbox");
        self.foreign_settings(block, used);
        match (used, block) {
            ("console", Some(block)) => {
                let (sheets, released) = (
                    self.inner_path(block, "sheets", "sheets"),
                    self.inner_path(block, "released", "released"),
                );
                let language =
                    if said("language") == Some("zh") { Language::Chinese } else { Language::English };
                Some(Driver::Console { sheets, released, language })
            }
            ("gateway", Some(block)) => self.gateway(block),
            _ => Some(Driver::Sandbox { path: said("path").unwrap_or(SANDBOX_FILE).into() }),
        }
    }

    /// Settings of other drivers would do nothing.
    fn foreign_settings(&mut self, block: Option<Node<'t>>, used: &str) {
        let own = SETTINGS.iter().find(|(driver, _)| *driver == used).map_or(&[][..], |(_, own)| own);
        for (other, settings) in SETTINGS.iter().filter(|(driver, _)| *driver != used) {
            for key in settings.iter().filter(|key| !own.contains(key)) {
                let Some((name, _)) = block.and_then(|block| block.entry(key)) else { continue };
                let message = format!("the driver `{used}` has no `{key}`");
                let help = format!(
                    "it has {}; `{key}` is for `driver: {other}`",
                    own.iter().map(|own| format!("`{own}`")).collect::<Vec<_>>().join(" and ")
                );
                let diagnostic = self.error("driver-setting-unknown", name, message).help(help);
                self.report(diagnostic);
            }
        }
    }

    fn gateway(&mut self, block: Node<'t>) -> Option<Driver> {
        let Some(url) = text(block, "url") else {
            let place = block.entry("driver").map_or(block, |(key, _)| key);
            let diagnostic = self
                .error("gateway-address-invalid", place, "the gateway has no address")
                .help("write `url:` with its address, as in `url: https://gateway.example.com`");
            self.report(diagnostic);
            return None;
        };
        let problem = address_problem(url).or_else(|| {
            let has_more = url.contains(['?', '#']);
            has_more.then_some("a gateway's address ends with its path: there is no `?` or `#` in it")
        });
        if let Some(problem) = problem {
            let place = block.get("url").unwrap_or(block);
            let diagnostic = self.error("gateway-address-invalid", place, problem).help(
                "write `https://` and the address of the gateway; plain `http://` is for this machine only",
            );
            self.report(diagnostic);
        }
        let certificates = Some(self.inner_path(block, "certificates", ""));
        let certificates = certificates.filter(|path| !path.as_str().is_empty());
        Some(Driver::Gateway { url: url.trim_end_matches('/').to_owned(), certificates })
    }
}
