//! Moving in: what is on sale and unknown here gets keys, definitions and bindings, and definitions that are here
//! already are matched with what is on sale.
//!
//! Nothing here reads or writes anything. A definition is drafted from what the marketplace shows, read back with the
//! reader everybody uses, and compared: what cannot be said in a definition is left out of it, with a remark, so that
//! the first plan after moving in is empty.

mod draft;
mod field;
mod library;
mod matching;
mod naming;
mod specification;

pub use draft::{Around, Drafted, Excuse, draft};
pub use field::AssetFile;
pub use library::library;
pub use matching::{Candidate, Chosen, Part, Row, Sureness, Table, match_products};
pub use naming::{Names, Taken};
