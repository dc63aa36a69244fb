//! No number: A request template is not a Word or Excel file, or is too large.

use crate::diagnostic::{Finding, Severity};
use crate::model::{Item, ProductField};
use crate::rules::files::{document, fitting_document};
use crate::rules::{Basis, Check, Content, Rule, RuleDoc};

pub(super) const RULE: Rule = Rule {
    doc: RuleDoc {
        id: "request-template-unsuitable",
        numbers: &[],
        basis: Basis::Stated,
        source: "PS",
        sites: &[],
        level: Severity::Error,
        what: "A request template is not a Word or Excel file, or is too large.",
        why: "Buyers fill the template in and send it back; the marketplace takes Word and Excel files only.",
        example: "professionalService:\n  requestTemplates: [request.pdf]",
        instead: "Save the template as a Word or Excel file.",
    },
    check: Check::Content(check),
};

fn check(content: &Content<'_>) -> Vec<Finding> {
    let limits = &content.site.request_template;
    let files = content.assets(ProductField::RequestTemplates).iter().enumerate();
    let found = files.filter_map(|(position, file)| {
        let message = format!("the request template `{}` {}", file.name, document(file, limits)?);
        let route = Item::Field(ProductField::RequestTemplates).route().index(position);
        let help = format!("save it as {}", fitting_document(limits));
        Some(Finding { help, ..RULE.finding_at(route, message, "") })
    });
    found.collect()
}
