//! Rules of the reference that nothing here can break, each with the reason.

/// A numbered rule that has no check, and why it needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    /// Its number in the domain reference.
    pub number: u16,
    /// What the rule says.
    pub what: &'static str,
    /// Why it cannot be broken by way of Gallerist.
    pub reason: &'static str,
}

/// All of them, by number.
pub const OUTSIDE: &[Outside] = &[
    Outside {
        number: 86,
        what: "An asset may be deleted only when no product uses it, or when it is a draft.",
        reason: "Gallerist names assets and never deletes one.",
    },
    Outside {
        number: 89,
        what: "Test coupons: once per product, within limits of amount, and one software product released within three months.",
        reason: "Coupons are asked for in the console and are no part of a product's definition.",
    },
    Outside {
        number: 107,
        what: "An API package at price 0 is limited to one purchase per user.",
        reason: "API products are sold on the Chinese site by a form that is not documented; `delivery` has no such word, so none can be written down.",
    },
    Outside {
        number: 108,
        what: "A data-file specification cannot mix per-use and period billing.",
        reason: "Data files are sold on the Chinese site by a form that is not documented; `delivery` has no such word, so none can be written down.",
    },
    Outside {
        number: 115,
        what: "Resale discounts: product above partner above customer.",
        reason: "Resale is set between the seller and its resellers in the console and is no part of a product's definition.",
    },
    Outside {
        number: 126,
        what: "Discontinued and withdrawn products are not probed.",
        reason: "It says what the marketplace leaves alone; nothing follows for a seller, and nothing is sent about a discontinued product anyway (R49).",
    },
    Outside {
        number: 130,
        what: "Renewals of supervised orders create no service flow.",
        reason: "It is about orders of buyers, which Gallerist neither sees nor changes.",
    },
];
