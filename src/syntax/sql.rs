//! Statements that make database users of principals of Entra ID, in T-SQL and in that of `PostgreSQL`. A scanner, not a
//! parser: other statements pass by unread, and nothing is a syntax error.

use std::collections::{HashMap, HashSet};

/// A user, login or role that is made for a principal of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalUser {
    /// The name, without its quotes.
    pub name: String,
    /// Where it stands, in bytes, quotes included.
    pub span: (usize, usize),
    /// Where else it stands in the script, quotes included.
    pub others: Vec<(usize, usize)>,
}

/// As much of another language is looked at behind a word that may begin a statement.
const WINDOW: usize = 4096;
/// As many statements inside a text of another language are looked at.
const MOST: usize = 1000;

/// What a script makes.
#[must_use]
pub fn external_users(script: &str) -> Vec<ExternalUser> {
    let tokens = tokens(script, 0);
    let mut places: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
    for token in &tokens {
        if let Kind::Name(own) | Kind::Text(own) = &token.kind {
            places.entry(own).or_default().push((token.start, token.end));
        }
    }
    let mut found: Vec<ExternalUser> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for at in 0..tokens.len() {
        let Some((name, span)) = statement(tokens.get(at..).unwrap_or_default()) else { continue };
        // A name counts once, where it is made first.
        if seen.insert(name.to_lowercase()) {
            let others = places.get(name).into_iter().flatten().filter(|other| **other != span).copied().collect();
            found.push(ExternalUser { name: name.to_owned(), span, others });
        }
    }
    found
}

/// What statements inside a text of another language make, such as a command line.
#[must_use]
pub fn external_users_within(text: &str) -> Vec<ExternalUser> {
    let lower = text.to_ascii_lowercase();
    let makes_user = |at: &usize| {
        let rest = lower.get(at + "create".len()..).unwrap_or("").trim_start();
        rest.starts_with("user") || rest.starts_with("login")
    };
    let creates = lower.match_indices("create").map(|hit| hit.0).filter(makes_user);
    let calls = lower.match_indices("pgaadauth_create_principal(").map(|hit| hit.0);
    let mut starts: Vec<usize> = creates.chain(calls).take(MOST).collect();
    starts.sort_unstable();
    let mut found: Vec<ExternalUser> = Vec::new();
    for start in starts {
        let mut end = text.len().min(start + WINDOW);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let tokens = tokens(text.get(start..end).unwrap_or_default(), start);
        if let Some((name, span)) = statement(&tokens)
            && !found.iter().any(|other| other.name.eq_ignore_ascii_case(name))
        {
            found.push(ExternalUser { name: name.to_owned(), span, others: Vec::new() });
        }
    }
    found
}

#[derive(Debug)]
enum Kind {
    Word(String),
    /// In brackets or double quotes.
    Name(String),
    /// In single quotes.
    Text(String),
    Symbol(char),
}

#[derive(Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own.eq_ignore_ascii_case(word))
    }
}

/// The name in a statement that begins with these tokens.
fn statement(tokens: &[Token]) -> Option<(&str, (usize, usize))> {
    match tokens {
        [create, what, name, from, external, provider, rest @ ..]
            if create.is("create")
                && (what.is("user") || what.is("login"))
                && from.is("from")
                && external.is("external")
                && provider.is("provider") =>
        {
            let Kind::Name(text) = &name.kind else { return None };
            (!names_an_id(rest) && is_name(text)).then_some((text, (name.start, name.end)))
        }
        [function, open, name, rest @ ..]
            if function.is("pgaadauth_create_principal") && matches!(open.kind, Kind::Symbol('(')) =>
        {
            let Kind::Text(text) = &name.kind else { return None };
            // With five arguments the id of the principal is one of them.
            let inside = rest.iter().take_while(|token| !matches!(token.kind, Kind::Symbol(')')));
            let commas = inside.filter(|token| matches!(token.kind, Kind::Symbol(','))).count();
            (commas == 2 && is_name(text)).then_some((text, (name.start, name.end)))
        }
        _ => None,
    }
}

/// Whether a statement goes on `WITH OBJECT_ID = …` or `WITH SID = …`: then any name will do.
fn names_an_id(rest: &[Token]) -> bool {
    const NEXT: [&str; 8] = ["go", "create", "alter", "grant", "exec", "execute", "end", "begin"];
    rest.first().is_some_and(|token| token.is("with"))
        && rest
            .iter()
            .take_while(|token| !matches!(token.kind, Kind::Symbol(';')) && !NEXT.iter().any(|word| token.is(word)))
            .any(|token| token.is("object_id") || token.is("sid"))
}

/// Whether a text is a name as it is, not one that is filled in when the script is run.
fn is_name(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 5] = ["$(", "#{", "{{", "<", "%"];
    !text.is_empty() && !PLACEHOLDERS.iter().any(|mark| text.contains(mark))
}

/// Words, names, texts and symbols; comments and white space are left out. An open quote ends the list.
fn tokens(text: &str, offset: usize) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match (byte, next) {
            (b'-', Some(b'-')) => {
                at = text.get(at..).and_then(|rest| rest.find('\n')).map_or(bytes.len(), |line| at + line);
            }
            (b'/', Some(b'*')) => at = after_comment(bytes, at),
            (b'[' | b'"' | b'\'', _) | (b'N' | b'n', Some(b'\'')) => {
                let open = if matches!(byte, b'N' | b'n') { at + 1 } else { at };
                let close = match bytes.get(open) {
                    Some(b'[') => b']',
                    Some(other) => *other,
                    None => break,
                };
                let Some((inner, end)) = quoted(text, open, close) else { break };
                let kind = if close == b'\'' { Kind::Text(inner) } else { Kind::Name(inner) };
                found.push(Token { kind, start: offset + open, end: offset + end });
                at = end;
            }
            // A quote that another language had to escape.
            (b'\\', Some(b'"')) => at += 1,
            _ if byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80 => {
                let rest = bytes.get(at..).unwrap_or_default();
                let is_part =
                    |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'$') || **byte >= 0x80;
                let end = at + rest.iter().take_while(is_part).count();
                let word = text.get(at..end).unwrap_or_default().to_owned();
                found.push(Token { kind: Kind::Word(word), start: offset + at, end: offset + end });
                at = end;
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    found.push(Token { kind: Kind::Symbol(*byte as char), start: offset + at, end: offset + at + 1 });
                }
                at += 1;
            }
        }
    }
    found
}

/// Where a comment ends; both dialects nest them.
fn after_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start + 2, 1_usize);
    while depth > 0 {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (Some(_), _) => at += 1,
            (None, _) => return bytes.len(),
        }
    }
    at
}

/// What stands in quotes that open at `open`, and where they end. A closing quote written twice is one.
fn quoted(text: &str, open: usize, close: u8) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    loop {
        if *bytes.get(at)? == close {
            if bytes.get(at + 1) != Some(&close) {
                break;
            }
            at += 1;
        }
        at += 1;
    }
    let closing = close as char;
    let inner = text.get(open + 1..at)?.replace(&format!("{closing}{closing}"), &closing.to_string());
    Some((inner.trim_end_matches('\\').to_owned(), at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<String> {
        external_users(script).into_iter().map(|user| user.name).collect()
    }

    #[test]
    fn statements_of_both_dialects_are_found() {
        let script = "create  USER\t[a-b] /* x /* y */ */ from EXTERNAL\r\nprovider;\nCREATE LOGIN \"c\" FROM EXTERNAL PROVIDER\nselect * from pgaadauth_create_principal('d', false, false);";
        assert_eq!(names(script), ["a-b", "c", "d"]);
        assert_eq!(external_users("CREATE USER [é]]x] FROM EXTERNAL PROVIDER")[0].name, "é]x");
    }

    #[test]
    fn spans_are_bytes_with_quotes() {
        let script = "-- é\nCREATE USER [a] FROM EXTERNAL PROVIDER\nALTER ROLE r ADD MEMBER [a]";
        let user = &external_users(script)[0];
        assert_eq!(script.get(user.span.0..user.span.1), Some("[a]"));
        assert_eq!(user.others.len(), 1);
        assert_eq!(script.get(user.others[0].0..user.others[0].1), Some("[a]"));
    }

    #[test]
    fn what_is_no_such_statement_is_passed_by() {
        for script in [
            "-- CREATE USER [a] FROM EXTERNAL PROVIDER",
            "/* CREATE USER [a] FROM EXTERNAL PROVIDER */",
            "SELECT 'CREATE USER [a] FROM EXTERNAL PROVIDER'",
            "CREATE USER [a] WITHOUT LOGIN",
            "CREATE USER [a] FROM EXTERNAL PROVIDER WITH OBJECT_ID = '0'",
            "CREATE USER [$(x)-a] FROM EXTERNAL PROVIDER",
            "SELECT pgaadauth_create_principal('a', '0', 'service', false, false)",
            "CREATE USER [a",
            "/* open",
            "'open",
        ] {
            assert!(names(script).is_empty(), "{script}");
        }
    }

    #[test]
    fn statements_in_command_lines_are_found() {
        let command =
            "sqlcmd --x -Q \"CREATE USER [a] FROM EXTERNAL PROVIDER;\" 'CREATE USER \\\"b\\\" FROM EXTERNAL PROVIDER'";
        let found: Vec<String> = external_users_within(command).into_iter().map(|user| user.name).collect();
        assert_eq!(found, ["a", "b"]);
    }
}
