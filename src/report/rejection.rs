//! What a reviewer did not like, and where it is written.

use crate::model::Item;
use crate::plan::named;
use crate::submission::{ApplicationId, Submission, SubmissionId};
use crate::text::Position;
use camino::Utf8PathBuf;

/// A place in a definition that people can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as shown to people.
    pub path: Utf8PathBuf,
    /// Line and column.
    pub position: Position,
    /// Whether the reviewer's words name what stands there; else it only is part of what was rejected.
    pub named: bool,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path, self.position)
    }
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The submission that was rejected.
    pub submission: SubmissionId,
    /// The marketplace's id of it, where it is known.
    pub application: Option<ApplicationId>,
    /// The commit it was computed from, where it was one.
    pub commit: Option<String>,
    /// The reviewer's text; `None` where it could not be read.
    pub reason: Option<String>,
    /// Where the rejected values are written: what the text names first, then what else was rejected with it.
    pub places: Vec<Place>,
}

/// Finds where an item is written, and in it the words that a text quotes.
pub type Locate<'a> = dyn Fn(&Item, Option<&str>) -> Option<Place> + 'a;

/// Where the values of a rejected submission are written: what the reviewer's text names first, then the rest.
#[must_use]
pub fn places(reason: Option<&str>, submission: &Submission, locate: &Locate<'_>) -> Vec<Place> {
    let named = reason.map(|reason| named(reason, submission)).unwrap_or_default();
    let first = named.iter().filter_map(|found| locate(&found.item, found.excerpt.as_deref()));
    let mut places = in_order(first.map(|place| Place { named: true, ..place }).collect());
    let is_told = |item: &Item| {
        named.iter().any(|found| match item {
            Item::Product => true,
            Item::Specification(key) => found.item.specification() == Some(key),
            item => found.item == *item,
        })
    };
    let rest = submission.operations.iter().filter(|operation| !is_told(&operation.item));
    let rest: Vec<Place> = rest.filter_map(|operation| locate(&operation.item, None)).collect();
    let is_new = |place: &Place| {
        !places.iter().any(|known| known.path == place.path && known.position == place.position)
    };
    let rest =
        in_order(rest.into_iter().filter(is_new).map(|place| Place { named: false, ..place }).collect());
    places.extend(rest);
    places
}

fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by(|a, b| (&a.path, a.position).cmp(&(&b.path, b.position)));
    places.dedup();
    places
}
