//! What all documents share: their vocabulary, their schemas, and finding everything that is wrong with a shape.

mod explain;
mod schema;
mod shape;
mod suggest;
pub mod word;

pub use schema::Form;
pub(crate) use schema::form;
pub(crate) use shape::place;
pub use shape::{check, kind};
pub use suggest::nearest;

/// Reads a value that may be left out but not `null`.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
