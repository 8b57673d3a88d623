//! Expressions drawn by chance, of a wanted type, over what the scope knows.
//!
//! Left out is what the compiler refuses on purpose: booleans as values, text as a condition, and whatever the two known
//! engines read differently.

use super::scope::{Scope, Value};
use crate::world::chance::Chance;

/// Draws expressions.
pub struct Expressions<'a> {
    /// The seed's sequence.
    pub chance: &'a Chance,
    /// What may be named.
    pub scope: &'a Scope,
}

const WORDS: [&str; 8] = ["abc", "a-b", "中文", "x y", "Good", "", "12", "zz9"];
const DATES: [&str; 4] = ["2026-01-01", "2026-02-28", "2026-11-23", "2024-02-29"];
const CHOICES: [&str; 4] = ["x", "y", "z", "w"];

impl Expressions<'_> {
    /// Draws a number.
    pub fn number(&self, depth: u32) -> String {
        if depth == 0 {
            return self.plain_number();
        }
        let number = || self.number(depth - 1);
        match self.chance.below(38) {
            0 | 1 => format!("{} + {}", number(), number()),
            2 => format!("({} - {})", number(), number()),
            3 | 4 => format!("({}) * {}", number(), self.plain_number()),
            5 => format!("({}) div ({})", number(), number()),
            6 => format!("({}) mod ({})", number(), self.chance.below(6) + 1),
            7 => format!("-({})", number()),
            8 => format!("int({})", number()),
            9 => format!("round(abs({}), {})", number(), self.chance.below(3)),
            10 => format!("abs({})", number()),
            11 => format!("{}({}, {})", self.chance.pick(&["min", "max"]), number(), number()),
            12 => format!("coalesce({}, {})", number(), self.plain_number()),
            13 | 14 => format!("if({}, {}, {})", self.condition(depth - 1), number(), number()),
            15 => format!("string-length({})", self.text(depth - 1)),
            16 => self.many_selected(|name| format!("count-selected({name})")),
            17 => format!("pow({}, {})", self.plain_number(), self.chance.below(4)),
            18 => format!("int(sqrt(abs({})))", number()),
            19 => self.one_selected(|name| format!("instance('l')/root/item[name={name}]/rate * 2")),
            20 => self.many_selected(|name| format!("sum(instance('l')/root/item[selected({name}, name)]/rate)")),
            21 => format!("count(instance('l')/root/item[parent = '{}'])", self.chance.pick(&["p", "q", "none"])),
            22 => format!("int({} - date('{}'))", self.date(depth - 1), self.chance.pick(&DATES)),
            23 => format!("number({})", self.text(depth - 1)),
            24 => format!("decimal-date-time({})", self.date(depth - 1)),
            25 => format!("int(today() - {})", self.date(depth - 1)),
            26 => self.of_instances(),
            27 => format!("decimal-time(date-time({}))", self.moment()),
            28 => format!("int(decimal-date-time({} - 3) + decimal-time(2.25))", self.date(depth - 1)),
            29 => format!("if({}, {}, {})", number(), number(), number()),
            30 => format!("round(abs({}), -1)", number()),
            31 => format!("floor(abs({}))", number()),
            32 => format!("ceiling(-abs({}))", number()),
            33 => self.one_selected(|name| format!("pulldata('l', 'rate', 'name', {name})")),
            34 => self.of_the_day(),
            35 => {
                (*self.chance.pick(&["string-length(uuid())", "string-length(uuid(12))", "int(random())"])).to_owned()
            }
            _ => self.over_instances(),
        }
    }

    /// What the present moment says without its time of day, which differs between the two sides.
    fn of_the_day(&self) -> String {
        match self.chance.below(3) {
            0 => format!("int(now() - {})", self.date(0)),
            1 => "int(decimal-date-time(today()))".to_owned(),
            _ => "number(format-date-time(now(), '%Y%m%d'))".to_owned(),
        }
    }

    fn plain_number(&self) -> String {
        let known = self.scope.single(Value::Number);
        if !known.is_empty() && self.chance.below(3) > 0 {
            return format!("${{{}}}", self.chance.pick(&known).name);
        }
        if !self.scope.inside.is_empty() && self.chance.below(6) == 0 {
            return format!("position(..{})", "/..".repeat(self.scope.groups));
        }
        (*self.chance.pick(&["0", "1", "2", "3", "7", "10", "0.5", "2.25", "100"])).to_owned()
    }

    /// One or some instances of a repeat, by a predicate.
    fn of_instances(&self) -> String {
        let numbers = self.scope.many(Value::Number);
        if numbers.is_empty() || !self.scope.inside.is_empty() {
            return "/data/i1 * 2".to_owned();
        }
        let known = self.chance.pick(&numbers);
        let repeat = known.inside.last().map_or("", String::as_str);
        let within = known.path.find(&format!("/{repeat}/")).map(|at| at + repeat.len() + 1);
        let Some((repeat, question)) = within.and_then(|at| known.path.split_at_checked(at)) else {
            return self.plain_number();
        };
        match self.chance.below(3) {
            0 => format!("{repeat}[position() = {}]{question}", self.chance.below(3) + 1),
            1 => format!("sum({repeat}[.{question} > {}]{question})", self.plain_number()),
            _ => format!("count({repeat}[.{question} != ''])"),
        }
    }

    fn over_instances(&self) -> String {
        let numbers = self.scope.many(Value::Number);
        let repeats = self.scope.countable();
        if !numbers.is_empty() && (repeats.is_empty() || self.chance.below(4) > 0) {
            let name = &self.chance.pick(&numbers).name;
            return format!("{}(${{{name}}})", self.chance.pick(&["sum", "max", "min", "count", "count-non-empty"]));
        }
        if repeats.is_empty() { self.plain_number() } else { format!("count(${{{}}})", self.chance.pick(&repeats)) }
    }

    /// Draws a text.
    pub fn text(&self, depth: u32) -> String {
        if depth == 0 {
            return self.plain_text();
        }
        let text = || self.text(depth - 1);
        match self.chance.below(18) {
            0 | 1 => format!("concat({}, {}, {})", text(), self.plain_text(), self.whole()),
            2 => format!("substr({}, {})", text(), self.chance.below(4)),
            3 => format!("substr({}, {}, {})", text(), self.chance.below(3), self.chance.below(6)),
            4 => format!("substring-before({}, '{}')", text(), self.chance.pick(&["-", " ", "b"])),
            5 => format!("substring-after({}, '{}')", text(), self.chance.pick(&["-", " ", "b"])),
            6 => format!("translate({}, 'abz', '{}')", text(), self.chance.pick(&["xy", "", "ABZ"])),
            7 => format!("normalize-space({})", text()),
            8 => format!("join('{}', {}, {})", self.chance.pick(&[",", " ", ""]), text(), text()),
            9 => format!("string({})", self.whole()),
            10 => format!("if({}, {}, {})", self.condition(depth - 1), text(), text()),
            11 => format!("coalesce({}, {})", text(), self.plain_text()),
            12 => self.many_selected(|name| format!("selected-at({name}, {})", self.chance.below(3))),
            13 => match self.scope.single(Value::One) {
                known if known.is_empty() => self.plain_text(),
                known => {
                    let name = &self.chance.pick(&known).name;
                    format!("jr:choice-name(${{{name}}}, '${{{name}}}')")
                }
            },
            14 => format!(
                "format-date({}, '{}')",
                self.date(depth - 1),
                self.chance.pick(&["%Y-%m-%d", "%e/%n/%y", "%b %d"])
            ),
            15 => format!("format-date-time({}, '%Y-%m-%d %H:%M:%S')", self.moment()),
            16 => format!("string({})", self.date(depth - 1)),
            _ => match self.scope.many(Value::Text) {
                known if known.is_empty() => {
                    self.one_selected(|name| format!("instance('l')/root/item[name={name}]/parent"))
                }
                known => format!("join(' ', ${{{}}})", self.chance.pick(&known).name),
            },
        }
    }

    fn plain_text(&self) -> String {
        let known: Vec<_> = [Value::Text, Value::One].into_iter().flat_map(|value| self.scope.single(value)).collect();
        if !known.is_empty() && self.chance.below(3) > 0 {
            return format!("${{{}}}", self.chance.pick(&known).name);
        }
        format!("'{}'", self.chance.pick(&WORDS))
    }

    /// A number whose text is the same everywhere: few digits.
    fn whole(&self) -> String {
        format!("int({})", self.plain_number())
    }

    /// Draws a date.
    pub fn date(&self, depth: u32) -> String {
        let known = self.scope.single(Value::Date);
        match self.chance.below(4) {
            0 if depth > 0 => format!("date({} + {})", self.date(depth - 1), self.chance.below(60)),
            1 if depth > 0 => {
                format!("if({}, {}, {})", self.condition(depth - 1), self.date(depth - 1), self.date(depth - 1))
            }
            2 | 3 if !known.is_empty() => format!("${{{}}}", self.chance.pick(&known).name),
            _ => format!("date('{}')", self.chance.pick(&DATES)),
        }
    }

    /// A point in time; its own text is left out, because JavaRosa's has only the day.
    fn moment(&self) -> String {
        let date = self.chance.pick(&DATES);
        let time = self.chance.pick(&["T08:05:09.000+08:00", "T23:59:00.000+08:00", "T00:00:00.000+08:00"]);
        format!("'{date}{time}'")
    }

    /// Draws a condition.
    pub fn condition(&self, depth: u32) -> String {
        if depth == 0 {
            return self.plain_condition();
        }
        let condition = || self.condition(depth - 1);
        match self.chance.below(16) {
            0 | 1 => format!("{} and {}", self.grouped(depth - 1), self.grouped(depth - 1)),
            2 => format!("({} or {})", condition(), condition()),
            3 => format!("not({})", condition()),
            4 | 5 => format!("{} {} {}", self.number(depth - 1), self.compared(), self.number(depth - 1)),
            6 => format!("{} {} {}", self.text(depth - 1), self.chance.pick(&["=", "!="]), self.plain_text()),
            7 => format!(
                "{}({}, '{}')",
                self.chance.pick(&["contains", "starts-with", "ends-with"]),
                self.text(depth - 1),
                self.chance.pick(&["a", "b", "", "中"])
            ),
            8 => format!(
                "regex({}, '{}')",
                self.text(depth - 1),
                self.chance.pick(&["^[a-z]+$", "^.{0,3}$", "^[0-9]*$"])
            ),
            9 => format!("boolean-from-string({})", self.text(depth - 1)),
            10 => format!("{} {} {}", self.date(depth - 1), self.compared(), self.date(depth - 1)),
            11 => {
                format!("checklist(1, {}, {}, {}, {})", self.chance.below(3) + 1, condition(), condition(), condition())
            }
            12 => format!("weighted-checklist(1, 5, {}, 2, {}, {})", condition(), condition(), self.plain_number()),
            13 => format!("boolean({})", self.number(depth - 1)),
            14 => format!("{} and {}", self.plain_number(), self.grouped(depth - 1)),
            _ => format!("if({}, {}, {})", condition(), condition(), condition()),
        }
    }

    fn grouped(&self, depth: u32) -> String {
        format!("({})", self.condition(depth))
    }

    fn plain_condition(&self) -> String {
        let choice = self.chance.pick(&CHOICES);
        match self.chance.below(7) {
            0 => self.one_selected_or(|name| format!("{name} = '{choice}'")),
            1 => self.many_selected_or(|name| format!("selected({name}, '{choice}')")),
            2 => match self.scope.single(Value::Number) {
                known if known.is_empty() => "true()".to_owned(),
                known => {
                    let blank = self.chance.pick(&["''", "''", "null"]);
                    format!("${{{}}} {} {blank}", self.chance.pick(&known).name, self.chance.pick(&["=", "!="]))
                }
            },
            3 => (*self.chance.pick(&["true()", "false()"])).to_owned(),
            4 => format!("{} = {}", self.plain_text(), self.plain_text()),
            _ => format!("{} {} {}", self.plain_number(), self.compared(), self.plain_number()),
        }
    }

    fn compared(&self) -> &'static str {
        self.chance.pick::<&'static str>(&["=", "!=", "<", "<=", ">", ">="])
    }

    fn one_selected(&self, make: impl Fn(String) -> String) -> String {
        let known = self.scope.single(Value::One);
        if known.is_empty() { self.plain_number() } else { make(format!("${{{}}}", self.chance.pick(&known).name)) }
    }

    fn many_selected(&self, make: impl Fn(String) -> String) -> String {
        let known = self.scope.single(Value::Many);
        if known.is_empty() { self.plain_number() } else { make(format!("${{{}}}", self.chance.pick(&known).name)) }
    }

    fn one_selected_or(&self, make: impl Fn(String) -> String) -> String {
        if self.scope.single(Value::One).is_empty() { "1 = 1".to_owned() } else { self.one_selected(make) }
    }

    fn many_selected_or(&self, make: impl Fn(String) -> String) -> String {
        if self.scope.single(Value::Many).is_empty() { "2 > 1".to_owned() } else { self.many_selected(make) }
    }
}
