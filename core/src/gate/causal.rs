//! A change's place in its document.

use super::{Accepted, Author, Change, Fate, Known, Missing, Node, Outcome, Reason, StoredPut};
use crate::ids::{ChangeHash, DocId};
use crate::record::{CausalClock, Key, OpId};

/// Judges a change against what is known: signature, dependencies, counters, line, predecessors.
///
/// A change whose fate is known is not judged again, see [`judge_again`]. `signature` may be missing only for a change out of
/// a snapshot that the home server vouched for.
pub fn judge<K: Known>(
    change: &Change,
    doc: &DocId,
    signature: Option<&[u8; 64]>,
    known: &K,
) -> Result<Outcome, K::Error> {
    match known.fate(doc, &change.hash)? {
        Some(fate) => Ok(Outcome::Known(fate)),
        None => judge_again(change, doc, signature, known),
    }
}

/// Judges a change whatever became of it before: one that waited or was kept aside and may be taken now.
pub fn judge_again<K: Known>(
    change: &Change,
    doc: &DocId,
    signature: Option<&[u8; 64]>,
    known: &K,
) -> Result<Outcome, K::Error> {
    let Some(author) = known.author(&change.actor)? else {
        return Ok(Outcome::Pending(Missing::Registration(change.actor)));
    };
    if let Some(signature) = signature
        && author.device_key.check_change(doc, &change.hash, signature).is_err()
    {
        return Ok(Outcome::Refused(Reason::Signature));
    }
    let ancestors = match Ancestors::of(doc, &change.deps, known)? {
        Ok(ancestors) => ancestors,
        Err(outcome) => return Ok(outcome),
    };
    if change.start_op != ancestors.max_op + 1 {
        return Ok(Outcome::Refused(Reason::StartOp));
    }
    if let Err(reason) = line(change, doc, &ancestors.clock, known)? {
        return Ok(Outcome::Refused(reason));
    }
    let view = View::new(doc, &change.deps, &ancestors.clock, known)?;
    let mut replaced = Vec::with_capacity(change.puts.len());
    for put in change.puts.iter() {
        let visible = view.visible(&put.key)?;
        if let Err(reason) = predecessors(&put.replaces, &visible) {
            return Ok(Outcome::Refused(reason));
        }
        replaced.push(visible);
    }
    Ok(Outcome::Accepted(Box::new(accepted(change.clone(), author, ancestors.clock, replaced))))
}

fn accepted(change: Change, author: Author, before: CausalClock, replaced: Vec<Vec<StoredPut>>) -> Accepted {
    let max_op = change.max_op();
    let mut clock = before.clone();
    clock.raise(change.actor, max_op);
    let node = Node { actor: change.actor, seq: change.seq, max_op, clock };
    Accepted { change, author, node, before, replaced }
}

/// What a change's dependencies add up to.
pub(super) struct Ancestors {
    /// All their operations.
    pub(super) clock: CausalClock,
    /// The greatest of their counters.
    pub(super) max_op: u64,
}

impl Ancestors {
    /// Adds up dependencies that are all accepted, or says what becomes of the change instead. One that will never be taken
    /// weighs more than one that is missing, and that more than one kept aside: what is missing may still be refused.
    pub(super) fn of<K: Known>(doc: &DocId, deps: &[ChangeHash], known: &K) -> Result<Result<Self, Outcome>, K::Error> {
        let (mut clock, mut max_op) = (CausalClock::default(), 0);
        let (mut missing, mut parked, mut refused) = (Vec::new(), false, false);
        for dep in deps {
            match known.fate(doc, dep)? {
                Some(Fate::Accepted(node)) => {
                    clock.merge(&node.clock);
                    max_op = node.max_op.max(max_op);
                }
                Some(Fate::Refused(_)) => refused = true,
                Some(Fate::Parked) => parked = true,
                Some(Fate::Pending) | None => missing.push(*dep),
            }
        }
        Ok(if refused {
            Err(Outcome::Refused(Reason::DependsOnRefused))
        } else if !missing.is_empty() {
            Err(Outcome::Pending(Missing::Changes(missing)))
        } else if parked {
            Err(Outcome::Parked(Reason::DependsOnParked))
        } else {
            Ok(Self { clock, max_op })
        })
    }
}

/// Checks that an actor's changes form one line: this one's number is the next, and the one before is an ancestor.
///
/// Without it one device could use operation ids twice, and automerge writes documents that it cannot load.
fn line<K: Known>(
    change: &Change,
    doc: &DocId,
    before: &CausalClock,
    known: &K,
) -> Result<Result<(), Reason>, K::Error> {
    if known.at_seq(doc, &change.actor, change.seq)?.is_some_and(|other| other != change.hash) {
        return Ok(Err(Reason::Equivocation));
    }
    let Some(seq_before) = change.seq.checked_sub(1).filter(|seq| *seq > 0) else { return Ok(Ok(())) };
    let Some(previous) = known.at_seq(doc, &change.actor, seq_before)? else { return Ok(Err(Reason::Sequence)) };
    Ok(match known.fate(doc, &previous)? {
        Some(Fate::Accepted(node)) if before.last(&change.actor) >= node.max_op => Ok(()),
        _ => Err(Reason::NotOneLine),
    })
}

/// Checks that the predecessors, ascending, are exactly the visible values, ascending.
fn predecessors(named: &[OpId], visible: &[StoredPut]) -> Result<(), Reason> {
    let is_visible = |op: &OpId| visible.binary_search_by_key(op, |put| put.op).is_ok();
    if !named.iter().all(is_visible) {
        Err(Reason::UnknownPredecessor)
    } else if named.len() < visible.len() {
        Err(Reason::UncoveredValue)
    } else {
        Ok(())
    }
}

/// Returns the puts of a key that are visible within a clock, ascending.
pub fn visible_within<K: Known>(
    doc: &DocId,
    key: &Key,
    clock: &CausalClock,
    known: &K,
) -> Result<Vec<StoredPut>, K::Error> {
    View::new(doc, &[], clock, known)?.visible(key)
}

/// A document as it was within a clock.
pub(super) struct View<'a, K> {
    doc: &'a DocId,
    clock: &'a CausalClock,
    known: &'a K,
    /// Whether the clock holds the whole document, so that the rows marked visible are the visible ones within it.
    whole: bool,
}

impl<'a, K: Known> View<'a, K> {
    /// Opens the view; `deps` are changes known to lie in the clock.
    pub(super) fn new(
        doc: &'a DocId,
        deps: &[ChangeHash],
        clock: &'a CausalClock,
        known: &'a K,
    ) -> Result<Self, K::Error> {
        let mut whole = true;
        for head in known.heads(doc)?.iter().filter(|head| !deps.contains(head)) {
            let Some(Fate::Accepted(node)) = known.fate(doc, head)? else { continue };
            if clock.last(&node.actor) < node.max_op {
                whole = false;
                break;
            }
        }
        Ok(Self { doc, clock, known, whole })
    }

    /// Returns the puts of a key that are visible there, ascending.
    pub(super) fn visible(&self, key: &Key) -> Result<Vec<StoredPut>, K::Error> {
        if self.clock.is_empty() {
            return Ok(Vec::new());
        }
        let mut puts = self.known.puts(self.doc, key, self.whole)?;
        if !self.whole {
            puts = self.not_replaced(puts)?;
        }
        puts.sort_by_key(|put| put.op);
        Ok(puts)
    }

    /// Keeps the puts inside the clock that no other one inside it has among its ancestors.
    ///
    /// A put has a greater counter than those among its ancestors, so going down from the greatest counter each is compared
    /// only with what was kept, at most one an actor.
    fn not_replaced(&self, mut puts: Vec<StoredPut>) -> Result<Vec<StoredPut>, K::Error> {
        puts.retain(|put| self.clock.contains(&put.op));
        puts.sort_by_key(|put| std::cmp::Reverse(put.op));
        let (mut kept, mut seen) = (Vec::new(), CausalClock::default());
        for put in puts {
            if seen.contains(&put.op) {
                continue;
            }
            if let Some(Fate::Accepted(node)) = self.known.fate(self.doc, &put.hash)? {
                seen.merge(&node.clock);
            }
            kept.push(put);
        }
        Ok(kept)
    }
}
