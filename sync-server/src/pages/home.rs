//! The first page: the person's areas, or the one area itself.

use askama::Template;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Redirect, Response};
use sumu_core::region::Region;

use super::error::{PageError, render};
use super::frame::Frame;
use super::visitor::Visitor;
use crate::admin::AdminError;
use crate::view::View;
use crate::{Sqlite, State};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    regions: Vec<Region>,
}

/// Lists the person's areas; who has one only is led there.
pub(super) async fn home(Extract(state): Extract<State>, visitor: Visitor) -> Result<Response, PageError> {
    if let [area] = visitor.areas.as_slice() {
        return Ok(Redirect::to(&format!("/area/{area}")).into_response());
    }
    let areas = visitor.areas.clone();
    let read = state.read::<_, AdminError>(move |connection| {
        let view = Sqlite::new(connection);
        let mut regions = Vec::new();
        for area in &areas {
            regions.extend(view.region(area)?);
        }
        Ok(regions)
    });
    Ok(render(&HomePage { frame: visitor.frame, regions: read.await? })?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;

    #[test]
    fn areas_are_links_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let region = crate::pages::area::sample_region("150521", "科左中旗");
            let page = HomePage { frame: Frame::sample(language), regions: vec![region] }.render().unwrap();
            assert!(page.contains("href=\"/area/150521\"") && page.contains("科左中旗"));
        }
    }
}
