//! Forms: which compiled form an item has in a round.

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::ids::{ContentHash, Handle, ItemId, RoundId};
use sumu_core::reference::RoundState;

use super::{AdminError, find_item, find_round, list_rounds};

/// What an import of a form brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FormImported {
    /// The form's identity: SHA-256 of its bytes.
    pub form: ContentHash,
    /// The item that has it now.
    pub item: Handle,
    /// The rounds in which the item has it now.
    pub rounds: Vec<Handle>,
    /// Whether rounds that are opened later have it too.
    pub later: bool,
}

/// Gives an item a compiled form: in the round that is named, or else in every open round and in those opened later.
///
/// Forms are added and never changed; a record keeps the one that it began with. The form that an item has already is
/// not given again. The caller has checked that the bytes are a form.
pub fn import_form(
    tx: &Transaction<'_>,
    bytes: &[u8],
    item: &Handle,
    round: Option<&Handle>,
    now: i64,
) -> Result<FormImported, AdminError> {
    let id = find_item(tx, item)?;
    let rounds = match round {
        Some(round) => vec![find_round(tx, round)?],
        None => list_rounds(tx)?.into_iter().filter(|round| round.state == RoundState::Open).collect(),
    };
    let form = ContentHash::of(bytes);
    tx.execute(
        "INSERT INTO form (hash, bytes, added_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (form.as_bytes(), bytes, now),
    )?;
    for round in &rounds {
        give(tx, &id, round.id.as_bytes(), &form, now)?;
    }
    if round.is_none() {
        give(tx, &id, LATER, &form, now)?;
    }
    let rounds = rounds.into_iter().map(|round| round.handle).collect();
    Ok(FormImported { form, item: item.clone(), rounds, later: round.is_none() })
}

/// Gives every item the form that it is to have in a round that was just made.
pub(super) fn give_later_forms(tx: &Transaction<'_>, round: &RoundId, now: i64) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO item_form SELECT item, ?1, 1, form, ?3 FROM item_form AS given WHERE round = ?2 AND version =
         (SELECT max(version) FROM item_form WHERE item = given.item AND round = ?2)",
        (round.as_bytes(), LATER, now),
    )?;
    Ok(())
}

/// Returns the form that an item has in a round.
pub fn form_of(connection: &Connection, item: &ItemId, round: &RoundId) -> rusqlite::Result<Option<ContentHash>> {
    newest(connection, item, round.as_bytes())
}

/// Returns the bytes of a form.
pub fn form_bytes(connection: &Connection, form: &ContentHash) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut bytes = connection.prepare_cached("SELECT bytes FROM form WHERE hash = ?1")?;
    bytes.query_row([form.as_bytes()], |row| row.get(0)).optional()
}

/// Returns the place of a form among all that were imported, from 1; nothing if it never was.
pub fn form_place(connection: &Connection, form: &ContentHash) -> rusqlite::Result<Option<u64>> {
    let mut place = connection.prepare_cached("SELECT place FROM form WHERE hash = ?1")?;
    place.query_row([form.as_bytes()], |row| row.get(0)).optional()
}

/// Stands for the rounds that are opened later.
const LATER: &[u8] = &[];

fn newest(connection: &Connection, item: &ItemId, round: &[u8]) -> rusqlite::Result<Option<ContentHash>> {
    connection
        .prepare_cached("SELECT form FROM item_form WHERE item = ?1 AND round = ?2 ORDER BY version DESC LIMIT 1")?
        .query_row((item.as_bytes(), round), |row| Ok(ContentHash::new(row.get(0)?)))
        .optional()
}

fn give(tx: &Transaction<'_>, item: &ItemId, round: &[u8], form: &ContentHash, now: i64) -> rusqlite::Result<()> {
    if newest(tx, item, round)? == Some(*form) {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO item_form SELECT ?1, ?2, coalesce(max(version), 0) + 1, ?3, ?4 FROM item_form
         WHERE item = ?1 AND round = ?2",
        (item.as_bytes(), round, form.as_bytes(), now),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, handle, office, round};
    use super::super::{close_round, open_round};
    use super::*;
    use sumu_core::clock::SeededEntropy;

    fn form_in(tx: &Transaction<'_>, round: &str) -> Option<ContentHash> {
        let item = find_item(tx, &handle("water")).unwrap();
        form_of(tx, &item, &find_round(tx, &handle(round)).unwrap().id).unwrap()
    }

    #[test]
    fn a_form_is_for_open_and_later_rounds_unless_one_is_named() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        let water = handle("water");
        let first = import_form(&tx, b"first", &water, None, NOW).unwrap();
        assert_eq!((first.rounds.clone(), first.later), (vec![handle("autumn")], true));
        close_round(&tx, &handle("autumn"), false, NOW).unwrap();
        let second = import_form(&tx, b"second", &water, None, NOW).unwrap();
        assert_eq!(second.rounds, []);
        open_round(&tx, &round("spring"), &SeededEntropy::new(4), NOW).unwrap();
        assert_eq!(form_in(&tx, "autumn"), Some(first.form), "a closed round keeps its form");
        assert_eq!(form_in(&tx, "spring"), Some(second.form));
        let third = import_form(&tx, b"third", &water, Some(&handle("autumn")), NOW).unwrap();
        assert_eq!((form_in(&tx, "autumn"), form_in(&tx, "spring")), (Some(third.form), Some(second.form)));
        assert_eq!(form_bytes(&tx, &first.form).unwrap().unwrap(), b"first", "old forms stay");
        let places = [first.form, second.form, third.form].map(|form| form_place(&tx, &form).unwrap());
        assert_eq!(places, [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn the_same_form_again_makes_no_version() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        for _ in 0..2 {
            import_form(&tx, b"form", &handle("water"), None, NOW).unwrap();
        }
        let versions: i64 = tx.query_row("SELECT max(version) FROM item_form", [], |row| row.get(0)).unwrap();
        assert_eq!(versions, 1);
        import_form(&tx, b"later", &handle("water"), None, NOW).unwrap();
        import_form(&tx, b"form", &handle("water"), None, NOW).unwrap();
        let places = [&b"form"[..], b"later", b"never"].map(|bytes| form_place(&tx, &ContentHash::of(bytes)).unwrap());
        assert_eq!(places, [Some(1), Some(2), None], "given again, it keeps its place");
        let unknown = import_form(&tx, b"form", &handle("nothing"), None, NOW);
        assert!(matches!(unknown, Err(AdminError::Unknown { .. })));
    }
}
