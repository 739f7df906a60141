use std::fmt::Write;
use std::time::{Duration, Instant};

use super::*;

const EVERYTHING: &str = "\u{feff}targetScope = 'tenant' // é\r\n#disable-next-line a\r\n@sys.secure()\r\n\
    param p { a: 'x' | -1, *: int[]?, @d()\n b: resourceInput<'y'>.z[*] } = { ...q, '${é}': \"🦀\" }\n\
    resource r 'T@${v}' existing = [for (a, i) in f(1,\n 2): if (a.?b[?^0]!) {\n  n: '''m\n'o''' ?? $$'''x$${y}${z}'''\n\
    @e()\n  resource s 'U' = {}\n}]\n/* c\n */ func f(a int) int => a ? b::c : d => e\n\
    import { a as b, 'c' as d } from 'e'\nextension x with { y: 1 } as z\nvar v = '\\u{1F980}\\'${ {a: '${b}'} }'\n\
    using 'a' with {}\nextensionConfig a with {}\nassert a = !b && c != d\ntest t 'u' = {}\n";

/// What files of one repeated piece are made of.
const PIECES: &str = "{§}§[§]§(§)§${§'${§$'''${§'''§'§''§?§!§@§.§-§,§= §|§<§...§::§*§\n§\r§/*§//§#§é§\\§$§'\\§\" §1§a.§a[§a[?§\
    a?§a?b:§a??§a+§a=>§a!§a::b§a ? -b : (§a => {b: (§f(§f(\n§f(a => §(a,§(\n§[...§[\n§{a:§{a:\n§a: (\n§b: f(\n§a: '${\n§\
    '${a}§'${a}${'§'${{§'${f({a: [§'a\n§} {§[for a in §[for a in b:§if (§!a && -§x|§a<§x[]§x<{a: [(§{\n@a({b: [\n§@a()\n§\
    var a = {\n§\nvar a = [§param a §type a = {\n§import {§resource a 'b' = {\n§ resource a 'b' = {\n§\
    resource a 'b' = [for c in d: if (e) {\n§ resource a 'b' = [for c in d: if (e) {\n";

#[test]
fn any_cut_is_read_without_a_panic() {
    for (before, after) in (0..=EVERYTHING.len()).filter_map(|at| EVERYTHING.split_at_checked(at)) {
        for text in [before, after] {
            read(text, Dialect::Template);
            read(text, Dialect::Parameters);
        }
    }
}

#[test]
fn any_missing_or_doubled_byte_is_read_without_a_panic() {
    for (at, char) in EVERYTHING.char_indices() {
        let (before, rest) = EVERYTHING.split_at(at);
        let after = rest.get(char.len_utf8()..).expect("a character");
        read(&format!("{before}{after}"), Dialect::Template);
        read(&format!("{before}{char}{char}{after}"), Dialect::Template);
        for other in ["{", "}", "'", "\n", "(", "]"] {
            read(&format!("{before}{other}{after}"), Dialect::Template);
        }
    }
}

#[test]
fn long_runs_of_anything_take_little_time() {
    let start = Instant::now();
    for piece in PIECES.split('§') {
        let run = piece.repeat(100_000 / piece.len());
        for before in [
            "",
            "var a = ",
            "param a ",
            "var a = {\n",
            "var a = '",
            "var a = '${",
            "var a = [\n'\n",
            "type a = ",
            "resource a 'b' = {\n",
        ] {
            read(&format!("{before}{run}"), Dialect::Template);
        }
        read(&run, Dialect::Parameters);
    }
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn one_line_with_many_mistakes_takes_little_time() {
    let start = Instant::now();
    let file = read(&format!("var a = ['\\q', {}", "= , ".repeat(100_000)), Dialect::Template);
    assert_eq!(file.errors.len(), 1);
    let mut text = String::new();
    for n in 0..20_000 {
        let _ = writeln!(text, "var a{n} = =");
    }
    let file = read(&text, Dialect::Template);
    assert_eq!((file.errors.len(), file.statements.len()), (MAX_ERRORS, 20_000));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn trees_are_deep_enough_and_not_too_deep() {
    let nested = |depth: usize| format!("var a = {}1{}\nvar b = 1", "[".repeat(depth), "]".repeat(depth));
    let chain = |length: usize| format!("var a = b{}\nvar b = 1", ".c".repeat(length));
    for (text, sound) in [(nested(150), true), (nested(250), false), (chain(150), true), (chain(250), false)] {
        let file = read(&text, Dialect::Template);
        assert_eq!(file.errors.is_empty(), sound, "{:?}", file.errors);
        assert!(file.errors.len() <= 1, "{:?}", file.errors);
        assert_eq!(file.statements.len(), 2);
    }
    // Nested chains add up, too.
    let text = format!("var a = {}b{}", "(".repeat(100), format!("{})", ".c".repeat(10)).repeat(100));
    assert_eq!(read(&text, Dialect::Template).errors.len(), 1);
}
