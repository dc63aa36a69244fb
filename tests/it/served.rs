//! The served sandbox over real sockets: every address, every problem, and that sellers see nothing of each other.

mod accounts;
mod addresses;
pub(crate) mod bench;
mod catalog;
mod door;
mod faults;
mod load;
mod observation;
