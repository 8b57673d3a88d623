//! The functions that expressions may call, those that they may not yet, and those that they never may.

/// What an argument is taken as, and what comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A number.
    Number,
    /// A text.
    Text,
    /// A condition.
    Condition,
    /// A date, or a date with its time.
    Date,
    /// A path, as itself and not as its value.
    Nodes,
    /// Anything.
    Any,
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal ..= $most:tt ($($takes:ident),*) -> $gives:ident)*) => {
        /// A function that expressions may call.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each is named as authors call it")]
        pub enum Function {
            $($variant,)*
        }

        impl Function {
            /// Every function.
            pub const ALL: &[Function] = &[$(Function::$variant),*];

            /// Returns the name that authors call it by.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the fewest and the most arguments that it takes.
            pub fn arity(self) -> (usize, usize) {
                match self {
                    $(Self::$variant => ($least, $most),)*
                }
            }

            /// Returns what the argument at a place, from 0, is taken as; the last kind goes on for those after it.
            pub fn takes(self, place: usize) -> Takes {
                let kinds: &[Takes] = match self {
                    $(Self::$variant => &[$(Takes::$takes),*],)*
                };
                kinds.get(place).or(kinds.last()).copied().unwrap_or(Takes::Any)
            }

            /// Returns what comes out; [`Takes::Any`] if it depends on the arguments.
            pub fn gives(self) -> Takes {
                match self {
                    $(Self::$variant => Takes::$gives,)*
                }
            }
        }
    };
}

/// As many arguments as an expression has room for.
const MANY: usize = usize::MAX;

functions! {
    If "if" 3..=3 (Condition, Any, Any) -> Any
    Not "not" 1..=1 (Condition) -> Condition
    True "true" 0..=0 () -> Condition
    False "false" 0..=0 () -> Condition
    Boolean "boolean" 1..=1 (Any) -> Condition
    BooleanFromString "boolean-from-string" 1..=1 (Text) -> Condition
    Coalesce "coalesce" 1..=MANY (Any) -> Any
    Once "once" 1..=1 (Any) -> Any
    Number "number" 1..=1 (Any) -> Number
    String "string" 1..=1 (Any) -> Text
    Int "int" 1..=1 (Number) -> Number
    Round "round" 1..=2 (Number) -> Number
    Abs "abs" 1..=1 (Number) -> Number
    Power "pow" 2..=2 (Number) -> Number
    SquareRoot "sqrt" 1..=1 (Number) -> Number
    Floor "floor" 1..=1 (Number) -> Number
    Ceiling "ceiling" 1..=1 (Number) -> Number
    Least "min" 1..=MANY (Number) -> Number
    Greatest "max" 1..=MANY (Number) -> Number
    Sum "sum" 1..=1 (Nodes) -> Number
    Count "count" 1..=1 (Nodes) -> Number
    CountNonEmpty "count-non-empty" 1..=1 (Nodes) -> Number
    Position "position" 0..=1 (Nodes) -> Number
    Concat "concat" 1..=MANY (Any) -> Text
    Join "join" 2..=MANY (Text, Any) -> Text
    Substring "substr" 2..=3 (Text, Number) -> Text
    SubstringBefore "substring-before" 2..=2 (Text) -> Text
    SubstringAfter "substring-after" 2..=2 (Text) -> Text
    StringLength "string-length" 1..=1 (Text) -> Number
    Contains "contains" 2..=2 (Text) -> Condition
    StartsWith "starts-with" 2..=2 (Text) -> Condition
    EndsWith "ends-with" 2..=2 (Text) -> Condition
    Translate "translate" 3..=3 (Text) -> Text
    NormalizeSpace "normalize-space" 1..=1 (Text) -> Text
    Regex "regex" 2..=2 (Text) -> Condition
    Selected "selected" 2..=2 (Text) -> Condition
    SelectedAt "selected-at" 2..=2 (Text, Number) -> Text
    CountSelected "count-selected" 1..=1 (Text) -> Number
    ChoiceName "jr:choice-name" 2..=2 (Text) -> Text
    Today "today" 0..=0 () -> Date
    Now "now" 0..=0 () -> Date
    Date "date" 1..=1 (Any) -> Date
    DateTime "date-time" 1..=1 (Any) -> Date
    FormatDate "format-date" 2..=2 (Date, Text) -> Text
    FormatDateTime "format-date-time" 2..=2 (Date, Text) -> Text
    DecimalDateTime "decimal-date-time" 1..=1 (Date) -> Number
    DecimalTime "decimal-time" 1..=1 (Any) -> Number
    LookUp "pulldata" 4..=4 (Text) -> Text
    Uuid "uuid" 0..=1 (Number) -> Text
    Checklist "checklist" 3..=MANY (Number, Number, Condition) -> Condition
    WeightedChecklist "weighted-checklist" 4..=MANY (Number, Number, Any) -> Condition
    Random "random" 0..=0 () -> Number
}

/// Functions that are known and that no form may call yet.
const LATER: &[&str] = &["indexed-repeat", "randomize", "jr:itext", "area", "distance", "geofence"];

/// Functions that no form may call, each with what to write instead, or nothing.
const NEVER: &[(&str, &str)] = &[
    ("digest", ""),
    ("base64-decode", ""),
    ("extract-signed", ""),
    ("sin", ""),
    ("cos", ""),
    ("tan", ""),
    ("asin", ""),
    ("acos", ""),
    ("atan", ""),
    ("atan2", ""),
    ("log", ""),
    ("log10", ""),
    ("exp", ""),
    ("exp10", ""),
    ("pi", "3.141592653589793"),
    ("property", ""),
    ("version", ""),
    ("depend", ""),
    ("last", "count(…)"),
    ("name", ""),
    ("local-name", ""),
    ("namespace-uri", ""),
    ("id", ""),
    ("lang", ""),
    ("substring", "substr(…), which counts from 0"),
];

/// Names that authors of other tools use, with ours.
const FOREIGN: &[(&str, &str)] = &[
    ("iff", "if"),
    ("iif", "if"),
    ("ifelse", "if"),
    ("len", "string-length"),
    ("length", "string-length"),
    ("mid", "substr"),
    ("left", "substr"),
    ("average", "sum(…) div count(…)"),
    ("avg", "sum(…) div count(…)"),
    ("mean", "sum(…) div count(…)"),
    ("isblank", "${x} = ''"),
    ("isnull", "${x} = ''"),
    ("is-empty", "${x} = ''"),
    ("roundup", "int(… + 1)"),
    ("rounddown", "int"),
    ("power", "pow"),
    ("concatenate", "concat"),
    ("counta", "count-non-empty"),
    ("countselected", "count-selected"),
    ("choice-name", "jr:choice-name"),
    ("and", "… and …"),
    ("or", "… or …"),
    ("mod", "… mod …"),
];

/// What is known of a function's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It may be called.
    Callable(Function),
    /// It may be called when spelled like this.
    Misspelled(&'static str),
    /// It is known, and no form may call it yet.
    Later,
    /// It is known, and no form may call it; what to write instead, or nothing.
    Never(&'static str),
    /// It is unknown; the nearest name, if one is near.
    Unknown(Option<&'static str>),
}

/// Looks up a function by its name as written.
pub fn named(name: &str) -> Known {
    if let Some(function) = Function::ALL.iter().find(|function| function.name() == name) {
        return Known::Callable(*function);
    }
    if LATER.contains(&name) {
        return Known::Later;
    }
    if let Some((_, instead)) = NEVER.iter().find(|(never, _)| *never == name) {
        return Known::Never(instead);
    }
    if name.starts_with("cht:") {
        return Known::Never("");
    }
    let lower = name.to_lowercase();
    let names = || Function::ALL.iter().map(|function| function.name()).chain(["instance", "current"]);
    if let Some(right) = names().find(|right| *right == lower) {
        return Known::Misspelled(right);
    }
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == lower) {
        return Known::Unknown(Some(ours));
    }
    Known::Unknown(crate::xlsform::nearest::nearest(&lower, names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_foreign_or_near() {
        assert_eq!(named("if"), Known::Callable(Function::If));
        assert_eq!(named("SUM"), Known::Misspelled("sum"));
        assert_eq!(named("iff"), Known::Unknown(Some("if")));
        assert_eq!(named("coalesc"), Known::Unknown(Some("coalesce")));
        assert_eq!(named("vlookup"), Known::Unknown(None));
        assert_eq!(named("indexed-repeat"), Known::Later);
        assert_eq!(named("digest"), Known::Never(""));
        assert_eq!(named("cht:strip"), Known::Never(""));
    }

    #[test]
    fn no_name_stands_in_two_tables() {
        let mut seen = std::collections::BTreeSet::new();
        let callable = Function::ALL.iter().map(|function| function.name());
        for name in callable.chain(LATER.iter().copied()).chain(NEVER.iter().map(|(name, _)| *name)) {
            assert!(seen.insert(name), "{name} stands twice");
        }
    }

    #[test]
    fn the_last_kind_of_argument_goes_on() {
        assert_eq!(Function::Join.takes(0), Takes::Text);
        assert_eq!(Function::Join.takes(7), Takes::Any);
        assert_eq!(Function::Today.takes(0), Takes::Any);
    }
}
