use std::fs;

use super::*;
use crate::device::DeviceError;

#[test]
fn a_full_disk_is_named_and_keeps_what_was_saved() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    phone.answer("H1", "8");
    phone.device.store.limit_pages(1);
    let long = "长".repeat(2_000);
    let refused = phone.device.answer(&phone.place(), &[put("H2", &long), put("H3", &long), put("H4", &long)]);
    assert!(matches!(refused, Err(DeviceError::StorageFull)), "{refused:?}");
    assert_eq!(phone.shown("H1"), ("8".to_owned(), 0));
    phone.device.store.limit_pages(1_000_000);
    phone.answer("H2", "9");
    assert_eq!(phone.shown("H2"), ("9".to_owned(), 0));
}

#[test]
fn a_file_that_is_no_database_is_set_aside_and_salvaged() {
    // With a new head the rest is a database again; without its first page only the changes themselves are found.
    for (destroyed, answers) in [(100, 4), (4_096, 0)] {
        let office = Office::new(1);
        let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
        for number in 0..4 {
            phone.answer(&format!("H{number}"), "8");
        }
        let Phone { folder, device, environment, .. } = phone;
        let path = folder.path().join("phone.db");
        drop(device);
        let mut bytes = fs::read(&path).unwrap();
        bytes[..destroyed].fill(0xee);
        fs::write(&path, &bytes).unwrap();

        let opened = Device::open(&path, environment).unwrap();
        let aside = opened.set_aside.unwrap();
        assert_eq!(fs::read(&aside).unwrap(), bytes);
        assert_eq!(opened.device.status().unwrap().records, 0);
        let out = folder.path().join("salvage.jsonl");
        let report = Device::salvage(&aside, &out).unwrap();
        assert_eq!((report.changes, report.unsent, report.answers), (4, 4, answers), "{destroyed} bytes destroyed");
        assert!(fs::read_to_string(&out).unwrap().contains(r#""values":{"H3":8}"#));
        assert_eq!(fs::read(&aside).unwrap(), bytes, "not one byte of it is changed");
        assert!(!folder.path().join("salvage.jsonl.copy").exists());
    }
}

#[test]
fn salvage_goes_on_after_damaged_rows() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    for number in 0..400 {
        phone.answer(&format!("Q{number}"), &format!("{}{number}", "词".repeat(60)));
    }
    let Phone { folder, device, environment, .. } = phone;
    let path = folder.path().join("phone.db");
    drop(device);
    let mut bytes = fs::read(&path).unwrap();
    // Two pages with answers on them; an index would leave all rows readable.
    let word = "词".repeat(60).into_bytes();
    let held: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&word)).collect();
    let page = held[held.len() / 2] / 4_096 * 4_096;
    bytes[page..page + 8_192].fill(0xee);
    fs::write(&path, &bytes).unwrap();
    let opened = Device::open(&path, environment).unwrap();
    let aside = opened.set_aside.unwrap();
    let report = Device::salvage(&aside, &folder.path().join("out.jsonl")).unwrap();
    assert!(report.changes + report.answers > 300, "{report:?}");
    assert!(report.damaged > 0, "{report:?}");
}

#[test]
fn damage_that_shows_later_is_named_and_sets_the_file_aside_at_the_next_opening() {
    let phone = Phone::new(2);
    let met: Result<(), DeviceError> =
        phone.device.store.read(|_| Err(DeviceError::Damaged("database disk image is malformed".to_owned())));
    assert!(matches!(met, Err(DeviceError::Damaged(_))));
    // The file is in fact sound, so the thorough check lets it stand.
    let opened = Device::open(&phone.path(), phone.environment.clone()).unwrap();
    assert_eq!(opened.set_aside, None);
}

#[test]
fn a_file_of_a_newer_app_is_refused_and_left_alone() {
    let phone = Phone::new(2);
    rusqlite::Connection::open(phone.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = Device::open(&phone.path(), phone.environment.clone());
    assert!(matches!(refused, Err(DeviceError::TooNew { found: 99, .. })), "{refused:?}");
    assert!(phone.path().exists());
}

#[test]
fn several_threads_write_and_read_one_device() {
    let office = Office::new(1);
    let phone = Phone::enrolled(&office, 2, "anna", Role::Inspector);
    let place = phone.place();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (device, place) = (phone.device.clone(), place.clone());
            scope.spawn(move || {
                for number in 0..10 {
                    device.answer(&place, &[put(&format!("Q{thread}-{number}"), "1")]).unwrap();
                    device.record(&place).unwrap();
                }
            });
        }
    });
    let view = phone.device.record(&place).unwrap();
    assert_eq!((view.record.answers.len(), view.heads.len()), (40, 1));
}
