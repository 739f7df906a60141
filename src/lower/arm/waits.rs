//! What a resource of a template waits for: the entries of `dependsOn`, told by id, by name, by symbolic name or by the
//! name of a loop (learn.microsoft.com, azure-resource-manager/templates/resource-dependency).

use super::deployments::{evaluates_inside, is_deployment, is_instance, written};
use super::expr::{Context, unnamed};
use crate::ir::{Expr, ExprKind, Mode, Name};
use crate::syntax::arm_expr::{self, Expr as Expression, Kind as ArmKind, Parsed};
use crate::syntax::json::{Kind, Node};

/// Templates nested deeper are waited for as nothing.
const MAX_DEPTH: usize = 16;

/// Something of a template that others can wait for.
pub(super) struct Awaited {
    /// Its full type, in lower case.
    kind: String,
    /// The segments of its name as they are written, in lower case; none if they cannot be told apart.
    name: Option<Vec<String>>,
    /// Its own name, if it is made in a loop.
    each: Option<Expression>,
    /// The name of its loop, in lower case.
    copy: Option<String>,
    /// What it is; of a nested template that is part of this one, all that it makes.
    things: Vec<ExprKind>,
}

/// What children are declared in.
struct Parent<'a> {
    kind: &'a str,
    name: Option<&'a [String]>,
}

impl Context<'_> {
    /// Learns what resources can be waited for; gives those that it found.
    pub(super) fn declare_awaited(&mut self, root: &Node) {
        let named = root.get("resources").and_then(Node::as_object).unwrap_or_default();
        for member in named {
            self.await_one(&member.value, &member.key.value, None, 0);
        }
        let items = root.get("resources").and_then(Node::as_array).unwrap_or_default();
        for (item, symbol) in items.iter().zip(unnamed(items)) {
            self.await_one(item, &symbol, None, 0);
        }
    }

    fn await_one(&mut self, node: &Node, symbol: &str, parent: Option<&Parent<'_>>, depth: usize) -> Vec<ExprKind> {
        let Some(written_kind) = node.get_ignore_case("type").and_then(Node::as_str) else { return Vec::new() };
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let parent = parent.filter(|_| !written_kind.contains('.'));
        let kind = parent.map_or_else(|| written_kind.to_owned(), |parent| format!("{}/{written_kind}", parent.kind));
        let existing = node.get("existing").is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
        let own = self.parsed(node.get_ignore_case("name"));
        let segments = own.as_ref().and_then(segments);
        let segments = match parent {
            Some(parent) => parent.name.zip(segments).map(|(outer, own)| [outer, &own].concat()),
            None => segments,
        };
        let things = match outer_template(node, &kind, existing) {
            Some(template) => {
                let items = template.get("resources").and_then(Node::as_array).unwrap_or_default();
                let inner = items.iter().zip(unnamed(items));
                inner
                    .flat_map(|(item, own)| self.await_one(item, &format!("{symbol}::{own}"), None, depth + 1))
                    .collect()
            }
            None if is_deployment(&kind) && !existing => vec![ExprKind::Module(symbol.into())],
            None => {
                let mode = if existing { Mode::Data } else { Mode::Managed };
                vec![ExprKind::Resource(mode, Name::from(kind.as_str()), symbol.into())]
            }
        };
        let copy = node.get_ignore_case("copy");
        self.awaited.push(Awaited {
            kind: kind.to_lowercase(),
            name: segments.clone(),
            each: own.filter(|_| copy.is_some()),
            copy: copy.and_then(|copy| Some(copy.get("name")?.as_str()?.to_lowercase())),
            things: things.clone(),
        });
        let parent = Parent { kind: &kind, name: segments.as_deref() };
        let children = node.get("resources").and_then(Node::as_array).unwrap_or_default();
        for (child, own) in children.iter().zip(unnamed(children)) {
            self.await_one(child, &format!("{symbol}::{own}"), Some(&parent), depth + 1);
        }
        things
    }

    /// What a resource waits for by its `dependsOn`.
    pub(super) fn depends_on(&self, node: &Node) -> Vec<Expr> {
        let Some(list) = node.get_ignore_case("dependsOn") else { return Vec::new() };
        let Some(entries) = list.as_array() else {
            let why = ExprKind::Opaque("what it waits for".into());
            return vec![Expr { span: list.span, kind: why }];
        };
        entries.iter().flat_map(|entry| self.waits_for(entry)).collect()
    }

    fn waits_for(&self, entry: &Node) -> Vec<Expr> {
        let span = entry.span;
        let Some(expr) = self.parsed(Some(entry)) else { return Vec::new() };
        if let Some(found) = self.symbol(&expr, true)
            && !matches!(&found.kind, ExprKind::Module(symbol) if self.outer.contains(symbol))
        {
            return vec![Expr { span, ..found }];
        }
        let found = self.named(&expr);
        if found.is_empty() {
            // Told by its value then, if at all.
            let args = Box::new([self.expr(&expr)]);
            return vec![Expr { span, kind: ExprKind::Call("arm:reference".into(), args, false) }];
        }
        found.into_iter().map(|kind| Expr { span, kind }).collect()
    }

    /// What an entry names by how it is written.
    fn named(&self, expr: &Expression) -> Vec<ExprKind> {
        let whole = |one: &Awaited| one.things.clone();
        if let ArmKind::Str(text) = &expr.kind {
            let text = text.to_lowercase();
            let is_meant = |one: &&Awaited| {
                let name = one.name.as_ref().map(|name| name.join("/").replace('"', ""));
                one.copy.as_deref() == Some(&*text)
                    || name.is_some_and(|name| name == text || text == format!("{}/{name}", one.kind))
            };
            return self.awaited.iter().filter(is_meant).flat_map(whole).collect();
        }
        let Some((kind, names)) = typed(expr) else {
            let name = segments(expr);
            let is_meant = |one: &&Awaited| name.is_some() && one.name == name;
            return self.awaited.iter().filter(is_meant).flat_map(whole).collect();
        };
        let kind = kind.to_lowercase();
        let name: Option<Vec<String>> = names.iter().map(|name| Some(written(name)?.to_lowercase())).collect();
        let same_kind = || self.awaited.iter().filter(|one| one.kind == kind);
        let exactly: Vec<ExprKind> =
            same_kind().filter(|one| name.is_some() && one.name == name).flat_map(whole).collect();
        if !exactly.is_empty() {
            return exactly;
        }
        let [only] = names else { return Vec::new() };
        let found = same_kind().find_map(|one| {
            let mut index = None;
            let is_one = is_instance(one.each.as_ref()?, only, &mut index);
            let index = self.expr(index.filter(|_| is_one)?);
            let at = |thing: &ExprKind| {
                let base = Expr { span: expr.span, kind: thing.clone() };
                ExprKind::Index(Box::new(base), Box::new(index.clone()))
            };
            Some(one.things.iter().map(at).collect())
        });
        found.unwrap_or_default()
    }

    /// A string as an expression. Its errors are reported where it is read as a value.
    fn parsed(&self, node: Option<&Node>) -> Option<Expression> {
        let Node { kind: Kind::String(text), span, .. } = node? else { return None };
        match arm_expr::parse(self.source, text, span.start + 1).0 {
            Parsed::Literal(text) => Some(Expression { span: *span, kind: ArmKind::Str(text.into()) }),
            Parsed::Expression(expr) => Some(expr),
        }
    }
}

/// The template of a nested deployment whose resources are part of the template around it.
fn outer_template<'n>(node: &'n Node, kind: &str, existing: bool) -> Option<&'n Node> {
    let template = node.get("properties").and_then(|properties| properties.get("template"))?;
    (is_deployment(kind) && !existing && !evaluates_inside(node)).then_some(template)
}

/// The type and the names of `resourceId('type', …)` and its like.
fn typed(expr: &Expression) -> Option<(&str, &[Expression])> {
    let ArmKind::Call { namespace: None, name, args, .. } = &expr.kind else { return None };
    if !name.to_ascii_lowercase().ends_with("resourceid") {
        return None;
    }
    let type_of = |arg: &Expression| match &arg.kind {
        ArmKind::Str(text) => text.contains('.') && text.contains('/'),
        _ => false,
    };
    let at = args.iter().position(type_of)?;
    match &args.get(at)?.kind {
        ArmKind::Str(kind) => Some((kind, args.get(at + 1..)?)),
        _ => None,
    }
}

/// The segments of a name as they are written, in lower case.
fn segments(name: &Expression) -> Option<Vec<String>> {
    if let ArmKind::Str(text) = &name.kind {
        return Some(text.to_lowercase().split('/').map(|part| format!("{part:?}")).collect());
    }
    if let ArmKind::Call { namespace: None, name: function, args, .. } = &name.kind {
        let function = function.to_ascii_lowercase();
        if let ("format", Some((Expression { kind: ArmKind::Str(pattern), .. }, holes))) =
            (function.as_str(), args.split_first())
            && pattern.contains('/')
        {
            let segment = |part: &str| {
                let at: usize = part.strip_prefix('{')?.strip_suffix('}')?.parse().ok()?;
                Some(written(holes.get(at)?)?.to_lowercase())
            };
            return pattern.split('/').map(segment).collect();
        }
        let is_slash = |arg: &Expression| matches!(&arg.kind, ArmKind::Str(text) if &**text == "/");
        if function == "concat" && args.iter().any(is_slash) {
            let segment = |parts: &[Expression]| match parts {
                [only] => Some(written(only)?.to_lowercase()),
                _ => None,
            };
            return args.split(is_slash).map(segment).collect();
        }
    }
    Some(vec![written(name)?.to_lowercase()])
}
