//! What a check finds: a code, the place in the workbook, and words for it in Chinese and English.

use serde::{Serialize, Serializer};

use super::cell::Place;
use super::follow;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The workbook cannot be used before it is mended.
    Error,
    /// The workbook can be used; the author should look.
    Warning,
}

/// One kind of finding: its stable id, and templates of its words in which `{0}`, `{1}`, … stand for the arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable for ever, like `unknown_type`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The message in English.
    pub en: &'static str,
    /// The message in Chinese.
    pub zh: &'static str,
    /// The cure in English, or nothing.
    pub cure_en: &'static str,
    /// The cure in Chinese, or nothing.
    pub cure_zh: &'static str,
}

/// Declares codes as constants, and a list `ALL` of them; each is
/// `error NAME "id" { "English" "Chinese" "cure in English" "cure in Chinese" }`.
macro_rules! codes {
    (@error) => { $crate::xlsform::finding::Severity::Error };
    (@warning) => { $crate::xlsform::finding::Severity::Warning };
    ($($severity:ident $name:ident $id:literal { $en:literal $zh:literal $cure_en:literal $cure_zh:literal })*) => {
        $(
            #[doc = $en]
            pub(crate) const $name: $crate::xlsform::finding::Code = $crate::xlsform::finding::Code {
                id: $id,
                severity: codes!(@$severity),
                en: $en,
                zh: $zh,
                cure_en: $cure_en,
                cure_zh: $cure_zh,
            };
        )*
        /// Every code of this catalogue.
        #[cfg(test)]
        pub(crate) const ALL: &[&$crate::xlsform::finding::Code] = &[$(&$name),*];
    };
}
pub(crate) use codes;

/// What was found at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The stable id of its kind.
    pub code: &'static str,
    /// The sheet, as the workbook names it; nothing if it concerns the file.
    pub sheet: Option<String>,
    /// The row, from 1; nothing if it concerns a whole sheet.
    pub row: Option<u32>,
    /// The column's letters; nothing if it concerns a whole row.
    pub column: Option<String>,
    /// The character in the cell's text, from 1.
    pub char: Option<u32>,
    /// What is wrong, in English.
    pub message_en: String,
    /// What is wrong, in Chinese.
    pub message_zh: String,
    /// What to do, where it is known.
    pub hint: Option<Hint>,
}

/// What to do: in JSON one text, the English and the Chinese with ` / ` between them where they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Serialize for Hint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.en == self.zh {
            serializer.serialize_str(&self.en)
        } else {
            serializer.collect_str(&format_args!("{} / {}", self.en, self.zh))
        }
    }
}

impl Finding {
    /// Makes a finding about a cell, from its first character on.
    pub fn at(code: &Code, place: &Place, arguments: &[&str]) -> Self {
        Self::at_char(code, place, 1, arguments)
    }

    /// Makes a finding about a cell at a character, counted from 1.
    pub fn at_char(code: &Code, place: &Place, char: u32, arguments: &[&str]) -> Self {
        Self {
            row: Some(place.row),
            column: Some(place.letters()),
            char: Some(char),
            ..Self::in_sheet(code, &place.sheet, arguments)
        }
    }

    /// Makes a finding about a whole row.
    pub fn in_row(code: &Code, place: &Place, arguments: &[&str]) -> Self {
        Self { row: Some(place.row), ..Self::in_sheet(code, &place.sheet, arguments) }
    }

    /// Makes a finding about a whole sheet.
    pub fn in_sheet(code: &Code, sheet: &str, arguments: &[&str]) -> Self {
        Self { sheet: Some(sheet.to_owned()), ..Self::in_file(code, arguments) }
    }

    /// Makes a finding about the file.
    pub fn in_file(code: &Code, arguments: &[&str]) -> Self {
        let fill = |template: &str| fill(template, arguments);
        let hint = (!code.cure_en.is_empty()).then(|| Hint { en: fill(code.cure_en), zh: fill(code.cure_zh) });
        Self {
            severity: code.severity,
            code: code.id,
            sheet: None,
            row: None,
            column: None,
            char: None,
            message_en: fill(code.en),
            message_zh: fill(code.zh),
            hint,
        }
    }

    /// Returns the finding with another cure, one that reads the same in both languages, or without one.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<&str>) -> Self {
        self.hint = hint.map(|hint| Hint { en: hint.to_owned(), zh: hint.to_owned() });
        self
    }
}

/// The most findings of a severity that are told: nobody reads more, and a workbook of nonsense must cost little.
const MOST: usize = 1_000;

/// What was found so far, the first thousand of each severity.
#[derive(Debug, Default)]
pub struct Findings {
    found: Vec<Finding>,
    errors: usize,
    warnings: usize,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        let count = match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        // Several questions may blame one cell of a list.
        if *count <= MOST && !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Tells whether there is an error among them.
    pub fn failed(&self) -> bool {
        self.errors > 0
    }

    /// Tells whether more errors would not be told.
    pub fn full(&self) -> bool {
        self.errors > MOST
    }

    /// Returns them in the order of the workbook, without those that only follow from others.
    pub fn finish(mut self) -> Vec<Finding> {
        let most = MOST.to_string();
        if self.errors > MOST {
            self.found.push(Finding::in_file(&super::codes::MORE_ERRORS, &[&most]));
        }
        if self.warnings > MOST {
            self.found.push(Finding::in_file(&super::codes::MORE_WARNINGS, &[&most]));
        }
        follow::take_away(&mut self.found);
        put_in_order(&mut self.found);
        self.found
    }
}

/// Puts findings in the order of the workbook: what concerns a whole file, sheet or row before what is in it.
fn put_in_order(findings: &mut [Finding]) {
    findings.sort_by_cached_key(|finding| {
        let sheet = finding.sheet.as_ref().map(|sheet| {
            let known = ["survey", "choices", "settings"];
            (
                known.iter().position(|known| sheet.trim().eq_ignore_ascii_case(known)).unwrap_or(known.len()),
                sheet.clone(),
            )
        });
        let column = finding.column.as_ref().map(|letters| (letters.len(), letters.clone()));
        (sheet, finding.row, column, finding.char)
    });
}

/// The longest argument that is shown whole, in characters.
const SHOWN: usize = 60;

/// Puts the arguments into a template, in one pass: braces in an argument stand for themselves.
fn fill(template: &str, arguments: &[&str]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after.split_once('}').and_then(|(digit, after)| Some((digit.parse::<usize>().ok()?, after)));
        match place {
            Some((place, after)) => {
                push_short(&mut out, arguments.get(place).copied().unwrap_or_default());
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn push_short(out: &mut String, argument: &str) {
    match argument.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            out.push_str(argument.get(..end).unwrap_or_default());
            out.push('…');
        }
        None => out.push_str(argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    codes! {
        error SAMPLE "sample" { "'{0}' is no {1}" "“{0}”不是{1}" "write ${x}" "写成 ${x}" }
    }

    #[test]
    fn a_finding_is_json_as_authors_tools_read_it() {
        let place = Place::new("survey", 3, 28);
        let finding = Finding::at_char(&SAMPLE, &place, 5, &["{1}", "数"]);
        let json = serde_json::to_value(&finding).unwrap();
        let expected = serde_json::json!({
            "severity": "error", "code": "sample", "sheet": "survey", "row": 3, "column": "AB", "char": 5,
            "message_en": "'{1}' is no 数", "message_zh": "“{1}”不是数", "hint": "write ${x} / 写成 ${x}",
        });
        assert_eq!(json, expected);
        let bare = serde_json::to_value(Finding::in_file(ALL[0], &[]).with_hint(None)).unwrap();
        assert_eq!(
            (&bare["sheet"], &bare["row"], &bare["hint"]),
            (&serde_json::Value::Null, &serde_json::Value::Null, &serde_json::Value::Null)
        );
    }

    #[test]
    fn a_long_argument_is_shortened() {
        let long = "长".repeat(61);
        assert_eq!(fill("{0}", &[&long]), format!("{}…", "长".repeat(60)));
    }
}
