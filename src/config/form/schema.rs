//! Document types and the JSON Schemas made from them.

use jsonschema::Validator;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A type of document that stands in a file of its own.
pub trait Form: DeserializeOwned + JsonSchema {
    /// Name of the schema: `product`.
    const NAME: &'static str;
    /// Text of `kind`.
    const KIND: &'static str;
    /// Title of the schema.
    const TITLE: &'static str;

    /// Where the compiled schema is kept once it was needed.
    #[doc(hidden)]
    fn compiled() -> &'static OnceLock<Option<Validator>>;

    /// The JSON Schema (draft 2020-12).
    #[must_use]
    fn schema() -> Value {
        let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
        let mut schema = generator.into_root_schema_for::<Self>();
        schema.insert("$id".to_owned(), json!(format!("urn:gallerist:schema:{}:v1", Self::NAME)));
        schema.insert("title".to_owned(), json!(Self::TITLE));
        schema.to_value()
    }

    /// The compiled schema; `None` only if it were not a schema (a test holds that it is).
    #[must_use]
    fn validator() -> Option<&'static Validator> {
        Self::compiled().get_or_init(|| jsonschema::draft202012::new(&Self::schema()).ok()).as_ref()
    }
}

/// Makes a type a [`Form`].
macro_rules! form {
    ($type:ty, $name:literal, $kind:literal, $title:literal) => {
        impl $crate::config::form::Form for $type {
            const NAME: &'static str = $name;
            const KIND: &'static str = $kind;
            const TITLE: &'static str = $title;

            fn compiled() -> &'static std::sync::OnceLock<Option<jsonschema::Validator>> {
                static COMPILED: std::sync::OnceLock<Option<jsonschema::Validator>> =
                    std::sync::OnceLock::new();
                &COMPILED
            }
        }
    };
}
pub(crate) use form;
