//! Every put of one document, from its accepted changes.

use std::collections::BTreeMap;

use super::{Change, OpId, StoredPut};
use crate::record::{Key, VisiblePut};

/// Every accepted put of one document, those that others replaced included: all that the gate asks of its values and all that
/// a record is read from.
///
/// It is made of the changes themselves, each after those that it depends on.
#[derive(Debug, Clone, Default)]
pub struct Puts(BTreeMap<Key, Vec<StoredPut>>);

impl Puts {
    /// Adds an accepted change, which hides what it replaces.
    pub fn add(&mut self, change: &Change) {
        for (op, put) in change.operations() {
            let kept = self.0.entry(put.key.clone()).or_insert_with(|| Vec::with_capacity(1));
            for replaced in &put.replaces {
                let place = kept.binary_search_by_key(replaced, |old| old.op);
                if let Some(old) = place.ok().and_then(|place| kept.get_mut(place)) {
                    old.visible = false;
                }
            }
            let place = kept.partition_point(|old| old.op < op);
            kept.insert(place, StoredPut { op, value: put.value.clone(), hash: change.hash, visible: true });
        }
    }

    /// Returns the puts of a key, ascending by operation; the visible ones only if `visible_only`.
    pub fn of(&self, key: &Key, visible_only: bool) -> Vec<StoredPut> {
        let kept = self.0.get(key).into_iter().flatten();
        kept.filter(|put| put.visible || !visible_only).cloned().collect()
    }

    /// Returns the operations of an instance's key (`r/<repeat>/<ulid>`) and of every key under it.
    pub fn under(&self, instance: &str) -> Vec<OpId> {
        self.iter().filter(|(key, _)| key.is_under(instance)).map(|(_, put)| put.op).collect()
    }

    /// Returns all puts, ascending by key and operation.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &StoredPut)> {
        self.0.iter().flat_map(|(key, puts)| puts.iter().map(move |put| (key, put)))
    }

    /// Returns the visible values of all keys, ascending by key and operation.
    pub fn visible(&self) -> Vec<VisiblePut> {
        let visible = self.iter().filter(|(_, put)| put.visible);
        visible
            .map(|(key, put)| VisiblePut { key: key.clone(), value: put.value.clone(), op: put.op, hash: put.hash })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ActorId, ChangeHash};
    use crate::record::{Put, Value};

    const ANA: ActorId = ActorId::new([1; 16]);
    const BOB: ActorId = ActorId::new([2; 16]);

    fn change(number: u8, actor: ActorId, start_op: u64, puts: &[(&str, i64, &[OpId])]) -> Change {
        let puts = puts.iter().map(|(key, value, replaces)| Put {
            key: key.parse().unwrap(),
            value: Value::Int(*value),
            replaces: replaces.to_vec(),
        });
        let hash = ChangeHash::new([number; 32]);
        Change { hash, deps: Vec::new(), actor, seq: 1, start_op, time: 0, puts: puts.collect() }
    }

    fn op(counter: u64, actor: ActorId) -> OpId {
        OpId { counter, actor }
    }

    #[test]
    fn a_put_hides_what_it_replaces_and_nothing_is_forgotten() {
        let mut puts = Puts::default();
        puts.add(&change(1, ANA, 1, &[("a/depth", 1, &[]), ("a/water", 2, &[])]));
        puts.add(&change(2, BOB, 1, &[("a/depth", 3, &[])]));
        let depth: Key = "a/depth".parse().unwrap();
        assert_eq!(puts.of(&depth, true).len(), 2, "a dispute");
        puts.add(&change(3, ANA, 3, &[("a/depth", 4, &[op(1, ANA), op(1, BOB)])]));
        let shown: Vec<Value> = puts.of(&depth, true).into_iter().map(|put| put.value).collect();
        assert_eq!(shown, [Value::Int(4)]);
        let ops: Vec<OpId> = puts.of(&depth, false).iter().map(|put| put.op).collect();
        assert_eq!(ops, [op(1, ANA), op(1, BOB), op(3, ANA)]);
        assert_eq!(puts.visible().len(), 2);
    }

    #[test]
    fn an_instance_is_asked_for_with_what_stands_in_it_and_nothing_beside_it() {
        let mut puts = Puts::default();
        let (one, other) = ("r/fault/01ARZ3NDEKTSV4RRFFQ69G5FAV", "r/fault/01ARZ3NDEKTSV4RRFFQ69G5FAW");
        let keys = [one.to_owned(), format!("{one}/a/what"), format!("{other}/a/what"), "a/fault".to_owned()];
        for (place, key) in (1..).zip(&keys) {
            puts.add(&change(place as u8, ANA, place, &[(key.as_str(), 1, &[])]));
        }
        assert_eq!(puts.under(one), [op(1, ANA), op(2, ANA)]);
    }
}
