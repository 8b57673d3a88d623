//! What carries a request to the server and its reply back.
//!
//! The engine speaks to a [`Transport`] only, so a test can put a line between phone and server that breaks at any byte.
//! A transport knows nothing of the protocol: it sends bytes, and says why it could not.

use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use zeroize::Zeroizing;

/// Carries calls to one server.
///
/// A reply may be lost after the server acted on the call; whoever calls again must not mind a repeat. Dropping the future
/// or the body cancels the call.
pub trait Transport: Send + Sync {
    /// Sends a call and returns once the reply's head is there; its body goes on arriving.
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>>;
}

/// What is asked of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads; the body is empty.
    Get,
    /// Sends a body.
    Post,
}

/// One HTTP request.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is asked.
    pub method: Method,
    /// The path below the server's URL, with its leading slash, like `/v1/sync`.
    pub path: String,
    /// The bearer token, where there is one already.
    pub token: Option<Secret>,
    /// The body.
    pub body: Vec<u8>,
}

/// One HTTP response, whose body arrives in pieces of any size.
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// How many seconds the server asks to wait, from `Retry-After`.
    pub retry_after: Option<u32>,
    /// The body. A body that ends before its end gives [`TransportError::Cut`] as its last piece.
    pub body: BoxStream<'static, Result<Vec<u8>, TransportError>>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}, retry after {:?})", self.status, self.retry_after)
    }
}

/// Says why a call has no whole reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection came about; the server did not see the call.
    #[error("the server cannot be reached ({why}); everything is kept here, sync again where there is a connection")]
    Offline {
        /// What the system says.
        why: String,
    },
    /// The line broke after the connection stood; the server may have acted on the call.
    #[error("the line broke in the middle ({why}); nothing is lost, sync again")]
    Cut {
        /// What the system says.
        why: String,
    },
    /// The other end did not prove that it is the server; nothing was sent to it.
    #[error("the server did not prove who it is ({why}); check the phone's date, then ask the office for a new link")]
    Untrusted {
        /// What is wrong with its certificate.
        why: String,
    },
}

/// A secret text: wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the secret.
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// Returns it, to be sent or stored and never logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_in_no_debug_output() {
        let token = Some(Secret::new("hush".to_owned()));
        let call = Call { method: Method::Post, path: "/v1/sync".to_owned(), token, body: Vec::new() };
        assert!(!format!("{call:?}").contains("hush"));
    }
}
