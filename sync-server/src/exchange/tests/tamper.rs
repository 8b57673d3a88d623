//! What `verify` finds.

use sumu_core::ids::DocParts;
use sumu_core::record::Value;

use super::phone::Phone;
use super::*;

/// Breaks one thing in a copy of a good server each time, and expects `verify` to name it.
#[tokio::test]
async fn whatever_is_changed_behind_the_servers_back_is_found() {
    const BREAKS: [(&str, &str); 12] = [
        ("UPDATE change SET body = zeroblob(length(body)) WHERE lsn = 2", "does not let the change through"),
        ("UPDATE change SET signature = zeroblob(64) WHERE lsn = 3", "signature"),
        ("UPDATE change SET clock = x'' WHERE lsn = 2", "what is kept of the change"),
        ("UPDATE change SET hash = zeroblob(32) WHERE lsn = 3", "running hash"),
        ("DELETE FROM change WHERE lsn = 2", "its change is missing"),
        ("DELETE FROM log WHERE lsn = 2", "a hole"),
        ("DELETE FROM log WHERE lsn = 3", "the head stands at 3"),
        ("UPDATE log_head SET running = zeroblob(32)", "running hash of the head"),
        ("UPDATE doc SET heads = x'' WHERE id = 1", "what is kept of document"),
        ("UPDATE summary SET answers = answers + 1", "the summary of document"),
        ("UPDATE actor SET registration = zeroblob(149)", "the registration of actor"),
        ("UPDATE certificate SET serial = 9", "certificate 9"),
    ];
    for (sql, named) in BREAKS {
        let (_folder, server) = server();
        let mut ana = Phone::enrol(&server, "ana", 1);
        for value in 1..4 {
            ana.write(&record(&server, VILLAGE, "housing"), &[("a/H1", Value::Int(value))]);
        }
        ana.sync().await;
        assert_eq!(read(&server, verify).problems, []);
        write(&server, |tx| Ok(tx.execute_batch(sql)?));
        let problems = read(&server, verify).problems;
        assert!(problems.iter().any(|problem| problem.what.contains(named)), "{sql}: {problems:?}");
    }
}

/// A body that no longer is what was signed is not shown as a record, and hurts that record alone.
#[tokio::test]
async fn a_damaged_record_is_said_to_be_damaged_and_the_others_are_scored() {
    let (_folder, server) = server();
    let mut ana = Phone::enrol(&server, "ana", 1);
    for site in [VILLAGE, OTHER_VILLAGE] {
        ana.write(&record(&server, site, "housing"), &[("a/H1", Value::Int(1))]);
    }
    ana.sync().await;
    const DAMAGE: &str =
        "UPDATE change SET body = zeroblob(length(body)) WHERE doc = (SELECT id FROM doc WHERE site = ?1)";
    write(&server, |tx| Ok(tx.execute(DAMAGE, [VILLAGE])?));
    assert_eq!(server.scoring().catch_up(server.database()).unwrap(), 2);
    let failures: Vec<String> = read(&server, |c| {
        let mut statement = c.prepare("SELECT failure FROM score").unwrap();
        Ok(statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect())
    });
    assert_eq!(failures.len(), 1);
    assert!(failures[0].contains("restore a backup"), "{failures:?}");
    let shown = |site: &str| {
        let DocParts::Record { site, item, round } = record(&server, site, "housing") else { panic!("a record") };
        read(&server, |c| {
            Ok(Sqlite::new(c).record(&site, &item, &round).map(|page| page.unwrap().record.answers.len()).ok())
        })
    };
    assert_eq!((shown(VILLAGE), shown(OTHER_VILLAGE)), (None, Some(1)));
}
