use super::*;

/// Each snippet has this many errors, and what is left of it shows as given.
fn recovers(dialect: Dialect, rows: &[(&str, usize, &str)]) {
    for (text, errors, expected) in rows {
        let file = read(text, dialect);
        let shown: Vec<_> = file.statements.iter().map(show).collect();
        assert_eq!(shown.join(" "), *expected, "{text}\n{:?}", file.errors);
        assert_eq!(file.errors.len(), *errors, "{text}\n{:?}", file.errors);
    }
}

#[test]
fn a_broken_statement_costs_itself() {
    recovers(
        Dialect::Template,
        &[
            ("param\nvar a = 1", 1, "(var a 1)"),
            ("param a\nvar b = 1", 1, "(param a <error>) (var b 1)"),
            ("param a = 1\nvar b = 1", 1, "(param a <error> 1) (var b 1)"),
            ("param a strin g = 1\nvar b = 1", 1, "(param a strin) (var b 1)"),
            ("var a\nvar b = 1", 1, "(var a <error>) (var b 1)"),
            ("var a =\nvar b = 1", 1, "(var a <error>) (var b 1)"),
            ("var a = = 2\nvar b = 1", 1, "(var a <error>) (var b 1)"),
            ("var a = 1 2 3\nvar b = 1", 1, "(var a 1) (var b 1)"),
            ("nonsense here {\n  a: 1\n}\nvar b = 1", 1, "(var b 1)"),
            ("}\n}\n  foo: 1\n  type: 'x'\nvar b = 1", 1, "(var b 1)"),
            ("var a = \"x\"\nvar b = 1", 1, "(var a <error>) (var b 1)"),
            ("var a = b ; c\nvar b = 1", 1, "(var a b) (var b 1)"),
            ("resource a\nvar b = 1", 1, "(resource a <error> <error>) (var b 1)"),
            ("resource a 'b' {\n  c: 1\n}\nvar b = 1", 1, "(resource a \"b\" <error>) (var b 1)"),
            ("resource a 'b' = d\nvar b = 1", 1, "(resource a \"b\" <error>) (var b 1)"),
            ("resource a 'b' = if d {\n  e: 1\n}", 1, "(resource a \"b\" (if <error> {\"e\": 1}))"),
            ("resource a 'b' = if (=) {\n  e: 1\n}", 1, "(resource a \"b\" (if <error> {\"e\": 1}))"),
            ("module a = {}\nvar b = 1", 1, "(module a <error> {}) (var b 1)"),
            ("output a string\nvar b = 1", 1, "(output a string <error>) (var b 1)"),
            ("type a string\nvar b = 1", 1, "(var b 1)"),
            ("type a = |\nvar b = 1", 1, "(type a <error>) (var b 1)"),
            ("func f() => 1\nvar b = 1", 1, "(func f () <error> 1) (var b 1)"),
            ("func f() int =>\nvar b = 1", 1, "(func f () int <error>) (var b 1)"),
            ("import a\nvar b = 1", 1, "(var b 1)"),
            ("import { 'a' } from 'c'\nimport { b }\n", 2, "(import a=a \"c\") (import b=b <error>)"),
            ("@\nvar b = 1", 1, "(var b 1)"),
            ("@secure() param a string\nvar b = 1", 1, "(@(secure()) param a string) (var b 1)"),
            ("@secure()\n", 1, ""),
            ("using 'main.bicep'\nvar b = 1", 1, "(var b 1)"),
        ],
    );
    recovers(
        Dialect::Parameters,
        &[
            ("using\nparam a = 1", 1, "(using <error>) (set a 1)"),
            ("param a string\nparam b = 1", 1, "(set a <error>) (set b 1)"),
            ("resource a 'b' = {\n  c: 1\n}\nparam b = 1", 1, "(set b 1)"),
            ("extensionConfig a\nparam b = 1", 1, "(config a) (set b 1)"),
        ],
    );
}

#[test]
fn a_broken_part_costs_itself() {
    recovers(
        Dialect::Template,
        &[
            ("var a = {\n  b: =\n  c: 1\n}", 1, "(var a {\"b\": <error> \"c\": 1})"),
            ("var a = {\n  b: = {\n    d: 2\n  }\n  c: 1\n}", 1, "(var a {\"b\": <error> \"c\": 1})"),
            ("var a = {\n  b\n  c: 1\n}", 1, "(var a {\"b\": <error> \"c\": 1})"),
            ("var a = {\n  b:\n  c: 1\n}", 1, "(var a {\"b\": <error> \"c\": 1})"),
            ("var a = {\n  b = 2\n  c: 1\n}", 1, "(var a {\"b\": <error> \"c\": 1})"),
            ("var a = {\n  \"b\": 2\n  c: 1\n}", 1, "(var a {\"c\": 1})"),
            ("var a = {\n  b: 2,\n  c: 1\n}", 1, "(var a {\"b\": 2 \"c\": 1})"),
            ("var a = {\n  b: f(c, =)\n  d: 1\n}", 1, "(var a {\"b\": (f() c) \"d\": 1})"),
            ("var a = {\n  b: f(\n    c\n    d\n    e\n  )\n  g: 1\n}", 1, "(var a {\"b\": (f() c d e) \"g\": 1})"),
            ("var a = {\n  b: f(c()d\n  e: 1\n}", 1, "(var a {\"b\": (f() (c())) \"e\": 1})"),
            ("var a = {\n  b: c.\n  d: 1\n}", 1, "(var a {\"b\": <error> \"d\": 1})"),
            ("var a = {\n  b: c[\n  d: 1\n}", 1, "(var a {\"b\": <error> \"d\": 1})"),
            ("var a = {\n  b: )\n  d: 1\n}", 1, "(var a {\"b\": <error> \"d\": 1})"),
            ("var a = [\n  1\n  =\n  2\n]", 1, "(var a [1 2])"),
            ("var a = [\n  b: 1\n  c: 2\n  d\n  e: 3\n]", 2, "(var a [b c d e])"),
            ("var a = [ , 1 ]", 1, "(var a [1])"),
            ("var a = '${=}b'", 1, "(var a (template <error> \"b\"))"),
            ("var a = '${}b'", 1, "(var a (template <error> \"b\"))"),
            ("var a = '${b c}d'", 1, "(var a (template b \"d\"))"),
            ("var a = [for b c: d]\nvar e = 1", 1, "(var a <error>) (var e 1)"),
            ("var a = [for b in c: if (d) {\n  e: 1\n}]\nvar f = 1", 1, "(var a (for b c (if() d))) (var f 1)"),
            ("type a = [\n  @b() int\n]", 1, "(type a [@(b()) int])"),
            ("type a = {\n  b:\n  c: int\n}", 1, "(type a {\"b\": <error> \"c\": int})"),
            ("resource a 'b' = {\n  @x()\n  c: 1\n  d: 2\n}", 1, "(resource a \"b\" {\"d\": 2})"),
        ],
    );
}

#[test]
fn strings_end_with_their_line() {
    recovers(
        Dialect::Template,
        &[
            ("var a = 'b\nvar c = 1", 1, "(var a \"b\") (var c 1)"),
            ("var a = 'b${d\nvar c = 1", 1, "(var a (template \"b\" d)) (var c 1)"),
            ("var a = 'b${'d${e\nvar c = 1", 1, "(var a (template \"b\" (template \"d\" e))) (var c 1)"),
            ("var a = 'b${d'\nvar c = 1", 1, "(var a (template \"b\" d)) (var c 1)"),
            ("var a = f('b)\nvar c = 1", 1, "(var a (f() \"b)\")) (var c 1)"),
            ("var a = {\n  b: 'c\n  d: 1\n}", 1, "(var a {\"b\": \"c\" \"d\": 1})"),
            ("var a = '''b\nvar c = 1", 1, "(var a \"b\") (var c 1)"),
            ("var a = $'''b${d}\nvar c = 1", 1, "(var a (template \"b\" d)) (var c 1)"),
            ("var a = '${\nb}'\nvar c = 1", 2, "(var a (template <error>)) (var c 1)"),
            ("var a = 'b\\q'\nvar c = 1", 1, "(var a \"b\\\\q\") (var c 1)"),
            ("var a = 1 /* b\nvar c = 1", 1, "(var a 1)"),
        ],
    );
}

#[test]
fn a_forgotten_bracket_does_not_swallow_the_next_declaration() {
    recovers(
        Dialect::Template,
        &[
            ("var a = {\n  b: 1\n\nvar c = 1", 1, "(var a {\"b\": 1}) (var c 1)"),
            ("var a = {\n  b: {\n    d: [\n\nparam c int", 1, "(var a {\"b\": {\"d\": []}}) (param c int)"),
            ("var a = f(b,\n\nparam c int", 1, "(var a (f() b)) (param c int)"),
            (
                "resource a 'b' = {\n  c: 1\n\n@x()\nresource d 'e' = {\n  f: 1\n}",
                1,
                "(resource a \"b\" {\"c\": 1}) (@(x()) resource d \"e\" {\"f\": 1})",
            ),
            (
                "resource a 'b' = {\n  c: {\n    g: 2\n}\n\nresource d 'e' = {\n  f: 1\n}",
                1,
                "(resource a \"b\" {\"c\": {\"g\": 2}}) (resource d \"e\" {\"f\": 1})",
            ),
            ("var a = {\n  b: 1\n  c: [\n", 1, "(var a {\"b\": 1 \"c\": []})"),
            ("var a = [\n  {\n    b: 1\n  ]\nvar c = 1", 1, "(var a [{\"b\": 1}]) (var c 1)"),
            ("var a = {\n  b: (1\n  c: 1\n}\nvar d = 1", 1, "(var a {\"b\": 1 \"c\": 1}) (var d 1)"),
            ("type a = {\n  b: int\n\ntype c = int", 1, "(type a {\"b\": int}) (type c int)"),
        ],
    );
}
