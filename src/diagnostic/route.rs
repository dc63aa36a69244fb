//! A symbolic place inside a definition, resolved to bytes while the file's tree is at hand.

/// One step of a [`Route`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value under this key of a mapping.
    Key(String),
    /// The element at this 0-based position of a sequence.
    Index(usize),
    /// The element of a sequence whose `key:` has this text.
    Item(String),
    /// The value under the target's currency, of a mapping of currencies to prices.
    Currency,
}

/// Steps from the document's root to a node; an empty route is the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Route(pub Vec<Step>);

impl Route {
    /// The document itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// One step into a mapping.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// One step into a sequence, by position.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// One step into a sequence, by the element's `key`.
    #[must_use]
    pub fn item(mut self, key: impl Into<String>) -> Self {
        self.0.push(Step::Item(key.into()));
        self
    }

    /// One step into a mapping of currencies, to the target's own.
    #[must_use]
    pub fn currency(mut self) -> Self {
        self.0.push(Step::Currency);
        self
    }

    /// The specification with this key.
    #[must_use]
    pub fn specification(key: impl Into<String>) -> Self {
        Self::root().key("specifications").item(key)
    }
}

impl std::fmt::Display for Route {
    /// As people write it: `specifications[starter].prices.USD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Item(key) => write!(f, "[{key}]")?,
                Step::Currency => {}
            }
        }
        Ok(())
    }
}
