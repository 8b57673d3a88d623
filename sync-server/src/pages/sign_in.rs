//! Signing in by a one-time link, and out again.
//!
//! The code stands behind the `#` of the link, which no server and no log sees; the page's one button sends it in a form.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Form, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};

use super::error::{PageError, render};
use super::frame::Frame;
use super::language::{Language, cookie};
use super::visitor::{cookie_name, own_form};
use crate::State;
use crate::admin::AdminError;
use crate::peer::Asker;
use crate::session::{self, LASTS};

/// The most bytes of a form: a code has 22.
const FORM: usize = 1_024;

/// Returns the routes of `/in`, with a small limit of their own on bodies.
pub(super) fn route() -> MethodRouter<State> {
    get(show).post(sign_in).layer(DefaultBodyLimit::max(FORM))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
}

async fn show(uri: Uri, headers: HeaderMap) -> Result<Html<String>, PageError> {
    render(&SignInPage { frame: Frame::new(Language::of(&uri, &headers), &uri, None) })
}

#[derive(serde::Deserialize)]
struct Code {
    code: String,
}

/// Uses up the code and begins a session: 303 to the person's areas.
async fn sign_in(
    Extract(state): Extract<State>,
    asker: Asker,
    headers: HeaderMap,
    Form(form): Form<Code>,
) -> Result<Response, PageError> {
    own_form(&headers)?;
    asker.try_door(&state).map_err(PageError::TooMany)?;
    // Who pastes the whole link means what stands behind its #.
    let code = form.code.trim().rsplit('#').next().unwrap_or_default().to_owned();
    let worker = state.clone();
    let signing = state.write(move |tx| session::sign_in(tx, &code, worker.entropy(), worker.clock().seconds()));
    let token = signing.await?;
    Ok(with_cookie(&state, &token, LASTS))
}

/// Ends the session: 303 to the sign-in page.
pub(super) async fn sign_out(Extract(state): Extract<State>, headers: HeaderMap) -> Result<Response, PageError> {
    own_form(&headers)?;
    if let Some(token) = cookie(&headers, cookie_name(&state)).map(str::to_owned) {
        state.write::<_, AdminError>(move |tx| Ok(session::sign_out(tx, &token)?)).await?;
    }
    Ok(with_cookie(&state, "", 0))
}

fn with_cookie(state: &State, token: &str, seconds: i64) -> Response {
    let secure = if state.options().secure { "; Secure" } else { "" };
    let name = cookie_name(state);
    // Lax, because the supervisor may follow a link to a page in a message.
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut response = Redirect::to(if token.is_empty() { "/in" } else { "/" }).into_response();
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_for_the_code_in_both_languages_and_has_one_button() {
        for language in [Language::Chinese, Language::English] {
            let frame = Frame { viewer: None, ..Frame::sample(language) };
            let page = SignInPage { frame }.render().unwrap();
            assert_eq!(page.matches("<button").count(), 1);
            assert!(page.contains(language.labels().sign_in) && page.contains("name=\"code\""));
        }
    }
}
