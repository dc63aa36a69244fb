//! Whether two documents say the same in the same words.

use super::super::{Kind, Node, Order, Tree};

/// Whether two documents have the same values in the same styles and the same comments. Only fields of a form may stand
/// in another order; `order` belongs to the first document.
#[must_use]
pub fn same(before: &Tree, after: &Tree, order: &Order) -> bool {
    same_value(before.root(), after.root(), order) && comments(before) == comments(after)
}

fn same_value(before: Node<'_>, after: Node<'_>, order: &Order) -> bool {
    if before.kind() != after.kind() || before.text() != after.text() {
        return false;
    }
    match before.kind() {
        Kind::Scalar(_) => true,
        Kind::Sequence => {
            let same = |(before, after)| same_value(before, after, order);
            before.items().count() == after.items().count() && before.items().zip(after.items()).all(same)
        }
        Kind::Mapping => {
            let mut entries = before.entries();
            before.entries().count() == after.entries().count()
                && match order.fields(before.id()) {
                    Some(_) => entries.all(|(key, value)| {
                        let found = key.text().and_then(|key| after.get(key));
                        found.is_some_and(|found| same_value(value, found, order))
                    }),
                    None => entries.zip(after.entries()).all(|((key, value), (key_after, value_after))| {
                        key.text() == key_after.text() && same_value(value, value_after, order)
                    }),
                }
        }
    }
}

/// All comments between values, sorted.
fn comments(tree: &Tree) -> Vec<&str> {
    let text: &str = tree.text();
    let mut spans = Vec::new();
    scalars(tree.root(), &mut spans);
    let mut found = Vec::new();
    let mut at = 0;
    for (start, end) in spans.into_iter().chain([(text.len(), text.len())]) {
        let lines = text.get(at..start).unwrap_or("").split(['\n', '\r']);
        found.extend(lines.filter_map(|line| Some(line.get(line.find('#')?..)?.trim_end())));
        at = end.max(at);
    }
    found.sort_unstable();
    found
}

fn scalars(node: Node<'_>, spans: &mut Vec<(usize, usize)>) {
    if let Kind::Scalar(_) = node.kind() {
        spans.push((node.span().range().start, node.span().range().end));
    }
    for (key, value) in node.entries() {
        scalars(key, spans);
        scalars(value, spans);
    }
    node.items().for_each(|item| scalars(item, spans));
}
