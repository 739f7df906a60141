//! Expressions. A name is what the file declares under it, or what a loop or lambda binds.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::ir::{BinaryOp, EachPart, Expr, ExprKind, For, Item, Mode, Name, Part, Remark, UNREADABLE, UnaryOp};
use crate::lower::remark;
use crate::source::Span;
use crate::syntax::bicep as tree;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Symbol {
    Param,
    Local,
    Function,
    Module,
    /// What an import brings, under its name there: a variable, a function or a type.
    Imported(usize, Name),
    /// Everything that an import brings.
    Namespace(usize),
    Resource(Mode, Name, Name),
}

/// What names mean at one place of a file.
pub(super) struct Context<'t> {
    text: &'t str,
    pub(super) symbols: HashMap<Name, Symbol>,
    /// Names that stand for an expression: the item and index of a resource's loop.
    pub(super) replaced: Vec<(Name, Expr)>,
    /// Names that a loop or lambda binds, innermost last.
    bound: Vec<Name>,
    /// How many imports were declared.
    pub(super) imports: usize,
    pub(super) target_scope: Name,
    /// The types of this file whose values are hidden.
    pub(super) secure_types: HashSet<Name>,
    remarks: RefCell<Vec<Remark>>,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            symbols: HashMap::new(),
            replaced: Vec::new(),
            bound: Vec::new(),
            imports: 0,
            target_scope: "resourcegroup".into(),
            secure_types: HashSet::new(),
            remarks: RefCell::default(),
        }
    }

    pub(super) fn take_remarks(&self) -> Vec<Remark> {
        self.remarks.take()
    }

    pub(super) fn expr(&mut self, expr: &tree::Expr) -> Expr {
        let span = expr.span;
        let kind = match &expr.kind {
            tree::ExprKind::Null => ExprKind::Null,
            tree::ExprKind::Bool(value) => ExprKind::Bool(*value),
            #[expect(clippy::cast_precision_loss, reason = "numbers of templates are small")]
            tree::ExprKind::Int(number) => ExprKind::Number(*number as f64),
            tree::ExprKind::Str(text) => {
                self.remarks.borrow_mut().extend(remark(self.text, span, &text.value));
                ExprKind::Str(text.value.clone())
            }
            tree::ExprKind::Template(parts) => {
                let parts = parts.iter().map(|part| match part {
                    tree::Part::Text(text) => Part::Text(text.value.clone(), text.span),
                    tree::Part::Hole(hole) => Part::Hole(self.expr(hole)),
                });
                let parts: Vec<Part> = parts.collect();
                match <[Part; 1]>::try_from(parts) {
                    // `'${x}'` is x as a string: what it refers to stays.
                    Ok([Part::Hole(hole)]) => hole.kind,
                    Ok(one) => ExprKind::Template(Box::new(one)),
                    Err(parts) => ExprKind::Template(parts.into()),
                }
            }
            tree::ExprKind::Array(items) => self.array(items, span),
            tree::ExprKind::Object(object) => self.object(object),
            tree::ExprKind::Name(name) => self.name(name),
            tree::ExprKind::Get(get) => self.get(get),
            tree::ExprKind::Index(index) => {
                if let tree::ExprKind::Str(name) = &index.index.kind
                    && let Some(module) = self.module_of_outputs(&index.target)
                {
                    let kind = ExprKind::Get(Box::new(module), name.value.as_ref().into(), index.index.span);
                    return Expr { span, kind };
                }
                let (base, at) = (self.expr(&index.target), self.expr(&index.index));
                match (index.from_end, index.safe) {
                    (true, safe) => {
                        let function = if safe { "arm:tryindexfromend" } else { "arm:indexfromend" };
                        ExprKind::Call(function.into(), Box::new([base, at]), false)
                    }
                    (false, true) => ExprKind::Call("arm:tryget".into(), Box::new([base, at]), false),
                    (false, false) => ExprKind::Index(Box::new(base), Box::new(at)),
                }
            }
            tree::ExprKind::Nested(nested) => match &nested.0.kind {
                tree::ExprKind::Name(parent) => self.name(&format!("{parent}::{}", nested.1.name).into()),
                _ => self.name(&nested.1.name),
            },
            tree::ExprKind::Call(call) => self.call(call, span),
            tree::ExprKind::Lambda(_) => ExprKind::Opaque("a function".into()),
            tree::ExprKind::Cond(parts) => {
                let [condition, then, otherwise] = &**parts;
                ExprKind::Cond(Box::new([self.expr(condition), self.expr(then), self.expr(otherwise)]))
            }
            tree::ExprKind::Binary(operator, sides) => self.binary(*operator, sides),
            tree::ExprKind::Unary(operator, operand) => {
                let operator = match operator {
                    tree::UnaryOp::Not => UnaryOp::Not,
                    tree::UnaryOp::Minus => UnaryOp::Minus,
                };
                ExprKind::Unary(operator, Box::new(self.expr(operand)))
            }
            tree::ExprKind::NonNull(inner) => return self.expr(inner),
            tree::ExprKind::For(for_) => self.loop_(&for_.header, &for_.body),
            tree::ExprKind::Error => ExprKind::Opaque(UNREADABLE.into()),
        };
        Expr { span, kind }
    }

    fn name(&self, name: &Name) -> ExprKind {
        if self.bound.contains(name) {
            return ExprKind::Bound(name.clone());
        }
        if let Some((_, expr)) = self.replaced.iter().rev().find(|(replaced, _)| replaced == name) {
            return expr.kind.clone();
        }
        match self.symbols.get(name) {
            Some(Symbol::Param) => ExprKind::Param(name.clone()),
            Some(Symbol::Local) => ExprKind::Local(name.clone()),
            Some(Symbol::Module) => ExprKind::Module(name.clone()),
            Some(Symbol::Imported(import, name)) => ExprKind::Imported(*import, name.clone()),
            Some(Symbol::Resource(mode, kind, symbol)) => ExprKind::Resource(*mode, kind.clone(), symbol.clone()),
            Some(Symbol::Function | Symbol::Namespace(_)) | None => ExprKind::Opaque(name.clone()),
        }
    }

    /// The import that a name stands for all of.
    pub(super) fn namespace(&self, target: &tree::Expr) -> Option<usize> {
        let tree::ExprKind::Name(name) = &target.kind else { return None };
        match self.symbols.get(name) {
            Some(Symbol::Namespace(import)) if !self.bound.contains(name) => Some(*import),
            _ => None,
        }
    }

    /// `module.outputs.x` is output `x`; anything else is an attribute.
    /// The module whose `outputs` an expression is.
    fn module_of_outputs(&mut self, expr: &tree::Expr) -> Option<Expr> {
        let tree::ExprKind::Get(outputs) = &expr.kind else { return None };
        if &*outputs.name.name != "outputs" {
            return None;
        }
        let target = self.expr(&outputs.target);
        let is_module = match &target.kind {
            ExprKind::Module(_) => true,
            ExprKind::Index(base, _) => matches!(base.kind, ExprKind::Module(_)),
            _ => false,
        };
        is_module.then_some(target)
    }

    fn get(&mut self, get: &tree::Get) -> ExprKind {
        if let Some(module) = self.module_of_outputs(&get.target) {
            return ExprKind::Get(Box::new(module), get.name.name.clone(), get.name.span);
        }
        if let Some(import) = self.namespace(&get.target) {
            return ExprKind::Imported(import, get.name.name.clone());
        }
        let base = self.expr(&get.target);
        if get.safe {
            let name = Expr { span: get.name.span, kind: ExprKind::Str(get.name.name.clone()) };
            return ExprKind::Call("arm:tryget".into(), Box::new([base, name]), false);
        }
        ExprKind::Get(Box::new(base), get.name.name.clone(), get.name.span)
    }

    fn array(&mut self, items: &[tree::ArrayItem], span: Span) -> ExprKind {
        let spread = items.iter().any(|item| matches!(item, tree::ArrayItem::Spread(_)));
        let mut parts = Vec::new();
        for item in items {
            match item {
                tree::ArrayItem::Value(value) => {
                    let value = self.expr(value);
                    parts.push(if spread { Expr { span, kind: ExprKind::List(Box::new([value])) } } else { value });
                }
                tree::ArrayItem::Spread(value) => parts.push(self.expr(value)),
            }
        }
        if spread { ExprKind::Call("arm:concat".into(), parts.into(), false) } else { ExprKind::List(parts.into()) }
    }

    /// An object; with spreads, the union of its parts.
    pub(super) fn object(&mut self, object: &tree::Object) -> ExprKind {
        let span = object.span;
        let mut parts: Vec<Expr> = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        for item in &object.items {
            match item {
                tree::ObjectItem::Property(property) => {
                    items.push(Item { key: self.expr(&property.key), value: self.expr(&property.value) });
                }
                tree::ObjectItem::Spread(value) => {
                    let before = std::mem::take(&mut items);
                    parts.push(Expr { span, kind: ExprKind::Object(before.into()) });
                    parts.push(self.expr(value));
                }
                tree::ObjectItem::Resource(_) => {}
            }
        }
        let last = ExprKind::Object(items.into());
        if parts.is_empty() {
            return last;
        }
        parts.push(Expr { span, kind: last });
        ExprKind::Call("arm:union".into(), parts.into(), false)
    }

    fn binary(&mut self, operator: tree::BinaryOp, sides: &[tree::Expr; 2]) -> ExprKind {
        let [left, right] = sides;
        let (left, right) = (self.expr(left), self.expr(right));
        let lower =
            |expr: Expr| Expr { span: expr.span, kind: ExprKind::Call("arm:tolower".into(), Box::new([expr]), false) };
        let operator = match operator {
            tree::BinaryOp::Coalesce => {
                return ExprKind::Call("arm:coalesce".into(), Box::new([left, right]), false);
            }
            tree::BinaryOp::EqInsensitive => {
                return ExprKind::Binary(BinaryOp::Eq, Box::new([lower(left), lower(right)]));
            }
            tree::BinaryOp::NeInsensitive => {
                return ExprKind::Binary(BinaryOp::Ne, Box::new([lower(left), lower(right)]));
            }
            tree::BinaryOp::Or => BinaryOp::Or,
            tree::BinaryOp::And => BinaryOp::And,
            tree::BinaryOp::Eq => BinaryOp::Eq,
            tree::BinaryOp::Ne => BinaryOp::Ne,
            tree::BinaryOp::Lt => BinaryOp::Lt,
            tree::BinaryOp::Le => BinaryOp::Le,
            tree::BinaryOp::Gt => BinaryOp::Gt,
            tree::BinaryOp::Ge => BinaryOp::Ge,
            tree::BinaryOp::Add => BinaryOp::Add,
            tree::BinaryOp::Sub => BinaryOp::Sub,
            tree::BinaryOp::Mul => BinaryOp::Mul,
            tree::BinaryOp::Div => BinaryOp::Div,
            tree::BinaryOp::Rem => BinaryOp::Rem,
        };
        ExprKind::Binary(operator, Box::new([left, right]))
    }

    fn loop_(&mut self, header: &tree::Loop, body: &tree::Expr) -> ExprKind {
        let collection = self.expr(&header.collection);
        let (value_name, key_name) = (header.item.name.clone(), header.index.as_ref().map(|index| index.name.clone()));
        let value = self.within(key_name.iter().chain([&value_name]), |context| context.expr(body));
        ExprKind::For(Box::new(For {
            key_name,
            value_name,
            collection,
            key: None,
            value,
            condition: None,
            grouping: false,
        }))
    }

    pub(super) fn within<'n, T>(
        &mut self,
        names: impl Iterator<Item = &'n Name>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = self.bound.len();
        self.bound.extend(names.cloned());
        let result = work(self);
        self.bound.truncate(outer);
        result
    }

    /// The item and the index of a resource's loop, as expressions of its instances.
    pub(super) fn loop_names(&mut self, header: &tree::Loop) -> Expr {
        let collection = self.expr(&header.collection);
        let span = header.span;
        let index = Expr { span, kind: ExprKind::Each(EachPart::Index) };
        let item = ExprKind::Index(Box::new(collection.clone()), Box::new(index.clone()));
        self.replaced.push((header.item.name.clone(), Expr { span, kind: item }));
        if let Some(name) = &header.index {
            self.replaced.push((name.name.clone(), index));
        }
        Expr { span: collection.span, kind: ExprKind::Call("arm:length".into(), Box::new([collection]), false) }
    }
}
