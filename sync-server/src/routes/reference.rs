//! `GET /v1/reference` and its parts.

use axum::extract::State as Extract;
use axum::response::Response;

use super::ApiError;
use crate::State;

/// Returns the manifest that holds for the device.
pub(super) async fn manifest(Extract(_state): Extract<State>) -> Result<Response, ApiError> {
    todo!()
}

/// Returns one part.
pub(super) async fn part(Extract(_state): Extract<State>) -> Result<Response, ApiError> {
    todo!()
}
