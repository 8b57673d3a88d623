//! Files that earlier versions wrote are opened, read and written on.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use rusqlite::Connection;
use sumu_core::device::{Device, Environment};
use sumu_core::record::{Key, Value};

/// Makes the file of a version in a folder.
fn thaw(folder: &tempfile::TempDir, sql: &str) -> PathBuf {
    let path = folder.path().join("phone.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    path
}

#[test]
fn a_file_of_version_1_opens_with_all_that_it_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = thaw(&folder, include_str!("frozen/device-0001.sql"));
    let opened = Device::open(&path, Environment::system()).unwrap();
    assert_eq!(opened.set_aside, None);
    let device = opened.device;
    assert_eq!(device.identity().unwrap().unwrap().handle.as_str(), "anna");
    let place = device.place("150521100201", "water", None).unwrap();
    assert!(device.form(&place).unwrap().is_none(), "forms came with version 2");
    let view = device.record(&place).unwrap();
    let answer = |key: &str| view.record.answers[&Key::from_plain(key).unwrap()].clone();
    assert_eq!(answer("H1").dispute.len(), 2);
    assert_eq!(answer("H2").shown.value, Value::Decimal(10.5));
    assert_eq!(answer("H4").shown.value, Value::Text("村口".to_owned()));
    assert_eq!(answer("Q2").shown.value, Value::Int(35));
    assert!(view.record.sign_offs[0].current);
    let status = device.status().unwrap();
    assert_eq!((status.records, status.unsent, status.parked.len(), status.refused.len()), (1, 1, 1, 1));
    assert_eq!(view.unsent, 2);

    device.answer(&place, &[(Key::from_plain("H2").unwrap(), Value::Int(11))]).unwrap();
    assert_eq!(device.record(&place).unwrap().unsent, 3);
    drop(device);
    let version: i64 =
        Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
}
