//! `unmanage`: what is left alone.

use super::story::{joined, on_sale};

#[test]
fn what_is_left_alone_is_neither_compared_nor_changed() {
    let cli = on_sale();
    let text = cli.read("products/acme-crm/product.yaml");
    let said = cli.run(&["unmanage", "acme-crm", "team", "--reason", "sold by another team"]).fine();
    assert!(said.contains("`team` of `acme-crm` is left alone from now on"), "{said}");
    let edited = cli.read("products/acme-crm/product.yaml");
    assert_eq!(edited.replace("    unmanage:\n      reason: \"sold by another team\"\n", ""), text);
    cli.write("products/acme-crm/product.yaml", &edited.replace("\"249.00\"", "\"1.00\""));
    assert!(cli.run(&["plan"]).fine().contains("1 product is in sync."));
    let again = cli.run(&["unmanage", "acme-crm", "team", "--reason", "again"]).failed(1);
    assert!(again.contains("is left alone already"), "{again}");
    assert!(
        cli.run(&["unmanage", "acme-crm", "tame", "--reason", "x"])
            .failed(1)
            .contains("has no specification `tame`")
    );
    assert!(cli.run(&["unmanage", "crm", "--reason", "x"]).failed(1).contains("no definition of `crm`"));

    let _ = cli.run(&["unmanage", "acme-crm", "--reason", "kept by hand"]).fine();
    let text = cli.read("products/acme-crm/product.yaml");
    cli.write("products/acme-crm/product.yaml", &text.replace("\"99.00\"", "\"1.00\""));
    assert!(cli.run(&["status"]).fine().contains("unmanaged"));
    let _ = cli.run(&["reconcile"]).fine();
    assert_eq!(cli.run(&["sandbox", "review"]).fine(), "Nothing waits for a verdict.\n");

    let cli = on_sale();
    let _ = cli.run(&["retire", "acme-crm", "team", "--reason", "end of sale"]).fine();
    let refused = cli.run(&["unmanage", "acme-crm", "team", "--reason", "x"]).failed(1);
    assert!(joined(&refused).contains("is to be retired"), "{refused}");
}
