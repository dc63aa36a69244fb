//! What all pages have in common: the frame around them, and lists that are shown in parts.

use super::Site;
use super::failure::Failure;
use super::sessions::{Notice, Visitor};
use crate::render::escape;
use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use std::fmt::Write as _;

/// The frame of a page.
pub(super) struct Frame {
    /// The page's name.
    pub(super) title: String,
    /// Which of the places it belongs to: `console`, `desk`, `store`, or none.
    pub(super) area: &'static str,
    /// What forms carry; `None` for whoever is not logged in.
    pub(super) csrf: Option<String>,
    /// What is told once.
    pub(super) notice: Option<Notice>,
}

impl Frame {
    pub(super) fn of(
        site: &Site,
        visitor: Option<&Visitor>,
        area: &'static str,
        title: impl Into<String>,
    ) -> Self {
        let notice = visitor.and_then(|visitor| site.sessions.told(visitor));
        Self { title: title.into(), area, csrf: visitor.map(|visitor| visitor.csrf.clone()), notice }
    }

    /// What forms carry.
    pub(super) fn token(&self) -> &str {
        self.csrf.as_deref().unwrap_or_default()
    }
}

/// A page as an answer.
pub(super) fn answer(page: &impl Template) -> Result<Response, Failure> {
    Ok(Html(page.render()?).into_response())
}

/// A part of a long list.
pub(super) struct Paging {
    /// Which part, from 1.
    pub(super) page: usize,
    /// How many parts there are; at least one.
    pub(super) pages: usize,
    /// How many things there are.
    pub(super) count: usize,
    base: String,
}

impl Paging {
    /// The part with this number, or the nearest one. `base` is the address with what else it says, up to `?` or `&`.
    pub(super) fn new(asked: Option<&str>, count: usize, size: usize, base: String) -> Self {
        let pages = count.div_ceil(size).max(1);
        let page = asked.and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, pages);
        Self { page, pages, count, base }
    }

    /// The things of this part.
    pub(super) fn part<T>(&self, all: impl Iterator<Item = T>, size: usize) -> Vec<T> {
        all.skip((self.page - 1) * size).take(size).collect()
    }

    /// The address of another part.
    pub(super) fn address(&self, page: &usize) -> String {
        let sign = if self.base.contains('?') { '&' } else { '?' };
        format!("{}{sign}page={page}", self.base)
    }

    pub(super) fn before(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page - 1)
    }

    pub(super) fn after(&self) -> Option<usize> {
        (self.page < self.pages).then(|| self.page + 1)
    }
}

/// A value in an address.
pub(super) fn in_address(text: &str) -> String {
    let mut out = String::new();
    for part in escape::uri(text).split_inclusive('/') {
        // Slashes would end a segment; everything else is safe already.
        let (part, slash) = part.strip_suffix('/').map_or((part, ""), |part| (part, "%2F"));
        let _ = write!(out, "{part}{slash}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_not_there_is_the_nearest_one() {
        for (asked, page) in
            [(None, 1), (Some("0"), 1), (Some("2"), 2), (Some("999"), 3), (Some("-1"), 1), (Some("x"), 1)]
        {
            assert_eq!(Paging::new(asked, 51, 25, "/a".to_owned()).page, page, "{asked:?}");
        }
        let last = Paging::new(Some("3"), 51, 25, "/a?q=1".to_owned());
        assert_eq!(last.part(0..51, 25), [50]);
        assert_eq!((last.before(), last.after()), (Some(2), None));
        assert_eq!(last.address(&2), "/a?q=1&page=2");
        let empty = Paging::new(Some("3"), 0, 25, "/a".to_owned());
        assert_eq!((empty.page, empty.pages, empty.address(&1)), (1, 1, "/a?page=1".to_owned()));
    }

    #[test]
    fn values_stay_within_their_place_of_an_address() {
        assert_eq!(in_address("a/b?c&d=é #"), "a%2Fb%3Fc%26d%3D%C3%A9%20%23");
    }
}
