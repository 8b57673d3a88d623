//! Fetching the reference data: only the parts that this phone lacks, each kept as soon as it is there.

use std::io::Read;

use super::engine::Engine;
use super::{SyncError, SyncEvent, call};
use crate::ids::ContentHash;
use crate::reference::{Manifest, PART_BYTES, PARTS, Part};
use crate::store::forms::BadForm;
use crate::store::meta::{self, name};
use crate::store::reference::{self, Rows, RowsError};
use crate::store::scopes;

/// The most bytes of a manifest.
const MANIFEST_BYTES: usize = 1 << 20;

impl Engine<'_> {
    /// Brings the reference data to what the server says holds for this device.
    pub(super) async fn supply(&mut self, mark: [u8; 8]) -> Result<(), SyncError> {
        // A revoked device reads nothing but its verdicts.
        if mark == [0; 8] {
            return Ok(());
        }
        let known: Option<[u8; 8]> = self.store.read(|connection| meta::get(connection, name::MANIFEST))?;
        if known == Some(mark) {
            return Ok(());
        }
        let json = self.fetch("/v1/reference".to_owned(), MANIFEST_BYTES).await?;
        let manifest: Manifest = serde_json::from_slice(&json).map_err(|error| strange(&error))?;
        let programme = self.store.read(meta::home)?.ok_or(SyncError::NotEnrolled)?.programme;
        if manifest.programme != programme || manifest.parts.len() > PARTS {
            return Err(SyncError::Protocol(
                "the reference data belongs to another programme, or is too large".to_owned(),
            ));
        }
        let lacking = self.store.read(|connection| reference::lacking(connection, &manifest.parts))?;
        // A part that cannot be used keeps none of the others from being stored; the next sync asks for it again.
        let mut bad = None;
        for part in lacking {
            if let Some(error) = self.part(part).await? {
                bad.get_or_insert(error);
            }
        }
        if let Some(error) = bad {
            return Err(error);
        }
        let mark = Manifest::mark(&json);
        self.store.write(|tx| {
            reference::replace(tx, &manifest.parts, &[])?;
            meta::set(tx, name::ZONE, &manifest.zone)?;
            meta::set(tx, name::OFFSET, manifest.offset)?;
            meta::set(tx, name::MANIFEST, mark)?;
            // A site may stand elsewhere now.
            scopes::mark_leaving(tx)
        })?;
        Ok(())
    }

    /// Fetches a part and keeps it; returns what is wrong with one that cannot be used.
    async fn part(&mut self, part: Part) -> Result<Option<SyncError>, SyncError> {
        let packed = self.fetch(format!("/v1/reference/{}", part.hash), PART_BYTES).await?;
        let json = unpack(&packed).map_err(|error| strange(&error))?;
        if ContentHash::of(&json) != part.hash {
            return Err(SyncError::Protocol(format!(
                "part {} of the reference data is not what it is named by",
                part.hash
            )));
        }
        match Rows::read(&part.kind, &json) {
            Ok(Some(rows)) => self.store.write(|tx| reference::add(tx, &part, &rows))?,
            Ok(None) => {}
            Err(RowsError::Form(error @ BadForm::TooNew { .. })) => {
                return Ok(Some(SyncError::AppTooOld(error.to_string())));
            }
            Err(error) => return Ok(Some(strange(&error))),
        }
        self.watch.event(SyncEvent::Reference { kind: part.kind, bytes: packed.len() as u64 });
        Ok(None)
    }

    async fn fetch(&mut self, path: String, most: usize) -> Result<Vec<u8>, SyncError> {
        loop {
            let token = self.token()?;
            self.report.requests += 1;
            let mut arrived = 0;
            let tried = async {
                let mut reply = call::send(self.transport, call::get(path.clone(), &token)).await?;
                call::read(&mut reply, most, &mut |bytes| arrived += bytes as u64).await
            };
            let tried = tokio::select! {
                tried = tried => tried,
                () = self.cancel.cancelled() => return Err(SyncError::Cancelled),
            };
            self.report.bytes_down += arrived;
            match tried {
                Ok(body) => {
                    self.patience.renew();
                    return Ok(body);
                }
                Err(error) => self.wait_after(error).await?,
            }
        }
    }
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut json = Vec::new();
    let most = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    zstd::stream::Decoder::new(packed)?.take(most + 1).read_to_end(&mut json)?;
    if json.len() > PART_BYTES {
        return Err(std::io::Error::other("a part of the reference data is too large"));
    }
    Ok(json)
}

fn strange(error: &dyn std::fmt::Display) -> SyncError {
    SyncError::Protocol(format!("the reference data is not understood: {error}"))
}
