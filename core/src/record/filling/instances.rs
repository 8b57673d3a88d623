//! The instances of a record's repeats, in the order in which a session has them.

use std::collections::BTreeMap;

use crate::form::{Form, NodeId, Path};
use crate::ids::Ulid;
use crate::record::Key;

/// An instance, or the record itself.
///
/// What a count asks for and nobody has answered in is anonymous: it has no ulid and stands in no document.
#[derive(Debug, Clone, Default)]
pub(super) struct Instance {
    pub(super) ulid: Option<Ulid>,
    /// Whether the record holds it.
    pub(super) stored: bool,
    pub(super) children: BTreeMap<NodeId, Vec<Instance>>,
}

impl Instance {
    /// Finds an instance below this one by the repeats around it and their places.
    pub(super) fn find(&self, repeats: &[NodeId], path: Path) -> Option<&Self> {
        let mut steps = repeats.iter().zip(path.as_slice());
        steps.try_fold(self, |at, (repeat, place)| at.children.get(repeat)?.get(usize::from(*place)))
    }

    /// Finds an instance, and makes an anonymous place for it if it has none yet.
    pub(super) fn reach(&mut self, repeats: &[NodeId], path: Path) -> Option<&mut Self> {
        repeats.iter().zip(path.as_slice()).try_fold(self, |at, (repeat, place)| {
            let siblings = at.children.entry(*repeat).or_default();
            let place = usize::from(*place);
            if siblings.len() <= place {
                siblings.resize_with(place + 1, Self::default);
            }
            siblings.get_mut(place)
        })
    }

    /// Visits the instances of the innermost of some repeats, those of an outer one in its order.
    #[cfg(feature = "device")]
    pub(super) fn each(&self, repeats: &[NodeId], visit: &mut impl FnMut(Path, &Self)) {
        self.each_below(repeats, Path::default(), visit);
    }

    /// Repeats stand in each other as deep as the check of the form allows, and so does this recursion.
    #[cfg(feature = "device")]
    fn each_below(&self, repeats: &[NodeId], path: Path, visit: &mut impl FnMut(Path, &Self)) {
        let Some((repeat, inner)) = repeats.split_first() else { return visit(path, self) };
        let siblings = self.children.get(repeat).map(Vec::as_slice).unwrap_or_default();
        for (place, instance) in (0u16..).zip(siblings) {
            instance.each_below(inner, path.child(place), visit);
        }
    }

    /// Finds the place of a ulid among the instances of a repeat.
    pub(super) fn place_of(&self, repeat: NodeId, ulid: Ulid) -> Option<u16> {
        let siblings = self.children.get(&repeat)?;
        u16::try_from(siblings.iter().position(|instance| instance.ulid == Some(ulid))?).ok()
    }

    /// Returns the keys of the instances on the way to a path, the innermost last; nothing if one is anonymous.
    pub(super) fn keys(&self, form: &Form, repeats: &[NodeId], path: Path) -> Option<Vec<Key>> {
        let mut keys: Vec<Key> = Vec::new();
        let mut at = self;
        for (repeat, place) in repeats.iter().zip(path.as_slice()) {
            at = at.children.get(repeat)?.get(usize::from(*place))?;
            let name = &form.definition().node(*repeat)?.key;
            keys.push(Key::instance_in(keys.last(), name, at.ulid?).ok()?);
        }
        Some(keys)
    }
}
