//! Versioned JSON forms of what enters or leaves: snapshots, plans, reports, ledger entries, sandbox rows.
//!
//! The structs here are frozen forms of their own; core types are never serialized. A wire form is made from a
//! reference to its core type and turned back into it with `From`, so what can go wrong goes wrong while reading
//! text, with a path. Keys are camelCase; unknown and doubled keys are refused; a key that is left out makes no
//! statement and `null` says empty. A [`Document`] carries its name and format.

mod binding;
mod collection;
mod decision;
mod diagnostics;
mod document;
mod fields;
mod finding;
pub mod gateway;
mod history;
mod item;
mod name;
mod notice;
mod openapi;
pub mod outside;
mod plan;
mod plan_core;
mod pricing;
mod product;
mod recorded;
mod released;
pub mod report;
mod review;
mod schema;
mod snapshot;
mod snapshot_digests;
mod snapshot_folder;
mod step;
mod submission;
mod value;

pub use binding::{Bindings, ProductBinding, SkuBinding, SpecificationBinding, bindings, bindings_into};
pub use collection::{Map, Set};
pub use decision::{IgnoredDrift, Pause};
pub use diagnostics::{Diagnostic, Diagnostics, Fix, Label, Location, Position, Span, TextEdit};
pub use document::{Document, WireError, from_json_str, to_json_line, to_json_string};
pub use fields::{Field, Fields};
pub use finding::{Finding, RouteStep, Severity};
pub use history::{HeldOperation, History, LastRefusal, OpenSubmission};
pub use item::Item;
pub use name::{Name, Named};
pub use notice::{Notice, NoticeData, NoticeDetail};
pub use openapi::{GATEWAY, gateway_openapi};
pub use plan::{
    Block, Change, Confirmed, Drift, DriftKind, Ignored, Plan, ProductPlan, Standing, UnboundProduct,
    VerifyItem, read_plan,
};
pub use pricing::{
    Attribute, AttributeKind, BillingFactor, BillingItem, Cell, CellPrice, Package, Price, Prices, Quantity,
    SkuKey, Tier, UpgradeRule, sku, sku_into,
};
pub use product::{Product, Specification, Specifications};
pub use recorded::RecordedProduct;
pub use released::{
    ApplicationState, Coverage, Observation, ObservedApplication, ObservedProduct, ObservedSku,
    ObservedSpecification, ObservedUpgradeRule, ProductStatus,
};
pub use review::{Evidence, EvidenceKind, Refusal, Review, Verdict};
pub use schema::{schema_of, schemas};
pub use snapshot::{ReleasedSnapshot, Snapshot};
pub use snapshot_digests::{EmptyValues, ProductDigest, SnapshotDigests};
pub use snapshot_folder::{
    ComparedProduct, Retirements, SettledFile, SettledProduct, SettledProducts, SnapshotIndex, SnapshotPart,
    SnapshotParts, SnapshotProduct, Totals,
};
pub use step::{Action, PlannedOperation, PlannedSubmission, Step, StepState};
pub use submission::{Operation, Scope, Submission};
pub use value::{Asset, Entry, Value};

use name::present;
