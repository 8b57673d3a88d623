//! From the text of a cell to tokens, with the slips that show in single characters.

use super::Fault;
use super::codes;
use super::tree::{Operator, Span};

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The kinds of tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Text(String),
    /// `${name}`
    Reference(String),
    /// A name, of a node or of a function; `and`, `or`, `div`, `mod` too: what they are depends on what stands before.
    Name(String),
    /// An operator that is no name. The star multiplies if a value stands before.
    Operator(Operator),
    Slash,
    Dot,
    DotDot,
    Comma,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
}

/// Cuts a text into tokens. A slip is noted and read as what was meant, so that all slips of a cell are found at once.
pub(super) fn tokens(text: &str) -> (Vec<Token>, Vec<Fault>) {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, tokens: Vec::new(), faults: Vec::new() };
    while lexer.at < lexer.chars.len() {
        lexer.token();
    }
    (lexer.tokens, lexer.faults)
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    tokens: Vec<Token>,
    faults: Vec<Fault>,
}

/// Typographic characters and the plain ones that were meant.
const FULL_WIDTH: &[(char, &str)] = &[
    ('、', ","),
    ('。', "."),
    ('【', "["),
    ('】', "]"),
    ('〔', "["),
    ('〕', "]"),
    ('≤', "<="),
    ('≥', ">="),
    ('≦', "<="),
    ('≧', ">="),
    ('≠', "!="),
    ('×', "*"),
    ('÷', "div"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('‘', "'"),
    ('’', "'"),
    ('“', "\""),
    ('”', "\""),
    ('￥', "$"),
    ('¥', "$"),
];

/// Returns the plain writing of a typographic character.
fn plain(char: char) -> Option<String> {
    if let Some((_, plain)) = FULL_WIDTH.iter().find(|(wide, _)| *wide == char) {
        return Some((*plain).to_owned());
    }
    // The block of full-width forms is ASCII, moved.
    let code = u32::from(char);
    (0xFF01..=0xFF5E).contains(&code).then(|| char::from_u32(code - 0xFEE0).map(String::from)).flatten()
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn place(at: usize) -> u32 {
        u32::try_from(at + 1).unwrap_or(u32::MAX)
    }

    fn fault(&mut self, code: &'static crate::xlsform::finding::Code, at: usize, arguments: &[&str]) {
        self.faults.push(Fault::new(code, Self::place(at), arguments));
    }

    /// Takes `count` characters as one token.
    fn take(&mut self, count: usize, kind: Kind) {
        let span = Span { from: Self::place(self.at), to: Self::place(self.at + count) };
        self.tokens.push(Token { kind, span });
        self.at += count;
    }

    /// Takes `count` characters as an operator that authors of other tools write, and says how it is written here.
    fn foreign(&mut self, count: usize, right: &str, kind: Kind) {
        let written: String = self.chars.iter().skip(self.at).take(count).collect();
        self.fault(&codes::FOREIGN_OPERATOR, self.at, &[&written, right]);
        self.take(count, kind);
    }

    fn token(&mut self) {
        let Some(char) = self.peek(0) else { return };
        let next = self.peek(1);
        match (char, next) {
            (' ' | '\t' | '\n' | '\r', _) => self.at += 1,
            _ if char.is_whitespace() || matches!(char, '\u{200B}' | '\u{FEFF}' | '\u{200C}' | '\u{200D}') => {
                self.fault(&codes::ODD_SPACE, self.at, &[&format!("U+{:04X}", u32::from(char))]);
                self.at += 1;
            }
            ('=', Some('=')) => self.foreign(2, "=", Kind::Operator(Operator::Equal)),
            ('=', Some('>')) => self.foreign(2, ">=", Kind::Operator(Operator::GreaterOrEqual)),
            ('=', Some('<')) => self.foreign(2, "<=", Kind::Operator(Operator::LessOrEqual)),
            ('<', Some('>')) => self.foreign(2, "!=", Kind::Operator(Operator::NotEqual)),
            ('&', Some('&')) => self.foreign(2, "and", Kind::Operator(Operator::And)),
            ('&', _) => self.foreign(1, "and, or concat(…)", Kind::Operator(Operator::And)),
            ('|', Some('|')) => self.foreign(2, "or", Kind::Operator(Operator::Or)),
            ('|', _) => {
                self.fault(&codes::UNION, self.at, &[]);
                self.take(1, Kind::Operator(Operator::Or));
            }
            ('*', Some('*')) => self.foreign(2, "pow(…, …)", Kind::Operator(Operator::Multiply)),
            ('^', _) => self.foreign(1, "pow(…, …)", Kind::Operator(Operator::Multiply)),
            ('%', _) => self.foreign(1, "div 100, or mod", Kind::Operator(Operator::Modulo)),
            (';', _) => self.foreign(1, ",", Kind::Comma),
            ('!', Some('=')) => self.take(2, Kind::Operator(Operator::NotEqual)),
            ('!', _) => {
                self.fault(&codes::FOREIGN_OPERATOR, self.at, &["!", "not(…)"]);
                self.at += 1;
            }
            ('<', Some('=')) => self.take(2, Kind::Operator(Operator::LessOrEqual)),
            ('>', Some('=')) => self.take(2, Kind::Operator(Operator::GreaterOrEqual)),
            ('<', _) => self.take(1, Kind::Operator(Operator::Less)),
            ('>', _) => self.take(1, Kind::Operator(Operator::Greater)),
            ('=', _) => self.take(1, Kind::Operator(Operator::Equal)),
            ('+', _) => self.take(1, Kind::Operator(Operator::Add)),
            ('-', _) => self.take(1, Kind::Operator(Operator::Subtract)),
            ('*', _) => self.take(1, Kind::Operator(Operator::Multiply)),
            ('/', Some('/')) => {
                self.fault(&codes::DEEP_PATH, self.at, &[]);
                self.take(2, Kind::Slash);
            }
            ('/', _) => self.take(1, Kind::Slash),
            (',', _) => self.take(1, Kind::Comma),
            ('(', _) => self.take(1, Kind::Open),
            (')', _) => self.take(1, Kind::Close),
            ('[', _) => self.take(1, Kind::OpenSquare),
            (']', _) => self.take(1, Kind::CloseSquare),
            ('.', Some('.')) => self.take(2, Kind::DotDot),
            ('.', Some('0'..='9')) | ('0'..='9', _) => self.number(),
            ('.', _) => self.take(1, Kind::Dot),
            ('\'' | '"', _) => self.text(char),
            ('$', _) => self.reference(),
            ('{', _) => self.braces(),
            ('@', _) => {
                self.fault(&codes::ATTRIBUTE, self.at, &[]);
                self.at += 1;
            }
            _ if begins_name(char) => self.name(),
            _ => match plain(char) {
                Some(plain) => self.full_width(char, &plain),
                None => {
                    self.fault(&codes::ODD_CHARACTER, self.at, &[&char.to_string()]);
                    self.at += 1;
                }
            },
        }
    }

    /// Notes a typographic character, and goes on as if the plain one stood there.
    fn full_width(&mut self, char: char, plain: &str) {
        self.fault(&codes::FULL_WIDTH, self.at, &[&char.to_string(), plain]);
        match plain {
            "<=" => self.take(1, Kind::Operator(Operator::LessOrEqual)),
            ">=" => self.take(1, Kind::Operator(Operator::GreaterOrEqual)),
            "!=" => self.take(1, Kind::Operator(Operator::NotEqual)),
            "div" => self.take(1, Kind::Operator(Operator::Divide)),
            _ => {
                let Some(plain) = plain.chars().next() else { return };
                if let Some(place) = self.chars.get_mut(self.at) {
                    *place = plain;
                }
                // A typographic quote that opens is closed by its like.
                if matches!(plain, '\'' | '"') {
                    let rest = self.chars.iter_mut().skip(self.at + 1);
                    let quotes = if plain == '\'' { "'‘’＇" } else { "\"“”＂" };
                    if let Some(end) = rest.into_iter().find(|char| quotes.contains(**char)) {
                        *end = plain;
                    }
                }
            }
        }
    }

    /// Takes digits, a point and digits; full-width digits are noted and read.
    fn number(&mut self) {
        let from = self.at;
        let mut digits = String::new();
        let mut point = false;
        while let Some(char) = self.peek(0) {
            let narrow = match char {
                '０'..='９' => plain(char).and_then(|plain| plain.chars().next()).unwrap_or(char),
                other => other,
            };
            match narrow {
                '0'..='9' => digits.push(narrow),
                '.' if !point && self.peek(1) != Some('.') => {
                    point = true;
                    digits.push('.');
                }
                _ => break,
            }
            if narrow != char {
                self.fault(&codes::FULL_WIDTH, self.at, &[&char.to_string(), &narrow.to_string()]);
            }
            self.at += 1;
        }
        let exponent = matches!(self.peek(0), Some('e' | 'E'))
            && matches!((self.peek(1), self.peek(2)), (Some('0'..='9'), _) | (Some('+' | '-'), Some('0'..='9')));
        if exponent {
            self.at += 2;
            while matches!(self.peek(0), Some('0'..='9')) {
                self.at += 1;
            }
            let written: String = self.chars.iter().take(self.at).skip(from).collect();
            self.fault(&codes::EXPONENT, from, &[&written]);
        }
        let count = self.at - from;
        self.at = from;
        self.take(count, Kind::Number(digits.parse().unwrap_or(f64::NAN)));
    }

    fn text(&mut self, quote: char) {
        let rest = self.chars.iter().skip(self.at + 1);
        let text: String = rest.take_while(|char| **char != quote).collect();
        let count = text.chars().count();
        let closed = self.peek(count + 1).is_some();
        if !closed {
            self.fault(&codes::UNCLOSED_QUOTE, self.at, &[&quote.to_string()]);
        }
        self.take(count + 1 + usize::from(closed), Kind::Text(text));
    }

    fn reference(&mut self) {
        if self.peek(1).is_some_and(|char| matches!(char, '{' | '｛')) {
            self.at += 1;
            let from = self.at - 1;
            self.between_braces(from);
            return;
        }
        let name: String = self.chars.iter().skip(self.at + 1).take_while(|char| continues_name(**char)).collect();
        if name.is_empty() {
            self.fault(&codes::ODD_CHARACTER, self.at, &["$"]);
            self.at += 1;
            return;
        }
        self.fault(&codes::VARIABLE, self.at, &[&name, &format!("${{{name}}}")]);
        self.take(1 + name.chars().count(), Kind::Reference(name));
    }

    /// `{name}` without its dollar sign.
    fn braces(&mut self) {
        let from = self.at;
        let known = self.faults.len();
        self.between_braces(from);
        if self.faults.len() == known {
            let name = match self.tokens.last() {
                Some(Token { kind: Kind::Reference(name), .. }) => name.clone(),
                _ => String::new(),
            };
            self.fault(&codes::BAD_REFERENCE, from, &[&format!("${{{name}}}")]);
        }
    }

    /// Takes what stands between braces, the opening one at hand, as a reference that begins at `from`.
    fn between_braces(&mut self, from: usize) {
        let rest = self.chars.iter().skip(self.at + 1);
        let inner: String = rest.take_while(|char| !matches!(char, '}' | '｝' | '$' | '{')).collect();
        let end = self.at + 1 + inner.chars().count();
        let closed = matches!(self.chars.get(end), Some('}' | '｝'));
        let wide = self.peek(0) == Some('｛') || self.chars.get(end) == Some(&'｝');
        let name: String = inner.trim().chars().take_while(|char| continues_name(*char)).collect();
        if !closed || wide || name != inner || name.is_empty() {
            let shown = if name.is_empty() { "name" } else { &name };
            self.fault(&codes::BAD_REFERENCE, from, &[&format!("${{{shown}}}")]);
        }
        // An open brace swallows its name only, so that the rest is checked too.
        let end = if closed { end + 1 } else { self.at + 1 + name.chars().count().min(end - self.at - 1) };
        self.at = from;
        self.take(end - from, Kind::Reference(name));
    }

    fn name(&mut self) {
        let mut name: String = self.chars.iter().skip(self.at).take_while(|char| continues_name(**char)).collect();
        let mut count = name.chars().count();
        if self.peek(count) == Some(':') && self.peek(count + 1) == Some(':') {
            self.fault(&codes::AXIS, self.at, &[&name]);
            self.at += count + 2;
            return;
        }
        if self.peek(count) == Some(':') && self.peek(count + 1).is_some_and(begins_name) {
            let local: String =
                self.chars.iter().skip(self.at + count + 1).take_while(|char| continues_name(**char)).collect();
            count += 1 + local.chars().count();
            name = format!("{name}:{local}");
        }
        self.take(count, Kind::Name(name));
    }
}

/// Whether a name begins with a character. Letters of all scripts do: what they are meant for is said later.
fn begins_name(char: char) -> bool {
    (char.is_alphabetic() || char == '_') && plain(char).is_none()
}

fn continues_name(char: char) -> bool {
    begins_name(char) || char.is_ascii_digit() || matches!(char, '-' | '.')
}
