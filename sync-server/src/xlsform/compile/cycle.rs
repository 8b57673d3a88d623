//! Rows whose values depend on themselves.

use std::collections::BTreeSet;

/// Returns the nodes that are on no circle and behind none, each after those that it depends on.
pub(super) fn order(needs: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut left: BTreeSet<usize> = (0..needs.len()).collect();
    strip(&mut left, needs, &turned(needs))
}

/// Returns for each node what depends on it.
fn turned(needs: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let mut needed: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); needs.len()];
    for (node, others) in needs.iter().enumerate() {
        for other in others {
            if let Some(users) = needed.get_mut(*other) {
                users.insert(node);
            }
        }
    }
    needed
}

/// Finds the groups of nodes that depend on each other in a circle; `needs` says for each node what it depends on.
pub(super) fn cycles(needs: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let needed = turned(needs);
    // What remains when the free ends on both sides are taken away are circles and what lies between them.
    let mut left: BTreeSet<usize> = (0..needs.len()).collect();
    strip(&mut left, needs, &needed);
    strip(&mut left, &needed, needs);
    let mut found = Vec::new();
    while let Some(first) = left.first().copied() {
        let ahead = reach(first, &left, needs);
        let behind = reach(first, &left, &needed);
        let circle: Vec<usize> = ahead.intersection(&behind).copied().collect();
        left.remove(&first);
        for member in &circle {
            left.remove(member);
        }
        if !circle.is_empty() {
            found.push(circle);
        }
    }
    found
}

/// Takes away nodes that depend on nothing that is left, and returns them in that order.
fn strip(left: &mut BTreeSet<usize>, needs: &[BTreeSet<usize>], needed: &[BTreeSet<usize>]) -> Vec<usize> {
    let mut taken = Vec::new();
    let mut open: Vec<usize> = left.iter().copied().collect();
    let mut waits: Vec<usize> =
        needs.iter().map(|needs| needs.iter().filter(|need| left.contains(need)).count()).collect();
    open.retain(|node| waits.get(*node) == Some(&0));
    while let Some(node) = open.pop() {
        left.remove(&node);
        taken.push(node);
        for user in needed.get(node).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*user).filter(|waits| **waits > 0) {
                *waits -= 1;
                if *waits == 0 && left.contains(user) {
                    open.push(*user);
                }
            }
        }
    }
    taken
}

/// Returns what can be reached from a node, the node itself only if it is on a circle.
fn reach(from: usize, within: &BTreeSet<usize>, edges: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for next in edges.get(node).into_iter().flatten() {
            if within.contains(next) && reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(needs: &[&[usize]]) -> Vec<Vec<usize>> {
        cycles(&needs.iter().map(|needs| needs.iter().copied().collect()).collect::<Vec<_>>())
    }

    #[test]
    fn a_circle_holds_its_members_and_nothing_beside_or_between() {
        assert_eq!(found(&[&[], &[0], &[1]]), Vec::<Vec<usize>>::new());
        assert_eq!(found(&[&[0]]), [[0]]);
        assert_eq!(found(&[&[1], &[2], &[0], &[0]]), [[0, 1, 2]]);
        assert_eq!(found(&[&[1], &[0, 2], &[3], &[3]]), [vec![0, 1], vec![3]]);
    }
}
