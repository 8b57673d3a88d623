//! From the bytes of a workbook to its checked model.

mod archive;
mod choices;
mod kind;
mod languages;
mod names;
mod nest;
mod parameters;
mod question;
mod settings;
mod sheet;
mod survey;
mod table;
#[cfg(test)]
mod tests;

use self::languages::Languages;
use self::sheet::Sheets;
use super::codes;
use super::finding::{Finding, Findings};
use super::nearest::nearest;
use super::survey::Workbook;

/// Reads a workbook and checks everything but its expressions. There is a model if there is a sheet `survey`: it holds what
/// is right, so that the expressions of a workbook with errors are checked too.
pub fn read(bytes: &[u8], findings: &mut Findings) -> Option<Workbook> {
    match archive::admit(bytes).and_then(|()| sheet::open(bytes, findings)) {
        Ok(sheets) => understand(sheets, findings),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

fn understand(sheets: Sheets, findings: &mut Findings) -> Option<Workbook> {
    for name in &sheets.names {
        match name.trim().to_ascii_lowercase().as_str() {
            "external_choices" => findings.push(Finding::in_sheet(&codes::EXTERNAL_CHOICES, name, &[name])),
            "entities" => findings.push(Finding::in_sheet(&codes::ENTITIES, name, &[])),
            _ => {}
        }
    }
    let said = settings::read(sheets.settings, findings);
    let default_language = said.default_language.as_ref().map_or("", |cell| cell.text.as_str());
    let mut languages = Languages::new(default_language);
    let Some(sheet) = sheets.survey else {
        let near = nearest("survey", sheets.names.iter().map(String::as_str));
        let finding = Finding::in_file(&codes::MISSING_SURVEY, &[&sheets.names.join(", ")]);
        findings.push(match near {
            Some(near) => finding.with_hint(Some(&format!("{near} → survey"))),
            None => finding,
        });
        return None;
    };
    let table = survey::table(sheet, &mut languages, findings);
    let choices = sheets.choices.map(|sheet| choices::table(sheet, &mut languages, findings));
    if let Some(cell) = &said.default_language
        && languages.len() > 0
        && !languages.knows(&cell.text)
    {
        findings.push(Finding::at(&codes::UNKNOWN_DEFAULT_LANGUAGE, &cell.place, &[&cell.text]));
    }
    table.check_translations(survey::TRANSLATED, &languages, findings);
    let mut lists = Vec::new();
    if let Some(choices) = &choices {
        choices.check_translations(choices::TRANSLATED, &languages, findings);
        lists = choices::read(choices, &languages, said.allow_choice_duplicates, findings);
    }
    let mut nodes = survey::read(&table, &languages, &mut lists, findings);
    names::give_keys(&mut nodes, &lists, findings);
    if nodes.is_empty() && !findings.failed() {
        findings.push(Finding::in_sheet(&codes::EMPTY_SURVEY, &table.sheet, &[]));
    }
    let (languages, default_language) = languages.finish();
    Some(Workbook { settings: said.settings, languages, default_language, lists, nodes })
}
