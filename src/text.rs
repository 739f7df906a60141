//! Small helpers for words.

/// How many letters must be added, removed or changed to turn one text into the other; `limit + 1` if more than `limit`.
#[must_use]
pub fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let change = diagonal + usize::from(x != y);
            diagonal = *cell;
            left = change.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0).min(limit + 1)
}

/// `1 file`, `2 files`.
#[must_use]
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// A text on one line: line breaks and other control characters become spaces.
#[must_use]
pub fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.replace("\r\n", " ").replace(char::is_control, " ").into()
    } else {
        text.into()
    }
}

/// Whether a pattern matches a text: `*` stands for any letters, `?` for one.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // For each number of letters of the text, whether the pattern so far matches these.
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for wanted in pattern {
        let mut next = vec![false; text.len() + 1];
        let mut any = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = reached.get(at).copied().unwrap_or(false);
            any |= here;
            let before = at.checked_sub(1);
            let after_one = before.is_some_and(|before| {
                let fits = wanted == '?' || text.get(before) == Some(&wanted);
                fits && reached.get(before).copied().unwrap_or(false)
            });
            *slot = if wanted == '*' { any } else { after_one };
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

/// Bytes as text. Bytes that are not UTF-8 become `?`, one each, so that offsets stay right; the range of the first of them.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> (String, Option<(usize, usize)>) {
    let mut bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let mut first = None;
    let mut from = 0;
    while let Some(Err(error)) = bytes.get(from..).map(std::str::from_utf8) {
        let start = from + error.valid_up_to();
        let length = error.error_len().unwrap_or(bytes.len() - start);
        first = first.or(Some((start, start + length)));
        if let Some(bad) = bytes.get_mut(start..start + length) {
            bad.fill(b'?');
        }
        from = start + length;
    }
    (String::from_utf8_lossy(&bytes).into_owned(), first)
}

/// The one of these names that is most like another one, if any is.
#[must_use]
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.trim().to_lowercase().replace(['_', ' '], "-");
    let letters = wanted.chars().count();
    let limit = (letters / 3).clamp(if letters < 4 { 1 } else { 2 }, 8);
    let near = names.into_iter().map(|name| (distance(&wanted, name, limit), name));
    near.filter(|(distance, _)| *distance <= limit).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{decode, distance, matches, nearest};

    #[test]
    fn bytes_that_are_not_utf8_keep_offsets() {
        let (text, bad) = decode(b"a = \"\xff\xfe\"\nb = \"\xc3\xa9\xc3\"".to_vec());
        assert_eq!((text.as_str(), bad), ("a = \"??\"\nb = \"é?\"", Some((5, 6))));
    }

    #[test]
    fn a_name_that_is_meant_is_found() {
        let names = ["ignore", "select", "min-severity"];
        for (name, expected) in
            [("ignored", Some("ignore")), ("Min_Severity", Some("min-severity")), ("x", None), ("", None)]
        {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (a, b, expected) in
            [("", "", 0), ("abc", "abc", 0), ("kitten", "sitting", 3), ("ab", "ba", 2), ("", "xy", 2)]
        {
            assert_eq!(distance(a, b, 9), expected, "{a} {b}");
            assert_eq!(distance(b, a, 9), expected, "{b} {a}");
        }
        assert_eq!(distance("short", "a much longer text", 2), 3);
    }

    #[test]
    fn patterns_match_what_they_say() {
        for (pattern, text, expected) in [
            ("*", "pull_request", true),
            ("pull_*", "pull_request", true),
            ("ref:*", "pull_request", false),
            ("p?ll_request", "pull_request", true),
            ("*request", "pull_request", true),
            ("*requests", "pull_request", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
