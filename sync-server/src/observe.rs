//! One line of log and one count for every request: method, route, status and time; never paths with what they name,
//! queries, bodies or tokens.

use axum::extract::{MatchedPath, Request, State as Extract};
use axum::middleware::Next;
use axum::response::Response;

use crate::State;

/// Lets a request through, logs and counts it.
pub(crate) async fn observe(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str).to_owned();
    let began = state.clock().millis();
    let response = next.run(request).await;
    let took = state.clock().millis().saturating_sub(began).max(0);
    let status = response.status().as_u16();
    // Methods and routes are ours; a method that nobody defined would make a count of its own each time.
    let known = matches!(method.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS");
    let method = if known { method.as_str() } else { "other" };
    state.metrics().request(method, &route, status, took as f64 / 1_000.0);
    if route == "/healthz" || route == "/readyz" || route == "/metrics" {
        tracing::debug!(method, route, status, took_ms = took, "request");
    } else {
        tracing::info!(method, route, status, took_ms = took, "request");
    }
    response
}
