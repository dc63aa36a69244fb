//! A product in the Seller Console: everything it holds, and what happened to it.

use super::Call;
use super::failure::Failure;
use super::frame::{Frame, answer, in_address};
use super::picture::{self, Picture};
use super::sold::{Offer, offer};
use super::words::{self, Chip, Moment, moment};
use super::{changes, console};
use crate::model::ProductField;
use crate::released::ProductStatus;
use askama::Template;
use axum::response::Response;

/// Events on one page.
const EVENTS: usize = 25;
/// Texts with more characters are folded.
const TEXT_MAX: usize = 400;

#[derive(Template)]
#[template(path = "product.html")]
struct Product {
    frame: Frame,
    seller: String,
    id: String,
    key: String,
    name: String,
    delivery: &'static str,
    revision: String,
    status: Chip,
    is_frozen: bool,
    is_over: bool,
    is_public: bool,
    store: String,
    review: Option<(String, Chip)>,
    offers: Vec<Offer>,
    rules: Vec<String>,
    fields: Vec<Field>,
    /// How many fields are empty.
    empty: usize,
    events: Vec<Told>,
    older: Option<i64>,
    is_first: bool,
}

struct Field {
    name: &'static str,
    text: String,
    /// The first words, where the text is folded.
    fold: Option<String>,
    pictures: Vec<Picture>,
}

struct Told {
    at: Moment,
    by: String,
    text: String,
}

/// The page of a product.
pub(super) fn product(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let row = seller.look(|state| {
        let row = state.products.get(call.part("id"))?;
        Some((row.clone(), console::review(state, row, seller.name.as_str())))
    })?;
    let (row, review) = row.ok_or_else(|| Failure::missing("This seller has no product with this id."))?;
    let before = call.asked("before").and_then(|number| number.parse().ok());
    let mut events = seller.history_of(&row.key, before, EVENTS + 1)?;
    let more = events.len() > EVENTS;
    events.truncate(EVENTS);
    let older = events.last().map(|(number, _)| *number).filter(|_| more);
    let currency = seller.judge().site().currency.as_str();
    let is_over = row.status == ProductStatus::Discontinued;
    let asked = ProductField::ALL.iter().filter(|field| field.info().applies_to(row.delivery));
    let (mut fields, mut empty) = (Vec::new(), 0);
    for field in asked {
        let Some(value) = row.fields.value(*field) else {
            empty += 1;
            continue;
        };
        let text = words::lines(value).join("\n");
        let is_long = text.chars().count() > TEXT_MAX;
        let fold = is_long.then(|| text.split_whitespace().take(14).collect::<Vec<_>>().join(" "));
        let files = changes::files(Some(value));
        let pictures = files.iter().filter_map(|file| picture::of(seller, file)).collect();
        fields.push(Field { name: field.info().console, text, fold, pictures });
    }
    let name = row.fields.text(ProductField::Name).unwrap_or(row.key.as_str()).to_owned();
    answer(&Product {
        frame: call.frame("console", name.clone()),
        seller: seller.name.to_string(),
        id: row.id.clone(),
        key: row.key.to_string(),
        name,
        delivery: row.delivery.console_name(),
        revision: row.shown_revision().0,
        status: words::status(&row),
        is_frozen: row.status == ProductStatus::Frozen,
        is_over,
        is_public: row.is_public(),
        store: format!("/store/{}/{}", seller.name, in_address(&row.id)),
        review,
        offers: row.specifications.iter().map(|(key, held)| offer(key, held, !is_over, currency)).collect(),
        rules: row.upgrade_rules.iter().map(ToString::to_string).collect(),
        fields,
        empty,
        events: events
            .into_iter()
            .map(|(_, event)| Told { at: moment(event.at), by: event.by, text: event.text })
            .collect(),
        older,
        is_first: before.is_none(),
    })
}
