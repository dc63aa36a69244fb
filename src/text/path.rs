//! The order of paths.

use camino::Utf8Path;
use std::cmp::Ordering;

/// The order that paths have anyway, part by part, found in a fraction of the time where both stand in one folder.
#[must_use]
pub fn path_order(one: &Utf8Path, other: &Utf8Path) -> Ordering {
    let name = |name: &str| !name.is_empty() && !name.starts_with('.');
    match (one.as_str().rsplit_once('/'), other.as_str().rsplit_once('/')) {
        (Some((folder, a)), Some((same, b))) if folder == same && name(a) && name(b) => a.cmp(b),
        _ => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_the_order_of_paths(one in "[ab./-]{0,6}", other in "[ab./-]{0,6}") {
            let (one, other) = (Utf8Path::new(&one), Utf8Path::new(&other));
            prop_assert_eq!(path_order(one, other), one.cmp(other), "{} {}", one, other);
        }
    }
}
