//! The style sheet and the one small script, named by their content so that browsers may keep them.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, header};
use sumu_core::ids::ContentHash;

use super::error::PageError;

const STYLE: &str = include_str!("../../static/sumu.css");
const SCRIPT: &str = include_str!("../../static/sign-in.js");

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| address(STYLE, "sumu.css"));
static SCRIPT_ADDRESS: LazyLock<String> = LazyLock::new(|| address(SCRIPT, "sign-in.js"));

fn address(content: &str, name: &str) -> String {
    let version: String = ContentHash::of(content.as_bytes()).to_string().chars().take(16).collect();
    format!("/static/{version}/{name}")
}

/// Returns the address of the style sheet.
pub(super) fn style() -> &'static str {
    &STYLE_ADDRESS
}

/// Returns the address of the sign-in page's script.
pub(super) fn script() -> &'static str {
    &SCRIPT_ADDRESS
}

/// Returns a file of this version; an older page's file is not found, and the page is loaded anew.
pub(super) async fn asset(
    Path((version, name)): Path<(String, String)>,
) -> Result<([(HeaderName, &'static str); 2], &'static str), PageError> {
    let asked = format!("/static/{version}/{name}");
    let (kind, content) = if asked == style() {
        ("text/css; charset=utf-8", STYLE)
    } else if asked == script() {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else {
        return Err(PageError::NotFound);
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], content))
}
