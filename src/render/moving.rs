//! What moving in wrote, and the table of matches that a person confirms.

use super::{Page, Paint, Paragraph, Style};
use crate::moving::{Part, Row, Sureness};
use crate::report::{Adoption, Imported, ImportedProduct};

/// What an import did: products with what is to be decided, files, what was left out.
#[must_use]
pub fn imported(imported: &Imported, style: Style) -> String {
    let mut page = Page::new(style);
    if imported.products.is_empty() {
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Good, &nothing(imported)));
    }
    for product in &imported.products {
        let head = Paragraph::default()
            .paint(Paint::Strong, product.key.as_str())
            .text(&format!("  {} ({})", product.name, product.product_id));
        page.wrap(0, 2, &head);
        let verb = if product.resumed { "was there already: " } else { "" };
        page.line(2, &Paragraph::of(&format!("{verb}{}", product.path)));
        decisions(&mut page, &product.decisions);
    }
    if !(imported.decisions.is_empty() && imported.left_out.is_empty()) {
        page.gap();
    }
    decisions(&mut page, &imported.decisions);
    for out in &imported.left_out {
        let line = format!("\"{}\" ({}) was left out. {}", out.name, out.product_id, out.why);
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, "note: ").text(&line));
    }
    if imported.dry_run && !imported.files.is_empty() {
        page.gap();
        for file in &imported.files {
            page.line(0, &Paragraph::default().paint(Paint::Strong, file.path.as_str()));
            for line in file.definition.iter().flat_map(|text| text.lines()) {
                page.line(2, &Paragraph::of(line));
            }
        }
    }
    if !imported.products.is_empty() {
        page.gap();
        page.wrap(0, 2, &Paragraph::of(&counts(imported)));
        let keys =
            "Keys were made from names; change one only before the first commit, with `formerly` beside it.";
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Quiet, keys));
    }
    page.finish()
}

fn nothing(imported: &Imported) -> String {
    match imported.managed {
        0 => "Nothing to import: no product is on sale that a definition could describe.".to_owned(),
        1 => "Nothing to import: the product on sale has a definition.".to_owned(),
        count => format!("Nothing to import: all {count} products on sale have definitions."),
    }
}

fn counts(imported: &Imported) -> String {
    let many = |count: usize, one: &str, several: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {several}"),
    };
    let verb = if imported.dry_run { "Would import" } else { "Imported" };
    let own = imported.products.iter().map(|product: &ImportedProduct| product.decisions.len());
    let open = own.sum::<usize>() + imported.decisions.len();
    format!(
        "{verb} {} in {}; {}.",
        many(imported.products.len(), "product", "products"),
        many(imported.files.len(), "file", "files"),
        match open {
            0 => "nothing is left to decide".to_owned(),
            open => format!("{} for a person to decide", many(open, "thing", "things")),
        }
    )
}

fn decisions(page: &mut Page, decisions: &[String]) {
    for decision in decisions {
        page.wrap(2, 4, &Paragraph::default().paint(Paint::Care, "decide: ").text(decision));
    }
}

/// The same, a line for each product.
#[must_use]
pub fn imported_short(imported: &Imported, style: Style) -> String {
    let mut page = Page::new(style);
    for product in &imported.products {
        page.line(0, &Paragraph::of(&format!("{}: {} {}", product.key, product.product_id, product.path)));
    }
    page.finish()
}

/// The table of matches.
#[must_use]
pub fn adoption(adoption: &Adoption, style: Style) -> String {
    let mut page = Page::new(style);
    if !adoption.adopted.is_empty() {
        let keys: Vec<&str> = adoption.adopted.iter().map(|key| key.as_str()).collect();
        let line =
            format!("Adopted {}. Nothing of it is submitted before somebody confirms it.", keys.join(", "));
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Good, &line));
        page.gap();
    }
    for (position, row) in adoption.table.rows.iter().enumerate() {
        if position > 0 {
            page.gap();
        }
        product(&mut page, row);
    }
    if !adoption.table.strangers.is_empty() {
        page.gap();
    }
    for (id, name) in &adoption.table.strangers {
        let line = format!("\"{name}\" ({id}) is on sale, and no definition is like it");
        page.wrap(0, 2, &Paragraph::default().paint(Paint::Care, "note: ").text(&line));
    }
    if adoption.table.rows.is_empty() {
        page.wrap(0, 2, &Paragraph::of("Every definition is bound, or not on sale at all."));
    }
    page.finish()
}

fn paint(sureness: Sureness) -> Paint {
    match sureness {
        Sureness::Given | Sureness::Sure => Paint::Good,
        Sureness::Likely => Paint::Care,
        Sureness::Ambiguous => Paint::Bad,
        Sureness::Unmatched => Paint::Quiet,
    }
}

fn product(page: &mut Page, row: &Row) {
    let matched =
        row.matched.as_ref().map_or_else(|| "nothing".to_owned(), |(id, name)| format!("{id} \"{name}\""));
    let head = Paragraph::default()
        .paint(Paint::Strong, row.product.as_str())
        .text(" = ")
        .text(&matched)
        .text("  ")
        .paint(paint(row.sureness), row.sureness.word())
        .text(&format!(": {}", row.why));
    page.wrap(0, 4, &head);
    for part in &row.parts {
        specification(page, part);
    }
    for difference in &row.differences {
        let line = Paragraph::default().paint(Paint::Quiet, "the first plan changes: ").text(difference);
        page.wrap(2, 6, &line);
    }
}

fn specification(page: &mut Page, part: &Part) {
    let ours = part.key.as_ref().map_or("(no key)", |key| key.as_str());
    let codes: Vec<String> = part
        .sku_codes
        .iter()
        .map(|(code, values)| if values.is_empty() { code.clone() } else { format!("{code} ({values})") })
        .collect();
    let theirs = if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") };
    let line = Paragraph::of(ours)
        .text(&format!(" \"{}\" = {theirs}  ", part.name))
        .paint(paint(part.sureness), part.sureness.word())
        .text(&format!(": {}", part.why));
    page.wrap(2, 6, &line);
}

/// The same, a line for each definition.
#[must_use]
pub fn adoption_short(adoption: &Adoption, style: Style) -> String {
    let mut page = Page::new(style);
    for row in &adoption.table.rows {
        let id = row.matched.as_ref().map_or("-", |(id, _)| id.as_str());
        let line = format!("{}: {id} {}", row.product, row.sureness.word());
        page.line(0, &Paragraph::of(&line));
    }
    page.finish()
}
