//! YAML as one flat tree that knows the bytes every key and value came from.
//!
//! [`read()`] turns bytes into a [`Tree`] and diagnostics; [`from_node`] reads a typed value out of the tree. Scalars
//! keep their text: only `null`, `true`, `false` and plain numbers get a meaning, so no parser ever decides what a
//! price is.

mod characters;
mod deserialize;
pub mod edit;
mod format;
mod input;
mod inspect;
mod offset;
mod read;
mod scalar;
mod tree;
mod value;
mod write;

pub use deserialize::{Error, NUMBER_OR_TEXT, Order, from_node};
pub use format::{format, same};
pub use input::TextInput;
pub use inspect::{REPORTED_MAX, excerpt};
pub use read::{Limits, Reading, read};
pub use scalar::Scalar;
pub use tree::{Entries, Items, Kind, Node, NodeId, Style, Tree};
pub use value::to_value;
pub use write::{Draft, Line, is_sayable, write};
