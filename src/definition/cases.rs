//! The saved debug cases of a product: `cases.yaml` beside its `product.yaml`.

use super::assets::Assets;
use super::document::CasesDocument;
use crate::config::form::{check, kind, place};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{
    Activity, BillingMode, CallSignature, Case, CaseField, Cases, InnerDigest, Key, SignatureForm,
    TimestampUnit,
};
use crate::text::{SourceFile, Span};
use crate::yaml::{Limits, Node, REPORTED_MAX, Tree, excerpt, read};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names of the file, the first where none is there yet.
const NAMES: [&str; 2] = ["cases.yaml", "cases.yml"];

/// The cases that stand beside a product; `None` when there are none, or they cannot be used, which whoever reads that
/// file is told.
pub(super) fn beside(assets: &dyn Assets, product: &Utf8Path) -> Option<Arc<Cases>> {
    let (path, text) = text_beside(assets, product)?;
    let mut found = Vec::new();
    let tree = read(&path, text.as_bytes(), Limits::default()).tree?;
    let cases = cases(&path, &tree, &mut found)?;
    found.iter().all(|each| each.severity != Severity::Error).then(|| Arc::new(cases))
}

fn text_beside(assets: &dyn Assets, product: &Utf8Path) -> Option<(Utf8PathBuf, Arc<str>)> {
    let folder = product.parent().filter(|_| product.file_stem() == Some("product"))?;
    NAMES.iter().find_map(|name| {
        let path = folder.join(name);
        let file = assets.read_text(&path).ok()?;
        Some((path, file.text))
    })
}

/// Where a case of a product stands, with the file it stands in; the file alone where there is no such case.
#[must_use]
pub fn case_place(
    assets: &dyn Assets,
    product: &Utf8Path,
    position: Option<usize>,
) -> Option<(SourceFile, Span)> {
    let (path, text) = text_beside(assets, product)?;
    let tree = read(&path, text.as_bytes(), Limits::default()).tree;
    let span = tree.as_ref().and_then(|tree| {
        let (key, list) = tree.root().entry("cases")?;
        let case = position.and_then(|position| list.items().nth(position));
        Some(case.map_or(key.span(), |case| case.get("name").map_or_else(|| case.span(), Node::span)))
    });
    Some((SourceFile::new(path, text), span.unwrap_or_default()))
}

/// Reads the cases of a product; `None` when the file does not have their shape.
pub(super) fn cases(path: &Utf8Path, tree: &Tree, found: &mut Vec<Diagnostic>) -> Option<Cases> {
    if let Err(error) = kind(path, tree, &["Cases"]) {
        found.push(*error);
        return None;
    }
    if !check::<CasesDocument>(path, tree, found) {
        return None;
    }
    let root = tree.root();
    let mut reader = Reader { path, tree, found, makers: Vec::new(), names: BTreeSet::new() };
    let accepts = reader.codes(root);
    let signature = root.get("signature").map_or_else(CallSignature::default, signature);
    let list = root.get("cases").into_iter().flat_map(Node::items).enumerate();
    let cases = list.filter_map(|(position, node)| reader.case(position, node, signature.form)).collect();
    Some(Cases { signature, accepts, cases })
}

fn signature(node: Node<'_>) -> CallSignature {
    let form = match text(node, "form") {
        Some("x-sign") => SignatureForm::XSign,
        Some("v1") => SignatureForm::V1,
        _ => SignatureForm::Query,
    };
    let timestamp = match text(node, "timestamp") {
        Some("s") => TimestampUnit::Seconds,
        _ => TimestampUnit::Milliseconds,
    };
    let inner = match text(node, "inner") {
        Some("sha256") => InnerDigest::Sha256,
        _ => InnerDigest::Hmac,
    };
    CallSignature { form, timestamp, inner }
}

fn text<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    node.get(key).filter(|value| !value.is_null()).and_then(Node::text)
}

struct Reader<'t, 'f> {
    path: &'t Utf8Path,
    tree: &'t Tree,
    found: &'f mut Vec<Diagnostic>,
    /// Cases that make an instance, so far.
    makers: Vec<Key>,
    names: BTreeSet<Key>,
}

impl<'t> Reader<'t, '_> {
    fn report(&mut self, rule: &'static str, node: Node<'t>, message: String, help: impl Into<String>) {
        if self.found.len() < REPORTED_MAX {
            let span = place(self.tree, node, None);
            self.found.push(Diagnostic::error(rule, self.path, span, message).help(help));
        }
    }

    fn codes(&mut self, node: Node<'t>) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        for code in node.get("accepts").into_iter().flat_map(Node::items) {
            let written = code.text().unwrap_or_default();
            if written.len() == 6 && written.bytes().all(|byte| byte.is_ascii_digit()) {
                codes.insert(written.to_owned());
            } else {
                let message = format!("`{}` is not a result code", excerpt(written));
                self.report(
                    "case-value-invalid",
                    code,
                    message,
                    "a result code has six digits, as \"000000\"",
                );
            }
        }
        codes
    }

    fn case(&mut self, position: usize, node: Node<'t>, form: SignatureForm) -> Option<Case> {
        let name = Key::new(text(node, "name")?).ok()?;
        let activity = Activity::from_name(text(node, "activity")?)?;
        let place = node.get("name").unwrap_or(node);
        if !self.names.insert(name.clone()) {
            let message = format!("two cases are called `{name}`");
            self.report("case-name-repeated", place, message, "give one of them another name");
        }
        if is_of_first_version(activity) != (form == SignatureForm::V1)
            && !matches!(
                activity,
                Activity::NewInstance
                    | Activity::QueryInstance
                    | Activity::RefreshInstance
                    | Activity::ReleaseInstance
            )
        {
            let message = format!("`{}` is not an activity of these interfaces", activity.name());
            let help = "`expireInstance`, `instanceStatus` and `upgrade` are of the first version \
                        (`signature: {form: v1}`), and the other ones of the second";
            self.report("case-field-misplaced", node.get("activity").unwrap_or(node), message, help);
        }
        let fields = self.fields(node, &name, activity);
        let instance_of = self.instance_of(node, activity, &fields);
        let accepts = self.codes(node);
        if activity == Activity::NewInstance {
            self.makers.push(name.clone());
        }
        let key = |field: &str| text(node, field).and_then(|text| Key::new(text).ok());
        Some(Case {
            name,
            activity,
            fields,
            instance_of,
            specification: key("specification"),
            mode: text(node, "mode").and_then(BillingMode::from_name),
            accepts,
            position,
        })
    }

    fn fields(&mut self, node: Node<'t>, name: &Key, activity: Activity) -> Vec<(CaseField, String)> {
        let mut fields = Vec::new();
        for field in CaseField::ALL {
            let (needed, taken) = (activity.needs().contains(field), activity.takes().contains(field));
            let written = node.entry(field.name()).filter(|(_, value)| !value.is_null());
            let Some((key, value)) = written else {
                if needed {
                    let message = format!("case `{name}` has no `{}`", field.name());
                    let help = format!("`{}` is called with {}", activity.name(), listed(activity.needs()));
                    self.report("case-field-missing", node.get("name").unwrap_or(node), message, help);
                }
                continue;
            };
            if !needed && !taken {
                let message = format!("`{}` is not called with `{}`", activity.name(), field.name());
                self.report("case-field-misplaced", key, message, "remove it");
                continue;
            }
            let written = value.text().unwrap_or_default();
            let limit = field.characters_max();
            if written.chars().count() > limit {
                let message = format!("`{}` has more than {limit} characters", field.name());
                self.report("case-value-invalid", value, message, "the interfaces take no longer one");
            }
            let is_moment = written.len() == 14 && written.bytes().all(|byte| byte.is_ascii_digit());
            if *field == CaseField::ExpireTime && !is_moment {
                let message = format!("`{}` is not a moment of the interfaces", excerpt(written));
                let help = "write year, month, day, hour, minute and second in UTC, as \"20261231235959\"";
                self.report("case-value-invalid", value, message, help);
            }
            fields.push((*field, written.to_owned()));
        }
        fields
    }

    /// The case that makes the instance a case is about.
    fn instance_of(
        &mut self,
        node: Node<'t>,
        activity: Activity,
        fields: &[(CaseField, String)],
    ) -> Option<Key> {
        let named = node.entry("instanceOf").filter(|(_, value)| !value.is_null());
        let has_id = fields.iter().any(|(field, _)| *field == CaseField::InstanceId);
        if !activity.is_about_an_instance() {
            if let Some((key, _)) = named {
                let message = format!("`{}` is not about an instance", activity.name());
                self.report("case-field-misplaced", key, message, "remove it");
            }
            return None;
        }
        if let Some((key, value)) = named {
            let written = value.text().unwrap_or_default();
            if has_id {
                let message = "`instanceId` and `instanceOf` both name the instance".to_owned();
                self.report("case-field-misplaced", key, message, "remove one of them");
            }
            let maker = self.makers.iter().find(|maker| maker.as_str() == written).cloned();
            if maker.is_none() {
                let message =
                    format!("no case called `{}` makes an instance before this one", excerpt(written));
                self.report("case-instance-unknown", value, message, "name a `newInstance` case above it");
            }
            return maker;
        }
        let last = self.makers.last().cloned();
        if last.is_none() && !has_id {
            let message = format!("nothing says which instance `{}` is about", activity.name());
            let help = "put a `newInstance` case before it, or write an `instanceId`";
            self.report("case-instance-unknown", node.get("name").unwrap_or(node), message, help);
        }
        last.filter(|_| !has_id)
    }
}

fn is_of_first_version(activity: Activity) -> bool {
    matches!(activity, Activity::ExpireInstance | Activity::InstanceStatus | Activity::Upgrade)
}

fn listed(fields: &[CaseField]) -> String {
    let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
    names.join(", ")
}
