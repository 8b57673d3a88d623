//! A server in a temporary folder for tests: its clock stands, its randomness follows from a seed.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use sumu_core::clock::{ManualClock, SeededEntropy};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::admin::testing::NOW;
use crate::admin::{self, Address};
use crate::{Options, State, app};

/// Opens a server with regions, items, a round and an address, at [`NOW`].
pub(crate) fn state(options: Options) -> (TempDir, State) {
    let (folder, state, _) = state_and_clock(options);
    (folder, state)
}

/// Opens a server whose clock can be moved.
pub(crate) fn state_and_clock(options: Options) -> (TempDir, State, Arc<ManualClock>) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(NOW * 1_000));
    let entropy = Arc::new(SeededEntropy::new(77));
    let state = State::open(folder.path(), Arc::clone(&clock) as _, entropy, options).unwrap();
    state
        .database()
        .write::<_, admin::AdminError>(|tx| {
            admin::testing::prepare(tx);
            admin::remember_address(tx, &Address { url: "http://127.0.0.1:8417".to_owned(), fingerprint: None })
        })
        .unwrap();
    (folder, state, clock)
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Sends one request to the server, without a network.
pub(crate) async fn send(state: &State, request: Request<Body>) -> Answer {
    let response = app(state.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}
