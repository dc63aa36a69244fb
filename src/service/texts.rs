//! Texts that are remembered, all in one: to read a text of its own for each of half a dozen of every product would be most of
//! the work.

use crate::model::{DeliveryMethod, Key};
use crate::rules::Summary;
use crate::wire::Name;
use serde::{Deserialize, Serialize};

/// A text among [`Texts`]: where it begins, and its length, in bytes.
#[derive(Debug, Serialize, Deserialize, Clone, Copy)]
pub(super) struct Text(usize, usize);

/// Many texts, one after the other.
#[derive(Debug, Serialize, Deserialize, Default)]
pub(super) struct Texts(String);

impl Texts {
    pub(super) fn add(&mut self, text: &str) -> Text {
        let added = Text(self.0.len(), text.len());
        self.0.push_str(text);
        added
    }

    /// `None` of a text that is not among these.
    pub(super) fn get(&self, Text(at, length): Text) -> Option<&str> {
        self.0.get(at..at.checked_add(length)?)
    }
}

/// What other products are compared with, as it is remembered.
#[derive(Serialize, Deserialize, Clone)]
pub(super) struct Compared(Name<DeliveryMethod>, [Option<Text>; 5]);

impl Compared {
    pub(super) fn of(summary: &Summary, texts: &mut Texts) -> Self {
        let Summary { key: _, delivery, name, certificate, certificate_file, interface_url, credential } =
            summary;
        let stated = [name, certificate, certificate_file, interface_url, credential];
        Self(Name(*delivery), stated.map(|text| text.as_ref().map(|text| texts.add(text))))
    }

    pub(super) fn delivery(&self) -> DeliveryMethod {
        self.0.0
    }

    /// The same of a product with this key; `None` where one of the texts is not among these.
    pub(super) fn summary(&self, key: &Key, texts: &Texts) -> Option<Summary> {
        let Self(delivery, stated) = self;
        let text = |text: Option<Text>| match text {
            Some(text) => texts.get(text).map(|text| Some(text.to_owned())),
            None => Some(None),
        };
        let [name, certificate, certificate_file, interface_url, credential] = *stated;
        Some(Summary {
            key: key.clone(),
            delivery: delivery.0,
            name: text(name)?,
            certificate: text(certificate)?,
            certificate_file: text(certificate_file)?,
            interface_url: text(interface_url)?,
            credential: text(credential)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_again_and_others_are_not() {
        let mut texts = Texts::default();
        let (first, none, second) = (texts.add("产品"), texts.add(""), texts.add("desk"));
        assert_eq!([first, none, second].map(|text| texts.get(text)), [Some("产品"), Some(""), Some("desk")]);
        // Out of bounds, within a letter, and more than can be counted.
        for strange in [Text(4, 9), Text(1, 2), Text(usize::MAX, 1), Text(3, usize::MAX)] {
            assert_eq!(texts.get(strange), None, "{strange:?}");
        }
    }
}
