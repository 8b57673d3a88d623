//! Hostile bytes at the gate.

use automerge::Change;
use sumu_core::clock::SeededEntropy;
use sumu_core::gate::{Author, Memory, Outcome, parse};
use sumu_core::ids::{DocId, PersonId};
use sumu_core::record::{Draft, write_change};
use sumu_core::sign::PrivateKey;

use super::choices::Choices;
use super::hostile::mend_checksum;
use super::{honest, hostile, oracle};

/// Reads bytes as one change: what the gate accepts, automerge reads as the same and writes in the same bytes, and a document
/// that begins with it is sound.
pub fn change(bytes: &[u8]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let mut bytes = content.to_vec();
    // Nothing comes past a wrong checksum, so most inputs get a right one.
    if choice % 8 != 0 {
        mend_checksum(&mut bytes);
    }
    let Ok(read) = parse(&bytes) else { return };
    let automerge = Change::from_bytes(bytes.clone()).expect("automerge reads what the gate accepts");
    assert_eq!(automerge.hash().0, *read.hash.as_bytes());
    assert_eq!((automerge.seq(), automerge.start_op().get()), (read.seq, read.start_op));
    assert_eq!((automerge.len(), automerge.max_op()), (read.puts.len(), read.max_op()));
    let (actor, doc) = (read.actor, DocId::new([5; 16]));
    let sumu_core::gate::Change { deps, seq, start_op, time, puts, .. } = read;
    assert_eq!(
        write_change(&Draft { actor, seq, start_op, deps, time, puts: puts.to_vec() }),
        bytes,
        "there is one way to write it"
    );

    let mut memory = Memory::default();
    let key = PrivateKey::generate(&SeededEntropy::new(7)).public();
    memory.register(actor, Author { person: PersonId::new([1; 16]), device_key: key });
    if let Outcome::Accepted(_) = memory.push(&doc, &bytes, None) {
        oracle::check(&memory, &doc, &mut Choices(&[]));
    }
}

/// Draws a document of hostile changes from bytes.
pub fn document(bytes: &[u8]) {
    hostile::document(&mut Choices(bytes));
}

/// Draws a history of honest people from bytes.
pub fn history(bytes: &[u8]) {
    // A history is as long as its bytes, and its check is quadratic in it.
    honest::history(&mut Choices(bytes.get(..400).unwrap_or(bytes)));
}
