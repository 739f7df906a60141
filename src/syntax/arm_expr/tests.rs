use std::time::{Duration, Instant};

use super::*;
use crate::syntax::json;

const FILE: SourceId = SourceId(3);

/// A document whose only value is the string with this content, as it is written between the quotes.
fn document(content: &str) -> String {
    format!("{{ // é\r\n  \"k\\u00e9y\": \"{content}\" }}")
}

fn read(document: &str) -> (Parsed, Vec<SyntaxError>) {
    let json = json::parse(FILE, document);
    let Some(json::Node { kind: json::Kind::Object(members), .. }) = &json.root else { panic!("{document}") };
    let json::Node { kind: json::Kind::String(text), span } = &members[0].value else { panic!("{document}") };
    let (parsed, errors) = parse(FILE, text, span.start + 1);
    check(document, *span, &parsed, &errors);
    (parsed, errors)
}

/// What holds for every result.
fn check(document: &str, whole: Span, parsed: &Parsed, errors: &[SyntaxError]) {
    assert!(errors.len() <= MAX_ERRORS);
    assert!(errors.is_sorted_by_key(|error| error.span.start));
    for error in errors {
        assert!(whole.contains(error.span) && error.span.start < error.span.end, "{error:?} in {document}");
        assert!(document.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?} in {document}");
        assert!(!error.message.is_empty() && !error.message.ends_with('.'));
    }
    match parsed {
        Parsed::Literal(_) => assert_eq!(errors, []),
        Parsed::Expression(expr) => {
            let broken = check_expr(document, whole, expr, 0);
            assert!(!broken || !errors.is_empty(), "{document}");
        }
    }
}

/// Spans nest, follow one another and cut no character; says whether anything is broken.
fn check_expr(document: &str, outer: Span, expr: &Expr, depth: usize) -> bool {
    let Expr { span, kind } = expr;
    assert!(depth <= MAX_DEPTH);
    assert!(outer.contains(*span) && span.start <= span.end, "{expr:?} in {outer:?} of {document}");
    assert!(document.get(span.start as usize..span.end as usize).is_some(), "{expr:?} in {document}");
    let check_name = |name: &str, at: Span| {
        assert!(span.contains(at));
        let written = slice(document, at);
        assert!(written == name || written.contains("\\u"), "{written:?} for {name:?}");
    };
    match kind {
        Kind::Str(_) | Kind::Int(_) | Kind::Float(_) => {
            assert!(span.start < span.end);
            false
        }
        Kind::Call { name, name_span, args, .. } => {
            check_name(name, *name_span);
            assert!(args.is_sorted_by(|a, b| a.span.end <= b.span.start), "{expr:?} in {document}");
            assert!(args.first().is_none_or(|first| name_span.end < first.span.start));
            args.iter().filter(|arg| check_expr(document, *span, arg, depth + 1)).count() > 0
        }
        Kind::Property { base, name, name_span } => {
            check_name(name, *name_span);
            assert!(base.span.end < name_span.start && base.span.start == span.start && name_span.end == span.end);
            check_expr(document, *span, base, depth + 1)
        }
        Kind::Index { base, index } => {
            assert!(base.span.end < index.span.start && base.span.start == span.start);
            let broken = check_expr(document, *span, base, depth + 1);
            check_expr(document, *span, index, depth + 1) || broken
        }
        Kind::Broken => true,
    }
}

fn slice(document: &str, span: Span) -> &str {
    document.get(span.start as usize..span.end as usize).unwrap_or("(outside)")
}

/// Calls as `(name arguments…)`, properties and elements as `(. base name)` and `(@ base index)`, broken parts as `!`.
fn show(expr: &Expr) -> String {
    match &expr.kind {
        Kind::Str(value) => format!("{value:?}"),
        Kind::Int(value) => value.to_string(),
        Kind::Float(value) => format!("{value:?}"),
        Kind::Call { namespace, name, args, .. } => {
            let namespace = namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}."));
            let args: String = args.iter().flat_map(|arg| [" ".to_owned(), show(arg)]).collect();
            format!("({namespace}{name}{args})")
        }
        Kind::Property { base, name, .. } => format!("(. {} {name})", show(base)),
        Kind::Index { base, index } => format!("(@ {} {})", show(base), show(index)),
        Kind::Broken => "!".to_owned(),
    }
}

fn show_parsed(parsed: &Parsed) -> String {
    match parsed {
        Parsed::Literal(value) => format!("literal {value}"),
        Parsed::Expression(expr) => show(expr),
    }
}

#[test]
fn brackets_at_both_ends_make_an_expression_and_two_at_the_start_unmake_it() {
    for (content, literal) in [
        ("", ""),
        ("[", "["),
        ("]", "]"),
        ("plain", "plain"),
        ("[[", "[["),
        ("[[]", "[]"),
        ("[[test value]", "[test value]"),
        ("[[[four]five]", "[[four]five]"),
        ("[[2]]", "[2]]"),
        ("[[ 'it\\\"s ]", "[ 'it\"s ]"),
        ("[test] value", "[test] value"),
        ("[[three]four", "[[three]four"),
        ("text [f()]", "text [f()]"),
        (" [f()]", " [f()]"),
        ("\\n[f()]", "\n[f()]"),
        ("[f()] ", "[f()] "),
        ("[f()]\\t", "[f()]\t"),
        ("\\u005b\\u005bf()]", "[f()]"),
    ] {
        assert_eq!(read(&document(content)), (Parsed::Literal(literal.to_owned()), Vec::new()), "{content}");
    }
    for content in ["[f()]", "[ f()]", "[f() ]", "\\u005bf()\\u005d", "[\\nf()\\r\\n]", "[\u{a0}f()\u{3000}]"] {
        assert_eq!(show_parsed(&read(&document(content)).0), "(f)", "{content}");
    }
}

#[test]
fn sound_expressions_are_read_without_errors() {
    for (content, expected) in [
        ("['a']", r#""a""#),
        ("['']", r#""""#),
        ("['''']", r#""'""#),
        ("['it''s ''x''']", r#""it's 'x'""#),
        ("['a]b[c)d(e,f']", r#""a]b[c)d(e,f""#),
        (r#"['a \"b\" \\ é \u00e9 🦀\n']"#, r#""a \"b\" \\ é é 🦀\n""#),
        (r"[\u0027a\u0027\u0027b']", r#""a'b""#),
        ("[0]", "0"),
        ("[-14]", "-14"),
        ("[+1]", "1"),
        ("[0123]", "123"),
        ("[9223372036854775807]", "9223372036854775807"),
        ("[9223372036854775808]", "9.223372036854776e18"),
        ("[1.5]", "1.5"),
        ("[-0.25e+2]", "-25.0"),
        ("[1E2]", "100.0"),
        ("[true()]", "(true)"),
        ("[NULL()]", "(NULL)"),
        ("[f('a',1,g())]", r#"(f "a" 1 (g))"#),
        ("[ concat ( 'a' , parameters( 'b' ) ) ]", r#"(concat "a" (parameters "b"))"#),
        ("[\\n\\tf(\\r\\n  1,\n  2\n)\\n]", "(f 1 2)"),
        ("[contoso.uniqueName('x')]", r#"(contoso.uniqueName "x")"#),
        ("[ __bicep . $f_1 () ]", "(__bicep.$f_1)"),
        ("[resourceGroup().location]", "(. (resourceGroup) location)"),
        ("[a() . b . c]", "(. (. (a) b) c)"),
        ("[n.a().b]", "(. (n.a) b)"),
        (
            "[variables('v')[0]['k'].x[ copyIndex( 'l' , 1 ) ]]",
            r#"(@ (. (@ (@ (variables "v") 0) "k") x) (copyIndex "l" 1))"#,
        ),
        (
            "[coalesce(variables('roles'), createArray())[copyIndex()].principalId]",
            r#"(. (@ (coalesce (variables "roles") (createArray)) (copyIndex)) principalId)"#,
        ),
        (
            "[map(range(0, 2), lambda('i', lambdaVariables('i')))]",
            r#"(map (range 0 2) (lambda "i" (lambdaVariables "i")))"#,
        ),
        (
            "[if(equals(parameters('n'), 0), null(), json('{\\\"a\\\": [1]}'))]",
            r#"(if (equals (parameters "n") 0) (null) (json "{\"a\": [1]}"))"#,
        ),
        ("[größe.maß('ß').länge]", r#"(. (größe.maß "ß") länge)"#),
    ] {
        let (parsed, errors) = read(&document(content));
        assert_eq!((show_parsed(&parsed).as_str(), errors), (expected, Vec::new()), "{content}");
    }
}

#[test]
fn broken_expressions_give_errors_where_the_fault_is_and_the_sound_rest() {
    for (content, expected, errors) in [
        ("[]", "!", "]: expected an expression before this `]`"),
        ("[  ]", "!", "]: expected an expression before this `]`"),
        ("[,]", "!", ",: expected an expression before this `,`"),
        ("[Preview]", "!", "Preview: expected `(` after this function name"),
        ("[Preview]: audit [all]", "!", "Preview: expected `(` after this function name"),
        ("[true]", "!", "true: expected `(` after this function name"),
        ("[a.b]", "!", "b: expected `(` after this function name"),
        ("[a.b.c()]", "!", "b: expected `(` after this function name"),
        ("[a.()]", "!", ".: expected a function name after this `.`"),
        ("[(a())]", "!", "(: expected an expression here"),
        (r#"[\"a\"]"#, "!", r#"\": expected an expression here"#),
        ("[{ 'a': 1 }]", "!", "{: expected an expression here"),
        ("[é🦀()]", "!", "é: expected `(` after this function name"),
        ("[🦀é()]", "!", "🦀: expected an expression here"),
        ("[a() b()]", "!", "b: expected the end of the expression here"),
        ("[a()] and [b()]", "!", "]: expected the end of the expression here"),
        ("['a'.b]", "!", ".: expected the end of the expression here"),
        ("[a() + 1]", "!", "+: expected the end of the expression here"),
        // A bracket too many.
        ("[a())]", "(a)", "): expected the end of the expression here"),
        ("[f(a()[0]]).x]", "!", "]: expected `)` before this `]`"),
        ("[f(1)],]", "(f 1)", "]: expected the end of the expression here"),
        // A bracket missing.
        ("[f(]", "(f !)", "]: expected an expression before this `]`"),
        ("[f('a']", r#"(f "a" !)"#, "(: this `(` is never closed"),
        ("[f('a', g('b'  ]", r#"(f "a" (g "b" !) !)"#, "(: this `(` is never closed"),
        ("[f(1).x[g(2].y]", "(. (@ (. (f 1) x) (g 2 !)) y)", "]: expected `)` before this `]`"),
        ("[a()[0]", "(@ (a) !)", "[: this `[` is never closed"),
        ("[a()[]", "(@ (a) !)", "]: expected an expression before this `]`"),
        ("[f(a()[0)]", "(f (@ (a) !))", "): expected `]` here"),
        // Parts that are missing or of no use.
        ("[f('a',,'b')]", r#"(f "a" ! "b")"#, ",: expected an expression before this `,`"),
        ("[f('a',)]", r#"(f "a" !)"#, "): expected an expression before this `)`"),
        ("[f(,'a')]", r#"(f ! "a")"#, ",: expected an expression before this `,`"),
        ("[a()[].b]", "(. (@ (a) !) b)", "]: expected an expression before this `]`"),
        ("[a()[0 1].b]", "(. (@ (a) !) b)", "1: expected `]` here"),
        ("[f(a(). , 'b')]", r#"(f ! "b")"#, ".: expected a property name after this `.`"),
        ("[f(a().?b, 'c')]", r#"(f ! "c")"#, ".: expected a property name after this `.`"),
        ("[f(a().1)]", "(f !)", ".: expected a property name after this `.`"),
        (
            "[f('a' 'b', c(']', '''')[x(1, 2)], 'd')]",
            r#"(f ! (@ (c "]" "'") (x 1 2)) "d")"#,
            "': expected `,` or `)` here",
        ),
        ("[f(a(1).b(2), 3)]", "(f ! 3)", "(: expected `,` or `)` here"),
        ("[f(parameters, 'a')]", r#"(f ! "a")"#, "parameters: expected `(` after this function name"),
        ("[f(@[,](,), 'a')]", r#"(f ! "a")"#, "@: expected an expression here"),
        // Quotes: what a stray one may have swallowed is not to be trusted.
        ("[f('a, 'b', 'c')]", "(f !)", "b: expected `,` or `)` here"),
        ("[f('it's', 'b')]", "(f !)", "s: expected `,` or `)` here"),
        ("[f('a', parameters('b)]", r#"(f "a" (parameters !) !)"#, "': this string is never closed"),
        ("[f('a', b')]", r#"(f "a" !)"#, "b: expected `(` after this function name"),
        ("[']", "!", "': this string is never closed"),
        ("['a'']", "!", "': this string is never closed"),
        // Numbers.
        ("[1.]", "!", "1.: not a valid number"),
        ("[-.2]", "!", "-.2: not a valid number"),
        ("[f(-, 1)]", "(f ! 1)", "-: not a valid number"),
        ("[f(1a, 0x1F, 1e999, -inf, 1_0)]", "(f ! ! ! ! !)", "1a: not a valid number"),
        ("[1.5.x]", "!", "1.5.x: not a valid number"),
    ] {
        let document = document(content);
        let (parsed, found) = read(&document);
        let first = &found[0];
        let first = format!("{}: {}", slice(&document, first.span), first.message);
        assert_eq!((show_parsed(&parsed).as_str(), first.as_str()), (expected, errors), "{content}");
    }
}

#[test]
fn one_fault_is_one_error() {
    for content in [
        "[]",
        "[Preview]: audit [all]",
        "[f(]",
        "[f(g]",
        "[f(g(h('a']",
        "[f(g(h(]",
        "[f(g(h('a]",
        "[f('a, 'b', 'c')]",
        "[f('it's', 'b')]",
        "[f('a', b')]",
        "[f(g(),]",
        "[f(@(]",
        "[a()[b()[]",
        "[a(())]",
        "[f(g(1 2))]",
        "[x() y() z()]",
    ] {
        let (_, errors) = read(&document(content));
        assert_eq!(errors.len(), 1, "{content} {errors:?}");
    }
}

#[test]
fn spans_are_those_of_the_file_whatever_escapes_stand_before_and_inside() {
    let document = document(
        r#"[\n\u0020concat(\u0027é\"\u0027, \tcontoso.na\u006de(-12)\u005b 'k\\' ].prop\u0065rty.x [1.5],\r\nnull ( ) )\n]"#,
    );
    let (parsed, errors) = read(&document);
    assert_eq!(errors, []);
    let Parsed::Expression(expr) = parsed else { panic!() };
    assert_eq!(show(&expr), r#"(concat "é\"" (@ (. (. (@ (contoso.name -12) "k\\") property) x) 1.5) (null))"#);
    let mut found = Vec::new();
    collect(&document, &expr, &mut found);
    assert_eq!(
        found,
        [
            r#"concat(\u0027é\"\u0027, \tcontoso.na\u006de(-12)\u005b 'k\\' ].prop\u0065rty.x [1.5],\r\nnull ( ) )"#,
            "name concat",
            r#"\u0027é\"\u0027"#,
            r"contoso.na\u006de(-12)\u005b 'k\\' ].prop\u0065rty.x [1.5]",
            r"contoso.na\u006de(-12)\u005b 'k\\' ].prop\u0065rty.x",
            r"contoso.na\u006de(-12)\u005b 'k\\' ].prop\u0065rty",
            r"contoso.na\u006de(-12)\u005b 'k\\' ]",
            r"contoso.na\u006de(-12)",
            r"name na\u006de",
            "-12",
            r"'k\\'",
            r"name prop\u0065rty",
            "name x",
            "1.5",
            "null ( )",
            "name null",
        ]
    );
}

/// The text of every span, parents first.
fn collect(document: &str, expr: &Expr, into: &mut Vec<String>) {
    into.push(slice(document, expr.span).to_owned());
    let name = |span: Span| format!("name {}", slice(document, span));
    match &expr.kind {
        Kind::Str(_) | Kind::Int(_) | Kind::Float(_) | Kind::Broken => {}
        Kind::Call { name_span, args, .. } => {
            into.push(name(*name_span));
            args.iter().for_each(|arg| collect(document, arg, into));
        }
        Kind::Property { base, name_span, .. } => {
            collect(document, base, into);
            into.push(name(*name_span));
        }
        Kind::Index { base, index } => {
            collect(document, base, into);
            collect(document, index, into);
        }
    }
}

const NASTY: &str = r"concat('it''s é', \u0027\ud83e\udd80\\\u0027, contoso.f(-1.5e+3 , null())[ 'k' ].größe[0],\n if(a(),b(' ]'),c()))";

#[test]
fn cut_or_changed_anywhere_it_neither_panics_nor_loses_its_spans() {
    let whole = document(&format!("[{NASTY}]"));
    assert_eq!(read(&whole).1, []);
    let boundaries: Vec<usize> = NASTY.char_indices().map(|(at, _)| at).chain([NASTY.len()]).collect();
    for &at in &boundaries {
        let (head, tail) = NASTY.split_at(at);
        for content in [head, tail] {
            // A cut escape would make the string of the document run on.
            if content.ends_with('\\') && !content.ends_with("\\\\") {
                continue;
            }
            read(&document(&format!("[{content}]")));
        }
        for insert in ["'", "(", ")", "[", "]", ",", ".", "-", "@", "é", " ", "0", "a", "''", "[[", "\\n", "\\\\"] {
            read(&document(&format!("[{head}{insert}{tail}]")));
            let rest = tail.get(tail.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            if !head.ends_with('\\') && !tail.starts_with('\\') {
                read(&document(&format!("[{head}{insert}{rest}]")));
            }
        }
    }
}

#[test]
fn any_sequence_of_tokens_is_survived() {
    let tokens = ["'", "(", ")", "[", "]", ",", ".", "f", "1", "-", " ", "g(", "'a'", "\\n", "@", "é", ").x", "[0]"];
    let mut state = 42_u64;
    for _ in 0..20_000 {
        let mut content = String::from("[");
        for _ in 0..=state % 14 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            content.push_str(tokens[usize::try_from(state >> 33).unwrap() % tokens.len()]);
        }
        content.push(']');
        read(&document(&content));
    }
}

#[test]
fn depth_is_limited_in_every_direction() {
    let nested = |levels: usize| format!("[{}1{}]", "f(".repeat(levels), ")".repeat(levels));
    assert_eq!(read(&document(&nested(MAX_DEPTH))).1, []);
    let (parsed, errors) = read(&document(&nested(MAX_DEPTH + 1)));
    assert_eq!((errors.len(), errors[0].message.as_str()), (1, "nested more than 128 levels deep"));
    assert!(show_parsed(&parsed).starts_with("(f (f ("), "the outer levels are kept");

    let chained = |links: usize| format!("[g(f(){}, 1)]", ".a".repeat(links));
    assert_eq!(read(&document(&chained(MAX_DEPTH - 2))).1, []);
    let (parsed, errors) = read(&document(&chained(MAX_DEPTH)));
    assert_eq!((show_parsed(&parsed).as_str(), errors.len()), ("(g ! 1)", 1));

    let indexed = |levels: usize| format!("[{}1{}]", "f()[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(&document(&indexed(MAX_DEPTH - 1))).1, []);
    assert_eq!(read(&document(&indexed(MAX_DEPTH))).1.len(), 1);
}

#[test]
fn hostile_texts_take_linear_time() {
    let many = 100_000;
    let repeated = |unit: &str| format!("[{}]", unit.repeat(many));
    let called = |unit: &str| format!("[f({})]", unit.repeat(many));
    let start = Instant::now();
    for content in [
        repeated("f("),
        repeated("f()["),
        repeated("["),
        repeated("]"),
        repeated("("),
        repeated(")"),
        repeated(","),
        repeated("'"),
        repeated("'a"),
        repeated("''a'"),
        repeated("f('"),
        repeated(" "),
        repeated(".a"),
        repeated("a."),
        repeated("@"),
        repeated("-"),
        repeated("1"),
        repeated("a"),
        repeated("é"),
        repeated("\\u0027"),
        repeated("\\n"),
        repeated("f(]"),
        repeated("f()[)"),
        called(","),
        called("1,"),
        called("'a' "),
        called("a(),"),
        called("@,"),
        called(".a"),
        called("a()[,"),
        called("f(  "),
        format!("[f(){}]", ".a".repeat(many)),
        format!("[f(){}]", "[0]".repeat(many)),
        format!("[f(){}]", "[f()".repeat(many)),
        format!("[f({}", "\\u0020".repeat(many)),
        format!("[f('{}')]", "\\u0027\\u0027".repeat(many)),
    ] {
        read(&document(&content));
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
