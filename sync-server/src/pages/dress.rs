//! What every page's response wears: strict headers, the remembered language, and errors written as pages.

use axum::extract::{Request, State as Extract};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ErrorPage, PageError, render};
use super::frame::Frame;
use super::language::{Language, NAME};
use crate::State;

/// Nothing is loaded but our own style, script and pictures; nobody may frame a page or take a form elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// How long the language is remembered, in seconds: a year.
const REMEMBERED: u32 = 365 * 24 * 3_600;

/// Lets a request through to its page and dresses what comes back.
pub(super) async fn dress(Extract(state): Extract<State>, request: Request, next: Next) -> Response {
    let language = Language::of(request.uri(), request.headers());
    let asked = Language::asked(request.uri());
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let status = response.status();
    // What the router itself refuses, like a form that is too long, is told as a page too.
    let refused = status.is_client_error().then_some(PageError::Malformed);
    if let Some(error) = response.extensions().get::<PageError>().copied().or(refused) {
        let frame = Frame::new(language, &uri, None);
        let mut page = render(&ErrorPage::new(error, frame)).into_response();
        *page.status_mut() = status;
        if let PageError::TooMany(seconds) = error {
            page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response = page;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(language) = asked {
        let secure = if state.options().secure { "; Secure" } else { "" };
        let cookie = format!("{NAME}={}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax{secure}", language.word());
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}
