//! A plan as Markdown, for the page where a change is reviewed.

use super::{Style, plan_text};
use crate::report::Proposal;

/// How long it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes at most.
    pub bytes_max: usize,
    /// Where the whole is, for what had to be cut.
    pub rest: Option<String>,
}

/// The plan in at most so many bytes.
#[must_use]
pub fn plan_markdown(proposal: &Proposal, bounds: &Bounds) -> String {
    const FRAME: usize = 100;
    let text = plan_text(&proposal.plan, &proposal.invocation, Style::PLAIN).replace('`', "'");
    let room = bounds.bytes_max.saturating_sub(FRAME + bounds.rest.as_ref().map_or(0, String::len));
    let end = (0..=room.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let rest = bounds.rest.as_ref().filter(|_| end < text.len());
    let rest = rest.map_or_else(String::new, |link| format!("\n[The rest]({link})\n"));
    format!("```text\n{}\n```\n{rest}", text.get(..end).unwrap_or_default().trim_end())
}
