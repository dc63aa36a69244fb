//! What the marketplace shows: raw observations by the marketplace's ids, and the same keyed by ours.

mod binding;
mod observation;
mod recorded;
mod resolve;

pub use binding::{Bindings, ProductBinding, SkuBinding, SpecificationBinding};
pub use observation::{
    ApplicationState, Coverage, Observation, ObservedApplication, ObservedProduct, ObservedSku,
    ObservedSpecification, ObservedUpgradeRule, ProductStatus,
};
pub use recorded::{Recorded, complete};
pub use resolve::{Released, ReleasedProduct, resolve, resolve_one};
