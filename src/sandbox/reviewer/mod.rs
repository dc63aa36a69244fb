//! What an operations manager objects to in the content of an application (reference section 5): one table of
//! concerns, each a name with its rules and sites.
//!
//! The door has taken the application; here somebody reads it. Only what the application brings is read: what was
//! wrong before already and stays as it was is not held against it.

mod documents;
mod names;
mod pictures;
mod support;
mod texts;
mod words;

use super::{Judge, ProductRow};
use crate::model::{Asset, Key, ProductField, SpecificationField, Value};
use crate::site::SiteProfile;
use std::collections::BTreeSet;

/// One thing a reviewer objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Name of the concern, kebab-case.
    pub name: &'static str,
    /// Numbers of its rules in the domain reference; empty where the reference has none.
    pub rules: &'static [u16],
    /// What is wrong and what is wanted, for the seller; without a full stop.
    pub text: String,
}

impl std::fmt::Display for Objection {
    /// A sentence with the rule's numbers and name in brackets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (", self.text)?;
        for rule in self.rules {
            write!(f, "R{rule}, ")?;
        }
        write!(f, "{}).", self.name)
    }
}

/// What a reviewer looks at.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    /// What the site wants.
    site: &'a SiteProfile,
    /// The released product; `None` before its first release.
    before: Option<&'a ProductRow>,
    /// The product as it would be.
    after: &'a ProductRow,
}

impl<'a> Look<'a> {
    /// Whether the application states or changes a field; a release states all of them.
    fn touches(&self, field: ProductField) -> bool {
        self.before.is_none_or(|before| before.fields.value(field) != self.after.fields.value(field))
    }

    /// The text of a field the application touches.
    fn text(&self, field: ProductField) -> Option<&'a str> {
        self.after.fields.text(field).filter(|_| self.touches(field))
    }

    /// The texts of a field that were not in it before.
    fn texts(&self, field: ProductField) -> Vec<&'a str> {
        let texts = |row: &'a ProductRow| match row.fields.value(field) {
            Some(Value::Texts(texts)) => texts.as_slice(),
            _ => &[],
        };
        let known: BTreeSet<&str> = self.before.into_iter().flat_map(texts).map(String::as_str).collect();
        texts(self.after).iter().map(String::as_str).filter(|text| !known.contains(text)).collect()
    }

    /// The files of a field that were not in it before, by content.
    fn files(&self, field: ProductField) -> Vec<&'a Asset> {
        let known: BTreeSet<&str> = self
            .before
            .into_iter()
            .flat_map(|row| files(row, field))
            .map(|file| file.digest.as_str())
            .collect();
        files(self.after, field).iter().filter(|file| !known.contains(file.digest.as_str())).collect()
    }

    /// Names of specifications on sale that are new or were others before.
    fn specification_names(&self) -> Vec<&'a str> {
        let name = |row: &'a ProductRow, key: &Key| {
            let row = row.specifications.get(key).filter(|row| !row.discontinued)?;
            row.fields.text(SpecificationField::Name)
        };
        let named = self.after.live().filter_map(|(key, row)| {
            let found = row.fields.text(SpecificationField::Name)?;
            let held = self.before.and_then(|before| name(before, key));
            (held != Some(found)).then_some(found)
        });
        named.collect()
    }
}

/// The files of a field, one or several.
fn files(row: &ProductRow, field: ProductField) -> &[Asset] {
    match row.fields.value(field) {
        Some(Value::Asset(file)) => std::slice::from_ref(file),
        Some(Value::Assets(files)) => files,
        _ => &[],
    }
}

/// A row of the table: what reviewers of some sites look out for.
#[derive(Clone, Copy)]
pub(super) struct Concern {
    name: &'static str,
    rules: &'static [u16],
    /// Names of the sites; empty means all.
    sites: &'static [&'static str],
    look: fn(&Look<'_>) -> Vec<String>,
}

impl Concern {
    const fn new(name: &'static str, look: fn(&Look<'_>) -> Vec<String>) -> Self {
        Self { name, rules: &[], sites: &[], look }
    }

    /// A concern that the reference numbers.
    const fn of_rules(mut self, rules: &'static [u16]) -> Self {
        self.rules = rules;
        self
    }

    /// A concern of the Chinese site only.
    const fn chinese(mut self) -> Self {
        self.sites = &["cn"];
        self
    }

    /// Numbers of its rules.
    pub(super) fn rules(&self) -> &'static [u16] {
        self.rules
    }

    /// Its name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }
}

/// All concerns.
pub(super) fn concerns() -> Vec<Concern> {
    [support::CONCERNS, names::CONCERNS, pictures::CONCERNS, texts::CONCERNS, documents::CONCERNS].concat()
}

impl Judge {
    /// What an operations manager objects to in a product as it would be, released as it was `before`.
    #[must_use]
    pub fn objections(&self, before: Option<&ProductRow>, after: &ProductRow) -> Vec<Objection> {
        let site = self.site();
        let look = Look { site, before, after };
        let mut objections: Vec<Objection> = Vec::new();
        for Concern { name, rules, sites, look: find } in self.concerns() {
            if sites.is_empty() || sites.contains(&site.name.as_str()) {
                let mut known = BTreeSet::new();
                let texts = find(&look).into_iter().filter(|text| known.insert(text.clone()));
                objections.extend(texts.map(|text| Objection { name, rules, text }));
            }
        }
        objections
    }
}

/// The objections as the reason of a rejection; `None` when there are none.
pub(super) fn reason(objections: &[Objection]) -> Option<String> {
    let sentences: Vec<String> = objections.iter().map(ToString::to_string).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}
