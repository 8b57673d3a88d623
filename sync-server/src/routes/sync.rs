//! `POST /v1/sync`: one exchange of a phone.

use axum::extract::State as Extract;
use axum::response::Response;

use super::ApiError;
use crate::State;

/// Answers one exchange.
pub(super) async fn sync(Extract(_state): Extract<State>) -> Result<Response, ApiError> {
    todo!()
}
