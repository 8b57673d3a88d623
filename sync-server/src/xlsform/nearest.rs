//! The name that an author may have meant.

/// Returns the candidate with the fewest edits from a name, if few enough to be a slip of the pen; of equals the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.chars().take(LONGEST).collect();
    let allowed = match letters.len() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // A name that shares nothing with the candidate is no slip, however short both are.
        let distance = distance(&letters, candidate);
        let shares = distance < letters.len().max(candidate.chars().count());
        if shares && distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names are compared up to this many characters, so that a hostile one costs little.
const LONGEST: usize = 64;

/// Counts the insertions, deletions and replacements between two names.
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (down, there) in to.chars().take(LONGEST).enumerate() {
        let mut diagonal = down;
        let mut left = down + 1;
        let mut next = vec![left];
        for (here, above) in from.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(*here != there));
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
    fn edits_are_counted() {
        let count = |from: &str, to: &str| distance(&from.chars().collect::<Vec<_>>(), to);
        assert_eq!(
            (count("kitten", "sitting"), count("", "abc"), count("abc", ""), count("same", "same")),
            (3, 3, 3, 0)
        );
    }

    #[test]
    fn a_slip_has_a_nearest_name_and_nonsense_has_none() {
        let names = ["roof", "wall", "water_score"];
        assert_eq!(nearest("rof", names), Some("roof"));
        assert_eq!(nearest("water_scor", names), Some("water_score"));
        assert_eq!(nearest("zzzz", names), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
