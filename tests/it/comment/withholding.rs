//! What is withheld stands nowhere in what is shown.

use crate::arbitrary_plan::{diagnostics, finding, plan};
use crate::plan_fixture;
use gallerist::model::{Amount, BillingMode, Item, Price, Product, ProductField, Value};
use gallerist::plan::{Action, Block, Change, Plan, StepState};
use gallerist::render::{self, Bounds, Style};
use gallerist::report::{Baseline, Comparison, Invocation, PlacedFinding, Proposal, Withheld, withhold};
use gallerist::submission::{Operation, OperationKind, Submission};
use gallerist::wire;
use proptest::prelude::*;

const AMOUNT: &str = "7391.57";
const ADDRESS: &str = "https://hidden.example/buy?id=5";
const HOST: &str = "hidden.example";
const BOTH: Withheld = Withheld { prices: true, urls: true };

fn marked_price() -> Value {
    Value::Price(Price::Flat(Amount::parse(AMOUNT).unwrap()))
}

/// Puts the amount and the address wherever a plan has room for such things.
/// Gives back the ids, too, from which the amount could be guessed.
fn marked(mut plan: Plan) -> (Plan, Vec<String>) {
    let mut ids = Vec::new();
    let price_item = Item::Price(plan_fixture::key("starter"), plan_fixture::cell(BillingMode::Yearly));
    let text = format!("now {AMOUNT} USD (+12.5 %) at {ADDRESS}, or {HOST}");
    for product in &mut plan.products {
        let mut content = Product::new(product.key.clone(), product.delivery);
        content.fields.set(ProductField::PublicSales, Some(Value::Flag(false)));
        content.fields.set(ProductField::Description, Some(Value::Text(text.clone())));
        content.fields.set(ProductField::InterfaceUrl, Some(Value::Text(ADDRESS.to_owned())));
        content.specifications = plan_fixture::product("x", "X").specifications;
        for specification in content.specifications.values_mut() {
            for price in specification.prices.iter_mut().flat_map(|prices| prices.values_mut()) {
                *price = Price::Flat(Amount::parse(AMOUNT).unwrap());
            }
        }
        let operation =
            |kind, item, to| Operation { kind, item, from: None, to: Some(to), reason: Some(text.clone()) };
        let description = || Item::Field(ProductField::Description);
        let operations = vec![
            operation(
                OperationKind::ReleaseProduct,
                Item::Product,
                Value::Product(Box::new(content.clone())),
            ),
            operation(OperationKind::ChangePrice, price_item.clone(), marked_price()),
            operation(OperationKind::ChangeField, description(), Value::Text(text.clone())),
        ];
        let approvals: Vec<_> = operations.iter().map(|it| it.id(&plan.scope.target, &product.key)).collect();
        ids.extend(approvals.iter().map(|id| id.0.clone()));
        let mut submission =
            plan_fixture::submission(&content, gallerist::submission::SubmissionKind::Modify, operations);
        submission.id = Submission::identify(
            &plan.scope,
            &product.key,
            submission.base.as_ref(),
            &submission.operations,
            1,
        );
        ids.push(submission.id.0.clone());
        product.chain.push(plan_fixture::step(Action::Submit(submission), StepState::Ready));
        product.chain.push(plan_fixture::step(
            Action::Manual(gallerist::plan::ManualStep {
                id: "m".to_owned(),
                text: text.clone(),
                kind: gallerist::plan::ManualKind::Setting,
            }),
            StepState::Waiting(text.clone()),
        ));
        product.changes.push(Change { item: price_item.clone(), from: None, to: Some(marked_price()) });
        let mut found = plan_fixture::finding(&text);
        (found.label, found.why, found.help) = (text.clone(), text.clone(), text.clone());
        product.notices.push(found.clone());
        for approval in approvals {
            product.blocks.push(Block { finding: found.clone(), approval: Some(approval) });
        }
        for item in &mut product.verify {
            item.text.clone_from(&text);
        }
    }
    (plan, ids)
}

fn proposal(plan: Plan, findings: Vec<PlacedFinding>) -> Proposal {
    let before = plan.products.iter().map(|product| (product.key.clone(), product.clone())).collect();
    let baseline = Baseline::Saved { date: plan.date, commit: None };
    let compared = Some(Comparison { baseline, before, without_effect: std::collections::BTreeSet::new() });
    Proposal { plan, findings, compared, invocation: Invocation::default(), observed: None }
}

/// Everything that anybody could read of it, in every form there is.
fn shown(proposal: &Proposal) -> String {
    let style = Style { color: false, width: 100_000 };
    let text = render::plan(&proposal.plan, &proposal.invocation, style);
    let short = render::plan_short(&proposal.plan, &proposal.invocation, style);
    let markdown = render::plan_markdown(proposal, &Bounds { bytes_max: 1 << 20, rest: None });
    // More than any renderer shows.
    format!("{text}\n{short}\n{markdown}\n{proposal:?}")
}

fn secrets_in(text: &str) -> Vec<&'static str> {
    [AMOUNT, "739157", HOST, "12.5 %"].into_iter().filter(|secret| text.contains(secret)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_shown_contains_what_is_withheld(plan in plan(), found in finding(), others in diagnostics()) {
        let mut findings = PlacedFinding::of_diagnostics(&others);
        let mut found = found;
        found.message = format!("{AMOUNT} at {ADDRESS}");
        if let Some(product) = plan.products.first().cloned() {
            let with = gallerist::plan::ProductPlan { notices: vec![found], blocks: Vec::new(), ..product };
            findings.extend(PlacedFinding::of_product(&with));
        }
        let is_empty = plan.products.is_empty();
        let (plan, ids) = marked(plan);
        let open = proposal(plan, findings);
        prop_assert!(is_empty || secrets_in(&shown(&open)).len() > 2, "the marks are there before");
        let closed = withhold(open, &BOTH);
        let text = shown(&closed);
        prop_assert_eq!(secrets_in(&text), Vec::<&str>::new(), "{}", text);
        for id in ids {
            prop_assert!(!text.contains(&id), "{} tells a price to whoever tries many", id);
        }
        prop_assert_eq!(shown(&withhold(closed.clone(), &BOTH)), text, "once is enough");
    }

    #[test]
    fn withholding_nothing_changes_nothing(plan in plan()) {
        let open = proposal(marked(plan).0, Vec::new());
        prop_assert_eq!(withhold(open.clone(), &Withheld::default()), open);
    }

    #[test]
    fn a_plan_without_its_prices_can_be_read_again(plan in plan()) {
        let closed = withhold(proposal(marked(plan).0, Vec::new()), &BOTH).plan;
        let text = wire::to_json_string(&wire::Plan::from(&closed)).unwrap();
        prop_assert_eq!(wire::read_plan(&text).unwrap(), closed);
    }
}
