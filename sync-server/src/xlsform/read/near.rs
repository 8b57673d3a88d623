//! Which known word somebody may have meant.

/// Returns the known word that is nearest to a given one, if it is near enough to be meant.
pub(in crate::xlsform) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given: Vec<char> = given.chars().take(80).flat_map(char::to_lowercase).collect();
    let far = given.len() / 3 + 1;
    known
        .into_iter()
        .map(|word| (distance(&given, word), word))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}

/// Counts the letters to add, drop or change (Levenshtein).
fn distance(given: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().take(80).flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (place, letter) in given.iter().enumerate() {
        let mut diagonal = place;
        let mut left = place + 1;
        let mut next = vec![left];
        for (other, above) in word.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(letter != other);
            left = changed.min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_word() {
        assert_eq!(nearest("interger", ["text", "integer", "range"]).as_deref(), Some("integer"));
        assert_eq!(nearest("Text", ["text", "note"]).as_deref(), Some("text"));
        assert_eq!(nearest("relavant", ["relevant", "required"]).as_deref(), Some("relevant"));
        assert_eq!(nearest("zzzzzz", ["text", "note"]), None);
    }
}
