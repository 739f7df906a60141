//! Values and expressions. Names do not tell upper from lower case; they are turned into the declared spelling here.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::deployments::is_deployment;
use crate::ir::{Callee, Expr, ExprKind, For, Function, Item, Mode, Name, Remark, UNREADABLE};
use crate::lower::remark;
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
pub(super) struct Context<'t> {
    pub(super) source: SourceId,
    text: &'t str,
    pub(super) params: HashMap<String, Name>,
    pub(super) locals: HashMap<String, Name>,
    pub(super) symbols: HashMap<String, (Name, Symbol)>,
    /// The symbols of nested deployments by what their names are written as.
    pub(super) deployments: HashMap<String, Name>,
    /// The names of nested deployments that run in a loop, and their symbols.
    pub(super) loops: Vec<(Expression, Name)>,
    /// The symbols of those whose expressions are this template's.
    pub(super) outer: HashSet<Name>,
    /// What resources can be waited for.
    pub(super) awaited: Vec<super::waits::Awaited>,
    /// What the function at hand takes, if one is at hand.
    pub(super) arguments: HashSet<String>,
    /// Whether an output is at hand: the loop without a name is its own there.
    pub(super) in_output: bool,
    /// The name of the loop that the resource at hand runs in.
    pub(super) resource_loop: Option<String>,
    errors: RefCell<Vec<SyntaxError>>,
    remarks: RefCell<Vec<Remark>>,
}

impl<'t> Context<'t> {
    pub(super) fn new(source: SourceId, text: &'t str) -> Self {
        Self {
            source,
            text,
            params: HashMap::new(),
            locals: HashMap::new(),
            symbols: HashMap::new(),
            deployments: HashMap::new(),
            loops: Vec::new(),
            outer: HashSet::new(),
            awaited: Vec::new(),
            arguments: HashSet::new(),
            in_output: false,
            resource_loop: None,
            errors: RefCell::default(),
            remarks: RefCell::default(),
        }
    }

    pub(super) fn take_errors(&self) -> Vec<SyntaxError> {
        self.errors.take()
    }

    pub(super) fn take_remarks(&self) -> Vec<Remark> {
        self.remarks.take()
    }

    /// What `read` gives, without what it would report: something that is read a second time.
    pub(super) fn unreported<T>(&self, read: impl FnOnce() -> T) -> T {
        let (errors, remarks) = (self.errors.borrow().len(), self.remarks.borrow().len());
        let value = read();
        self.errors.borrow_mut().truncate(errors);
        self.remarks.borrow_mut().truncate(remarks);
        value
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
        self.declare_awaited(root);
    }

    /// A function: its parameters hide those of the template.
    pub(super) fn function(&mut self, namespace: &str, member: &Member) -> Option<Function> {
        let names = member.value.get("parameters").and_then(Node::as_array).unwrap_or_default();
        let names: Vec<&str> = names.iter().filter_map(|param| param.get("name")?.as_str()).collect();
        self.arguments = names.iter().map(|name| name.to_lowercase()).collect();
        let body = member.value.get("output").and_then(|output| output.get("value")).map(|value| self.value(value));
        self.arguments.clear();
        let params = names.into_iter().map(argument).collect();
        Some(Function { name: function_name(namespace, &member.key.value), params, body: body? })
    }

    /// A JSON value; strings may be expressions.
    pub(super) fn value(&self, node: &Node) -> Expr {
        self.convert(node, true)
    }

    /// A JSON value in which strings stand for themselves.
    pub(super) fn literal(&self, node: &Node) -> Expr {
        self.convert(node, false)
    }

    /// A value of a parameter file: what tools put in before it is used is not known.
    pub(super) fn given(&self, node: &Node) -> Expr {
        let mut given = self.literal(node);
        fill_in(&mut given);
        given
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
                    let Some(named) = copy.get("name") else { continue };
                    if let Some(value) = self.copy_property(copy, named.as_str().unwrap_or("")) {
                        items.push(Item { key: self.convert(named, expressions), value });
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
            self.remarks.borrow_mut().extend(remark(self.text, span, &text.value));
            return Expr { span, kind: ExprKind::Str(Name::from(&*text.value)) };
        }
        let (parsed, errors) = arm_expr::parse(self.source, text, span.start + 1);
        self.errors.borrow_mut().extend(errors);
        match parsed {
            Parsed::Literal(text) => Expr { span, kind: ExprKind::Str(text.into()) },
            Parsed::Expression(expr) => self.expr(&expr),
        }
    }

    pub(super) fn expr(&self, expr: &arm_expr::Expr) -> Expr {
        let span = expr.span;
        let kind = match &expr.kind {
            ArmKind::Str(text) => ExprKind::Str(Name::from(&**text)),
            #[expect(clippy::cast_precision_loss, reason = "numbers of templates are small")]
            ArmKind::Int(number) => ExprKind::Number(*number as f64),
            ArmKind::Float(number) => ExprKind::Number(*number),
            ArmKind::Broken => ExprKind::Opaque(UNREADABLE.into()),
            ArmKind::Property { base, name, name_span } => {
                if let Some(kind) = self.module_output(base, name, *name_span) {
                    return Expr { span, kind };
                }
                ExprKind::Get(Box::new(self.expr(base)), usual(name), *name_span)
            }
            ArmKind::Index { base, index } => ExprKind::Index(Box::new(self.expr(base)), Box::new(self.expr(index))),
            ArmKind::Call { namespace: None, name, args, .. } => self.call(name, args, span),
            ArmKind::Call { namespace: Some(namespace), name, args, .. } => {
                let args = args.iter().map(|arg| self.expr(arg)).collect();
                ExprKind::Apply(Callee { import: None, name: function_name(namespace, name) }, args)
            }
        };
        Expr { span, kind }
    }
}

/// Makes unknown what holds a place for a value: `${NAME}` of azd, `#{name}#` and `__name__` of release pipelines.
fn fill_in(expr: &mut Expr) {
    let between = |text: &str, open: &str, close: &str| {
        text.split_once(open).is_some_and(|(_, rest)| rest.split_once(close).is_some_and(|(name, _)| !name.is_empty()))
    };
    let is_token = |text: &str| text.len() > 4 && text.starts_with("__") && text.ends_with("__");
    match &mut expr.kind {
        ExprKind::Str(text) if between(text, "${", "}") || between(text, "#{", "}#") || is_token(text) => {
            expr.kind = ExprKind::Opaque("a value that is filled in before the deployment".into());
        }
        ExprKind::List(items) => items.iter_mut().for_each(fill_in),
        ExprKind::Object(items) => items.iter_mut().for_each(|item| fill_in(&mut item.value)),
        _ => {}
    }
}

/// A property's name as Azure's reference spells it, where identities hang on it: templates may use any case.
fn usual(name: &str) -> Name {
    const USUAL: [&str; 9] = [
        "id",
        "name",
        "identity",
        "properties",
        "principalId",
        "clientId",
        "tenantId",
        "userAssignedIdentities",
        "type",
    ];
    USUAL.into_iter().find(|usual| usual.eq_ignore_ascii_case(name)).unwrap_or(name).into()
}

/// A function's name with its namespace.
pub(super) fn function_name(namespace: &str, name: &str) -> Name {
    format!("{namespace}.{name}").to_lowercase().into()
}

/// The name under which a function's argument is bound.
pub(super) fn argument(name: &str) -> Name {
    format!("parameters({})", name.to_lowercase()).into()
}

/// The name under which a lambda's variable is bound.
pub(super) fn variable(name: &str) -> Name {
    format!("lambda({})", name.to_lowercase()).into()
}

/// The name under which a loop's index is bound.
pub(super) fn loop_name(name: &str) -> Name {
    format!("copyIndex({})", name.to_lowercase()).into()
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
