//! Fixes that findings carry, as actions of the editor.

use super::diagnostics::{Fix, Found};
use lsp_types::{CodeAction, CodeActionKind, Position, Range, TextEdit, Uri, WorkspaceEdit};
use std::collections::HashMap;

/// What can be done in a range of a document, as far as the editor asks for its kind.
pub(super) fn actions(
    uri: &Uri,
    range: Range,
    only: Option<&[CodeActionKind]>,
    found: &[Found],
) -> Vec<CodeAction> {
    let is_wanted = |kind: &CodeActionKind| {
        only.is_none_or(|only| only.iter().any(|wanted| is_a(kind.as_str(), wanted.as_str())))
    };
    let mut actions = Vec::new();
    if is_wanted(&CodeActionKind::QUICKFIX) {
        let here = found.iter().filter(|found| touches(found.shown.range, range));
        let fixes = here.filter_map(|found| Some((found, found.fix.as_ref()?)));
        actions.extend(fixes.map(|(found, fix)| quick_fix(uri, found, fix)));
    }
    let certain = certain(found);
    if is_wanted(&CodeActionKind::SOURCE_FIX_ALL) && !certain.is_empty() {
        actions.push(CodeAction {
            title: "Fix all that leaves no doubt".to_owned(),
            kind: Some(CodeActionKind::SOURCE_FIX_ALL),
            edit: Some(edit(uri, certain)),
            ..CodeAction::default()
        });
    }
    actions
}

/// Whether a kind is another or part of it: `source.fixAll` is a `source`.
fn is_a(kind: &str, wanted: &str) -> bool {
    kind.strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.is_empty())
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn quick_fix(uri: &Uri, found: &Found, fix: &Fix) -> CodeAction {
    CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![found.shown.clone()]),
        edit: Some(edit(uri, fix.edits.clone())),
        is_preferred: Some(fix.is_certain),
        ..CodeAction::default()
    }
}

/// The edits of all certain fixes, from the beginning on; one that touches an earlier one is left for the next time.
fn certain(found: &[Found]) -> Vec<TextEdit> {
    let mut fixes: Vec<&Fix> = found.iter().filter_map(|found| found.fix.as_ref()).collect();
    fixes.retain(|fix| fix.is_certain);
    let start =
        |fix: &Fix| fix.edits.iter().map(|edit| edit.range.start).min().unwrap_or(Position::default());
    fixes.sort_by_key(|fix| start(fix));
    let mut edits: Vec<TextEdit> = Vec::new();
    for fix in fixes {
        let is_free = |edit: &TextEdit| edits.iter().all(|taken| !touches(taken.range, edit.range));
        if fix.edits.iter().all(is_free) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    edits
}

#[allow(clippy::mutable_key_type, reason = "the protocol's own type; nobody changes the URI in it")]
fn edit(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), edits)])), ..WorkspaceEdit::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: u32, is_certain: bool) -> Found {
        let range = Range { start: Position { line, character: 0 }, end: Position { line, character: 4 } };
        let edits = vec![TextEdit { range, new_text: "x".to_owned() }];
        let shown = lsp_types::Diagnostic { range, ..lsp_types::Diagnostic::default() };
        Found { shown, fix: Some(Fix { title: format!("fix {line}"), edits, is_certain }) }
    }

    #[test]
    fn only_what_is_asked_for_is_offered() {
        let uri: Uri = "file:///a.yaml".parse().unwrap();
        let all = [found(1, true), found(2, false), found(1, true)];
        let at =
            |line| Range { start: Position { line, character: 1 }, end: Position { line, character: 1 } };
        let titles = |range, only: Option<&[CodeActionKind]>| -> Vec<String> {
            actions(&uri, range, only, &all).into_iter().map(|action| action.title).collect()
        };
        assert_eq!(titles(at(2), None), ["fix 2", "Fix all that leaves no doubt"]);
        assert_eq!(titles(at(2), Some(&[CodeActionKind::QUICKFIX])), ["fix 2"]);
        assert_eq!(titles(at(9), Some(&[CodeActionKind::SOURCE])), ["Fix all that leaves no doubt"]);
        assert!(titles(at(2), Some(&[CodeActionKind::REFACTOR])).is_empty());
        assert_eq!(certain(&all).len(), 1, "two fixes of one place are not made at once");
    }
}
