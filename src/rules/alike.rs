//! Which products have something in common.

/// What several share, by what they share and in its order; what only one has is left out. Those that share it keep their
/// order.
pub(super) fn alike<K: Ord + Clone, T: Copy>(mut all: Vec<(K, T)>) -> Vec<(K, Vec<T>)> {
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    let groups = all.chunk_by(|(a, _), (b, _)| a == b).filter(|group| group.len() > 1);
    let group = |group: &[(K, T)]| {
        let (shared, _) = group.first()?;
        Some((shared.clone(), group.iter().map(|(_, member)| *member).collect()))
    };
    groups.filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_share_is_found_in_order() {
        let all = vec![("b", 1), ("c", 2), ("a", 3), ("b", 4), ("a", 5), ("b", 0)];
        assert_eq!(alike(all), [("a", vec![3, 5]), ("b", vec![1, 4, 0])]);
        assert_eq!(alike::<&str, u8>(Vec::new()), []);
    }
}
