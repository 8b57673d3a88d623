//! What is found only because something else is wrong.

use super::finding::Finding;

/// Causes, each with its sheet where that matters, and what follows from them all over the workbook.
///
/// Most of what follows vanishes when the cause is mended, and what does not is found then: while a cause is there, nobody can
/// tell which is which. Rows and cells with errors need no entry here, because the model keeps what is right of them.
const FOLLOW: &[(&[&str], Option<&str>, &[&str])] = &[
    (&["missing_column"], Some("survey"), &["unknown_name", "unknown_step"]),
    (&["missing_column", "missing_list_name"], Some("choices"), LIST),
    (&["select_from_file", "csv_external", "xml_external", "external_choices"], None, &["unknown_list"]),
    (&["mismatched_end", "end_without_begin", "not_ended", "too_deep", "begin_loop"], None, PLACE),
];

/// What is said of lists and their columns.
const LIST: &[&str] = &["unknown_list", "unknown_list_column", "no_such_choice"];
/// What is said of where a row stands.
const PLACE: &[&str] = &["many_values", "unknown_step", "condition_place", "cycle"];

/// Takes away what only follows from another finding.
pub(super) fn take_away(findings: &mut Vec<Finding>) {
    let caused = |(causes, sheet, _): &&(&[&str], Option<&str>, &[&str])| {
        findings.iter().any(|finding| {
            let here = finding.sheet.as_deref().unwrap_or_default().trim();
            causes.contains(&finding.code) && sheet.is_none_or(|sheet| here.eq_ignore_ascii_case(sheet))
        })
    };
    let away: Vec<&str> = FOLLOW.iter().filter(caused).flat_map(|(_, _, follow)| follow.iter().copied()).collect();
    findings.retain(|finding| !away.contains(&finding.code));
}

/// Returns every code that is named here.
#[cfg(test)]
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    FOLLOW.iter().flat_map(|(causes, _, follow)| causes.iter().chain(*follow)).copied()
}
