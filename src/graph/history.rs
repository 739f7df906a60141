//! What nested deployments write into the deployment's history.

use std::collections::HashSet;

use super::edits::Language;
use super::{Graph, Name};
use crate::finding::Edit;
use crate::ir::{BinaryOp, Expr, ExprKind, Item, Module, ModuleId, Recorded, Seclusion, UnaryOp};
use crate::resolve::value::{InstanceId, Truth, Value};
use crate::source::Span;

/// A secret that a nested deployment records in clear text.
#[derive(Debug)]
pub struct Leak {
    /// The address of the deployment.
    pub subject: Name,
    /// Its name in Azure, if that is known.
    pub deployment: Option<Name>,
    /// Its header.
    pub header: Span,
    /// Whether it exists.
    pub presence: Truth,
    /// What is recorded.
    pub secret: Recordable,
    /// Where its template refers to the secret, in the order of the text; never empty.
    pub places: Vec<Span>,
    /// Where the secret comes from: the parameter's declaration, or the variable that fetches a key.
    pub origin: Option<Span>,
    /// The edit that lets the template evaluate its own expressions, where it has all that it needs.
    pub remedy: Option<Edit>,
}

/// A secret that must not be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recordable {
    /// The value of this secure parameter.
    Parameter(Name),
    /// What this function returns.
    Listed(Name),
    /// This secure output of a module.
    Output(Name),
}

/// A nested template that is evaluated by the module around it.
struct Nested<'m> {
    symbol: &'m str,
    name: Value,
    header: Span,
    presence: Truth,
    expressions: Vec<&'m Expr>,
    recorded: Option<&'m Recorded>,
}

const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// Functions that tell something of a value and not the value
/// (learn.microsoft.com, azure-resource-manager/templates/template-functions).
const TELLS: [&str; 16] = [
    "arm:empty",
    "arm:equals",
    "arm:length",
    "arm:contains",
    "arm:startswith",
    "arm:endswith",
    "arm:indexof",
    "arm:less",
    "arm:lessorequals",
    "arm:greater",
    "arm:greaterorequals",
    "arm:not",
    "arm:and",
    "arm:or",
    "arm:guid",
    "arm:uniquestring",
];

/// What is no secret of what functions list.
const PLAIN: [&str; 7] = ["keyname", "username", "permissions", "creationtime", "name", "id", "type"];

/// Words in the names of functions that list secrets: `listKeys`, `listConnectionStrings`, `listAccountSas`.
const LISTED: [&str; 8] =
    ["key", "secret", "credential", "sas", "token", "connectionstring", "callbackurl", "password"];

impl Graph<'_> {
    /// What nested deployments record that nobody should read, each secret of a deployment once.
    #[must_use]
    pub fn recorded_secrets(&self) -> Vec<Leak> {
        let mut found: Vec<Leak> = Vec::new();
        for instance in self.module_instances() {
            let Some(id) = self.deployment.instance(instance).map(|here| here.module) else { continue };
            let Some(module) = self.deployment.program().module(id).filter(|module| module.stands_in.is_none()) else {
                continue;
            };
            for nested in self.nested(instance, module) {
                let mut secrets = Vec::new();
                let reader = Reader { graph: self, id, module };
                for expr in &nested.expressions {
                    reader.read(expr, &mut HashSet::new(), &mut secrets);
                }
                for secret in secrets {
                    self.add_leak(instance, module, &nested, secret, &mut found);
                }
            }
        }
        found
    }

    fn add_leak(
        &self,
        instance: InstanceId,
        module: &Module,
        nested: &Nested<'_>,
        (secret, place, via): (Recordable, Span, Option<Span>),
        found: &mut Vec<Leak>,
    ) {
        if let Some(leak) = found.iter_mut().find(|leak| leak.header == nested.header && leak.secret == secret) {
            if !leak.places.contains(&place) {
                leak.places.push(place);
            }
            return;
        }
        let path = self.deployment.instance(instance).map(|here| here.path.clone()).unwrap_or_default();
        let origin = match &secret {
            Recordable::Parameter(name) => {
                module.param(name).and_then(|at| module.params.get(at)).map(|param| param.span)
            }
            Recordable::Listed(_) | Recordable::Output(_) => via,
        };
        // The template's own parameter has to hide what it is given.
        let is_kept = |recorded: &Recorded| match &secret {
            Recordable::Parameter(name) => recorded.declared.iter().any(|own| own.eq_ignore_ascii_case(name)),
            Recordable::Listed(_) | Recordable::Output(_) => true,
        };
        let seclusion = nested.recorded.filter(|recorded| is_kept(recorded)).and_then(|recorded| recorded.seclusion);
        found.push(Leak {
            subject: if path.is_empty() { nested.symbol.into() } else { format!("{path}.{}", nested.symbol).into() },
            deployment: nested.name.as_str().map(Name::from),
            header: nested.header,
            presence: nested.presence,
            secret,
            places: vec![place],
            origin,
            remedy: seclusion.and_then(|seclusion| self.secluded(seclusion)),
        });
    }

    fn secluded(&self, seclusion: Seclusion) -> Option<Edit> {
        match seclusion {
            Seclusion::Before(first) => {
                let whole = self.entry_before(first, "expressionEvaluationOptions", "{\n  \"scope\": \"inner\"\n}");
                whole.or_else(|| self.entry_before(first, "expressionEvaluationOptions", "{ \"scope\": \"inner\" }"))
            }
            Seclusion::Instead(scope) => Some(Edit { span: scope, text: "\"inner\"".to_owned() }),
        }
        .filter(|edit| self.language(edit.span) == Some(Language::Json))
    }

    fn nested<'m>(&self, instance: InstanceId, module: &'m Module) -> Vec<Nested<'m>> {
        let value = |expr: &Expr| self.known(&self.deployment.value_in(instance, expr));
        let presence = |condition: Option<&Expr>| match condition.map(|condition| value(condition).as_bool()) {
            None | Some(Some(true)) => Truth::Yes,
            Some(Some(false)) => Truth::No,
            Some(None) => Truth::Maybe,
        };
        let mut all: Vec<Nested<'m>> = Vec::new();
        for recorded in &module.recorded {
            all.push(Nested {
                symbol: &recorded.symbol,
                name: value(&recorded.name),
                header: recorded.span,
                presence: presence(recorded.condition.as_ref()),
                expressions: recorded.expressions.iter().collect(),
                recorded: Some(recorded),
            });
        }
        // Where a deployment is written as any other resource.
        for resource in module.resources.iter().filter(|resource| resource.kind.eq_ignore_ascii_case(DEPLOYMENT)) {
            let Some(properties) = resource.body.attr("properties") else { continue };
            let Some(template) = entry(&properties.value, "template") else { continue };
            let options = entry(&properties.value, "expressionEvaluationOptions");
            let scope = options.and_then(|options| entry(options, "scope")).map(value);
            let is_outer = |scope: &Value| scope.as_str().is_some_and(|scope| scope.eq_ignore_ascii_case("outer"));
            if !scope.as_ref().map_or(options.is_none(), is_outer) {
                continue;
            }
            let sections = ["variables", "resources", "outputs"];
            let name = resource.body.attr("name").map(|name| value(&name.value));
            all.push(Nested {
                symbol: &resource.name,
                name: name.unwrap_or_else(|| Value::null(resource.span)),
                header: resource.span,
                presence: presence(resource.condition.as_ref()),
                expressions: sections.iter().filter_map(|section| entry(template, section)).collect(),
                recorded: None,
            });
        }
        all.retain(|nested| nested.presence != Truth::No);
        all
    }
}

/// The value of an entry of an object that is written out.
fn entry<'e>(object: &'e Expr, name: &str) -> Option<&'e Expr> {
    let ExprKind::Object(items) = &object.kind else { return None };
    let is_it = |item: &&Item| matches!(&item.key.kind, ExprKind::Str(key) if key.eq_ignore_ascii_case(name));
    items.iter().find(is_it).map(|item| &item.value)
}

/// Reads the secrets out of a module's expressions.
struct Reader<'g> {
    graph: &'g Graph<'g>,
    id: ModuleId,
    module: &'g Module,
}

/// A secret, where it is referred to, and the variable that it comes through.
type Found = Vec<(Recordable, Span, Option<Span>)>;

impl<'g> Reader<'g> {
    fn read(&self, expr: &'g Expr, seen: &mut HashSet<&'g str>, found: &mut Found) {
        match &expr.kind {
            ExprKind::Param(name) => {
                let param = self.module.param(name).and_then(|at| self.module.params.get(at));
                if param.is_some_and(|param| param.secure) {
                    found.push((Recordable::Parameter(name.clone()), expr.span, None));
                }
            }
            ExprKind::Local(name) => {
                let local = self.module.local(name).and_then(|at| self.module.locals.get(at));
                let Some(local) = local.filter(|_| seen.insert(name)) else { return };
                let mut inside = Found::new();
                self.read(&local.value, seen, &mut inside);
                seen.remove(&**name);
                let here = inside.into_iter().map(|(secret, at, via)| (secret, expr.span, via.or(Some(at))));
                found.extend(here);
            }
            ExprKind::Get(base, name, _) if self.is_output(base, name) => {
                found.push((Recordable::Output(name.clone()), expr.span, None));
            }
            ExprKind::Get(_, name, _) if PLAIN.contains(&&*name.to_ascii_lowercase()) && lists(expr).is_some() => {}
            ExprKind::Get(..) | ExprKind::Index(..) if lists(expr).is_some() => {
                let function = lists(expr).unwrap_or_default();
                found.push((Recordable::Listed(function), expr.span, None));
            }
            ExprKind::Call(name, ..) if TELLS.contains(&&**name) => {}
            ExprKind::Call(..) if lists(expr).is_some() => {
                found.push((Recordable::Listed(lists(expr).unwrap_or_default()), expr.span, None));
            }
            ExprKind::Cond(parts) => parts.iter().skip(1).for_each(|part| self.read(part, seen, found)),
            ExprKind::Unary(UnaryOp::Not, _) => {}
            ExprKind::Binary(op, _) if tells(*op) => {}
            _ => expr.parts().into_iter().for_each(|part| self.read(part, seen, found)),
        }
    }

    /// Whether it is a secure output of a called module.
    fn is_output(&self, base: &Expr, name: &str) -> bool {
        let call = match &base.kind {
            ExprKind::Module(call) => call,
            ExprKind::Index(base, _) => match &base.kind {
                ExprKind::Module(call) => call,
                _ => return false,
            },
            _ => return false,
        };
        let program = self.graph.deployment.program();
        let target = self.module.call(call).and_then(|call| program.link(self.id, call));
        let outputs = target.and_then(|target| program.module(target)).map_or(&[][..], |module| &module.outputs);
        outputs.iter().any(|output| output.secure && output.name.eq_ignore_ascii_case(name))
    }
}

/// The function that lists what an expression takes a part of, if it lists secrets.
fn lists(expr: &Expr) -> Option<Name> {
    match &expr.kind {
        ExprKind::Get(base, ..) | ExprKind::Index(base, _) => lists(base),
        ExprKind::Call(name, ..) => {
            let function = name.strip_prefix("arm:list")?;
            let is_secret = function.is_empty() || LISTED.iter().any(|word| function.contains(word));
            is_secret.then(|| format!("list{function}").into())
        }
        _ => None,
    }
}

/// Whether an operation tells something of its sides and not the sides.
fn tells(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::And
            | BinaryOp::Or
    )
}
