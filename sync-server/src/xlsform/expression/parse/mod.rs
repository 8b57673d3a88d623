//! From tokens to a tree, by the ranks of operators.

mod path;

use super::function::{Known, named};
use super::token::{Kind, Token, tokens};
use super::tree::{Expression, Link, Operator, Span, Term, rank, sign};
use super::{Fault, Parsed, codes};
use crate::xlsform::finding::{Code, Severity};

/// The longest expression, in characters: what an Excel cell holds.
const LONGEST: usize = 32_767;

/// How deep parts may stand in parts. A tree is never higher than this, so nobody who walks it needs a bound of their own.
const DEEPEST: usize = 120;

/// Parses an expression. All slips in characters and calls are found at once; of the rest the first.
pub fn parse(text: &str) -> Parsed {
    if text.chars().nth(LONGEST).is_some() {
        let fault = Fault::new(&codes::TOO_LONG, 1, &[&LONGEST.to_string()]);
        return Parsed { tree: None, faults: vec![fault] };
    }
    let (tokens, faults) = tokens(text);
    let end = u32::try_from(text.trim_end().chars().count()).unwrap_or(u32::MAX).saturating_add(1);
    let mut parser = Parser { tokens, at: 0, end, depth: 0, faults };
    let tree = parser.whole().ok();
    let mut faults = parser.faults;
    faults.sort_by_key(|fault| fault.char);
    let wrong = faults.iter().any(|fault| fault.code.severity == Severity::Error);
    Parsed { tree: tree.filter(|_| !wrong), faults }
}

/// The rest cannot be read; the reason is among the faults.
struct Lost;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// One after the last character.
    end: u32,
    depth: usize,
    faults: Vec<Fault>,
}

type Parse<T> = Result<T, Lost>;

impl Parser {
    fn kind(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn after(&self) -> Option<&Kind> {
        self.tokens.get(self.at + 1).map(|token| &token.kind)
    }

    /// Where the token at hand stands, or the end.
    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(Span { from: self.end, to: self.end }, |token| token.span)
    }

    /// Where the last token that was taken stands.
    fn taken(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(Span { from: 1, to: 1 }, |token| token.span)
    }

    fn is(&self, kind: &Kind) -> bool {
        self.kind() == Some(kind)
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let there = self.is(kind);
        self.at += usize::from(there);
        there
    }

    fn note(&mut self, code: &'static Code, span: Span, arguments: &[&str]) {
        self.faults.push(Fault::new(code, span.from, arguments));
    }

    fn lost<T>(&mut self, code: &'static Code, span: Span, arguments: &[&str]) -> Parse<T> {
        self.note(code, span, arguments);
        Err(Lost)
    }

    fn whole(&mut self) -> Parse<Expression> {
        if self.tokens.is_empty() {
            if self.faults.is_empty() {
                self.note(&codes::EMPTY, Span { from: 1, to: 1 }, &[]);
            }
            return Err(Lost);
        }
        if self.is(&Kind::Operator(Operator::Equal)) {
            let span = self.span();
            self.note(&codes::LEADING_EQUALS, span, &[]);
            self.at += 1;
        }
        let whole = self.expression(1)?;
        let span = self.span();
        match self.kind() {
            None => Ok(whole),
            Some(Kind::Close) => self.lost(&codes::STRAY_BRACKET, span, &[")"]),
            Some(Kind::CloseSquare) => self.lost(&codes::STRAY_BRACKET, span, &["]"]),
            Some(_) => self.no_operator(),
        }
    }

    /// Two values stand side by side.
    fn no_operator<T>(&mut self) -> Parse<T> {
        let span = self.span();
        let shown = self.shown();
        let begins = matches!(
            self.kind(),
            Some(Kind::Number(_) | Kind::Text(_) | Kind::Reference(_) | Kind::Name(_) | Kind::Open | Kind::Dot)
        );
        if !begins {
            return self.lost(&codes::UNEXPECTED, span, &[&shown]);
        }
        // `not ${a}`: the name of a function stands before, bare.
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).cloned();
        if let Some(Token { kind: Kind::Name(name), span }) = before
            && matches!(named(&name), Known::Callable(_))
        {
            return self.lost(&codes::NO_CALL, span, &[&name]);
        }
        self.lost(&codes::NO_OPERATOR, span, &[&shown])
    }

    /// The token at hand as the author wrote it, or nearly.
    fn shown(&self) -> String {
        match self.kind() {
            None => String::new(),
            Some(Kind::Number(number)) => number.to_string(),
            Some(Kind::Text(text)) => format!("'{text}'"),
            Some(Kind::Reference(name)) => format!("${{{name}}}"),
            Some(Kind::Name(name)) => name.clone(),
            Some(Kind::Operator(operator)) => sign(*operator).to_owned(),
            Some(Kind::Slash) => "/".to_owned(),
            Some(Kind::Dot) => ".".to_owned(),
            Some(Kind::DotDot) => "..".to_owned(),
            Some(Kind::Comma) => ",".to_owned(),
            Some(Kind::Open) => "(".to_owned(),
            Some(Kind::Close) => ")".to_owned(),
            Some(Kind::OpenSquare) => "[".to_owned(),
            Some(Kind::CloseSquare) => "]".to_owned(),
        }
    }

    /// The operator at hand, where a value stands before.
    fn operator(&mut self) -> Option<Operator> {
        let (operator, wrong) = match self.kind()? {
            Kind::Operator(operator) => (*operator, None),
            // After what is no path a slash can only mean division.
            Kind::Slash => (Operator::Divide, Some(&codes::SLASH)),
            Kind::Name(name) => {
                let operator = match name.to_ascii_lowercase().as_str() {
                    "and" => Operator::And,
                    "or" => Operator::Or,
                    "div" => Operator::Divide,
                    "mod" => Operator::Modulo,
                    _ => return None,
                };
                (operator, (name != sign(operator)).then_some(&codes::WRONG_CASE))
            }
            _ => return None,
        };
        if let Some(code) = wrong {
            let (span, shown) = (self.span(), self.shown());
            if !self.faults.iter().any(|fault| fault.char == span.from) {
                self.note(code, span, &[&shown, sign(operator)]);
            }
        }
        Some(operator)
    }

    /// Reads what binds at least as strongly as a rank.
    fn expression(&mut self, least: u8) -> Parse<Expression> {
        self.deeper(|parser| {
            let mut left = parser.operand()?;
            while let Some(operator) = parser.operator()
                && rank(operator) >= least
            {
                let level = rank(operator);
                let mut links = Vec::new();
                while let Some(operator) = parser.operator()
                    && rank(operator) == level
                {
                    let span = parser.span();
                    parser.at += 1;
                    links.push(Link { operator, span, right: parser.expression(level + 1)? });
                }
                let span = left.span.until(parser.taken());
                left = Expression { term: Term::Chain(Box::new(left), links), span };
            }
            Ok(left)
        })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth == DEEPEST {
            let span = self.span();
            return self.lost(&codes::TOO_DEEP, span, &[&DEEPEST.to_string()]);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn operand(&mut self) -> Parse<Expression> {
        let span = self.span();
        let done = |term| Ok(Expression { term, span });
        match self.kind().cloned() {
            Some(Kind::Number(number)) => {
                self.at += 1;
                done(Term::Number(number))
            }
            Some(Kind::Text(text)) => {
                self.at += 1;
                done(Term::Text(text))
            }
            Some(Kind::Operator(Operator::Subtract)) => {
                self.at += 1;
                let inner = self.expression(7)?;
                let span = span.until(self.taken());
                Ok(Expression { term: Term::Negative(Box::new(inner)), span })
            }
            Some(Kind::Open) => {
                self.at += 1;
                let inner = self.expression(1)?;
                self.close(span, "(", Kind::Close, ")")?;
                if self.is(&Kind::OpenSquare) {
                    let span = self.span();
                    return self.lost(&codes::NOT_A_STEP, span, &[]);
                }
                Ok(Expression { span: span.until(self.taken()), ..inner })
            }
            Some(Kind::Name(name)) if self.after() == Some(&Kind::Open) => self.call(&name),
            Some(Kind::Reference(_) | Kind::Name(_) | Kind::Slash | Kind::Dot | Kind::DotDot) => self.path(),
            Some(Kind::Operator(Operator::Multiply)) => self.lost(&codes::AMBIGUOUS_STAR, span, &[]),
            None => self.incomplete(),
            Some(Kind::Operator(_) | Kind::Comma | Kind::Close | Kind::OpenSquare | Kind::CloseSquare) => {
                let shown = self.shown();
                // A foreign sign was named already.
                if self.faults.iter().any(|fault| fault.char == span.from) {
                    return Err(Lost);
                }
                if self.at > 0 && matches!(self.kind(), Some(Kind::Close | Kind::CloseSquare)) {
                    return self.incomplete();
                }
                self.lost(&codes::UNEXPECTED, span, &[&shown])
            }
        }
    }

    /// Something should follow the last token, and does not.
    fn incomplete<T>(&mut self) -> Parse<T> {
        let span = self.taken();
        self.at = self.at.saturating_sub(1);
        let shown = self.shown();
        self.lost(&codes::INCOMPLETE, span, &[&shown])
    }

    fn close(&mut self, opened: Span, open: &str, kind: Kind, close: &str) -> Parse<()> {
        if self.take(&kind) {
            return Ok(());
        }
        match self.kind() {
            None | Some(Kind::Comma | Kind::Close | Kind::CloseSquare) => {
                self.lost(&codes::UNCLOSED_BRACKET, opened, &[open, close])
            }
            Some(_) => self.no_operator(),
        }
    }

    fn arguments(&mut self) -> Parse<Vec<Expression>> {
        let opened = self.span();
        self.at += 1;
        let mut arguments = Vec::new();
        if self.take(&Kind::Close) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(1)?);
            if !self.take(&Kind::Comma) {
                break;
            }
        }
        self.close(opened, "(", Kind::Close, ")")?;
        Ok(arguments)
    }

    fn call(&mut self, name: &str) -> Parse<Expression> {
        if matches!(name, "instance" | "current") {
            return self.path();
        }
        let span = self.span();
        let function = match named(name) {
            Known::Callable(function) => Some(function),
            Known::Misspelled(right) => {
                self.note(&codes::WRONG_CASE, span, &[name, right]);
                None
            }
            Known::Later => {
                self.note(&codes::FUNCTION_LATER, span, &[name]);
                None
            }
            Known::Never(instead) => {
                self.cured(&codes::FUNCTION_NEVER, span, name, instead);
                None
            }
            Known::Unknown(near) => {
                self.cured(&codes::UNKNOWN_FUNCTION, span, name, near.unwrap_or_default());
                None
            }
        };
        self.at += 1;
        let arguments = self.arguments()?;
        let span = span.until(self.taken());
        // Of what is unknown the arguments were checked; the value stands for any.
        let Some(function) = function else { return Ok(Expression { term: Term::Text(String::new()), span }) };
        let (least, most) = function.arity();
        if !(least..=most).contains(&arguments.len()) {
            let takes = match most {
                usize::MAX => format!("{least}+"),
                _ if least == most => least.to_string(),
                _ => format!("{least}-{most}"),
            };
            self.note(&codes::WRONG_ARITY, span, &[name, &takes, &arguments.len().to_string()]);
        }
        if matches!(name, "floor" | "ceiling") {
            self.note(&codes::ONLY_HERE, span, &[name]);
        }
        if self.is(&Kind::OpenSquare) {
            let span = self.span();
            return self.lost(&codes::NOT_A_STEP, span, &[]);
        }
        Ok(Expression { term: Term::Call(function, arguments), span })
    }

    fn cured(&mut self, code: &'static Code, span: Span, name: &str, instead: &str) {
        let fault = Fault::new(code, span.from, &[name, instead]);
        self.faults.push(if instead.is_empty() { fault.without_cure() } else { fault });
    }
}

#[cfg(test)]
mod tests;
