//! The types of rows in the words of the core.

use sumu_core::form;

use crate::xlsform::survey::{Accuracy, Kind, Question};

/// Returns the kind of a row.
pub(super) fn kind(kind: &Kind) -> form::Kind {
    match kind {
        Kind::Group(_) => form::Kind::Group,
        Kind::Repeat(_) => form::Kind::Repeat,
        Kind::Question(question) => form::Kind::Question(typed(question)),
    }
}

fn typed(question: &Question) -> form::Question {
    let number = |list: &usize| u32::try_from(*list).unwrap_or(u32::MAX);
    match question {
        Question::Text => form::Question::Text,
        Question::Integer => form::Question::Integer,
        Question::Decimal => form::Question::Decimal,
        Question::Note => form::Question::Note,
        Question::Calculate => form::Question::Calculate,
        Question::SelectOne(list) => form::Question::SelectOne(number(list)),
        Question::SelectMultiple(list) => form::Question::SelectMultiple(number(list)),
        Question::Date => form::Question::Date,
        Question::Time => form::Question::Time,
        Question::DateTime => form::Question::DateTime,
        Question::Image(_) => form::Question::Image,
        Question::Audio => form::Question::Audio,
        Question::Video => form::Question::Video,
        Question::File => form::Question::File,
        Question::Acknowledge => form::Question::Acknowledge,
        Question::Geopoint(_) => form::Question::Geopoint,
        Question::StartGeopoint(_) => form::Question::StartGeopoint,
        Question::Range(range) => form::Question::Range {
            start: range.start.clone(),
            end: range.end.clone(),
            step: range.step.clone(),
            integer: range.integer,
        },
        Question::Barcode => form::Question::Barcode,
        Question::Hidden => form::Question::Hidden,
        Question::Start => form::Question::Start,
        Question::End => form::Question::End,
        Question::Today => form::Question::Today,
        Question::DeviceId => form::Question::DeviceId,
        Question::Username => form::Question::Username,
        Question::Email => form::Question::Email,
        Question::PhoneNumber => form::Question::PhoneNumber,
    }
}

/// Returns what else is told to the screen, sorted by name.
pub(super) fn parameters(kind: &Kind) -> Vec<(String, String)> {
    let named = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
    match kind {
        Kind::Question(Question::Image(pixels)) => {
            named("max-pixels", &pixels.map(|pixels| pixels.to_string())).into_iter().collect()
        }
        Kind::Question(
            Question::Geopoint(Accuracy { capture, warning }) | Question::StartGeopoint(Accuracy { capture, warning }),
        ) => named("capture-accuracy", capture).into_iter().chain(named("warning-accuracy", warning)).collect(),
        _ => Vec::new(),
    }
}
