//! Why a page cannot be shown, told in the reader's language with what to do.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::frame::Frame;
use super::labels::Labels;
use crate::admin::AdminError;
use crate::session::SignInError;

/// Why a page is not shown. The middleware [`dress`](super::dress) writes it as a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageError {
    /// Nobody is signed in, or the session is over.
    SignedOut,
    /// The place lies outside the person's areas, or does not exist: which of the two is not told.
    NotFound,
    /// The person holds no area any more.
    NoArea,
    /// The link's code is not known.
    UnknownLink,
    /// The link worked once already.
    UsedLink,
    /// The link came too late.
    ExpiredLink,
    /// The form was sent from another site.
    Foreign,
    /// The query or the form cannot be read.
    Malformed,
    /// Too many tries from one address; wait some seconds.
    TooMany(u16),
    /// The server cannot work just now.
    Unavailable,
}

impl PageError {
    /// Returns the status.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoArea | Self::UnknownLink | Self::UsedLink | Self::ExpiredLink | Self::Foreign => {
                StatusCode::FORBIDDEN
            }
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns what went wrong, and what to do.
    const fn words(self, labels: &Labels) -> (&'static str, &'static str) {
        match self {
            Self::SignedOut => labels.signed_out,
            Self::NotFound => labels.not_found,
            Self::NoArea => labels.no_area,
            Self::UnknownLink => labels.unknown_link,
            Self::UsedLink => labels.used_link,
            Self::ExpiredLink => labels.expired_link,
            Self::Foreign => labels.foreign,
            Self::Malformed => labels.malformed,
            Self::TooMany(_) => labels.too_many,
            Self::Unavailable => labels.unavailable,
        }
    }
}

impl From<AdminError> for PageError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Unknown { .. } => Self::NotFound,
            error => {
                tracing::error!(%error, "a page failed");
                Self::Unavailable
            }
        }
    }
}

impl From<SignInError> for PageError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unknown => Self::UnknownLink,
            SignInError::Used => Self::UsedLink,
            SignInError::Expired => Self::ExpiredLink,
            SignInError::Storage(error) => {
                tracing::error!(%error, "signing in failed");
                Self::Unavailable
            }
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The page that tells an error.
#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage {
    frame: Frame,
    what: &'static str,
    cure: &'static str,
}

impl ErrorPage {
    /// Makes the page of an error.
    pub(super) fn new(error: PageError, frame: Frame) -> Self {
        let (what, cure) = error.words(frame.labels);
        Self { frame, what, cure }
    }
}

/// Renders a page; a template that cannot be rendered is a fault of ours.
pub(super) fn render(page: &impl Template) -> Result<axum::response::Html<String>, PageError> {
    page.render().map(axum::response::Html).map_err(|error| {
        tracing::error!(%error, "a template failed");
        PageError::Unavailable
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;

    #[test]
    fn every_error_says_what_to_do_in_both_languages() {
        use PageError::*;
        for language in [Language::Chinese, Language::English] {
            for error in [
                SignedOut,
                NotFound,
                NoArea,
                UnknownLink,
                UsedLink,
                ExpiredLink,
                Foreign,
                Malformed,
                TooMany(9),
                Unavailable,
            ] {
                let page = ErrorPage::new(error, Frame::sample(language)).render().unwrap();
                let (what, cure) = error.words(language.labels());
                assert!(page.contains(what) && page.contains(cure), "{error:?}: {page}");
                assert!(page.contains(&format!("lang=\"{}\"", language.tag())));
            }
        }
    }
}
