//! Signatures that were used: a request that changes something is taken once.
//!
//! The date in a signature has seconds only, so two requests that are equal to the byte and made within one second have
//! the same signature. Readers do that, and may; whoever changes something signs anew with every attempt, and adds a
//! header with something random to it where a second is too long to wait.

use super::SellerName;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Most signatures of one seller that are remembered; more are not taken until the oldest lapse.
const REMEMBERED_MAX: usize = 100_000;

/// What became of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It was not used before, and is now.
    First,
    /// It was used before.
    Again,
    /// So many are remembered that no other is taken now.
    Full,
}

/// The signatures of each seller that have not lapsed, with the moment from which their date is too old to be taken.
#[derive(Debug, Default)]
pub(super) struct Replays {
    used: Mutex<BTreeMap<SellerName, BTreeMap<String, Timestamp>>>,
}

impl Replays {
    /// Uses a signature that lapses at a moment.
    pub(super) fn take(
        &self,
        seller: &SellerName,
        signature: &str,
        lapses: Timestamp,
        now: Timestamp,
    ) -> Use {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let known = used.entry(seller.clone()).or_default();
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, lapses| *lapses >= now);
        }
        match known.get(signature) {
            Some(_) => Use::Again,
            None if known.len() >= REMEMBERED_MAX => Use::Full,
            None => {
                known.insert(signature.to_owned(), lapses);
                Use::First
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signature_is_used_once_by_each_seller() {
        let (replays, acme, other) =
            (Replays::default(), SellerName::new("acme").unwrap(), SellerName::new("other").unwrap());
        assert_eq!(replays.take(&acme, "s", at(900), at(0)), Use::First);
        assert_eq!(replays.take(&acme, "s", at(900), at(0)), Use::Again);
        assert_eq!(replays.take(&other, "s", at(900), at(0)), Use::First);
    }

    #[test]
    fn memory_is_bounded_and_freed_by_what_lapses() {
        let (replays, acme) = (Replays::default(), SellerName::new("acme").unwrap());
        for number in 0..REMEMBERED_MAX {
            assert_eq!(replays.take(&acme, &number.to_string(), at(900), at(0)), Use::First);
        }
        assert_eq!(replays.take(&acme, "one more", at(900), at(900)), Use::Full);
        assert_eq!(replays.take(&acme, "one more", at(1900), at(901)), Use::First);
        assert_eq!(
            replays.take(&acme, "0", at(1900), at(901)),
            Use::First,
            "it lapsed, and its date is too old"
        );
    }
}
