//! The columns of a change's operations, and the puts that they spell.

use super::bytes::Bytes;
use super::{OpId, Put, Reason, limits};
use crate::ids::ActorId;
use crate::record::format::{PUT, column, scalar};
use crate::record::{Key, Value};

/// The columns of a change, still packed.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    key: Bytes<'a>,
    insert: Bytes<'a>,
    action: Bytes<'a>,
    value_meta: Bytes<'a>,
    value: Bytes<'a>,
    predecessors: Bytes<'a>,
    predecessor_actor: Bytes<'a>,
    predecessor_counter: Bytes<'a>,
}

impl<'a> Columns<'a> {
    /// Takes the columns off the front: first the list of their numbers, ascending, and lengths, then each one's bytes.
    pub(super) fn split(body: &mut Bytes<'a>) -> Result<Self, Reason> {
        const MOST: usize = 8;
        let read = |body: &mut Bytes<'a>| -> Option<Self> {
            let count = body.count(MOST)?;
            let list: Vec<(u64, usize)> = (0..count)
                .map(|_| Some((body.unsigned()?, body.count(limits::CHANGE_BYTES)?)))
                .collect::<Option<_>>()?;
            let none = Bytes(&[]);
            let mut columns = Self {
                key: none,
                insert: none,
                action: none,
                value_meta: none,
                value: none,
                predecessors: none,
                predecessor_actor: none,
                predecessor_counter: none,
            };
            let mut last = 0;
            for (number, length) in list {
                if number <= last {
                    return None;
                }
                last = number;
                *columns.numbered(number)? = Bytes(body.take(length)?);
            }
            Some(columns)
        };
        read(body).ok_or(Reason::Columns)
    }

    fn numbered(&mut self, number: u64) -> Option<&mut Bytes<'a>> {
        match number {
            column::KEY => Some(&mut self.key),
            column::INSERT => Some(&mut self.insert),
            column::ACTION => Some(&mut self.action),
            column::VALUE_META => Some(&mut self.value_meta),
            column::VALUE => Some(&mut self.value),
            column::PREDECESSORS => Some(&mut self.predecessors),
            column::PREDECESSOR_ACTOR => Some(&mut self.predecessor_actor),
            column::PREDECESSOR_COUNTER => Some(&mut self.predecessor_counter),
            _ => None,
        }
    }

    /// Reads the operations; `actors` are the author and then the others.
    pub(super) fn puts(self, actors: &[ActorId], start_op: u64) -> Result<Vec<Put>, Reason> {
        let count = self.operations()?;
        let keys = self.keys(count)?;
        let values = self.values(count)?;
        let replaced = self.replaced(count, actors, start_op)?;
        Ok(keys
            .into_iter()
            .zip(values)
            .zip(replaced)
            .map(|((key, value), replaces)| Put { key, value, replaces })
            .collect())
    }

    /// Counts the operations by the column of inserts, which in a map is one run of "no", and checks that all are puts.
    fn operations(&self) -> Result<usize, Reason> {
        let mut insert = self.insert;
        let count = insert.count(limits::OPERATIONS).filter(|count| *count > 0).ok_or(Reason::Operations)?;
        if !insert.is_empty() {
            return Err(Reason::Operations);
        }
        let actions = self.action.column(count, Bytes::unsigned).ok_or(Reason::Operations)?;
        if actions.iter().all(|action| *action == PUT) { Ok(count) } else { Err(Reason::Value) }
    }

    fn keys(&self, count: usize) -> Result<Vec<Key>, Reason> {
        let key = |column: &mut Bytes<'a>| -> Option<&'a str> {
            let length = column.count(Key::MAX_BYTES)?;
            std::str::from_utf8(column.take(length)?).ok()
        };
        let texts = self.key.column(count, key).ok_or(Reason::Key)?;
        let mut sorted = texts.clone();
        sorted.sort_unstable();
        if sorted.iter().zip(sorted.iter().skip(1)).any(|(one, next)| one == next) {
            return Err(Reason::Key);
        }
        texts
            .into_iter()
            .map(|text| {
                let key: Key = text.parse().map_err(|_| Reason::Key)?;
                // A dispute must be able to end.
                if key.has_room_for_settlement() || !key.disputable() { Ok(key) } else { Err(Reason::Key) }
            })
            .collect()
    }

    fn values(&self, count: usize) -> Result<Vec<Value>, Reason> {
        let metas = self.value_meta.column(count, Bytes::unsigned).ok_or(Reason::Value)?;
        let mut raw = self.value;
        let values: Vec<Value> =
            metas.into_iter().map(|meta| value(meta, &mut raw)).collect::<Option<_>>().ok_or(Reason::Value)?;
        if raw.is_empty() { Ok(values) } else { Err(Reason::Value) }
    }

    fn replaced(&self, count: usize, actors: &[ActorId], start_op: u64) -> Result<Vec<Vec<OpId>>, Reason> {
        let read = || -> Option<Vec<Vec<OpId>>> {
            let most = |column: &mut Bytes<'a>| column.count(limits::PREDECESSORS);
            let counts = self.predecessors.column(count, most)?;
            let total = counts.iter().sum::<usize>();
            if total > limits::PREDECESSORS {
                return None;
            }
            let by = self.predecessor_actor.column(total, |column| column.count(actors.len()))?;
            let steps = self.predecessor_counter.column(total, Bytes::signed)?;
            let mut counter = 0i64;
            let mut all = by.into_iter().zip(steps).map(|(by, step)| {
                counter = counter.checked_add(step)?;
                let counter = u64::try_from(counter).ok().filter(|counter| (1..start_op).contains(counter))?;
                Some(OpId { counter, actor: *actors.get(by)? })
            });
            counts
                .into_iter()
                .map(|count| {
                    let replaces: Vec<OpId> = all.by_ref().take(count).collect::<Option<_>>()?;
                    let ascending = replaces.iter().zip(replaces.iter().skip(1)).all(|(one, next)| one < next);
                    ascending.then_some(replaces)
                })
                .collect()
        };
        read().ok_or(Reason::Predecessors)
    }
}

/// Takes one value off the front: its meta holds the type in the low 4 bits and above them the length.
fn value(meta: u64, raw: &mut Bytes<'_>) -> Option<Value> {
    let length = usize::try_from(meta >> 4).ok().filter(|length| *length <= Value::MAX_BYTES)?;
    let bytes = raw.take(length)?;
    let value = match (meta & 0xf, length) {
        (scalar::NULL, 0) => Value::Null,
        (scalar::FALSE, 0) => Value::Bool(false),
        (scalar::TRUE, 0) => Value::Bool(true),
        (scalar::INT, _) => {
            let mut number = Bytes(bytes);
            Value::Int(number.signed().filter(|_| number.is_empty())?)
        }
        (scalar::DECIMAL, _) => Value::Decimal(f64::from_le_bytes(bytes.try_into().ok()?)),
        (scalar::TEXT, _) => Value::Text(std::str::from_utf8(bytes).ok()?.to_owned()),
        (scalar::BYTES, _) => Value::Bytes(bytes.to_vec()),
        _ => return None,
    };
    value.check().is_ok().then_some(value)
}
