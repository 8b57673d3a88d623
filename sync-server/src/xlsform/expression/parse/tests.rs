use proptest::prelude::*;

use super::*;
use crate::xlsform::expression::tree::{Start, Towards};

/// The tree in brackets, as plain as can be.
fn shape(expression: &Expression) -> String {
    let all = |list: &[Expression]| list.iter().map(shape).collect::<Vec<_>>().join(" ");
    let conditions = |list: &[Expression]| list.iter().map(|one| format!("[{}]", shape(one))).collect::<String>();
    match &expression.term {
        Term::Number(number) => number.to_string(),
        Term::Text(text) => format!("'{text}'"),
        Term::Call(function, arguments) => format!("({} {})", function.name(), all(arguments)).replace(" )", ")"),
        Term::Negative(inner) => format!("(- {})", shape(inner)),
        Term::Chain(first, links) => {
            let links: String =
                links.iter().map(|link| format!(" {} {}", sign(link.operator), shape(&link.right))).collect();
            format!("({}{links})", shape(first))
        }
        Term::Path(path) => {
            let start = match &path.start {
                Start::Root => "/".to_owned(),
                Start::Here => "here".to_owned(),
                Start::Current => "current".to_owned(),
                Start::Named(name) => format!("${name}"),
                Start::List(name) => format!("list:{name}"),
            };
            let steps = path.steps.iter().map(|step| {
                let to = match &step.to {
                    Towards::Child(name) => name.as_str(),
                    Towards::Parent => "..",
                    Towards::Itself => ".",
                };
                format!(" {to}{}", conditions(&step.conditions))
            });
            format!("<{start}{}{}>", conditions(&path.conditions), steps.collect::<String>())
        }
    }
}

fn parsed(text: &str) -> String {
    let parsed = parse(text);
    let tree = parsed.tree.as_ref().map(shape);
    tree.unwrap_or_else(|| panic!("{text}: {:?}", parsed.faults.iter().map(|fault| fault.code.id).collect::<Vec<_>>()))
}

/// The ids of the faults and their characters.
fn faults(text: &str) -> Vec<(&'static str, u32)> {
    parse(text).faults.iter().map(|fault| (fault.code.id, fault.char)).collect()
}

#[test]
fn operators_bind_by_their_rank_and_from_the_left() {
    for (text, tree) in [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("1 * 2 + 3", "((1 * 2) + 3)"),
        ("10 - 2 - 3", "(10 - 2 - 3)"),
        ("(10 - 2) * 3", "((10 - 2) * 3)"),
        ("1 < 2 = 3 and 4 or 5", "((((1 < 2) = 3) and 4) or 5)"),
        ("1 or 2 and 3 or 4", "(1 or (2 and 3) or 4)"),
        ("-2 * -3", "((- 2) * (- 3))"),
        ("- - 1", "(- (- 1))"),
        ("7 mod 2 div .5", "(7 mod 2 div 0.5)"),
        ("5. + 1", "(5 + 1)"),
        ("${a}-${b}", "(<$a> - <$b>)"),
        ("${a} div div", "(<$a> div <here div>)"),
    ] {
        assert_eq!(parsed(text), tree, "{text}");
    }
}

#[test]
fn paths_lead_through_forms_and_lists() {
    for (text, tree) in [
        (".", "<here .>"),
        ("../x", "<here .. x>"),
        (". >= 0 and . <= 10", "((<here .> >= 0) and (<here .> <= 10))"),
        ("/data/group/q", "</ data group q>"),
        ("current()/../x", "<current .. x>"),
        ("${house}[1]/name", "<$house[1] name>"),
        ("count(${house})", "(count <$house>)"),
        ("/data/house[position() = 2]/q", "</ data house[((position) = 2)] q>"),
        ("position(..)", "(position <here ..>)"),
        ("instance('grade')/root/item[name=${a2}]/rate", "<list:grade root item[(<here name> = <$a2>)] rate>"),
        (
            "sum(instance('ded')/root/item[selected(${a3}, name)]/points)",
            "(sum <list:ded root item[(selected <$a3> <here name>)] points>)",
        ),
        ("jr:choice-name(${a}, '${a}')", "(jr:choice-name <$a> '${a}')"),
    ] {
        assert_eq!(parsed(text), tree, "{text}");
    }
}

#[test]
fn each_typical_slip_is_named_at_its_character() {
    for (text, expected) in [
        ("", vec![("empty_expression", 1)]),
        ("  ", vec![("empty_expression", 1)]),
        ("if（${a}=1，1，0）", vec![("full_width", 3), ("full_width", 10), ("full_width", 12), ("full_width", 14)]),
        ("${a} ＝ １", vec![("full_width", 6), ("full_width", 8)]),
        ("${a} ＞ 1２", vec![("full_width", 6), ("full_width", 9)]),
        ("${a} ≥ 1", vec![("full_width", 6)]),
        ("${a} = ‘y’", vec![("full_width", 8)]),
        ("${a}\u{a0}= 1", vec![("odd_space", 5)]),
        ("${a}\u{3000}= 1", vec![("odd_space", 5)]),
        ("SUM(${a})", vec![("wrong_case", 1)]),
        ("${a} AND ${b}", vec![("wrong_case", 6)]),
        ("${a} <> 1", vec![("foreign_operator", 6)]),
        ("${a} == 1", vec![("foreign_operator", 6)]),
        ("${a} = 1 && ${b} = 2", vec![("foreign_operator", 10)]),
        ("${a} = 1 || ${b} = 2", vec![("foreign_operator", 10)]),
        ("${a} => 1", vec![("foreign_operator", 6)]),
        ("if(1; 2; 3)", vec![("foreign_operator", 5), ("foreign_operator", 8)]),
        ("${a} / 2", vec![("slash_for_division", 6)]),
        ("${a} / ${b}", vec![("slash_for_division", 6)]),
        ("10/4", vec![("slash_for_division", 3)]),
        ("(1 + 2) / 3", vec![("slash_for_division", 9)]),
        ("sum(${a}) / 3", vec![("slash_for_division", 11)]),
        ("iff(1, 2, 3)", vec![("unknown_function", 1)]),
        ("coalesc(1, 2)", vec![("unknown_function", 1)]),
        ("digest('a')", vec![("function_refused", 1)]),
        ("indexed-repeat(${a}, ${b}, 1)", vec![("function_not_yet", 1)]),
        ("cht:strip('a')", vec![("function_refused", 1)]),
        ("if(1, 2)", vec![("wrong_arity", 1)]),
        ("1 + today(1)", vec![("wrong_arity", 5)]),
        ("(1 + 2", vec![("unclosed_bracket", 1)]),
        ("if(1, 2, 3", vec![("unclosed_bracket", 3)]),
        ("1 + 2)", vec![("stray_bracket", 6)]),
        ("${a} = 'y", vec![("unclosed_quote", 8)]),
        ("${a = 1", vec![("bad_reference", 1)]),
        ("${ a } = 1", vec![("bad_reference", 1)]),
        ("{a} = 1", vec![("bad_reference", 1)]),
        ("$a = 1", vec![("variable", 1)]),
        ("${a} ${b}", vec![("missing_operator", 6)]),
        ("not ${a}", vec![("missing_brackets", 1)]),
        ("${a} = 好", vec![("text_without_quotes", 8)]),
        ("* 2", vec![("ambiguous_star", 1)]),
        ("2 ** 3", vec![("foreign_operator", 3)]),
        ("/data/*", vec![("ambiguous_star", 7)]),
        ("count(//house)", vec![("deep_path", 7)]),
        ("${a} | ${b}", vec![("union", 6)]),
        ("child::a", vec![("axis", 1)]),
        ("@a", vec![("attribute", 1)]),
        ("= ${a}", vec![("leading_equals", 1)]),
        ("${a} +", vec![("incomplete_expression", 6)]),
        ("(${a} = )", vec![("incomplete_expression", 7)]),
        ("/data/", vec![("path_ends_early", 6)]),
        ("instance(${a})/root/item", vec![("needs_literal", 1)]),
        ("1e3 + 1", vec![("exponent", 1)]),
        ("${a} # 1", vec![("unexpected_character", 6), ("missing_operator", 8)]),
        ("floor(1.5)", vec![("not_in_collect", 1)]),
        ("!${a}", vec![("foreign_operator", 1)]),
        ("(1)[2]", vec![("condition_on_value", 4)]),
    ] {
        assert_eq!(faults(text), expected, "{text}");
    }
}

#[test]
fn a_slip_says_what_to_write() {
    let hint = |text: &str| {
        let cell = crate::xlsform::cell::Cell {
            text: text.to_owned(),
            place: crate::xlsform::cell::Place::new("survey", 2, 3),
        };
        let finding = parse(text).faults[0].in_cell(&cell);
        finding.hint.map(|hint| hint.en)
    };
    assert_eq!(hint("SUM(${a})").unwrap(), "write sum");
    assert_eq!(hint("iff(1, 2, 3)").unwrap(), "write if");
    assert_eq!(hint("vlookup(1)"), None);
    assert_eq!(hint("$a").unwrap(), "write ${a}");
    assert_eq!(hint("１").unwrap(), "write 1");
}

#[test]
fn a_function_that_collect_refuses_is_only_warned_of() {
    assert!(parse("floor(1.5)").tree.is_some());
}

#[test]
fn depth_is_bounded_and_long_sums_are_not_deep() {
    let brackets = format!("{}1{}", "(".repeat(20_000), ")".repeat(10_000));
    assert_eq!(faults(&brackets)[0].0, "expression_too_deep");
    let minus = format!("{}1", "-".repeat(30_000));
    assert_eq!(faults(&minus)[0].0, "expression_too_deep");
    let sum = vec!["${a}"; 4_000].join(" + ");
    assert!(parse(&sum).tree.is_some());
    assert_eq!(faults(&"1".repeat(40_000)), [("expression_too_long", 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,80}") {
        let parsed = parse(&text);
        prop_assert!(parsed.tree.is_some() || !parsed.faults.is_empty());
    }

    #[test]
    fn no_row_of_tokens_makes_the_parser_panic(words in proptest::collection::vec(prop_oneof![
        Just("${a}"), Just("1"), Just("'x'"), Just("("), Just(")"), Just("["), Just("]"), Just("/"), Just("."), Just(".."),
        Just(","), Just("and"), Just("div"), Just("*"), Just("-"), Just("="), Just("if"), Just("sum"), Just("instance"),
        Just("current"), Just("x"), Just("${"), Just("}"), Just("（"), Just("＂"), Just("::"), Just("$"), Just("!"),
    ], 0..30), spaced: bool) {
        let text = words.join(if spaced { " " } else { "" });
        let parsed = parse(&text);
        prop_assert!(parsed.tree.is_some() || !parsed.faults.is_empty(), "{}", text);
        let length = u32::try_from(text.chars().count()).unwrap();
        prop_assert!(parsed.faults.iter().all(|fault| (1..=length + 1).contains(&fault.char)), "{}", text);
    }
}
