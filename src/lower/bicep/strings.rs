//! The strings of Bicep's files.

use crate::azure::credentials::HOLE;
use crate::ir::Sighting;
use crate::lower::strings::Strings;
use crate::source::SourceId;
use crate::syntax::bicep::{
    ArrayItem, Body, Decorator, Expr, ExprKind, Loop, Object, ObjectItem, Part, Statement, StatementKind, Type,
    TypeKind,
};

/// Those of a file.
pub(super) fn of_file(source: SourceId, text: &str, statements: &[Statement]) -> Vec<Sighting> {
    let mut strings = Strings::new(source, text);
    statements.iter().for_each(|one| statement(&mut strings, one));
    strings.found
}

fn statement(strings: &mut Strings<'_>, statement: &Statement) {
    strings.subject = names(&statement.kind).0.into();
    inside(strings, statement);
}

/// A resource in the body of another: its type and name go on from there.
fn child(strings: &mut Strings<'_>, statement: &Statement) {
    let own = names(&statement.kind).0;
    strings.subject = match (strings.subject.rsplit_once('.'), own.rsplit_once('.')) {
        (Some((outer, parent)), Some((kind, name))) if !kind.contains('.') => {
            format!("{outer}/{kind}.{parent}::{name}").into()
        }
        _ => own.into(),
    };
    inside(strings, statement);
}

fn inside(strings: &mut Strings<'_>, statement: &Statement) {
    let label = names(&statement.kind).1;
    strings.under(label, |strings| {
        decorators(strings, &statement.decorators);
        content(strings, &statement.kind);
    });
}

/// What a statement is called, and the name that it declares.
fn names(kind: &StatementKind) -> (String, &str) {
    let named = |kind: &str, name: &crate::syntax::bicep::Ident| format!("{kind}.{}", name.name);
    match kind {
        StatementKind::Param(name, ..) | StatementKind::ParamValue(name, _) => (named("variable", name), &name.name),
        StatementKind::Var(name, ..) => (named("local", name), &name.name),
        StatementKind::Output(name, ..) => (named("output", name), &name.name),
        StatementKind::Module(module) => (named("module", &module.name), &module.name.name),
        StatementKind::Resource(resource) => {
            let kind = resource.kind.as_str().unwrap_or("").split('@').next().unwrap_or("");
            (format!("{kind}.{}", resource.name.name), &resource.name.name)
        }
        StatementKind::Func(func) => (format!("{}()", func.name.name), &func.name.name),
        StatementKind::Metadata(name, _) => (named("metadata", name), &name.name),
        StatementKind::Type(name, _) => (named("type", name), &name.name),
        StatementKind::Assert(name, _) => (named("assert", name), &name.name),
        StatementKind::Test(name, ..) => (named("test", name), &name.name),
        StatementKind::ExtensionConfig(name, _) => (named("extension", name), &name.name),
        StatementKind::TargetScope(_)
        | StatementKind::Import(_)
        | StatementKind::Extension(..)
        | StatementKind::Using(..)
        | StatementKind::Extends(_) => (String::new(), ""),
    }
}

fn content(strings: &mut Strings<'_>, kind: &StatementKind) {
    match kind {
        StatementKind::TargetScope(value)
        | StatementKind::Metadata(_, value)
        | StatementKind::Assert(_, value)
        | StatementKind::Extends(value)
        | StatementKind::ParamValue(_, value) => expr(strings, value),
        StatementKind::Param(_, ty, default) => {
            of_type(strings, ty);
            default.iter().for_each(|default| expr(strings, default));
        }
        StatementKind::Var(_, ty, value) => {
            ty.iter().for_each(|ty| of_type(strings, ty));
            expr(strings, value);
        }
        StatementKind::Output(_, ty, value) => {
            of_type(strings, ty);
            expr(strings, value);
        }
        StatementKind::Type(_, ty) => of_type(strings, ty),
        StatementKind::Resource(resource) => body(strings, &resource.body),
        StatementKind::Module(module) => {
            expr(strings, &module.path);
            body(strings, &module.body);
        }
        StatementKind::Func(func) => expr(strings, &func.body),
        StatementKind::Import(import) => expr(strings, &import.from),
        StatementKind::Extension(value, with, _) | StatementKind::Test(_, value, with) => {
            expr(strings, value);
            with.iter().for_each(|with| object(strings, with));
        }
        StatementKind::Using(path, with) => {
            path.iter().for_each(|path| expr(strings, path));
            with.iter().for_each(|with| object(strings, with));
        }
        StatementKind::ExtensionConfig(_, with) => with.iter().for_each(|with| object(strings, with)),
    }
}

fn decorators(strings: &mut Strings<'_>, decorators: &[Decorator]) {
    decorators.iter().for_each(|decorator| expr(strings, &decorator.expr));
}

fn body(strings: &mut Strings<'_>, body: &Body) {
    body.repeat.iter().for_each(|repeat| over(strings, repeat));
    body.condition.iter().for_each(|condition| expr(strings, condition));
    body.object.iter().for_each(|inner| object(strings, inner));
}

fn over(strings: &mut Strings<'_>, repeat: &Loop) {
    expr(strings, &repeat.collection);
}

fn object(strings: &mut Strings<'_>, object: &Object) {
    // What settings are called stands beside their values.
    let name = object.get("name").and_then(Expr::as_str).map(str::to_owned);
    for item in &object.items {
        match item {
            ObjectItem::Property(property) => {
                expr(strings, &property.key);
                let key = property.key.as_str();
                let label = name.as_deref().filter(|_| key == Some("value")).or(key).unwrap_or("");
                strings.under(label, |strings| expr(strings, &property.value));
            }
            ObjectItem::Spread(value) => expr(strings, value),
            ObjectItem::Resource(inner) => {
                let outer = strings.subject.clone();
                child(strings, inner);
                strings.subject = outer;
            }
        }
    }
}

fn expr(strings: &mut Strings<'_>, value: &Expr) {
    match &value.kind {
        ExprKind::Str(text) => strings.look(&text.value, value.span),
        ExprKind::Template(parts) => {
            let mut whole = String::new();
            for part in parts {
                match part {
                    Part::Text(text) => whole.push_str(&text.value),
                    Part::Hole(hole) => {
                        whole.push(HOLE);
                        expr(strings, hole);
                    }
                }
            }
            strings.look(&whole, value.span);
        }
        ExprKind::Array(items) => {
            for item in items {
                match item {
                    ArrayItem::Value(value) | ArrayItem::Spread(value) => expr(strings, value),
                }
            }
        }
        ExprKind::Object(inner) => object(strings, inner),
        ExprKind::Get(get) => expr(strings, &get.target),
        ExprKind::Index(index) => {
            expr(strings, &index.target);
            expr(strings, &index.index);
        }
        ExprKind::Nested(nested) => expr(strings, &nested.0),
        ExprKind::Call(call) => {
            call.target.iter().for_each(|target| expr(strings, target));
            call.args.iter().for_each(|arg| expr(strings, arg));
        }
        ExprKind::Lambda(lambda) => expr(strings, &lambda.body),
        ExprKind::Cond(parts) => parts.iter().for_each(|part| expr(strings, part)),
        ExprKind::Binary(_, sides) => sides.iter().for_each(|side| expr(strings, side)),
        ExprKind::Unary(_, inner) | ExprKind::NonNull(inner) => expr(strings, inner),
        ExprKind::For(inner) => {
            over(strings, &inner.header);
            expr(strings, &inner.body);
        }
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Name(_) | ExprKind::Error => {}
    }
}

fn of_type(strings: &mut Strings<'_>, ty: &Type) {
    match &ty.kind {
        TypeKind::Literal(value) => expr(strings, value),
        TypeKind::Unary(_, inner)
        | TypeKind::Array(inner)
        | TypeKind::Optional(inner)
        | TypeKind::NonNull(inner)
        | TypeKind::AnyProperty(inner)
        | TypeKind::Items(inner)
        | TypeKind::Index(inner, _) => of_type(strings, inner),
        TypeKind::Union(types) | TypeKind::Generic(_, types) => types.iter().for_each(|ty| of_type(strings, ty)),
        TypeKind::Object(fields) => {
            for field in fields {
                decorators(strings, &field.decorators);
                of_type(strings, &field.ty);
            }
        }
        TypeKind::Tuple(items) => {
            for item in items {
                decorators(strings, &item.decorators);
                of_type(strings, &item.ty);
            }
        }
        TypeKind::Get(inner, _, args) => {
            of_type(strings, inner);
            args.iter().for_each(|ty| of_type(strings, ty));
        }
        TypeKind::Name(_) | TypeKind::Resource(_) | TypeKind::Error => {}
    }
}
