//! What ends otherwise than it was asked for: approved in part or with other values, taken back by hand, forgotten.

use super::desk::refused;
use super::step::Work;
use super::{Answer, ProductRow, Standing, State};
use crate::model::{Key, Value};
use crate::submission::{ApplicationId, Operation};

impl Work<'_> {
    /// Somebody takes a pending application back in the console, whoever made it.
    pub(super) fn withdraw_by_hand(&mut self, by: &str, id: &ApplicationId) -> Answer {
        let application = match self.known(id) {
            Ok(application) => application,
            Err(answer) => return answer,
        };
        if let Some(answer) = self.not_withdrawable(&application) {
            return answer;
        }
        self.conclude(by, application, Standing::Withdrawn, format!("{id} was withdrawn in the console."));
        Answer::Done
    }

    /// The account forgets an application, as one does with what is old: nobody can ask about it any more.
    pub(super) fn forget(&mut self, id: &ApplicationId) -> Answer {
        match self.known(id) {
            Ok(application) => {
                let text = format!("{id} is not known any more.");
                self.conclude("operator", application, Standing::Forgotten, text);
                Answer::Done
            }
            Err(answer) => answer,
        }
    }

    /// Approves an application, and makes something else real than it asks for.
    pub(super) fn approve_as(&mut self, id: &ApplicationId, operations: &[Operation]) -> Answer {
        match operations.is_empty() {
            true => refused(&[], format!("Nothing is left of {id}; it can be rejected.")),
            false => self.approve_with(id, Some(operations)),
        }
    }
}

impl State {
    /// What an application asks for without the last thing: its last operation, or the last specification of a first
    /// release. `None` when it asks for one thing only, or nobody knows it.
    #[must_use]
    pub fn all_but_the_last(&self, id: &ApplicationId) -> Option<Vec<Operation>> {
        let application = self.applications.get(id)?;
        let row: Option<&ProductRow> = self.product(application.product_id.as_deref(), &application.product);
        let mut operations = application.operations(row);
        if operations.len() > 1 {
            operations.pop();
            return Some(operations);
        }
        let Some(Value::Product(product)) = operations.first_mut().and_then(|only| only.to.as_mut()) else {
            return None;
        };
        let last: Option<Key> = product.specifications.keys().next_back().cloned();
        let last = last.filter(|_| product.specifications.len() > 1)?;
        product.specifications.remove(&last);
        if let Some(rules) = &mut product.upgrade_rules {
            rules.retain(|rule| rule.specification != last);
        }
        Some(operations)
    }
}
