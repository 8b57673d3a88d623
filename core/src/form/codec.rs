//! The bytes of a compiled form: `SUMUFORM`, the version of the format, then the [`Definition`], field by field.
//!
//! Counts and numbers are unsigned LEB128 in their shortest form, texts UTF-8 after their length, doubles 8 bytes
//! little-endian, options and variants one byte. So equal definitions have equal bytes, and no other bytes are accepted.

use super::FormError;
use super::definition::{
    Choice, Default, Definition, Formula, Kind, List, Node, NodeId, Piece, Question, Source, Texts,
};
use super::expression::{Condition, Expression, Field, Frame, Function, NodeRef, NodeSet, Op, Operator};
use crate::leb128;

const MAGIC: &[u8; 9] = b"SUMUFORM\x01";
/// The most bytes of a compiled form.
pub(super) const MAX_BYTES: usize = 8 << 20;
/// How deep conditions may stand in conditions.
const MAX_NESTING: u32 = 8;

/// Writes a definition.
pub(super) fn encode(definition: &Definition) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    definition.put(&mut out);
    out
}

/// Reads a definition, or says where the bytes are wrong. Never panics, and makes room only for what is there.
pub(super) fn decode(bytes: &[u8]) -> Result<Definition, FormError> {
    if bytes.len() > MAX_BYTES {
        return Err(FormError::TooLarge { what: "form", most: MAX_BYTES });
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| match bytes.strip_prefix(b"SUMUFORM") {
        Some([version, ..]) => FormError::Version(*version),
        _ => FormError::Damaged { what: "beginning", at: 0 },
    })?;
    let mut reader = Reader { rest, total: bytes.len(), nesting: 0 };
    let definition = Definition::take(&mut reader)?;
    if reader.rest.is_empty() { Ok(definition) } else { Err(reader.damaged("end")) }
}

struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
    nesting: u32,
}

impl<'a> Reader<'a> {
    fn damaged(&self, what: &'static str) -> FormError {
        FormError::Damaged { what, at: self.total - self.rest.len() }
    }

    fn bytes(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], FormError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.damaged(what))?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self, what: &'static str) -> Result<u8, FormError> {
        let (first, rest) = self.rest.split_first().ok_or_else(|| self.damaged(what))?;
        self.rest = rest;
        Ok(*first)
    }

    fn length(&mut self, what: &'static str) -> Result<usize, FormError> {
        let length = usize::try_from(u32::take(self)?).map_err(|_| self.damaged(what))?;
        // Everything has at least one byte, so no honest count passes what is left.
        if length > self.rest.len() { Err(self.damaged(what)) } else { Ok(length) }
    }
}

trait Coded: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError>;
}

impl Coded for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        leb128::unsigned(u64::from(*self), out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = reader.byte("number")?;
            if (shift == 28 && byte > 0x0f) || (shift > 0 && byte == 0) {
                return Err(reader.damaged("number"));
            }
            value |= Self::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(reader.damaged("number"))
    }
}

impl Coded for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        match reader.byte("mark")? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(reader.damaged("mark")),
        }
    }
}

impl Coded for f64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let bytes = reader.bytes(8, "double")?;
        let value = bytes.try_into().map(Self::from_le_bytes).map_err(|_| reader.damaged("double"))?;
        if value.is_finite() { Ok(value) } else { Err(reader.damaged("double")) }
    }
}

impl Coded for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        out.extend(self.as_bytes());
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let length = reader.length("text")?;
        let bytes = reader.bytes(length, "text")?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| reader.damaged("text"))
    }
}

/// Forms of more than 4 GiB do not pass [`MAX_BYTES`], whatever their lengths say.
fn put_length(length: usize, out: &mut Vec<u8>) {
    u32::try_from(length).unwrap_or(u32::MAX).put(out);
}

impl<T: Coded> Coded for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_length(self.len(), out);
        self.iter().for_each(|item| item.put(out));
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let length = reader.length("count")?;
        (0..length).map(|_| T::take(reader)).collect()
    }
}

impl<T: Coded> Coded for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(item) = self {
            item.put(out);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        if bool::take(reader)? { T::take(reader).map(Some) } else { Ok(None) }
    }
}

impl<A: Coded, B: Coded> Coded for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        Ok((A::take(reader)?, B::take(reader)?))
    }
}

impl Coded for NodeId {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        u32::take(reader).map(Self)
    }
}

impl Coded for Expression {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        reader.nesting += 1;
        if reader.nesting > MAX_NESTING {
            return Err(FormError::TooLarge { what: "nesting of conditions", most: MAX_NESTING as usize });
        }
        let operations = Vec::take(reader)?;
        reader.nesting -= 1;
        Ok(Self(operations))
    }
}

impl Coded for Function {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self as u8);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
        let code = reader.byte("function")?;
        Self::ALL.get(usize::from(code)).copied().ok_or_else(|| reader.damaged("function"))
    }
}

/// A struct is its fields in a fixed order.
macro_rules! fields {
    ($type:ident { $($field:ident),* }) => {
        impl Coded for $type {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                $(let $field = Coded::take(reader)?;)*
                Ok(Self { $($field),* })
            }
        }
    };
}

/// An enum is one byte, then what the variant holds.
macro_rules! variants {
    ($type:ident { $($code:literal $variant:ident $(($($part:ident),*))? $({$($field:ident),*})?;)* }) => {
        impl Coded for $type {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({$($field),*})? => {
                        out.push($code);
                        $($($part.put(out);)*)?
                        $($($field.put(out);)*)?
                    })*
                }
            }

            fn take(reader: &mut Reader<'_>) -> Result<Self, FormError> {
                match reader.byte(stringify!($type))? {
                    $($code => {
                        $($(let $part = Coded::take(reader)?;)*)?
                        $($(let $field = Coded::take(reader)?;)*)?
                        Ok(Self::$variant $(($($part),*))? $({$($field),*})?)
                    })*
                    _ => Err(reader.damaged(stringify!($type))),
                }
            }
        }
    };
}

fields!(Definition { form_id, version, title, languages, default_language, nodes, lists, instance_name });
fields!(Node {
    parent,
    name,
    key,
    kind,
    texts,
    appearance,
    parameters,
    source,
    relevant,
    constraint,
    required,
    calculation,
    readonly,
    default,
    choice_filter,
    repeat_count
});
fields!(Formula { expression, source });
fields!(Source { row, column });
fields!(Texts { label, hint, guidance_hint, constraint_message, required_message, image, audio, video });
fields!(List { name, columns, choices });
fields!(Choice { name, texts, values });
fields!(NodeRef { node, frame });
fields!(NodeSet { node, frame, shared, conditions });
fields!(Condition { repeat, test });
variants!(Kind { 0 Root; 1 Group; 2 Repeat; 3 Question(question); });
variants!(Default { 0 Text(text); 1 Formula(formula); });
variants!(Piece { 0 Plain(text); 1 Value(expression); });
variants!(Frame { 0 Own; 1 Candidate; });
variants!(Field { 0 Name; 1 Label; 2 Column(column); });
variants!(Question {
    0 Text; 1 Integer; 2 Decimal; 3 Note; 4 Calculate; 5 SelectOne(list); 6 SelectMultiple(list); 7 Date; 8 Time; 9 DateTime;
    10 Image; 11 Audio; 12 Video; 13 File; 14 Acknowledge; 15 Geopoint; 16 StartGeopoint;
    17 Range { start, end, step, integer }; 18 Barcode; 19 Hidden; 20 Start; 21 End; 22 Today; 23 DeviceId; 24 Username;
    25 Email; 26 PhoneNumber;
});
variants!(Operator {
    0 Or; 1 And; 2 Equal; 3 NotEqual; 4 Less; 5 LessOrEqual; 6 Greater; 7 GreaterOrEqual; 8 Add; 9 Subtract; 10 Multiply;
    11 Divide; 12 Modulo;
});
variants!(Op {
    0 Number(number); 1 Text(text); 2 Node(node); 3 Nodes(set); 4 Position(repeat); 5 CandidatePosition; 6 Column(field);
    7 Items { list, field, condition }; 8 LookUp { list, key, field }; 9 ChoiceName(select); 10 Regex(pattern); 11 Negative;
    12 Binary(operator); 13 Call(function, arguments);
});
