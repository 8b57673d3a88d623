//! Errors of `/v1`: a status, a stable code and what to do, as JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sumu_core::reference::ErrorReply;
use sumu_core::wire::WireError;

use crate::database::damaged;
use crate::exchange::ReplyError;

/// Why a request of a phone was not answered, and what it can do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No token, or one that is not known.
    #[error("this phone is not known here; enrol again with a new link, nothing on the phone is lost")]
    Unauthorized,
    /// The token is good, but not for this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nothing is here.
    #[error("{0}")]
    NotFound(&'static str),
    /// The body cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// The body is larger than the limit.
    #[error("the body is larger than {0} bytes; send less at a time")]
    TooLarge(usize),
    /// The phone asks too often.
    #[error("too many requests; wait {0} seconds")]
    TooMany(u16),
    /// The protocol's version is not spoken here.
    #[error("{0}")]
    Version(String),
    /// The server cannot work just now.
    #[error("the server cannot work just now; try again later")]
    Unavailable(#[source] rusqlite::Error),
}

impl ApiError {
    /// Returns the status and the stable code.
    const fn code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Version(_) => (StatusCode::UPGRADE_REQUIRED, "version"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(error)
    }
}

impl From<ReplyError> for ApiError {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Storage(error) => Self::Unavailable(error),
            ReplyError::Wire(error) => {
                tracing::error!(%error, "a frame cannot be written");
                Self::Unavailable(damaged("frame"))
            }
        }
    }
}

impl From<WireError> for ApiError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Version(_) => Self::Version(error.to_string()),
            WireError::TooLarge { limit, .. } => Self::TooLarge(limit),
            _ => Self::Malformed(error.to_string()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.code();
        if let Self::Unavailable(error) = &self {
            tracing::error!(%error, "a request failed");
        }
        let reply = ErrorReply { error: code.to_owned(), message: self.to_string() };
        let body = serde_json::to_vec(&reply).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        let wait = match self {
            Self::TooMany(seconds) => Some(seconds),
            Self::Unavailable(_) => Some(10),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
