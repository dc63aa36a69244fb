//! An operator made of code: reads a change sheet word by word, and does what it says in a console of the sandbox.
//!
//! It knows nothing but the sheet, the names in the console and what the console shows. A step it does not understand, a
//! value "now" that the console does not show, or a file that is not the one with the digest makes it give up.

use super::reading::{File, Step, Word, steps};
use super::typing::{key, sku, typed};
use camino::Utf8Path;
use gallerist::model::{
    Asset, Cell, DeliveryMethod, Entry, Item, Key, Price, Product, ProductField, SkuKey, Specification,
    SpecificationField, Template, Value, ValueKind,
};
use gallerist::repository::{Assets, WorkTree};
use gallerist::sandbox::{Answer, Judge, ProductRow, Request, Store};
use gallerist::site::SiteProfile;
use gallerist::submission::{ApplicationId, Operation, OperationKind, SubmissionKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The console: a sandbox that nobody but the operator reaches.
pub(super) struct Console {
    store: Store,
    judge: Judge,
    pub(super) now: Timestamp,
}

impl Console {
    pub(super) fn new(site: SiteProfile, now: Timestamp) -> Self {
        Self { store: Store::in_memory().unwrap(), judge: Judge::new(site), now }
    }

    pub(super) fn ask(&mut self, request: &Request) -> Answer {
        self.store.handle(&self.judge, request, self.now).unwrap()
    }

    pub(super) fn products(&mut self) -> Vec<ProductRow> {
        self.store.state().unwrap().products.values().cloned().collect()
    }

    /// The product an application was about, once it is approved.
    pub(super) fn product_of(&mut self, application: &ApplicationId) -> ProductRow {
        let state = self.store.state().unwrap();
        let application = &state.applications[application];
        state.product(application.product_id.as_deref(), &application.product).expect("it is on sale").clone()
    }

    /// Enters a sheet; the application's id, or what the console said.
    pub(super) fn enter(&mut self, sheet: &str, folder: &Utf8Path) -> Result<ApplicationId, String> {
        let product = fact(sheet, "Product");
        let key = product.rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned();
        let key = Key::new(&key).unwrap();
        let steps = steps(sheet);
        let rows = self.products();
        let mut form = Form { key, folder, rows: &rows, ..Form::empty(folder, &rows) };
        for step in &steps {
            form.follow(step);
        }
        assert!(form.submitted, "no step says to submit");
        let (kind, operations) = form.application();
        let draft =
            Request::SaveForeignDraft { by: "operator".into(), product: form.key.clone(), kind, operations };
        let answer = self.ask(&draft);
        let id = match answer {
            Answer::Accepted(id) => id,
            Answer::Refused(refusal) => return Err(refusal.text),
            other => panic!("{other:?}"),
        };
        match self.ask(&Request::SubmitForeign(id)) {
            Answer::Accepted(id) => Ok(id),
            Answer::Refused(refusal) => Err(refusal.text),
            other => panic!("{other:?}"),
        }
    }
}

/// A fact at the head of a sheet.
fn fact(sheet: &str, name: &str) -> String {
    let line = sheet.lines().find_map(|line| line.strip_prefix(&format!("- {name}: "))).unwrap();
    line.trim_matches('`').to_owned()
}

/// What the operator has entered so far.
pub(super) struct Form<'a> {
    pub(super) key: Key,
    pub(super) folder: &'a Utf8Path,
    pub(super) rows: &'a [ProductRow],
    /// The product that is modified; `None` while one is released.
    pub(super) row: Option<&'a ProductRow>,
    pub(super) release: Option<Product>,
    pub(super) operations: Vec<Operation>,
    /// A specification that is being added, and one whose SKU or billing mode is.
    pub(super) added: Option<Specification>,
    /// The SKUs that are ticked in the specification that is being added.
    pub(super) sold: BTreeSet<SkuKey>,
    pub(super) ticked: Option<(OperationKind, Item, BTreeMap<Cell, Price>)>,
    pub(super) removal: Option<(OperationKind, Item)>,
    pub(super) submitted: bool,
}

impl<'a> Form<'a> {
    fn empty(folder: &'a Utf8Path, rows: &'a [ProductRow]) -> Self {
        Self {
            key: Key::new("none").unwrap(),
            folder,
            rows,
            row: None,
            release: None,
            operations: Vec::new(),
            added: None,
            sold: BTreeSet::new(),
            ticked: None,
            removal: None,
            submitted: false,
        }
    }

    fn application(&mut self) -> (SubmissionKind, Vec<Operation>) {
        self.finish_part();
        if let Some(product) = self.release.take() {
            let to = Some(Value::Product(Box::new(product)));
            let release = operation(OperationKind::ReleaseProduct, Item::Product, to);
            return (SubmissionKind::Release, vec![release]);
        }
        assert!(self.row.is_some(), "no step opened the product's form");
        let removes = self.operations.iter().any(|operation| operation.reason.is_some());
        let kind = if removes { SubmissionKind::Remove } else { SubmissionKind::Modify };
        (kind, std::mem::take(&mut self.operations))
    }

    /// What was begun with a step and filled by those after it.
    pub(super) fn finish_part(&mut self) {
        if let Some((kind, item, prices)) = self.ticked.take() {
            self.operations.push(operation(kind, item, Some(Value::Prices(prices))));
        }
        if let Some(added) = self.added.take() {
            let priced = added.prices.iter().flatten().map(|(cell, _)| cell.sku.clone());
            let priced: BTreeSet<SkuKey> = priced.filter(|sku| !sku.values().is_empty()).collect();
            assert_eq!(std::mem::take(&mut self.sold), priced, "every SKU that is ticked has a price");
            match &mut self.release {
                Some(product) => {
                    product.specifications.insert(added.key.clone(), added);
                }
                None => {
                    let item = Item::Specification(added.key.clone());
                    let to = Some(Value::Specification(Box::new(added)));
                    self.operations.push(operation(OperationKind::AddSpecification, item, to));
                }
            }
        }
    }

    fn follow(&mut self, step: &Step) {
        if self.added.as_ref().is_some_and(|added| step.specification.as_deref() != Some(added.key.as_str()))
        {
            self.finish_part();
        }
        match step.sentence.as_str() {
            "Open the {} and choose {}." => {
                assert_eq!((step.label(0), step.label(1)), ("Seller Console", "Release Product"));
                self.release = Some(Product::new(self.key.clone(), DeliveryMethod::Saas));
            }
            "Open the {}, then {}." => {
                assert_eq!((step.label(0), step.label(1)), ("Seller Console", "My Products"));
            }
            "In the row of {} with product ID {} choose {}." => {
                assert_eq!(step.label(2), "Modify");
                self.find(step.value(0), step.value(1));
            }
            "In the row of {} with product ID {} choose {}, then {}." => {
                assert_eq!((step.label(2), step.label(3)), ("More", "Remove"));
                self.find(step.value(0), step.value(1));
            }
            "For {} choose {}." => self.choose(step, step.label(0), None, step.label(1)),
            "Change {} from {} to {}." => {
                self.choose(step, step.label(0), Some(step.label(1)), step.label(2));
            }
            "Enter the {}." => {
                assert_eq!(step.label(0), "Reason");
                let (kind, item) =
                    self.removal.take().unwrap_or((OperationKind::RetireProduct, Item::Product));
                let reason = Some(step.wanted().to_owned());
                self.operations.push(Operation { reason, ..operation(kind, item, None) });
            }
            "Enter {}." => self.enter(step),
            "Clear {}: leave it empty." => self.set(step, step.label(0), |_| None),
            "Upload to {}, in place of all that is there." => self.upload(step),
            "Choose {} and enter this name." => {
                assert_eq!(step.label(0), "Add Specification");
                self.finish_part();
                let key = Key::new(step.specification.as_deref().unwrap()).unwrap();
                let mut added = nothing(key);
                added.fields.set(SpecificationField::Name, Some(Value::Text(step.wanted().to_owned())));
                self.added = Some(added);
            }
            "Add the {} with code {}." => self.attribute(step),
            "Set the range of the {} {}." => self.range(step),
            "Add a value to the {} {} (recorded as {})."
            | "Rename a value of the {} {} (recorded as {})." => {
                let (code, value) = step.value(2).split_once('.').unwrap();
                let item = Item::AttributeValue(spec(step), key(code), key(value));
                let to = Some(Value::Text(step.wanted().to_owned()));
                self.operations.push(operation(OperationKind::ChangeAttribute, item, to));
            }
            "Tick the {} {}." => self.tick_mode(step),
            "Generate the SKUs and tick each {} of this list, and no other." => {
                self.sold = step.wanted().lines().map(sku).collect();
            }
            "Generate the SKUs and tick {} {}." => {
                self.finish_part();
                let item = Item::Sku(spec(step), sku(step.value(1)));
                self.ticked = Some((OperationKind::AddSku, item, BTreeMap::new()));
            }
            "Enter the {}, {}, in {}." | "Enter the {}, {}, in {}, of {} {}." => self.price(step),
            "Enter the {} {}." if step.label(0) == "Billing Factor" => self.factor(step),
            "Enter the {} {}." if step.label(0) == "Package" => self.package(step),
            "Tick the {} {} (key {}), and nothing else." => {
                let key = key(step.value(2));
                let held = &self.row.unwrap().specifications[&key];
                assert_eq!(held.fields.text(SpecificationField::Name), Some(step.value(1)));
                self.removal = Some((OperationKind::RemoveSpecification, Item::Specification(key)));
            }
            "Of the {} {} (key {}) tick the {} {}, and nothing else." => {
                let item = Item::Sku(key(step.value(2)), sku(step.value(4)));
                self.removal = Some((OperationKind::RemoveSku, item));
            }
            "Read the form once more beside this sheet; nothing else may have changed." => {}
            "Choose {}." => {
                assert_eq!(step.label(0), "Submit");
                self.submitted = true;
            }
            "Find the application in {}, note its ID, and record it: {}" => {
                assert!(
                    matches!(&step.words[1], Word::Value(command) if command.contains(" submitted --application "))
                );
            }
            other => panic!("step {} cannot be followed: {other} {:?}", step.number, step.words),
        }
    }

    /// Finds the product in My Products by name and id, as they are now.
    fn find(&mut self, name: &str, id: &str) {
        let row =
            self.rows.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("there is no product {id}"));
        assert_eq!(row.fields.text(ProductField::Name), Some(name), "the console shows another name");
        self.row = Some(row);
    }

    fn choose(&mut self, step: &Step, label: &str, from: Option<&str>, to: &str) {
        match label {
            "Delivery Method" => {
                let all = DeliveryMethod::ALL.iter().copied();
                let method = all
                    .into_iter()
                    .find(|method| to.to_lowercase().replace(' ', "-") == method.name())
                    .unwrap_or_else(|| panic!("{to} is no delivery method"));
                match &mut self.release {
                    Some(product) => product.delivery = method,
                    None => {
                        let to = Some(Value::Delivery(method));
                        self.operations.push(operation(OperationKind::ChangeDelivery, Item::Delivery, to));
                    }
                }
            }
            "Pricing Template" => {
                let template = match to {
                    "Simple" => Template::Simple,
                    "Custom" => Template::Custom,
                    "Pay-per-use" => Template::PayPerUse,
                    other => panic!("{other} is no template"),
                };
                self.added.as_mut().expect("a specification is being added").template = Some(template);
            }
            "Removal Type" => assert!(["Product", "Specifications"].contains(&to)),
            "Sales Type" => {
                let name = if to == "Common Product" { "common" } else { "joint-operations" };
                self.set(step, label, |_| Some(Value::Text(name.to_owned())));
            }
            _ => {
                let flag = |word: &str| match word {
                    "Yes" | "Public" => true,
                    "No" | "Hidden" => false,
                    other => panic!("{label}: {other} is no choice"),
                };
                if let Some(from) = from {
                    self.shows(step, label, &Value::Flag(flag(from)));
                }
                self.set(step, label, |_| Some(Value::Flag(flag(to))));
            }
        }
    }

    /// What the console shows in a field now.
    fn shown(&self, step: &Step, label: &str) -> Option<Value> {
        let row = self.row?;
        match field(step, label) {
            Field::Product(name) => row.fields.value(name).cloned(),
            Field::Specification(name) => row.specifications[&spec(step)].fields.value(name).cloned(),
        }
    }

    fn shows(&self, step: &Step, label: &str, wanted: &Value) {
        let shown = self.shown(step, label);
        let public_by_default = shown.is_none() && *wanted == Value::Flag(true);
        assert!(
            shown.as_ref() == Some(wanted) || public_by_default,
            "step {}: {label} shows {shown:?}",
            step.number
        );
    }

    fn set(&mut self, step: &Step, label: &str, value: impl Fn(ValueKind) -> Option<Value>) {
        match field(step, label) {
            Field::Product(name) => {
                let to = value(name.info().kind);
                match &mut self.release {
                    Some(product) => product.fields.set(name, to),
                    None => {
                        let kind = match (name, &to) {
                            (ProductField::PublicSales, Some(Value::Flag(true))) => {
                                OperationKind::ShowProduct
                            }
                            (ProductField::PublicSales, Some(Value::Flag(false))) => {
                                OperationKind::HideProduct
                            }
                            _ => OperationKind::ChangeField,
                        };
                        self.operations.push(operation(kind, Item::Field(name), to));
                    }
                }
            }
            Field::Specification(name) => {
                let to = value(name.info().kind);
                match &mut self.added {
                    Some(added) => added.fields.set(name, to),
                    None => {
                        let kind = match (name, &to) {
                            (SpecificationField::Name, _) => OperationKind::RenameSpecification,
                            (SpecificationField::Public, Some(Value::Flag(true))) => {
                                OperationKind::ShowSpecification
                            }
                            (SpecificationField::Public, _) => OperationKind::HideSpecification,
                            _ => OperationKind::ChangeSpecificationField,
                        };
                        let item = Item::SpecificationField(spec(step), name);
                        self.operations.push(operation(kind, item, to));
                    }
                }
            }
        }
    }

    fn enter(&mut self, step: &Step) {
        let label = step.label(0).to_owned();
        if let Some(now) = &step.now {
            let kind = match field(step, &label) {
                Field::Product(name) => name.info().kind,
                Field::Specification(name) => name.info().kind,
            };
            self.shows(step, &label, &typed(kind, now));
        }
        self.set(step, &label, |kind| match kind {
            ValueKind::Entries => {
                let titles = step.coded("Title").into_iter();
                let entry = |(number, title): (&str, &str)| Entry {
                    title: title.to_owned(),
                    text: step.needed(&format!("Text {number}")).to_owned(),
                };
                Some(Value::Entries(titles.map(entry).collect()))
            }
            kind => Some(typed(kind, step.wanted())),
        });
    }

    fn upload(&mut self, step: &Step) {
        let tree = WorkTree::at(self.folder).unwrap();
        let assets = Assets::new(&tree);
        let uploaded: Vec<Asset> = step
            .files
            .iter()
            .map(|File { name, stored, digest }| {
                let mut found = assets.asset(Utf8Path::new(""), stored).expect("the file lies beside");
                assert_eq!(found.digest, *digest, "{name} is another file");
                found.name.clone_from(name);
                found
            })
            .collect();
        self.set(step, step.label(0), |kind| {
            Some(match kind {
                ValueKind::Asset => Value::Asset(uploaded[0].clone()),
                _ => Value::Assets(uploaded.clone()),
            })
        });
    }
}

enum Field {
    Product(ProductField),
    Specification(SpecificationField),
}

/// The field with this name in the part of the form that the step is about.
fn field(step: &Step, label: &str) -> Field {
    if step.specification.is_some() {
        let all = SpecificationField::ALL.iter().copied();
        let found = all.into_iter().find(|field| field.info().console == label);
        return Field::Specification(found.unwrap_or_else(|| panic!("specifications have no {label}")));
    }
    let found = ProductField::ALL.iter().copied().find(|field| field.info().console == label);
    Field::Product(found.unwrap_or_else(|| panic!("products have no {label}")))
}

pub(super) fn operation(kind: OperationKind, item: Item, to: Option<Value>) -> Operation {
    Operation { kind, item, from: None, to, reason: None }
}

fn nothing(key: Key) -> Specification {
    Specification {
        key,
        fields: Default::default(),
        template: None,
        modes: None,
        attributes: None,
        prices: None,
        factors: None,
        packages: None,
    }
}

pub(super) fn spec(step: &Step) -> Key {
    key(step.specification.as_deref().expect("the step stands under a specification"))
}

/// What is on sale, without ids: to compare two marketplaces.
pub(crate) fn on_sale(rows: &[ProductRow]) -> BTreeMap<Key, String> {
    let row = |row: &ProductRow| {
        let gone: BTreeSet<_> = row
            .specifications
            .iter()
            .filter(|(_, held)| held.discontinued)
            .map(|(key, _)| key.clone())
            .collect();
        let gone_skus: BTreeSet<_> = row
            .specifications
            .iter()
            .flat_map(|(key, held)| {
                held.skus.iter().filter(|(_, sku)| sku.discontinued).map(move |(sku, _)| (key, sku))
            })
            .collect();
        (row.key.clone(), format!("{:?}\n{:#?}\n{gone:?}\n{gone_skus:?}", row.status, row.content()))
    };
    rows.iter().map(row).collect()
}
