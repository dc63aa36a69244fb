//! The rule book as one Markdown page with an anchor for each rule: `docs/rules.md`.

use super::{adjustable, enforced, numbers_text, sites_text};
use crate::definition::rules::ShapeRule;
use crate::rules::{Outside, REGISTRY, Rule, RuleDoc, Selection};
use std::fmt::Write as _;

/// What each family is about, in the order of the book.
const FAMILIES: &[(&str, &str)] = &[
    ("release", "What must stand before a product can be released, and what its form takes."),
    ("specification", "Specifications, their prices, trials, attributes, packages and upgrades."),
    ("interface", "The production interface of SaaS products, which the marketplace calls."),
    ("content", "Names, texts, pictures and documents, as the reviewer sees them."),
    ("modification", "What may change once it was approved, and how."),
    ("removal", "Taking things off the catalog: for ever, and in the right order."),
    ("review", "Applications, their verdicts, and the queue."),
    ("guard", "Gallerist's own limits; approvals lift them for one operation."),
    ("level", "Levels and exceptions themselves."),
];

/// The whole page.
#[must_use]
pub fn rule_book(selection: &Selection) -> String {
    let mut page = String::from(
        "# Rules\n\n\
         Made from the same text as `gallerist explain`; `GALLERIST_BLESS=1` writes it anew in a test run. Numbers \
         such as R25 are those of the domain reference; what each of them comes to stands in\n\
         [the coverage table](koogallery-coverage.md). How to set levels and excuse findings stands in\n\
         [the configuration](configuration.md#rules).\n",
    );
    for (family, about) in FAMILIES {
        let Some((_, rules)) = REGISTRY.iter().find(|(name, _)| name == family) else { continue };
        let mut wanted = rules
            .iter()
            .filter(|rule| selection.rules.iter().any(|found| found.doc.id == rule.doc.id))
            .peekable();
        if wanted.peek().is_none() {
            continue;
        }
        let _ = write!(page, "\n## {}\n\n{about}\n", capital(family));
        for rule in wanted {
            entry(&mut page, rule);
        }
    }
    if !selection.reading.is_empty() {
        page.push_str("\n## Reading\n\nThe form of files. A definition that breaks one of these cannot be read; the reader says so.\n");
        for ShapeRule { id, text } in &selection.reading {
            let _ = write!(page, "\n### {id}\n\n{}\n", prose(text));
        }
    }
    if !selection.outside.is_empty() {
        page.push_str("\n## Outside\n\nNumbers of the reference that nothing here can break, and why.\n\n");
        for Outside { number, what, reason } in &selection.outside {
            let _ = writeln!(page, "- **R{number}.** {} {}", prose(what), prose(reason));
        }
    }
    page
}

fn entry(page: &mut String, rule: &Rule) {
    let RuleDoc { id, numbers, basis, source, sites, level, what, why, example, instead } = &rule.doc;
    let numbers = if numbers.is_empty() { String::new() } else { format!(" · {}", numbers_text(numbers)) };
    let _ = write!(
        page,
        "\n### {id}\n\n*{}{numbers} · {} ({source}) · sites: {} · enforced {}; its level {}.*\n\n{}\n\n**Why.** {}\n",
        level.word(),
        basis.words(),
        sites_text(sites),
        enforced(rule),
        adjustable(rule),
        prose(what),
        prose(why),
    );
    if !example.is_empty() {
        let _ = write!(page, "\n```yaml\n{}\n```\n", example.trim_end());
    }
    let _ = write!(page, "\n**Instead.** {}\n", prose(instead));
}

/// Text for Markdown: what stands outside of code marks is never markup.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for (position, part) in text.split('`').enumerate() {
        if position > 0 {
            out.push('`');
        }
        let code = position % 2 == 1;
        for c in part.chars() {
            if !code && matches!(c, '*' | '_' | '<' | '[' | ']' | '|') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn every_family_is_introduced() {
        let introduced: Vec<&str> = FAMILIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(introduced, rules::families());
    }

    #[test]
    fn code_stays_code_and_prose_is_no_markup() {
        assert_eq!(prose("write `a_b` and *not* [this]"), "write `a_b` and \\*not\\* \\[this\\]");
    }
}
