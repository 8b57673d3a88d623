//! What a sender and a receiver of a page both need: filling one up to a size, and knowing what belongs to which document.

use super::{Item, limits};
use crate::ids::{ContentHash, DocId, DocParts, ProgrammeId};
use crate::sign::{PublicKey, SignError};

/// Fills a page with groups of items up to a size before compression. It takes the first group whatever its size, so that one
/// large document never stops the rest.
#[derive(Debug)]
pub struct PageBuilder {
    items: Vec<Item>,
    document: Option<DocParts>,
    bytes: usize,
    budget: usize,
    changes: usize,
    most_changes: usize,
}

impl PageBuilder {
    /// Starts the page of a frame, of the size that the device asked for, within the limits.
    pub fn for_frame(asked: u32) -> Self {
        Self::new(clamp(asked), limits::PAGE_ITEMS)
    }

    /// Starts the page of a push.
    pub fn for_push(bytes: u32) -> Self {
        Self::new(clamp(bytes), limits::PUSHED_CHANGES)
    }

    fn new(budget: usize, most_changes: usize) -> Self {
        Self { items: Vec::new(), document: None, bytes: 0, budget, changes: 0, most_changes }
    }

    /// Takes a group of items whole, or gives it back if it does not fit any more. An empty page gives back only what no page
    /// can hold.
    ///
    /// `parts` names the document that changes and snapshots of the group belong to; its item is put before them unless it is
    /// the document of the group before. A frame takes whole documents; a push may take one change at a time.
    pub fn offer(&mut self, parts: Option<&DocParts>, group: Vec<Item>) -> Result<(), Vec<Item>> {
        let bytes: usize = group.iter().map(Item::estimate).sum();
        let changes = group.iter().filter(|item| matches!(item, Item::Change { .. })).count();
        // One more for the document, and room for a vouch and an end.
        let fits = self.items.is_empty() || self.bytes + bytes <= self.budget;
        let within =
            self.changes + changes <= self.most_changes && self.items.len() + group.len() + 3 <= limits::PAGE_ITEMS;
        if !fits || !within {
            return Err(group);
        }
        if let Some(parts) = parts
            && self.document.as_ref() != Some(parts)
        {
            let document = Item::Document(parts.clone());
            self.bytes += document.estimate();
            self.items.push(document);
            self.document = Some(parts.clone());
        }
        self.bytes += bytes;
        self.changes += changes;
        self.items.extend(group);
        Ok(())
    }

    /// Tells whether the page has reached its size, so that nothing more need be read for it.
    pub fn is_full(&self) -> bool {
        self.bytes >= self.budget || self.changes >= self.most_changes
    }

    /// Tells whether nothing was taken.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the items.
    pub fn finish(self) -> Vec<Item> {
        self.items
    }
}

fn clamp(bytes: u32) -> usize {
    let within = bytes.clamp(*limits::FRAME_BYTES.start(), *limits::FRAME_BYTES.end());
    usize::try_from(within).unwrap_or(usize::MAX)
}

/// Pairs each item with the document that it belongs to: the one named last before it.
///
/// The codec refuses pages in which a change or snapshot stands before any document, so those always have one.
pub fn with_documents<'a>(
    items: &'a [Item],
    programme: &ProgrammeId,
) -> impl Iterator<Item = (Option<(DocId, &'a DocParts)>, &'a Item)> {
    items.iter().scan(None, move |document, item| {
        if let Item::Document(parts) = item {
            *document = Some((parts.doc_id(programme), parts));
        }
        Some((*document, item))
    })
}

/// Lists the snapshots of a page as the server's vouch names them: document and hash, in order.
pub fn snapshots(items: &[Item], programme: &ProgrammeId) -> Vec<(DocId, ContentHash)> {
    with_documents(items, programme)
        .filter_map(|(document, item)| match (document, item) {
            (Some((doc, _)), Item::Snapshot { bytes, .. }) => Some((doc, ContentHash::of(bytes))),
            _ => None,
        })
        .collect()
}

/// Checks that the server vouched for all snapshots of a page; a page without snapshots needs nothing.
pub fn check_snapshots(items: &[Item], programme: &ProgrammeId, server: &PublicKey) -> Result<(), SignError> {
    let snapshots = snapshots(items, programme);
    if snapshots.is_empty() {
        return Ok(());
    }
    let mut vouches = items.iter().filter_map(|item| match item {
        Item::Vouch(signature) => Some(signature),
        _ => None,
    });
    match (vouches.next(), vouches.next()) {
        (Some(signature), None) => server.check_vouch(programme, &snapshots, signature),
        _ => Err(SignError::Signature("a page of snapshots")),
    }
}
