//! Source text without its secrets.

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::{SourceId, Sources, Span};

/// The texts of files, each byte of a secret turned into `*`, so that spans still fit.
#[derive(Debug)]
pub(super) struct Masked<'a> {
    sources: &'a Sources,
    masked: HashMap<SourceId, Arc<str>>,
}

impl<'a> Masked<'a> {
    pub(super) fn new(sources: &'a Sources, secrets: &[Span]) -> Self {
        let mut masked: HashMap<SourceId, Vec<u8>> = HashMap::new();
        for secret in secrets {
            let Some(file) = sources.get(secret.source) else { continue };
            let bytes = masked.entry(secret.source).or_insert_with(|| file.text().as_bytes().to_vec());
            let Some(range) = bytes.get_mut(secret.start as usize..secret.end as usize) else { continue };
            // Quotes and line breaks are no secret, and keep the shape readable.
            range.iter_mut().filter(|byte| !matches!(byte, b'"' | b'\'' | b'\n' | b'\r')).for_each(|byte| *byte = b'*');
        }
        let text = |bytes: Vec<u8>| Arc::from(String::from_utf8_lossy(&bytes).into_owned());
        Self { sources, masked: masked.into_iter().map(|(id, bytes)| (id, text(bytes))).collect() }
    }

    pub(super) fn text(&self, id: SourceId) -> Option<Arc<str>> {
        self.masked.get(&id).cloned().or_else(|| self.sources.get(id).map(|file| file.text().clone()))
    }
}
