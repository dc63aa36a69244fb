//! Retiring and changing one's mind, in every state a product can be in.

use super::{Seller, named, offering};
use crate::model::{blocking, retire, retirement};
use gallerist::model::{DeliveryMethod, Desired};
use gallerist::plan::{Action, ProductPlan, StepState};

/// Can be withdrawn, and cannot.
const METHODS: [DeliveryMethod; 2] = [DeliveryMethod::License, DeliveryMethod::Saas];

/// What is retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Product,
    Specification,
}

/// Where the product stands when the definition changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    NeverSubmitted,
    ReleaseInReview,
    OnSale,
    ModificationInReview,
    RemovalInReview,
    RemovalRejected,
    Removed,
}

const STATES: [At; 7] = [
    At::NeverSubmitted,
    At::ReleaseInReview,
    At::OnSale,
    At::ModificationInReview,
    At::RemovalInReview,
    At::RemovalRejected,
    At::Removed,
];

fn live(delivery: DeliveryMethod) -> Desired {
    offering("desk", delivery, &["basic", "large"])
}

fn retired(thing: Thing, desired: Desired) -> Desired {
    match thing {
        Thing::Product => Desired { retire: Some(retirement("end of life")), ..desired },
        Thing::Specification => retire(desired, "large"),
    }
}

fn seller_at(at: At, thing: Thing, delivery: DeliveryMethod) -> Seller {
    let mut seller = Seller::new();
    seller.edit(live(delivery));
    if at == At::NeverSubmitted {
        return seller;
    }
    seller.run();
    if at == At::ReleaseInReview {
        return seller;
    }
    seller.approve();
    match at {
        At::NeverSubmitted | At::ReleaseInReview | At::OnSale => return seller,
        At::ModificationInReview => seller.edit(named(live(delivery), "Desk two")),
        At::RemovalInReview | At::RemovalRejected | At::Removed => {
            seller.edit(retired(thing, live(delivery)));
        }
    }
    seller.run();
    match at {
        At::RemovalRejected => drop(seller.reject("buyers need it")),
        At::Removed => drop(seller.approve()),
        _ => {}
    }
    seller
}

/// One line per cell: where it stands and what the plan would do, then how it ends once all is approved.
fn table(retires: bool) -> String {
    let mut found = String::new();
    for thing in [Thing::Product, Thing::Specification] {
        for at in STATES {
            for delivery in METHODS {
                let mut seller = seller_at(at, thing, delivery);
                let name = if at == At::ModificationInReview { "Desk two" } else { "Acme desk" };
                let live = named(live(delivery), name);
                seller.edit(if retires { retired(thing, live) } else { live });
                let before = describe(&seller.status("desk"));
                seller.settle();
                let (end, sells) = (describe(&seller.status("desk")), seller.sells("desk").join(" "));
                let end = if end == before { "stays".to_owned() } else { end };
                found += &format!("{thing:?} {at:?} {delivery}: {before}; {end}; sells [{sells}]\n");
            }
        }
    }
    found
}

/// The standing, the steps, and the rules that block them.
fn describe(plan: &ProductPlan) -> String {
    let steps = plan.chain.iter().map(|step| match (&step.action, &step.state) {
        (Action::Submit(submission), StepState::InReview { .. }) => format!("({})", submission.kind.name()),
        (Action::Submit(submission), _) => submission.kind.name().to_owned(),
        (Action::Withdraw { .. }, _) => "withdraw".to_owned(),
        (Action::Manual(_), _) => "ask".to_owned(),
    });
    let words = [plan.standing.words().to_owned()].into_iter().chain(steps);
    let rules = blocking(plan).into_iter().map(|rule| format!("!{rule}"));
    words.chain(rules).collect::<Vec<_>>().join(" ")
}

#[test]
fn retiring_in_every_state() {
    assert_eq!(table(true), RETIRING);
}

#[test]
fn un_retiring_in_every_state() {
    assert_eq!(table(false), UN_RETIRING);
}

const RETIRING: &str = "\
Product NeverSubmitted License: retired; stays; sells []
Product NeverSubmitted SaaS: retired; stays; sells []
Product ReleaseInReview License: unwanted in review (release) withdraw; retired; sells []
Product ReleaseInReview SaaS: unwanted in review (release) ask; retired; sells []
Product OnSale License: to submit remove; retired; sells []
Product OnSale SaaS: to submit remove; retired; sells []
Product ModificationInReview License: in review (modify) remove; retired; sells []
Product ModificationInReview SaaS: in review (modify) remove; retired; sells []
Product RemovalInReview License: in review (remove); retired; sells []
Product RemovalInReview SaaS: in review (remove); retired; sells []
Product RemovalRejected License: rejected remove; stays; sells [basic large]
Product RemovalRejected SaaS: rejected remove; stays; sells [basic large]
Product Removed License: retired; stays; sells []
Product Removed SaaS: retired; stays; sells []
Specification NeverSubmitted License: to submit release; in sync; sells [basic]
Specification NeverSubmitted SaaS: to submit release; in sync; sells [basic]
Specification ReleaseInReview License: in review (release); in sync; sells [basic]
Specification ReleaseInReview SaaS: in review (release); in sync; sells [basic]
Specification OnSale License: to submit remove; in sync; sells [basic]
Specification OnSale SaaS: to submit remove; in sync; sells [basic]
Specification ModificationInReview License: in review (modify) remove; in sync; sells [basic]
Specification ModificationInReview SaaS: in review (modify) remove; in sync; sells [basic]
Specification RemovalInReview License: in review (remove); in sync; sells [basic]
Specification RemovalInReview SaaS: in review (remove); in sync; sells [basic]
Specification RemovalRejected License: rejected remove; stays; sells [basic large]
Specification RemovalRejected SaaS: rejected remove; stays; sells [basic large]
Specification Removed License: in sync; stays; sells [basic]
Specification Removed SaaS: in sync; stays; sells [basic]
";
const UN_RETIRING: &str = "\
Product NeverSubmitted License: to submit release; in sync; sells [basic large]
Product NeverSubmitted SaaS: to submit release; in sync; sells [basic large]
Product ReleaseInReview License: in review (release); in sync; sells [basic large]
Product ReleaseInReview SaaS: in review (release); in sync; sells [basic large]
Product OnSale License: in sync; stays; sells [basic large]
Product OnSale SaaS: in sync; stays; sells [basic large]
Product ModificationInReview License: in review (modify); in sync; sells [basic large]
Product ModificationInReview SaaS: in review (modify); in sync; sells [basic large]
Product RemovalInReview License: unwanted in review (remove) withdraw; in sync; sells [basic large]
Product RemovalInReview SaaS: unwanted in review (remove) ask; blocked modify !discontinued-product-changed !specification-restored-after-retirement; sells []
Product RemovalRejected License: in sync; stays; sells [basic large]
Product RemovalRejected SaaS: in sync; stays; sells [basic large]
Product Removed License: blocked modify !discontinued-product-changed !specification-restored-after-retirement; stays; sells []
Product Removed SaaS: blocked modify !discontinued-product-changed !specification-restored-after-retirement; stays; sells []
Specification NeverSubmitted License: to submit release; in sync; sells [basic large]
Specification NeverSubmitted SaaS: to submit release; in sync; sells [basic large]
Specification ReleaseInReview License: in review (release); in sync; sells [basic large]
Specification ReleaseInReview SaaS: in review (release); in sync; sells [basic large]
Specification OnSale License: in sync; stays; sells [basic large]
Specification OnSale SaaS: in sync; stays; sells [basic large]
Specification ModificationInReview License: in review (modify); in sync; sells [basic large]
Specification ModificationInReview SaaS: in review (modify); in sync; sells [basic large]
Specification RemovalInReview License: unwanted in review (remove) withdraw; in sync; sells [basic large]
Specification RemovalInReview SaaS: unwanted in review (remove) ask; blocked modify !specification-restored-after-retirement; sells [basic]
Specification RemovalRejected License: in sync; stays; sells [basic large]
Specification RemovalRejected SaaS: in sync; stays; sells [basic large]
Specification Removed License: blocked modify !specification-restored-after-retirement; stays; sells [basic]
Specification Removed SaaS: blocked modify !specification-restored-after-retirement; stays; sells [basic]
";
