//! Rights: granting and revoking roles, and what follows for devices and for work that was kept aside.

use rusqlite::{Connection, Transaction};
use sumu_core::ids::{Handle, PersonId};
use sumu_core::region::Area;
use sumu_core::sign::{Grant, Role};

use super::{AdminError, Person, find_person, issue_certificates};
use crate::exchange::{Aside, judge_waiting};

/// What a grant or a revocation did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RightsChanged {
    /// The person with their rights now.
    #[serde(flatten)]
    pub person: Person,
    /// How many devices get a new certificate at their next sync.
    pub certificates: usize,
}

/// Grants a role for some areas: every device of the person gets the next certificate, and their work that was kept aside
/// is judged again. A person who was revoked takes part again, with this role only.
pub fn grant(tx: &Transaction<'_>, handle: &Handle, grant: &Grant, now: i64) -> Result<RightsChanged, AdminError> {
    let person = find_person(tx, handle)?;
    grant.areas.iter().try_for_each(|area| check_area(tx, area))?;
    write_grant(tx, &person.id, grant)?;
    tx.execute("UPDATE person SET revoked_at = NULL WHERE id = ?1", [person.id.as_bytes()])?;
    let certificates = issue_certificates(tx, &person.id, now)?;
    judge_waiting(tx, Aside::Of(&person.id), now)?;
    Ok(RightsChanged { person: find_person(tx, handle)?, certificates })
}

/// Revokes a role for some areas, or, with none named, the person: all roles, open links and sessions end.
///
/// What they wrote and had accepted stays. Their devices may still bring work, which is kept aside.
pub fn revoke(
    tx: &Transaction<'_>,
    handle: &Handle,
    grant: Option<&Grant>,
    now: i64,
) -> Result<RightsChanged, AdminError> {
    let person = find_person(tx, handle)?;
    match grant {
        Some(grant) => {
            let mut delete =
                tx.prepare_cached("DELETE FROM person_role WHERE person = ?1 AND role = ?2 AND area = ?3")?;
            for area in &grant.areas {
                if delete.execute((person.id.as_bytes(), grant.role.as_str(), area.as_str()))? == 0 {
                    return Err(AdminError::NotHeld {
                        person: handle.to_string(),
                        role: grant.role,
                        area: area.to_string(),
                        held: describe(&person.grants),
                    });
                }
            }
        }
        None if person.revoked => {
            return Err(AdminError::State {
                what: "person",
                name: handle.to_string(),
                state: "is revoked already",
                cure: "`person grant` lets them take part again",
            });
        }
        None => {
            tx.execute("DELETE FROM person_role WHERE person = ?1", [person.id.as_bytes()])?;
            tx.execute("UPDATE person SET revoked_at = ?2 WHERE id = ?1", (person.id.as_bytes(), now))?;
            for table in ["session", "invite", "link"] {
                let open = if table == "session" { "" } else { " AND used_at IS NULL" };
                tx.execute(&format!("DELETE FROM {table} WHERE person = ?1{open}"), [person.id.as_bytes()])?;
            }
        }
    }
    let certificates = issue_certificates(tx, &person.id, now)?;
    Ok(RightsChanged { person: find_person(tx, handle)?, certificates })
}

/// Returns a person's roles and areas as they are now, roles and areas ascending.
pub fn grants_of(connection: &Connection, person: &PersonId) -> rusqlite::Result<Vec<Grant>> {
    let mut areas =
        connection.prepare_cached("SELECT area FROM person_role WHERE person = ?1 AND role = ?2 ORDER BY area")?;
    let mut grants = Vec::new();
    for role in Role::ALL {
        let held = areas.query_map((person.as_bytes(), role.as_str()), |row| row.get::<_, String>(0))?;
        let held = held.collect::<Result<Vec<_>, _>>()?;
        // Only areas that were parsed are ever written, and one that cannot be read must not count as a right.
        let held: Vec<Area> = held.iter().filter_map(|area| area.parse().ok()).collect();
        if !held.is_empty() {
            grants.push(Grant { role, areas: held });
        }
    }
    Ok(grants)
}

/// Writes roles and areas on one line, like `inspector 150521, 150522; supervisor 1505`.
pub fn describe(grants: &[Grant]) -> String {
    let line = |grant: &Grant| {
        let areas: Vec<&str> = grant.areas.iter().map(Area::as_str).collect();
        format!("{} {}", grant.role, areas.join(", "))
    };
    if grants.is_empty() { "nothing".to_owned() } else { grants.iter().map(line).collect::<Vec<_>>().join("; ") }
}

/// Refuses an area in which no region lies: a typing error would grant nothing in silence.
pub(super) fn check_area(connection: &Connection, area: &Area) -> Result<(), AdminError> {
    let known: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM region WHERE code >= ?1 AND code < ?1 || ':')")?
        .query_row([area.as_str()], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    Err(AdminError::Unknown {
        what: "region in the area",
        name: area.to_string(),
        cure: "check the code, or `regions import` its table first",
    })
}

pub(super) fn write_grant(tx: &Transaction<'_>, person: &PersonId, grant: &Grant) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO person_role VALUES (?1, ?2, ?3)")?;
    for area in &grant.areas {
        insert.execute((person.as_bytes(), grant.role.as_str(), area.as_str()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, handle, office, one, person};
    use super::super::{invite, person_link};
    use super::*;
    use sumu_core::clock::SeededEntropy;

    #[test]
    fn roles_are_granted_and_revoked_one_by_one() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        person(&tx, "batu", Role::Inspector, "150521");
        let batu = handle("batu");
        grant(&tx, &batu, &one(Role::TeamLead, "150521100"), NOW).unwrap();
        let more = grant(&tx, &batu, &one(Role::Inspector, "150522"), NOW).unwrap();
        assert_eq!(describe(&more.person.grants), "inspector 150521, 150522; team-lead 150521100");
        let less = revoke(&tx, &batu, Some(&one(Role::Inspector, "150521")), NOW).unwrap();
        assert_eq!(describe(&less.person.grants), "inspector 150522; team-lead 150521100");
        let not_held = revoke(&tx, &batu, Some(&one(Role::Inspector, "150521")), NOW).unwrap_err().to_string();
        assert!(not_held.contains("they hold: inspector 150522; team-lead 150521100"), "{not_held}");
    }

    #[test]
    fn a_revoked_person_has_no_role_link_or_session_until_a_new_grant() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        person(&tx, "siqin", Role::Supervisor, "1505");
        let (siqin, entropy) = (handle("siqin"), SeededEntropy::new(9));
        let link = person_link(&tx, &siqin, 60, &entropy, NOW).unwrap().link;
        let token = crate::session::sign_in(&tx, link.split_once('#').unwrap().1, &entropy, NOW).unwrap();
        let second = person_link(&tx, &siqin, 60, &entropy, NOW).unwrap().link;

        let revoked = revoke(&tx, &siqin, None, NOW).unwrap();
        assert!(revoked.person.revoked && revoked.person.grants.is_empty());
        assert_eq!(crate::session::viewer(&tx, &token, NOW).unwrap(), None);
        let code = second.split_once('#').unwrap().1;
        assert!(crate::session::sign_in(&tx, code, &entropy, NOW).is_err());
        assert!(invite(&tx, &siqin, 60, &entropy, NOW).unwrap_err().to_string().contains("is revoked"));
        assert!(matches!(revoke(&tx, &siqin, None, NOW), Err(AdminError::State { .. })));

        let back = grant(&tx, &siqin, &one(Role::Auditor, "150521"), NOW).unwrap();
        assert!(!back.person.revoked);
        assert_eq!(describe(&back.person.grants), "auditor 150521");
    }
}
