//! How everything that a page shows is written.

use crate::render::escape;
use askama::filters::Escaper;
use std::fmt::{self, Write};

/// Text for people: nothing in it is markup, nothing hides or reorders what is read. Line ends stay.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen;

impl Escaper for Seen {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> fmt::Result {
        to.write_str(&escape::html(&escape::excerpt(text, &[]).0))
    }
}
