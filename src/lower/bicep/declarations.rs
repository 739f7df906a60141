//! Statements: what each declares.

use super::expr::{Context, Symbol};
use crate::ir::{
    Attr, Batch, Body, Call, Expr, ExprKind, Function, Holds, Import, Keeping, Local, Mode, Module, Name, Output,
    Param, Part, Repeat, Resource, Shape, Source,
};
use crate::source::Span;
use crate::syntax::bicep::{self as tree, Statement, StatementKind};

/// The resource that children are written in.
struct Parent {
    symbol: Name,
    kind: Name,
    mode: Mode,
    version: Option<Name>,
}

impl Context<'_> {
    /// Learns the names that a file declares.
    pub(super) fn declare(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::TargetScope(scope) => {
                    self.target_scope = scope.as_str().unwrap_or("resourceGroup").to_ascii_lowercase().into();
                }
                StatementKind::Type(name, _) if statement.decorator("secure").is_some() => {
                    self.secure_types.insert(name.name.clone());
                }
                StatementKind::Param(name, ..) => drop(self.symbols.insert(name.name.clone(), Symbol::Param)),
                StatementKind::Var(name, ..) => drop(self.symbols.insert(name.name.clone(), Symbol::Local)),
                StatementKind::Func(func) => drop(self.symbols.insert(func.name.name.clone(), Symbol::Function)),
                StatementKind::Import(import) => self.declare_import(import),
                StatementKind::Module(module) => {
                    self.symbols.insert(module.name.name.clone(), Symbol::Module);
                }
                StatementKind::Resource(resource) => self.declare_resource(resource, None),
                _ => {}
            }
        }
    }

    fn declare_import(&mut self, import: &tree::Import) {
        let at = self.imports;
        self.imports += 1;
        match &import.imported {
            tree::Imported::All(alias) => drop(self.symbols.insert(alias.name.clone(), Symbol::Namespace(at))),
            tree::Imported::Items(items) => {
                for item in items {
                    let symbol = Symbol::Imported(at, item.name.value.clone());
                    self.symbols.insert(item.local_name().clone(), symbol);
                }
            }
        }
    }

    fn declare_resource(&mut self, resource: &tree::Resource, parent: Option<&Parent>) {
        let own = identity(resource, parent);
        let symbol = Symbol::Resource(own.mode, own.kind.clone(), own.symbol.clone());
        // Inside its parent a child goes by its own name, outside by `parent::child`.
        self.symbols.entry(resource.name.name.clone()).or_insert_with(|| symbol.clone());
        self.symbols.insert(own.symbol.clone(), symbol);
        for child in resource.body.object.iter().flat_map(tree::Object::resources) {
            if let StatementKind::Resource(child) = &child.kind {
                self.declare_resource(child, Some(&own));
            }
        }
    }
}

/// The symbol, type, mode and version of a resource. A child's type continues that of what it is written in.
fn identity(resource: &tree::Resource, parent: Option<&Parent>) -> Parent {
    let written = resource.kind.as_str().unwrap_or("");
    let (kind, version) =
        written.split_once('@').map_or((written, None), |(kind, version)| (kind, Some(Name::from(version))));
    let mode = if resource.existing.is_some() { Mode::Data } else { Mode::Managed };
    match parent {
        Some(parent) => Parent {
            symbol: format!("{}::{}", parent.symbol, resource.name.name).into(),
            kind: if kind.contains('.') { kind.into() } else { format!("{}/{kind}", parent.kind).into() },
            mode,
            version: version.or_else(|| parent.version.clone()),
        },
        None => Parent { symbol: resource.name.name.clone(), kind: kind.into(), mode, version },
    }
}

/// A type without its marks for null.
fn bare(mut kind: &tree::Type) -> &tree::Type {
    while let tree::TypeKind::Optional(inner) | tree::TypeKind::NonNull(inner) = &kind.kind {
        kind = inner;
    }
    kind
}

/// What a type has room for.
fn holds(kind: &tree::Type) -> Holds {
    match &bare(kind).kind {
        tree::TypeKind::Name(name) => match &**name {
            "string" => Holds::Text,
            "int" | "bool" => Holds::Plain,
            "object" | "array" => Holds::Parts,
            _ => Holds::Unknown,
        },
        // A value that stands in the code, or one of a few.
        tree::TypeKind::Literal(_) | tree::TypeKind::Unary(..) | tree::TypeKind::Union(_) => Holds::Plain,
        _ => Holds::Unknown,
    }
}

/// Only texts and objects are kept secret.
fn keeping(statement: &Statement, kind: &tree::Type) -> Keeping {
    match &bare(kind).kind {
        tree::TypeKind::Name(name) if ["string", "object"].contains(&&**name) => {
            Keeping::Decorator(statement.span.at_start())
        }
        tree::TypeKind::Object(_) => Keeping::Decorator(statement.span.at_start()),
        _ => Keeping::Never,
    }
}

pub(super) fn statement(context: &mut Context<'_>, statement: &Statement, module: &mut Module) {
    let secure = statement.decorator("secure").is_some();
    match &statement.kind {
        StatementKind::Param(name, kind, default) => {
            let default = match (default, kind) {
                (Some(default), _) => Some(context.expr(default)),
                (None, kind) if matches!(kind.kind, tree::TypeKind::Optional(_)) => {
                    Some(Expr { span: kind.span, kind: ExprKind::Null })
                }
                _ => None,
            };
            let secure = secure || is_secure(context, kind);
            let (name, span) = (name.name.clone(), statement.header);
            let keeping = keeping(statement, kind);
            let holds = holds(kind);
            module.params.push(Param { name, span, default, shape: Shape::Any, holds, secure, keeping });
        }
        StatementKind::Var(name, _, value) => {
            let value = context.expr(value);
            module.locals.push(Local { name: name.name.clone(), span: name.span, value });
        }
        StatementKind::Output(name, kind, value) => {
            let value = context.expr(value);
            module.outputs.push(Output {
                name: name.name.clone(),
                span: statement.header,
                value,
                secure,
                keeping: keeping(statement, kind),
                depends_on: Vec::new(),
            });
        }
        StatementKind::Func(func) => {
            let params: Vec<Name> = func.params.iter().map(|param| param.name.name.clone()).collect();
            let body = context.within(params.iter(), |context| context.expr(&func.body));
            module.functions.push(Function { name: func.name.name.clone(), params, body });
        }
        StatementKind::Import(import) => {
            module.imports.push(Import { source: source(&import.from), source_span: import.from.span });
        }
        StatementKind::Resource(resource) => {
            let at = module.resources.len();
            self::resource(context, resource, (statement.header, batch_of(statement)), None, module);
            if let Some(made) = module.resources.get_mut(at) {
                made.retries = statement.decorator("retryOn").is_some();
            }
        }
        StatementKind::Module(call) => self::call(context, call, (statement.header, batch_of(statement)), module),
        _ => {}
    }
}

/// Whether a type is one of this file whose values are hidden, or null beside.
fn is_secure(context: &Context<'_>, kind: &tree::Type) -> bool {
    match &kind.kind {
        tree::TypeKind::Name(name) => context.secure_types.contains(name),
        tree::TypeKind::Optional(kind) | tree::TypeKind::NonNull(kind) => match &kind.kind {
            tree::TypeKind::Name(name) => context.secure_types.contains(name),
            _ => false,
        },
        _ => false,
    }
}

/// How many instances of a loop are made at a time (learn.microsoft.com, azure-resource-manager/bicep/loops).
fn batch_of(statement: &Statement) -> Batch {
    let Some(decorator) = statement.decorator("batchSize") else { return Batch::default() };
    match decorator.args() {
        [tree::Expr { kind: tree::ExprKind::Int(size), span }] => Batch { size: Some(*size), span: Some(*span) },
        // Perhaps one by one.
        _ => Batch { size: Some(1), span: None },
    }
}

/// Enters the loop of a body: its names mean the instance at hand.
fn repeat(context: &mut Context<'_>, body: &tree::Body) -> Repeat {
    match &body.repeat {
        Some(header) => Repeat::Count(context.loop_names(header)),
        None => Repeat::Once,
    }
}

fn resource(
    context: &mut Context<'_>,
    resource: &tree::Resource,
    (span, batch): (Span, Batch),
    parent: Option<&Parent>,
    module: &mut Module,
) {
    let own = identity(resource, parent);
    let outer = context.replaced.len();
    let repeat = repeat(context, &resource.body);
    let mut condition = resource.body.condition.as_ref().map(|condition| context.expr(condition));
    let mut body = Body::default();
    if let Some(object) = &resource.body.object {
        for property in object.properties() {
            let Some(name) = property.key.as_str() else { continue };
            if name != "dependsOn" {
                let (name, span) = (Name::from(name), property.key.span);
                body.attrs.push(Attr { name, span, value: context.expr(&property.value) });
            }
        }
        if object.items.iter().any(|item| matches!(item, tree::ObjectItem::Spread(_))) {
            // What a spread brings cannot be told apart from what is not there.
            condition = Some(Expr { span, kind: ExprKind::Opaque("a resource with a spread body".into()) });
        }
    }
    name_under_parent(&mut body, parent, span);
    if body.attr("scope").is_none() {
        let level = Expr { span, kind: ExprKind::Str(context.target_scope.clone()) };
        let value = Expr { span, kind: ExprKind::Call("arm:scope".into(), Box::new([level]), false) };
        body.attrs.push(Attr { name: "scope".into(), span, value });
    }
    module.resources.push(Resource {
        mode: own.mode,
        kind: own.kind.clone(),
        name: own.symbol.clone(),
        span,
        repeat,
        batch,
        condition,
        version: own.version.clone(),
        body,
        depends_on: depends_on(context, resource.body.object.as_ref()),
        close: close(resource.body.object.as_ref()),
        configured_apart: false,
        retries: false,
    });
    for child in resource.body.object.iter().flat_map(tree::Object::resources) {
        if let StatementKind::Resource(inner) = &child.kind {
            self::resource(context, inner, (child.header, batch_of(child)), Some(&own), module);
        }
    }
    context.replaced.truncate(outer);
}

/// What an object waits for by its `dependsOn`.
fn depends_on(context: &mut Context<'_>, object: Option<&tree::Object>) -> Vec<Expr> {
    match object.and_then(|object| object.get("dependsOn")) {
        Some(tree::Expr { kind: tree::ExprKind::Array(items), .. }) => {
            let each = items.iter().map(|item| match item {
                tree::ArrayItem::Value(value) | tree::ArrayItem::Spread(value) => context.expr(value),
            });
            each.collect()
        }
        Some(other) => vec![context.expr(other)],
        None => Vec::new(),
    }
}

/// The brace that ends an object, unless what it waits for is written as something that takes no further item.
fn close(object: Option<&tree::Object>) -> Option<Span> {
    let object = object?;
    let is_open = object.get("dependsOn").is_none_or(|waits| match &waits.kind {
        tree::ExprKind::Array(items) => !items.is_empty(),
        _ => false,
    });
    let end = object.span.end as usize;
    is_open.then(|| Span::new(object.span.source, end.saturating_sub(1), end))
}

/// The full name of a child: that of its parent, a slash, its own.
fn name_under_parent(body: &mut Body, parent: Option<&Parent>, span: Span) {
    if let Some(parent) = parent
        && body.attr("parent").is_none()
    {
        let kind = ExprKind::Resource(parent.mode, parent.kind.clone(), parent.symbol.clone());
        body.attrs.push(Attr { name: "parent".into(), span, value: Expr { span, kind } });
    }
    let Some(parent) = body.attr("parent").map(|attr| attr.value.clone()) else { return };
    if let Some(name) = body.attrs.iter_mut().find(|attr| &*attr.name == "name") {
        let span = name.value.span;
        let of_parent = Expr { span, kind: ExprKind::Get(Box::new(parent), "name".into(), span) };
        let own = std::mem::replace(&mut name.value, Expr { span, kind: ExprKind::Null });
        let parts = vec![Part::Hole(of_parent), Part::Text("/".into(), span), Part::Hole(own)];
        name.value = Expr { span, kind: ExprKind::Template(parts.into()) };
    }
}

/// Where a file comes from, by the path that is written for it.
fn source(path: &tree::Expr) -> Source {
    match path.as_str() {
        Some(path) if path.contains(':') => Source::Remote(path.into()),
        Some(path) => Source::Local(path.into()),
        None => Source::Unknown,
    }
}

fn call(context: &mut Context<'_>, call: &tree::Module, (span, batch): (Span, Batch), module: &mut Module) {
    let outer = context.replaced.len();
    let repeat = repeat(context, &call.body);
    let condition = call.body.condition.as_ref().map(|condition| context.expr(condition));
    let mut source = source(&call.path);
    let scope = call.body.object.as_ref().and_then(|object| object.get("scope"));
    let (subscription, group) = match scope.map(|scope| (&scope.kind, scope)) {
        Some((tree::ExprKind::Call(scope), _)) => match (&*scope.name.name, scope.args.as_slice()) {
            ("subscription", [id]) => (Some(context.expr(id)), None),
            ("resourceGroup", [id, name]) => (Some(context.expr(id)), Some(context.expr(name))),
            ("resourceGroup", [name]) => (None, Some(context.expr(name))),
            _ => (None, None),
        },
        // A resource group, by its symbol.
        Some((_, scope)) => (None, Some(context.expr(scope))),
        None => (None, None),
    };
    let depends_on = depends_on(context, call.body.object.as_ref());
    let scope = scope.map(|scope| context.expr(scope));
    let mut args = Vec::new();
    match call.body.object.as_ref().and_then(|object| object.get("params")).map(|params| &params.kind) {
        Some(tree::ExprKind::Object(params))
            if params.items.iter().all(|item| matches!(item, tree::ObjectItem::Property(_))) =>
        {
            for property in params.properties() {
                let Some(name) = property.key.as_str() else { continue };
                args.push(Attr { name: name.into(), span: property.key.span, value: context.expr(&property.value) });
            }
        }
        None => {}
        // Which parameters are given cannot be told.
        Some(_) => source = Source::Unknown,
    }
    module.calls.push(Call {
        name: call.name.name.clone(),
        span,
        source,
        source_span: call.path.span,
        version: None,
        args,
        repeat,
        batch,
        elsewhere: scope.is_some(),
        condition,
        depends_on,
        close: close(call.body.object.as_ref()),
        scope,
        subscription,
        group,
        configured_apart: false,
    });
    context.replaced.truncate(outer);
}
