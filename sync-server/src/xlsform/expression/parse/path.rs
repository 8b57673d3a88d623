//! Paths: where they begin, their steps and the conditions on them.

use super::{Kind, Parse, Parser, codes};
use crate::xlsform::expression::tree::{Expression, Operator, Path, Start, Step, Term, Towards};

impl Parser {
    /// Reads a path, its start at hand.
    pub(super) fn path(&mut self) -> Parse<Expression> {
        let from = self.span();
        let mut steps = Vec::new();
        let start = match self.kind().cloned() {
            Some(Kind::Reference(name)) => {
                self.at += 1;
                Start::Named(name)
            }
            Some(Kind::Name(name)) if self.after() == Some(&Kind::Open) => self.root_call(&name)?,
            Some(Kind::Slash) => {
                self.at += 1;
                steps.push(self.step()?);
                Start::Root
            }
            _ => {
                steps.push(self.step()?);
                Start::Here
            }
        };
        let conditions = if steps.is_empty() { self.conditions()? } else { Vec::new() };
        while self.is(&Kind::Slash) {
            // `${a} / 2` and `${a} / ${b}` divide.
            if !matches!(self.after(), Some(Kind::Name(_) | Kind::Dot | Kind::DotDot | Kind::Operator(_)) | None) {
                break;
            }
            self.at += 1;
            steps.push(self.step()?);
        }
        let span = from.until(self.taken());
        Ok(Expression { term: Term::Path(Path { start, conditions, steps }), span })
    }

    /// Reads `instance('list')` or `current()`.
    fn root_call(&mut self, name: &str) -> Parse<Start> {
        let span = self.span();
        self.at += 1;
        let arguments = self.arguments()?;
        let terms: Vec<Term> = arguments.into_iter().map(|argument| argument.term).collect();
        match (name, terms.as_slice()) {
            ("current", []) => Ok(Start::Current),
            ("current", more) => {
                let count = more.len().to_string();
                self.lost(&codes::WRONG_ARITY, span, &[name, "0", &count])
            }
            (_, [Term::Text(list)]) => Ok(Start::List(list.clone())),
            _ => self.lost(&codes::NEEDS_LITERAL, span, &[name]),
        }
    }

    fn step(&mut self) -> Parse<Step> {
        let span = self.span();
        let to = match self.kind().cloned() {
            Some(Kind::Name(name)) => {
                if !name.is_ascii() {
                    self.note(&codes::BARE_TEXT, span, &[&name, &format!("'{name}'")]);
                }
                Towards::Child(name)
            }
            Some(Kind::DotDot) => Towards::Parent,
            Some(Kind::Dot) => Towards::Itself,
            Some(Kind::Operator(Operator::Multiply)) => return self.lost(&codes::AMBIGUOUS_STAR, span, &[]),
            _ => {
                let span = self.taken();
                return self.lost(&codes::NO_STEPS, span, &[]);
            }
        };
        self.at += 1;
        Ok(Step { to, conditions: self.conditions()?, span })
    }

    pub(super) fn conditions(&mut self) -> Parse<Vec<Expression>> {
        let mut conditions = Vec::new();
        while self.is(&Kind::OpenSquare) {
            let opened = self.span();
            self.at += 1;
            conditions.push(self.expression(1)?);
            self.close(opened, "[", Kind::CloseSquare, "]")?;
        }
        Ok(conditions)
    }
}
