//! The pages of a served sandbox, asked over real sockets as a browser asks, and by who is none.

mod bench;
mod console;
mod desk;
mod hostile;
mod storefront;
mod way_in;
