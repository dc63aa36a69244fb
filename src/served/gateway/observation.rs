//! What is observed: page by page, all of one state.

use super::answer::{Answered, json, nothing, problem, storage};
use super::{Call, ITEMS_PER_PAGE};
use crate::wire::gateway::{ObservationPage, Problem, ProblemKind};
use crate::wire::{Coverage, Name, Observation, ObservedApplication, ObservedProduct, Set};
use axum::http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::collections::BTreeSet;

/// A page ends early when it is as large as this.
const BYTES_MAX: usize = 1 << 20;
/// How much of the digest of a state stands for it.
const TAG_LENGTH: usize = 32;

/// One page of the observed state.
pub(super) fn page(call: &Call<'_>) -> Answered {
    let Question { from, products } = Question::read(call.query)?;
    let observed = call.seller.look(|state| state.observe(call.now)).map_err(|error| storage(&error))?;
    let mut observed = Observation::from(&observed);
    if !products.is_empty() {
        observed.products.retain(|product| products.contains(&product.product_id));
        observed.coverage = Coverage::Products(Set(products));
    }
    let tag = tag(&observed)?;
    let from = match from {
        Some((state, from)) if state == tag => from,
        Some(_) => {
            let detail = "something changed since the first page; begin with it again";
            return Err(problem(ProblemKind::ObservationChanged, detail));
        }
        None => 0,
    };
    let quoted = format!("\"{tag}\"");
    let mut response = if is_known(call, &quoted) {
        nothing(StatusCode::NOT_MODIFIED)
    } else {
        json(StatusCode::OK, &cut(observed, &tag, from)?)?
    };
    let value = HeaderValue::try_from(quoted);
    let value = value.map_err(|error| problem(ProblemKind::Failed, error.to_string()))?;
    response.headers_mut().insert(header::ETAG, value);
    Ok(response)
}

/// What was asked for.
struct Question {
    /// A state and the place of the first item.
    from: Option<(String, usize)>,
    /// The only products that are looked at; empty for all.
    products: BTreeSet<String>,
}

impl Question {
    fn read(query: &[(String, String)]) -> Result<Self, Box<Problem>> {
        let malformed = |detail: String| problem(ProblemKind::Malformed, detail);
        let mut read = Self { from: None, products: BTreeSet::new() };
        for (name, value) in query {
            match name.as_str() {
                "product" if value.is_empty() => return Err(malformed("`product` names no product".into())),
                "product" => {
                    read.products.insert(value.clone());
                }
                "page" if read.from.is_some() => return Err(malformed("`page` stands twice".into())),
                "page" => {
                    let token = value.split_once('-').and_then(|(state, from)| {
                        let is_tag = state.len() == TAG_LENGTH;
                        let from =
                            from.parse().ok().filter(|_| from.bytes().all(|byte| byte.is_ascii_digit()));
                        Some((state.to_owned(), from.filter(|_| is_tag)?))
                    });
                    read.from = Some(
                        token
                            .ok_or_else(|| malformed("`page` is not what an answer had in `next`".into()))?,
                    );
                }
                other => return Err(malformed(format!("there is no query parameter `{other}`"))),
            }
        }
        Ok(read)
    }
}

/// What stands for a state: equal for equal states, whenever they are looked at.
fn tag(observed: &Observation) -> Result<String, Box<Problem>> {
    let Observation { taken_at: _, coverage, products, applications } = observed;
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, &(coverage, products, applications))
        .map_err(|error| problem(ProblemKind::Failed, error.to_string()))?;
    Ok(hasher.finalize().to_hex().chars().take(TAG_LENGTH).collect())
}

/// Whether who asks has this state already.
fn is_known(call: &Call<'_>, quoted: &str) -> bool {
    let known = call.headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    known.map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == quoted)
}

/// The page that begins with an item.
fn cut(observed: Observation, tag: &str, from: usize) -> Result<ObservationPage, Box<Problem>> {
    let Observation { taken_at: Name(taken_at), coverage, products, applications } = observed;
    let all = products.len() + applications.len();
    if from > 0 && from >= all {
        return Err(problem(ProblemKind::Malformed, "`page` is not what an answer had in `next`"));
    }
    let mut page = ObservationPage {
        taken_at: Name(taken_at),
        coverage,
        products: Vec::new(),
        applications: Vec::new(),
        next: None,
    };
    enum Item {
        Product(Box<ObservedProduct>),
        Application(ObservedApplication),
    }
    fn size(item: &impl Serialize) -> usize {
        serde_json::to_vec(item).map_or(0, |bytes| bytes.len())
    }
    let products = products.into_iter().map(|product| Item::Product(Box::new(product)));
    let applications = applications.into_iter().map(Item::Application);
    let (mut count, mut bytes) = (0, 0);
    for item in products.chain(applications).skip(from) {
        bytes += match &item {
            Item::Product(product) => size(product),
            Item::Application(application) => size(application),
        };
        if count == ITEMS_PER_PAGE as usize || (count > 0 && bytes > BYTES_MAX) {
            page.next = Some(format!("{tag}-{}", from + count));
            break;
        }
        count += 1;
        match item {
            Item::Product(product) => page.products.push(*product),
            Item::Application(application) => page.applications.push(application),
        }
    }
    Ok(page)
}
