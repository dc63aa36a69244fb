//! The Seller Console: sellers, My Products and My Applications.

use super::Call;
use super::failure::Failure;
use super::frame::{Frame, Paging, answer, in_address};
use super::sold::is_listed;
use super::words::{self, Chip, Moment, counted, moment};
use crate::model::{ProductField, Value};
use crate::released::ProductStatus;
use crate::sandbox::{Application, ProductRow, Standing, State};
use crate::submission::Operation;
use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};

/// Rows of a list on one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "sellers.html")]
struct Sellers {
    frame: Frame,
    rows: Vec<SellerRow>,
    paging: Paging,
}

struct SellerRow {
    name: String,
    site: String,
    on_sale: usize,
    products: usize,
    waiting: usize,
}

/// All accounts; the only one is shown at once.
pub(super) fn sellers(call: &Call) -> Result<Response, Failure> {
    let sellers = &call.site.served.sellers;
    if let (1, Some(only)) = (sellers.len(), sellers.keys().next()) {
        return Ok(Redirect::to(&format!("/console/{only}")).into_response());
    }
    let paging = Paging::new(call.asked("page"), sellers.len(), ROWS, "/console".to_owned());
    let mut rows = Vec::new();
    for seller in paging.part(sellers.values(), ROWS) {
        let (on_sale, products, waiting) = seller.look(|state| {
            let on_sale = state.products.values().filter(|row| row.status == ProductStatus::OnSale).count();
            (on_sale, state.products.len(), state.pending().count())
        })?;
        let (name, site) = (seller.name.to_string(), seller.judge().site().name.clone());
        rows.push(SellerRow { name, site, on_sale, products, waiting });
    }
    answer(&Sellers { frame: call.frame("console", "Seller Console"), rows, paging })
}

#[derive(Template)]
#[template(path = "products.html")]
struct Products {
    frame: Frame,
    seller: String,
    /// How many applications there are.
    applications: usize,
    shows: Vec<Show>,
    asked: String,
    show: String,
    rows: Vec<Row>,
    paging: Paging,
    is_empty: bool,
}

/// A choice of what the list holds.
struct Show {
    address: String,
    word: &'static str,
    count: usize,
    is_chosen: bool,
}

struct Row {
    address: String,
    id: String,
    name: String,
    key: String,
    delivery: &'static str,
    status: Chip,
    specifications: String,
    review: Option<(String, Chip)>,
}

type Choice = (&'static str, &'static str, fn(&ProductRow) -> bool);

const CHOICES: [Choice; 5] = [
    ("all", "All", |_| true),
    ("public", "On sale", is_listed),
    ("hidden", "Hidden", |row| row.status == ProductStatus::OnSale && !row.is_public()),
    ("frozen", "Frozen", |row| row.status == ProductStatus::Frozen),
    ("discontinued", "Discontinued", |row| row.status == ProductStatus::Discontinued),
];

/// Whether a product is meant by what somebody typed.
pub(super) fn is_meant(row: &ProductRow, asked: &str) -> bool {
    let name = row.fields.text(ProductField::Name).unwrap_or_default().to_lowercase();
    asked.is_empty()
        || name.contains(asked)
        || row.key.as_str().contains(asked)
        || row.id.to_lowercase() == asked
}

/// My Products.
pub(super) fn products(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let asked: String = call.asked("q").unwrap_or_default().chars().take(200).collect();
    let meant = asked.to_lowercase();
    let chosen = CHOICES.iter().find(|(name, _, _)| call.asked("show") == Some(*name));
    let (show, _, fits) = chosen.unwrap_or(&CHOICES[0]);
    let address = |show: &str| match asked.is_empty() {
        true => format!("/console/{}?show={show}", seller.name),
        false => format!("/console/{}?show={show}&q={}", seller.name, in_address(&asked)),
    };
    let base = address(show);
    let page = seller.look(|state| {
        let found = || state.products.values().filter(|row| is_meant(row, &meant));
        let shows = CHOICES.iter().map(|(name, word, fits)| Show {
            address: address(name),
            word,
            count: found().filter(|row| fits(row)).count(),
            is_chosen: name == show,
        });
        let count = found().filter(|row| fits(row)).count();
        let paging = Paging::new(call.asked("page"), count, ROWS, base);
        let rows = paging.part(found().filter(|row| fits(row)), ROWS);
        Products {
            frame: call.frame("console", "My Products"),
            seller: seller.name.to_string(),
            applications: state.applications.values().filter(is_known).count(),
            shows: shows.collect(),
            asked: asked.clone(),
            show: (*show).to_owned(),
            rows: rows.into_iter().map(|row| self::row(state, row, seller.name.as_str())).collect(),
            paging,
            is_empty: state.products.is_empty(),
        }
    })?;
    answer(&page)
}

fn row(state: &State, row: &ProductRow, seller: &str) -> Row {
    let hidden = row.live().filter(|(_, specification)| !specification.is_public()).count();
    let live = row.live().count();
    let specifications = match (live, hidden) {
        (live, 0) => format!("{live} on sale"),
        (live, hidden) => format!("{live} on sale, {hidden} hidden"),
    };
    Row {
        address: format!("/console/{seller}/products/{}", in_address(&row.id)),
        id: row.id.clone(),
        name: row.fields.text(ProductField::Name).unwrap_or(row.key.as_str()).to_owned(),
        key: row.key.to_string(),
        delivery: row.delivery.console_name(),
        status: words::status(row),
        specifications,
        review: review(state, row, seller),
    }
}

/// The application that holds a product's place at the desk: its address, and where it stands.
pub(super) fn review(state: &State, row: &ProductRow, seller: &str) -> Option<(String, Chip)> {
    let found = state.in_flight(Some(&row.id), &row.key, None)?;
    Some((address(found, seller), words::standing(&found.standing)))
}

/// Where the seller sees an application.
pub(super) fn address(application: &Application, seller: &str) -> String {
    format!("/console/{seller}/applications/{}", in_address(&application.id.0))
}

/// Whether the console still lists an application.
pub(super) fn is_known(application: &&Application) -> bool {
    !matches!(application.standing, Standing::Discarded | Standing::Forgotten)
}

#[derive(Template)]
#[template(path = "applications.html")]
struct Applications {
    frame: Frame,
    seller: String,
    rows: Vec<ApplicationRow>,
    paging: Paging,
}

struct ApplicationRow {
    address: String,
    id: String,
    name: String,
    kind: &'static str,
    standing: Chip,
    since: Moment,
    reason: Option<String>,
    asks: String,
}

/// My Applications, newest first.
pub(super) fn applications(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let page = seller.look(|state| {
        let known = || state.applications.values().rev().filter(is_known);
        let base = format!("/console/{}/applications", seller.name);
        let paging = Paging::new(call.asked("page"), known().count(), ROWS, base);
        let rows = paging.part(known(), ROWS).into_iter().map(|application| ApplicationRow {
            address: address(application, seller.name.as_str()),
            id: application.id.0.clone(),
            name: application.name.clone(),
            kind: words::kind(application.kind),
            standing: words::standing(&application.standing),
            since: moment(application.changed_at),
            reason: words::rejection(application).map(str::to_owned),
            asks: asks(application),
        });
        Applications {
            frame: call.frame("console", "My Applications"),
            seller: seller.name.to_string(),
            rows: rows.collect(),
            paging,
        }
    })?;
    answer(&page)
}

/// How much an application asks for.
pub(super) fn asks(application: &Application) -> String {
    let operations = application.operations(None);
    match operations.as_slice() {
        [Operation { to: Some(Value::Product(product)), .. }] => {
            counted(product.specifications.len(), "specification", "specifications")
        }
        [only] => only.kind.name().replace('-', " "),
        several => counted(several.len(), "change", "changes"),
    }
}
