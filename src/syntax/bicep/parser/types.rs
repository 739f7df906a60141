//! Types.

use super::lists::Separator;
use super::{Kind, Parsed, Parser};
use crate::syntax::bicep::ast::{Field, FieldName, TupleItem, Type, TypeKind, UnaryOp};
use crate::syntax::bicep::token::Kinds;

const ITEM_END: Kinds = Kinds::of(Kind::NewLine).and(Kind::Comma);

impl Parser<'_> {
    /// The type of a parameter or output, where a resource may stand, too.
    pub(super) fn declared_type(&mut self, resource_may_be_any: bool) -> Parsed<Type> {
        if !self.at_word("resource") || self.ahead(1) == Kind::Less {
            return self.type_expression();
        }
        let start = self.bump().start;
        let string = matches!(self.kind(), Kind::StringComplete | Kind::StringLeft);
        let kind = match (string, resource_may_be_any) {
            (true, _) => Some(self.string()),
            (false, true) => None,
            (false, false) => return Err(self.fail(format_args!("expected the type of the resource as a string"))),
        };
        Ok(Type { span: self.span(start), kind: TypeKind::Resource(kind) })
    }

    /// A type that ends at one of these; an error node if it is broken.
    pub(super) fn declared_type_until(&mut self, stops: Kinds, resource_may_be_any: bool) -> Type {
        let start = self.current.start;
        let ty = self.or_skip(stops, |parser| parser.declared_type(resource_may_be_any));
        ty.unwrap_or_else(|| Type { span: self.skipped_span(start), kind: TypeKind::Error })
    }

    pub(super) fn type_expression(&mut self) -> Parsed<Type> {
        self.nested(Self::union)
    }

    fn type_node(&self, start: u32, kind: TypeKind) -> Type {
        Type { span: self.span(start), kind }
    }

    /// A `|`, maybe on the next line, starts a member of a union.
    fn at_member(&self) -> bool {
        self.kind() == Kind::Pipe || self.kind() == Kind::NewLine && self.ahead(1) == Kind::Pipe
    }

    fn union(&mut self) -> Parsed<Type> {
        let leading = self.at_member();
        if leading {
            self.eat(Kind::NewLine);
        }
        let start = self.current.start;
        if leading {
            self.bump();
        }
        let first = self.unary_type()?;
        if leading || self.at_member() { self.members(start, first) } else { Ok(first) }
    }

    /// The members of a union behind the first.
    fn members(&mut self, start: u32, first: Type) -> Parsed<Type> {
        let mut members = vec![first];
        while self.at_member() {
            self.eat(Kind::NewLine);
            self.bump();
            members.push(self.unary_type()?);
        }
        Ok(self.type_node(start, TypeKind::Union(members)))
    }

    fn unary_type(&mut self) -> Parsed<Type> {
        let start = self.current.start;
        let mut result = match self.kind() {
            Kind::Minus => self.signed_type(UnaryOp::Minus),
            Kind::Exclamation => self.signed_type(UnaryOp::Not),
            _ => self.member_type(),
        };
        while let Ok(ty) = result {
            result = match self.kind() {
                Kind::Question => self.marked_type(start, ty, TypeKind::Optional),
                Kind::Exclamation => self.marked_type(start, ty, TypeKind::NonNull),
                _ => return Ok(ty),
            };
        }
        result
    }

    fn signed_type(&mut self, op: UnaryOp) -> Parsed<Type> {
        let start = self.bump().start;
        let operand = self.member_type()?;
        self.grow()?;
        Ok(self.type_node(start, TypeKind::Unary(op, Box::new(operand))))
    }

    fn marked_type(&mut self, start: u32, ty: Type, kind: fn(Box<Type>) -> TypeKind) -> Parsed<Type> {
        self.bump();
        self.grow()?;
        Ok(self.type_node(start, kind(Box::new(ty))))
    }

    /// A type and what is taken from or made of it.
    fn member_type(&mut self) -> Parsed<Type> {
        let start = self.current.start;
        let mut result = self.primary_type();
        while let Ok(ty) = result {
            if !matches!(self.kind(), Kind::Dot | Kind::LeftSquare) {
                return Ok(ty);
            }
            result = self.type_part(start, Box::new(ty));
        }
        result
    }

    fn type_part(&mut self, start: u32, target: Box<Type>) -> Parsed<Type> {
        let kind = if self.kind() == Kind::LeftSquare {
            self.type_index(target)?
        } else {
            self.bump();
            if self.eat(Kind::Asterisk) {
                TypeKind::AnyProperty(target)
            } else {
                let name = self.ident("the name of a property")?;
                let args = if self.kind() == Kind::Less { self.type_args() } else { Vec::new() };
                TypeKind::Get(target, name, args)
            }
        };
        self.grow()?;
        Ok(self.type_node(start, kind))
    }

    fn type_index(&mut self, target: Box<Type>) -> Parsed<TypeKind> {
        self.bump();
        if self.eat(Kind::RightSquare) {
            return Ok(TypeKind::Array(target));
        }
        let kind = if self.eat(Kind::Asterisk) {
            TypeKind::Items(target)
        } else {
            TypeKind::Index(target, Box::new(self.expression()?))
        };
        self.expect(Kind::RightSquare)?;
        Ok(kind)
    }

    /// `<…>`, from the bracket on.
    fn type_args(&mut self) -> Vec<Type> {
        self.list(Kind::Greater, Separator::Commas, Self::type_expression)
    }

    fn primary_type(&mut self) -> Parsed<Type> {
        let start = self.current.start;
        let kind = match self.kind() {
            Kind::Identifier => {
                let name = self.ident("a type")?.name;
                if self.kind() == Kind::Less { TypeKind::Generic(name, self.type_args()) } else { TypeKind::Name(name) }
            }
            Kind::StringComplete | Kind::StringLeft => TypeKind::Literal(self.string()),
            Kind::Integer | Kind::True | Kind::False | Kind::Null => TypeKind::Literal(self.literal()?),
            Kind::LeftBrace => {
                TypeKind::Object(self.list(Kind::RightBrace, Separator::LinesWithDeclarations, Self::field))
            }
            Kind::LeftSquare => {
                TypeKind::Tuple(self.list(Kind::RightSquare, Separator::LinesWithDeclarations, |parser| {
                    Ok(TupleItem { decorators: parser.decorators(), ty: parser.type_expression()? })
                }))
            }
            Kind::LeftParen => {
                self.bump();
                let outer = self.open;
                self.open.parens += 1;
                let inner = self.type_expression().and_then(|ty| self.expect(Kind::RightParen).map(|_| ty));
                self.open = outer;
                return inner;
            }
            _ => return Err(self.fail(format_args!("expected a type"))),
        };
        Ok(self.type_node(start, kind))
    }

    fn field(&mut self) -> Parsed<Field> {
        let decorators = self.decorators();
        let name = if self.kind() == Kind::Asterisk {
            let token = self.bump();
            FieldName::Any(self.token_span(token))
        } else {
            FieldName::Key(self.key()?)
        };
        self.expect(Kind::Colon)?;
        let start = self.current.start;
        let ty = self.or_skip(ITEM_END, Self::type_expression);
        let ty = ty.unwrap_or_else(|| Type { span: self.skipped_span(start), kind: TypeKind::Error });
        Ok(Field { decorators, name, ty })
    }
}
