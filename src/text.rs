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

#[cfg(test)]
mod tests {
    use super::{distance, matches};

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
