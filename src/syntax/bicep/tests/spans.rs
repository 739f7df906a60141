//! What holds for every tree: spans lie in the file and in one another, and cut no character.

use super::*;

struct Walk<'a> {
    text: &'a str,
}

pub(super) fn check(text: &str, file: &Bicep) {
    let walk = Walk { text };
    let whole = Span::new(SourceId(7), 0, text.len());
    assert!(file.errors.len() <= MAX_ERRORS);
    assert!(file.errors.is_sorted_by_key(|error| error.span.start));
    for error in &file.errors {
        walk.inside(whole, error.span);
        assert!(!error.message.is_empty());
    }
    assert!(file.statements.is_sorted_by(|a, b| a.span.end <= b.span.start), "{:?}", file.statements);
    for statement in &file.statements {
        walk.statement(whole, statement);
    }
    assert!(file.comments.is_sorted_by(|a, b| a.end <= b.start));
    for comment in &file.comments {
        assert!(walk.inside(whole, *comment).starts_with('/'));
    }
    for directive in &file.directives {
        assert!(walk.inside(whole, directive.span).starts_with('#'));
        directive.codes.iter().for_each(|code| walk.ident(directive.span, code));
    }
}

impl Walk<'_> {
    fn inside(&self, outer: Span, span: Span) -> &str {
        assert!(outer.contains(span), "{span:?} is not in {outer:?}");
        self.text.get(span.start as usize..span.end as usize).expect("no cut character")
    }

    fn ident(&self, outer: Span, ident: &Ident) {
        assert_eq!(self.inside(outer, ident.span), &*ident.name);
    }

    fn statement(&self, outer: Span, it: &Statement) {
        let span = it.span;
        self.inside(outer, span);
        self.inside(span, it.header);
        it.decorators.iter().for_each(|decorator| self.decorator(span, decorator));
        match &it.kind {
            StatementKind::TargetScope(value) | StatementKind::Extends(value) => self.expr(span, value),
            StatementKind::Metadata(name, value)
            | StatementKind::Assert(name, value)
            | StatementKind::ParamValue(name, value) => {
                self.ident(it.header, name);
                self.expr(span, value);
            }
            StatementKind::Param(name, ty, value) => {
                self.ident(it.header, name);
                self.ty(it.header, ty);
                value.iter().for_each(|value| self.expr(span, value));
            }
            StatementKind::Var(name, ty, value) => {
                self.ident(it.header, name);
                ty.iter().for_each(|ty| self.ty(it.header, ty));
                self.expr(span, value);
            }
            StatementKind::Output(name, ty, value) => {
                self.ident(it.header, name);
                self.ty(it.header, ty);
                self.expr(span, value);
            }
            StatementKind::Resource(resource) => {
                self.ident(it.header, &resource.name);
                self.expr(it.header, &resource.kind);
                if let Some(existing) = resource.existing {
                    assert_eq!(self.inside(it.header, existing), "existing");
                }
                self.body(span, &resource.body);
            }
            StatementKind::Module(module) => {
                self.ident(it.header, &module.name);
                self.expr(it.header, &module.path);
                self.body(span, &module.body);
            }
            StatementKind::Type(name, ty) => {
                self.ident(it.header, name);
                self.ty(span, ty);
            }
            StatementKind::Func(func) => {
                self.ident(it.header, &func.name);
                for param in &func.params {
                    self.ident(it.header, &param.name);
                    self.ty(it.header, &param.ty);
                }
                self.ty(it.header, &func.returns);
                self.expr(span, &func.body);
            }
            StatementKind::Import(import) => {
                match &import.imported {
                    Imported::All(name) => self.ident(it.header, name),
                    Imported::Items(items) => {
                        for item in items {
                            self.inside(it.header, item.name.span);
                            item.alias.iter().for_each(|alias| self.ident(it.header, alias));
                        }
                    }
                }
                self.expr(span, &import.from);
            }
            StatementKind::Extension(spec, config, alias) => {
                self.expr(it.header, spec);
                config.iter().for_each(|config| self.object(span, config));
                alias.iter().for_each(|alias| self.ident(span, alias));
            }
            StatementKind::Test(name, path, body) => {
                self.ident(it.header, name);
                self.expr(it.header, path);
                body.iter().for_each(|body| self.object(span, body));
            }
            StatementKind::Using(path, config) => {
                path.iter().for_each(|path| self.expr(it.header, path));
                config.iter().for_each(|config| self.object(span, config));
            }
            StatementKind::ExtensionConfig(name, config) => {
                self.ident(it.header, name);
                config.iter().for_each(|config| self.object(span, config));
            }
        }
    }

    fn decorator(&self, outer: Span, it: &Decorator) {
        assert!(self.inside(outer, it.span).starts_with('@'));
        self.expr(it.span, &it.expr);
    }

    fn body(&self, outer: Span, it: &Body) {
        it.repeat.iter().for_each(|repeat| self.header(outer, repeat));
        it.condition.iter().for_each(|condition| self.expr(outer, condition));
        it.object.iter().for_each(|object| self.object(outer, object));
    }

    fn header(&self, outer: Span, it: &Loop) {
        assert!(self.inside(outer, it.span).starts_with("for"));
        self.ident(it.span, &it.item);
        it.index.iter().for_each(|index| self.ident(it.span, index));
        self.expr(it.span, &it.collection);
    }

    fn object(&self, outer: Span, it: &Object) {
        assert!(self.inside(outer, it.span).starts_with('{'));
        for item in &it.items {
            match item {
                ObjectItem::Property(property) => {
                    self.expr(it.span, &property.key);
                    self.expr(it.span, &property.value);
                    assert!(property.key.span.end <= property.value.span.start);
                }
                ObjectItem::Spread(value) => self.expr(it.span, value),
                ObjectItem::Resource(resource) => self.statement(it.span, resource),
            }
        }
    }

    fn text(&self, outer: Span, text: &Text) {
        let raw = self.inside(outer, text.span);
        assert!(text.value.len() <= raw.len().max(3), "{raw} {}", text.value);
    }

    fn expr(&self, outer: Span, it: &Expr) {
        let span = it.span;
        self.inside(outer, span);
        let all = |items: &[Expr]| items.iter().for_each(|item| self.expr(span, item));
        match &it.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Error => {}
            ExprKind::Str(text) => self.text(span, text),
            ExprKind::Name(name) => assert_eq!(self.inside(outer, span), &**name),
            ExprKind::Template(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => self.text(span, text),
                        Part::Hole(value) => self.expr(span, value),
                    }
                }
            }
            ExprKind::Array(items) => {
                for ArrayItem::Value(value) | ArrayItem::Spread(value) in items {
                    self.expr(span, value);
                }
            }
            ExprKind::Object(object) => self.object(span, object),
            ExprKind::Get(get) => {
                self.expr(span, &get.target);
                self.ident(span, &get.name);
            }
            ExprKind::Index(index) => {
                self.expr(span, &index.target);
                self.expr(span, &index.index);
            }
            ExprKind::Nested(nested) => {
                self.expr(span, &nested.0);
                self.ident(span, &nested.1);
            }
            ExprKind::Call(call) => {
                call.target.iter().for_each(|target| self.expr(span, target));
                self.ident(span, &call.name);
                all(&call.args);
            }
            ExprKind::Lambda(lambda) => {
                lambda.params.iter().for_each(|param| self.ident(span, param));
                self.expr(span, &lambda.body);
            }
            ExprKind::Cond(parts) => all(&parts[..]),
            ExprKind::Binary(_, parts) => all(&parts[..]),
            ExprKind::Unary(_, value) | ExprKind::NonNull(value) => self.expr(span, value),
            ExprKind::For(it) => {
                self.header(span, &it.header);
                self.expr(span, &it.body);
            }
        }
    }

    fn ty(&self, outer: Span, it: &Type) {
        let span = it.span;
        self.inside(outer, span);
        match &it.kind {
            TypeKind::Name(name) => assert_eq!(self.inside(outer, span), &**name),
            TypeKind::Literal(value) => self.expr(span, value),
            TypeKind::Unary(_, inner)
            | TypeKind::Array(inner)
            | TypeKind::Optional(inner)
            | TypeKind::NonNull(inner)
            | TypeKind::AnyProperty(inner)
            | TypeKind::Items(inner) => self.ty(span, inner),
            TypeKind::Union(members) | TypeKind::Generic(_, members) => {
                members.iter().for_each(|member| self.ty(span, member));
            }
            TypeKind::Object(fields) => {
                for field in fields {
                    field.decorators.iter().for_each(|decorator| self.decorator(span, decorator));
                    match &field.name {
                        FieldName::Key(key) => self.expr(span, key),
                        FieldName::Any(star) => assert_eq!(self.inside(span, *star), "*"),
                    }
                    self.ty(span, &field.ty);
                }
            }
            TypeKind::Tuple(items) => {
                for item in items {
                    item.decorators.iter().for_each(|decorator| self.decorator(span, decorator));
                    self.ty(span, &item.ty);
                }
            }
            TypeKind::Get(inner, name, args) => {
                self.ty(span, inner);
                self.ident(span, name);
                args.iter().for_each(|arg| self.ty(span, arg));
            }
            TypeKind::Index(inner, index) => {
                self.ty(span, inner);
                self.expr(span, index);
            }
            TypeKind::Resource(kind) => kind.iter().for_each(|kind| self.expr(span, kind)),
            TypeKind::Error => {}
        }
    }
}

/// The text of a span.
fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).expect("a slice")
}

#[test]
fn nodes_are_where_they_say() {
    let text = "\u{feff}// é\r\n@sys.secure()\r\nparam pässword string = '🦀'\r\n@secure()\r\nparam p string = 'é${(a.b)}🦀' /* x */\r\n";
    let file = super::super::parse(SourceId(7), text);
    let comments: Vec<_> = file.comments.iter().map(|span| slice(text, *span)).collect();
    assert_eq!(comments, ["// é", "/* x */"]);
    let [broken, sound] = &file.statements[..] else { panic!("{:?}", file.statements) };
    assert_eq!(slice(text, broken.span).lines().next(), Some("@sys.secure()"));
    assert!(broken.decorator("secure").is_some());
    assert_eq!(slice(text, sound.span), "@secure()\r\nparam p string = 'é${(a.b)}🦀'");
    assert_eq!(slice(text, sound.header), "param p string");
    let secure = sound.decorator("secure").expect("a decorator");
    assert_eq!((slice(text, secure.span), secure.args().len()), ("@secure()", 0));
    let StatementKind::Param(name, ty, Some(value)) = &sound.kind else { panic!("{sound:?}") };
    assert_eq!((slice(text, name.span), slice(text, ty.span)), ("p", "string"));
    assert_eq!(slice(text, value.span), "'é${(a.b)}🦀'");
    let ExprKind::Template(parts) = &value.kind else { panic!("{value:?}") };
    let parts: Vec<_> = parts
        .iter()
        .map(|part| match part {
            Part::Text(part) => slice(text, part.span),
            Part::Hole(part) => slice(text, part.span),
        })
        .collect();
    assert_eq!(parts, ["é", "a.b", "🦀"]);
}

#[test]
fn directives_are_kept() {
    let text = "  #disable-next-line BCP037 no-unused-params // why\nvar a = 1 #disable-next-line x\n#disable-diagnostics  a\tb\r\n\
        #restore-diagnostics a\n/* c */ #restore-diagnostics\n#disable-next-line\nvar b = {\n  #disable-next-line c\n  d: 1\n}\n";
    let file = read(text, Dialect::Template);
    let shown: Vec<_> = file.directives.iter().map(|it| (it.kind, slice(text, it.span))).collect();
    assert_eq!(
        shown,
        [
            (DirectiveKind::DisableNextLine, "#disable-next-line BCP037 no-unused-params"),
            (DirectiveKind::DisableDiagnostics, "#disable-diagnostics  a\tb"),
            (DirectiveKind::RestoreDiagnostics, "#restore-diagnostics a"),
            (DirectiveKind::DisableNextLine, "#disable-next-line"),
            (DirectiveKind::DisableNextLine, "#disable-next-line c"),
        ]
    );
    let codes: Vec<_> = file.directives.iter().flat_map(|it| &it.codes).map(|code| &*code.name).collect();
    assert_eq!(codes, ["BCP037", "no-unused-params", "a", "b", "a", "c"]);
    let blamed: Vec<_> = file.errors.iter().map(|error| slice(text, error.span)).collect();
    assert_eq!(blamed, ["#"]);
}
