use super::show::ty;
use super::*;

/// Each type is read without an error and shows as given.
fn types(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let file = read(&format!("type x = {text}\n"), Dialect::Template);
        assert!(file.errors.is_empty(), "{text}\n{:?}", file.errors);
        let [Statement { kind: StatementKind::Type(_, item), .. }] = &file.statements[..] else { panic!("{file:?}") };
        assert_eq!(ty(item), *expected, "{text}");
    }
}

#[test]
fn all_kinds_of_types() {
    types(&[
        ("string", "string"),
        ("sys.string", "(. sys string)"),
        ("string[]", "string[]"),
        ("string[][]?", "string[][]?"),
        ("a!", "a!"),
        ("(string | int)[]", "(| string int)[]"),
        ("'a' | 'b'?", "(| \"a\" \"b\"?)"),
        ("1 | -2 | true | !false | null", "(| 1 (Minus 2) true (Not false) null)"),
        ("\n  | 'a'\n  | 'b'", "(| \"a\" \"b\")"),
        ("'a'\n  // x\n  | 'b'", "(| \"a\" \"b\")"),
        ("| 'a'", "(| \"a\")"),
        ("'''a'''", "\"a\""),
        ("{}", "{}"),
        ("{ a: string, 'b-c': int? }", "{\"a\": string \"b-c\": int?}"),
        (
            "{\n  @description('x')\n  @secure()\n  a: string\n\n  *: int\n}",
            "{@(description() \"x\") @(secure()) \"a\": string *: int}",
        ),
        ("{ a: 'b' | 'c', d: [ e ] }", "{\"a\": (| \"b\" \"c\") \"d\": [e]}"),
        ("[]", "[]"),
        ("[\n  @minLength(1)\n  string\n  int[]\n]", "[@(minLength() 1) string int[]]"),
        ("[string, int]", "[string int]"),
        ("a.b.c", "(. (. a b) c)"),
        ("a[0]", "([] a 0)"),
        ("a[*]", "([*] a)"),
        ("a.*", "(.* a)"),
        ("resourceInput<'a/b@c'>", "resourceInput<\"a/b@c\">"),
        ("resourceInput<'a@b'>.properties.c[*].d", "(. ([*] (. (. resourceInput<\"a@b\"> properties) c)) d)"),
        ("sys.resourceOutput<'a@b'>", "(. sys resourceOutput<\"a@b\">)"),
        ("resource<'a@b'>", "resource<\"a@b\">"),
    ]);
}

#[test]
fn a_type_in_front_of_a_value() {
    table(
        Dialect::Template,
        &[
            ("param a {\n  b: int\n}? = {}", "(param a {\"b\": int}? {})"),
            ("param a 'b' | 'c' = 'b'", "(param a (| \"b\" \"c\") \"b\")"),
            ("var a resourceInput<'b'>.c = d", "(var a (. resourceInput<\"b\"> c) d)"),
        ],
    );
}
