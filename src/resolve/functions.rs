//! Functions that identity values go through. What is not here is unknown, with its name.

mod arm;
mod collections;
mod encoding;
mod strings;

use super::eval::Deployment;
use super::value::{Hop, InstanceId, Kind, MAX_ALTERNATIVES, Reason, Text, TextPart, Truth, Value, Why, every};
use crate::source::Span;

/// A call: its arguments, and what is needed to answer it.
pub(super) struct Call<'a, 'p> {
    pub(super) deployment: &'a Deployment<'p>,
    /// The module instance in which the call stands.
    pub(super) instance: InstanceId,
    pub(super) name: &'a str,
    pub(super) args: Vec<Value>,
    /// Why there may be more arguments, if the last one was spread from a list that may be longer.
    pub(super) more: Option<Why>,
    pub(super) span: Span,
}

/// Evaluates a function call.
pub(super) fn call(
    deployment: &Deployment<'_>,
    instance: InstanceId,
    name: &str,
    args: Vec<Value>,
    more: Option<Why>,
    span: Span,
) -> Value {
    let plain = name.strip_prefix("arm:");
    let call = Call { deployment, instance, name: plain.unwrap_or(name), args, more, span };
    let value = match plain {
        Some(_) => arm::call(&call),
        None => call.lazy().unwrap_or_else(|| call.eager()),
    };
    // Of several unknown results one is left, which was made of any of them.
    let is_left = || matches!(value.kind, Kind::Unknown(_)) && call.args.iter().any(|arg| arg.alternatives().len() > 1);
    let keeps = KEEPS.contains(&call.name) && (value.made_of.is_none() || is_left());
    if keeps && !call.args.is_empty() { value.made_of(call.args) } else { value }
}

/// Functions whose result holds the text of their arguments, as it is or in another form.
const KEEPS: [&str; 45] = [
    "base64",
    "base64decode",
    "base64encode",
    "base64gzip",
    "base64tostring",
    "chomp",
    "concat",
    "datauri",
    "datauritostring",
    "format",
    "formatlist",
    "indent",
    "join",
    "jsonencode",
    "lower",
    "nonsensitive",
    "padleft",
    "replace",
    "sensitive",
    "skip",
    "split",
    "string",
    "strrev",
    "substr",
    "substring",
    "take",
    "templatefile",
    "templatestring",
    "textdecodebase64",
    "textencodebase64",
    "title",
    "tolower",
    "tostring",
    "toupper",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
    "uri",
    "uricomponent",
    "uricomponenttostring",
    "urlencode",
    "yamlencode",
    "csvencode",
];

/// What a JSON text says.
pub(super) fn decoded(deployment: &Deployment<'_>, text: &Value) -> Value {
    call(deployment, InstanceId(0), "jsondecode", vec![text.clone()], None, text.span)
}

impl Call<'_, '_> {
    /// Functions that look at their arguments one by one and may not need all of them known.
    fn lazy(&self) -> Option<Value> {
        Some(match self.name {
            "try" => self.try_each(),
            "can" => self.can(),
            "coalesce" => self.coalesce(),
            "coalescelist" => self.coalesce_list(),
            "uuidv5" => self.opaque(),
            "nonsensitive" => self.args.first()?.clone().passed(Hop::Revealed, self.span),
            "sensitive" => self.args.first()?.clone().passed(Hop::Hidden, self.span),
            "ephemeralasnull" => self.args.first()?.clone(),
            "tostring" | "tolist" | "tomap" | "tonumber" | "tobool" | "toset" if self.unknown_first() => {
                self.args.first()?.clone()
            }
            _ => return None,
        })
    }

    fn unknown_first(&self) -> bool {
        self.args.first().is_some_and(|arg| matches!(arg.kind, Kind::Unknown(_)))
    }

    /// Functions of known arguments. One of several alternatives is called for each, while they are few.
    fn eager(&self) -> Value {
        let args: Vec<Value> = self.args.iter().map(|arg| self.deployment.known(arg)).collect();
        let again = |args| call(self.deployment, self.instance, self.name, args, self.more.clone(), self.span);
        // Maps that may be added are looked at one by one: what they do not say stays as it is.
        let is_merge = self.name == "merge" && args.iter().any(|arg| matches!(arg.kind, Kind::OneOf(_)));
        if is_merge && args.iter().flat_map(Value::alternatives).all(arm::is_plain_map) {
            let call = Call { args, more: self.more.clone(), ..*self };
            return collections::merge(&call);
        }
        if let Some(value) = self.each_alternative(&args, again) {
            return value;
        }
        let call = Call { args, more: self.more.clone(), ..*self };
        let value = collections::call(&call).or_else(|| strings::call(&call)).or_else(|| encoding::call(&call));
        let value = value.unwrap_or_else(|| self.unknown(Reason::Function(self.name.into())));
        call.args.iter().fold(value, Value::resting_on)
    }

    /// What the function gives for each alternative of its arguments, if one has several and they are few.
    fn each_alternative(&self, args: &[Value], call: impl Fn(Vec<Value>) -> Value) -> Option<Value> {
        let at = args.iter().position(|arg| matches!(arg.kind, Kind::OneOf(_)))?;
        let several = args.get(at)?;
        let combinations: usize = args.iter().map(|arg| arg.alternatives().len()).product();
        if combinations > MAX_ALTERNATIVES {
            return Some(self.unknown(Reason::TooManyAlternatives));
        }
        let each = several.alternatives().iter().map(|alternative| {
            let mut args = args.to_vec();
            if let Some(slot) = args.get_mut(at) {
                *slot = alternative.clone();
            }
            call(args)
        });
        Some(Value::one_of(each, self.span).resting_on(several))
    }

    /// Unknown for this reason, here.
    pub(super) fn unknown(&self, reason: Reason) -> Value {
        Value::unknown(Why::new(reason, self.span), self.span)
    }

    /// A text that nobody can read, but of which it is known what it is made of: the name of the function and an opening
    /// parenthesis, the arguments with commas behind them, and last the unknown itself.
    fn opaque(&self) -> Value {
        let mut parts = vec![TextPart::Text(format!("{}(", self.name).into())];
        for arg in &self.args {
            parts.push(TextPart::Hole(arg.clone()));
            parts.push(TextPart::Text(",".into()));
        }
        parts.push(TextPart::Hole(self.unknown(Reason::Function(self.name.into()))));
        let made = Value::new(Kind::Text(Text::new(parts)), self.span);
        self.args.iter().fold(made, Value::resting_on)
    }

    /// Unknown because an argument is, or because it is of the wrong kind.
    pub(super) fn invalid(&self) -> Value {
        let why = self.args.iter().find_map(|arg| arg.why().cloned()).or_else(|| self.more.clone());
        if let Some(why) = why {
            return Value::unknown(why, self.span);
        }
        let opaque = |arg: &Value| match &arg.kind {
            Kind::Text(text) => !matches!(text, super::value::Text::Plain(_)),
            kind => matches!(kind, Kind::Ref(_) | Kind::List(_) | Kind::Map(_)),
        };
        if self.args.iter().any(opaque) {
            return self.unknown(Reason::Runtime("a value of a resource".into()));
        }
        self.unknown(Reason::Invalid("a function got an argument of the wrong kind"))
    }

    pub(super) fn arg(&self, at: usize) -> Option<&Value> {
        self.args.get(at)
    }

    pub(super) fn text(&self, at: usize) -> Option<&str> {
        self.args.get(at).and_then(Value::as_str)
    }

    /// The first argument that does not fail. What may fail leaves the later ones possible.
    fn try_each(&self) -> Value {
        let mut possible = Vec::new();
        for arg in &self.args {
            match &arg.kind {
                Kind::Unknown(why) if why.is_error() => {}
                Kind::Unknown(_) => {
                    possible.push(arg.clone());
                }
                Kind::OneOf(values) => {
                    let fails = |value: &&Value| value.why().is_some_and(Why::is_error);
                    possible.extend(values.iter().filter(|value| !fails(value)).cloned());
                }
                // Whether a resource has such a value shows only when it is there.
                Kind::Ref(reference) if reference.path.len() > 1 || reference.many => possible.push(arg.clone()),
                _ => {
                    possible.push(arg.clone());
                    break;
                }
            }
        }
        Value::one_of(possible, self.span)
    }

    fn can(&self) -> Value {
        let truth = self.args.first().map_or(Truth::Maybe, |arg| {
            every(arg.alternatives().iter().map(|value| match &value.kind {
                Kind::Unknown(why) if why.is_error() => Truth::No,
                Kind::Unknown(_) | Kind::Ref(_) => Truth::Maybe,
                _ => Truth::Yes,
            }))
        });
        match truth {
            Truth::Yes => Value::bool(true, self.span),
            Truth::No => Value::bool(false, self.span),
            Truth::Maybe => self.unknown(Reason::Condition),
        }
    }

    /// The first argument that is neither null nor an empty string.
    fn coalesce(&self) -> Value {
        let is_empty = |value: &Value| matches!(value.kind, Kind::Null) || value.as_str() == Some("");
        let mut possible = Vec::new();
        for arg in &self.args {
            let arg = if arg.as_ref().is_some() { arg.clone() } else { self.deployment.known(arg) };
            let alternatives = arg.alternatives();
            let certain = alternatives.iter().all(|value| !is_empty(value) && value.why().is_none());
            possible.extend(alternatives.iter().filter(|value| !is_empty(value)).cloned());
            if certain && !arg.assumed {
                return Value::one_of(possible, self.span);
            }
        }
        possible.extend(self.more.clone().map(|why| Value::unknown(why, self.span)));
        if possible.is_empty() {
            return self.unknown(Reason::Invalid("every argument of `coalesce` is empty"));
        }
        Value::one_of(possible, self.span)
    }

    fn coalesce_list(&self) -> Value {
        let mut possible = Vec::new();
        for arg in &self.args {
            let arg = self.deployment.known(arg);
            match &arg.kind {
                Kind::List(list) if list.items.is_empty() && list.rest.is_none() => {}
                Kind::List(list) if !list.items.is_empty() => {
                    possible.push(arg);
                    return Value::one_of(possible, self.span);
                }
                _ => possible.push(arg),
            }
        }
        if possible.is_empty() {
            return self.unknown(Reason::Invalid("every argument of `coalescelist` is empty"));
        }
        Value::one_of(possible, self.span)
    }
}
