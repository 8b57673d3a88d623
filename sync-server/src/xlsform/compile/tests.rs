use sumu_core::form::{Condition, Field, Frame, Function, NodeRef, NodeSet, Operator, Piece};

use super::*;
use crate::xlsform::finding::Severity;
use crate::xlsform::survey::{Choice, Expressions, List, Settings, Texts};

mod authors;
mod large;

fn cell(text: &str, row: u32, column: u32) -> Cell {
    Cell { text: text.to_owned(), place: Place::new("survey", row, column) }
}

/// Compiles what was read without an error.
fn compile(workbook: &Workbook) -> (Option<Definition>, Vec<Finding>) {
    let mut findings = Findings::default();
    let definition = super::compile(workbook, &mut findings);
    (definition, findings.finish())
}

/// A row whose cells stand in the columns F (calculation), G (relevant), H (constraint), I (choice_filter).
fn row(name: &str, number: u32, kind: Kind, cells: &[(char, &str)]) -> Node {
    let mut expressions = Expressions::default();
    for (column, text) in cells {
        let place = u32::from(*column) - u32::from('A') + 1;
        let slot = match column {
            'F' => &mut expressions.calculation,
            'G' => &mut expressions.relevant,
            'H' => &mut expressions.constraint,
            'I' => &mut expressions.choice_filter,
            'J' => &mut expressions.repeat_count,
            _ => &mut expressions.default,
        };
        *slot = Some(cell(text, number, place));
    }
    let place = Place::new("survey", number, 2);
    Node {
        name: name.to_owned(),
        key: name.to_owned(),
        place,
        kind,
        parameters: Vec::new(),
        texts: Texts::default(),
        expressions,
        appearance: Vec::new(),
    }
}

fn question(name: &str, number: u32, question: Question) -> Node {
    row(name, number, Kind::Question(question), &[])
}

fn list(name: &str, columns: &[&str], choices: &[(&str, &[&str])]) -> List {
    let place = Place::new("choices", 2, 2);
    List {
        name: name.to_owned(),
        place: place.clone(),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        choices: choices
            .iter()
            .map(|(name, values)| Choice {
                name: (*name).to_owned(),
                place: place.clone(),
                texts: Texts::default(),
                values: values.iter().map(|value| Some(cell(value, 2, 4))).collect(),
            })
            .collect(),
    }
}

/// 1 n, 2 d (decimal), 3 t, 4 day, 5 yn, 6 many, 7 group g with 8 inner, 9 repeat house with 10 people, 11 score (calculate),
/// 12 repeat room with 13 area; then the rows under test.
fn workbook(rows: Vec<Node>) -> Workbook {
    let room = row("room", 14, Kind::Repeat(vec![question("area", 15, Question::Decimal)]), &[]);
    let house = Kind::Repeat(vec![
        question("people", 11, Question::Integer),
        row("score", 12, Kind::Question(Question::Calculate), &[('F', "10 - coalesce(${people}, 0)")]),
        room,
    ]);
    let mut nodes = vec![
        question("n", 2, Question::Integer),
        question("d", 3, Question::Decimal),
        question("t", 4, Question::Text),
        question("day", 5, Question::Date),
        question("yn", 6, Question::SelectOne(0)),
        question("many", 7, Question::SelectMultiple(1)),
        row("g", 8, Kind::Group(vec![question("inner", 9, Question::Integer)]), &[]),
        row("house", 10, house, &[]),
    ];
    nodes.extend(rows);
    Workbook {
        settings: Settings::default(),
        languages: vec![String::new()],
        default_language: 0,
        lists: vec![
            list("yn", &[], &[("y", &[]), ("n", &[])]),
            list("grade", &["rate", "points", "note"], &[("a", &["1", "10", "x"]), ("b", &["0.5", "5", "y"])]),
        ],
        nodes,
    }
}

const FIRST: u32 = 20;

fn calculated(text: &str) -> Workbook {
    workbook(vec![row("x", FIRST, Kind::Question(Question::Calculate), &[('F', text)])])
}

/// The ids of what is found in a calculation, with their characters.
fn found(text: &str) -> Vec<(&'static str, u32)> {
    let (definition, findings) = compile(&calculated(text));
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(definition.is_none(), wrong, "{text}");
    findings.iter().map(|finding| (finding.code, finding.char.unwrap())).collect()
}

fn ops(text: &str) -> Vec<Op> {
    let (definition, findings) = compile(&calculated(text));
    let definition = definition.unwrap_or_else(|| panic!("{text}: {findings:?}"));
    definition.nodes.last().unwrap().calculation.clone().unwrap().expression.0
}

fn own(node: u32) -> Op {
    Op::Node(NodeRef { node: NodeId(node), frame: Frame::Own })
}

fn all(node: u32, shared: u32) -> Op {
    Op::Nodes(NodeSet { node: NodeId(node), frame: Frame::Own, shared, conditions: Vec::new() })
}

#[test]
fn references_and_paths_lead_to_nodes() {
    assert_eq!(ops("${n}"), [own(1)]);
    assert_eq!(ops("/data/g/inner"), [own(8)]);
    assert_eq!(ops("../g/inner"), [own(8)]);
    assert_eq!(ops("current()/../n"), [own(1)]);
    assert_eq!(ops("count(${house})"), [all(9, 0), Op::Call(Function::Count, 1)]);
    assert_eq!(ops("sum(${score})"), [all(11, 0), Op::Call(Function::Sum, 1)]);
    assert_eq!(ops("sum(/data/house/room/area)"), [all(13, 0), Op::Call(Function::Sum, 1)]);
    let first = Condition {
        repeat: NodeId(9),
        test: Ops(vec![Op::Number(1.0), Op::CandidatePosition, Op::Binary(Operator::Equal)]),
    };
    let one = NodeSet { node: NodeId(10), frame: Frame::Own, shared: 0, conditions: vec![first] };
    assert_eq!(ops("/data/house[1]/people"), [Op::Nodes(one)]);
}

#[test]
fn inside_a_repeat_a_name_is_that_of_the_same_instance() {
    let mut workbook = workbook(Vec::new());
    let Kind::Repeat(house) = &mut workbook.nodes[7].kind else { panic!() };
    let Kind::Repeat(room) = &mut house[2].kind else { panic!() };
    for (name, text) in [("p", "${people}"), ("s", "sum(${area})"), ("c", "count(${room})"), ("i", "position(..)")] {
        room.push(row(name, 16, Kind::Question(Question::Calculate), &[('F', text)]));
    }
    for (name, text) in
        [("a", "sum(${area})"), ("o", "count(${house})"), ("j", "position(..)"), ("k", "sum(/data/house/people)")]
    {
        house.push(row(name, 17, Kind::Question(Question::Calculate), &[('F', text)]));
    }
    let (definition, findings) = compile(&workbook);
    assert_eq!(findings, []);
    let definition = definition.unwrap();
    let ops = |name: &str| {
        let node = definition.nodes.iter().find(|node| node.name == name).unwrap();
        node.calculation.as_ref().unwrap().expression.0.first().unwrap().clone()
    };
    assert_eq!(ops("p"), own(10));
    assert_eq!(ops("s"), own(13));
    assert_eq!(ops("c"), all(12, 1));
    assert_eq!(ops("i"), Op::Position(NodeRef { node: NodeId(12), frame: Frame::Own }));
    assert_eq!(ops("a"), all(13, 1));
    assert_eq!(ops("o"), all(9, 0));
    assert_eq!(ops("j"), Op::Position(NodeRef { node: NodeId(9), frame: Frame::Own }));
    assert_eq!(ops("k"), own(10));
}

#[test]
fn a_position_is_that_of_a_repeat_around() {
    let mut workbook = workbook(Vec::new());
    let Kind::Repeat(house) = &mut workbook.nodes[7].kind else { panic!() };
    let asked = |name: &str, text: &str| row(name, 16, Kind::Question(Question::Calculate), &[('F', text)]);
    let rows = vec![asked("y", "position(..)"), asked("z", "position(../..)")];
    house.push(row("yard", 15, Kind::Group(rows), &[]));
    workbook.nodes.push(asked("o", "position(${house})"));
    let (definition, findings) = compile(&workbook);
    assert!(definition.is_none());
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code, finding.message_en.as_str(), finding.hint.as_ref().map(|hint| hint.en.as_str())))
        .collect();
    assert_eq!(
        found,
        [
            (
                "position_of_group",
                "'yard' is not a repeat around this row and has no position",
                Some("write position(../..)")
            ),
            ("position_of_group", "'house' is not a repeat around this row and has no position", None)
        ]
    );
}

#[test]
fn a_list_is_looked_up_by_a_key_and_filtered_by_anything_else() {
    let look_up = Op::LookUp { list: 1, key: Field::Name, field: Field::Column(0) };
    assert_eq!(ops("instance('grade')/root/item[name = ${t}]/rate"), [own(3), look_up.clone()]);
    assert_eq!(ops("instance('grade')/root/item[${t} = name]/rate"), [own(3), look_up.clone()]);
    assert_eq!(ops("pulldata('grade', 'rate', 'name', ${t})"), [own(3), look_up]);
    let condition = Ops(vec![own(6), Op::Column(Field::Name), Op::Call(Function::Selected, 2)]);
    assert_eq!(
        ops("sum(instance('grade')/root/item[selected(${many}, name)]/points)"),
        [Op::Items { list: 1, field: Field::Column(1), condition: Some(condition) }, Op::Call(Function::Sum, 1)]
    );
}

#[test]
fn each_slip_of_meaning_is_named_at_its_character() {
    for (text, expected) in [
        ("${m}", vec![("unknown_name", 1)]),
        ("1 + ${inne}", vec![("unknown_name", 5)]),
        ("/data/g/iner", vec![("unknown_step", 9)]),
        ("/form/n", vec![("unknown_step", 2)]),
        ("yes", vec![("name_without_reference", 1)]),
        ("if(${yn} = y, 1, 0)", vec![("name_without_reference", 12)]),
        ("if(${n} = null, '', null)", vec![("null_as_blank", 11), ("null_as_blank", 21)]),
        ("concat(null, NULL)", vec![("name_without_reference", 8), ("name_without_reference", 14)]),
        ("if(${n} = null, '', max(0, 10 - 2 * ${n}))", vec![("null_as_blank", 11)]),
        ("instance('grad')/root/item[name = 'a']/rate", vec![("unknown_list", 1)]),
        ("instance('grade')/root/item[name = 'a']/rat", vec![("unknown_list_column", 41)]),
        ("instance('grade')/item", vec![("list_path", 1)]),
        ("${people}", vec![("many_values", 1)]),
        ("1 + ${area}", vec![("many_values", 5)]),
        ("${g}", vec![("no_value", 1)]),
        ("sum(1)", vec![("needs_path", 5)]),
        ("${n}[1]", vec![("condition_place", 1)]),
        ("${n} = 1", vec![("condition_stored", 1)]),
        ("if(1 = 1, true(), false())", vec![("condition_stored", 1)]),
        ("if(${t}, 1, 0)", vec![("text_as_condition", 4)]),
        ("if(${n} = 1 and ${yn}, 1, 0)", vec![("text_as_condition", 17)]),
        ("if(not(${n}), 1, 0)", vec![("not_of_value", 8)]),
        ("if(not(${t}), 1, 0)", vec![("not_of_value", 8)]),
        ("if(regex(${t}, '[0-9]+'), 1, 0)", vec![("regex_without_anchors", 16)]),
        ("if(regex(${t}, ${t}), 1, 0)", vec![("needs_text", 16)]),
        ("if(regex(${t}, '^[0-9+$'), 1, 0)", vec![("bad_pattern", 16)]),
        ("if(regex(${t}, '^)($'), 1, 0)", vec![("bad_pattern", 16)]),
        ("round(coalesce(${n}, 0) - 10, 1)", vec![("negative_round", 7)]),
        ("round(-coalesce(${n}, 0) div 3)", vec![("negative_round", 7)]),
        ("round(if(${yn} = 'y', 1, 2 - coalesce(${n}, 0)))", vec![("negative_round", 7)]),
        ("round(sum(${score}), 1)", vec![("negative_round", 7)]),
        ("round(max(0, 10 - coalesce(${n}, 0)), 1)", vec![]),
        ("round(abs(10 - coalesce(${n}, 0)), 1)", vec![]),
        ("round(100 * coalesce(${n}, 0) div 40, 1)", vec![]),
        ("max(0, 10 - ${n})", vec![("blank_number", 8)]),
        ("if(${n} = '', '', max(0, 10 - 2 * ${n}))", vec![]),
        ("if(${n} > 0, max(0, 10 - 2 * ${n}), 0)", vec![]),
        ("max(0, 10 - coalesce(${n}, 0))", vec![]),
        ("0.6 * coalesce(${n}, 0)", vec![("decimal_weight", 1)]),
        ("60 * coalesce(${n}, 0) div 100", vec![]),
        ("if(${yn} = 'x', 1, 0)", vec![("no_such_choice", 12)]),
        ("if(selected(${many}, 'z'), 1, 0)", vec![("no_such_choice", 22)]),
        ("if(${yn} = 'y', 1, 0)", vec![]),
        ("${x} + 1", vec![("cycle", 1)]),
        ("pulldata('grade', ${t}, 'name', 'a')", vec![("needs_text", 33)]),
        ("jr:choice-name(${yn}, ${yn})", vec![("needs_text", 23)]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn a_calculation_has_the_type_of_what_it_computes_wherever_it_stands() {
    let rows = vec![
        row("late", 20, Kind::Question(Question::Calculate), &[('F', "if(${text}, 1, 0)")]),
        row("text", 21, Kind::Question(Question::Calculate), &[('F', "concat(${t}, 'x')")]),
    ];
    let (_, findings) = compile(&workbook(rows));
    assert_eq!(
        findings.iter().map(|finding| (finding.code, finding.row)).collect::<Vec<_>>(),
        [("text_as_condition", Some(20))]
    );
}

#[test]
fn a_cycle_is_reported_at_all_of_its_rows() {
    let rows = vec![
        row("a", 20, Kind::Question(Question::Calculate), &[('F', "${b} + 1")]),
        row("b", 21, Kind::Question(Question::Integer), &[('G', "${c} > 1")]),
        row("c", 22, Kind::Question(Question::Calculate), &[('F', "${a} + 1")]),
        row("after", 23, Kind::Question(Question::Calculate), &[('F', "${c} + 1")]),
    ];
    let (definition, findings) = compile(&workbook(rows));
    assert!(definition.is_none());
    let places: Vec<_> = findings.iter().map(|one| (one.code, one.row.unwrap(), one.column.clone().unwrap())).collect();
    let at = |row, column: &str| ("cycle", row, column.to_owned());
    assert_eq!(places, [at(20, "F"), at(21, "G"), at(22, "F")]);
    assert!(findings[0].message_en.contains("a (20), b (21), c (22)"), "{}", findings[0].message_en);
}

#[test]
fn a_group_that_hides_what_it_asks_is_a_cycle() {
    let inside = question("own", 21, Question::Integer);
    let rows = vec![row("hidden", 20, Kind::Group(vec![inside]), &[('G', "${own} > 1")])];
    let (_, findings) = compile(&workbook(rows));
    assert!(findings.iter().all(|finding| finding.code == "cycle"));
    assert_eq!(findings.len(), 2);
}

#[test]
fn a_choice_filter_asks_the_row_of_its_list() {
    let filtered = |text: &str| {
        let rows = vec![row("s", 20, Kind::Question(Question::SelectOne(1)), &[('I', text)])];
        let (definition, findings) = compile(&workbook(rows));
        let formula = definition.and_then(|definition| definition.nodes.last()?.choice_filter.clone());
        (formula.map(|formula| formula.expression.0), findings.first().map(|finding| finding.code))
    };
    let expected = vec![Op::Column(Field::Column(1)), own(1), Op::Binary(Operator::Greater)];
    assert_eq!(filtered("points > ${n}"), (Some(expected), None));
    assert_eq!(filtered("point > ${n}"), (None, Some("unknown_list_column")));
}

#[test]
fn the_count_of_a_repeat_is_asked_outside_and_holds_its_inside() {
    let counted = |text: &str| {
        let inside = question("inside", 21, Question::Integer);
        let rows = vec![row("again", 20, Kind::Repeat(vec![inside]), &[('J', text)])];
        compile(&workbook(rows)).1.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(counted("${n}"), [""; 0]);
    assert_eq!(counted("sum(${inside})"), ["cycle", "cycle"]);
}

#[test]
fn a_default_is_a_text_unless_it_computes() {
    let first = |text: &str, question: Question| {
        let rows = vec![row("x", 20, Kind::Question(question), &[('K', text)])];
        let (definition, findings) = compile(&workbook(rows));
        (definition.and_then(|definition| definition.nodes.last()?.default.clone()), findings.len())
    };
    let text = |text: &str| (Some(First::Text(text.to_owned())), 0);
    assert_eq!(first("2020-01-02", Question::Date), text("2020-01-02"));
    assert_eq!(first("some (odd text", Question::Text), text("some (odd text"));
    assert_eq!(first("3", Question::Integer), text("3"));
    assert!(matches!(first("today()", Question::Date), (Some(First::Formula(_)), 0)));
    assert!(matches!(first("${n} + 1", Question::Integer), (Some(First::Formula(_)), 0)));
    assert_eq!(first("${m", Question::Text), (None, 1));
}

#[test]
fn texts_hold_values_and_say_which_name_is_unknown() {
    let mut node = question("x", 20, Question::Note);
    node.texts.label = vec![Some(cell("共 ${n} 户，${m}", 20, 3))];
    let (_, findings) = compile(&workbook(vec![node.clone()]));
    assert_eq!((findings[0].code, findings[0].char), ("unknown_name", Some(10)));
    node.texts.label = vec![Some(cell("共 ${n} 户 ${", 20, 3))];
    let (definition, _) = compile(&workbook(vec![node]));
    let label = definition.unwrap().nodes.last().unwrap().texts.label[0].clone();
    let plain = |text: &str| Piece::Plain(text.to_owned());
    assert_eq!(label, [plain("共 "), Piece::Value(Ops(vec![own(1)])), plain(" 户 ${")]);
}

#[test]
fn ambiguous_names_are_refused_and_their_paths_are_not() {
    let twice = |name: &str, number: u32| {
        row(name, number, Kind::Group(vec![question("same", number + 1, Question::Integer)]), &[])
    };
    let with = |text: &str| {
        let asks = row("x", 30, Kind::Question(Question::Calculate), &[('F', text)]);
        compile(&workbook(vec![twice("one", 20), twice("two", 22), asks])).1.first().map(|finding| finding.code)
    };
    assert_eq!(with("${same}"), Some("ambiguous_name"));
    assert_eq!(with("/data/two/same"), None);
}

#[test]
fn constraints_ask_the_answer_itself() {
    let range = Question::Range { start: "0".into(), end: "1".into(), step: "0.5".into(), integer: false };
    let rows = vec![row("x", 20, Kind::Question(range), &[('H', ". >= 0 and . <= ${n}")])];
    let (definition, findings) = compile(&workbook(rows));
    assert_eq!(findings, []);
    let constraint = definition.unwrap().nodes.last().unwrap().constraint.clone().unwrap();
    assert_eq!(constraint.expression.0[0], own(14));
    assert_eq!(constraint.source, Source { row: 20, column: 8 });
}
