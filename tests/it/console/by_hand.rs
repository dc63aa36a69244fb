//! Steps that no submission can do: when they come, what waits for them, how long a confirmation counts.

use super::record::{Desk, one_line};

/// The id of the step by hand whose text names this.
fn step_about(plan: &str, what: &str) -> String {
    let rest = &plan[plan.find(what).unwrap_or_else(|| panic!("no step about {what}:\n{plan}"))..];
    let id = rest.split_once("[m-").expect("a step's id").1;
    format!("m-{}", id.split(']').next().unwrap_or_default())
}

#[test]
fn steps_by_hand_wait_for_what_they_are_about_and_are_seen_during_a_review() {
    let desk = Desk::new();
    let path = "products/quayside-migration/product.yaml";
    desk.cli.write(path, &format!("{}salesRegions: [Asia Pacific]\n", desk.cli.read(path)));
    assert!(
        one_line(&desk.at(1, "plan").fine())
            .contains("by hand, in the console: waits for the product's release")
    );
    let id = desk.hand_over(1);
    let plan = one_line(&desk.at(1, "plan").fine());
    assert!(plan.contains("Sales Region") && plan.contains("waits for the product's release"), "{plan}");
    let _ =
        desk.at(2, &format!("submissions record {id} approved --application A-1 --product-id P-1")).fine();
    let plan = one_line(&desk.at(2, "plan").fine());
    assert!(plan.contains("by hand, in the console: to be done now"), "{plan}");
    assert!(plan.contains("nothing waits for it"), "{plan}");
    // A new specification's limits can be set once it is approved, and the others need not wait for that.
    let text = desk.cli.read(path);
    desk.cli.write(
        path,
        &text.replace(
            "salesRegions:",
            "  - key: twin\n    name: Twin Databases\n    public: true\n    purchaseLimit: 3\n    prices:\n      one-time: {USD: \"5000.00\"}\nsalesRegions:",
        ),
    );
    let plan = one_line(&desk.at(3, "plan").fine());
    assert!(
        plan.contains("Purchase Limit of twin")
            && plan.contains("waits for the approval of specification twin"),
        "{plan}"
    );
    let step = step_about(&plan, "Sales Region");
    let confirmed = desk.at(
        3,
        &format!("confirm quayside-migration {step} --by Ann --note \"set in the console\" --expires 10d"),
    );
    assert!(one_line(&confirmed.fine()).contains("It counts until 2026-12-13"));
    assert!(!one_line(&desk.at(4, "plan").fine()).contains("Sales Region"));
    assert!(one_line(&desk.at(14, "plan").fine()).contains("Sales Region"), "a confirmation runs out");
    let shown = desk.at(4, "ledger show --evidence").fine();
    assert!(shown.contains("Ann") && one_line(&shown).contains("set in the console"), "{shown}");
}

#[test]
fn a_step_on_an_asset_goes_first_and_holds_what_follows() {
    let desk = Desk::of("01-first-image");
    let id = desk.hand_over(1);
    let _ =
        desk.at(1, &format!("submissions record {id} approved --application A-1 --product-id P-1")).fine();
    let path = "products/harbour-backup/product.yaml";
    let text = desk.cli.read(path);
    desk.cli.write(
        path,
        &text
            .replace("  asset: img-harbour-backup\n", "  asset: img-harbour-backup-33\n")
            .replace("V3.2", "V3.3"),
    );
    let plan = one_line(&desk.at(2, "plan").fine());
    let (step, submission) = (
        plan.find("1. by hand, in the console: to be done now"),
        plan.find("2. modify: waits for the step by hand before it"),
    );
    assert!(step.is_some() && submission.is_some(), "{plan}");
    assert!(plan.contains("add or update a version") && plan.contains("(R87)"), "{plan}");
    let _ = desk.at(2, "reconcile");
    assert!(
        !desk.at(2, "submissions list").fine().contains("handed over"),
        "nothing goes before the asset is there"
    );
    let step = plan.split(' ').find(|word| word.starts_with("m-")).expect("a step's id").to_owned();
    let _ = desk
        .at(2, &format!("confirm harbour-backup {step} --by Ann --note \"version 3.3 is approved\""))
        .fine();
    let _ = desk.hand_over(2);
}
