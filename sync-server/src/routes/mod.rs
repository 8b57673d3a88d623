//! The router: every path of the server stands in this list.

mod error;
mod reference;
mod sync;

use axum::Router;
use axum::routing::{get, post};

pub use error::ApiError;

use crate::State;

/// Makes the router of a server.
pub fn app(state: State) -> Router {
    Router::new()
        .route("/v1/sync", post(sync::sync))
        .route("/v1/reference", get(reference::manifest))
        .route("/v1/reference/{hash}", get(reference::part))
        .with_state(state)
}
