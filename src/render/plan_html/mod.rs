//! A plan as one HTML file that needs nothing else: to decide by, to keep beside an approval, to print.

mod chain;
mod difference;
mod product;

use super::{
    Paint, clip, commit_words, counted, doing, html, html_prose, observed, released_states, risk_words,
    standing_paint, tell, terminal, verdict,
};
use crate::diagnostic::Severity;
use crate::plan::{Action, Plan, ProductPlan, Standing, StepState};
use crate::report::{
    Actor, Baseline, Comparison, FilePlace, Proposal, Risk, Summary, is_told, next, riskiest_first,
};
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// The whole page.
#[must_use]
pub fn plan_html(proposal: &Proposal) -> String {
    let plan = &proposal.plan;
    let title = format!("Plan for {} at {}", plan.scope.catalog, plan.scope.target);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n",
        shown(&title)
    );
    let ordered = riskiest_first(plan);
    let (quiet, told): (Vec<&ProductPlan>, Vec<&ProductPlan>) =
        ordered.iter().partition(|product| is_quiet(proposal, product));
    let (new, old): (Vec<&ProductPlan>, Vec<&ProductPlan>) =
        told.iter().partition(|product| is_new(proposal, product));
    let told: Vec<&ProductPlan> = new.iter().chain(&old).copied().collect();
    let (first, second) = match proposal.compared.as_ref().map(|compared| &compared.baseline) {
        None => ("What happens", ""),
        Some(Baseline::Revision { .. }) => ("What this change adds", "Already waiting before this change"),
        Some(Baseline::Saved { .. }) => ("What is new since then", "Planned then already"),
    };
    header(&mut out, proposal, &title);
    irreversible(&mut out, plan, &told);
    findings(&mut out, proposal);
    contents(&mut out, proposal, first, &new);
    contents(&mut out, proposal, second, &old);
    chain::chains(&mut out, plan, &told);
    if !told.is_empty() {
        out.push_str("<h2>Product by product</h2>\n");
    }
    for product in &told {
        product::product(&mut out, proposal, product);
    }
    self::quiet(&mut out, plan, &quiet);
    footer(&mut out, plan);
    out.push_str("</body>\n</html>\n");
    out
}

/// Text that is read: what cannot be seen in it is shown.
fn shown(text: &str) -> String {
    html(&terminal(text))
}

/// The class that colours something.
fn class(paint: Paint) -> &'static str {
    match paint {
        Paint::Bad => "bad",
        Paint::Care => "care",
        Paint::Good => "good",
        Paint::Strong | Paint::Command => "strong",
        Paint::Plain | Paint::Quiet => "quiet",
    }
}

/// A product's name, leading to its part of the page.
fn link(product: &ProductPlan) -> String {
    format!("<a href=\"#{0}\"><bdi>{1}</bdi></a>", anchor(product), shown(&clip(&product.name, 200)))
}

/// Keys are letters, digits and hyphens.
fn anchor(product: &ProductPlan) -> String {
    format!("product-{}", shown(product.key.as_str()))
}

/// Whether people have not seen this before.
fn is_new(proposal: &Proposal, product: &ProductPlan) -> bool {
    let compared = proposal.compared.as_ref();
    compared.is_none_or(|compared| !compared.difference(&proposal.plan, &product.key).is_empty())
}

/// Whether nothing is to be told of a product: it has no part, and lost none.
fn is_quiet(proposal: &Proposal, product: &ProductPlan) -> bool {
    !is_told(product) && (proposal.compared.is_none() || !is_new(proposal, product))
}

fn header(out: &mut String, proposal: &Proposal, title: &str) {
    let verdict = verdict(proposal);
    let plan = &proposal.plan;
    let _ = write!(
        out,
        "<header class=\"{}\">\n<p class=\"over\">{}</p>\n<h1>{}</h1>\n<p class=\"small quiet\">{}, {}. {}</p>\n",
        class(verdict.paint),
        shown(title),
        shown(&verdict.words),
        shown(&commit_words(plan.commit.as_deref())),
        plan.date,
        shown(&observed(plan))
    );
    if let Some(compared) = &proposal.compared {
        comparison(out, proposal, compared);
    }
    out.push_str("</header>\n");
}

fn comparison(out: &mut String, proposal: &Proposal, compared: &Comparison) {
    let since = match &compared.baseline {
        Baseline::Revision { name, commit, .. } => {
            format!("Compared with {} at {}", clip(name, 80), commit.chars().take(12).collect::<String>())
        }
        Baseline::Saved { date, .. } => format!("Since the plan of {date} was saved"),
    };
    let plan = &proposal.plan;
    let is_over = |key: &&crate::model::Key| !plan.products.iter().any(|product| product.key == **key);
    let keys = plan.products.iter().map(|product| &product.key);
    let keys = keys.chain(compared.before.keys().filter(is_over));
    let (mut added, mut stopped, mut lifted, mut gone) = (0, 0, 0, Vec::new());
    let mut is_same = true;
    for key in keys {
        let difference = compared.difference(plan, key);
        is_same &= difference.is_empty();
        added += difference.added.len();
        stopped += difference.blocks.len();
        lifted += difference.lifted.len();
        let Some(before) = compared.before.get(key) else { continue };
        let submissions = before.chain.iter().filter_map(|step| match &step.action {
            Action::Submit(submission) => Some(submission),
            Action::Withdraw { .. } | Action::Manual(_) => None,
        });
        for submission in submissions {
            for operation in submission.operations.iter().filter(|found| difference.gone.contains(found)) {
                gone.push((before, tell(operation, &submission.predicted, &plan.currency).sentence));
            }
        }
    }
    if is_same {
        let _ = writeln!(out, "<p>{}: the plan is the same.</p>", shown(&since));
    } else {
        let parts = [
            (added, "operation is new", "operations are new"),
            (gone.len(), "is no longer planned", "are no longer planned"),
            (stopped, "new finding stops a product", "new findings stop products"),
            (lifted, "finding stops nothing any more", "findings stop nothing any more"),
        ];
        let parts = parts.iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, one, many)| counted(*count, one, many)).collect();
        let _ = writeln!(out, "<p>{}: {}.</p>", shown(&since), parts.join(", "));
    }
    if !gone.is_empty() {
        out.push_str("<details><summary>No longer planned</summary>\n<ul>\n");
        for (product, sentence) in gone {
            let _ = writeln!(out, "<li><bdi>{}</bdi>: {}</li>", shown(&product.name), shown(&sentence));
        }
        out.push_str("</ul></details>\n");
    }
    if !compared.without_effect.is_empty() {
        let keys: Vec<&str> = compared.without_effect.iter().map(|key| key.as_str()).collect();
        let _ = writeln!(out, "<p>Changed in files, without effect: {}.</p>", shown(&keys.join(", ")));
    }
}

fn irreversible(out: &mut String, plan: &Plan, told: &[&ProductPlan]) {
    if Summary::of(plan).irreversible.is_empty() {
        return;
    }
    out.push_str("<section class=\"panel\">\n<h2>This can never be undone</h2>\n<ul>\n");
    for product in told {
        for step in product.chain.iter().filter(|step| step.state != StepState::Done) {
            let Action::Submit(submission) = &step.action else { continue };
            for operation in submission.operations.iter().filter(|found| found.kind.is_irreversible()) {
                let words = tell(operation, &submission.predicted, &plan.currency);
                let approved = product.approved.contains(&operation.id(&plan.scope.target, &product.key));
                let approved = if approved { " <span class=\"tag good\">approved</span>" } else { "" };
                let reason = words.reason.map_or_else(String::new, |reason| format!(", because “{reason}”"));
                let _ = writeln!(
                    out,
                    "<li>{}: {}{}{approved}</li>",
                    link(product),
                    shown(&words.sentence),
                    shown(&reason)
                );
            }
        }
    }
    out.push_str("</ul>\n</section>\n");
}

fn findings(out: &mut String, proposal: &Proposal) {
    let mut found: Vec<_> = proposal.findings.iter().collect();
    if found.is_empty() {
        return;
    }
    found.sort_by_key(|found| found.severity);
    out.push_str("<h2>In the definitions</h2>\n");
    if found.iter().any(|found| found.severity == Severity::Error) {
        out.push_str("<p>Products whose definitions have errors are missing from this plan.</p>\n");
    }
    for found in found {
        let (class, paint) = match found.severity {
            Severity::Error => ("stop", "bad"),
            Severity::Warning => ("note care", "care"),
            Severity::Note => ("note", "strong"),
        };
        let place = found.place.as_ref().map_or_else(String::new, place_text);
        let _ = write!(
            out,
            "<div class=\"{class}\"><span class=\"tag {paint}\">{}</span> {} <code>{}</code>",
            found.severity.word(),
            html_prose(&found.message),
            shown(found.rule)
        );
        facts(out, &[("place", &place), ("", &found.label), ("why", &found.why), ("instead", &found.help)]);
        out.push_str("</div>\n");
    }
}

fn place_text(place: &FilePlace) -> String {
    place
        .extent
        .as_ref()
        .map_or_else(|| place.path.to_string(), |extent| format!("{}:{}", place.path, extent.start))
}

/// Names with texts; empty texts are left out.
fn facts(out: &mut String, facts: &[(&str, &str)]) {
    out.push_str("<dl>");
    for (name, text) in facts.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = write!(out, "<dt>{name}</dt><dd>{}</dd>", html_prose(text));
    }
    out.push_str("</dl>\n");
}

fn contents(out: &mut String, proposal: &Proposal, heading: &str, told: &[&ProductPlan]) {
    if told.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<h2>{heading}</h2>\n<table>\n<thead><tr><th>Product</th><th>What happens</th><th>Risk</th>\
         <th>Who acts next</th></tr></thead>\n<tbody>\n"
    );
    for product in told {
        let next = next(product, &proposal.invocation);
        let risk = match Risk::of(product) {
            Risk::Unwanted | Risk::Irreversible => "tag bad",
            Risk::Ordinary | Risk::Quiet => "quiet",
        };
        let _ = writeln!(
            out,
            "<tr><td>{}<span class=\"key\">{}</span></td><td><span class=\"tag {}\">{}</span> {}</td><td><span class=\"{risk}\">{}</span></td>\
             <td>{}</td></tr>",
            link(product),
            shown(product.key.as_str()),
            class(standing_paint(product.standing)),
            product.standing.words(),
            shown(&doing(product)),
            risk_words(product),
            if next.who == Actor::Nobody { "nobody" } else { next.who.words() }
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Products of which nothing is to be told, counted and named.
fn quiet(out: &mut String, plan: &Plan, quiet: &[&ProductPlan]) {
    if plan.products.is_empty() {
        out.push_str("<p>There is no product to plan at this target.</p>\n");
    }
    for (standing, words) in [
        (Standing::InSync, "in sync"),
        (Standing::Retired, "off the catalog"),
        (Standing::Unmanaged, "not managed"),
    ] {
        let of: Vec<_> = quiet.iter().filter(|product| product.standing == standing).collect();
        if of.is_empty() {
            continue;
        }
        let count = counted(of.len(), "product is", "products are");
        let _ = write!(out, "<details class=\"quiet-list\"><summary>{count} {words}</summary>\n<ul>\n");
        for product in of {
            let key = shown(product.key.as_str());
            let _ = writeln!(
                out,
                "<li id=\"{}\"><bdi>{}</bdi> <span class=\"quiet\">{key}</span></li>",
                anchor(product),
                shown(&product.name)
            );
        }
        out.push_str("</ul></details>\n");
    }
    for (id, name) in &plan.unbound {
        let line = format!("“{name}” ({id}) is on sale, but no definition is bound to it.");
        let _ = writeln!(out, "<p class=\"note\">{}</p>", shown(&line));
    }
}

fn footer(out: &mut String, plan: &Plan) {
    let states = released_states(&Summary::of(plan));
    let commit = plan.commit.as_deref().map_or_else(String::new, |commit| format!(" Commit {commit}."));
    let line = format!(
        "Catalog {}, target {}, site {}, prices in {}. Products: {}.{commit}",
        plan.scope.catalog,
        plan.scope.target,
        plan.site,
        plan.currency,
        if states.is_empty() { "none" } else { &states }
    );
    let _ = writeln!(out, "<footer>{}</footer>", shown(&line));
}
