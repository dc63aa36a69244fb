//! Single values, by the model's field tables.

use super::{Builder, Parents, normal};
use crate::definition::layered::Layered;
use crate::model::{Entry, FieldInfo, Fields, ProductField, SpecificationField, Value, ValueKind};
use crate::yaml::Node;

impl<'t> Builder<'_, 't> {
    pub(super) fn product_field(
        &mut self,
        document: &mut Parents<'t>,
        field: ProductField,
        fields: &mut Fields<ProductField>,
    ) {
        let info = field.info();
        if !info.applies_to(self.delivery) {
            return;
        }
        let Some(layered) = document.path(info.path) else { return };
        if let Some(statement) = self.statement(layered, info) {
            fields.set(field, statement);
        }
    }

    pub(super) fn specification_field(
        &mut self,
        specification: Layered<'t>,
        field: SpecificationField,
        fields: &mut Fields<SpecificationField>,
    ) {
        let info = field.info();
        let Some(layered) = specification.path(info.path) else { return };
        if !info.applies_to(self.delivery) {
            let at = layered.node();
            if !at.is_null() {
                let methods: Vec<&str> = info.methods.iter().map(|method| method.name()).collect();
                let message =
                    format!("`{}` is not a field of delivery `{}`", info.name(), self.delivery.name());
                let help = format!("it belongs to {} products; remove it", methods.join(" and "));
                self.report(self.error_at_key("field-not-of-delivery", at, message).help(help));
            }
            return;
        }
        let Some(statement) = self.statement(layered, info) else { return };
        fields.set(field, statement);
    }

    /// What is said about a field; `None` when its value could not be used (and that was reported).
    fn statement(&mut self, layered: Layered<'t>, info: &FieldInfo) -> Option<Option<Value>> {
        let at = layered.node();
        if at.is_null() {
            return Some(None);
        }
        let texts = || at.items().filter_map(Node::text).map(normal).collect();
        let value = match info.kind {
            ValueKind::Text => Value::Text(self.text(at)?),
            ValueKind::Flag => Value::Flag(at.flag()?),
            ValueKind::Integer => Value::Integer(at.whole()?),
            ValueKind::Texts => Value::Texts(texts()),
            ValueKind::Entries => Value::Entries(at.items().filter_map(entry).collect()),
            ValueKind::Asset => Value::Asset(self.asset(at)?),
            ValueKind::Assets => {
                let items: Vec<Node<'t>> = at.items().collect();
                let assets: Vec<_> = items.iter().map(|item| self.asset(*item)).collect();
                Value::Assets(assets.into_iter().collect::<Option<_>>()?)
            }
        };
        Some(Some(value))
    }

    fn text(&mut self, at: Node<'t>) -> Option<String> {
        match at.get("file") {
            Some(file) => self.file_text(file),
            None => at.text().map(normal),
        }
    }
}

fn entry(node: Node<'_>) -> Option<Entry> {
    Some(Entry { title: normal(node.get("title")?.text()?), text: normal(node.get("text")?.text()?) })
}
