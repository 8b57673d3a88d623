//! The door of `/v1`: whose token it is, and whether the device asks too often.

use axum::http::{HeaderMap, header};

use super::ApiError;
use crate::State;
use crate::exchange::{Caller, caller};
use crate::secrets;

/// Finds the caller by the bearer token, and lets the device in if it does not ask too often.
///
/// Tokens are long and random and only their hashes are kept, so looking one up tells nothing by its timing.
pub(super) async fn enter(state: &State, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).ok_or(ApiError::Unauthorized)?;
    let hash = secrets::hash(token.trim());
    let caller = state.read(move |connection| caller(connection, &hash)).await?.ok_or(ApiError::Unauthorized)?;
    state.doors().enter(caller.device, state.clock().millis()).map_err(ApiError::TooMany)?;
    Ok(caller)
}
