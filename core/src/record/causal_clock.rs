//! The names of operations, and the clock of a change: for each actor, the last operation among its ancestors and itself.

use std::collections::BTreeMap;

use crate::ids::ActorId;

/// Names one operation; the greater (counter, then actor bytes) of two rival values is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId {
    /// The operation's counter in its document.
    pub counter: u64,
    /// Who wrote it.
    pub actor: ActorId,
}

/// For each actor the last operation counter; an operation is among the ancestors exactly if its counter is not above it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CausalClock(BTreeMap<ActorId, u64>);

impl CausalClock {
    /// Tells whether an operation lies in the clock.
    pub fn contains(&self, op: &OpId) -> bool {
        self.0.get(&op.actor).is_some_and(|last| *last >= op.counter)
    }

    /// Takes in all that another clock contains.
    pub fn merge(&mut self, other: &Self) {
        for (actor, counter) in &other.0 {
            self.raise(*actor, *counter);
        }
    }

    /// Takes in an actor's operations up to a counter.
    pub fn raise(&mut self, actor: ActorId, counter: u64) {
        let last = self.0.entry(actor).or_insert(0);
        *last = counter.max(*last);
    }

    /// Returns an actor's last counter, 0 if it has none.
    pub fn last(&self, actor: &ActorId) -> u64 {
        self.0.get(actor).copied().unwrap_or(0)
    }

    /// Tells whether it contains nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the actors in it.
    pub fn actors(&self) -> impl Iterator<Item = &ActorId> {
        self.0.keys()
    }

    /// Writes it for a store: each actor's 16 bytes and its counter as u32 big-endian, ascending.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 20);
        for (actor, counter) in &self.0 {
            bytes.extend(actor.as_bytes());
            // The gate admits no counter above 2^28.
            bytes.extend(u32::try_from(*counter).unwrap_or(u32::MAX).to_be_bytes());
        }
        bytes
    }

    /// Reads what [`CausalClock::encode`] wrote, or nothing if it is damaged.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut clock = BTreeMap::new();
        let mut rest = bytes;
        while let Some((actor, after)) = rest.split_first_chunk::<16>() {
            let (counter, after) = after.split_first_chunk::<4>()?;
            clock.insert(ActorId::new(*actor), u64::from(u32::from_be_bytes(*counter)));
            rest = after;
        }
        rest.is_empty().then_some(Self(clock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_comes_back_from_its_bytes_and_contains_what_it_merged() {
        let (a, b) = (ActorId::new([1; 16]), ActorId::new([2; 16]));
        let (mut one, mut two) = (CausalClock::default(), CausalClock::default());
        one.raise(a, 5);
        two.raise(a, 3);
        two.raise(b, 9);
        one.merge(&two);
        assert_eq!(CausalClock::decode(&one.encode()), Some(one.clone()));
        assert!(one.contains(&OpId { counter: 5, actor: a }) && one.contains(&OpId { counter: 9, actor: b }));
        assert!(!one.contains(&OpId { counter: 6, actor: a }));
        assert_eq!(CausalClock::decode(&one.encode()[1..]), None);
    }
}
