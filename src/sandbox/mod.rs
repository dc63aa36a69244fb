//! The embedded KooGallery: an independent judge with its own rows, review desk and clock.
//!
//! [`Judge::step`] is pure: state, request and time in; state, answer and events out. It judges the rows before
//! against the rows after, in its own code written from the domain reference, so that a mistake of the planner shows
//! here. [`Store`] keeps the events in one SQLite file.
//!
//! Architecture invariant: nothing here names `diff`, `rules` or `plan`.

mod application;
mod apply;
mod desk;
mod effect;
mod event;
mod form;
mod judge;
mod observe;
mod otherwise;
mod request;
mod reviewer;
mod rows;
mod step;
mod store;

pub use application::{Application, Origin, Standing};
pub use event::{Event, Fact};
pub use judge::{Case, Check, Judge};
pub use request::{Answer, Health, Policy, Report, Request, Seeded};
pub use reviewer::Objection;
pub use rows::{ProductRow, SkuRow, SpecificationRow, State};
pub use store::{Store, StoreError};
