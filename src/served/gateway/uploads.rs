//! Files that submissions name, uploaded under the digest of their content.

use super::Call;
use super::answer::{Answered, nothing, problem};
use crate::model::Digest;
use crate::wire::gateway::ProblemKind;
use axum::http::{HeaderValue, StatusCode, header};

/// Takes a file.
pub(super) fn upload(call: &Call<'_>) -> Answered {
    let digest: Digest = call.named()?;
    let found = Digest::of_bytes(call.body);
    if found != digest {
        return Err(problem(ProblemKind::AssetMismatch, format!("its BLAKE3 digest is {found}")));
    }
    if call.seller.asset(&digest.to_string()).is_some() {
        return Ok(nothing(StatusCode::NO_CONTENT));
    }
    let kept = call.seller.keep(&digest, call.body);
    kept.map_err(|error| problem(ProblemKind::Unavailable, error.to_string()))?;
    Ok(nothing(StatusCode::CREATED))
}

/// Says whether a file is here.
pub(super) fn look(call: &Call<'_>) -> Answered {
    let digest: Digest = call.named()?;
    let Some(content) = call.seller.asset(&digest.to_string()) else {
        return Err(problem(ProblemKind::NotFound, format!("there is no file {digest}")));
    };
    let mut response = nothing(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(content.len()));
    Ok(response)
}
