//! A plan in Markdown. PLACEHOLDER: replaced when the page of a pull request is merged.

use super::{markdown, markdown_code, told};
use crate::report::Proposal;
use std::fmt::Write as _;

/// How long a page may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Longest text, in bytes.
    pub bytes_max: usize,
    /// Where the rest is told, as a sentence; `None` where nowhere.
    pub rest: Option<String>,
}

/// PLACEHOLDER: the standing of each product, and all findings.
#[must_use]
pub fn plan_markdown(proposal: &Proposal, bounds: &Bounds) -> String {
    let mut out = String::from("# Plan\n\n");
    for product in &proposal.plan.products {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "- {}: {:?}", markdown_code(product.key.as_str()), product.standing);
    }
    out.push('\n');
    for finding in proposal.all_findings() {
        let head = format!("**{}** {}", finding.severity.word(), markdown_code(finding.rule));
        let line = format!("- {head}: {}\n", markdown(&told(&finding).join(" ")));
        if out.len() + line.len() <= bounds.bytes_max {
            out.push_str(&line);
        }
    }
    out
}
