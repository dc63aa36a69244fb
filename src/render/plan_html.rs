//! A plan as one HTML file. PLACEHOLDER: replaced when the report for browsers is merged.

use super::{html, terminal, told};
use crate::report::Proposal;
use std::fmt::Write as _;

/// PLACEHOLDER: the standing of each product, and all findings.
#[must_use]
pub fn plan_html(proposal: &Proposal) -> String {
    let mut out = String::from("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Plan</title>\n<ul>\n");
    for product in &proposal.plan.products {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "<li>{}: {:?}</li>", html(product.key.as_str()), product.standing);
    }
    for finding in proposal.all_findings() {
        let text = told(&finding).join(" ");
        let _ = writeln!(
            out,
            "<li class=\"finding\">{} {}: {}</li>",
            finding.severity.word(),
            html(finding.rule),
            html(&terminal(&text))
        );
    }
    out.push_str("</ul>\n");
    out
}
