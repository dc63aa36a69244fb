//! The gateway protocol: who asks, what for, and what is answered. Its forms are those of [`crate::wire::gateway`].
//!
//! What is listed in [`ENDPOINTS`] is all there is. Each is answered on a thread where it may wait for a file; a mistake in
//! one ends nothing but its answer.

mod answer;
mod door;
mod observation;
mod submissions;
mod uploads;

pub(in crate::served) use answer::told;

use super::{Seller, Served};
use crate::http::Connection;
use crate::http::sdk_hmac::parse_query;
use crate::wire::gateway::{GatewayCapabilities, PREFIX, Problem, ProblemKind};
use crate::wire::{Name, Named, gateway_openapi};
use answer::{Answered, json, problem, storage, written};
use axum::Router;
use axum::body::{Bytes, HttpBody as _};
use axum::extract::rejection::{BytesRejection, RawPathParamsRejection};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::routing::{MethodFilter, MethodRouter, any, on};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many submissions one question for reviews may name.
const IDS_PER_QUESTION: u32 = 200;
/// How many products or applications one page has at most.
const ITEMS_PER_PAGE: u32 = 100;
/// The largest body of JSON.
const JSON_BYTES_MAX: usize = 8 << 20;
/// The largest file: what the largest video of any site may have, and room.
const ASSET_BYTES_MAX: usize = 64 << 20;
/// How many files are taken at a time: each stands in memory.
const UPLOADS_MAX: usize = 4;
/// How long a body may take to arrive.
const BODY_MAX: Duration = Duration::from_secs(120);
/// How long one more waits for room.
const ROOM_MAX: Duration = Duration::from_secs(10);

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carries {
    Nothing,
    Json,
    File,
}

impl Carries {
    fn bytes_max(self) -> usize {
        match self {
            Self::Nothing | Self::Json => JSON_BYTES_MAX,
            Self::File => ASSET_BYTES_MAX,
        }
    }
}

/// One thing that can be asked.
struct Endpoint {
    method: MethodFilter,
    path: &'static str,
    carries: Carries,
    /// Whether it changes anything: then a signature is taken once.
    changes: bool,
    answer: fn(&Call<'_>) -> Answered,
}

/// Everything that can be asked. `schemas/gateway.openapi.json` says the same, and more.
const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: MethodFilter::GET,
        path: "/v1/capabilities",
        carries: Carries::Nothing,
        changes: false,
        answer: capabilities,
    },
    Endpoint {
        method: MethodFilter::GET,
        path: "/v1/observation",
        carries: Carries::Nothing,
        changes: false,
        answer: observation::page,
    },
    Endpoint {
        method: MethodFilter::PUT,
        path: "/v1/submissions/{id}",
        carries: Carries::Json,
        changes: true,
        answer: submissions::submit,
    },
    Endpoint {
        method: MethodFilter::POST,
        path: "/v1/submissions/{id}/withdrawal",
        carries: Carries::Nothing,
        changes: true,
        answer: submissions::withdraw,
    },
    Endpoint {
        method: MethodFilter::POST,
        path: "/v1/reviews",
        carries: Carries::Json,
        changes: false,
        answer: submissions::reviews,
    },
    Endpoint {
        method: MethodFilter::PUT,
        path: "/v1/fences/{product}",
        carries: Carries::Json,
        changes: true,
        answer: submissions::bar,
    },
    Endpoint {
        method: MethodFilter::PUT,
        path: "/v1/assets/{digest}",
        carries: Carries::File,
        changes: true,
        answer: uploads::upload,
    },
    Endpoint {
        method: MethodFilter::HEAD,
        path: "/v1/assets/{digest}",
        carries: Carries::Nothing,
        changes: false,
        answer: uploads::look,
    },
];

/// A request of a seller.
struct Call<'a> {
    seller: &'a Seller,
    now: Timestamp,
    /// What stands in the address's place for one.
    parameter: &'a str,
    query: &'a [(String, String)],
    headers: &'a HeaderMap,
    body: &'a [u8],
}

/// The addresses of the gateway.
pub(super) fn routes(served: &Arc<Served>) -> Router {
    let uploads = Arc::new(Semaphore::new(UPLOADS_MAX));
    let mut router = Router::new();
    for path in ENDPOINTS.iter().map(|endpoint| endpoint.path).collect::<BTreeSet<_>>() {
        let mut methods = MethodRouter::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path == path) {
            let (served, uploads) = (Arc::clone(served), Arc::clone(&uploads));
            let handler = move |parameters: Result<RawPathParams, RawPathParamsRejection>,
                                request: Request| {
                let (served, uploads) = (Arc::clone(&served), Arc::clone(&uploads));
                async move {
                    let answered = ask(endpoint, served, &uploads, parameters, request).await;
                    answered.unwrap_or_else(|problem| told(&problem))
                }
            };
            methods = methods.merge(
                on(endpoint.method, handler).layer(DefaultBodyLimit::max(endpoint.carries.bytes_max())),
            );
        }
        router = router.route(path, methods);
    }
    let document = Bytes::from(gateway_openapi());
    let description = on(MethodFilter::GET, move || {
        let document = document.clone();
        async move { written(document) }
    });
    let nowhere = || async { told(&ProblemKind::NotFound.problem("there is nothing at this address")) };
    let not_here = || async {
        told(&ProblemKind::MethodNotAllowed.problem("this address does not take this method; see `Allow`"))
    };
    router
        .route("/v1/openapi.json", description)
        .method_not_allowed_fallback(not_here)
        .route(PREFIX, any(nowhere))
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
}

/// Answers one request on a thread of its own.
async fn ask(
    endpoint: &'static Endpoint,
    served: Arc<Served>,
    uploads: &Semaphore,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Answered {
    let malformed = |detail: &dyn std::fmt::Display| problem(ProblemKind::Malformed, detail.to_string());
    let parameters = parameters.map_err(|error| malformed(&error.body_text()))?;
    let parameter = parameters.iter().next().map(|(_, value)| value.to_owned()).unwrap_or_default();
    // What says that it is too large is not waited for.
    if request.body().size_hint().lower() > endpoint.carries.bytes_max() as u64 {
        return Err(too_large());
    }
    let _room = match endpoint.carries {
        Carries::File => {
            // Nobody whose key is not known takes a place that sellers need.
            door::knows(&served, request.headers())?;
            Some(room(uploads).await?)
        }
        Carries::Nothing | Carries::Json => None,
    };
    let (parts, body) = request.into_parts();
    let (head, seen) = (parts.clone(), parts.extensions.get::<ConnectInfo<Connection>>().cloned());
    let reading = Bytes::from_request(Request::from_parts(parts, body), &());
    let body = tokio::time::timeout(BODY_MAX, reading).await;
    let body = body.map_err(|_| problem(ProblemKind::Malformed, "the body did not arrive in time"))?;
    let body = body.map_err(|rejection| unread(&rejection))?;
    let work = move || {
        let now = (served.clock)();
        let query = parse_query(head.uri.query().unwrap_or_default());
        let seller = door::seller(&served, endpoint.changes, &head, &query, &body, now)?;
        carried(endpoint.carries, &head.headers, &body)?;
        let call =
            Call { seller, now, parameter: &parameter, query: &query, headers: &head.headers, body: &body };
        (endpoint.answer)(&call)
    };
    let mut response = tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(problem(ProblemKind::Failed, "a mistake of the gateway; its log says more"))
    })?;
    if seen.is_some_and(|ConnectInfo(connection)| connection.is_old()) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// Waits for room for one more file.
async fn room(uploads: &Semaphore) -> Result<SemaphorePermit<'_>, Box<Problem>> {
    let waited = tokio::time::timeout(ROOM_MAX, uploads.acquire()).await;
    let crowded = || problem(ProblemKind::Unavailable, "too many files are being uploaded");
    waited.map_err(|_| crowded())?.map_err(|_| crowded())
}

fn too_large() -> Box<Problem> {
    problem(ProblemKind::TooLarge, "the body is larger than what is taken here")
}

/// Why a body was not read.
fn unread(rejection: &BytesRejection) -> Box<Problem> {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => problem(ProblemKind::Malformed, "the body could not be read to its end"),
    }
}

/// Whether the body is of the kind that the address takes.
fn carried(carries: Carries, headers: &HeaderMap, body: &[u8]) -> Result<(), Box<Problem>> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(problem(ProblemKind::MediaType, "bodies are taken as they are, without any coding"));
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // In small letters only: signers leave the body out of the signature where the type is written otherwise.
    let media = media.split(';').next().unwrap_or_default().trim();
    let wanted = match carries {
        Carries::Nothing if body.is_empty() => return Ok(()),
        Carries::Nothing => {
            return Err(problem(ProblemKind::Malformed, "there is nothing to say in a body here"));
        }
        Carries::Json => "application/json",
        Carries::File => "application/octet-stream",
    };
    if media == wanted {
        return Ok(());
    }
    Err(problem(ProblemKind::MediaType, format!("the body is to be {wanted}")))
}

impl Call<'_> {
    /// The body as a form.
    fn form<T: DeserializeOwned>(&self) -> Result<T, Box<Problem>> {
        let mut from = serde_json::Deserializer::from_slice(self.body);
        let form = serde_path_to_error::deserialize(&mut from).map_err(|error| {
            problem(ProblemKind::Malformed, format!("`{}`: {}", error.path(), error.inner()))
        })?;
        from.end().map_err(|error| problem(ProblemKind::Malformed, format!("after the form: {error}")))?;
        Ok(form)
    }

    /// What stands in the address, as what it names.
    fn named<T: Named>(&self) -> Result<T, Box<Problem>> {
        T::read(self.parameter)
            .map_err(|reason| problem(ProblemKind::Malformed, format!("in the address: {reason}")))
    }
}

fn capabilities(call: &Call<'_>) -> Answered {
    let now = call.seller.look(|state| state.time(call.now)).map_err(|error| storage(&error))?;
    let site = call.seller.judge().site();
    json(
        StatusCode::OK,
        &GatewayCapabilities {
            now: Name(now),
            checks_fences: true,
            ids_per_question: IDS_PER_QUESTION,
            items_per_page: ITEMS_PER_PAGE,
            asset_bytes_max: ASSET_BYTES_MAX as u64,
            site: Some(site.name.clone()),
            currency: Some(site.currency.as_str().to_owned()),
        },
    )
}
