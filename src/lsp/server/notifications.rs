//! What the client tells: nothing of it is answered, and what makes no sense changes nothing.

use std::io::Write;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Server, Stage};
use crate::config::NAMES;
use crate::lsp::client;
use crate::lsp::document::Document;
use crate::lsp::protocol::{self, About, Changed, FilesChanged, FoldersChanged, Opened};
use crate::lsp::settings::Settings;
use crate::lsp::wire::{Code, Failure};
use crate::workspace::is_read;

fn read<T: DeserializeOwned>(params: Value) -> Option<T> {
    protocol::params(params).ok()
}

impl<W: Write> Server<W> {
    pub(super) fn notification(&mut self, method: &str, params: Value) -> std::io::Result<()> {
        if self.stage != Stage::Running {
            return Ok(());
        }
        match method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.opened(params),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didClose" => self.closed(params),
            "workspace/didChangeWatchedFiles" => self.files_changed(params),
            "workspace/didCreateFiles" | "workspace/didRenameFiles" | "workspace/didDeleteFiles" => {
                self.change().map(drop)
            }
            "workspace/didChangeWorkspaceFolders" => self.folders_changed(params),
            "workspace/didChangeConfiguration" => self.settings_changed(&params),
            "$/cancelRequest" => self.cancelled(&params),
            _ => Ok(()),
        }
    }

    fn initialized(&mut self) -> std::io::Result<()> {
        for wrong in std::mem::take(&mut self.told) {
            self.tell(&wrong)?;
        }
        if self.client.watches {
            self.ask("client/registerCapability", &client::watchers())?;
        }
        self.change().map(drop)
    }

    fn opened(&mut self, params: Value) -> std::io::Result<()> {
        let Some(Opened { text_document: opened }) = read(params) else { return Ok(()) };
        let Some(path) = Self::path(&opened.uri) else { return Ok(()) };
        let document = Document { uri: opened.uri, version: opened.version, text: opened.text.into() };
        self.change()?.documents.insert(path, document);
        Ok(())
    }

    fn changed(&mut self, params: Value) -> std::io::Result<()> {
        let Some(Changed { text_document, content_changes }) = read(params) else { return Ok(()) };
        let Some(path) = Self::path(&text_document.uri) else { return Ok(()) };
        if !self.world.documents.contains_key(&path) {
            return Ok(());
        }
        let world = self.change()?;
        let encoding = world.encoding;
        if let Some(document) = world.documents.get_mut(&path) {
            document.version = text_document.version.unwrap_or(document.version);
            document.change(content_changes, encoding);
        }
        Ok(())
    }

    fn closed(&mut self, params: Value) -> std::io::Result<()> {
        let Some(About { text_document }) = read(params) else { return Ok(()) };
        let path = Self::path(&text_document.uri).filter(|path| self.world.documents.contains_key(path));
        let Some(path) = path else { return Ok(()) };
        self.change()?.documents.remove(&path);
        Ok(())
    }

    fn files_changed(&mut self, params: Value) -> std::io::Result<()> {
        const DELETED: u8 = 3;
        let Some(FilesChanged { changes }) = read(params) else { return Ok(()) };
        let matters = |path: &Path, kind: u8| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // A configuration file may extend any other one. Of what is gone nobody can say whether it was a folder.
            let is_toml = path.extension().is_some_and(|extension| extension == "toml");
            let says_what_counts = [".gitignore", ".ignore"].contains(&name) || NAMES.contains(&name) || is_toml;
            kind == DELETED || says_what_counts || is_read(&path.to_string_lossy())
        };
        let paths = changes.iter().filter_map(|change| Some((Self::path(&change.uri)?, change.kind)));
        if paths.into_iter().any(|(path, kind)| matters(&path, kind)) { self.change().map(drop) } else { Ok(()) }
    }

    fn folders_changed(&mut self, params: Value) -> std::io::Result<()> {
        let Some(FoldersChanged { event }) = read(params) else { return Ok(()) };
        let removed: Vec<_> = event.removed.iter().filter_map(|folder| Self::path(&folder.uri)).collect();
        let added: Vec<_> = event.added.iter().filter_map(|folder| Self::path(&folder.uri)).collect();
        let folders = &mut self.change()?.folders;
        folders.retain(|folder| !removed.contains(folder));
        for folder in added {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        Ok(())
    }

    /// Settings come with the message, or are to be asked for.
    fn settings_changed(&mut self, params: &Value) -> std::io::Result<()> {
        match params.get("settings") {
            None | Some(Value::Null) if self.client.has_settings => {
                let asked = self.ask("workspace/configuration", &json!({ "items": [{ "section": "identilint" }] }))?;
                self.settings_asked = Some(asked);
                Ok(())
            }
            settings => self.set(settings.unwrap_or(&Value::Null)),
        }
    }

    fn set(&mut self, value: &Value) -> std::io::Result<()> {
        let (settings, wrong) = Settings::read(value);
        for wrong in wrong {
            self.tell(&wrong)?;
        }
        if settings != self.world.settings {
            self.change()?.settings = settings;
        }
        Ok(())
    }

    pub(super) fn response(&mut self, id: &Value, result: Option<Value>) -> std::io::Result<()> {
        if self.settings_asked.as_ref() == Some(id) {
            self.settings_asked = None;
            if let Some(Value::Array(settings)) = result {
                return self.set(settings.first().unwrap_or(&Value::Null));
            }
        }
        Ok(())
    }

    fn cancelled(&mut self, params: &Value) -> std::io::Result<()> {
        let Some(id) = params.get("id") else { return Ok(()) };
        let Some(at) = self.waiting.iter().position(|waiting| waiting.id == *id) else { return Ok(()) };
        let waiting = self.waiting.remove(at);
        waiting.progress.cancel();
        self.answer(&waiting.id, Err(Failure::new(Code::RequestCancelled, "the client does not want it any more")))
    }
}
