//! The storefront: what buyers see.

use super::Call;
use super::console::is_meant;
use super::failure::Failure;
use super::frame::{Frame, Paging, answer, in_address};
use super::picture::{self, Picture};
use super::prose::{Block, blocks};
use super::sold::{Offer, is_listed, least, offer};
use super::{changes, words};
use crate::model::{Entry, ProductField, Value};
use crate::released::ProductStatus;
use crate::sandbox::ProductRow;
use crate::served::Seller;
use askama::Template;
use axum::response::Response;

/// Products on one page.
const CARDS: usize = 24;
const OVERVIEW_MAX: usize = 150;

#[derive(Template)]
#[template(path = "store.html")]
struct Store {
    frame: Frame,
    cards: Vec<Card>,
    asked: String,
    paging: Paging,
}

struct Card {
    address: String,
    name: String,
    /// What stands where there is no logo.
    letter: String,
    /// Which of a few colours that has.
    hue: u32,
    logo: Option<Picture>,
    seller: String,
    delivery: &'static str,
    overview: String,
    least: Option<String>,
    has_trial: bool,
}

/// All products that are listed.
pub(super) fn list(call: &Call) -> Result<Response, Failure> {
    let asked: String = call.asked("q").unwrap_or_default().chars().take(200).collect();
    let meant = asked.to_lowercase();
    let fits = |row: &&ProductRow| is_listed(row) && is_meant(row, &meant);
    let sellers: Vec<&Seller> = call.site.served.sellers.values().collect();
    let mut counts = Vec::new();
    for seller in &sellers {
        counts.push(seller.look(|state| state.products.values().filter(fits).count())?);
    }
    let base =
        if asked.is_empty() { "/store".to_owned() } else { format!("/store?q={}", in_address(&asked)) };
    let paging = Paging::new(call.asked("page"), counts.iter().sum(), CARDS, base);
    let (mut skip, mut cards) = ((paging.page - 1) * CARDS, Vec::new());
    for (seller, count) in sellers.into_iter().zip(counts) {
        if cards.len() < CARDS && skip < count {
            let wanted = CARDS - cards.len();
            let rows: Vec<ProductRow> = seller.look(|state| {
                state.products.values().filter(fits).skip(skip).take(wanted).cloned().collect()
            })?;
            cards.extend(rows.iter().map(|row| card(seller, row)));
        }
        skip = skip.saturating_sub(count);
    }
    answer(&Store { frame: call.frame("store", "Storefront"), cards, asked, paging })
}

fn card(seller: &Seller, row: &ProductRow) -> Card {
    let name = row.fields.text(ProductField::Name).unwrap_or(row.key.as_str());
    let overview = row.fields.text(ProductField::Overview).unwrap_or_default();
    let mut shown: String = overview.chars().take(OVERVIEW_MAX).collect();
    if shown.len() < overview.len() {
        shown.push('…');
    }
    let currency = seller.judge().site().currency.as_str();
    let offers = row.live().filter(|(_, held)| held.is_public());
    let mut offers = offers.map(|(key, held)| offer(key, held, true, currency));
    Card {
        address: format!("/store/{}/{}", seller.name, in_address(&row.id)),
        name: name.to_owned(),
        letter: name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default(),
        hue: row.key.as_str().bytes().map(u32::from).sum::<u32>() % 6,
        logo: changes::files(row.fields.value(ProductField::Logo))
            .first()
            .and_then(|file| picture::of(seller, file)),
        seller: seller.name.to_string(),
        delivery: row.delivery.console_name(),
        overview: shown,
        least: least(row, currency),
        has_trial: offers.any(|offer| offer.trial.is_some()),
    }
}

#[derive(Template)]
#[template(path = "sold.html")]
struct Product {
    frame: Frame,
    card: Card,
    version: Option<String>,
    category: Option<String>,
    overview: Vec<Block>,
    /// Whether buyers find it only by this address.
    is_hidden: bool,
    is_frozen: bool,
    is_over: bool,
    tags: Vec<String>,
    highlights: Vec<String>,
    picture: Option<Picture>,
    offers: Vec<Offer>,
    description: Vec<Block>,
    pictures: Vec<Picture>,
    cases: Vec<Entry>,
    support: Vec<(&'static str, String)>,
    guide: Option<String>,
    link: Option<String>,
    agreement: Vec<Block>,
    console: String,
}

/// The page of a product. Hidden ones have theirs, too: whoever knows the address may buy.
pub(super) fn product(call: &Call) -> Result<Response, Failure> {
    let seller = call.seller()?;
    let row = seller.look(|state| state.products.get(call.part("id")).cloned())?;
    let row = row.ok_or_else(|| Failure::missing("Nothing is sold under this address."))?;
    let currency = seller.judge().site().currency.as_str();
    // A hidden specification is bought by an address of its own.
    let named = call.asked("specification");
    let offers = row.live().filter(|(key, held)| held.is_public() || named == Some(key.as_str()));
    let offers = offers.map(|(key, held)| offer(key, held, true, currency)).collect();
    let text = |field| row.fields.text(field).map(str::to_owned);
    let prose = |field| row.fields.text(field).map(blocks).unwrap_or_default();
    let pictures = |field| -> Vec<Picture> {
        changes::files(row.fields.value(field)).iter().filter_map(|file| picture::of(seller, file)).collect()
    };
    let texts = |field| match row.fields.value(field) {
        Some(Value::Texts(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let cases = match row.fields.value(ProductField::CustomerCases) {
        Some(Value::Entries(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let support = [
        ("Team", ProductField::SupportGroup),
        ("What they help with", ProductField::SupportContent),
        ("Hotline", ProductField::SupportHotline),
        ("Mail", ProductField::SupportEmail),
    ];
    let guide = changes::files(row.fields.value(ProductField::UserGuide));
    let card = card(seller, &row);
    answer(&Product {
        frame: call.frame("store", card.name.clone()),
        card,
        version: text(ProductField::Version),
        category: text(ProductField::Category),
        overview: prose(ProductField::Overview),
        is_hidden: row.status == ProductStatus::OnSale && !row.is_public(),
        is_frozen: row.status == ProductStatus::Frozen,
        is_over: row.status == ProductStatus::Discontinued,
        tags: texts(ProductField::Tags),
        highlights: texts(ProductField::Highlights),
        picture: pictures(ProductField::MainPicture).into_iter().next(),
        offers,
        description: prose(ProductField::Description),
        pictures: pictures(ProductField::DescriptionPictures),
        cases,
        support: support.into_iter().filter_map(|(name, field)| Some((name, text(field)?))).collect(),
        guide: guide.first().map(words::file_words),
        link: text(ProductField::Link),
        agreement: prose(ProductField::Agreement),
        console: format!("/console/{}/products/{}", seller.name, in_address(&row.id)),
    })
}
