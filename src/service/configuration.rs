//! The `gallerist.yaml` that an import begins with.

use crate::model::Key;
use crate::yaml::{Draft, Line, write};

/// The sandbox's file, where a catalog does not say another.
pub(super) const SANDBOX: &str = ".gallerist/sandbox.db";

/// A first `gallerist.yaml`.
pub(super) fn configuration(name: &Key, target: &str, site: &str, at_console: bool) -> String {
    let pair = |key: &str, value: &str| (key.to_owned(), Draft::text(value));
    let marketplace = match at_console {
        true => vec![pair("driver", "console")],
        false => vec![pair("driver", "sandbox"), pair("path", SANDBOX)],
    };
    let place = vec![
        Line::entry("site", Draft::text(site)),
        Line::entry("marketplace", Draft::Mapping(marketplace)),
        Line::entry(
            "ledger",
            Draft::Mapping(vec![pair("store", "sqlite"), pair("path", ".gallerist/ledger.db")]),
        ),
    ];
    write(&[
        Line::Remark(
            "The catalog: where it is sold. Check the site and the marketplace before the first plan.".into(),
        ),
        Line::entry("apiVersion", Draft::text(crate::config::form::word::API_VERSION)),
        Line::entry("kind", Draft::text("Catalog")),
        Line::entry("name", Draft::text(name.as_str())),
        Line::entry("targets", Draft::Block(vec![Line::entry(target, Draft::Block(place))])),
    ])
}
