//! All safe fixes of one document, chosen and tried as `--fix` does, on what the editor shows.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::changes::{self, Words};
use super::look::Unit;
use super::wire::{Code, Failure};
use super::worker::View;
use crate::engine::analyze;
use crate::finding::Safety;
use crate::fix::{Ground, Seen, Texts, Wish, mend};
use crate::source::SourceFile;
use crate::workspace::{Request, Workspace};

/// What the editor shows, of which one document may be changed.
struct Buffers<'v> {
    view: &'v View,
    unit: &'v Unit,
    path: &'v Path,
}

impl Ground for Buffers<'_> {
    fn look(&self, texts: &Texts) -> Result<Seen, String> {
        if self.view.progress.is_cancelled() {
            return Err("nobody waits for it any more".to_owned());
        }
        let mut request = Request { progress: self.view.progress.clone(), ..self.unit.request.clone() };
        for (path, text) in texts {
            request.overlay.put(path.clone(), text.as_bytes());
        }
        let workspace = Workspace::load(&request).map_err(|error| error.to_string())?;
        let policies = self.view.world.settings.policies(&workspace);
        let report = analyze(&workspace, &policies);
        let all = policies.wider().map(|policies| analyze(&workspace, &policies));
        Ok(Seen { workspace, report, all })
    }

    fn refuses(&self, file: &SourceFile, _root: &Path) -> Option<String> {
        (file.path() != self.path).then(|| format!("it changes `{}`", file.display()))
    }
}

/// The edit that applies them; none if there are none, or the document is not what was analysed.
///
/// # Errors
/// If nothing can be analysed, or nobody waits any more.
pub(super) fn edit(view: &View, unit: &Unit, path: &Path) -> Result<Option<Value>, Failure> {
    let Some(document) = view.world.documents.get(path) else { return Ok(None) };
    let analysed = unit.workspace.sources.iter().find(|(_, file)| file.path() == path).map(|(_, file)| file.text());
    if analysed != Some(&document.text) {
        return Ok(None);
    }
    let ground = Buffers { view, unit, path };
    let outcome = mend(&ground, Wish { allowed: Safety::Safe, shown: false });
    let outcome = outcome.map_err(|reason| Failure::new(Code::RequestFailed, reason))?;
    let change = outcome.changes.into_iter().find(|change| change.path == path);
    let edits = change.map(|change| changes::of_texts(view, &document.text, &change.new));
    Ok(edits.map(|edits| changes::for_client(view, BTreeMap::from([(path.to_path_buf(), edits)]), Words::Final)))
}
