//! What a secret argument was given, back to where it is written: through locals, parameters, functions and templates to
//! the literals in the code and in parameter files, and to the inputs that whoever deploys gives.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Graph;
use crate::azure::outputs;
use crate::azure::secrets::names_secret;
use crate::ir::{Attr, ExprKind, Holds, Keeping, Module, Name, Param};
use crate::resolve::value::{Hop, InstanceId, Kind, Reason, Text, TextPart, Value, part_of};
use crate::source::Span;

/// More parts than these are not looked into.
const MAX_PARTS: usize = 256;

/// Deeper than this nothing is followed.
const MAX_DEPTH: u32 = 32;

/// What stands before the secret in a connection string or a document.
static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:password|pwd|accountkey|sharedaccesskey|secret|token|apikey|api_key)["']?\s*[=:]\s*["']?$"#)
        .ok()
});

/// What only a connection string, a document or an address has.
const STRUCTURE: [char; 4] = ['=', ':', '{', '/'];

/// An input of the deployment or of one of its modules.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name.
    pub name: Name,
    /// The address of the declaration.
    pub subject: Name,
    /// The header of its declaration.
    pub span: Span,
    /// What its type has room for.
    pub holds: Holds,
    /// Whether the language hides its value.
    pub secure: bool,
    /// How the language is told to, where that has no other effect.
    pub keeping: Keeping,
    /// Whether hiding one of its parts takes hiding all of them, which others may not stand.
    pub is_mixed: bool,
    /// Whether what it is given is recorded where people look: what whoever deploys gives, and in a template what any
    /// caller gives.
    pub recorded: bool,
}

/// Whether the type of an input has room for a secret.
#[must_use]
pub fn holds_text(input: &Input) -> bool {
    matches!(input.holds, Holds::Text | Holds::Parts)
}

impl Graph<'_> {
    /// What a secret argument was made of: values without parts, in the order of the text. Of a connection string or a
    /// document only what stands where the secret stands.
    #[must_use]
    pub fn ingredients(&self, value: &Value) -> Vec<Value> {
        let mut found = Vec::new();
        let mut left = MAX_PARTS;
        collect(value, 0, &mut left, &mut found);
        found
    }

    /// The inputs that a value came through, the one nearest to where it is used first.
    #[must_use]
    pub fn inputs_of(&self, value: &Value) -> Vec<Input> {
        let mut found: Vec<Input> = Vec::new();
        let hops =
            value.back().filter(|step| matches!(step.hop, Hop::Default(_) | Hop::Argument(_) | Hop::ParameterFile(_)));
        let mut spans: Vec<Span> = hops.filter_map(|step| Some(step.through?.span)).collect();
        if let Some(why) = value.why().filter(|why| matches!(why.reason, Reason::RootInput(_))) {
            spans.push(why.span);
        }
        for span in spans {
            if let Some(input) = self.input_declared_at(span)
                && found.iter().all(|there| there.span != input.span)
            {
                found.push(input);
            }
        }
        found
    }

    /// Every input of the root that a parameter file gives a value, with that value.
    #[must_use]
    pub fn given_inputs(&self) -> Vec<(Input, Value)> {
        let Some(root) = self.deployment.module(InstanceId(0)) else { return Vec::new() };
        let given = |name: &Name| self.deployment.root().given.iter().rev().find(|given| given.attr.name == *name);
        let inputs = root.params.iter().filter_map(|param| {
            let value = self.deployment.given(given(&param.name)?);
            Some((self.input_declared_at(param.span)?, value))
        });
        inputs.collect()
    }

    /// Every text that a variable file offers for an input of the root, for whoever names the file on the command line.
    #[must_use]
    pub fn offered_inputs(&self) -> Vec<(Input, Value)> {
        let Some(root) = self.deployment.module(InstanceId(0)) else { return Vec::new() };
        let offered = self.deployment.root().offered.iter();
        // Objects and lists are no texts, and what examples offer is large.
        let is_whole = |attr: &&Arc<Attr>| !matches!(attr.value.kind, ExprKind::Object(_) | ExprKind::List(_));
        let inputs = offered.filter(is_whole).filter_map(|attr| {
            let param = root.params.get(root.param(&attr.name)?)?;
            let value = self.deployment.value_in(InstanceId(0), &attr.value);
            let hop = Hop::ParameterFile(attr.name.clone());
            Some((self.input_declared_at(param.span)?, value.passed(hop, attr.span)))
        });
        inputs.filter(|(_, value)| value.as_str().is_some()).collect()
    }

    /// Every input whose value is recorded where people look, each declaration once.
    pub fn recorded_inputs(&self) -> impl Iterator<Item = &Input> {
        self.inputs().all.iter().filter(|input| input.recorded)
    }

    fn input_declared_at(&self, span: Span) -> Option<Input> {
        let inputs = self.inputs();
        inputs.all.get(*inputs.by_declaration.get(&span)?).cloned()
    }

    fn inputs(&self) -> &Inputs {
        self.inputs.get_or_init(|| {
            let mut inputs = Inputs::default();
            for instance in self.deployment.instances() {
                let Some(module) = self.deployment.module(instance.id) else { continue };
                // A module of several instances is declared once.
                let first = module.params.first().map(|param| param.span);
                if first.is_none_or(|first| inputs.by_declaration.contains_key(&first)) {
                    continue;
                }
                let is_called = instance.parent.is_some() && module.as_a_whole && module.stands_in.is_none();
                let recorded = instance.id == InstanceId(0) || is_called;
                let shown = shown_inputs(module);
                for param in &module.params {
                    inputs.by_declaration.insert(param.span, inputs.all.len());
                    inputs.all.push(input(module, param, &instance.path, &shown, recorded));
                }
            }
            inputs
        })
    }
}

/// Inputs of all modules, each declaration once: worked out once, for there may be as many arguments to trace as there are
/// inputs.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    all: Vec<Input>,
    by_declaration: HashMap<Span, usize>,
}

fn input(module: &Module, param: &Param, path: &str, shown: &HashSet<Name>, recorded: bool) -> Input {
    let own = format!("variable.{}", param.name);
    Input {
        name: param.name.clone(),
        subject: if path.is_empty() { own.into() } else { format!("{path}.{own}").into() },
        span: param.span,
        holds: param.holds,
        secure: param.secure,
        keeping: if shown.contains(&param.name) { Keeping::Never } else { param.keeping },
        is_mixed: param.holds == Holds::Parts && !module.as_a_whole,
        recorded,
    }
}

/// Inputs that say how often something exists, or go to an output that everybody sees: what is hidden cannot.
fn shown_inputs(module: &Module) -> HashSet<Name> {
    let outputs = module.outputs.iter().filter(|output| !output.secure).map(|output| &output.value);
    let repeats = module.resources.iter().map(|resource| &resource.repeat);
    let repeats = repeats.chain(module.calls.iter().map(|call| &call.repeat)).filter_map(|repeat| repeat.expr());
    let mut shown = HashSet::new();
    for expr in outputs.chain(repeats) {
        expr.walk(&mut |part| {
            if let ExprKind::Param(name) = &part.kind {
                shown.insert(name.clone());
            }
        });
    }
    shown
}

fn collect(value: &Value, depth: u32, left: &mut usize, found: &mut Vec<Value>) {
    if depth > MAX_DEPTH || *left == 0 {
        return;
    }
    *left -= 1;
    let mut each = |parts: &mut dyn Iterator<Item = Value>| {
        for part in parts {
            collect(&part, depth + 1, left, found);
        }
    };
    match (&value.kind, &value.made_of) {
        (Kind::OneOf(values), _) => each(&mut values.iter().map(|one| part_of(value, one))),
        (Kind::Text(Text::Parts(parts)), _) => {
            each(&mut secret_holes(parts).into_iter().map(|hole| part_of(value, hole)));
        }
        (Kind::Text(Text::Plain(text)), Some(made_of)) => {
            let parts: Vec<Value> = made_of.iter().map(|one| part_of(value, one)).collect();
            let is_secret = |part: &Value| part.as_str().is_none_or(|part| stands_for_secret(text, part));
            each(&mut parts.into_iter().filter(is_secret));
        }
        // A key is made by who gives it, not of the id that it is asked for with.
        (Kind::Unknown(why), Some(_)) if is_listed(&why.reason) => {}
        // What stands where in a text that cannot be read is not seen.
        (Kind::Unknown(_), Some(made_of)) if made_of.iter().any(is_structured) => {}
        (Kind::Unknown(_), Some(made_of)) => each(&mut made_of.iter().map(|one| part_of(value, one))),
        (Kind::List(list), _) => each(&mut list.items.iter().map(|one| part_of(value, one))),
        (Kind::Map(map), _) => {
            let named = |entry: &&crate::resolve::value::Entry| names_secret(&entry.key);
            let members: Vec<Value> =
                map.entries.iter().filter(named).map(|entry| part_of(value, &entry.value)).collect();
            let all = || map.entries.iter().map(|entry| part_of(value, &entry.value)).collect();
            each(&mut if members.is_empty() && depth > 0 { all() } else { members }.into_iter());
        }
        (Kind::Null | Kind::Bool(_) | Kind::Number(_), _) => {}
        (Kind::Text(Text::Plain(text)), None) if text.is_empty() => {}
        (Kind::Text(Text::Plain(_)) | Kind::Ref(_) | Kind::Unknown(_), _) => found.push(value.clone()),
    }
}

/// Whether something is not known because it is a key that only the deployment lists.
fn is_listed(reason: &Reason) -> bool {
    matches!(reason, Reason::Function(name) | Reason::Runtime(name) if outputs::hands_out(name))
}

/// Whether a value holds the text of a connection string, a document or an address.
fn is_structured(value: &Value) -> bool {
    let holds = |text: &str| text.contains(STRUCTURE);
    match &value.kind {
        Kind::Text(Text::Plain(text)) => holds(text),
        Kind::Text(Text::Parts(parts)) => parts.iter().any(|part| matches!(part, TextPart::Text(text) if holds(text))),
        _ => false,
    }
}

/// The holes where a secret stands: behind what says so, else the only one of a text that has no structure.
fn secret_holes(parts: &[TextPart]) -> Vec<&Value> {
    let readable = super::assignment_names::readable_holes(parts);
    let mut before = "";
    let mut marked = Vec::new();
    for part in parts {
        match part {
            TextPart::Text(text) => before = text,
            TextPart::Hole(hole) => {
                if MARK.as_ref().is_some_and(|mark| mark.is_match(before)) {
                    marked.push(hole);
                }
                before = "";
            }
        }
    }
    let structured = parts.iter().any(|part| matches!(part, TextPart::Text(text) if text.contains(STRUCTURE)));
    match (marked.is_empty(), structured, readable.as_slice()) {
        (false, _, _) => marked,
        (true, false, [only]) => vec![only],
        _ => Vec::new(),
    }
}

/// Whether a part of a text stands where its secret stands.
fn stands_for_secret(text: &str, part: &str) -> bool {
    if part.is_empty() || !text.contains(STRUCTURE) || part.contains(STRUCTURE) {
        return !part.is_empty();
    }
    let marked =
        |at: usize| text.get(..at).is_some_and(|before| MARK.as_ref().is_some_and(|mark| mark.is_match(before)));
    text.match_indices(part).take(64).any(|(at, _)| marked(at))
}
