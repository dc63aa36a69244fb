//! Reading what is on sale, page by page.

use super::failure::Failure;
use super::{GatewayDriver, Seen};
use crate::http::{Method, Response};
use crate::released::Observation;
use crate::wire;
use crate::wire::gateway::{ObservationPage, ProblemKind};

/// How often reading begins anew when something changes meanwhile.
const BEGINNINGS_MAX: u32 = 4;
/// Pages that are read at most: whoever sells more has another problem.
const PAGES_MAX: u32 = 5_000;
/// What all pages together may be.
const BYTES_MAX: usize = 512 << 20;
/// The longest text that stands for a page or a state.
const TAG_MAX: usize = 1_000;

impl GatewayDriver<'_> {
    /// What is on sale now, and the applications of the account.
    pub(super) fn look(&self) -> Result<Observation, Failure> {
        let mut beginning = 1;
        loop {
            match self.read() {
                Err(Failure::Problem(ProblemKind::ObservationChanged, _)) if beginning < BEGINNINGS_MAX => {
                    beginning += 1;
                }
                result => return result,
            }
        }
    }

    fn read(&self) -> Result<Observation, Failure> {
        let mut request = self.access.request(Method::Get, "/observation");
        if let Some(seen) = self.seen.borrow().as_ref() {
            request = request.header("if-none-match", seen.tag.clone());
        }
        let response = self.access.call(&request)?;
        if response.status == 304 {
            return self.unchanged(&response);
        }
        let tag = tag(&response);
        let mut bytes = response.body.len();
        let mut page: ObservationPage = self.access.form(&response)?;
        let mut read = wire::Observation {
            taken_at: page.taken_at,
            coverage: page.coverage,
            products: page.products,
            applications: page.applications,
        };
        let mut pages = 1;
        while let Some(next) = page.next.take() {
            let response = self.page(&next)?;
            (pages, bytes) = (pages + 1, bytes + response.body.len());
            let strange = |said: &str| Err(Failure::strange(response.status, said));
            page = self.access.form(&response)?;
            match () {
                () if pages > PAGES_MAX || bytes > BYTES_MAX => {
                    return strange("there are more pages than anybody could sell on");
                }
                () if page.products.is_empty() && page.applications.is_empty() => {
                    return strange("a page has nothing on it");
                }
                () if page.coverage != read.coverage => return strange("its pages cover different things"),
                () => {}
            }
            read.products.append(&mut page.products);
            read.applications.append(&mut page.applications);
        }
        let is_sorted = read.products.is_sorted_by(|one, other| one.product_id < other.product_id);
        if !is_sorted {
            return Err(Failure::strange(200, "a product stands there twice, or out of order"));
        }
        let observation = Observation::from(read);
        *self.seen.borrow_mut() = tag.map(|tag| Seen { tag, observation: observation.clone() });
        Ok(observation)
    }

    fn page(&self, next: &str) -> Result<Response, Failure> {
        if next.is_empty() || next.len() > TAG_MAX {
            return Err(Failure::strange(200, "the name of its next page is empty or very long"));
        }
        let mut query = String::from("/observation?page=");
        crate::http::sdk_hmac::quote(&mut query, next);
        self.access.call(&self.access.request(Method::Get, &query))
    }

    /// The last observation, as it is still true.
    fn unchanged(&self, response: &Response) -> Result<Observation, Failure> {
        let now = self.told().map(|told| {
            let passed = self.access.client.now().duration_since(told.at);
            told.capabilities.now.0.checked_add(passed).ok()
        })?;
        let mut seen = self.seen.borrow_mut();
        let Some(Seen { observation, .. }) = seen.as_mut() else {
            return Err(Failure::strange(
                response.status,
                "it says that nothing changed, and we know nothing",
            ));
        };
        observation.taken_at = now.map_or(observation.taken_at, |now| now.max(observation.taken_at));
        Ok(observation.clone())
    }
}

/// What stands for the state that was read; a text that fits no header stands for nothing.
fn tag(response: &Response) -> Option<String> {
    let tag = response.header("etag")?;
    let fits = tag.len() <= TAG_MAX && tag.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| tag.to_owned())
}
