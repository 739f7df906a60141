use super::show::expr;
use super::*;

/// Each expression is read without an error and shows as given.
fn expressions(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let file = read(&format!("var x = {text}\n"), Dialect::Template);
        assert!(file.errors.is_empty(), "{text}\n{:?}", file.errors);
        let [Statement { kind: StatementKind::Var(_, _, value), .. }] = &file.statements[..] else {
            panic!("{file:?}")
        };
        assert_eq!(expr(value), *expected, "{text}");
    }
}

#[test]
fn literals() {
    expressions(&[
        ("null", "null"),
        ("true", "true"),
        ("false", "false"),
        ("0", "0"),
        ("18446744073709551615", "18446744073709551615"),
        ("-5", "(Minus 5)"),
        ("'a'", "\"a\""),
        ("''", "\"\""),
        ("'é 🦀'", "\"é 🦀\""),
        (r"'it\'s \\ \n \${b} \u{1f980}'", "\"it's \\\\ \\n ${b} 🦀\""),
    ]);
}

#[test]
fn strings_with_holes() {
    expressions(&[
        ("'a${b}'", "(template \"a\" b)"),
        ("'${a}'", "(template a)"),
        ("'${a}b${c.d}e'", "(template a \"b\" (. c d) \"e\")"),
        ("'${a ? 'b' : 'c${d}'}'", "(template (? a \"b\" (template \"c\" d)))"),
        ("'${ {a: '}'}.a }$'", "(template (. {\"a\": \"}\"} a) \"$\")"),
        ("'$a $$ {b}'", "\"$a $$ {b}\""),
        ("'''a'''", "\"a\""),
        ("''''''", "\"\""),
        ("'''\na\n  'b' ${c}\\n\n'''", "\"a\\n  'b' ${c}\\\\n\\n\""),
        ("'''\r\na'''", "\"a\""),
        ("''''a''''", "\"'a'\""),
        ("$'''\na${b}c $ {d}\n'''", "(template \"a\" b \"c $ {d}\\n\")"),
        ("$$'''a ${b} $${c} $$${d}'''", "(template \"a ${b} \" c \" $\" d)"),
        ("$'''a'''", "\"a\""),
        ("$'''${'''a'''}${'b${c}'}'''", "(template \"a\" (template \"b\" c))"),
    ]);
}

#[test]
fn arrays_and_objects() {
    expressions(&[
        ("[]", "[]"),
        ("[\n]", "[]"),
        ("[1, 2]", "[1 2]"),
        ("[1, 2,]", "[1 2]"),
        ("[\n  1\n\n  2, 3\n]", "[1 2 3]"),
        ("[\n  ...a\n  ...[b]\n]", "[...a ...[b]]"),
        ("{}", "{}"),
        ("{ a: 1, 'b-c': 2 }", "{\"a\": 1 \"b-c\": 2}"),
        ("{\n  a: 1\n\n  // x\n  '${b}/c': {} // y\n  ...d\n}", "{\"a\": 1 (template b \"/c\"): {} ...d}"),
        ("{ '''a''': 1 }", "{\"a\": 1}"),
        ("{\n  a: b\n    ? c\n    : d\n  e: f\n}", "{\"a\": (? b c d) \"e\": f}"),
    ]);
}

#[test]
fn what_is_taken_from_values() {
    expressions(&[
        ("a.b.c", "(. (. a b) c)"),
        ("a.?b.?c", "(.? (.? a b) c)"),
        ("a[0]", "([] a 0)"),
        ("a[?0]", "([?] a 0)"),
        ("a[^1]", "([^] a 1)"),
        ("a[?^1]", "([?^] a 1)"),
        ("a['b'].c[d]", "([] (. ([] a \"b\") c) d)"),
        ("a::b::c.d", "(. (:: (:: a b) c) d)"),
        ("a!", "(NonNull a)"),
        ("a.b!.c!", "(NonNull (. (NonNull (. a b)) c))"),
        ("f()", "(f())"),
        ("f(a, 'b', {})", "(f() a \"b\" {})"),
        ("f(\n  a,\n\n  // x\n  b\n)", "(f() a b)"),
        ("az.resourceGroup().location", "(. (az.resourceGroup()) location)"),
        ("a::b.listKeys('x').keys[0]", "([] (. ((:: a b).listKeys() \"x\") keys) 0)"),
        ("[1][0]", "([] [1] 0)"),
        ("{ a: 1 }.a", "(. {\"a\": 1} a)"),
        ("(a).b", "(. a b)"),
    ]);
}

#[test]
fn operators_bind_as_they_should() {
    expressions(&[
        ("1 + 2 * 3 - 4", "(Sub (Add 1 (Mul 2 3)) 4)"),
        ("1 / 2 % 3", "(Rem (Div 1 2) 3)"),
        ("(1 + 2) * 3", "(Mul (Add 1 2) 3)"),
        ("a < b == c >= d", "(Eq (Lt a b) (Ge c d))"),
        ("a <= b || c > d && e != f", "(Or (Le a b) (And (Gt c d) (Ne e f)))"),
        ("a =~ b && c !~ d", "(And (EqInsensitive a b) (NeInsensitive c d))"),
        ("a ?? b ?? c || d", "(Coalesce (Coalesce a b) (Or c d))"),
        ("!a && -b > 0", "(And (Not a) (Gt (Minus b) 0))"),
        ("!a.b", "(Not (. a b))"),
        ("!!a", "(Not (Not a))"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a ? b ? c : d : e", "(? a (? b c d) e)"),
        ("a\n  ? b\n  : c", "(? a b c)"),
        ("a\n\n  // x\n  ? [b]\n\n  : c", "(? a [b] c)"),
        ("a ?? b ? c : d", "(? (Coalesce a b) c d)"),
        ("a! ?? b!= c", "(Coalesce (NonNull a) (Ne b c))"),
        ("(\n  a\n)", "a"),
    ]);
}

#[test]
fn lambdas_and_loops() {
    expressions(&[
        ("map(a, b => b.c)", "(map() a (=> (b) (. b c)))"),
        ("map(a, (b) => b)", "(map() a (=> (b) b))"),
        ("reduce(a, {}, (b, c) =>\n  union(b, c))", "(reduce() a {} (=> (b c) (union() b c)))"),
        ("f(() => 1)", "(f() (=> () 1))"),
        ("a => b => c", "(=> (a) (=> (b) c))"),
        ("[for a in b: a.c]", "(for a b (. a c))"),
        ("[for (a, i) in b: '${a}${i}']", "(for a i b (template a i))"),
        ("[\n  for a in [1]: {\n    b: a\n  }\n]", "(for a [1] {\"b\": a})"),
        ("[for a in b: [for c in a: c]]", "(for a b (for c a c))"),
        ("[forest]", "[forest]"),
    ]);
}

#[test]
fn line_ends_stop_what_they_should() {
    for text in [
        "var a = b\n  .c",
        "var a = b\n  + c",
        "var a =\n  b",
        "var a = b ?\n c : d",
        "var a = [for b in\n c: d]",
        "var a = f(\n  b\n  c\n)",
        "var a = f(b,)",
        "var a = [\n  1,\n  2\n]",
        "var a = [1 2]",
        "resource a 'b' =\n{}",
    ] {
        let file = read(text, Dialect::Template);
        assert_eq!(file.errors.len(), 1, "{text}: {:?}", file.errors);
    }
}

#[test]
fn objects_can_be_asked() {
    let file = read("resource a 'b' = {\n  c: 'd'\n  resource e 'f' = {}\n}", Dialect::Template);
    let StatementKind::Resource(resource) = &file.statements[0].kind else { panic!("{file:?}") };
    let object = resource.body.object.as_ref().expect("a body");
    assert_eq!(object.get("c").and_then(Expr::as_str), Some("d"));
    assert_eq!((object.get("e"), object.properties().count(), object.resources().count()), (None, 1, 1));
}
