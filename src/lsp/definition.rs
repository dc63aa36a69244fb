//! Where a name leads: a key to what it names, an attribute to the library, a path to its file.

use super::place::Way;
use crate::service::Editor;
use crate::text::Span;
use crate::yaml::{Limits, Node, Tree, read};
use camino::{Utf8Path, Utf8PathBuf};

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute path of the file.
    pub(super) path: Utf8PathBuf,
    /// Bytes in it.
    pub(super) span: Span,
}

/// Lists of keys that a thing takes the place of, or had.
const FOLLOWED: [&str; 2] = ["replaces", "formerly"];

/// Where the thing at a byte of a file leads; empty where it leads nowhere.
pub(super) fn targets(
    tree: &Tree,
    path: &Utf8Path,
    offset: u32,
    editor: Option<&Editor>,
    text_of: &dyn Fn(&Utf8Path) -> Option<String>,
) -> Vec<Target> {
    let way = Way::to(tree, offset);
    let here = |span: Span| Target { path: path.to_owned(), span };
    let keys = way.keys();
    let specifications = || tree.root().get("specifications").into_iter().flat_map(Node::items);
    let named = |key: &str| {
        let keys = specifications().filter_map(|item| item.get("key"));
        keys.filter(|node| node.text() == Some(key)).collect::<Vec<_>>()
    };
    match (keys.as_slice(), way.text()) {
        ([.., Some("specifications"), None, Some(list), None], Some(key)) if FOLLOWED.contains(list) => {
            named(key).into_iter().map(|node| here(node.span())).collect()
        }
        ([.., Some("specifications"), None, Some("key")], Some(key)) => {
            let followers = specifications().filter(|item| follows(*item, key));
            let followers: Vec<_> = followers.filter_map(|item| item.get("key")).collect();
            let replaced = || way.specification().into_iter().flat_map(followed).flat_map(named).collect();
            let found: Vec<_> = if followers.is_empty() { replaced() } else { followers };
            found.into_iter().map(|node| here(node.span())).collect()
        }
        ([Some(list), None], Some(key)) if FOLLOWED.contains(list) => {
            product(editor, key).into_iter().collect()
        }
        ([Some("key")], Some(key)) => followers_of_product(editor, key),
        ([.., Some("attributes"), Some(code)], _)
        | ([.., Some("skus"), None, Some("values"), Some(code)], _)
            if way.is_at_key =>
        {
            library(editor, code, text_of).into_iter().collect()
        }
        (_, Some(text)) => file(path, text).into_iter().collect(),
        (_, None) => Vec::new(),
    }
}

fn follows(item: Node<'_>, key: &str) -> bool {
    followed(item).any(|other| other == key)
}

fn followed(item: Node<'_>) -> impl Iterator<Item = &str> {
    let lists = FOLLOWED.into_iter().filter_map(move |list| item.get(list));
    lists.flat_map(Node::items).filter_map(Node::text)
}

/// The key of another product.
fn product(editor: Option<&Editor>, key: &str) -> Option<Target> {
    let editor = editor?;
    let definition = editor.catalog()?.definition(key)?;
    let span = definition.tree().root().get("key")?.span();
    Some(Target { path: editor.root().join(&definition.path), span })
}

/// The products that follow one, or those it follows.
fn followers_of_product(editor: Option<&Editor>, key: &str) -> Vec<Target> {
    let Some(catalog) = editor.and_then(Editor::catalog) else { return Vec::new() };
    let of = |key: &str| product(editor, key);
    let followers = catalog
        .definitions()
        .iter()
        .filter(|other| other.followed().any(|followed| followed.as_str() == key));
    let followers: Vec<_> = followers.filter_map(|other| of(other.key.as_str())).collect();
    if !followers.is_empty() {
        return followers;
    }
    let own = catalog.definition(key).into_iter().flat_map(|own| own.followed());
    own.filter_map(|followed| of(followed.as_str())).collect()
}

/// An attribute in the library.
fn library(
    editor: Option<&Editor>,
    code: &str,
    text_of: &dyn Fn(&Utf8Path) -> Option<String>,
) -> Option<Target> {
    let path = editor?.root().join(editor?.attributes()?);
    let tree = read(&path, text_of(&path)?.as_bytes(), Limits::default()).tree?;
    let (code, _) = tree.root().get("attributes")?.entry(code)?;
    Some(Target { path, span: code.span() })
}

/// A file that a definition names, from the definition's folder.
fn file(path: &Utf8Path, text: &str) -> Option<Target> {
    if text.is_empty() || text.contains(['\n', '\0']) || Utf8Path::new(text).is_absolute() {
        return None;
    }
    let named = path.parent()?.join(text);
    // Something like `1` or `.` is no name of a file, even where one is called so.
    (text.contains('.') && named.is_file()).then(|| Target { path: named, span: Span::default() })
}
