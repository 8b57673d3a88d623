//! What `verify` finds.

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
