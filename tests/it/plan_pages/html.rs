//! The plan as an HTML file.

use super::{compared, only, proposal};
use crate::plan_fixture::{every_standing, key, plan, product, product_plan};
use gallerist::plan::Standing;
use gallerist::render::plan_html;

/// The page without its style, which is looked at in a browser.
fn page(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    format!("{head}{body}")
}

#[test]
fn a_page_holds_everything_it_needs() {
    let whole = plan_html(&proposal(only("acme-crm")));
    assert!(whole.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""), "{whole}");
    assert!(!whole.contains("src=\"") && !whole.contains("href=\"http"), "{whole}");
    insta::assert_snapshot!(page(&whole));
}

#[test]
fn the_irreversible_comes_before_everything_else() {
    let page = page(&plan_html(&proposal(every_standing())));
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in\n{page}"));
    assert!(at("<h1>") < at("This can never be undone"));
    assert!(at("This can never be undone") < at("<table>"));
    assert!(at("<table>") < at("<svg"));
    assert!(at("<svg") < at("<details class=\"product\""));
    let open = page.matches("<details class=\"product\" id=\"product-acme-").count();
    assert_eq!(open, 8, "products in sync have no part");
    for risky in ["acme-chat", "acme-crm", "acme-desk"] {
        assert!(page.contains(&format!("id=\"product-{risky}\" open>")), "{risky} is unfolded");
    }
    assert!(page.contains("id=\"product-acme-mail\">"), "what is not at stake is folded");
}

#[test]
fn every_link_leads_somewhere_on_the_page() {
    let mut proposal = compared(proposal(every_standing()), only("acme-crm").products);
    proposal.compared.as_mut().unwrap().without_effect.insert(key("acme-map"));
    let page = plan_html(&proposal);
    let links: Vec<&str> =
        page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() > 8);
    for link in links {
        assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "{link}");
    }
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in\n{page}"));
    assert!(at("What this change adds") < at("Already waiting before this change"));
    assert!(page.contains("planned before") && page.contains("without effect: acme-map"), "{page}");
}

#[test]
fn quiet_products_are_counted_and_named() {
    let names = (0..150).map(|number| {
        let product = product(&format!("quiet-{number}"), &format!("Quiet {number}"));
        product_plan(&product, Standing::InSync, Vec::new())
    });
    let page = page(&plan_html(&proposal(plan(names.collect()))));
    assert!(page.contains("<h1>Nothing to submit</h1>"), "{page}");
    assert!(page.contains("150 products are in sync") && page.contains("Quiet 149"), "{page}");
    assert!(!page.contains("<svg") && !page.contains("<table>"), "{page}");
}
