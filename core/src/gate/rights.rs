//! The table of rights and the limits of documents: judged by the home server, and by the pen before a local edit.
use super::*;
use crate::ids::DocParts;
use crate::region::Code;
use crate::sign::Grant;

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
pub fn check_rights<K: Known>(_query: &RightsQuery<'_>, _accepted: &Accepted, _doc: &DocId, _known: &K) -> Result<Result<(), Reason>, K::Error> {
    todo!()
}

/// Tells whether a document would still be within its limits with one more change.
pub fn check_limits(_accepted: &Accepted, _doc_changes: usize, _doc_bytes: usize, _change_bytes: usize) -> Result<(), Reason> {
    todo!()
}
