//! Which language a page speaks: as the query asks, else as the cookie remembers, else as the browser prefers.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

use super::labels::{CHINESE, ENGLISH, Labels};

/// The name of the query parameter, and of the cookie that remembers it.
pub(super) const NAME: &str = "lang";

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Reads what a request asks for.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::asked(uri)
            .or_else(|| cookie(headers, NAME).and_then(Self::from_word))
            .or_else(|| Self::preferred(headers))
            .unwrap_or_default()
    }

    /// Reads what a request asks for.
    pub(super) fn of_parts(parts: &Parts) -> Self {
        Self::of(&parts.uri, &parts.headers)
    }

    /// Returns the language that the query names.
    pub(super) fn asked(uri: &Uri) -> Option<Self> {
        let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(name, _)| *name == NAME).find_map(|(_, word)| Self::from_word(word))
    }

    /// Returns the first of the browser's languages that the pages speak.
    fn preferred(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        accepted.split(',').find_map(|language| Self::from_word(language.trim().split([';', '-']).next()?))
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Chinese, Self::English].into_iter().find(|language| language.word().eq_ignore_ascii_case(word))
    }

    /// Returns the word in queries and cookies.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// Returns the value of the attribute `lang`.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Returns the other one.
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// Returns all words of the pages.
    pub(super) const fn labels(self) -> &'static Labels {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }

    /// Chooses between a Chinese and an English text.
    pub(super) fn choose<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English if english.is_empty() => chinese,
            Self::English => english,
        }
    }
}

/// Returns the value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(path: &str, headers: &[(header::HeaderName, &str)]) -> Language {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        Language::of(&path.parse().unwrap(), &headers)
    }

    #[test]
    fn the_query_outweighs_the_cookie_and_that_the_browser() {
        let english = (header::ACCEPT_LANGUAGE, "fr-FR, en-US;q=0.9, zh;q=0.5");
        assert_eq!(language("/", &[]), Language::Chinese);
        assert_eq!(language("/", &[(header::ACCEPT_LANGUAGE, "zh-CN,en")]), Language::Chinese);
        assert_eq!(language("/", std::slice::from_ref(&english)), Language::English);
        let cookie = (header::COOKIE, "a=b; lang=zh");
        assert_eq!(language("/", &[english.clone(), cookie.clone()]), Language::Chinese);
        assert_eq!(language("/?round=x&lang=en", &[english, cookie]), Language::English);
        assert_eq!(language("/?lang=klingon", &[]), Language::Chinese);
    }
}
