//! The chains of submissions as a picture: a lane per product, steps from left to right, reviews between them.

use super::super::{clip, effect, state_words, step_words};
use super::shown;
use crate::plan::{Action, Plan, ProductPlan, Step, StepState};
use crate::site::SiteProfile;
use crate::submission::SubmissionKind;
use std::fmt::Write as _;

/// Most lanes drawn; the others are in the table and the list.
const LANES_MAX: usize = 40;
/// Most steps drawn in a lane.
const STEPS_MAX: usize = 6;

// In pixels, as are all numbers below.
const LABEL: usize = 206;
const BOX: usize = 124;
const WAIT: usize = 104;
const LANE: usize = 66;
const TOP: usize = 12;

/// How a step is drawn: its class, a sign and the word of the legend.
struct Look {
    class: &'static str,
    sign: &'static str,
    word: &'static str,
}

const DONE: Look = Look { class: "done", sign: "✓", word: "done" };
const READY: Look = Look { class: "ready", sign: "▶", word: "next" };
const REVIEW: Look = Look { class: "review", sign: "◔", word: "in review, or in doubt" };
const PERSON: Look = Look { class: "person", sign: "✎", word: "with a person" };
const WAITING: Look = Look { class: "waiting", sign: "…", word: "waits" };
const STOPPED: Look = Look { class: "stopped", sign: "✕", word: "stopped" };

fn look(step: &Step) -> Look {
    match (&step.state, &step.action) {
        (StepState::Done, _) => DONE,
        (StepState::Ready, Action::Manual(_)) | (StepState::HandedOver { .. }, _) => PERSON,
        (StepState::Ready, _) => READY,
        (StepState::InReview { .. } | StepState::InDoubt { .. }, _) => REVIEW,
        (StepState::Waiting(_), _) => WAITING,
        (StepState::Blocked | StepState::Held { .. }, _) => STOPPED,
    }
}

/// The picture, its legend, and the same in words; nothing when no chain has a step.
pub(super) fn chains(out: &mut String, plan: &Plan, products: &[&ProductPlan]) {
    let with_steps: Vec<&&ProductPlan> =
        products.iter().filter(|product| !product.chain.is_empty()).collect();
    if with_steps.is_empty() {
        return;
    }
    let lanes: Vec<&ProductPlan> = with_steps.iter().take(LANES_MAX).map(|product| **product).collect();
    let columns =
        lanes.iter().map(|product| product.chain.len().min(STEPS_MAX + 1)).max().unwrap_or_default();
    let (width, height) = (LABEL + columns * (BOX + WAIT) + 20, TOP * 2 + lanes.len() * LANE);
    let _ = write!(
        out,
        "<h2 id=\"chains\">What is submitted, in order</h2>\n<div class=\"picture\" tabindex=\"0\">\
         <svg role=\"img\" aria-labelledby=\"picture-title picture-description\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<title id=\"picture-title\">Chains of submissions</title>\n\
         <desc id=\"picture-description\">A lane for each of {} products. Each box is a step, from left to right; a \
         dashed line is a review that the next step waits for. The list below says the same in words.</desc>\n",
        lanes.len()
    );
    let days = SiteProfile::embedded(&plan.site).ok().map(|site| site.review_working_days);
    for (position, product) in lanes.iter().enumerate() {
        lane(out, plan, (position, product), width, days);
    }
    out.push_str("</svg></div>\n");
    if with_steps.len() > lanes.len() {
        let _ = writeln!(
            out,
            "<p class=\"small quiet\">{} more products are not drawn; the list has them all.</p>",
            with_steps.len() - lanes.len()
        );
    }
    legend(out);
    in_words(out, plan, &with_steps);
}

fn lane(
    out: &mut String,
    plan: &Plan,
    (position, product): (usize, &ProductPlan),
    width: usize,
    days: Option<u32>,
) {
    let y = TOP + position * LANE;
    if position % 2 == 0 {
        let _ = writeln!(out, "<rect class=\"band\" x=\"0\" y=\"{y}\" width=\"{width}\" height=\"{LANE}\"/>");
    }
    let _ = writeln!(
        out,
        // An image within the image cuts off what is too wide.
        "<svg x=\"14\" y=\"{y}\" width=\"{}\" height=\"{LANE}\"><text class=\"who\" y=\"29\"><title>{}</title>{}</text>\
         <text class=\"dim\" y=\"46\">{}</text></svg>",
        LABEL - 22,
        shown(&clip(&product.name, 200)),
        shown(&fitted(&product.name, 24)),
        shown(&fitted(product.key.as_str(), 30))
    );
    for (at, step) in product.chain.iter().take(STEPS_MAX).enumerate() {
        let x = LABEL + at * (BOX + WAIT);
        let (state, _) = state_words(step, product.standing, plan.date);
        self::step(out, x, y, step, &format!("{}: {state}", step_words(step)));
        let is_last = at + 1 == product.chain.len();
        if !is_last || matches!(step.action, Action::Submit(_)) {
            wire(out, x + BOX, y, &wait_words(step, days), is_last);
        }
    }
    if product.chain.len() > STEPS_MAX {
        let x = LABEL + STEPS_MAX * (BOX + WAIT);
        let more = product.chain.len() - STEPS_MAX;
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{}\">{more} more steps</text>", y + LANE / 2 + 4);
    }
}

fn step(out: &mut String, x: usize, y: usize, step: &Step, whole: &str) {
    let look = look(step);
    let words = match &step.action {
        Action::Submit(submission) => match submission.kind {
            SubmissionKind::Release => "Release",
            SubmissionKind::Modify => "Modify",
            SubmissionKind::Remove => "Remove",
        },
        Action::Withdraw { .. } => "Take back",
        Action::Manual(_) => "By hand",
    };
    let (top, middle) = (y + 11, x + BOX / 2);
    let _ = write!(
        out,
        "<g class=\"{}\"><title>{}</title><rect class=\"box\" x=\"{x}\" y=\"{top}\" width=\"{BOX}\" height=\"44\" rx=\"7\"/>",
        look.class,
        shown(&clip(whole, 400))
    );
    let _ = writeln!(
        out,
        "<text class=\"mark\" x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\">{words}</text>\
         <text class=\"dim\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>",
        x + 12,
        top + 19,
        look.sign,
        x + 30,
        top + 19,
        top + 36,
        short_state(step)
    );
}

/// One or two words for the inside of a box.
fn short_state(step: &Step) -> &'static str {
    match (&step.state, &step.action) {
        (StepState::Done, _) => "done",
        (StepState::InReview { .. }, _) => "in review",
        (StepState::InDoubt { .. }, _) => "in doubt",
        (StepState::HandedOver { .. }, _) => "on a change sheet",
        (StepState::Ready, Action::Submit(_)) => "ready to submit",
        (StepState::Ready, _) => "to be done now",
        (StepState::Waiting(_), _) => "waits",
        (StepState::Blocked, _) => "blocked",
        (StepState::Held { .. }, _) => "held",
    }
}

/// What is written over the line behind a step.
fn wait_words(step: &Step, days: Option<u32>) -> String {
    match (&step.action, &step.state) {
        (Action::Manual(_) | Action::Withdraw { .. }, _) | (_, StepState::Done) => String::new(),
        (Action::Submit(_), StepState::InReview { expected_by, .. }) => format!("by {expected_by}"),
        (Action::Submit(_), _) => match days {
            Some(1) => "1 working day".to_owned(),
            Some(days) => format!("{days} working days"),
            None => "review".to_owned(),
        },
    }
}

/// The line behind a step: to the next one, or to the verdict that ends the chain.
fn wire(out: &mut String, x: usize, y: usize, words: &str, is_last: bool) {
    let (middle, end) = (y + 33, x + WAIT - 11);
    let wait = if words.is_empty() { "" } else { " wait" };
    let head = match is_last {
        true => format!("<circle class=\"head\" cx=\"{end}\" cy=\"{middle}\" r=\"4\"/>"),
        false => format!("<path class=\"head\" d=\"M{end} {}l8 4l-8 4z\"/>", middle - 4),
    };
    let _ = writeln!(
        out,
        "<path class=\"wire{wait}\" d=\"M{} {middle}H{end}\"/>{head}\
         <text class=\"dim\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{words}</text>",
        x + 4,
        x + WAIT / 2 - 2,
        middle - 8
    );
}

/// The text, or as much of it as has room; wide characters take two columns.
fn fitted(text: &str, columns: usize) -> String {
    use unicode_width::UnicodeWidthChar as _;
    let (mut out, mut used) = (String::new(), 0);
    for c in text.chars() {
        used += c.width().unwrap_or(1);
        if used > columns {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

fn legend(out: &mut String) {
    out.push_str("<ul class=\"legend\">");
    for Look { class: _, sign, word } in [DONE, READY, REVIEW, PERSON, WAITING, STOPPED] {
        let _ = write!(out, "<li><b>{sign}</b> {word}</li>");
    }
    out.push_str("<li><b>╌●</b> a review and its verdict</li></ul>\n");
}

fn in_words(out: &mut String, plan: &Plan, products: &[&&ProductPlan]) {
    out.push_str("<details><summary>The same in words</summary>\n<ul>\n");
    for product in products {
        let _ = write!(out, "<li>{}: {}<ol>", shown(&product.name), shown(&effect(product)));
        for step in &product.chain {
            let (state, _) = state_words(step, product.standing, plan.date);
            let _ = write!(out, "<li>{}: {}", shown(&step_words(step)), shown(&state));
            if !step.because.is_empty() {
                let _ = write!(out, "; {}", shown(&step.because));
            }
            out.push_str("</li>");
        }
        out.push_str("</ol></li>\n");
    }
    out.push_str("</ul></details>\n");
}
