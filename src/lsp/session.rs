//! What the server knows: open documents, the catalogs they belong to, what is wrong in them, and what was told.

use super::diagnostics::{Found, Shown};
use super::documents::{Document, Documents};
use super::place::Way;
use super::position::{Encoding, Lines};
use super::uri::uri_of;
use super::{code_actions, definition, hover};
use crate::diagnostic::Diagnostics;
use crate::repository::{Files as _, WorkTree};
use crate::service::{self, Editor, Request, ServiceError, Unsaved};
use crate::yaml::{Limits, Tree, read};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use lsp_types::{
    CodeAction, CodeActionKind, Hover, HoverContents, Location, MarkupContent, MarkupKind, Position,
    PublishDiagnosticsParams, Range, TextEdit, Uri,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where the time comes from.
pub type Clock = Box<dyn Fn() -> Timestamp + Send>;

/// How the server was started.
pub struct Options {
    /// The folder that relative paths begin at, and the target.
    pub request: Request,
    /// An exported released state; what the editor sets counts before it.
    pub released: Option<Utf8PathBuf>,
    /// Where the time comes from.
    pub clock: Clock,
}

/// What the editor and the server agreed on.
#[derive(Debug, Clone, Default)]
pub(super) struct Agreed {
    pub(super) encoding: Encoding,
    /// Whether the editor shows second places of findings.
    pub(super) with_related: bool,
    /// Whether the editor watches files when it is told which.
    pub(super) watches: bool,
    /// Folders of the workspace.
    pub(super) folders: BTreeSet<Utf8PathBuf>,
}

/// Something to tell the editor.
pub(super) enum Told {
    Findings(PublishDiagnosticsParams),
    /// For the log.
    Remark(String),
}

/// What the server knows.
pub(super) struct Session {
    options: Options,
    pub(super) agreed: Agreed,
    pub(super) documents: Documents,
    /// The exported released state that the editor set.
    released: Option<Utf8PathBuf>,
    /// Catalogs by their roots.
    editors: BTreeMap<Utf8PathBuf, Editor>,
    /// Findings by document, as they were told.
    told: BTreeMap<String, (Option<i32>, Vec<Found>)>,
    remarks: BTreeSet<String>,
    /// Whether something changed since the last look.
    pub(super) is_stale: bool,
}

impl Session {
    pub(super) fn new(options: Options) -> Self {
        Self {
            released: options.released.clone(),
            options,
            agreed: Agreed::default(),
            documents: Documents::default(),
            editors: BTreeMap::new(),
            told: BTreeMap::new(),
            remarks: BTreeSet::new(),
            is_stale: false,
        }
    }

    /// Takes the exported released state that the editor names; `None` goes back to the command line's.
    pub(super) fn set_released(&mut self, named: Option<&str>) {
        let base = self.agreed.folders.first().unwrap_or(&self.options.request.directory);
        let released = named.map(|path| base.join(path)).or_else(|| self.options.released.clone());
        if self.released != released {
            self.released = released;
            for editor in self.editors.values_mut() {
                editor.set_released(self.released.clone());
            }
            self.is_stale = true;
        }
    }

    /// Looks at everything as it is now, and says what the editor does not know yet.
    pub(super) fn look(&mut self) -> Vec<Told> {
        self.is_stale = false;
        let now = (self.options.clock)();
        let mut told = Vec::new();
        let (catalogs, alone) = self.sorted(&mut told);
        let open: BTreeMap<Utf8PathBuf, String> = self
            .documents
            .iter()
            .filter_map(|(uri, document)| Some((document.path.clone()?, uri.to_owned())))
            .collect();
        let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        let (encoding, with_related) = (self.agreed.encoding, self.agreed.with_related);
        for (root, texts) in catalogs {
            let Some(editor) = self.editors.get_mut(&root) else { continue };
            match editor.look(now, &texts) {
                Ok(looked) => {
                    let shown = Shown { root: &root, open: &open, encoding, with_related };
                    gather(&shown, &looked.diagnostics, &mut found);
                    self.remark(looked.remark, &mut told);
                }
                Err(error) => {
                    // Saying that all is well would be wrong; what was told last stays.
                    let folder = format!("{}/", uri_of(&root));
                    let inside = |uri: &&String| uri.starts_with(&folder);
                    for uri in self.told.keys().filter(inside).cloned().collect::<Vec<_>>() {
                        let kept = self.told.get(&uri).map(|(_, list)| list.clone());
                        found.entry(uri).or_insert_with(|| kept.unwrap_or_default());
                    }
                    self.remark(Some(sentence(&error)), &mut told);
                }
            }
        }
        for text in alone {
            let folder = text.path.parent().unwrap_or(Utf8Path::new("/")).to_owned();
            let request = Request { directory: folder.clone(), now, ..self.options.request.clone() };
            let shown = Shown { root: &folder, open: &open, encoding, with_related };
            match service::check(&request, &[], std::slice::from_ref(&text)) {
                Ok(checked) => gather(&shown, &checked.diagnostics, &mut found),
                Err(error) => self.remark(Some(sentence(&error)), &mut told),
            }
        }
        self.publish(found, &mut told);
        told
    }

    /// The open documents by their catalogs, which are opened where they are not yet, and those that stand alone.
    fn sorted(&mut self, told: &mut Vec<Told>) -> (BTreeMap<Utf8PathBuf, Vec<Unsaved>>, Vec<Unsaved>) {
        let mut catalogs: BTreeMap<Utf8PathBuf, Vec<Unsaved>> = BTreeMap::new();
        for folder in self.agreed.folders.clone() {
            if let Some(root) = self.catalog_of(&folder, told) {
                catalogs.entry(root).or_default();
            }
        }
        let mut alone = Vec::new();
        let texts: Vec<Unsaved> = self
            .documents
            .iter()
            .filter_map(|(_, document)| {
                Some(Unsaved { path: document.path.clone()?, text: document.text.clone() })
            })
            .collect();
        for text in texts {
            let folder = text.path.parent().unwrap_or(Utf8Path::new("/")).to_owned();
            match self.catalog_of(&folder, told) {
                Some(root) => catalogs.entry(root).or_default().push(text),
                None if is_product(&text.text) && folder.is_dir() => alone.push(text),
                None => {}
            }
        }
        self.editors.retain(|root, _| catalogs.contains_key(root));
        (catalogs, alone)
    }

    /// The root of the catalog a folder belongs to.
    fn catalog_of(&mut self, folder: &Utf8Path, told: &mut Vec<Told>) -> Option<Utf8PathBuf> {
        let request = Request { directory: folder.to_owned(), ..self.options.request.clone() };
        match Editor::open(request, self.released.clone()) {
            Ok(editor) => {
                let editor = editor?;
                let root = editor.root().to_owned();
                self.editors.entry(root.clone()).or_insert(editor);
                Some(root)
            }
            Err(error) => {
                self.remark(Some(sentence(&error)), told);
                None
            }
        }
    }

    /// Says something once.
    fn remark(&mut self, remark: Option<String>, told: &mut Vec<Told>) {
        if let Some(remark) = remark
            && self.remarks.insert(remark.clone())
        {
            told.push(Told::Remark(remark));
        }
    }

    /// Tells what differs from what was told: other findings, another version, or none any more.
    fn publish(&mut self, mut found: BTreeMap<String, Vec<Found>>, told: &mut Vec<Told>) {
        for (uri, _) in self.documents.iter() {
            found.entry(uri.to_owned()).or_default();
        }
        let gone = self.told.keys().filter(|uri| !found.contains_key(*uri)).cloned().collect::<Vec<_>>();
        found.extend(gone.into_iter().map(|uri| (uri, Vec::new())));
        for (uri, list) in found {
            let version = self.documents.get(&uri).map(|document| document.version);
            let known = self.told.get(&uri);
            if known.is_some_and(|(known, shown)| *known == version && *shown == list) {
                continue;
            }
            let Ok(parsed) = uri.parse::<Uri>() else { continue };
            let diagnostics = list.iter().map(|found| found.shown.clone()).collect();
            if known.is_some() || version.is_some() || !list.is_empty() {
                let findings = PublishDiagnosticsParams { uri: parsed, diagnostics, version };
                told.push(Told::Findings(findings));
            }
            if version.is_none() && list.is_empty() {
                self.told.remove(&uri);
            } else {
                self.told.insert(uri, (version, list));
            }
        }
    }

    /// What can be done in a range.
    pub(super) fn actions(
        &self,
        uri: &Uri,
        range: Range,
        only: Option<&[CodeActionKind]>,
    ) -> Vec<CodeAction> {
        let found = self.told.get(uri.as_str()).map(|(_, list)| list.as_slice());
        code_actions::actions(uri, range, only, found.unwrap_or_default())
    }

    /// What is known of the thing at a position.
    pub(super) fn hover(&self, uri: &Uri, position: Position) -> Option<Hover> {
        let document = self.documents.get(uri.as_str())?;
        let lines = Lines::of_document(&document.text, self.agreed.encoding);
        let offset = lines.offset(position);
        let list = self.told.get(uri.as_str()).map(|(_, list)| list.as_slice()).unwrap_or_default();
        let here = list.iter().filter(|found| {
            let Range { start, end } = found.shown.range;
            start <= position && position <= end
        });
        let found: Vec<(String, String)> = here.map(|found| rule_and_message(&found.shown)).collect();
        let tree = tree(document);
        let offset = u32::try_from(offset).ok()?;
        let way = tree.as_ref().map(|tree| Way::to(tree, offset));
        let field = tree.as_ref().zip(way.as_ref()).and_then(|(tree, way)| hover::field(tree, way));
        let released = document.path.as_deref().and_then(|path| {
            let editor = self.editor(path)?;
            editor.released_value(path.strip_prefix(editor.root()).ok()?, offset)
        });
        let value = hover::text(&found, field, released.as_deref())?;
        let range = way.filter(|way| !way.steps.is_empty()).map(|way| lines.range(way.span));
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range })
    }

    /// Where the thing at a position leads.
    pub(super) fn definition(&self, uri: &Uri, position: Position) -> Vec<Location> {
        let find = || {
            let document = self.documents.get(uri.as_str())?;
            let path = document.path.as_deref()?;
            let tree = tree(document)?;
            let offset = Lines::of_document(&document.text, self.agreed.encoding).offset(position);
            let text_of = |path: &Utf8Path| self.text_of(path);
            let offset = u32::try_from(offset).ok()?;
            Some(definition::targets(&tree, path, offset, self.editor(path), &text_of))
        };
        let location = |target: definition::Target| {
            let (uri, text) = match self.at(&target.path) {
                Some((uri, document)) => (uri.to_owned(), document.text.clone()),
                None => (uri_of(&target.path), self.text_of(&target.path).unwrap_or_default()),
            };
            let lines = match self.at(&target.path) {
                Some(_) => Lines::of_document(&text, self.agreed.encoding),
                None => Lines::of_file(&text, self.agreed.encoding),
            };
            Some(Location { uri: uri.parse().ok()?, range: lines.range(target.span) })
        };
        find().unwrap_or_default().into_iter().filter_map(location).collect()
    }

    /// The edit that brings a document into canonical form; none where it is in it, or has no sound shape.
    pub(super) fn format(&self, uri: &Uri) -> Option<Vec<TextEdit>> {
        let document = self.documents.get(uri.as_str())?;
        let path = document.path.as_deref().unwrap_or(Utf8Path::new("document.yaml"));
        let name = Utf8Path::new(path.file_name().unwrap_or("document.yaml"));
        let after = service::format_text(name, &document.text, false).ok()?;
        if after == document.text {
            return Some(Vec::new());
        }
        let range = Lines::of_document(&document.text, self.agreed.encoding).whole();
        Some(vec![TextEdit { range, new_text: after }])
    }

    /// The catalog a file belongs to.
    fn editor(&self, path: &Utf8Path) -> Option<&Editor> {
        let inside = self.editors.values().filter(|editor| path.starts_with(editor.root()));
        inside.max_by_key(|editor| editor.root().as_str().len())
    }

    /// The open document of a file.
    fn at(&self, path: &Utf8Path) -> Option<(&str, &Document)> {
        self.documents.iter().find(|(_, document)| document.path.as_deref() == Some(path))
    }

    /// The text of a file as the editor has it, else as it is saved.
    fn text_of(&self, path: &Utf8Path) -> Option<String> {
        if let Some((_, document)) = self.at(path) {
            return Some(document.text.clone());
        }
        let tree = WorkTree::at(path.parent()?).ok()?;
        tree.read_text(Utf8Path::new(path.file_name()?)).ok()
    }
}

/// Puts findings to their documents.
fn gather(shown: &Shown<'_>, diagnostics: &Diagnostics, found: &mut BTreeMap<String, Vec<Found>>) {
    let mut of_one: Option<(&Utf8Path, Lines<'_>)> = None;
    // Findings of one file stand together.
    for diagnostic in &diagnostics.list {
        let path = diagnostic.primary.path.as_path();
        let lines = match of_one.take() {
            Some((own, lines)) if own == path => lines,
            Some(_) | None => shown.lines(path, &diagnostics.sources),
        };
        let one = shown.found(diagnostic, &lines, &diagnostics.sources);
        found.entry(shown.uri(path)).or_default().push(one);
        of_one = Some((path, lines));
    }
}

fn rule_and_message(shown: &lsp_types::Diagnostic) -> (String, String) {
    let rule = match &shown.code {
        Some(lsp_types::NumberOrString::String(rule)) => rule.clone(),
        Some(lsp_types::NumberOrString::Number(_)) | None => String::new(),
    };
    (rule, shown.message.lines().next().unwrap_or_default().to_owned())
}

fn tree(document: &Document) -> Option<Tree> {
    let path = document.path.as_deref().unwrap_or(Utf8Path::new("document.yaml"));
    read(path, document.text.as_bytes(), Limits::default()).tree
}

/// Whether a text outside any catalog is meant for us: other YAML is none of our business. It may be half written, so its
/// lines are looked at.
fn is_product(text: &str) -> bool {
    let says = |field: &str, word: &str| {
        text.lines().any(|line| line.strip_prefix(field).is_some_and(|rest| rest.contains(word)))
    };
    says("apiVersion:", "gallerist/")
        && (says("kind:", "Product") || !text.lines().any(|line| line.starts_with("kind:")))
}

fn sentence(error: &ServiceError) -> String {
    match error {
        ServiceError::Request { message, hints } if !hints.is_empty() => {
            format!("{message}; {}", hints.join("; "))
        }
        other => other.to_string(),
    }
}
