//! What an issue lists of a product: lines of Markdown, of which the first says it in short.

use super::{clip, counted, desired_words, markdown, markdown_code};
use crate::model::Value;
use crate::plan::{Drift, DriftKind, ProductPlan};
use crate::report::{Invocation, Rejected};
use std::fmt::Write as _;

const NAME_MAX: usize = 120;
const VALUE_MAX: usize = 120;
const REASON_MAX: usize = 1000;
const SHOWN_MAX: usize = 20;

/// What somebody else changed of a product, with the commands that decide it.
#[must_use]
pub fn drift_listed(product: &ProductPlan, invocation: &Invocation) -> String {
    let key = &product.key;
    let count = counted(product.drift.len(), "value differs", "values differ");
    let mut out = format!("- {} ({}): {count}\n", strong(&product.name), markdown_code(key.as_str()));
    for drift in product.drift.iter().take(SHOWN_MAX) {
        let Drift { item, kind, last_applied, released, desired } = drift;
        let desired = match kind {
            DriftKind::Drift => desired_words(drift),
            DriftKind::Conflict | DriftKind::ByMarketplace => format!("says {}", shown(desired.as_ref())),
        };
        let path = product.path.as_ref().map_or("the definition", |path| path.as_str());
        let _ = writeln!(
            out,
            "  - {} ({}): applied last {}, on sale {}; {} {desired}",
            markdown(&clip(&item.describe(), NAME_MAX)),
            markdown_code(&clip(&item.route().to_string(), NAME_MAX)),
            shown(last_applied.as_ref()),
            shown(released.as_ref()),
            markdown_code(&clip(path, NAME_MAX)),
        );
    }
    if product.drift.len() > SHOWN_MAX {
        let _ = writeln!(out, "  - and {} more", product.drift.len() - SHOWN_MAX);
    }
    let command = |words: &str| markdown_code(&invocation.command(&format!("drift {words} {key}")));
    let ignore = format!("drift --ignore {key} --reason \"...\" --until DATE");
    let _ = writeln!(
        out,
        "  - what is on sale is right: {}; the definition is right: {}; leave it as it is for a while: {}",
        command("--accept"),
        command("--revert"),
        markdown_code(&invocation.command(&ignore))
    );
    out
}

/// What a reviewer rejected of a product, in the reviewer's words, with the places to change.
#[must_use]
pub fn rejection_listed(rejected: &Rejected) -> String {
    let Rejected { product, name, submission, application, reason, places, commit: _, command } = rejected;
    let reason = match reason {
        Some(reason) => format!("the reviewer said “{}”", markdown(&clip(reason, REASON_MAX))),
        None => "the reviewer's words are not known".to_owned(),
    };
    let mut out = format!("- {} ({}): {reason}\n", strong(name), markdown_code(product.as_str()));
    let about = |what: &str, id: &str| format!("{what} {}", markdown_code(&clip(id, NAME_MAX)));
    let submission = submission.as_ref().map(|id| about("submission", &id.0));
    let application = application.as_ref().map(|id| about("application", id));
    let ids: Vec<String> = submission.into_iter().chain(application).collect();
    if !ids.is_empty() {
        let _ = writeln!(out, "  - {}", ids.join(", "));
    }
    for place in places.iter().take(SHOWN_MAX) {
        let _ = writeln!(out, "  - {}", markdown_code(&clip(place, NAME_MAX)));
    }
    if let Some(command) = command {
        let _ = writeln!(out, "  - change the definition, or: {}", markdown_code(&clip(command, NAME_MAX)));
    }
    out
}

fn strong(name: &str) -> String {
    format!("**{}**", markdown(&clip(name, NAME_MAX)))
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| markdown_code(&clip(&value.to_string(), VALUE_MAX)))
}
