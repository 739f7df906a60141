#![expect(clippy::string_slice, reason = "a test stops at a surprise")]

use super::{Ends, Piece, PieceKind, construct, hcl, json};
use crate::syntax::bicep;

fn comments(text: &str, pieces: &[Piece]) -> Vec<String> {
    let comments = pieces.iter().filter(|piece| piece.kind == PieceKind::Comment);
    comments.map(|piece| text[piece.start as usize..piece.end as usize].to_owned()).collect()
}

/// What stands below the comment `C`.
fn below<'t>(text: &'t str, pieces: &[Piece], ends: Ends) -> Option<&'t str> {
    let is_mark = |piece: &Piece| {
        piece.kind == PieceKind::Comment && text[piece.start as usize..piece.end as usize].ends_with('C')
    };
    let at = pieces.iter().position(is_mark).expect("the comment");
    let (start, end) = construct(pieces, at + 1, ends)?;
    Some(&text[start as usize..end as usize])
}

#[test]
fn comments_of_hcl_are_no_strings() {
    let text = "\u{feff}# é\r\na = \"x # no ${ /* in a hole */ \"//no${b}\" } // no\" // yes\r\n\
        h = <<-EOT # text\r\n  # no ${ \"#no\" /* deep */ } // no\r\n  $${ # no }\r\n  EOT\r\n/* two\n lines */ b = \"\\\"#\" # end\n\
        c = \"$${x} # no\" #\n";
    // `<<-EOT # text` begins no heredoc, as its line goes on.
    let found = comments(text, &hcl(text));
    assert_eq!(found.first().map(String::as_str), Some("# é"));
    let text = "h = <<-EOT\r\n  # no ${ \"#no\" /* deep */ } // no\r\n  $${ # no }\r\n  %{ if a # hole\n }x%{ endif }\n EOT\r\n/* two\n lines */ b = \"\\\"#\" # end\nc = \"$${x} # no ${\"${1}#\"}#\" #\r\n";
    assert_eq!(comments(text, &hcl(text)), ["/* deep */", "# hole", "/* two\n lines */", "# end", "#"]);
    let text = "a = \"x # no ${ /* in a hole */ \"//no${b}\" } // no\" // yes\r\nd = \"open # no\nb = 1 # yes\r";
    assert_eq!(comments(text, &hcl(text)), ["/* in a hole */", "// yes", "# yes"]);
}

#[test]
fn comments_of_json_are_no_strings() {
    let text = "\u{feff}// a\r\n{ \"u\": \"https://x/*no*/\", /* b\n */ \"m\": \"two\n // no \\\" // no\n\", \"é\": '//' } // c";
    assert_eq!(comments(text, &json(text)), ["// a", "/* b\n */", "// c"]);
    let text = "{ \"a\": \"open // no\n}\n// yes";
    assert_eq!(comments(text, &json(text)), ["// yes"]);
}

#[test]
fn comments_of_bicep_are_no_strings() {
    let text = "\u{feff}// a\r\nvar u = 'https://x/*no*/${ /* b */ '//no' } // no' // c\r\nvar m = '''\n// no\n/* no */\n''' /* d */\nvar n = $'''\n// no ${/* e */ x}\n'''\n#disable-next-line BCP037 // f\nvar p = 1";
    assert_eq!(comments(text, &bicep::pieces(text)), ["// a", "/* b */", "// c", "/* d */", "/* e */", "// f"]);
}

#[test]
fn a_construct_is_what_begins_on_the_next_line_of_code() {
    for (text, expected) in [
        ("# C\n\n# more\nresource \"a\" \"b\" {\n  x = 1\n}\nb {}\n", "resource \"a\" \"b\" {\n  x = 1\n}"),
        ("a {\n  # C\n  x = [\n    1,\n  ] # d\n  y = 2\n}\n", "x = [\n    1,\n  ]"),
        ("x = [\n  # C\n  {\n    a = 1\n  },\n  2,\n]\n", "{\n    a = 1\n  },"),
        ("# C\nx = <<EOT\n}\n${a}\nEOT\ny = 1\n", "x = <<EOT\n}\n${a}\nEOT"),
        ("# C\nx = \"${\na\n}\"\ny = 1", "x = \"${\na\n}\""),
        ("a {\n  # C\n  x = 1 }\n", "x = 1"),
        ("# C\r\na = 1\r\nb = 2\r\n", "a = 1"),
    ] {
        assert_eq!(below(text, &hcl(text), Ends::WithLine), Some(expected), "{text}");
    }
    assert_eq!(below("a {\n # C\n}\n", &hcl("a {\n # C\n}\n"), Ends::WithLine), None);
    for (text, expected) in [
        ("{\n// C\n\"a\":\n {\n \"b\": 1\n },\n\"c\": 2 }", "\"a\":\n {\n \"b\": 1\n },"),
        ("[\n// C\n{ \"b\": 1 }\n, 3]", "{ \"b\": 1 }\n, 3"),
        ("{\n// C\n\"a\": 1\n}", "\"a\": 1"),
        ("// C\n{\n\"a\": 1\n}\n", "{\n\"a\": 1\n}"),
    ] {
        assert_eq!(below(text, &json(text), Ends::WithComma), Some(expected), "{text}");
    }
    for (text, expected) in [
        (
            "// C\n#disable-next-line x\n@secure()\n@description('a')\nparam a string\nvar b = 1",
            "@secure()\n@description('a')\nparam a string",
        ),
        ("// C\nvar a = b\n  ? 1\n  : 2\nvar c = 1", "var a = b\n  ? 1\n  : 2"),
        ("// C\nresource a 'b@1' = if (c) {\n  d: 'x${\n e}'\n}\nvar c = 1", "resource a 'b@1' = if (c) {\n  d: 'x${"),
        ("resource a 'b@1' = {\n  // C\n  d: [\n    1\n  ]\n  e: 1\n}", "d: [\n    1\n  ]"),
        ("// C\r\nvar a = '''\n}\n'''\r\nvar b = 1", "var a = '''\n}\n'''"),
    ] {
        let found = below(text, &bicep::pieces(text), Ends::WithLine);
        assert!(found.is_some_and(|found| found.starts_with(expected)), "{text}: {found:?}");
    }
}

#[test]
fn whatever_is_in_a_text_its_pieces_come_in_order() {
    let texts =
        ["\"${\"${\"", "<<A\n${", "}}}]]", "/*", "#", "\"\\", "'\\", "<<-\n", "a = \"é", "%{${%%{$${\n", "\u{feff}"];
    for first in texts {
        for second in texts {
            let text = format!("{first}é{second}");
            for pieces in [hcl(&text), json(&text), bicep::pieces(&text)] {
                let mut end = 0;
                for piece in pieces {
                    assert!(piece.start >= end && piece.start < piece.end, "{text}: {piece:?}");
                    assert!(text.get(piece.start as usize..piece.end as usize).is_some(), "{text}: {piece:?}");
                    end = piece.end;
                }
            }
        }
    }
}
