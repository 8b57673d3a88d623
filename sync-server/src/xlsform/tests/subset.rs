//! The subset, whole: every type, column and function of it is taken, and what stands outside is refused at its cell.

use sumu_core::form::{Kind, Question};

use super::*;
use crate::xlsform::expression::Function;

const CHOICES: &str =
    "| choices | \n | | list_name | name | label | rate | \n | | l | x | X | 1 | \n | | l | y | Y | 2 |";

/// Types, with the parameters that they need, and the question that each makes.
fn types() -> Vec<(&'static str, Question)> {
    let range = || Question::Range { start: "0".into(), end: "10".into(), step: "2".into(), integer: true };
    vec![
        ("text", Question::Text),
        ("string", Question::Text),
        ("integer", Question::Integer),
        ("int", Question::Integer),
        ("decimal", Question::Decimal),
        ("note", Question::Note),
        ("calculate", Question::Calculate),
        ("select_one l", Question::SelectOne(0)),
        ("select_one l or_other", Question::SelectOne(0)),
        ("select_multiple l", Question::SelectMultiple(0)),
        ("select_multiple l or_other", Question::SelectMultiple(0)),
        ("date", Question::Date),
        ("time", Question::Time),
        ("datetime", Question::DateTime),
        ("dateTime", Question::DateTime),
        ("image", Question::Image),
        ("photo", Question::Image),
        ("audio", Question::Audio),
        ("video", Question::Video),
        ("file", Question::File),
        ("acknowledge", Question::Acknowledge),
        ("trigger", Question::Acknowledge),
        ("geopoint", Question::Geopoint),
        ("gps", Question::Geopoint),
        ("start-geopoint", Question::StartGeopoint),
        ("range", range()),
        ("barcode", Question::Barcode),
        ("hidden", Question::Hidden),
        ("start", Question::Start),
        ("end", Question::End),
        ("today", Question::Today),
        ("deviceid", Question::DeviceId),
        ("imei", Question::DeviceId),
        ("username", Question::Username),
        ("email", Question::Email),
        ("phonenumber", Question::PhoneNumber),
    ]
}

fn compiled(tables: &str) -> Form {
    let checked = check(&workbook(tables));
    let found: Vec<_> = checked.findings.iter().map(|finding| (finding.code, finding.row)).collect();
    Form::decode(&checked.form.unwrap_or_else(|| panic!("{tables}: {found:?}"))).unwrap()
}

#[test]
fn every_type_makes_its_question() {
    let types = types();
    let rows: String = (0..)
        .zip(&types)
        .map(|(place, (kind, _))| {
            let calculation = if *kind == "calculate" { "1 + 1" } else { "" };
            let parameters = if *kind == "range" { "start=0 end=10 step=2" } else { "" };
            format!("| | {kind} | q{place} | Q | {calculation} | {parameters} | \n")
        })
        .collect();
    let sections = "| | begin_repeat | r | R | \n | | begin group | g | G | \n | | text | t | T | \n | | end group | | | \n \
                    | | end_repeat | | |";
    let form = compiled(&format!(
        "| survey | \n | | type | name | label | calculation | parameters | \n {rows} {sections} \n {CHOICES}"
    ));
    for (place, (kind, question)) in (0..).zip(&types) {
        let name = format!("q{place}");
        let node = form.definition().nodes.iter().find(|node| node.name == name).unwrap();
        assert_eq!(node.kind, Kind::Question(question.clone()), "{kind}");
        let other = form.definition().nodes.iter().any(|node| node.name == format!("{name}_other"));
        assert_eq!(other, kind.ends_with("or_other"), "{kind}");
    }
    // A type that the core learns and no workbook can make would be missed here.
    let made: BTreeSet<String> = types.iter().map(|(_, made)| format!("{:?}", std::mem::discriminant(made))).collect();
    assert_eq!(made.len(), 27);
}

/// Calculations that call every function between them.
const CALLS: &[&str] = &[
    "if(not(true()) or false(), 1, 0)",
    "if(boolean-from-string(${t}) and boolean(${n}), 1, 0)",
    "coalesce(${n}, 0)",
    "once(uuid())",
    "once(random())",
    "string(number(${t}))",
    "int(${n}) + round(abs(${n}), 1) + pow(2, 3) + sqrt(4) + floor(2.5) + ceiling(2.5)",
    "min(1, 2) + max(1, 2)",
    "sum(${i}) + count(${r}) + count-non-empty(${i})",
    "sum(/data/r[position() = 1]/i)",
    "concat(join(',', ${i}), substr(${t}, 0, 1), substring-before(${t}, '-'), substring-after(${t}, '-'))",
    "string-length(translate(normalize-space(${t}), 'a', 'b'))",
    "if(contains(${t}, 'a') or starts-with(${t}, 'a') or ends-with(${t}, 'a') or regex(${t}, '^a$'), 1, 0)",
    "if(selected(${m}, 'x'), selected-at(${m}, 0), count-selected(${m}))",
    "jr:choice-name(${s}, '${s}')",
    "format-date(today(), '%Y') + format-date-time(now(), '%H')",
    "decimal-date-time(date('2026-01-01')) + decimal-time(date-time('2026-01-01T08:00:00.000+08:00'))",
    "instance('l')/root/item[name = current()/../s]/rate",
    "pulldata('l', 'rate', 'name', ${s})",
    "if(checklist(1, 2, ${n} = 1, ${n} = 2) and weighted-checklist(1, 2, ${n} = 1, 1, ${n} = 2, 2), 1, 0)",
];

/// A form with a calculation below its questions.
fn calculated(text: &str) -> String {
    format!(
        "| survey | \n | | type | name | label | calculation | \n | | integer | n | N | | \n | | text | t | T | | \n \
         | | select_one l | s | S | | \n | | select_multiple l | m | M | | \n | | begin_repeat | r | R | | \n \
         | | integer | i | I | | \n | | end_repeat | | | | \n | | calculate | c | | {} | \n {CHOICES}",
        text.replace('|', "\\p")
    )
}

#[test]
fn every_function_is_called() {
    let mut called = BTreeSet::new();
    for text in CALLS {
        compiled(&calculated(text));
        for function in Function::ALL {
            let name = format!("{}(", function.name());
            let alone = |(at, _): (usize, &str)| {
                !text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '-')
            };
            if text.match_indices(&name).any(alone) {
                called.insert(function.name());
            }
        }
    }
    let missing: Vec<_> =
        Function::ALL.iter().map(|function| function.name()).filter(|name| !called.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn what_expressions_may_not_say_is_refused_at_its_character() {
    for (text, expected) in [
        ("indexed-repeat(${i}, ${r}, 1)", "function_not_yet"),
        ("randomize(${r})", "function_not_yet"),
        ("jr:itext('x')", "function_not_yet"),
        ("area(${t})", "function_not_yet"),
        ("distance(${t})", "function_not_yet"),
        ("geofence(${t}, ${t})", "function_not_yet"),
        ("digest(${t}, 'SHA-256')", "function_refused"),
        ("base64-decode(${t})", "function_refused"),
        ("extract-signed(${t}, ${t})", "function_refused"),
        ("sin(1)", "function_refused"),
        ("cos(1)", "function_refused"),
        ("tan(1)", "function_refused"),
        ("asin(1)", "function_refused"),
        ("acos(1)", "function_refused"),
        ("atan(1)", "function_refused"),
        ("atan2(1, 1)", "function_refused"),
        ("log(1)", "function_refused"),
        ("log10(1)", "function_refused"),
        ("exp(1)", "function_refused"),
        ("exp10(1)", "function_refused"),
        ("pi()", "function_refused"),
        ("property('deviceid')", "function_refused"),
        ("version()", "function_refused"),
        ("depend(1)", "function_refused"),
        ("last()", "function_refused"),
        ("name()", "function_refused"),
        ("local-name()", "function_refused"),
        ("namespace-uri()", "function_refused"),
        ("id('x')", "function_refused"),
        ("lang('zh')", "function_refused"),
        ("substring(${t}, 1)", "function_refused"),
        ("cht:difference-in-months(${t}, ${t})", "function_refused"),
        ("vlookup(${t})", "unknown_function"),
    ] {
        assert_eq!(errors(&calculated(text)), [format!("survey!D9:1 {expected}")], "{text}");
        assert_eq!(errors(&calculated(&format!("1 + {text}"))), [format!("survey!D9:5 {expected}")], "1 + {text}");
    }
    for (text, expected) in [
        ("count(//r)", "survey!D9:7 deep_path"),
        ("count(${r} | ${r})", "survey!D9:12 union"),
        ("sum(child::n)", "survey!D9:5 axis"),
        ("string(../@n)", "survey!D9:11 attribute"),
        ("1 + $n", "survey!D9:5 variable"),
        ("1e3 + 1", "survey!D9:1 exponent"),
        ("${last-saved#n}", "survey!D9:1 bad_reference"),
    ] {
        assert_eq!(errors(&calculated(text)), [expected], "{text}");
    }
}

#[test]
fn what_no_form_may_ask_is_refused_at_its_type() {
    for (kind, expected) in [
        ("select_one_from_file l.csv", "select_from_file"),
        ("select_multiple_from_file l.csv", "select_from_file"),
        ("csv-external", "csv_external"),
        ("rank l", "rank"),
        ("geotrace", "geoshape"),
        ("geoshape", "geoshape"),
        ("begin_loop", "begin_loop"),
        ("cascading_select l", "cascading_select"),
        ("select_one_external l", "external_choices"),
        ("select_multiple_external l", "external_choices"),
        ("osm", "osm"),
        ("include", "include"),
        ("xml-external", "xml_external"),
        ("background-audio", "background"),
        ("background-geopoint", "background"),
        ("simserial", "sim"),
        ("subscriberid", "sim"),
        ("tel", "unknown_type"),
    ] {
        let tables = format!(
            "| survey | \n | | type | name | label | \n | | text | t | T | \n | | {kind} | q | Q | \n {CHOICES}"
        );
        assert_eq!(errors(&tables), [format!("survey!A3:1 {expected}")], "{kind}");
    }
}

#[test]
fn a_condition_may_be_a_word_or_a_box_of_excel() {
    let form = compiled(
        "| survey | \n | | type | name | label | relevant | required | constraint | \n | | text | a | A | TRUE | yes | | \n \
         | | text | b | B | no | FALSE | True |",
    );
    let says =
        |formula: &Option<sumu_core::form::Formula>| formula.as_ref().map(|formula| formula.expression.0.clone());
    let literal = |function| Some(vec![sumu_core::form::Op::Call(function, 0)]);
    let (a, b) = (&form.definition().nodes[1], &form.definition().nodes[2]);
    use sumu_core::form::Function::{False, True};
    assert_eq!((says(&a.relevant), says(&a.required)), (literal(True), literal(True)));
    assert_eq!((says(&b.relevant), says(&b.required), says(&b.constraint)), (literal(False), None, literal(True)));
    let errors = errors("| survey | \n | | type | name | label | relevant | \n | | text | a | A | true and none |");
    assert_eq!(errors, ["survey!D2:1 name_without_reference", "survey!D2:10 name_without_reference"]);
}

#[test]
fn every_column_and_setting_is_read() {
    let survey = [
        ("type", "text"),
        ("name", "q"),
        ("label::A (zh)", "L"),
        ("label:B (en)", "L"),
        ("hint::A (zh)", "H"),
        ("hint::B (en)", "H"),
        ("guidance_hint::A (zh)", "G"),
        ("guidance_hint::B (en)", "G"),
        ("required", "yes"),
        ("required_message::A (zh)", "R"),
        ("required_message::B (en)", "R"),
        ("bind::relevant", "1 = 1"),
        ("constraint", ". != 'x'"),
        ("constraint-msg::A (zh)", "C"),
        ("constraint_message::B (en)", "C"),
        ("default", "a"),
        ("readonly", "no"),
        ("appearance", "multiline w1"),
        ("parameters", "rows=3"),
        ("note", "for authors"),
        ("media::image::A (zh)", "a.png"),
        ("image::B (en)", "b.png"),
        ("audio::A (zh)", "a.mp3"),
        ("audio::B (en)", "b.mp3"),
        ("video::A (zh)", "a.mp4"),
        ("video::B (en)", "b.mp4"),
    ];
    let line = |cells: Vec<&str>| format!("| | {} | \n", cells.join(" | "));
    let (columns, cells): (Vec<&str>, Vec<&str>) = survey.into_iter().unzip();
    let settings = [
        ("form_title", "Title"),
        ("form_id", "form"),
        ("version", "7"),
        ("default_language", "A (zh)"),
        ("instance_name", "${q}"),
        ("allow_choice_duplicates", "yes"),
    ];
    let (names, values): (Vec<&str>, Vec<&str>) = settings.into_iter().unzip();
    let tables =
        format!("| survey | \n {}{}| settings | \n {}{}", line(columns), line(cells), line(names), line(values));
    let checked = check(&workbook(&tables));
    assert_eq!(checked.findings, []);
    let form = Form::decode(&checked.form.unwrap()).unwrap();
    let (definition, node) = (form.definition(), &form.definition().nodes[1]);
    assert_eq!(
        (definition.title.as_str(), definition.form_id.as_str(), definition.version.as_str()),
        ("Title", "form", "7")
    );
    assert!(definition.instance_name.is_some());
    let texts = &node.texts;
    let told = [&texts.label, &texts.hint, &texts.guidance_hint, &texts.constraint_message, &texts.required_message];
    let shown = [&texts.image, &texts.audio, &texts.video];
    assert!(told.into_iter().chain(shown).all(|texts| texts.len() == 2 && texts.iter().all(|text| !text.is_empty())));
    assert!(node.relevant.is_some() && node.constraint.is_some() && node.required.is_some() && node.default.is_some());
    assert_eq!(node.appearance, ["multiline", "w1"]);
}
