//! The names of rules and families in a configuration file, for whoever shows it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Word;
use crate::rules;
use crate::source::{SourceId, Span};

/// Every key and string of a configuration file that is the name of a rule or family, in the order of the text. Of a text that
/// is no TOML, those of the parts that are.
#[must_use]
pub fn names(source: SourceId, text: &str) -> Vec<Word> {
    let (document, _) = DeTable::parse_recoverable(text);
    let mut found = Vec::new();
    let mut add = |name: &str, range: std::ops::Range<usize>| {
        if rules::is_known(name) {
            found.push(Word { text: name.to_owned(), span: Span::new(source, range.start, range.end) });
        }
    };
    let mut tables = vec![document.get_ref()];
    let mut values: Vec<&Spanned<DeValue<'_>>> = Vec::new();
    loop {
        if let Some(value) = values.pop() {
            match value.get_ref() {
                DeValue::String(text) => add(text, value.span()),
                DeValue::Array(array) => values.extend(array.iter()),
                DeValue::Table(table) => tables.push(table),
                _ => {}
            }
        } else if let Some(table) = tables.pop() {
            for (key, value) in table {
                add(key.get_ref(), key.span());
                values.push(value);
            }
        } else {
            break;
        }
    }
    found.sort_by_key(|word| word.span);
    // The head of a table may be said in several places, and is told of once.
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::source::SourceId;

    #[test]
    fn keys_and_strings_are_found() {
        let text = "ignore = [\"slots\", \"é\"] # slots\n[rules.unknown-role]\nseverity = 'low'\n[[overrides]]\npaths = ['x']\nselect = [\n 'wrong-principal-id',\n]\n";
        let found: Vec<(String, &str)> = names(SourceId(0), text)
            .into_iter()
            .map(|word| (word.text, text.get(word.span.start as usize..word.span.end as usize).unwrap_or_default()))
            .collect();
        let expected =
            [("slots", "\"slots\""), ("unknown-role", "unknown-role"), ("wrong-principal-id", "'wrong-principal-id'")];
        assert_eq!(found, expected.map(|(name, shown)| (name.to_owned(), shown)));
    }
}
