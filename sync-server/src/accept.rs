//! The accept loop: connections, TLS, HTTP/1.1, and an orderly end.
//!
//! Our own loop instead of axum's, because an idle exchange has to be small (no `date` header), headers must come in time,
//! and a stop must wait for what was accepted, but not for ever.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::Peer;

/// How many connections are served at once; more wait in the system's queue.
const CONNECTIONS: usize = 4_096;
/// How long a TLS handshake may take: a line of 64 kbit/s with round trips of 2 s needs about 8.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// How long a request's headers may take, and how long an idle connection stays open.
const HEADERS: Duration = Duration::from_secs(30);

/// Turns connections into streams of plain bytes.
#[derive(Clone)]
pub(crate) struct Acceptor(Option<TlsAcceptor>);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Acceptor(tls)" } else { "Acceptor(plain)" })
    }
}

impl Acceptor {
    pub(crate) fn new(config: Option<Arc<rustls::ServerConfig>>) -> Self {
        Self(config.map(TlsAcceptor::from))
    }
}

/// Serves until `stop` ends; then requests that were accepted have `grace` to finish.
pub(crate) async fn run(
    listener: TcpListener,
    acceptor: Acceptor,
    app: Router,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let mut stop = pin!(stop);
    let (stopping, stopped) = watch::channel(false);
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = async { (Arc::clone(&slots).acquire_owned().await, listener.accept().await) };
        let (slot, accepted) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        let (acceptor, app, stopped) = (acceptor.clone(), app.clone(), stopped.clone());
        connections.spawn(async move {
            if let Err(error) = connection(stream, peer, acceptor, app, stopped).await {
                tracing::debug!(peer = %peer.ip(), %error, "connection ended early");
            }
            drop(slot);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    // Every connection watches this; nobody else may hold a receiver's fate.
    stopping.send_replace(true);
    tracing::info!(connections = connections.len(), "stopping; accepted requests are finished first");
    let finished = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(grace, finished).await.is_err() {
        tracing::warn!(grace_seconds = grace.as_secs(), "some requests did not finish in time and were cut");
    }
}

/// An error of accepting is the peer's own, or this process has no more files: then a rest lets some be closed.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "no connection can be accepted now");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Acceptor,
    app: Router,
    stopped: watch::Receiver<bool>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    match acceptor.0 {
        None => requests(stream, peer, app, stopped).await,
        Some(tls) => {
            let stream = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await??;
            requests(stream, peer, app, stopped).await
        }
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    app: Router,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Peer(peer.ip().to_canonical()));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        ended = &mut connection => ended?,
        () = until(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await?;
        }
    }
    Ok(())
}

/// Waits for the stop; a sender that is gone is one too.
async fn until(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
