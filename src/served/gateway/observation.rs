//! What is observed: page by page, all of one state.

use super::answer::{Answered, json, nothing, problem, storage};
use super::{Call, ITEMS_PER_PAGE};
use crate::wire::gateway::{ObservationPage, Problem, ProblemKind};
use crate::wire::{Coverage, Observation, Set};
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
    let known = from.as_ref().map(|(state, _)| state.as_str()).filter(|_| products.is_empty());
    let seen = call.seller.observe(call.now, known, tag).map_err(|error| storage(&error))?;
    let (part, part_tag);
    let (observed, tag) = if products.is_empty() {
        (&seen.observation, seen.tag.as_str())
    } else {
        part = some_of(&seen.observation, products);
        part_tag = tag(&part);
        (&part, part_tag.as_str())
    };
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
        json(StatusCode::OK, &cut(observed, tag, from)?)?
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

/// The part of an observation that covers some products.
fn some_of(observed: &Observation, products: BTreeSet<String>) -> Observation {
    let wanted = observed.products.iter().filter(|product| products.contains(&product.product_id));
    Observation {
        taken_at: observed.taken_at,
        products: wanted.cloned().collect(),
        applications: observed.applications.clone(),
        coverage: Coverage::Products(Set(products)),
    }
}

/// What stands for a state: equal for equal states, whenever they are looked at.
fn tag(observed: &Observation) -> String {
    let Observation { taken_at: _, coverage, products, applications } = observed;
    let mut hasher = blake3::Hasher::new();
    // Numbers, texts and lists can always be written, and a hasher takes everything.
    let _ = serde_json::to_writer(&mut hasher, &(coverage, products, applications));
    hasher.finalize().to_hex().chars().take(TAG_LENGTH).collect()
}

/// Whether who asks has this state already.
fn is_known(call: &Call<'_>, quoted: &str) -> bool {
    let known = call.headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    known.map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == quoted)
}

/// The page that begins with an item.
fn cut(observed: &Observation, tag: &str, from: usize) -> Result<ObservationPage, Box<Problem>> {
    fn size(item: &impl Serialize) -> usize {
        serde_json::to_vec(item).map_or(0, |bytes| bytes.len())
    }
    let Observation { taken_at, coverage, products, applications } = observed;
    let all = products.len() + applications.len();
    if from > 0 && from >= all {
        return Err(problem(ProblemKind::Malformed, "`page` is not what an answer had in `next`"));
    }
    let mut page = ObservationPage {
        taken_at: *taken_at,
        coverage: coverage.clone(),
        products: Vec::new(),
        applications: Vec::new(),
        next: None,
    };
    let mut bytes = 0;
    for place in from..all {
        let (product, application) = (products.get(place), place.checked_sub(products.len()));
        let application = application.and_then(|place| applications.get(place));
        bytes += product.map_or(0, size) + application.map_or(0, size);
        let count = place - from;
        if count == ITEMS_PER_PAGE as usize || (count > 0 && bytes > BYTES_MAX) {
            page.next = Some(format!("{tag}-{place}"));
            break;
        }
        page.products.extend(product.cloned());
        page.applications.extend(application.cloned());
    }
    Ok(page)
}
