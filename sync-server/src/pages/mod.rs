//! The pages that supervisors look at: server-rendered HTML that works without scripts, in Chinese and English.
//!
//! One page a file, each a context struct with its template in `templates/`. A page asks the view and holds no SQL; it shows
//! only the areas of the person whose session the cookie names. To add one, write its context and template, give it a
//! `sample` that its test renders in both languages, and name its path in [`router`].

mod area;
mod assets;
mod dress;
mod error;
mod frame;
mod home;
mod labels;
mod language;
mod marks;
mod question;
mod record;
mod sign_in;
mod teller;
#[cfg(test)]
mod tests;
mod visitor;

use axum::routing::get;
use axum::{Router, middleware};

use crate::State;
use error::PageError;

/// Makes the routes of all pages, and of everything that no other route answers.
pub(crate) fn router(state: &State) -> Router<State> {
    Router::new()
        .route("/", get(home::home))
        .route("/in", sign_in::route())
        .route("/out", axum::routing::post(sign_in::sign_out))
        .route("/area/{code}", get(area::area))
        .route("/record/{site}/{item}", get(record::record))
        .route("/static/{version}/{name}", get(assets::asset))
        .fallback(|| async { PageError::NotFound })
        .layer(middleware::from_fn_with_state(state.clone(), dress::dress))
}
