//! The gateway protocol as OpenAPI 3.1: `schemas/gateway.openapi.json`. Schemas are those of the forms in
//! [`super::gateway`]; what stands beside them is written here.

mod examples;
mod operations;

use super::gateway::{PREFIX, Problem, ProblemKind};
use super::schema::LeftOutIsNotNull;
use operations::{Body, OPERATIONS, Operation, Success};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The name of the document among the schemas.
pub const GATEWAY: &str = "gateway";
const VERSION: &str = "1.0.0";

const ABOUT: &str = "\
What Gallerist asks of a marketplace that it reaches over HTTP, and what it is answered.\n\n\
A submission is a set of operations that a person reviews. It has an id that its sender chose: the digest of what it asks \
for. The same id with the same content is the same submission, however often it is sent, so that a lost answer does no \
harm.\n\n\
Every request is signed, but the one for this document. What a signature covers is told with the security scheme \
`sdkHmacSha256`. Clocks may be fifteen minutes apart. A request that changes something is taken once: the same signature \
is refused the second time, with `replayed`. Its date has seconds only, so whoever repeats a request within one second \
adds a signed header with something random in it.\n\n\
What goes wrong is told as `application/problem+json`, everywhere. The word at the end of a problem's `type` says what \
kind it is. What a marketplace has rules for carries their numbers.\n\n\
Readers must expect properties, headers and kinds of problems that are not here yet; a gateway refuses what it does not \
know.";

const SIGNATURE: &str = "\
SDK-HMAC-SHA256, as Huawei Cloud's own SDKs sign: `SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=...`, with the \
moment in the header `X-Sdk-Date` as `20260131T080000Z`. `host` and `x-sdk-date` are signed, and the body is: only the \
bytes of an uploaded file may be left out (`X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD`), because their digest stands in the \
address.";

/// The text of the document: pretty, a line end last.
#[must_use]
pub fn gateway_openapi() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.with_transform(LeftOutIsNotNull).into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let written = described(operation, &mut schemas);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_owned(), written);
        }
    }
    reference::<Problem>(&mut schemas);
    let mut definitions = schemas.take_definitions(true);
    let kinds: Vec<String> = ProblemKind::ALL.iter().map(|kind| kind.problem("").r#type).collect();
    if let Some(kind) =
        definitions.get_mut("Problem").and_then(|problem| problem.pointer_mut("/properties/type"))
    {
        kind["examples"] = kinds.into();
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gallerist gateway",
            "version": VERSION,
            "summary": "Products of a seller on a marketplace: observed, and changed by submissions that people review.",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "http://127.0.0.1:8087", "description": "`gallerist sandbox serve` on this machine" }],
        "security": [{ "sdkHmacSha256": [] }],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "sdkHmacSha256":
                    { "type": "apiKey", "in": "header", "name": "Authorization", "description": SIGNATURE },
            },
        },
    });
    debug_assert!(OPERATIONS.iter().all(|operation| operation.path.starts_with(PREFIX)));
    format!("{document:#}\n")
}

/// A schema that names another one.
fn reference<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn described(operation: &Operation, schemas: &mut SchemaGenerator) -> Value {
    let Operation {
        method: _,
        path: _,
        name,
        summary,
        description,
        parameters,
        body,
        successes,
        problems,
        is_open,
    } = operation;
    let mut written = json!({ "operationId": name, "summary": summary, "description": description });
    let parameters: Vec<Value> = parameters.iter().map(|parameter| parameter.written()).collect();
    if !parameters.is_empty() {
        written["parameters"] = parameters.into();
    }
    match body {
        Body::None => {}
        Body::File => {
            written["requestBody"] = json!({
                "required": true,
                "description": "The bytes of the file, at most as many as `assetBytesMax` of the capabilities.",
                "content": { "application/octet-stream": {
                    "schema": { "type": "string", "contentEncoding": "binary" },
                    "examples": { "text": { "value": examples::FILE } },
                } },
            });
        }
        Body::Json(schema, example) => {
            let content =
                json!({ "schema": schema(schemas), "examples": { "typical": { "value": example() } } });
            written["requestBody"] = json!({ "required": true, "content": { "application/json": content } });
        }
    }
    let mut responses = Map::new();
    for Success { status, description, content, headers } in *successes {
        let mut response = json!({ "description": description });
        if let Some((schema, example)) = content {
            let content =
                json!({ "schema": schema(schemas), "examples": { "typical": { "value": example() } } });
            response["content"] = json!({ "application/json": content });
        }
        for (name, description) in *headers {
            response["headers"][*name] =
                json!({ "description": description, "required": true, "schema": { "type": "string" } });
        }
        responses.insert(status.to_string(), response);
    }
    let mut by_status: std::collections::BTreeMap<u16, Vec<ProblemKind>> = Default::default();
    for kind in *problems {
        by_status.entry(kind.parts().2).or_default().push(*kind);
    }
    for (status, kinds) in by_status {
        responses.insert(status.to_string(), problem_response(&kinds, schemas));
    }
    written["responses"] = responses.into();
    if *is_open {
        written["security"] = json!([]);
    }
    written
}

/// The answer with which some kinds of problems are told.
fn problem_response(kinds: &[ProblemKind], schemas: &mut SchemaGenerator) -> Value {
    let types: Vec<String> = kinds.iter().map(|kind| kind.problem("").r#type).collect();
    let words: Vec<String> =
        kinds.iter().map(|kind| kind.parts()).map(|(word, title, _)| format!("`{word}`: {title}.")).collect();
    let written =
        kinds.iter().map(|kind| (kind.parts().0.to_owned(), json!({ "value": examples::problem(*kind) })));
    let written: Map<String, Value> = written.collect();
    let schema = json!({
        "allOf": [reference::<Problem>(schemas), { "properties": { "type": { "enum": types } } }],
    });
    let mut response = json!({
        "description": words.join(" "),
        "content": { "application/problem+json": { "schema": schema, "examples": written } },
    });
    let header = match kinds.first().map(|kind| kind.parts().2) {
        Some(401) => Some(("WWW-Authenticate", "How requests are signed.", true)),
        Some(429 | 503) => Some(("Retry-After", "For how many seconds it is better to wait.", false)),
        _ => None,
    };
    if let Some((name, description, required)) = header {
        response["headers"][name] =
            json!({ "description": description, "required": required, "schema": { "type": "string" } });
    }
    response
}
