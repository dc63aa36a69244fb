//! The events' written form.

use super::{Application, Event, Fact, Health, Origin, ProductRow, SkuRow, SpecificationRow, Standing};
use crate::model::{BillingMode, DeliveryMethod, Key};
use crate::submission::{ApplicationId, Fence, SubmissionKind};
use crate::wire::{self, Map, Name, Set};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The facts of an event as one JSON text; the same facts give the same bytes.
pub(super) fn write(facts: &[Fact]) -> Result<String, String> {
    let forms: Vec<FactForm> = facts.iter().map(FactForm::from).collect();
    serde_json::to_string(&forms).map_err(|error| error.to_string())
}

/// An event from its columns.
pub(super) fn read(at: &str, by: String, text: String, facts: &str) -> Result<Event, String> {
    let forms: Vec<FactForm> = serde_json::from_str(facts).map_err(|error| error.to_string())?;
    let at = at.parse().map_err(|_| format!("`{at}` is not a time"))?;
    let facts = forms.into_iter().map(FactForm::into_core).collect::<Result<_, String>>()?;
    Ok(Event { at, by, text, facts })
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum FactForm {
    Product(Box<ProductForm>),
    Application(Box<ApplicationForm>),
    Health { product: Name<Key>, health: String },
    Fence { product: Name<Key>, until: Name<Timestamp> },
    ClockAhead { seconds: i64 },
    Reset,
}

impl From<&Fact> for FactForm {
    fn from(fact: &Fact) -> Self {
        match fact {
            Fact::Product(row) => Self::Product(Box::new(row.as_ref().into())),
            Fact::Application(application) => Self::Application(Box::new(application.as_ref().into())),
            Fact::Health(product, health) => {
                Self::Health { product: Name(product.clone()), health: health.name().to_owned() }
            }
            Fact::Fence(product, fence) => {
                Self::Fence { product: Name(product.clone()), until: Name(fence.0) }
            }
            Fact::ClockAhead { seconds } => Self::ClockAhead { seconds: *seconds },
            Fact::Reset => Self::Reset,
        }
    }
}

impl FactForm {
    fn into_core(self) -> Result<Fact, String> {
        Ok(match self {
            Self::Product(form) => Fact::Product(Box::new(form.into_core()?)),
            Self::Application(form) => Fact::Application(Box::new((*form).into())),
            Self::Health { product, health } => {
                let unknown = || format!("`{health}` is not a health");
                Fact::Health(product.0, Health::from_name(&health).ok_or_else(unknown)?)
            }
            Self::Fence { product, until } => Fact::Fence(product.0, Fence(until.0)),
            Self::ClockAhead { seconds } => Fact::ClockAhead { seconds },
            Self::Reset => Fact::Reset,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProductForm {
    id: String,
    status: wire::ProductStatus,
    revision: u64,
    content: wire::Product,
    discontinued: Set<Name<Key>>,
    skus: Vec<SkuForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SkuForm {
    specification: Name<Key>,
    sku: wire::SkuKey,
    code: String,
    discontinued: bool,
    offerings: Map<BillingMode, String>,
}

impl From<&ProductRow> for ProductForm {
    fn from(row: &ProductRow) -> Self {
        let skus = row.specifications.iter().flat_map(|(key, specification)| {
            specification.skus.iter().map(|(sku, held)| {
                let SkuRow { code, discontinued, offerings } = held;
                SkuForm {
                    specification: Name(key.clone()),
                    sku: wire::sku(sku),
                    code: code.clone(),
                    discontinued: *discontinued,
                    offerings: Map::of(offerings, Clone::clone),
                }
            })
        });
        let discontinued = row.specifications.iter().filter(|(_, specification)| specification.discontinued);
        let mut content = row.content();
        // What the row says nothing about stays unsaid, so that reading gives the same row.
        content.fields = row.fields.clone();
        for (key, specification) in &mut content.specifications {
            if let Some(held) = row.specifications.get(key) {
                specification.fields = held.fields.clone();
            }
        }
        Self {
            id: row.id.clone(),
            status: row.status.into(),
            revision: row.revision,
            content: (&content).into(),
            discontinued: Set(discontinued.map(|(key, _)| Name(key.clone())).collect()),
            skus: skus.collect(),
        }
    }
}

impl ProductForm {
    fn into_core(self) -> Result<ProductRow, String> {
        let content: crate::model::Product = self.content.into();
        let mut row = ProductRow::new(content.key.clone(), content.delivery);
        row.id = self.id;
        row.status = self.status.into();
        row.revision = self.revision;
        row.fields = content.fields;
        row.upgrade_rules = content.upgrade_rules.unwrap_or_default();
        for (key, content) in content.specifications {
            let mut specification = SpecificationRow::from_content(&content);
            specification.fields = content.fields;
            specification.skus.clear();
            specification.discontinued = self.discontinued.0.contains(&Name(key.clone()));
            row.specifications.insert(key, specification);
        }
        for SkuForm { specification, sku, code, discontinued, offerings } in self.skus {
            let unknown = || format!("a SKU names the unknown specification `{}`", specification.0);
            let held = row.specifications.get_mut(&specification.0).ok_or_else(unknown)?;
            let offerings = offerings.into_core(|id| id);
            held.skus.insert(wire::sku_into(sku), SkuRow { code, discontinued, offerings });
        }
        Ok(row)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApplicationForm {
    id: Name<ApplicationId>,
    origin: OriginForm,
    kind: Name<SubmissionKind>,
    product_id: Option<String>,
    product: Name<Key>,
    name: String,
    delivery: Name<DeliveryMethod>,
    standing: StandingForm,
    submitted_at: Name<Timestamp>,
    changed_at: Name<Timestamp>,
    binding: Option<wire::ProductBinding>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum OriginForm {
    Submitted { submission: Box<wire::Submission>, references: BTreeMap<Name<Key>, String> },
    Console { by: String, operations: Vec<wire::Operation> },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum StandingForm {
    Draft,
    Pending,
    Approved,
    Rejected { reason: String },
    Withdrawn,
    Discarded,
    Forgotten,
}

impl From<&Application> for ApplicationForm {
    fn from(core: &Application) -> Self {
        let origin = match &core.origin {
            Origin::Submitted { submission, references } => OriginForm::Submitted {
                submission: Box::new(submission.as_ref().into()),
                references: references.iter().map(|(key, code)| (Name(key.clone()), code.clone())).collect(),
            },
            Origin::Console { by, operations } => OriginForm::Console {
                by: by.clone(),
                operations: operations.iter().map(Into::into).collect(),
            },
        };
        let standing = match &core.standing {
            Standing::Draft => StandingForm::Draft,
            Standing::Pending => StandingForm::Pending,
            Standing::Approved => StandingForm::Approved,
            Standing::Rejected(reason) => StandingForm::Rejected { reason: reason.clone() },
            Standing::Withdrawn => StandingForm::Withdrawn,
            Standing::Discarded => StandingForm::Discarded,
            Standing::Forgotten => StandingForm::Forgotten,
        };
        Self {
            id: Name(core.id.clone()),
            origin,
            kind: Name(core.kind),
            product_id: core.product_id.clone(),
            product: Name(core.product.clone()),
            name: core.name.clone(),
            delivery: Name(core.delivery),
            standing,
            submitted_at: Name(core.submitted_at),
            changed_at: Name(core.changed_at),
            binding: core.binding.as_ref().map(Into::into),
        }
    }
}

impl From<ApplicationForm> for Application {
    fn from(form: ApplicationForm) -> Self {
        let origin = match form.origin {
            OriginForm::Submitted { submission, references } => Origin::Submitted {
                submission: Box::new((*submission).into()),
                references: references.into_iter().map(|(key, code)| (key.0, code)).collect(),
            },
            OriginForm::Console { by, operations } => {
                Origin::Console { by, operations: operations.into_iter().map(Into::into).collect() }
            }
        };
        let standing = match form.standing {
            StandingForm::Draft => Standing::Draft,
            StandingForm::Pending => Standing::Pending,
            StandingForm::Approved => Standing::Approved,
            StandingForm::Rejected { reason } => Standing::Rejected(reason),
            StandingForm::Withdrawn => Standing::Withdrawn,
            StandingForm::Discarded => Standing::Discarded,
            StandingForm::Forgotten => Standing::Forgotten,
        };
        Self {
            id: form.id.0,
            origin,
            kind: form.kind.0,
            product_id: form.product_id,
            product: form.product.0,
            name: form.name,
            delivery: form.delivery.0,
            standing,
            submitted_at: form.submitted_at.0,
            changed_at: form.changed_at.0,
            binding: form.binding.map(Into::into),
        }
    }
}
