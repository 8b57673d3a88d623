//! `POST /v1/sync`: one exchange of a phone.

use axum::body::{Body, to_bytes};
use axum::extract::State as Extract;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use sumu_core::wire::{Request, limits};

use super::{ApiError, door};
use crate::State;
use crate::exchange::{receive, reply};

/// Answers one exchange: takes the push in, then streams frames.
///
/// 200 with frames. Once the push is committed it stays, also if the phone hangs up; a repeat is answered again. 400 for a
/// body that the protocol does not allow, 401 for an unknown token, 403 if the token is another device's, 413 and 429 at the
/// limits, 426 for an unknown version, 503 if the database cannot be used; of all these nothing was taken.
pub(super) async fn sync(Extract(state): Extract<State>, headers: HeaderMap, body: Body) -> Result<Response, ApiError> {
    let caller = door::enter(&state, &headers).await?;
    let body = to_bytes(body, limits::REQUEST_BYTES).await.map_err(|_| ApiError::TooLarge(limits::REQUEST_BYTES))?;
    let work = state.clone();
    let received = state
        .in_turn(move || {
            let request = Request::decode(&body)?;
            drop(body);
            if request.device != caller.device {
                return Err(ApiError::Forbidden("the token belongs to another phone; enrol again with a new link"));
            }
            let (programme, limits, now) = (work.programme(), work.options().limits, work.clock().seconds());
            Ok(work.database().write(|tx| receive(tx, programme, &caller, &request, limits, now))?)
        })
        .await?;
    Ok(reply(state, caller, received).await?.into_response())
}
