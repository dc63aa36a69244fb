//! Parts of a catalog that several runs share among themselves.

use crate::model::{Digest, Key};
use std::str::FromStr;

/// One of several parts of a catalog. Which part a product belongs to depends on its key alone, so that runs on different
/// machines agree without asking each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    of: u32,
}

/// Why a text names no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shard: write the part and how many there are, as in 1/4")]
pub struct ShardError(String);

impl Shard {
    /// Part `index` of `of`, counted from 1; `None` when there is no such part.
    #[must_use]
    pub fn new(index: u32, of: u32) -> Option<Self> {
        (1 <= index && index <= of).then_some(Self { index, of })
    }

    /// Whether a product belongs to it.
    #[must_use]
    pub fn holds(self, product: &Key) -> bool {
        let digest = Digest::of_bytes(product.as_str().as_bytes()).to_string();
        let number = u32::from_str_radix(digest.get(..8).unwrap_or_default(), 16).unwrap_or_default();
        number % self.of == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let parts =
            text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        parts.and_then(|(index, of)| Self::new(index, of)).ok_or_else(|| ShardError(text.to_owned()))
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_belongs_to_one_shard_and_all_shards_have_some() {
        for of in [1, 2, 3, 8] {
            let shards: Vec<Shard> = (1..=of).map(|index| Shard::new(index, of).unwrap()).collect();
            let mut sizes = vec![0; shards.len()];
            for number in 0..1_000 {
                let product = Key::new(&format!("product-{number}")).unwrap();
                let holding: Vec<usize> =
                    (0..shards.len()).filter(|at| shards[*at].holds(&product)).collect();
                assert_eq!(holding.len(), 1, "{product} of {of}");
                sizes[holding[0]] += 1;
            }
            assert!(sizes.iter().all(|size| *size > 1_000 / shards.len() / 2), "{sizes:?}");
        }
    }

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
        for wrong in ["0/4", "5/4", "1/0", "1", "/", "1/2/3", "-1/2", "a/b", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
