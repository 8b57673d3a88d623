//! The table of rights: judged by the home server, once, and by the pen before a local edit.

use std::collections::BTreeSet;

use super::{Accepted, Known, Put, Reason};
use crate::ids::{ActorId, DocId, DocParts};
use crate::record::{Class, Key};
use crate::region::Code;
use crate::sign::{Grant, Role};

/// What kind of round it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundKind {
    /// 考评: a regular assessment.
    Assessment,
    /// 抽查: a spot check.
    SpotCheck,
    /// 半月调度: half-monthly dispatch of progress figures.
    Dispatch,
}

/// Whose rights are asked about, and where.
#[derive(Debug, Clone, Copy)]
pub struct RightsQuery<'a> {
    /// The author's roles and areas, as they are now.
    pub grants: &'a [Grant],
    /// What the document is about.
    pub parts: &'a DocParts,
    /// The site's division code today.
    pub code: &'a Code,
    /// The kind of the record's round; nothing for a finding.
    pub round: Option<RoundKind>,
}

/// Tells whether the author may write the change there, by the table of rights.
///
/// One key that is not allowed forbids the change. Each key may be allowed by another of the author's roles. What looks at
/// the document looks at the change's ancestors, so the answer does not depend on what else has arrived.
pub fn check_rights<K: Known>(
    query: &RightsQuery<'_>,
    accepted: &Accepted,
    doc: &DocId,
    known: &K,
) -> Result<Result<(), Reason>, K::Error> {
    let judge = Judge { roles: Roles::held(query), query, accepted, doc, known };
    for (place, put) in accepted.change.puts.iter().enumerate() {
        let allowed = if accepted.settles(place) && put.key.class() != Class::Review {
            judge.may_settle(place)?
        } else {
            judge.may_put(put)?
        };
        if !allowed {
            return Ok(Err(Reason::NoRight));
        }
    }
    Ok(Ok(()))
}

/// What the author's roles amount to in the document's place.
struct Roles {
    held: Vec<Role>,
    /// Fills in records: an inspector, a team lead, a village reporter in a round of dispatch.
    fills: bool,
    /// Raises findings: an inspector, a team lead.
    raises: bool,
    /// Settles disputes of others too: a team lead, a supervisor.
    settles: bool,
    supervises: bool,
    reports: bool,
}

impl Roles {
    fn held(query: &RightsQuery<'_>) -> Self {
        let here = |grant: &&Grant| grant.areas.iter().any(|area| area.covers(query.code));
        let held: Vec<Role> = query.grants.iter().filter(here).map(|grant| grant.role).collect();
        let has = |role| held.contains(&role);
        let raises = has(Role::Inspector) || has(Role::TeamLead);
        let supervises = has(Role::Supervisor);
        let reports = has(Role::VillageReporter);
        let fills = raises || (reports && query.round == Some(RoundKind::Dispatch));
        let settles = has(Role::TeamLead) || supervises;
        Self { fills, raises, settles, supervises, reports, held }
    }

    /// Tells whether the person may sign as a role: one held here that writes in this record.
    fn signs_as(&self, role: Role) -> bool {
        self.held.contains(&role)
            && match role {
                Role::Inspector | Role::TeamLead | Role::Supervisor => true,
                Role::VillageReporter => self.fills,
                Role::Auditor | Role::Administrator => false,
            }
    }
}

struct Judge<'a, K> {
    roles: Roles,
    query: &'a RightsQuery<'a>,
    accepted: &'a Accepted,
    doc: &'a DocId,
    known: &'a K,
}

impl<K: Known> Judge<'_, K> {
    /// Judges a put that settles nothing.
    fn may_put(&self, put: &Put) -> Result<bool, K::Error> {
        let class = put.key.class();
        match class {
            Class::Settlement => self.may_give_reason(&put.key),
            Class::Void => Ok(self.roles.supervises || (self.fills_or_raises() && self.wrote_all_under(&put.key)?)),
            _ if matches!(self.query.parts, DocParts::Record { .. }) => Ok(self.may_put_in_record(&put.key)),
            Class::Photo | Class::Event => Ok(self.roles.raises || self.roles.supervises || self.roles.reports),
            Class::Finding => Ok(self.roles.raises || self.roles.supervises),
            _ => Ok(false),
        }
    }

    fn may_put_in_record(&self, key: &Key) -> bool {
        let subject = key.subject();
        let own = subject.person == Some(self.accepted.author.person);
        match subject.class {
            Class::Answer | Class::Photo | Class::Instance | Class::Form => self.roles.fills,
            Class::Note | Class::Position | Class::Times => self.roles.fills && own,
            Class::SignOff => {
                let role = subject.rest.rsplit_once('/').and_then(|(role, _)| role.parse().ok());
                own && role.is_some_and(|role| self.roles.signs_as(role))
            }
            Class::Review => self.roles.supervises,
            Class::Settlement | Class::Void | Class::Event | Class::Finding | Class::Unknown => false,
        }
    }

    fn fills_or_raises(&self) -> bool {
        match self.query.parts {
            DocParts::Record { .. } => self.roles.fills,
            DocParts::Finding { .. } => self.roles.raises,
        }
    }

    /// Judges the put that settles: whatever its class, by the right to settle; without it, a dispute of one's own values.
    fn may_settle(&self, place: usize) -> Result<bool, K::Error> {
        if self.roles.settles {
            return Ok(true);
        }
        let replaced = self.accepted.replaced.get(place).map(Vec::as_slice).unwrap_or_default();
        Ok(self.fills_or_raises() && self.wrote_all(replaced.iter().map(|put| put.op.actor))?)
    }

    /// Judges a `d/` key: the right to settle, or the settlement of one's own values in the same change.
    fn may_give_reason(&self, reason: &Key) -> Result<bool, K::Error> {
        if self.roles.settles {
            return Ok(true);
        }
        let puts = &self.accepted.change.puts;
        let settled = puts.iter().position(|put| put.key.settlement().as_ref() == Ok(reason));
        match settled.filter(|place| self.accepted.settles(*place)) {
            Some(place) => self.may_settle(place),
            None => Ok(false),
        }
    }

    /// Tells whether, among the change's ancestors, only the author wrote in what the void would hide.
    fn wrote_all_under(&self, void: &Key) -> Result<bool, K::Error> {
        let before = &self.accepted.before;
        match void.subject().instance {
            None => self.wrote_all(before.actors().copied()),
            Some(instance) => {
                let under = self.known.operations_under(self.doc, instance)?;
                self.wrote_all(under.iter().filter(|op| before.contains(op)).map(|op| op.actor))
            }
        }
    }

    fn wrote_all(&self, actors: impl Iterator<Item = ActorId>) -> Result<bool, K::Error> {
        for actor in actors.collect::<BTreeSet<_>>() {
            if self.known.author(&actor)?.is_none_or(|author| author.person != self.accepted.author.person) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
