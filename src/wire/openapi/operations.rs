//! What can be asked of a gateway, in words and with all that it may answer.

use super::{examples, reference};
use crate::model::Key;
use crate::wire::gateway::{
    FenceBar, GatewayCapabilities, ObservationPage,
    ProblemKind::{self, *},
    ReviewsAnswer, ReviewsQuestion, SubmissionOffer, SubmissionTaken,
};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

type Schema = fn(&mut SchemaGenerator) -> Value;
type Example = fn() -> Value;

/// One thing that can be asked.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) body: Body,
    pub(super) successes: &'static [Success],
    pub(super) problems: &'static [ProblemKind],
    /// Whether anybody may ask, without a signature.
    pub(super) is_open: bool,
}

/// What a request carries.
pub(super) enum Body {
    None,
    File,
    Json(Schema, Example),
}

/// An answer that says that it was done.
pub(super) struct Success {
    pub(super) status: u16,
    pub(super) description: &'static str,
    pub(super) content: Option<(Schema, Example)>,
    pub(super) headers: &'static [(&'static str, &'static str)],
}

/// Something that stands in the address or in a header.
pub(super) enum Parameter {
    Id,
    Product,
    Digest,
    Page,
    Products,
    IfNoneMatch,
}

impl Parameter {
    pub(super) fn written(&self) -> Value {
        let in_path = |name: &str, schema: Value, example: &str, description: &str| {
            json!({
                "name": name, "in": "path", "required": true, "description": description, "schema": schema,
                "example": example,
            })
        };
        match self {
            Self::Id => in_path(
                "id",
                json!({ "type": "string", "minLength": 1 }),
                examples::SUBMISSION,
                "The submission's id; its sender chose it.",
            ),
            Self::Product => in_path(
                "product",
                json!({ "type": "string", "pattern": Key::PATTERN }),
                examples::PRODUCT,
                "The product, by the seller's key.",
            ),
            Self::Digest => in_path(
                "digest",
                json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
                examples::FILE_DIGEST,
                "The BLAKE3 digest of the file's content.",
            ),
            Self::Page => json!({
                "name": "page", "in": "query", "description": "`next` of the page before; left out for the first page.",
                "schema": { "type": "string", "pattern": "^[0-9a-f]{32}-[0-9]+$" },
            }),
            Self::Products => json!({
                "name": "product", "in": "query",
                "description": "Ids of the only products to look at; left out for all. Applications are always all.",
                "schema": { "type": "array", "items": { "type": "string", "minLength": 1 } },
                "style": "form", "explode": true,
            }),
            Self::IfNoneMatch => json!({
                "name": "If-None-Match", "in": "header",
                "description": "`ETag` of an earlier answer: nothing is sent again while the state is the same.",
                "schema": { "type": "string" },
            }),
        }
    }
}

fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    reference::<T>(schemas)
}

const fn done(status: u16, description: &'static str) -> Success {
    Success { status, description, content: None, headers: &[] }
}

const fn answer(status: u16, description: &'static str, schema: Schema, example: Example) -> Success {
    Success { status, description, content: Some((schema, example)), headers: &[] }
}

const TAG: &[(&str, &str)] =
    &[("ETag", "The whole observed state, whichever page it is: equal while nothing changes.")];

/// All of them.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "get",
        path: "/v1/openapi.json",
        name: "describe",
        summary: "This document",
        description: "Says what can be asked. It needs no signature.",
        parameters: &[],
        body: Body::None,
        successes: &[answer(
            200,
            "An OpenAPI document.",
            |_| json!({ "type": "object" }),
            || json!({ "openapi": "3.1.0" }),
        )],
        problems: &[],
        is_open: true,
    },
    Operation {
        method: "get",
        path: "/v1/capabilities",
        name: "capabilities",
        summary: "What the gateway guarantees and how much it takes",
        description: "Ask once per run: the numbers bound the other requests, and `now` is the clock that all moments are by.",
        parameters: &[],
        body: Body::None,
        successes: &[answer(
            200,
            "What there is to know.",
            of::<GatewayCapabilities>,
            examples::capabilities,
        )],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            TooLarge,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "get",
        path: "/v1/observation",
        name: "observe",
        summary: "What is released, and the applications of the account",
        description: "Page by page: products first, then applications. All pages show one state; a page of a state that has \
                      been overtaken is refused with `observation-changed`, and whoever reads begins anew. With \
                      `If-None-Match` an unchanged state costs an answer without a body; `takenAt` is the only thing that \
                      differs then.",
        parameters: &[Parameter::Page, Parameter::Products, Parameter::IfNoneMatch],
        body: Body::None,
        successes: &[
            Success {
                status: 200,
                description: "A page.",
                content: Some((of::<ObservationPage>, examples::observation)),
                headers: TAG,
            },
            Success {
                status: 304,
                description: "The state is the one that is known.",
                content: None,
                headers: TAG,
            },
        ],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            ObservationChanged,
            TooLarge,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "put",
        path: "/v1/submissions/{id}",
        name: "submit",
        summary: "Hand a submission over",
        description: "The same id with the same content is the same submission: it is answered with the same application, \
                      and nothing is done again. `predicted` is the sender's note and does not count as content. After a \
                      lost answer, ask for the review of the id, or hand the same over again. Files that the operations \
                      bring are uploaded first.",
        parameters: &[Parameter::Id],
        body: Body::Json(of::<SubmissionOffer>, examples::offer),
        successes: &[
            answer(200, "It was taken before.", of::<SubmissionTaken>, examples::taken),
            answer(201, "It is taken, and waits for the reviewer.", of::<SubmissionTaken>, examples::taken),
        ],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            Replayed,
            NotFound,
            SubmissionIdTaken,
            FenceLate,
            AssetsMissing,
            TooLarge,
            MediaType,
            Refused,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "post",
        path: "/v1/submissions/{id}/withdrawal",
        name: "withdraw",
        summary: "Take a pending submission back",
        description: "After a lost answer, ask for the review of the id.",
        parameters: &[Parameter::Id],
        body: Body::None,
        successes: &[done(204, "It is taken back.")],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            Replayed,
            NotFound,
            NotWithdrawable,
            TooLarge,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "post",
        path: "/v1/reviews",
        name: "reviews",
        summary: "Where submissions stand",
        description: "A question, although it has a body: it changes nothing and may be repeated. Ids that nobody knows are \
                      missing from the answer.",
        parameters: &[],
        body: Body::Json(of::<ReviewsQuestion>, examples::question),
        successes: &[answer(200, "Those that are known.", of::<ReviewsAnswer>, examples::reviews)],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            TooLarge,
            MediaType,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "put",
        path: "/v1/fences/{product}",
        name: "bar",
        summary: "Take nothing about a product under an earlier fence",
        description: "Whoever takes a product over from another run shuts that one out before it looks at the product.",
        parameters: &[Parameter::Product],
        body: Body::Json(of::<FenceBar>, examples::bar),
        successes: &[done(204, "Nothing is taken under an earlier fence.")],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            Replayed,
            NotFound,
            FenceLate,
            TooLarge,
            MediaType,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "put",
        path: "/v1/assets/{digest}",
        name: "upload",
        summary: "Upload a file that submissions name",
        description: "Files are known by the BLAKE3 digest of their content; the same file is kept once.",
        parameters: &[Parameter::Digest],
        body: Body::File,
        successes: &[done(201, "It is kept."), done(204, "It is here already.")],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            Replayed,
            NotFound,
            AssetMismatch,
            TooLarge,
            MediaType,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
    Operation {
        method: "head",
        path: "/v1/assets/{digest}",
        name: "look",
        summary: "Whether a file is here",
        description: "Saves uploading it again. As ever with HEAD, a problem has its status and no body.",
        parameters: &[Parameter::Digest],
        body: Body::None,
        successes: &[done(200, "It is here.")],
        problems: &[
            Malformed,
            Unsigned,
            SignatureWrong,
            ClockSkewed,
            NotFound,
            TooLarge,
            Throttled,
            Failed,
            Unavailable,
        ],
        is_open: false,
    },
];
