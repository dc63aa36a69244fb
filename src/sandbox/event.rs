//! What happened: readable for people, and enough to rebuild the state.

use super::{Application, Health, ProductRow, State};
use crate::model::Key;
use crate::submission::Fence;
use jiff::Timestamp;

/// A row as it is from now on. Whole rows, so that replaying needs no judgement: an event means the same under every
/// later version of the judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A product.
    Product(Box<ProductRow>),
    /// An application.
    Application(Box<Application>),
    /// How a product's interfaces answer.
    Health(Key, Health),
    /// The latest fence that a product was held under.
    Fence(Key, Fence),
    /// How far the clock is ahead of the caller's.
    ClockAhead {
        /// In seconds.
        seconds: i64,
    },
    /// Nothing of what was before counts any more.
    Reset,
}

/// Something that happened, never changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, by the sandbox's clock.
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// What, as a sentence.
    pub text: String,
    /// Rows that changed; none for what only was tried.
    pub facts: Vec<Fact>,
}

impl Fact {
    /// The product it is about, by the seller's key.
    #[must_use]
    pub fn product(&self) -> Option<&Key> {
        match self {
            Self::Product(row) => Some(&row.key),
            Self::Application(application) => Some(&application.product),
            Self::Health(product, _) | Self::Fence(product, _) => Some(product),
            Self::ClockAhead { .. } | Self::Reset => None,
        }
    }
}

impl State {
    /// The state after an event.
    pub fn apply(&mut self, event: &Event) {
        self.take(event.clone());
    }

    /// The state after an event that nobody needs any more.
    pub(super) fn take(&mut self, event: Event) {
        self.latest = self.latest.max(event.at);
        for fact in event.facts {
            match fact {
                Fact::Product(row) => {
                    self.products.insert(row.id.clone(), *row);
                }
                Fact::Application(application) => {
                    self.applications.insert(application.id.clone(), *application);
                }
                Fact::Health(product, health) => {
                    self.health.insert(product, health);
                }
                Fact::Fence(product, fence) => {
                    self.fences.insert(product, fence);
                }
                Fact::ClockAhead { seconds } => self.clock_ahead_seconds = seconds,
                Fact::Reset => *self = Self::default(),
            }
        }
    }

    /// The state after all events, oldest first.
    #[must_use]
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut state = Self::default();
        events.into_iter().for_each(|event| state.apply(event));
        state
    }
}
