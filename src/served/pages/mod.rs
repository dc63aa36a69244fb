//! The sandbox for people: the Seller Console, the operations manager's desk and the storefront as pages, made on the server
//! and without a line of script.
//!
//! Everything but the login is behind the login. Names and texts are anybody's: all of them are written by [`seen::Seen`].

mod application;
mod changes;
mod console;
mod decide;
mod desk;
mod difference;
mod failure;
mod frame;
mod gate;
mod picture;
mod product;
mod prose;
pub(crate) mod seen;
mod sessions;
mod sold;
mod store;
mod welcome;
mod words;

use super::{Seller, SellerName, Served};
use crate::model::Key;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use failure::Failure;
use gate::Fields;
use jiff::Timestamp;
use sessions::{Sessions, Visitor};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

/// Most bytes of a form.
const FORM_BYTES_MAX: usize = 64 << 10;

/// What all pages share.
struct Site {
    served: Arc<Served>,
    sessions: Sessions,
}

impl Site {
    fn now(&self) -> Timestamp {
        (self.served.clock)()
    }

    /// The account with this name.
    fn seller(&self, name: &str) -> Result<&Seller, Failure> {
        let found = Key::new(name).ok().and_then(|name: SellerName| self.served.sellers.get(&name));
        found.ok_or_else(|| Failure::missing("There is no seller of this name."))
    }
}

/// What a page is asked.
struct Call {
    site: Arc<Site>,
    /// Who asks; everybody but who only wants to log in.
    visitor: Option<Visitor>,
    path: BTreeMap<String, String>,
    asked: BTreeMap<String, String>,
    fields: Fields,
}

impl Call {
    /// A part of the address.
    fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// What stands behind the question mark; `None` when nothing does.
    fn asked(&self, name: &str) -> Option<&str> {
        self.asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The account in the address.
    fn seller(&self) -> Result<&Seller, Failure> {
        self.site.seller(self.part("seller"))
    }

    fn frame(&self, area: &'static str, title: impl Into<String>) -> frame::Frame {
        frame::Frame::of(&self.site, self.visitor.as_ref(), area, title)
    }
}

impl FromRequestParts<Arc<Site>> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        // What cannot be read is not there, and whoever needs it says so.
        let path = Path::from_request_parts(parts, site).await.map(|Path(path)| path).unwrap_or_default();
        let asked =
            Query::from_request_parts(parts, site).await.map(|Query(asked)| asked).unwrap_or_default();
        let fields = parts.extensions.get::<Fields>().cloned().unwrap_or_default();
        let visitor = parts.extensions.get::<Visitor>().cloned();
        Ok(Self { site: Arc::clone(site), visitor, path, asked, fields })
    }
}

type Make = fn(&Call) -> Result<Response, Failure>;

/// Makes a page on a thread where waiting for a file keeps nobody else waiting.
async fn made(make: Make, call: Call) -> Response {
    let work = tokio::task::spawn_blocking(move || make(&call));
    let made = work.await.unwrap_or_else(|_| Err(Failure::broken("The page could not be made.")));
    made.unwrap_or_else(Failure::into_response)
}

fn shown(make: Make) -> MethodRouter<Arc<Site>> {
    get(move |call: Call| made(make, call))
}

fn done(make: Make) -> MethodRouter<Arc<Site>> {
    post(move |call: Call| made(make, call))
}

/// The pages of a served sandbox.
pub fn pages(served: Arc<Served>) -> Router {
    let site = Arc::new(Site { served, sessions: Sessions::default() });
    Router::new()
        .route("/", shown(welcome::start))
        .route(welcome::LOGIN, shown(welcome::login).merge(done(welcome::log_in)))
        .route("/logout", done(welcome::log_out))
        .route("/style.css", shown(welcome::style))
        .route("/icon.svg", shown(welcome::icon))
        .route("/console", shown(console::sellers))
        .route("/console/{seller}", shown(console::products))
        .route("/console/{seller}/applications", shown(console::applications))
        .route("/console/{seller}/applications/{id}", shown(application::seen_by_the_seller))
        .route("/console/{seller}/products/{id}", shown(product::product))
        .route("/desk", shown(desk::desk))
        .route("/desk/clock", done(decide::advance))
        .route("/desk/{seller}/products/{id}/freeze", done(decide::freeze))
        .route("/desk/{seller}/{id}", shown(application::on_the_desk))
        .route("/desk/{seller}/{id}/approve", done(decide::approve))
        .route("/desk/{seller}/{id}/approve-in-part", done(decide::approve_in_part))
        .route("/desk/{seller}/{id}/reject", done(decide::reject))
        .route("/desk/{seller}/{id}/withdraw", done(decide::withdraw))
        .route("/store", shown(store::list))
        .route("/store/{seller}/{id}", shown(store::product))
        .route("/pictures/{seller}/{digest}", shown(picture::picture))
        .fallback(|| async { Failure::missing("") })
        .layer(from_fn_with_state(Arc::clone(&site), gate::gate))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(site)
}
