//! People: who takes part, under which handle.

use rusqlite::{Connection, OptionalExtension, Transaction};
use sumu_core::clock::Entropy;
use sumu_core::ids::{Handle, PersonId};
use sumu_core::sign::Grant;

use super::rights::{check_area, write_grant};
use super::{AdminError, grants_of};

/// A person who is to be added.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What commands and pages call them.
    pub handle: Handle,
    /// Their name.
    pub name: String,
    /// Their roles and areas.
    pub grants: Vec<Grant>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Person {
    /// Their id in signed bytes.
    #[serde(skip)]
    pub id: PersonId,
    /// What commands and pages call them.
    #[serde(rename = "person")]
    pub handle: Handle,
    /// Their name.
    pub name: String,
    /// Their roles and areas.
    pub grants: Vec<Grant>,
    /// Whether they take part no longer.
    pub revoked: bool,
}

/// Adds a person; a handle that is taken is refused.
pub fn add_person(
    tx: &Transaction<'_>,
    new: &NewPerson,
    entropy: &dyn Entropy,
    now: i64,
) -> Result<Person, AdminError> {
    if look_up(tx, &new.handle)?.is_some() {
        return Err(AdminError::Exists {
            what: "person",
            name: new.handle.to_string(),
            cure: "`person grant` gives them another role, or choose another id",
        });
    }
    let id = PersonId::random(entropy);
    tx.execute(
        "INSERT INTO person (id, handle, name, added_at) VALUES (?1, ?2, ?3, ?4)",
        (id.as_bytes(), new.handle.as_str(), new.name.trim(), now),
    )?;
    for grant in &new.grants {
        grant.areas.iter().try_for_each(|area| check_area(tx, area))?;
        write_grant(tx, &id, grant)?;
    }
    find_person(tx, &new.handle)
}

/// Finds a person by their handle.
pub fn find_person(connection: &Connection, handle: &Handle) -> Result<Person, AdminError> {
    let (id, name, revoked) = look_up(connection, handle)?.ok_or_else(|| AdminError::Unknown {
        what: "person",
        name: handle.to_string(),
        cure: "`person add` makes one",
    })?;
    Ok(Person { id, handle: handle.clone(), name, grants: grants_of(connection, &id)?, revoked })
}

fn look_up(connection: &Connection, handle: &Handle) -> rusqlite::Result<Option<(PersonId, String, bool)>> {
    connection
        .prepare_cached("SELECT id, name, revoked_at IS NOT NULL FROM person WHERE handle = ?1")?
        .query_row([handle.as_str()], |row| Ok((PersonId::new(row.get(0)?), row.get(1)?, row.get(2)?)))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NOW, handle, office, one, person};
    use super::*;
    use sumu_core::clock::SeededEntropy;
    use sumu_core::sign::Role;

    #[test]
    fn a_person_holds_a_role_in_several_areas_and_their_handle_is_taken_once() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        let areas = vec!["150521".parse().unwrap(), "150522".parse().unwrap()];
        let new = NewPerson {
            handle: handle("batu"),
            name: " 巴图 ".to_owned(),
            grants: vec![Grant { role: Role::Inspector, areas }],
        };
        let entropy = SeededEntropy::new(5);
        let added = add_person(&tx, &new, &entropy, NOW).unwrap();
        assert_eq!(added.name, "巴图");
        assert_eq!(added.grants, new.grants);
        assert_eq!(find_person(&tx, &handle("batu")).unwrap(), added);
        assert!(matches!(add_person(&tx, &new, &entropy, NOW), Err(AdminError::Exists { .. })));
        assert_ne!(person(&tx, "siqin", Role::Supervisor, "1505").id, added.id);
    }

    #[test]
    fn an_area_without_a_region_is_refused_because_it_would_grant_nothing() {
        let mut connection = office();
        let tx = connection.transaction().unwrap();
        let new =
            NewPerson {
                handle: handle("batu"), name: "巴图".to_owned(), grants: vec![one(Role::Inspector, "150599")]
            };
        let error = add_person(&tx, &new, &SeededEntropy::new(5), NOW).unwrap_err().to_string();
        assert!(error.contains("150599") && error.contains("regions import"), "{error}");
    }
}
