//! Bicep: a file is a module. A `.bicepparam` file gives parameters to the one that it names.

mod calls;
mod declarations;
mod expr;
mod strings;

use super::terraform::Lowered;
use crate::ir::{Attr, Module, Name};
use crate::source::SourceId;
use crate::syntax::bicep::{self, StatementKind};

use expr::Context;

/// A parameter file: the template that it is for, and its values.
#[derive(Debug, Default)]
pub struct Parameters {
    /// The path behind `using`, as written.
    pub using: Option<Name>,
    /// The path behind `extends`, as written: a file whose values are taken over.
    pub extends: Option<Name>,
    /// The values.
    pub values: Vec<Attr>,
    /// What their names belong to: the file's variables and imports.
    pub module: Module,
}

/// Lowers a `.bicep` file.
#[must_use]
pub fn module(source: SourceId, path: &str, text: &str) -> Lowered<Module> {
    let tree = bicep::parse(source, text);
    let mut module = at(path);
    let mut context = Context::new(text);
    context.declare(&tree.statements);
    for statement in &tree.statements {
        declarations::statement(&mut context, statement, &mut module);
    }
    module.remarks = context.take_remarks();
    let sightings = strings::of_file(source, text, &tree.statements);
    Lowered { content: module, errors: tree.errors, sightings }
}

/// Lowers a `.bicepparam` file.
#[must_use]
pub fn parameters(source: SourceId, path: &str, text: &str) -> Lowered<Parameters> {
    let tree = bicep::parse_parameters(source, text);
    let mut context = Context::new(text);
    context.declare(&tree.statements);
    let mut parameters = Parameters { module: at(path), ..Parameters::default() };
    parameters.module.only_values = true;
    for statement in &tree.statements {
        match &statement.kind {
            StatementKind::Using(Some(path), _) => parameters.using = path.as_str().map(Name::from),
            StatementKind::ParamValue(name, value) => {
                let value = context.expr(value);
                parameters.values.push(Attr { name: name.name.clone(), span: name.span, value });
            }
            StatementKind::Extends(path) => parameters.extends = path.as_str().map(Name::from),
            _ => declarations::statement(&mut context, statement, &mut parameters.module),
        }
    }
    let sightings = strings::of_file(source, text, &tree.statements);
    Lowered { content: parameters, errors: tree.errors, sightings }
}

/// The module of a file, empty as yet.
fn at(path: &str) -> Module {
    let mut module = Module::default();
    module.as_a_whole = true;
    module.path = path.into();
    module.directory = path.rsplit_once('/').map_or(".", |(directory, _)| directory).into();
    module
}
