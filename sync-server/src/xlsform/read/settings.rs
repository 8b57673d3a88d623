//! The sheet `settings`.

use super::languages::Languages;
use super::sheet::Sheet;
use super::table::{Convention, Others, Table};
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::survey::Settings;

const CONVENTION: Convention = Convention {
    aliases: &[
        ("title", "form_title"),
        ("set_form_title", "form_title"),
        ("id_string", "form_id"),
        ("set_form_id", "form_id"),
    ],
    known: &["form_title", "form_id", "version", "default_language", "instance_name", "allow_choice_duplicates"],
    translated: &[],
    refused: &[
        ("public_key", &codes::SETTING_REFUSED),
        ("submission_url", &codes::SETTING_REFUSED),
        ("sms_keyword", &codes::SETTING_REFUSED),
        ("sms_separator", &codes::SETTING_REFUSED),
        ("sms_allow_media", &codes::SETTING_REFUSED),
        ("sms_date_format", &codes::SETTING_REFUSED),
        ("sms_datetime_format", &codes::SETTING_REFUSED),
        ("name", &codes::SETTING_REFUSED),
        ("namespaces", &codes::SETTING_REFUSED),
        ("instance_xmlns", &codes::SETTING_REFUSED),
        ("flat", &codes::SETTING_REFUSED),
        ("style", &codes::SETTING_WITHOUT_EFFECT),
        ("auto_send", &codes::SETTING_WITHOUT_EFFECT),
        ("auto_delete", &codes::SETTING_WITHOUT_EFFECT),
        ("clean_text_values", &codes::SETTING_WITHOUT_EFFECT),
    ],
    others: Others::Warn,
};

/// What the sheet says beyond what the model keeps.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) settings: Settings,
    pub(super) default_language: Option<crate::xlsform::cell::Cell>,
    pub(super) allow_choice_duplicates: bool,
}

/// Reads the sheet, whose values stand in the row below the header.
pub(super) fn read(sheet: Option<Sheet>, findings: &mut Findings) -> Said {
    let Some(sheet) = sheet else { return Said::default() };
    let table = Table::new(sheet, &CONVENTION, &mut Languages::new(""), findings);
    let Some(row) = table.rows.first() else { return Said::default() };
    if let Some(extra) = table.rows.get(1) {
        findings.push(Finding::in_row(&codes::SETTINGS_ROW_PASSED_OVER, &table.place(extra, 1), &[]));
    }
    let allow = table.word(row, "allow_choice_duplicates").map(|cell| cell.text.to_lowercase());
    Said {
        settings: Settings {
            form_title: table.word(row, "form_title"),
            form_id: table.word(row, "form_id"),
            version: table.word(row, "version"),
            instance_name: table.expression(row, "instance_name"),
        },
        default_language: table.word(row, "default_language"),
        allow_choice_duplicates: allow.is_some_and(|allow| ["yes", "true", "true()"].contains(&allow.as_str())),
    }
}
