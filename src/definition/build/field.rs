//! Single values, by the model's field tables.

use super::{Builder, normal};
use crate::definition::layered::{At, Layered};
use crate::model::{Entry, FieldInfo, Fields, ProductField, SpecificationField, Value, ValueKind};
use crate::yaml::Node;

impl<'t> Builder<'_, 't> {
    pub(super) fn product_field(
        &mut self,
        document: Layered<'t>,
        field: ProductField,
        fields: &mut Fields<ProductField>,
    ) {
        let info = field.info();
        let Some(layered) = document.path(info.path).filter(|_| info.applies_to(self.delivery)) else {
            return;
        };
        if let Some(statement) = self.statement(layered, &info) {
            fields.set(field, statement);
        }
        if field == ProductField::ExtensionParameters {
            self.check_extension_parameters(layered);
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
        let Some(at) = layered.at() else { return };
        if !info.applies_to(self.delivery) {
            if !at.value.is_null() {
                let methods: Vec<&str> = info.methods.iter().map(|method| method.name()).collect();
                let message =
                    format!("`{}` is not a field of delivery `{}`", info.name(), self.delivery.name());
                let help = format!("it belongs to {} products; remove it", methods.join(" and "));
                self.report(self.error_at_key("field-not-of-delivery", at, message).help(help));
            }
            return;
        }
        let Some(statement) = self.statement(layered, &info) else { return };
        if field == SpecificationField::Name {
            self.check_name(at, statement.as_ref());
        }
        if field == SpecificationField::TrialDays {
            self.check_trial(at, statement.as_ref());
        }
        fields.set(field, statement);
    }

    /// What is said about a field; `None` when its value could not be used (and that was reported).
    fn statement(&mut self, layered: Layered<'t>, info: &FieldInfo) -> Option<Option<Value>> {
        let at = layered.at()?;
        if at.value.is_null() {
            return Some(None);
        }
        let texts = || at.value.items().filter_map(Node::text).map(normal).collect();
        let value = match info.kind {
            ValueKind::Text => Value::Text(self.text(at)?),
            ValueKind::Flag => Value::Flag(at.value.flag()?),
            ValueKind::Integer => Value::Integer(at.value.whole()?),
            ValueKind::Texts => Value::Texts(texts()),
            ValueKind::Entries => Value::Entries(at.value.items().filter_map(entry).collect()),
            ValueKind::Asset => Value::Asset(self.asset(at)?),
            ValueKind::Assets => {
                let items: Vec<Node<'t>> = at.value.items().collect();
                let assets: Vec<_> = items.iter().map(|item| self.asset(At::new(*item))).collect();
                Value::Assets(assets.into_iter().collect::<Option<_>>()?)
            }
        };
        Some(Some(value))
    }

    fn text(&mut self, at: At<'t>) -> Option<String> {
        match at.value.entry("file") {
            Some((key, value)) => self.file_text(At { key: Some(key), value }),
            None => at.value.text().map(normal),
        }
    }

    fn check_extension_parameters(&mut self, layered: Layered<'t>) {
        let limit = self.target.profile.extension_parameters_max;
        let Some(at) = layered.at().filter(|at| at.value.items().count() > limit) else { return };
        let message =
            format!("{} extension parameters; at most {limit} are allowed", at.value.items().count());
        self.report(
            self.error_at_key("extension-parameters-too-many", at, message)
                .why("further types are agreed by mail with the operations manager (R128)")
                .help("remove some"),
        );
    }

    fn check_name(&mut self, at: At<'t>, value: Option<&Value>) {
        let limit = self.target.profile.specification_name_max;
        let length = value.and_then(Value::as_text).map_or(0, |name| name.chars().count());
        if length > limit {
            let message =
                format!("this specification name has {length} characters; at most {limit} are allowed");
            self.report(self.error("specification-name-too-long", at, message).help("shorten it (R109)"));
        }
    }

    fn check_trial(&mut self, at: At<'t>, value: Option<&Value>) {
        let Some(days) = value.and_then(Value::as_integer) else { return };
        let profile = &self.target.profile;
        let [min, max] = profile.trial_days;
        if !profile.trial_methods.contains(&self.delivery) {
            let message = format!("{} products have no trial", self.delivery);
            let help = "remove `trialDays` (R97)";
            self.report(self.error_at_key("trial-not-offered", at, message).help(help));
        } else if !(min..=max).contains(&days) {
            let message = format!("a trial has {min} to {max} days, not {days}");
            let help = "write a number in the range, or `null` for no trial (R99)";
            self.report(self.error("trial-days-out-of-range", at, message).help(help));
        }
    }
}

fn entry(node: Node<'_>) -> Option<Entry> {
    Some(Entry { title: normal(node.get("title")?.text()?), text: normal(node.get("text")?.text()?) })
}
