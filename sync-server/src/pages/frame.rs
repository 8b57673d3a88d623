//! What stands around every page: its words, its language and the other one, who looks, and the style.

use axum::http::Uri;

use super::assets;
use super::labels::Labels;
use super::language::{Language, NAME};

/// What the base template needs beside the page's own context.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// The words.
    pub(super) labels: &'static Labels,
    /// The language that the page speaks.
    pub(super) language: Language,
    /// The same page in the other language.
    pub(super) switch: String,
    /// Who looks, if somebody is signed in.
    pub(super) viewer: Option<String>,
}

impl Frame {
    /// Makes the frame of a page.
    pub(super) fn new(language: Language, uri: &Uri, viewer: Option<String>) -> Self {
        let other = language.other().word();
        let kept = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(NAME));
        let query: Vec<&str> = kept.collect();
        let rest = if query.is_empty() { String::new() } else { format!("{}&", query.join("&")) };
        Self { labels: language.labels(), language, switch: format!("{}?{rest}{NAME}={other}", uri.path()), viewer }
    }

    /// Returns the address of the style sheet.
    pub(super) fn style(&self) -> &'static str {
        assets::style()
    }

    /// Returns the address of the sign-in page's script.
    pub(super) fn script(&self) -> &'static str {
        assets::script()
    }

    /// Makes the frame of a sample.
    #[cfg(test)]
    pub(super) fn sample(language: Language) -> Self {
        Self::new(language, &Uri::from_static("/sample?round=autumn"), Some("斯琴".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_is_the_same_page_with_the_same_question() {
        let switch = |uri| Frame::new(Language::English, &Uri::from_static(uri), None).switch;
        assert_eq!(switch("/area/1505"), "/area/1505?lang=zh");
        assert_eq!(switch("/area/1505?lang=en&round=a&after=2"), "/area/1505?round=a&after=2&lang=zh");
    }
}
