//! The embedded KooGallery: an independent judge with its own rows, clock and review desk.
