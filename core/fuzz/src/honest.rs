//! Histories of honest people: each writes cards on a replica of their own and now and then hears from another.

use sumu_core::gate::{Known, Memory, Outcome, Writer, draft};
use sumu_core::ids::DocId;
use sumu_core::record::{Key, Value, write_change};

use super::choices::Choices;
use super::hostile::{actor, registered};
use super::oracle;

const PEOPLE: u8 = 4;
const KEYS: usize = 5;
const VALUES: usize = 4;

/// Plays a history, checks that every change is accepted everywhere, and returns how many there were.
pub fn history(choices: &mut Choices<'_>) -> usize {
    let doc = DocId::new([4; 16]);
    let mut replicas: Vec<Memory> = (0..PEOPLE).map(|_| registered(PEOPLE)).collect();
    while !choices.is_empty() {
        let person = choices.below(replicas.len());
        if choices.one_in(3) {
            let other = choices.below(replicas.len());
            let heard = replicas[other].changes(&doc);
            hear(&mut replicas[person], &doc, &heard);
        } else {
            write_card(&mut replicas[person], &doc, person as u8 + 1, choices);
        }
    }
    let everything: Vec<Vec<Vec<u8>>> = replicas.iter().map(|replica| replica.changes(&doc)).collect();
    for replica in &mut replicas {
        everything.iter().for_each(|heard| hear(replica, &doc, heard));
    }
    for replica in &replicas {
        assert_eq!(replica.visible(&doc), replicas[0].visible(&doc), "all replicas show the same");
        assert_eq!(replica.heads(&doc), replicas[0].heads(&doc));
        assert_eq!(replica.read(&doc), replicas[0].read(&doc));
    }
    oracle::check(&replicas[0], &doc, choices);
    replicas[0].size(&doc).changes
}

fn write_card(replica: &mut Memory, doc: &DocId, person: u8, choices: &mut Choices<'_>) {
    let puts: std::collections::BTreeMap<Key, Value> = (0..=choices.below(3))
        .map(|_| {
            let key = Key::answer(&format!("H{}", choices.below(KEYS))).expect("it is a key");
            let value = match choices.below(VALUES) {
                0 => Value::Null,
                number => Value::Int(number as i64),
            };
            (key, value)
        })
        .collect();
    let writer = Writer { actor: actor(person), seq: replica.next_seq(doc, &actor(person)) };
    let Ok(heads) = replica.heads(doc);
    let Ok(draft) = draft(replica, doc, writer, heads, 1_700_000_000, puts.into_iter().collect());
    let bytes = write_change(&draft.expect("one's own heads are accepted"));
    let outcome = replica.push(doc, &bytes, None);
    assert!(matches!(outcome, Outcome::Accepted(_)), "an honest card: {outcome:?}");
}

fn hear(replica: &mut Memory, doc: &DocId, changes: &[Vec<u8>]) {
    for bytes in changes {
        let outcome = replica.push(doc, bytes, None);
        assert!(matches!(outcome, Outcome::Accepted(_) | Outcome::Known(_)), "an honest change: {outcome:?}");
    }
}
