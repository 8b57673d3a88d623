//! Who looks at a page: the session's person with the areas that they may read now.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sumu_core::region::{Area, Code};

use super::error::PageError;
use super::frame::Frame;
use super::language::{Language, cookie};
use crate::admin::AdminError;
use crate::session::viewer;
use crate::view::View;
use crate::{Sqlite, State};

/// The cookie that names the session. Over TLS its name binds it to this host alone.
pub(super) fn cookie_name(state: &State) -> &'static str {
    if state.options().secure { "__Host-sumu" } else { "sumu" }
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// What stands around their page.
    pub(super) frame: Frame,
    /// The areas that they may read, those within others left out.
    pub(super) areas: Vec<Area>,
}

impl Visitor {
    /// Tells whether the person may read what happens in a place.
    pub(super) fn may_read(&self, code: &Code) -> bool {
        self.areas.iter().any(|area| area.covers(code))
    }
}

impl FromRequestParts<State> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, PageError> {
        let token = cookie(&parts.headers, cookie_name(state)).ok_or(PageError::SignedOut)?.to_owned();
        let now = state.clock().seconds();
        let read = state.read::<_, AdminError>(move |connection| {
            let Some(viewer) = viewer(connection, &token, now)? else { return Ok(None) };
            let areas = Sqlite::new(connection).areas_of(&viewer.person)?;
            Ok(Some((viewer, areas)))
        });
        let (viewer, areas) = read.await?.ok_or(PageError::SignedOut)?;
        if areas.is_empty() {
            return Err(PageError::NoArea);
        }
        let frame = Frame::new(Language::of_parts(parts), &parts.uri, Some(viewer.name));
        Ok(Self { frame, areas })
    }
}

/// Refuses a form that a page of another site sent. A browser tells by `Sec-Fetch-Site`; an old one by `Origin`.
pub(super) fn own_form(headers: &HeaderMap) -> Result<(), PageError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text(header::HOST.as_str());
            origin.split_once("://").map(|(_, host)| host) == host
        }
        // No browser, so nobody's cookie.
        (None, None) => true,
    };
    if own { Ok(()) } else { Err(PageError::Foreign) }
}
