//! automerge as the oracle: it reads the log's changes for itself, and must see exactly the values that the view shows.

use automerge::{Automerge, Change, ROOT, ReadDoc as _, ScalarValue, Value};
use rusqlite::types::ValueRef;
use sumu_tests::world::World;

/// Demands that automerge, given the changes of every document, holds the same visible values as the server's view.
pub fn assert_automerge_agrees(world: &World) {
    let documents = world.server().database().read(|connection| {
        let mut documents = connection.prepare("SELECT id FROM doc")?;
        let ids: Vec<i64> = documents.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut read = Vec::new();
        for id in ids {
            let mut changes = connection.prepare("SELECT body FROM change WHERE doc = ?1 ORDER BY lsn")?;
            let bodies: Vec<Vec<u8>> = changes.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut fields = connection.prepare("SELECT key, kind, value FROM field WHERE doc = ?1 AND visible = 1")?;
            let rows = fields.query_map([id], |row| {
                let kind: i64 = row.get(1)?;
                Ok(format!("{}={}", row.get::<_, String>(0)?, stored(kind, row.get_ref(2)?)))
            })?;
            let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
            rows.sort();
            read.push((bodies, rows));
        }
        Ok::<_, rusqlite::Error>(read)
    });
    for (bodies, rows) in documents.unwrap() {
        let mut document = Automerge::new();
        document.apply_changes(bodies.into_iter().map(|body| Change::from_bytes(body).unwrap())).unwrap();
        let mut seen = Vec::new();
        for key in document.keys(ROOT) {
            for (value, _) in document.get_all(ROOT, &key).unwrap() {
                seen.push(format!("{key}={}", shown(&value)));
            }
        }
        seen.sort();
        assert_eq!(seen, rows);
        // A document that automerge holds is one that it can also save and load.
        assert_eq!(Automerge::load(&document.save()).unwrap().get_heads(), document.get_heads());
    }
}

fn stored(kind: i64, value: ValueRef<'_>) -> String {
    match (kind, value) {
        (0, _) => "null".to_owned(),
        (1, ValueRef::Integer(bool)) => format!("bool {}", bool != 0),
        (2, ValueRef::Integer(int)) => format!("int {int}"),
        (3, ValueRef::Real(decimal)) => format!("decimal {decimal}"),
        (3, ValueRef::Integer(decimal)) => format!("decimal {}", decimal as f64),
        (4, ValueRef::Text(text)) => format!("text {}", String::from_utf8_lossy(text)),
        (5, ValueRef::Blob(bytes)) => format!("bytes {bytes:?}"),
        other => panic!("the view holds {other:?}"),
    }
}

fn shown(value: &Value<'_>) -> String {
    match value.as_scalar() {
        Some(ScalarValue::Null) => "null".to_owned(),
        Some(ScalarValue::Boolean(bool)) => format!("bool {bool}"),
        Some(ScalarValue::Int(int)) => format!("int {int}"),
        Some(ScalarValue::F64(decimal)) => format!("decimal {decimal}"),
        Some(ScalarValue::Str(text)) => format!("text {text}"),
        Some(ScalarValue::Bytes(bytes)) => format!("bytes {bytes:?}"),
        other => panic!("automerge holds {other:?}"),
    }
}
