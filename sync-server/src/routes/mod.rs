//! The router: every path of the server stands in this list.

mod door;
mod enrol;
mod error;
mod health;
mod reference;
mod sync;

use axum::routing::{get, post};
use axum::{Router, middleware};

pub(crate) use error::ApiError;

use crate::State;
use crate::observe::observe;
use crate::pages;

/// Makes the router of a server.
pub fn app(state: State) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/v1/enrol", enrol::route())
        .route("/v1/sync", post(sync::sync))
        .route("/v1/reference", get(reference::manifest))
        .route("/v1/reference/{hash}", get(reference::part))
        .merge(pages::router(&state))
        .layer(middleware::from_fn_with_state(state.clone(), observe))
        .with_state(state)
}
