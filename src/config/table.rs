//! TOML to what the table of keys describes. Whatever does not fit is a problem with a place; the rest is read all the same.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Word;
use super::keys::{ALL, Key, SEVERITY, Shape};
use super::problem::{Problems, meant};
use crate::rules::{self, RULES, Rule};
use crate::source::{SourceId, Span};

/// The longest string that is read, in bytes.
const LONGEST: usize = 4096;

/// A value that fits its key.
#[derive(Debug)]
pub(super) enum Value {
    Word(Word),
    Words(Vec<Word>),
    Tables(Vec<Table>),
    Rules(Vec<RuleTable>),
}

/// A table whose keys are known.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) span: Span,
    values: BTreeMap<&'static str, Value>,
}

/// What is said of a rule.
#[derive(Debug)]
pub(super) struct RuleTable {
    pub(super) rule: &'static Rule,
    pub(super) severity: Option<Word>,
    /// By option, with the place of its name.
    pub(super) options: Vec<(Word, Vec<Word>)>,
}

impl Table {
    /// The string that a key has.
    pub(super) fn word(&self, name: &str) -> Option<&Word> {
        match self.values.get(name) {
            Some(Value::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The strings that a key has.
    pub(super) fn words(&self, name: &str) -> Option<&[Word]> {
        match self.values.get(name) {
            Some(Value::Words(words)) => Some(words),
            _ => None,
        }
    }

    /// The tables that a key has.
    pub(super) fn tables(&self, name: &str) -> &[Table] {
        match self.values.get(name) {
            Some(Value::Tables(tables)) => tables,
            _ => &[],
        }
    }

    /// What is said of rules.
    pub(super) fn rules(&self, name: &str) -> &[RuleTable] {
        match self.values.get(name) {
            Some(Value::Rules(rules)) => rules,
            _ => &[],
        }
    }
}

/// Reads a text by a table of keys.
pub(super) fn read(source: SourceId, text: &str, keys: &'static [Key], problems: &mut Problems) -> Table {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { source, problems };
    // What one slip upsets on its line is one problem.
    let mut line = 0..0;
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        if line.contains(&range.start) || reader.problems.is_full() {
            continue;
        }
        let end = text.get(range.start..).and_then(|rest| rest.find('\n'));
        line = range.start..end.map_or(text.len() + 1, |end| range.start + end + 1);
        let message = format!("this is not TOML: {}", error.message().lines().next().unwrap_or_default());
        reader.problems.add(Span::new(source, range.start, range.end), message, "", None);
    }
    if !errors.is_empty() {
        // What a broken text seems to say would only hide what is wrong.
        return Table { span: Span::new(source, 0, 0), values: BTreeMap::new() };
    }
    reader.table(document.get_ref(), Span::new(source, 0, 0), keys, "")
}

struct Reader<'p> {
    source: SourceId,
    problems: &'p mut Problems,
}

type Node<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(self.source, range.start, range.end)
    }

    fn key(&self, key: &Spanned<DeString<'_>>) -> Word {
        Word { text: key.get_ref().to_string(), span: self.span(key) }
    }

    /// Whether nobody wrote this to be read.
    fn is_too_much(&mut self, word: &Word) -> bool {
        if word.text.len() > LONGEST {
            let span = Span { end: word.span.start, ..word.span };
            self.problems.add(span, format!("more than {LONGEST} bytes in one string"), "", None);
        }
        word.text.len() > LONGEST || self.problems.is_full()
    }

    fn table(&mut self, table: &DeTable<'_>, span: Span, keys: &'static [Key], name: &str) -> Table {
        let mut values = BTreeMap::new();
        for (written, value) in table {
            let word = self.key(written);
            if self.is_too_much(&word) {
                continue;
            }
            let Some(key) = keys.iter().find(|key| key.name == word.text) else {
                let place = if name.is_empty() { String::new() } else { format!(" in `{name}`") };
                let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
                let help = meant(&word.text, names.iter().copied());
                let help = help.unwrap_or_else(|| format!("known are `{}`", names.join("`, `")));
                self.problems.about(&word, format!("unknown key `{}`{place}", word.text), Some(help));
                continue;
            };
            if let Some(value) = self.value(key, value) {
                values.insert(key.name, value);
            }
        }
        for key in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
            let help = Some(format!("`{}`: {}", key.name, key.purpose));
            self.problems.add(span, format!("`{name}` has no `{}`", key.name), "", help);
        }
        Table { span, values }
    }

    fn value(&mut self, key: &Key, node: Node<'_, '_>) -> Option<Value> {
        match key.shape {
            Shape::Choice(_) | Shape::Text => Some(Value::Word(self.word(key, node)?)),
            Shape::Configurations if matches!(node.get_ref(), DeValue::String(_)) => {
                Some(Value::Words(vec![self.word(key, node)?]))
            }
            Shape::Selectors { .. }
            | Shape::RuleNames
            | Shape::Globs
            | Shape::ParameterFiles
            | Shape::Configurations => Some(Value::Words(self.words(key, node)?)),
            Shape::Rules => {
                let DeValue::Table(table) = node.get_ref() else {
                    return self.wrong(key, node, "a table for each rule, such as `[rules.unused-identity]`");
                };
                Some(Value::Rules(table.iter().filter_map(|(name, value)| self.rule(name, value)).collect()))
            }
            Shape::Tables(keys) => {
                let expected = format!("a list of tables, each under `[[{}]]`", key.name);
                let DeValue::Array(tables) = node.get_ref() else { return self.wrong(key, node, &expected) };
                let mut all = Vec::new();
                for node in tables {
                    match node.get_ref() {
                        DeValue::Table(table) => all.push(self.table(table, self.span(node), keys, key.name)),
                        _ => drop(self.wrong::<Value>(key, node, &expected)),
                    }
                }
                Some(Value::Tables(all))
            }
        }
    }

    fn wrong<T>(&mut self, key: &Key, node: Node<'_, '_>, expected: &str) -> Option<T> {
        let message = format!("`{}` should be {expected}", key.name);
        self.problems.add(self.span(node), message, &format!("this is {}", kind(node.get_ref())), None);
        None
    }

    fn words(&mut self, key: &Key, node: Node<'_, '_>) -> Option<Vec<Word>> {
        let expected = match key.shape {
            Shape::Configurations => "a string or a list of strings",
            _ => "a list of strings",
        };
        let DeValue::Array(items) = node.get_ref() else { return self.wrong(key, node, expected) };
        let mut words = Vec::new();
        for node in items {
            match node.get_ref() {
                DeValue::String(_) => words.extend(self.word(key, node)),
                _ => drop(self.wrong::<Word>(key, node, expected)),
            }
        }
        Some(words)
    }

    /// A string that fits its key.
    fn word(&mut self, key: &Key, node: Node<'_, '_>) -> Option<Word> {
        let DeValue::String(text) = node.get_ref() else { return self.wrong(key, node, "a string") };
        let word = Word { text: text.to_string(), span: self.span(node) };
        if self.is_too_much(&word) {
            return None;
        }
        let problem = match key.shape {
            _ if word.text.trim().is_empty() => {
                Some((format!("`{}` says nothing", key.name), Some(key.purpose.into())))
            }
            Shape::Choice(choices) => {
                let choices = choices();
                let help = || format!("one of `{}`", choices.join("`, `"));
                (!choices.contains(&word.text.as_str())).then(|| {
                    let help = meant(&word.text, choices.iter().copied()).unwrap_or_else(help);
                    (format!("`{}` is no value of `{}`", word.text, key.name), Some(help))
                })
            }
            Shape::Selectors { all } => {
                let is_known = rules::is_known(&word.text) || (all && word.text == ALL);
                let selectors = RULES.iter().flat_map(|rule| [rule.id, rule.family]);
                (!is_known).then(|| unknown("rule or family", &word.text, selectors))
            }
            Shape::RuleNames => {
                let is_known = rules::find(&word.text).is_some();
                (!is_known).then(|| unknown("rule", &word.text, RULES.iter().map(|rule| rule.id)))
            }
            Shape::ParameterFiles => {
                let kinds = [".tfvars", ".tfvars.json", ".bicepparam", ".json"];
                let help = Some(format!("one of these ends with `{}`", kinds.join("`, `")));
                let is_one = kinds.iter().any(|kind| word.text.ends_with(kind));
                (!is_one).then(|| (format!("`{}` is no parameter file", word.text), help))
            }
            Shape::Configurations => {
                let help = Some("a configuration file ends with `.toml`".to_owned());
                let is_one = word.text.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml");
                (!is_one).then(|| (format!("`{}` is no configuration file", word.text), help))
            }
            Shape::Globs | Shape::Text | Shape::Rules | Shape::Tables(_) => None,
        };
        match problem {
            Some((message, help)) => {
                self.problems.about(&word, message, help);
                None
            }
            None => Some(word),
        }
    }

    fn rule(&mut self, name: &Spanned<DeString<'_>>, node: Node<'_, '_>) -> Option<RuleTable> {
        let name = self.key(name);
        if self.is_too_much(&name) {
            return None;
        }
        let Some(rule) = rules::find(&name.text) else {
            let (message, help) = unknown("rule", &name.text, RULES.iter().map(|rule| rule.id));
            self.problems.about(&name, message, help);
            return None;
        };
        let DeValue::Table(table) = node.get_ref() else {
            let key = Key { name: rule.id, ..SEVERITY };
            return self.wrong(&key, node, "a table, such as `{ severity = \"low\" }`");
        };
        let (mut severity, mut options) = (None, Vec::new());
        for (written, value) in table {
            let word = self.key(written);
            if self.is_too_much(&word) {
                continue;
            }
            let known = &rule.meta().options;
            if word.text == SEVERITY.name {
                severity = self.word(&SEVERITY, value);
            } else if let Some((name, purpose)) = known.get_key_value(&word.text) {
                let shape = Key { name, shape: Shape::Globs, required: false, purpose };
                if let Some(values) = self.words(&shape, value) {
                    options.push((word, values));
                }
            } else {
                let names = std::iter::once(SEVERITY.name).chain(known.keys().map(String::as_str));
                let help = meant(&word.text, names.clone());
                let help = help.unwrap_or_else(|| format!("it knows `{}`", names.collect::<Vec<_>>().join("`, `")));
                let message = format!("the rule `{}` has no option `{}`", rule.id, word.text);
                self.problems.about(&word, message, Some(help));
            }
        }
        Some(RuleTable { rule, severity, options })
    }
}

/// The problem of a name that nothing has.
fn unknown<'a>(what: &str, name: &str, names: impl IntoIterator<Item = &'a str>) -> (String, Option<String>) {
    let similar = if name.len() > ALL.len() { rules::similar(name) } else { Vec::new() };
    let help = meant(name, names).or_else(|| similar.first().map(|similar| format!("did you mean `{similar}`?")));
    let help = help.unwrap_or_else(|| "`identilint rules` lists them".to_owned());
    (format!("there is no {what} `{name}`"), Some(help))
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
