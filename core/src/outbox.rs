//! What is still to send: a query, not a second queue. An own change waits here until the server has said of it, in the
//! present life of its log, anything but `later`.

use std::collections::HashSet;

use crate::ids::{ActorId, ChangeHash, DocId, DocParts};
use crate::store::{Connection, StoreError, asked, compact, docs, people, verdicts};
use crate::wire::{Item, PageBuilder};

/// A change that a request carries.
pub(crate) type Sent = (DocId, ChangeHash);

/// What a request pushes.
#[derive(Debug, Default)]
pub(crate) struct Push {
    /// The items, in order.
    pub(crate) items: Vec<Item>,
    /// The changes among them, in order: verdicts come back in the same.
    pub(crate) sent: Vec<Sent>,
    /// The actors whose registration was asked for and goes along, or is not known here either.
    pub(crate) registrations: Vec<ActorId>,
    /// Changes that were asked for and that this phone cannot send.
    pub(crate) unknown: Vec<Sent>,
    /// Own changes that are to be sent after these.
    pub(crate) left: u64,
}

/// Fills a page of at most some bytes: first what the server asked for, then own changes in causal order, but for those that
/// `skip` names.
pub(crate) fn fill(connection: &Connection, life: i64, bytes: u32, skip: &HashSet<Sent>) -> Result<Push, StoreError> {
    let mut filling = Filling { page: PageBuilder::for_push(bytes), papers: HashSet::new(), sent: Vec::new() };
    let mut registrations = Vec::new();
    for actor in asked::registrations(connection)? {
        let group = filling.papers_of(connection, &actor)?;
        if filling.page.offer(None, group).is_err() {
            break;
        }
        registrations.push(actor);
    }
    let mut unknown = Vec::new();
    for (doc, hash) in asked::changes(connection)? {
        if !filling.change(connection, &doc, &hash)? {
            break;
        }
        if filling.sent.last() != Some(&(doc, hash)) {
            unknown.push((doc, hash));
        }
    }
    let asked_for: HashSet<Sent> = filling.sent.iter().copied().collect();
    let mut left = 0;
    let mut full = filling.page.is_full();
    verdicts::each_unsent(connection, life, |sent| {
        if skip.contains(&sent) || asked_for.contains(&sent) {
            return Ok(());
        }
        full = full || !filling.change(connection, &sent.0, &sent.1)? || filling.page.is_full();
        if filling.sent.last() != Some(&sent) {
            left += 1;
        }
        Ok(())
    })?;
    Ok(Push { items: filling.page.finish(), sent: filling.sent, registrations, unknown, left })
}

struct Filling {
    page: PageBuilder,
    papers: HashSet<ActorId>,
    sent: Vec<Sent>,
}

impl Filling {
    /// Adds a change, with its actor's papers where it begins a line. Returns whether it fitted; one that this phone cannot
    /// send any more counts as fitting.
    fn change(&mut self, connection: &Connection, doc: &DocId, hash: &ChangeHash) -> Result<bool, StoreError> {
        let Some((bytes, Some(signature))) = compact::bytes_of(connection, doc, hash)? else { return Ok(true) };
        let Some((actor, seq)) = docs::place_of(connection, doc, hash)? else { return Ok(true) };
        let parts: DocParts = docs::parts_of(connection, doc)?;
        let known = self.papers.contains(&actor);
        let mut group = if seq == 1 { self.papers_of(connection, &actor)? } else { Vec::new() };
        group.push(Item::Change { signature, bytes, lsn: 0 });
        let fits = self.page.offer(Some(&parts), group).is_ok();
        if fits {
            self.sent.push((*doc, *hash));
        } else if !known {
            self.papers.remove(&actor);
        }
        Ok(fits)
    }

    /// Returns an actor's certificate and registration, once a page.
    fn papers_of(&mut self, connection: &Connection, actor: &ActorId) -> Result<Vec<Item>, StoreError> {
        if self.papers.contains(actor) {
            return Ok(Vec::new());
        }
        let Some((certificate, registration)) = people::papers(connection, actor)? else { return Ok(Vec::new()) };
        self.papers.insert(*actor);
        Ok(vec![Item::Certificate(certificate), Item::Registration(registration)])
    }
}
