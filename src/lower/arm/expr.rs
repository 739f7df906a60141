//! Values and expressions. Names do not tell upper from lower case; they are turned into the declared spelling here.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::ir::{EachPart, Expr, ExprKind, For, Item, Mode, Name};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;
use crate::syntax::arm_expr::{self, Expr as Expression, Kind as ArmKind, Parsed};
use crate::syntax::json::{Kind, Member, Node, Text};

/// What a symbolic name of a template stands for.
#[derive(Debug, Clone)]
pub(super) enum Symbol {
    /// A resource, made or looked up.
    Resource(Mode, Name),
    /// A nested deployment.
    Deployment,
}

/// What names mean in one template.
pub(super) struct Context {
    source: SourceId,
    params: HashMap<String, Name>,
    locals: HashMap<String, Name>,
    pub(super) symbols: HashMap<String, (Name, Symbol)>,
    /// The symbols of nested deployments by what their names are written as.
    deployments: HashMap<String, Name>,
    /// The name of the loop that the resource at hand runs in.
    pub(super) resource_loop: Option<String>,
    errors: RefCell<Vec<SyntaxError>>,
}

impl Context {
    pub(super) fn new(source: SourceId) -> Self {
        Self {
            source,
            params: HashMap::new(),
            locals: HashMap::new(),
            symbols: HashMap::new(),
            deployments: HashMap::new(),
            resource_loop: None,
            errors: RefCell::default(),
        }
    }

    pub(super) fn take_errors(&self) -> Vec<SyntaxError> {
        self.errors.take()
    }

    /// Learns the names that a template declares.
    pub(super) fn declare(&mut self, root: &Node) {
        let names = |section: &str| -> HashMap<String, Name> {
            let members = root.get(section).and_then(Node::as_object).unwrap_or_default();
            members.iter().map(|member| (member.key.value.to_lowercase(), Name::from(&*member.key.value))).collect()
        };
        self.params = names("parameters");
        self.locals = names("variables");
        let copies = root.get("variables").and_then(|node| node.get("copy")).and_then(Node::as_array);
        for name in copies.unwrap_or_default().iter().filter_map(|copy| copy.get("name")?.as_str()) {
            self.locals.insert(name.to_lowercase(), name.into());
        }
        for member in root.get("resources").and_then(Node::as_object).unwrap_or_default() {
            let kind = member.value.get("type").and_then(Node::as_str).unwrap_or("");
            let existing = member.value.get("existing").is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
            let symbol = if is_deployment(kind) && !existing {
                Symbol::Deployment
            } else {
                Symbol::Resource(if existing { Mode::Data } else { Mode::Managed }, kind.into())
            };
            self.symbols.insert(member.key.value.to_lowercase(), (Name::from(&*member.key.value), symbol));
            self.declare_deployment(&member.value, &member.key.value);
        }
        let items = root.get("resources").and_then(Node::as_array).unwrap_or_default();
        for (item, symbol) in items.iter().zip(unnamed(items)) {
            self.declare_deployment(item, &symbol);
        }
    }

    fn declare_deployment(&mut self, node: &Node, symbol: &str) {
        let Some(Node { kind: Kind::String(name), span, .. }) = node.get_ignore_case("name") else { return };
        let kind = node.get_ignore_case("type").and_then(Node::as_str).unwrap_or("");
        if !is_deployment(kind) || node.get("copy").is_some() {
            return;
        }
        // Its errors are reported where the resource itself is read.
        let written = match arm_expr::parse(self.source, name, span.start + 1).0 {
            Parsed::Literal(text) => Some(format!("{text:?}")),
            Parsed::Expression(expr) => written(&expr),
        };
        if let Some(written) = written {
            self.deployments.insert(written.to_lowercase(), symbol.into());
        }
    }

    /// A JSON value; strings may be expressions.
    pub(super) fn value(&self, node: &Node) -> Expr {
        self.convert(node, true)
    }

    /// A JSON value in which strings stand for themselves.
    pub(super) fn literal(&self, node: &Node) -> Expr {
        self.convert(node, false)
    }

    fn convert(&self, node: &Node, expressions: bool) -> Expr {
        let span = node.span;
        let kind = match &node.kind {
            Kind::Null => ExprKind::Null,
            Kind::Bool(value) => ExprKind::Bool(*value),
            Kind::Number(value) => ExprKind::Number(*value),
            Kind::String(text) if expressions => return self.string(span, text),
            Kind::String(text) => ExprKind::Str(Name::from(&*text.value)),
            Kind::Array(items) => ExprKind::List(items.iter().map(|item| self.convert(item, expressions)).collect()),
            Kind::Object(members) => self.object(members, expressions),
        };
        Expr { span, kind }
    }

    fn object(&self, members: &[Member], expressions: bool) -> ExprKind {
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            // `"copy": [{"name": "x", …}]` inside an object makes the property `x`.
            if expressions && member.key.value.eq_ignore_ascii_case("copy") && member.value.as_array().is_some() {
                for copy in member.value.as_array().unwrap_or_default() {
                    let name = copy.get("name").and_then(Node::as_str).unwrap_or("");
                    if let Some(value) = self.copy_property(copy, name) {
                        items.push(Item { key: Expr { span: copy.span, kind: ExprKind::Str(name.into()) }, value });
                    }
                }
                continue;
            }
            let key = if expressions {
                self.string(member.key_span, &member.key)
            } else {
                Expr { span: member.key_span, kind: ExprKind::Str(Name::from(&*member.key.value)) }
            };
            items.push(Item { key, value: self.convert(&member.value, expressions) });
        }
        ExprKind::Object(items.into())
    }

    /// A property that is made by a loop: a list with one item for each round.
    pub(super) fn copy_property(&self, copy: &Node, name: &str) -> Option<Expr> {
        let (count, input) = (copy.get("count")?, copy.get("input")?);
        let (count, value) = (self.value(count), self.value(input));
        let start = Expr { span: count.span, kind: ExprKind::Number(0.0) };
        let range = ExprKind::Call("arm:range".into(), Box::new([start, count]), false);
        let collection = Expr { span: copy.span, kind: range };
        let loop_ = For {
            key_name: None,
            value_name: loop_name(name),
            collection,
            key: None,
            value,
            condition: None,
            grouping: false,
        };
        Some(Expr { span: copy.span, kind: ExprKind::For(Box::new(loop_)) })
    }

    pub(super) fn string(&self, span: Span, text: &Text) -> Expr {
        if !text.value.starts_with('[') {
            return Expr { span, kind: ExprKind::Str(Name::from(&*text.value)) };
        }
        let (parsed, errors) = arm_expr::parse(self.source, text, span.start + 1);
        self.errors.borrow_mut().extend(errors);
        match parsed {
            Parsed::Literal(text) => Expr { span, kind: ExprKind::Str(text.into()) },
            Parsed::Expression(expr) => self.expr(&expr),
        }
    }

    fn expr(&self, expr: &arm_expr::Expr) -> Expr {
        let span = expr.span;
        let kind = match &expr.kind {
            ArmKind::Str(text) => ExprKind::Str(Name::from(&**text)),
            #[expect(clippy::cast_precision_loss, reason = "numbers of templates are small")]
            ArmKind::Int(number) => ExprKind::Number(*number as f64),
            ArmKind::Float(number) => ExprKind::Number(*number),
            ArmKind::Broken => ExprKind::Opaque("an expression that cannot be read".into()),
            ArmKind::Property { base, name, name_span } => {
                if let Some(kind) = self.module_output(base, name, *name_span) {
                    return Expr { span, kind };
                }
                ExprKind::Get(Box::new(self.expr(base)), Name::from(&**name), *name_span)
            }
            ArmKind::Index { base, index } => ExprKind::Index(Box::new(self.expr(base)), Box::new(self.expr(index))),
            ArmKind::Call { namespace: None, name, args, .. } => self.call(name, args, span),
            ArmKind::Call { namespace: Some(_), .. } => ExprKind::Opaque("a user-defined function".into()),
        };
        Expr { span, kind }
    }

    /// `reference('module').outputs.x.value` and `listOutputsWithSecureValues('module', version).x` are output `x` of
    /// the nested template.
    fn module_output(&self, base: &arm_expr::Expr, name: &str, name_span: Span) -> Option<ExprKind> {
        if let ArmKind::Call { namespace: None, name: function, args, .. } = &base.kind
            && function.eq_ignore_ascii_case("listOutputsWithSecureValues")
        {
            let module = self.deployment(args.first()?)?;
            return Some(ExprKind::Get(Box::new(module), name.into(), name_span));
        }
        let ArmKind::Property { base: outputs, name: output, name_span } = &base.kind else { return None };
        let ArmKind::Property { base: reference, name: section, .. } = &outputs.kind else { return None };
        if !name.eq_ignore_ascii_case("value") || !section.eq_ignore_ascii_case("outputs") {
            return None;
        }
        let ArmKind::Call { namespace: None, name: function, args, .. } = &reference.kind else { return None };
        let first = args.first().filter(|_| function.eq_ignore_ascii_case("reference"))?;
        let module = self.deployment(first)?;
        Some(ExprKind::Get(Box::new(module), Name::from(&**output), *name_span))
    }

    /// The nested deployment that is meant by its symbol, its name or its id.
    fn deployment(&self, expr: &arm_expr::Expr) -> Option<Expr> {
        if let Some(symbol) = self.symbol(expr, true) {
            return Some(symbol);
        }
        let name = match &expr.kind {
            ArmKind::Call { namespace: None, name, args, .. } if name.to_ascii_lowercase().ends_with("resourceid") => {
                match args.as_slice() {
                    [Expression { kind: ArmKind::Str(kind), .. }, name] if is_deployment(kind) => name,
                    _ => return None,
                }
            }
            _ => expr,
        };
        let symbol = self.deployments.get(&written(name)?.to_lowercase())?;
        Some(Expr { span: expr.span, kind: ExprKind::Module(symbol.clone()) })
    }

    fn call(&self, name: &str, args: &[arm_expr::Expr], span: Span) -> ExprKind {
        let text = |at: usize| match args.get(at).map(|arg| &arg.kind) {
            Some(ArmKind::Str(text)) => Some(&**text),
            _ => None,
        };
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), text(0)) {
            ("parameters", Some(name)) => match self.params.get(&name.to_lowercase()) {
                Some(name) => ExprKind::Param(name.clone()),
                None => ExprKind::Opaque(format!("parameters('{name}')").into()),
            },
            ("variables", Some(name)) => match self.locals.get(&name.to_lowercase()) {
                Some(name) => ExprKind::Local(name.clone()),
                None => ExprKind::Opaque(format!("variables('{name}')").into()),
            },
            ("copyindex", name) => self.copy_index(name, args, span),
            ("true", _) => ExprKind::Bool(true),
            ("false", _) => ExprKind::Bool(false),
            ("null", _) => ExprKind::Null,
            ("if", _) if args.len() == 3 => {
                let mut parts = args.iter().map(|arg| self.expr(arg));
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(condition), Some(then), Some(otherwise)) => {
                        ExprKind::Cond(Box::new([condition, then, otherwise]))
                    }
                    _ => ExprKind::Null,
                }
            }
            ("reference", _) => self.reference(args, span),
            ("lambdavariables", Some(name)) => ExprKind::Bound(variable(name)),
            ("map" | "filter" | "toobject" | "reduce", _) => self.higher(&lower, args, span),
            _ => {
                let args = args.iter().map(|arg| self.expr(arg)).collect();
                ExprKind::Call(format!("arm:{lower}").into(), args, false)
            }
        }
    }

    /// The state of a resource: its properties, or with `'full'` all of it.
    fn reference(&self, args: &[arm_expr::Expr], span: Span) -> ExprKind {
        let full =
            args.iter().skip(1).any(|arg| matches!(&arg.kind, ArmKind::Str(text) if text.eq_ignore_ascii_case("full")));
        let symbol = args.first().and_then(|first| self.symbol(first, false));
        let resource = match symbol {
            Some(resource) => resource,
            None => {
                let args = args.iter().take(1).map(|arg| self.expr(arg)).collect();
                Expr { span, kind: ExprKind::Call("arm:reference".into(), args, false) }
            }
        };
        if full { resource.kind } else { ExprKind::Get(Box::new(resource), "properties".into(), span) }
    }

    /// What a symbolic name, or `format('name[{0}]', index)` for an instance of a loop, stands for.
    fn symbol(&self, expr: &arm_expr::Expr, deployments: bool) -> Option<Expr> {
        let span = expr.span;
        let (written, index) = match &expr.kind {
            ArmKind::Str(text) => (text.to_lowercase(), None),
            ArmKind::Call { namespace: None, name, args, .. } if name.eq_ignore_ascii_case("format") => {
                match args.as_slice() {
                    [first, index] => match &first.kind {
                        ArmKind::Str(text) => {
                            (text.to_lowercase().strip_suffix("[{0}]")?.to_owned(), Some(self.expr(index)))
                        }
                        _ => return None,
                    },
                    _ => return None,
                }
            }
            _ => return None,
        };
        let (name, symbol) = self.symbols.get(&written)?;
        let kind = match symbol {
            Symbol::Deployment if deployments => ExprKind::Module(name.clone()),
            Symbol::Deployment => return None,
            Symbol::Resource(mode, kind) => ExprKind::Resource(*mode, kind.clone(), name.clone()),
        };
        let base = Expr { span, kind };
        Some(match index {
            Some(index) => Expr { span, kind: ExprKind::Index(Box::new(base), Box::new(index)) },
            None => base,
        })
    }

    /// Functions that take functions are loops.
    fn higher(&self, name: &str, args: &[arm_expr::Expr], span: Span) -> ExprKind {
        let opaque = || ExprKind::Opaque(format!("{name}()").into());
        let Some(collection) = args.first().map(|arg| self.expr(arg)) else { return opaque() };
        let lambda = |at: usize| args.get(at).and_then(|arg| self.lambda(arg));
        let item = |name: &Name| Expr { span, kind: ExprKind::Bound(name.clone()) };
        let (names, key, value, condition) = match name {
            "map" => match lambda(1) {
                Some((names, body)) => (names, None, body, None),
                None => return opaque(),
            },
            "filter" => match lambda(1) {
                Some((names, body)) => {
                    let value = names.first().map(item);
                    let Some(value) = value else { return opaque() };
                    (names, None, value, Some(body))
                }
                None => return opaque(),
            },
            "toobject" => match (lambda(1), lambda(2)) {
                (Some((names, key)), None) => {
                    let Some(value) = names.first().map(item) else { return opaque() };
                    (names, Some(key), value, None)
                }
                (Some((names, key)), Some((other, value))) if names == other => (names, Some(key), value, None),
                _ => return opaque(),
            },
            // The one reduction that people write: a union of everything.
            _ => match (args.get(1), args.get(2).and_then(union_of_both)) {
                (Some(start), Some(())) => {
                    let args = Box::new([collection, self.expr(start)]);
                    return ExprKind::Call("arm:unionall".into(), args, false);
                }
                _ => return opaque(),
            },
        };
        let (Some(value_name), index) = (names.first().cloned(), names.get(1).cloned()) else { return opaque() };
        ExprKind::For(Box::new(For { key_name: index, value_name, collection, key, value, condition, grouping: false }))
    }

    fn lambda(&self, expr: &arm_expr::Expr) -> Option<(Vec<Name>, Expr)> {
        let (names, body) = lambda_parts(expr)?;
        Some((names.into_iter().map(variable).collect(), self.expr(body)))
    }

    fn copy_index(&self, name: Option<&str>, args: &[arm_expr::Expr], span: Span) -> ExprKind {
        let of_resource = match (name, &self.resource_loop) {
            (None, _) => true,
            (Some(name), Some(own)) => name.eq_ignore_ascii_case(own),
            (Some(_), None) => false,
        };
        let index =
            if of_resource { ExprKind::Each(EachPart::Index) } else { ExprKind::Bound(loop_name(name.unwrap_or(""))) };
        let offset = args.iter().find(|arg| matches!(arg.kind, ArmKind::Int(_)) || name.is_some() && args.len() > 1);
        match offset.filter(|arg| !matches!(arg.kind, ArmKind::Str(_))) {
            Some(offset) => {
                let sides = Box::new([Expr { span, kind: index }, self.expr(offset)]);
                ExprKind::Binary(crate::ir::BinaryOp::Add, sides)
            }
            None => index,
        }
    }
}

/// The names and the body of `lambda('x', …)`.
fn lambda_parts(expr: &arm_expr::Expr) -> Option<(Vec<&str>, &arm_expr::Expr)> {
    let ArmKind::Call { namespace: None, name, args, .. } = &expr.kind else { return None };
    let (body, names) = args.split_last().filter(|_| name.eq_ignore_ascii_case("lambda"))?;
    let names = names.iter().map(|name| match &name.kind {
        ArmKind::Str(text) => Some(&**text),
        _ => None,
    });
    Some((names.collect::<Option<Vec<_>>>()?, body))
}

/// Whether a lambda of two is the union of the two.
fn union_of_both(expr: &arm_expr::Expr) -> Option<()> {
    let (names, body) = lambda_parts(expr)?;
    let ArmKind::Call { name, args, .. } = &body.kind else { return None };
    let both = args.iter().zip(&names).all(|(arg, wanted)| match &arg.kind {
        ArmKind::Call { name, args, .. } if name.eq_ignore_ascii_case("lambdaVariables") => {
            matches!(args.first().map(|arg| &arg.kind), Some(ArmKind::Str(text)) if **text == **wanted)
        }
        _ => false,
    });
    let unites = name.eq_ignore_ascii_case("union") || name.eq_ignore_ascii_case("shallowMerge");
    (unites && both && args.len() == 2 && names.len() == 2).then_some(())
}

/// The name under which a lambda's variable is bound.
fn variable(name: &str) -> Name {
    format!("lambda({})", name.to_lowercase()).into()
}

/// The name under which a loop's index is bound.
fn loop_name(name: &str) -> Name {
    format!("copyIndex({})", name.to_lowercase()).into()
}

pub(super) fn is_deployment(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("Microsoft.Resources/deployments")
}

/// The longest name that is part of a symbol.
const MAX_NAME: usize = 100;

/// Symbols for resources that have none: type and name as they are written, or where that is not one resource's alone,
/// the place.
pub(super) fn unnamed(resources: &[Node]) -> Vec<String> {
    let mut seen = HashSet::new();
    let symbol = |(at, node): (usize, &Node)| {
        let text = |name| node.get_ignore_case(name).and_then(Node::as_str);
        let written = text("type").zip(text("name").filter(|name| name.len() <= MAX_NAME));
        written
            .map(|(kind, name)| format!("{kind}/{name}"))
            .filter(|symbol| seen.insert(symbol.clone()))
            .unwrap_or_else(|| format!("resources[{at}]"))
    };
    resources.iter().enumerate().map(symbol).collect()
}

/// An expression as text, the same for the same expression; none if it cannot be read.
fn written(expr: &Expression) -> Option<String> {
    Some(match &expr.kind {
        ArmKind::Str(text) => format!("{text:?}"),
        ArmKind::Int(number) => number.to_string(),
        ArmKind::Float(number) => number.to_string(),
        ArmKind::Call { namespace, name, args, .. } => {
            let args: Option<Vec<String>> = args.iter().map(written).collect();
            format!("{}.{name}({})", namespace.as_deref().unwrap_or(""), args?.join(","))
        }
        ArmKind::Property { base, name, .. } => format!("{}.{name}", written(base)?),
        ArmKind::Index { base, index } => format!("{}[{}]", written(base)?, written(index)?),
        ArmKind::Broken => return None,
    })
}
