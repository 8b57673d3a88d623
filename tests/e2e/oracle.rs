//! automerge as the oracle: it reads the log's changes for itself, and must see exactly the values that records are read from.

use automerge::{Automerge, Change, ROOT, ReadDoc as _, ScalarValue, Value};
use sumu_core::gate::{Puts, parse};
use sumu_tests::world::World;

/// Demands that automerge, given the changes of every document, holds the same visible values as the core.
pub fn assert_automerge_agrees(world: &World) {
    let documents = world.server().database().read(|connection| {
        let mut documents = connection.prepare("SELECT id FROM doc")?;
        let ids: Vec<i64> = documents.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut read = Vec::new();
        for id in ids {
            let mut changes = connection.prepare("SELECT body FROM change WHERE doc = ?1 ORDER BY lsn")?;
            let bodies: Vec<Vec<u8>> = changes.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut puts = Puts::default();
            bodies.iter().for_each(|body| puts.add(&parse(body).unwrap()));
            let mut rows: Vec<String> =
                puts.visible().iter().map(|put| format!("{}={}", put.key, said(&put.value))).collect();
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

fn said(value: &sumu_core::record::Value) -> String {
    use sumu_core::record::Value;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => format!("bool {bool}"),
        Value::Int(int) => format!("int {int}"),
        Value::Decimal(decimal) => format!("decimal {decimal}"),
        Value::Text(text) => format!("text {text}"),
        Value::Bytes(bytes) => format!("bytes {bytes:?}"),
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
