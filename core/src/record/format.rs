//! The numbers of automerge's format that the flat profile uses.

/// What every chunk begins with; the first four bytes of the hash of its rest follow.
pub(crate) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// How many bytes of the hash follow as a checksum.
pub(crate) const CHECKSUM_BYTES: usize = 4;
/// The chunk type of a whole document.
pub(crate) const DOCUMENT_CHUNK: u8 = 0;
/// The chunk type of an uncompressed change.
pub(crate) const CHANGE_CHUNK: u8 = 1;
/// The number of the action that puts a scalar.
pub(crate) const PUT: u64 = 1;

/// The columns of a change, ascending. Without those of objects and list elements every operation is on a key of the root map.
pub(crate) mod column {
    pub(crate) const KEY: u64 = 21;
    pub(crate) const INSERT: u64 = 52;
    pub(crate) const ACTION: u64 = 66;
    pub(crate) const VALUE_META: u64 = 86;
    pub(crate) const VALUE: u64 = 87;
    pub(crate) const PREDECESSORS: u64 = 112;
    pub(crate) const PREDECESSOR_ACTOR: u64 = 113;
    pub(crate) const PREDECESSOR_COUNTER: u64 = 115;
}

/// The types of scalars that a document may hold.
pub(crate) mod scalar {
    pub(crate) const NULL: u64 = 0;
    pub(crate) const FALSE: u64 = 1;
    pub(crate) const TRUE: u64 = 2;
    pub(crate) const INT: u64 = 4;
    pub(crate) const DECIMAL: u64 = 5;
    pub(crate) const TEXT: u64 = 6;
    pub(crate) const BYTES: u64 = 7;
}
