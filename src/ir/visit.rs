//! Looking through everything that a module says.

use super::{Body, Expr, ExprKind, Module, Name, Part, Repeat};
use crate::source::SourceId;

impl Expr {
    /// The expressions that it is directly made of, in the order of the text.
    #[must_use]
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Template(parts) => {
                parts.iter().filter_map(|part| if let Part::Hole(hole) = part { Some(hole) } else { None }).collect()
            }
            ExprKind::List(items) | ExprKind::Call(_, items, _) | ExprKind::Apply(_, items) => items.iter().collect(),
            ExprKind::Object(items) => items.iter().flat_map(|item| [&item.key, &item.value]).collect(),
            ExprKind::Get(base, ..) | ExprKind::Unary(_, base) => vec![base],
            ExprKind::Index(base, other) | ExprKind::Splat(base, other) => vec![base, other],
            ExprKind::Cond(parts) => parts.iter().collect(),
            ExprKind::Binary(_, sides) => sides.iter().collect(),
            ExprKind::Fold(fold) => vec![&fold.collection, &fold.start, &fold.value],
            ExprKind::For(for_) => {
                let parts = [Some(&for_.collection), for_.key.as_ref(), Some(&for_.value), for_.condition.as_ref()];
                parts.into_iter().flatten().collect()
            }
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Str(_)
            | ExprKind::Param(_)
            | ExprKind::Local(_)
            | ExprKind::Imported(..)
            | ExprKind::Module(_)
            | ExprKind::Resource(..)
            | ExprKind::Each(_)
            | ExprKind::Bound(_)
            | ExprKind::Item
            | ExprKind::Opaque(_) => Vec::new(),
        }
    }

    /// Calls `visit` on this expression and on every one inside it.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Expr)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.walk(visit));
    }
}

impl Repeat {
    /// What says how often.
    #[must_use]
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Once => None,
            Self::Count(expr) | Self::ForEach(expr) => Some(expr),
        }
    }
}

impl Body {
    /// The values of its arguments and of those of its blocks, and what generates blocks.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        let own = self.attrs.iter().map(|attr| &attr.value);
        let blocks = self.blocks.iter().flat_map(|block| {
            block.dynamic.as_ref().map(|dynamic| &dynamic.for_each).into_iter().chain(block.body.exprs())
        });
        own.chain(blocks).collect()
    }
}

impl Module {
    /// The files that declare something of it, some of them more than once.
    pub fn files(&self) -> impl Iterator<Item = SourceId> {
        let params = self.params.iter().map(|param| param.span);
        let locals = self.locals.iter().map(|local| local.span);
        let resources = self.resources.iter().map(|resource| resource.span);
        let calls = self.calls.iter().map(|call| call.span);
        let outputs = self.outputs.iter().map(|output| output.span);
        let settings = self.settings.iter().map(|block| block.span);
        let spans = params.chain(locals).chain(resources).chain(calls).chain(outputs).chain(settings);
        spans.map(|span| span.source)
    }

    /// Every expression of locals, calls, outputs and settings: what stands in no resource.
    #[must_use]
    pub fn exprs_outside_resources(&self) -> Vec<&Expr> {
        let locals = self.locals.iter().map(|local| &local.value);
        let calls = self.calls.iter().flat_map(|call| {
            let own = call.repeat.expr().into_iter().chain(&call.condition);
            own.chain(call.args.iter().map(|arg| &arg.value)).chain(&call.depends_on)
        });
        let outputs = self.outputs.iter().flat_map(|output| std::iter::once(&output.value).chain(&output.depends_on));
        let settings = self.settings.iter().flat_map(|block| block.body.exprs());
        locals.chain(calls).chain(outputs).chain(settings).collect()
    }

    /// Every expression outside parameters and functions, with what it stands in: `local.x`, `azurerm_x.y`.
    #[must_use]
    pub fn exprs(&self) -> Vec<(Name, &Expr)> {
        let mut all = Vec::new();
        for local in &self.locals {
            all.push((format!("local.{}", local.name).into(), &local.value));
        }
        for resource in &self.resources {
            let subject: Name = resource.address().into();
            let own = resource.repeat.expr().into_iter().chain(&resource.condition).chain(resource.body.exprs());
            all.extend(own.map(|expr| (subject.clone(), expr)));
        }
        for call in &self.calls {
            let subject: Name = format!("module.{}", call.name).into();
            let own = call.repeat.expr().into_iter().chain(&call.condition);
            all.extend(own.chain(call.args.iter().map(|arg| &arg.value)).map(|expr| (subject.clone(), expr)));
        }
        for output in &self.outputs {
            all.push((format!("output.{}", output.name).into(), &output.value));
        }
        all
    }
}
