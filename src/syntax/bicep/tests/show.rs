//! Trees as short s-expressions.

use super::*;

fn join<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn optional<T>(item: Option<&T>, show: impl Fn(&T) -> String) -> String {
    item.map_or(String::new(), |item| format!(" {}", show(item)))
}

fn name(ident: &Ident) -> String {
    ident.name.to_string()
}

pub(super) fn show(statement: &Statement) -> String {
    let decorators = decorated(&statement.decorators);
    let shown = match &statement.kind {
        StatementKind::TargetScope(value) => format!("scope {}", expr(value)),
        StatementKind::Metadata(ident, value) => format!("metadata {} {}", ident.name, expr(value)),
        StatementKind::Param(ident, item, value) => {
            format!("param {} {}{}", ident.name, ty(item), optional(value.as_ref(), expr))
        }
        StatementKind::Var(ident, item, value) => {
            format!("var {}{} {}", ident.name, optional(item.as_ref(), ty), expr(value))
        }
        StatementKind::Resource(it) => {
            let existing = if it.existing.is_some() { "existing " } else { "" };
            format!("resource {} {} {existing}{}", it.name.name, expr(&it.kind), body(&it.body))
        }
        StatementKind::Module(it) => format!("module {} {} {}", it.name.name, expr(&it.path), body(&it.body)),
        StatementKind::Output(ident, item, value) => format!("output {} {} {}", ident.name, ty(item), expr(value)),
        StatementKind::Type(ident, item) => format!("type {} {}", ident.name, ty(item)),
        StatementKind::Func(it) => {
            let params = join(&it.params, |param| format!("{}:{}", param.name.name, ty(&param.ty)));
            format!("func {} ({params}) {} {}", it.name.name, ty(&it.returns), expr(&it.body))
        }
        StatementKind::Import(it) => {
            let imported = match &it.imported {
                Imported::All(ident) => format!("* {}", ident.name),
                Imported::Items(items) => join(items, |item| format!("{}={}", item.local_name(), item.name.value)),
            };
            format!("import {imported} {}", expr(&it.from))
        }
        StatementKind::Extension(spec, config, alias) => {
            format!("extension {}{}{}", expr(spec), optional(config.as_ref(), object), optional(alias.as_ref(), name))
        }
        StatementKind::Assert(ident, value) => format!("assert {} {}", ident.name, expr(value)),
        StatementKind::Test(ident, path, it) => {
            format!("test {} {}{}", ident.name, expr(path), optional(it.as_ref(), object))
        }
        StatementKind::Using(path, config) => {
            format!("using{}{}", optional(path.as_ref(), expr), optional(config.as_ref(), object))
        }
        StatementKind::Extends(path) => format!("extends {}", expr(path)),
        StatementKind::ParamValue(ident, value) => format!("set {} {}", ident.name, expr(value)),
        StatementKind::ExtensionConfig(ident, config) => {
            format!("config {}{}", ident.name, optional(config.as_ref(), object))
        }
    };
    format!("({decorators}{shown})")
}

fn body(it: &Body) -> String {
    let mut shown = it.object.as_ref().map_or("<error>".to_owned(), object);
    if let Some(condition) = &it.condition {
        shown = format!("(if {} {shown})", expr(condition));
    }
    if let Some(repeat) = &it.repeat { format!("(for {} {shown})", header(repeat)) } else { shown }
}

fn header(it: &Loop) -> String {
    format!("{}{} {}", it.item.name, optional(it.index.as_ref(), name), expr(&it.collection))
}

fn object(it: &Object) -> String {
    let items = join(&it.items, |item| match item {
        ObjectItem::Property(Property { key, value }) => format!("{}: {}", expr(key), expr(value)),
        ObjectItem::Spread(value) => format!("...{}", expr(value)),
        ObjectItem::Resource(resource) => show(resource),
    });
    format!("{{{items}}}")
}

fn text(it: &Text) -> String {
    format!("{:?}", it.value)
}

pub(super) fn expr(it: &Expr) -> String {
    match &it.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Str(value) => text(value),
        ExprKind::Template(parts) => {
            let parts = join(parts, |part| match part {
                Part::Text(value) => text(value),
                Part::Hole(value) => expr(value),
            });
            format!("(template {parts})")
        }
        ExprKind::Array(items) => {
            let items = join(items, |item| match item {
                ArrayItem::Value(value) => expr(value),
                ArrayItem::Spread(value) => format!("...{}", expr(value)),
            });
            format!("[{items}]")
        }
        ExprKind::Object(it) => object(it),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Get(it) => format!("(.{} {} {})", if it.safe { "?" } else { "" }, expr(&it.target), it.name.name),
        ExprKind::Index(it) => {
            let (safe, from_end) = (if it.safe { "?" } else { "" }, if it.from_end { "^" } else { "" });
            format!("([{safe}{from_end}] {} {})", expr(&it.target), expr(&it.index))
        }
        ExprKind::Nested(it) => format!("(:: {} {})", expr(&it.0), it.1.name),
        ExprKind::Call(it) => {
            let target = it.target.as_ref().map_or(String::new(), |target| format!("{}.", expr(target)));
            let space = if it.args.is_empty() { "" } else { " " };
            format!("({target}{}(){space}{})", it.name.name, join(&it.args, expr))
        }
        ExprKind::Lambda(it) => format!("(=> ({}) {})", join(&it.params, name), expr(&it.body)),
        ExprKind::Cond(it) => format!("(? {})", join(&it[..], expr)),
        ExprKind::Binary(op, it) => format!("({op:?} {})", join(&it[..], expr)),
        ExprKind::Unary(op, it) => format!("({op:?} {})", expr(it)),
        ExprKind::NonNull(it) => format!("(NonNull {})", expr(it)),
        ExprKind::For(it) => format!("(for {} {})", header(&it.header), expr(&it.body)),
        ExprKind::Error => "<error>".to_owned(),
    }
}

fn decorated(decorators: &[Decorator]) -> String {
    decorators.iter().fold(String::new(), |shown, item| format!("{shown}@{} ", expr(&item.expr)))
}

pub(super) fn ty(it: &Type) -> String {
    match &it.kind {
        TypeKind::Name(name) => name.to_string(),
        TypeKind::Literal(value) => expr(value),
        TypeKind::Unary(op, it) => format!("({op:?} {})", ty(it)),
        TypeKind::Array(it) => format!("{}[]", ty(it)),
        TypeKind::Union(members) => format!("(| {})", join(members, ty)),
        TypeKind::Object(fields) => {
            let fields = join(fields, |field| {
                let name = match &field.name {
                    FieldName::Key(key) => expr(key),
                    FieldName::Any(_) => "*".to_owned(),
                };
                format!("{}{name}: {}", decorated(&field.decorators), ty(&field.ty))
            });
            format!("{{{fields}}}")
        }
        TypeKind::Tuple(items) => {
            format!("[{}]", join(items, |item| format!("{}{}", decorated(&item.decorators), ty(&item.ty))))
        }
        TypeKind::Optional(it) => format!("{}?", ty(it)),
        TypeKind::NonNull(it) => format!("{}!", ty(it)),
        TypeKind::Generic(name, args) => format!("{name}<{}>", join(args, ty)),
        TypeKind::Get(it, ident, args) if args.is_empty() => format!("(. {} {})", ty(it), ident.name),
        TypeKind::Get(it, ident, args) => format!("(. {} {}<{}>)", ty(it), ident.name, join(args, ty)),
        TypeKind::AnyProperty(it) => format!("(.* {})", ty(it)),
        TypeKind::Items(it) => format!("([*] {})", ty(it)),
        TypeKind::Index(it, index) => format!("([] {} {})", ty(it), expr(index)),
        TypeKind::Resource(kind) => format!("(resource{})", optional(kind.as_ref(), expr)),
        TypeKind::Error => "<error>".to_owned(),
    }
}
