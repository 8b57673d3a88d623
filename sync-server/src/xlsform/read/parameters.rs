//! The column `parameters`: `key=value`, apart by spaces, commas or semicolons.

use crate::xlsform::cell::Cell;
use crate::xlsform::codes;
use crate::xlsform::finding::{Finding, Findings};
use crate::xlsform::nearest::nearest;
use crate::xlsform::survey::Question;

/// The parameters of one row, each key at most once.
#[derive(Debug, Default)]
pub(super) struct Parameters<'a> {
    cell: Option<&'a Cell>,
    pairs: Vec<(String, String, u32)>,
}

impl<'a> Parameters<'a> {
    /// Takes a cell apart; a key must be one of those that the type allows.
    pub(super) fn new(cell: Option<&'a Cell>, allowed: &[&str], findings: &mut Findings) -> Self {
        let mut parameters = Self { cell, pairs: Vec::new() };
        let Some(cell) = cell else { return parameters };
        let separator = |char: char| char.is_whitespace() || matches!(char, ',' | ';' | '，' | '；');
        let mut char = 1u32;
        for word in cell.text.split(separator) {
            let at = char;
            char = char.saturating_add(u32::try_from(word.chars().count()).unwrap_or(u32::MAX)).saturating_add(1);
            if word.is_empty() {
                continue;
            }
            match word.split_once('=') {
                Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                    let key = key.to_lowercase();
                    if !allowed.contains(&key.as_str()) {
                        let near = nearest(&key, allowed.iter().copied());
                        findings.push(
                            Finding::at_char(&codes::UNKNOWN_PARAMETER, &cell.place, at, &[&key]).with_hint(near),
                        );
                    } else if parameters.get(&key).is_some() {
                        findings.push(Finding::at_char(&codes::BAD_PARAMETER, &cell.place, at, &[word]));
                    } else {
                        parameters.pairs.push((key, value.to_owned(), at));
                    }
                }
                _ => findings.push(Finding::at_char(&codes::BAD_PARAMETER, &cell.place, at, &[word])),
            }
        }
        parameters
    }

    fn get(&self, key: &str) -> Option<(&str, u32)> {
        self.pairs.iter().find(|(known, ..)| known == key).map(|(_, value, at)| (value.as_str(), *at))
    }

    fn refuse(&self, at: u32, text: &str, findings: &mut Findings) {
        if let Some(cell) = self.cell {
            findings.push(Finding::at_char(&codes::BAD_PARAMETER, &cell.place, at, &[text]));
        }
    }

    /// Reads the most pixels of the longer edge of an image.
    pub(super) fn pixels(&self, findings: &mut Findings) -> Vec<(String, String)> {
        self.told(&["max-pixels"], |value| value.parse().is_ok_and(|pixels: u32| pixels > 0), findings)
    }

    /// Reads at what accuracy a position is taken, and warned of, in metres.
    pub(super) fn accuracy(&self, findings: &mut Findings) -> Vec<(String, String)> {
        let metres = |value: &str| millionths(value).is_some_and(|metres| metres >= 0);
        self.told(&["capture-accuracy", "warning-accuracy"], metres, findings)
    }

    fn told(&self, keys: &[&str], fits: impl Fn(&str) -> bool, findings: &mut Findings) -> Vec<(String, String)> {
        let mut told = Vec::new();
        for key in keys {
            match self.get(key) {
                Some((value, _)) if fits(value) => told.push(((*key).to_owned(), value.to_owned())),
                Some((value, at)) => self.refuse(at, value, findings),
                None => {}
            }
        }
        told
    }

    /// Reads a range: `start` and `end` a whole number of `step`s apart. What is not given is 1, 10 and 1.
    pub(super) fn range(&self, findings: &mut Findings) -> Question {
        let mut number = |key, otherwise: &str| {
            let (value, at) = self.get(key).unwrap_or((otherwise, 1));
            let number = millionths(value);
            if number.is_none() {
                self.refuse(at, value, findings);
            }
            (value.to_owned(), number.unwrap_or(0))
        };
        let ((start, first), (end, last), (step, by)) =
            (number("start", "1"), number("end", "10"), number("step", "1"));
        let apart = last.checked_sub(first).and_then(|apart| apart.checked_rem(by)) == Some(0);
        let onward = last.checked_sub(first).is_some_and(|apart| apart != 0 && (apart > 0) == (by > 0));
        if !(apart && onward)
            && let Some(cell) = self.cell
        {
            findings.push(Finding::at(&codes::BAD_RANGE, &cell.place, &[&start, &end, &step]));
        }
        let integer = [first, last, by].iter().all(|number| number % 1_000_000 == 0);
        Question::Range { start, end, step, integer }
    }
}

/// Reads a decimal number of up to twelve digits before and six after the point.
fn millionths(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole, 12) || !plain(part, 6) {
        return None;
    }
    let number = format!("{whole}{part:0<6}").parse::<i64>().ok()?;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(millionths("0.5"), Some(500_000));
        assert_eq!(millionths("-12"), Some(-12_000_000));
        for wrong in ["", ".", "1e3", "0.1234567", "１", "--1", "1234567890123"] {
            assert_eq!(millionths(wrong), None, "{wrong}");
        }
    }
}
