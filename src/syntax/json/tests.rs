use std::fmt::Write;
use std::time::{Duration, Instant};

use super::*;

const NASTY: &str = "\u{feff}// start\r\n{ /* é */ \"a\\n\\\"\\u00e9é🦀\\ud83e\\udd80\" : [1, -2.5e+3, true, null,],\r\n\
    'b': 01, c: \"two\r\nlines\" \"d\": {\"x\": , \"y\" 1 \"z\": @@ \"\\q\\ud800\" , , ]}, \"e\"\r\n\"f\": +1 // é\r\n } tail é";

fn read(text: &str) -> Json {
    let json = parse(SourceId(7), text);
    check(text, &json);
    json
}

/// What holds for every result: spans lie in the file, cut no character, nest and follow one another.
fn check(text: &str, json: &Json) {
    let whole = Span::new(SourceId(7), 0, text.len());
    assert!(json.errors.len() <= MAX_ERRORS);
    assert!(json.root.is_some() || !json.errors.is_empty());
    for error in &json.errors {
        assert!(whole.contains(error.span), "{error:?}");
        assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
        assert!(!error.message.is_empty());
    }
    assert!(json.errors.is_sorted_by_key(|error| error.span.start));
    if let Some(root) = &json.root {
        check_node(text, whole, root);
    }
}

fn check_node(text: &str, outer: Span, node: &Node) {
    assert!(outer.contains(node.span), "{node:?} in {outer:?}");
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some());
    match &node.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
        Kind::String(string) => check_text(text, node.span, string),
        Kind::Array(elements) => {
            assert!(elements.is_sorted_by(|a, b| a.span.end <= b.span.start));
            for element in elements {
                check_node(text, node.span, element);
            }
        }
        Kind::Object(members) => {
            assert!(members.is_sorted_by(|a, b| a.key_span.start < b.key_span.start));
            for Member { key, key_span, value } in members {
                assert!(node.span.contains(*key_span) && key_span.end <= value.span.start, "{key:?} {value:?}");
                check_text(text, *key_span, key);
                check_node(text, node.span, value);
            }
        }
    }
}

/// Each character of a string maps to what wrote it, in order and inside the span.
fn check_text(text: &str, span: Span, string: &Text) {
    let mut last = span.start;
    for (at, char) in string.value.char_indices() {
        let from = string.source_offset(span.start + 1, small(at));
        let to = string.source_offset(span.start + 1, small(at + char.len_utf8()));
        assert!(last <= from && from < to && to <= span.end, "{string:?} {at}");
        let written = text.get(from as usize..to as usize).unwrap_or_default();
        assert!(written.starts_with('\\') || written.chars().eq([char]), "{written:?} for {char:?}");
        last = to;
    }
    let end = string.source_offset(span.start + 1, u32::MAX);
    assert_eq!(end, string.source_offset(span.start + 1, small(string.value.len())));
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("(outside)")
}

/// A compact form of the values, to compare results at a glance.
fn show(node: &Node) -> String {
    let list = |items: Vec<String>| items.join(",");
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::String(text) => format!("{:?}", text.value),
        Kind::Array(elements) => format!("[{}]", list(elements.iter().map(show).collect())),
        Kind::Object(members) => {
            format!("{{{}}}", list(members.iter().map(|m| format!("{:?}:{}", m.key.value, show(&m.value))).collect()))
        }
    }
}

fn shown(json: &Json) -> String {
    json.root.as_ref().map_or_else(|| "nothing".to_owned(), show)
}

fn clean(text: &str, expected: &str) {
    let json = read(text);
    assert_eq!(json.errors, [], "{text}");
    assert_eq!(shown(&json), expected, "{text}");
}

/// `errors` are pairs of the text under the error and a part of its message.
fn faulty(text: &str, expected: &str, errors: &[(&str, &str)]) {
    let json = read(text);
    assert_eq!(shown(&json), expected, "{text}");
    let found: Vec<_> = json.errors.iter().map(|error| (slice(text, error.span), error.message.as_str())).collect();
    let alike = found.len() == errors.len()
        && found.iter().zip(errors).all(|(found, wanted)| found.0 == wanted.0 && found.1.contains(wanted.1));
    assert!(alike, "{text}\n found {found:?}\nwanted {errors:?}");
}

#[test]
fn plain_json_is_read() {
    clean(
        r#" {"a": [1, -0, 2.5e-1, 1E2], "b": {}, "c": [], "d": [true, false, null], "": ""} "#,
        r#"{"a":[1,-0,0.25,100],"b":{},"c":[],"d":[true,false,null],"":""}"#,
    );
    clean("123456789012345", "123456789012345");
    clean("12345678901234567890", "12345678901234567000");
    clean("1e999", "inf");
    clean("null", "null");
    clean(r#""\b\f\n\r\t\/\\\"""#, r#""\u{8}\u{c}\n\r\t/\\\"""#);
}

#[test]
fn what_template_tools_accept_is_no_error() {
    clean("\u{feff}{}", "{}");
    clean("// a\n/* b\n * c */[1, // d\r\n2 /**/]/***/ // e", "[1,2]");
    clean("[1, 2,]", "[1,2]");
    clean("{\"a\": 1,\r\n}\r\n", r#"{"a":1}"#);
    clean("[\"two\nlines\", \"two\r\nlines\ttab\"]", r#"["two\nlines","two\r\nlines\ttab"]"#);
    clean(r#"["//", "/* */", "'"]"#, r#"["//","/* */","'"]"#);
}

#[test]
fn commas_and_colons_may_be_missing_or_too_many() {
    let comma = "expected `,` or `}` after this value";
    faulty("{\"a\": 1 \"b\": [2] \"c\": 3}", r#"{"a":1,"b":[2],"c":3}"#, &[("1", comma), ("]", comma)]);
    faulty(
        "[1 2,, \"é\" x]",
        r#"[1,2,"é",null]"#,
        &[
            ("1", "expected `,` or `]`"),
            (",", "unexpected `,`"),
            ("\"é\"", "expected `,` or `]`"),
            ("x", "expected a value"),
        ],
    );
    faulty("[, 1]", "[1]", &[(",", "unexpected `,`")]);
    faulty(
        r#"{"a" 1, "b" {}, "c" = 2}"#,
        r#"{"a":1,"b":{},"c":2}"#,
        &[(r#""a""#, "expected `:`"), (r#""b""#, "expected `:`"), (r#""c""#, "expected `:`")],
    );
    faulty(r#"["a": 1]"#, r#"["a",1]"#, &[(":", "unexpected `:`")]);
}

#[test]
fn a_missing_value_is_null_and_takes_nothing_from_its_neighbours() {
    let missing = "expected a value after this key";
    faulty(r#"{"a": , "b": 2}"#, r#"{"a":null,"b":2}"#, &[(r#""a""#, missing)]);
    faulty(r#"{"a": }"#, r#"{"a":null}"#, &[(r#""a""#, missing)]);
    faulty("{\"a\":\n\"b\": 2}", r#"{"a":null,"b":2}"#, &[(r#""a""#, missing)]);
    faulty("{\"a\"\n\"b\": 2}", r#"{"a":null,"b":2}"#, &[(r#""a""#, "expected `:`")]);
    faulty(r#"{"a", "b": 2}"#, r#"{"a":null,"b":2}"#, &[(r#""a""#, "expected `:`")]);
    let json = read("{\"a\":   }");
    let value = json.root.as_ref().and_then(|root| root.get("a")).map(|node| (node.span.start, node.span.end));
    assert_eq!(value, Some((5, 5)));
}

#[test]
fn what_means_nothing_is_passed_over() {
    faulty("[@@@ 1, 2 \\\\ ,]", "[1,2]", &[("@@@", "unexpected `@`"), ("\\\\", "unexpected `\\`")]);
    faulty(
        "{\"a\": %é 1, ; \"b\": : 2}",
        r#"{"a":null,"b":2}"#,
        &[
            ("%", "unexpected `%`"),
            ("é", "expected a value"),
            ("é", "expected `,` or `}`"),
            ("1", "expected a key in double quotes"),
            (";", "unexpected `;`"),
            (":", "unexpected `:`"),
        ],
    );
    faulty("[\u{a0}1]", "[1]", &[("\u{a0}", "U+00A0")]);
    faulty("[1, True]", "[1,null]", &[("True", "expected a value")]);
    faulty(
        "{a: 1, 2, [3], b, {\"c\": 4}}",
        r#"{"a":1}"#,
        &[
            ("a", "expected a key"),
            ("2", "expected a key"),
            ("[", "expected a key"),
            ("b", "expected a key"),
            ("{", "expected a key"),
        ],
    );
    faulty(
        "['it''s', 'a\\'b', 'c\n]",
        r#"["it","s","a'b","c"]"#,
        &[
            ("'it'", "double quotes"),
            ("'it'", "expected `,`"),
            ("'s'", "double quotes"),
            ("'a\\'b'", "double quotes"),
            ("'", "never closed"),
            ("'c", "double quotes"),
        ],
    );
}

#[test]
fn what_is_not_closed_ends_where_it_must() {
    faulty(r#"{"a": [1, {"b": 2"#, r#"{"a":[1,{"b":2}]}"#, &[("{", "this object is never closed")]);
    faulty("[1, ", "[1]", &[("[", "this array is never closed")]);
    faulty(
        r#"{"a": [1, 2, "b": 3}"#,
        r#"{"a":[1,2,"b",3]}"#,
        &[(":", "unexpected"), ("}", "expected `]` before this `}`")],
    );
    faulty(r#"[{"a": 1], 2"#, r#"[{"a":1}]"#, &[("]", "expected `}` before this `]`"), (", 2", "after the end")]);
    faulty(r#"{"a": 1]}"#, r#"{"a":1}"#, &[("]", "unexpected `]`")]);
    faulty(
        "[1} /* é",
        "[1]",
        &[("[", "never closed"), ("}", "unexpected `}`"), ("/*", "this comment is never closed")],
    );
}

#[test]
fn nothing_to_read_and_too_much_to_read() {
    let none = "the file holds none";
    faulty("", "nothing", &[("", none)]);
    faulty(" \r\n", "nothing", &[(" \r\n", none)]);
    faulty("// é", "nothing", &[("// é", none)]);
    faulty("\u{feff}", "nothing", &[("\u{feff}", none)]);
    faulty("<html> \n <p>", "nothing", &[("<html>", "expected a JSON value")]);
    faulty("WARNING: old\n{\"a\": 1}", r#"{"a":1}"#, &[("WARNING: old", "expected a JSON value")]);
    faulty("{} {}\n", "{}", &[("{}", "unexpected text after the end")]);
    faulty("1}", "1", &[("}", "unexpected text after the end")]);
}

#[test]
fn a_string_without_end_stops_at_its_line() {
    let never = "this string is never closed";
    faulty(
        "{\"a\": 1, \"b\": 2, \"c: 3,\r\n}",
        r#"{"a":1,"b":2,"c: 3":null}"#,
        &[("\"", never), ("\"c: 3", "expected `:`")],
    );
    faulty("[1, \"é", r#"[1,"é"]"#, &[("[", "never closed"), ("\"", never)]);
    faulty("[\"a\\", r#"["a\\"]"#, &[("[", "never closed"), ("\"", never), ("\\", "unknown escape")]);
}

#[test]
fn a_forgotten_quote_does_not_swallow_the_next_line() {
    let never = [("\"", "this string is never closed")];
    faulty("{\"a\": \"b\\n,\r\n  \"c\": 2}", r#"{"a":"b\n","c":2}"#, &never);
    faulty("{\"a\": [\"b ,\n  \"c\"]}", r#"{"a":["b ","c"]}"#, &never);
    faulty("[\"a\n\" \"b\"]", r#"["a\n","b"]"#, &[("\"a\n\"", "expected `,`")]);
    // An even number of quotes closes everything, and what follows may follow a string.
    clean("[\"a\n\"\n, \"b\n\" // c\n, \"d\n\" ]", r#"["a\n","b\n","d\n"]"#);
}

#[test]
fn bad_escapes_and_numbers_keep_what_can_be_kept() {
    faulty(
        r#""C:\dir\u12x\u+123\é""#,
        r#""C:\\dir\\u12x\\u+123\\é""#,
        &[
            ("\\d", "unknown escape"),
            ("\\u12", "four hexadecimal"),
            ("\\u", "four hexadecimal"),
            ("\\é", "unknown escape"),
        ],
    );
    faulty(
        r#""\ud800 \udd80\ud83e\u0041""#,
        "\"\u{fffd} \u{fffd}\u{fffd}A\"",
        &[("\\ud800", "surrogate"), ("\\udd80", "surrogate"), ("\\ud83e", "surrogate")],
    );
    let bad = "not a valid JSON number";
    faulty(
        "[01, +1, 1., .5, -, 1e, 1.2.3, 0x1F, -inf, -01.5]",
        "[1,1,1,0.5,null,null,null,null,null,-1.5]",
        &[
            ("01", bad),
            ("+1", bad),
            ("1.", bad),
            (".5", bad),
            ("-", bad),
            ("1e", bad),
            ("1.2.3", bad),
            ("0x1F", bad),
            ("-inf", bad),
            ("-01.5", bad),
        ],
    );
}

#[test]
fn spans_cover_the_written_value() {
    let text = "{ \"kéy\" : [ \"a\\nb\" , -1.5e3, {\"x\":null} ] }";
    let json = read(text);
    let root = json.root.unwrap_or(Node { span: Span::new(SourceId(7), 0, 0), kind: Kind::Null });
    assert_eq!(slice(text, root.span), text);
    assert_eq!(root.span.source, SourceId(7));
    let member = root.as_object().and_then(<[Member]>::first);
    assert_eq!(member.map(|member| slice(text, member.key_span)), Some("\"kéy\""));
    let array = root.get("kéy");
    assert_eq!(array.map(|node| slice(text, node.span)), Some("[ \"a\\nb\" , -1.5e3, {\"x\":null} ]"));
    let elements = array.and_then(Node::as_array).unwrap_or_default();
    let written: Vec<_> = elements.iter().map(|node| slice(text, node.span)).collect();
    assert_eq!(written, ["\"a\\nb\"", "-1.5e3", "{\"x\":null}"]);
}

#[test]
fn the_last_of_several_members_wins() {
    let json = read(r#"{"a": 1, "A": 2, "a": 3}"#);
    let root = json.root.as_ref();
    assert_eq!(root.and_then(Node::as_object).map(<[Member]>::len), Some(3));
    assert_eq!(root.and_then(|root| root.get("a")).map(show).as_deref(), Some("3"));
    assert_eq!(root.and_then(|root| root.get("A")).map(show).as_deref(), Some("2"));
    assert_eq!(root.and_then(|root| root.get_ignore_case("A")).map(show).as_deref(), Some("3"));
    assert!(root.and_then(|root| root.get("b")).is_none());
    assert!(root.is_some_and(|root| root.as_str().is_none() && root.as_array().is_none()));
}

#[test]
fn every_decoded_character_maps_to_what_wrote_it() {
    let written = [
        "é",
        "\\n",
        "\\n",
        "a",
        "\\\"",
        "\\u00e9",
        "🦀",
        "\\ud83e\\udd80",
        "\\ud83e\\uDD80",
        "\n",
        "\\\\",
        "\\/",
        "\\u0000",
        "z",
        "\\ud800",
        "\\u20ac",
        "é",
    ];
    let text = format!("[1, \"{}\"]", written.concat());
    let json = read(&text);
    let root = json.root.as_ref();
    let node = root.and_then(Node::as_array).and_then(<[Node]>::last);
    let Some(Node { span, kind: Kind::String(string) }) = node else { unreachable!("{json:?}") };
    assert_eq!(&*string.value, "é\n\na\"é🦀🦀🦀\n\\/\0z\u{fffd}€é");
    let mut expected = span.start + 1;
    for ((at, _), written) in string.value.char_indices().zip(written) {
        assert_eq!(string.source_offset(span.start + 1, small(at)), expected, "{written}");
        expected += small(written.len());
    }
    for end in [string.value.len(), string.value.len() + 1, usize::MAX] {
        assert_eq!(string.source_offset(span.start + 1, small(end)), span.end - 1);
    }
}

#[test]
fn a_bare_key_maps_to_itself() {
    let text = "{ ké: 1}";
    let json = read(text);
    let member = json.root.as_ref().and_then(Node::as_object).and_then(<[Member]>::first);
    let offsets = member.map(|member| [0, 1, 3].map(|at| member.key.source_offset(member.key_span.start + 1, at)));
    assert_eq!(offsets, Some([2, 3, 5]));
}

#[test]
fn a_document_cut_anywhere_is_still_read() {
    assert!(read(NASTY).errors.len() > 8);
    for at in 0..NASTY.len() {
        for part in [NASTY.get(..at), NASTY.get(at..)].into_iter().flatten() {
            read(part);
        }
    }
}

#[test]
fn random_soup_is_still_read() {
    let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "'", "\\", "\n", " ", "a", "1", "-", "é", "/", "*", "\"k\":", "\\u00e9",
        "\u{a0}",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..24 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces.get((state >> 33) as usize % pieces.len()).unwrap_or(&""));
        }
        read(&text);
    }
}

#[test]
fn depth_is_limited_and_the_rest_survives() {
    let nested = |depth: usize| format!("{{\"a\": {}{}, \"b\": 1}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(read(&nested(MAX_DEPTH)).errors, []);
    let text = nested(MAX_DEPTH + 2);
    let json = read(&text);
    let messages: Vec<_> = json.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages, ["nested more than 128 levels deep, the content is ignored"]);
    assert!(json.root.as_ref().and_then(|root| root.get("b")).is_some());
    let brackets_in_strings = format!("{}{{\"]\": \"}}\\\"\", /* ] */ \"x\": []}}{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(read(&brackets_in_strings).errors.len(), 1);
}

#[test]
fn a_small_stack_is_enough() {
    let run = || read(&"[{\"a\":".repeat(100_000)).errors.len();
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run);
    assert_eq!(thread.ok().and_then(|thread| thread.join().ok()), Some(2));
}

#[test]
fn hostile_files_take_linear_time() {
    let units = [
        "[", "]", "{", "}", "\"", "'", "{\"a\":", "/*", "//", "/", "\\", ",", ":", "0", "-", "a", "é", "\u{a0}", " ",
        "\n", "\\\"\n", "\"\\\n", "\"a\n", "'\n", "'\\\n", "[\"a\":", "\"\\u", "\\ud800", "{a", "{'", "/ ", "[1 ",
        "{1", "[}", "{]", "\"a\" ",
    ];
    for unit in units {
        for start in ["", "[", "{", "\"", "{\"a\":"] {
            let mut text = String::from(start);
            text.push_str(&unit.repeat((1 << 17) / unit.len()));
            let began = Instant::now();
            let json = parse(SourceId(7), &text);
            let took = began.elapsed();
            check(&text, &json);
            assert!(took < Duration::from_secs(2), "{start}{unit}... took {took:?}");
        }
    }
}

#[test]
fn errors_are_counted_only_so_far() {
    let mut text = String::from("[");
    for at in 0..1000 {
        _ = write!(text, "{at} ");
    }
    text.push(']');
    let json = read(&text);
    assert_eq!(json.errors.len(), MAX_ERRORS);
    assert_eq!(json.root.as_ref().and_then(Node::as_array).map(<[Node]>::len), Some(1000));
}
