//! What one question needs, by its type.

use super::languages::Languages;
use super::parameters::Parameters;
use crate::xlsform::cell::{Cell, Place};
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::survey::{Choice, Expressions, Kind, List, Node, Question, Texts};

/// A question, and its parameters as [`Node::parameters`] has them.
type Made = (Question, Vec<(String, String)>);

/// Makes a question of a plain type with its parameters.
pub(super) fn plain(name: &str, parameters: Option<&Cell>, findings: &mut Findings) -> Made {
    const POSITION: &[&str] = &["capture-accuracy", "warning-accuracy", "allow-mock-accuracy"];
    let allowed: &[&str] = match name {
        "image" => &["max-pixels"],
        "audio" => &["quality"],
        "text" => &["rows"],
        "geopoint" | "start-geopoint" => POSITION,
        "range" => &["start", "end", "step"],
        _ => &[],
    };
    let parameters = Parameters::new(parameters, allowed, findings);
    let told = match name {
        "image" => parameters.pixels(findings),
        "geopoint" | "start-geopoint" => parameters.accuracy(findings),
        _ => Vec::new(),
    };
    let question = match name {
        "integer" => Question::Integer,
        "decimal" => Question::Decimal,
        "note" => Question::Note,
        "calculate" => Question::Calculate,
        "date" => Question::Date,
        "time" => Question::Time,
        "datetime" => Question::DateTime,
        "image" => Question::Image,
        "audio" => Question::Audio,
        "video" => Question::Video,
        "file" => Question::File,
        "acknowledge" => Question::Acknowledge,
        "geopoint" => Question::Geopoint,
        "start-geopoint" => Question::StartGeopoint,
        "range" => parameters.range(findings),
        "barcode" => Question::Barcode,
        "hidden" => Question::Hidden,
        "start" => Question::Start,
        "end" => Question::End,
        "today" => Question::Today,
        "deviceid" => Question::DeviceId,
        "username" => Question::Username,
        "email" => Question::Email,
        "phonenumber" => Question::PhoneNumber,
        _ => Question::Text,
    };
    (question, told)
}

/// Checks the parameters of a select: its only ones shuffle the choices.
pub(super) fn select_parameters(parameters: Option<&Cell>, findings: &mut Findings) {
    if let Some(cell) = parameters
        && cell.text.to_lowercase().contains("randomize")
    {
        findings.push(Finding::at(&codes::RANDOMIZE, &cell.place, &[]));
    } else {
        Parameters::new(parameters, &[], findings);
    }
}

/// Checks what a row needs beside its name; `blamed` tells whether a column's cell was blamed already.
pub(super) fn check(node: &Node, blamed: impl Fn(&str) -> bool, findings: &mut Findings) {
    let Node { kind, name, place, texts, expressions, .. } = node;
    let seen = match kind {
        Kind::Group(_) | Kind::Repeat(_) | Kind::Unknown => false,
        Kind::Question(question) => !matches!(
            question,
            Question::Calculate
                | Question::Hidden
                | Question::Start
                | Question::End
                | Question::Today
                | Question::DeviceId
                | Question::Username
                | Question::Email
                | Question::PhoneNumber
                | Question::StartGeopoint
        ),
    };
    let read = [&texts.label, &texts.hint, &texts.image, &texts.audio, &texts.video];
    if seen && !blamed("label") && !read.into_iter().flatten().any(Option::is_some) {
        findings.push(Finding::at(&codes::NO_LABEL, place, &[name]));
    }
    let computed = expressions.calculation.is_some() || expressions.default.is_some();
    if *kind == Kind::Question(Question::Calculate) && !computed && !blamed("calculation") {
        findings.push(Finding::at(&codes::MISSING_CALCULATION, place, &[name]));
    }
    if let (Some(cell), false) = (&expressions.repeat_count, matches!(kind, Kind::Repeat(_))) {
        findings.push(Finding::at(&codes::COLUMN_WITHOUT_EFFECT, &cell.place, &["repeat_count", "begin_repeat"]));
    }
    let select = matches!(kind, Kind::Question(Question::SelectOne(_) | Question::SelectMultiple(_)));
    if let (Some(cell), false) = (&expressions.choice_filter, select) {
        findings.push(Finding::at(
            &codes::COLUMN_WITHOUT_EFFECT,
            &cell.place,
            &["choice_filter", "select_one, select_multiple"],
        ));
    }
    if let (Some(message), None) = (texts.constraint_message.iter().flatten().next(), &expressions.constraint) {
        findings.push(Finding::at(
            &codes::COLUMN_WITHOUT_EFFECT,
            &message.place,
            &["constraint_message", "constraint"],
        ));
    }
}

/// Refuses appearances that hand a question to another app or search.
pub(super) fn check_appearance(cell: &Cell, findings: &mut Findings) {
    for (start, code) in [("ex:", &codes::EXTERNAL_APP), ("search(", &codes::SEARCH)] {
        let found = cell.text.match_indices(start).find(|(at, _)| {
            let before = cell.text.get(..*at).unwrap_or_default();
            before.is_empty() || before.ends_with(char::is_whitespace)
        });
        if let Some((at, _)) = found {
            let char = cell.text.get(..at).map_or(1, |before| before.chars().count() + 1);
            findings.push(Finding::at_char(code, &cell.place, u32::try_from(char).unwrap_or(1), &[&cell.text]));
        }
    }
}

/// Refuses spaces in the names of choices of which several may be picked: a space parts them in the answer.
pub(super) fn check_picks(list: &List, findings: &mut Findings) {
    for choice in &list.choices {
        let spaced = choice.name.chars().position(char::is_whitespace);
        let Some(char) = spaced.and_then(|at| u32::try_from(at + 1).ok()) else { continue };
        findings.push(Finding::at_char(&codes::SPACE_IN_CHOICE, &choice.place, char, &[&choice.name]));
    }
}

/// Gives a list the choice `other`.
pub(super) fn add_other(asked: &Node, list: &mut List, languages: &Languages, findings: &mut Findings) {
    if let Some(cell) = &asked.expressions.choice_filter {
        findings.push(Finding::at(&codes::OR_OTHER_WITH_FILTER, &cell.place, &[]));
    }
    if list.choices.iter().all(|choice| choice.name != "other") {
        let texts = Texts { label: in_each(languages, &asked.place, ["Other", "其他"]), ..Texts::default() };
        let values = vec![None; list.columns.len()];
        list.choices.push(Choice { name: "other".to_owned(), place: asked.place.clone(), texts, values });
    }
}

/// Makes the question that asks what the other is.
pub(super) fn ask_other(asked: &Node, languages: &Languages) -> Node {
    let relevant = Cell { text: format!("selected(${{{}}}, 'other')", asked.name), place: asked.place.clone() };
    let label = in_each(languages, &asked.place, ["Specify other.", "请说明其他情况。"]);
    Node {
        name: format!("{}_other", asked.name),
        key: String::new(),
        place: asked.place.clone(),
        kind: Kind::Question(Question::Text),
        parameters: Vec::new(),
        texts: Texts { label, ..Texts::default() },
        expressions: Expressions { relevant: Some(relevant), ..Expressions::default() },
        appearance: Vec::new(),
    }
}

/// Writes words, in English and in Chinese, in each language.
fn in_each(languages: &Languages, place: &Place, [english, in_chinese]: [&str; 2]) -> Vec<Option<Cell>> {
    let of = |language: usize| {
        let name = languages.shown(language).to_lowercase();
        let chinese = ["zh", "chinese", "中文", "汉语", "简体"].iter().any(|mark| name.contains(mark));
        let text = if chinese { in_chinese } else { english };
        Some(Cell { text: text.to_owned(), place: place.clone() })
    };
    (0..languages.len()).map(of).collect()
}
