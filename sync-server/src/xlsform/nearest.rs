//! The name that an author may have meant.

/// Returns the candidate with the fewest edits from a name, if few enough to be a slip of the pen; of equals the first.
///
/// Upper and lower case are the same: most slips are, and what is written right does not come here.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = letters(name);
    let allowed = match letters.len() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let there = self::letters(candidate);
        // Each letter more or less is an edit, so most candidates need not be compared.
        if letters.len().abs_diff(there.len()) > allowed {
            continue;
        }
        // A name that shares nothing with the candidate is no slip, however short both are.
        let distance = distance(&letters, &there);
        let shares = distance < letters.len().max(there.len());
        if shares && distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names are compared up to this many letters, so that a hostile one costs little.
const LONGEST: usize = 64;

fn letters(name: &str) -> Vec<char> {
    name.chars().take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// Counts the insertions, deletions and replacements between two names (Levenshtein).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (down, there) in to.iter().enumerate() {
        let mut diagonal = down;
        let mut left = down + 1;
        let mut next = vec![left];
        for (here, above) in from.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(here != there));
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
        let count = |from: &str, to: &str| distance(&letters(from), &letters(to));
        assert_eq!(
            (count("kitten", "sitting"), count("", "abc"), count("abc", ""), count("same", "Same")),
            (3, 3, 3, 0)
        );
    }

    #[test]
    fn a_slip_has_a_nearest_name_and_nonsense_has_none() {
        let names = ["roof", "wall", "water_score"];
        assert_eq!(nearest("rof", names), Some("roof"));
        assert_eq!(nearest("Wall", names), Some("wall"));
        assert_eq!(nearest("water_scor", names), Some("water_score"));
        assert_eq!(nearest("zzzz", names), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
