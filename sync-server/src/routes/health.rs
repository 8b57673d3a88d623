//! `GET /healthz`, `GET /readyz`, `GET /metrics`: for whoever watches over the server.

use axum::extract::State as Extract;
use axum::http::{HeaderName, StatusCode, header};

use crate::State;

/// Says that the process runs: 200 `ok`.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Says whether the database answers: 200 `ready`, else 503.
pub(super) async fn ready(Extract(state): Extract<State>) -> (StatusCode, &'static str) {
    let answers =
        state.read(|connection| connection.query_row("SELECT lsn FROM log_head", [], |row| row.get::<_, i64>(0)));
    match answers.await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// Returns counts in the text format of Prometheus; they name nobody and nothing.
pub(super) async fn metrics(
    Extract(state): Extract<State>,
) -> Result<([(HeaderName, &'static str); 1], String), StatusCode> {
    let read = state.read(|connection| {
        connection.query_row(
            "SELECT (SELECT lsn FROM log_head), (SELECT count(*) FROM doc),
                    (SELECT count(*) FROM device WHERE revoked_at IS NULL),
                    (SELECT count(*) FROM waiting WHERE state = 3), (SELECT count(*) FROM waiting WHERE state = 4)",
            [],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
        )
    });
    let [lsn, documents, devices, pending, parked]: [i64; 5] =
        read.await.map_err(|_: rusqlite::Error| StatusCode::SERVICE_UNAVAILABLE)?;
    let text = state.metrics().text(&[
        ("log_lsn", "Position of the log's head", lsn),
        ("documents", "Documents in the log", documents),
        ("devices", "Devices that may sync", devices),
        ("changes_pending", "Changes that wait for what they depend on", pending),
        ("changes_parked", "Changes that are kept aside", parked),
    ]);
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}

#[cfg(test)]
mod tests {
    use crate::testing::{send, state};
    use axum::body::Body;
    use axum::http::{Request, StatusCode};

    #[tokio::test]
    async fn a_watcher_learns_that_the_server_lives_is_ready_and_what_it_counted() {
        let (_folder, state) = state(crate::Options::default());
        for path in ["/healthz", "/readyz", "/nowhere/secret"] {
            send(&state, Request::get(path).body(Body::empty()).unwrap()).await;
        }
        let metrics = send(&state, Request::get("/metrics").body(Body::empty()).unwrap()).await;
        assert_eq!(metrics.status, StatusCode::OK);
        assert!(
            metrics.body.contains(r#"sumu_requests_total{method="GET",route="/healthz",status="200"} 1"#),
            "{}",
            metrics.body
        );
        assert!(metrics.body.contains("sumu_log_lsn 0\n"));
        assert!(!metrics.body.contains("secret"));
        assert!(metrics.body.ends_with("# EOF\n"));
    }
}
