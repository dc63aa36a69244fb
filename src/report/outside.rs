//! What other programs need to know about findings beside the findings: they look from a repository's root, count what
//! was fine, too, and recognize a finding after its line has moved.

use super::PlacedFinding;
use crate::model::{Digest, Key};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// Something that was looked at, whether anything was found or not: a product, a file, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The product, where its key is known.
    pub product: Option<Key>,
    /// The file, from the catalog's folder.
    pub path: Option<Utf8PathBuf>,
}

/// What findings are about, and where they are looked at from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outside {
    /// The command that found them: `gallerist check`.
    pub title: String,
    /// The catalog's folder, from the repository's root; empty at the root and outside of git.
    pub prefix: Utf8PathBuf,
    /// What was looked at.
    pub subjects: Vec<Subject>,
}

impl Outside {
    /// A path of the catalog from the repository's root, with `/`.
    #[must_use]
    pub fn path(&self, path: &Utf8Path) -> String {
        let parts = self.prefix.components().filter_map(|part| match part {
            Utf8Component::Normal(name) => Some(name),
            _ => None,
        });
        parts.chain([path.as_str()]).collect::<Vec<_>>().join("/")
    }

    /// A name for each finding that stays when lines move, and that no two of them share: what else is equal is
    /// numbered in its order.
    #[must_use]
    pub fn fingerprints(&self, findings: &[PlacedFinding]) -> Vec<String> {
        let mut seen: BTreeMap<Digest, usize> = BTreeMap::new();
        let mut name = |finding: &PlacedFinding| {
            let PlacedFinding { rule, product, place, message, .. } = finding;
            let path = place.as_ref().map(|place| self.path(&place.path)).unwrap_or_default();
            let product = product.as_ref().map_or("", Key::as_str);
            let same = digest(&[rule, &path, product, message]);
            let number = seen.entry(same).or_default();
            *number += 1;
            digest(&[&same.to_string(), &number.to_string()]).to_string()
        };
        findings.iter().map(&mut name).collect()
    }
}

/// The digest of texts; where one ends is part of it.
fn digest(texts: &[&str]) -> Digest {
    let all: String = texts.iter().map(|text| format!("{}:{text}", text.len())).collect();
    Digest::of_bytes(all.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_from_the_repositorys_root() {
        let outside = |prefix: &str| Outside { prefix: prefix.into(), ..Outside::default() };
        assert_eq!(outside("").path(Utf8Path::new("products/a.yaml")), "products/a.yaml");
        assert_eq!(outside("shop/eu").path(Utf8Path::new("a.yaml")), "shop/eu/a.yaml");
    }
}
