//! `GET /v1/reference` and its parts.

use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use sumu_core::ids::ContentHash;

use super::{ApiError, door};
use crate::State;

/// Returns the manifest that holds for the device: 200 with JSON.
pub(super) async fn manifest(Extract(state): Extract<State>, headers: HeaderMap) -> Result<Response, ApiError> {
    let parts = parts(&state, &headers).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], parts.manifest.clone()).into_response())
}

/// Returns one part of the device's manifest: 200 with zstd over JSON, 404 if the manifest has changed meanwhile.
pub(super) async fn part(
    Extract(state): Extract<State>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let hash: ContentHash = hash.parse().map_err(|_| ApiError::NotFound("no part has this name"))?;
    let parts = parts(&state, &headers).await?;
    let part = parts.parts.get(&hash);
    let part = part.ok_or(ApiError::NotFound("the reference data has changed; fetch the manifest again"))?;
    Ok(([(header::CONTENT_TYPE, "application/zstd")], part.clone()).into_response())
}

async fn parts(state: &State, headers: &HeaderMap) -> Result<std::sync::Arc<crate::reference::Parts>, ApiError> {
    let caller = door::enter(state, headers).await?;
    if caller.revoked {
        return Err(ApiError::Forbidden("this phone or person was revoked; ask the office"));
    }
    let reader = state.clone();
    let parts =
        state.read(move |connection| reader.reference().of(connection, reader.programme(), &caller.person)).await?;
    Ok(parts)
}
