//! One file: its bytes, its text, its declarations.

use std::path::PathBuf;

use super::discover::{Format, Input};
use super::overlay::Overlay;
use crate::ir::{Attr, ExternalUser, Module, Sighting};
use crate::lower::{arm, bicep, terraform};
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::{SyntaxError, sql};

/// What a file holds.
pub(super) enum Content {
    Module(Box<Module>),
    Templates(Vec<Module>),
    BicepParameters(Box<bicep::Parameters>),
    Parameters(Vec<Attr>),
    ExternalUsers(Vec<ExternalUser>),
    /// It should have been one of these.
    Nothing,
    /// It is none of these, and nobody said it was.
    Other,
}

/// A file that was read.
pub(super) struct ReadFile {
    pub(super) source: SourceFile,
    pub(super) content: Content,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) sightings: Vec<Sighting>,
}

/// Reads and lowers a file.
///
/// # Errors
/// The reason, if it cannot be read.
pub(super) fn read(
    id: SourceId,
    input: Input,
    shown: &str,
    format: Format,
    overlay: &Overlay,
) -> Result<ReadFile, String> {
    let (path, bytes) = match input {
        Input::Disk(path) => {
            let bytes = overlay.read(&path)?;
            (path, bytes)
        }
        Input::Text(text) => (PathBuf::from(shown), text.into_bytes()),
    };
    let counts = match format {
        Format::Json => std::str::from_utf8(&bytes).is_ok_and(|text| arm::recognise(text).is_some()),
        Format::Sql => makes_users(&bytes)?,
        _ => true,
    };
    if !counts {
        let source = SourceFile::new(path, shown, "");
        return Ok(ReadFile { source, content: Content::Other, errors: Vec::new(), sightings: Vec::new() });
    }
    let (text, mut errors) = decode(id, bytes);
    if text.contains('\0') {
        let span = Span::new(id, 0, text.chars().next().map_or(0, char::len_utf8));
        errors = vec![SyntaxError { span, message: "this is not a text file".to_owned() }];
        let source = SourceFile::new(path, shown, text);
        return Ok(ReadFile { source, content: Content::Nothing, errors, sightings: Vec::new() });
    }
    let (content, found, sightings) = match format {
        Format::Module | Format::JsonModule => {
            let lowered =
                if format == Format::Module { terraform::module(id, &text) } else { terraform::json_module(id, &text) };
            (Content::Module(Box::new(lowered.content)), lowered.errors, lowered.sightings)
        }
        Format::Bicep => {
            let lowered = bicep::module(id, shown, &text);
            (Content::Templates(vec![lowered.content]), lowered.errors, lowered.sightings)
        }
        Format::BicepParameters => {
            let lowered = bicep::parameters(id, shown, &text);
            (Content::BicepParameters(Box::new(lowered.content)), lowered.errors, lowered.sightings)
        }
        Format::Json if arm::recognise(&text) == Some(arm::FileKind::Template) => {
            let lowered = arm::template(id, shown, &text);
            (Content::Templates(lowered.content), lowered.errors, lowered.sightings)
        }
        Format::Json => {
            let lowered = arm::parameters(id, &text);
            (Content::Parameters(lowered.content), lowered.errors, lowered.sightings)
        }
        Format::Sql => (Content::ExternalUsers(external_users(id, &text)), Vec::new(), Vec::new()),
        Format::Parameters | Format::JsonParameters => {
            let lowered = if format == Format::Parameters {
                terraform::parameters(id, &text)
            } else {
                terraform::json_parameters(id, &text)
            };
            (Content::Parameters(lowered.content), lowered.errors, lowered.sightings)
        }
    };
    errors.extend(found);
    Ok(ReadFile { source: SourceFile::new(path, shown, text), content, errors, sightings })
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
