//! From the bytes of a workbook to its checked model.

mod archive;
mod choices;
mod kind;
mod languages;
mod names;
pub(in crate::xlsform) mod near;
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
use super::finding::{Finding, put_in_order};
use super::survey::Workbook;

/// Reads a workbook and checks everything but its expressions. There is a model exactly if no finding is an error.
pub fn read(bytes: &[u8]) -> (Option<Workbook>, Vec<Finding>) {
    let mut findings = Vec::new();
    let workbook = match archive::admit(bytes).and_then(|()| sheet::open(bytes, &mut findings)) {
        Ok(sheets) => understand(sheets, &mut findings),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    put_in_order(&mut findings);
    let workbook = workbook.filter(|_| !survey::failed(&findings));
    (workbook, findings)
}

fn understand(sheets: Sheets, findings: &mut Vec<Finding>) -> Option<Workbook> {
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
        let near = near::nearest("survey", sheets.names.iter().map(String::as_str));
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
    let mut about_choices = Vec::new();
    if let Some(choices) = &choices {
        choices.check_translations(choices::TRANSLATED, &languages, &mut about_choices);
        lists = choices::read(choices, &languages, said.allow_choice_duplicates, &mut about_choices);
    }
    let mut nodes = survey::read(&table, &languages, &mut lists, findings);
    names::give_keys(&mut nodes, &lists, findings);
    if nodes.is_empty() && !survey::failed(findings) {
        findings.push(Finding::in_sheet(&codes::EMPTY_SURVEY, &table.sheet, &[]));
    }
    findings.append(&mut about_choices);
    let (languages, default_language) = languages.finish();
    Some(Workbook { settings: said.settings, languages, default_language, lists, nodes })
}
