//! Marks as people write them: at most two decimals, and none that say nothing.

use crate::view::Tally;

/// Writes a score, like `88.5`.
pub(super) fn mark(mark: f64) -> String {
    let text = format!("{mark:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Writes a score with its full mark, like `88.5 / 100`.
pub(super) fn of_full(score: Option<f64>, full: Option<f64>) -> String {
    match (score.map(mark), full.map(mark)) {
        (Some(score), Some(full)) => format!("{score} / {full}"),
        (None, Some(full)) => format!("– / {full}"),
        (Some(score), None) => score,
        (None, None) => String::new(),
    }
}

/// Writes what was scored of what could be, like `87.3 %`; nothing where nothing could.
pub(super) fn rate(tally: &Tally) -> String {
    tally.percent().map_or_else(String::new, |percent| format!("{percent:.1}\u{a0}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_no_decimals_that_say_nothing() {
        assert_eq!([mark(88.5), mark(100.0), mark(62.746), mark(-0.001)], ["88.5", "100", "62.75", "0"]);
        assert_eq!(of_full(Some(20.0), Some(30.0)), "20 / 30");
        assert_eq!(of_full(None, Some(30.0)), "– / 30");
        assert_eq!(of_full(None, None), "");
        assert_eq!(rate(&Tally { score: 261.8, full: 300.0, ..Tally::default() }), "87.3\u{a0}%");
        assert_eq!(rate(&Tally::default()), "");
    }
}
