//! One file: its bytes, its text, its declarations.

use std::path::PathBuf;
use std::sync::Arc;

use super::discover::Format;
use super::given::{self, ParameterFile};
use crate::ir::{Attr, ExternalUser, Module, Sighting};
use crate::lower::{arm, bicep, terraform};
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::{SyntaxError, sql};

/// What a file holds.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A part of the module of its directory.
    Module(Arc<Module>),
    Templates(Vec<Arc<Module>>),
    BicepParameters(Arc<Module>, Box<ParameterFile>),
    Parameters(Vec<Arc<Attr>>),
    ExternalUsers(Vec<ExternalUser>),
    /// It should have been one of these.
    Nothing,
    /// It is none of these, and nobody said it was.
    Other,
}

/// A file that was read. Copies share what is large.
#[derive(Debug, Clone)]
pub(super) struct ReadFile {
    pub(super) source: Arc<SourceFile>,
    pub(super) content: Content,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) sightings: Vec<Arc<Sighting>>,
}

/// Lowers what was read.
///
/// # Errors
/// The reason, if it is no text that can be read.
pub(super) fn lower(
    id: SourceId,
    path: PathBuf,
    bytes: Vec<u8>,
    shown: &str,
    format: Format,
) -> Result<ReadFile, String> {
    let counts = match format {
        Format::Json => std::str::from_utf8(&bytes).is_ok_and(|text| arm::recognise(text).is_some()),
        Format::Sql => makes_users(&bytes)?,
        _ => true,
    };
    if !counts {
        let source = Arc::new(SourceFile::new(path, shown, ""));
        return Ok(ReadFile { source, content: Content::Other, errors: Vec::new(), sightings: Vec::new() });
    }
    let (text, mut errors) = decode(id, bytes);
    if text.contains('\0') {
        let span = Span::new(id, 0, text.chars().next().map_or(0, char::len_utf8));
        errors = vec![SyntaxError { span, message: "this is not a text file".to_owned() }];
        let source = Arc::new(SourceFile::new(path, shown, text));
        return Ok(ReadFile { source, content: Content::Nothing, errors, sightings: Vec::new() });
    }
    let (content, found, sightings) = match format {
        Format::Module | Format::JsonModule => {
            let lowered =
                if format == Format::Module { terraform::module(id, &text) } else { terraform::json_module(id, &text) };
            (Content::Module(Arc::new(lowered.content)), lowered.errors, lowered.sightings)
        }
        Format::Bicep => {
            let lowered = bicep::module(id, shown, &text);
            (Content::Templates(vec![sealed(lowered.content)]), lowered.errors, lowered.sightings)
        }
        Format::BicepParameters => {
            let lowered = bicep::parameters(id, shown, &text);
            (bicep_parameters(shown, lowered.content), lowered.errors, lowered.sightings)
        }
        Format::Json if arm::recognise(&text) == Some(arm::FileKind::Template) => {
            let lowered = arm::template(id, shown, &text);
            (Content::Templates(lowered.content.into_iter().map(sealed).collect()), lowered.errors, lowered.sightings)
        }
        Format::Json => {
            let lowered = arm::parameters(id, &text);
            (parameters(lowered.content), lowered.errors, lowered.sightings)
        }
        Format::Sql => (Content::ExternalUsers(external_users(id, &text)), Vec::new(), Vec::new()),
        Format::Parameters | Format::JsonParameters => {
            let lowered = if format == Format::Parameters {
                terraform::parameters(id, &text)
            } else {
                terraform::json_parameters(id, &text)
            };
            (parameters(lowered.content), lowered.errors, lowered.sightings)
        }
    };
    errors.extend(found);
    let sightings = sightings.into_iter().map(Arc::new).collect();
    Ok(ReadFile { source: Arc::new(SourceFile::new(path, shown, text)), content, errors, sightings })
}

fn sealed(mut module: Module) -> Arc<Module> {
    module.seal();
    Arc::new(module)
}

fn parameters(values: Vec<Attr>) -> Content {
    Content::Parameters(values.into_iter().map(Arc::new).collect())
}

fn bicep_parameters(shown: &str, parameters: bicep::Parameters) -> Content {
    let using = given::beside(shown, parameters.using.as_ref());
    let extends = given::beside(shown, parameters.extends.as_ref());
    let values = parameters.values.into_iter().map(Arc::new).collect();
    Content::BicepParameters(sealed(parameters.module), Box::new(ParameterFile { values, using, extends }))
}

/// Whether a script makes users for principals; most do not.
///
/// # Errors
/// If it does, but is not UTF-8.
fn makes_users(bytes: &[u8]) -> Result<bool, String> {
    let holds = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("external") && text.contains("provider") || text.contains("pgaadauth_create_principal")
    };
    // Tools of Microsoft save scripts as UTF-16.
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(read)).collect();
        String::from_utf16_lossy(&units)
    };
    let is_wide = match bytes {
        [0xff, 0xfe, ..] => holds(&wide(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => holds(&wide(u16::from_be_bytes)),
        // A backup is no script.
        _ if bytes.contains(&0) => false,
        _ => return Ok(holds(&String::from_utf8_lossy(bytes))),
    };
    if is_wide { Err("it is UTF-16; saved as UTF-8 it can be read".to_owned()) } else { Ok(false) }
}

fn external_users(id: SourceId, text: &str) -> Vec<ExternalUser> {
    let span = |(start, end)| Span::new(id, start, end);
    let user = |user: sql::ExternalUser| ExternalUser {
        name: user.name.into(),
        span: span(user.span),
        others: user.others.into_iter().map(span).collect(),
    };
    sql::external_users(text).into_iter().map(user).collect()
}

/// The bytes as text; the first that is not UTF-8 is an error.
fn decode(id: SourceId, bytes: Vec<u8>) -> (String, Vec<SyntaxError>) {
    let (text, bad) = crate::text::decode(bytes);
    let error =
        |(start, end)| SyntaxError { span: Span::new(id, start, end), message: "this is not valid UTF-8".to_owned() };
    (text, bad.map(error).into_iter().collect())
}
