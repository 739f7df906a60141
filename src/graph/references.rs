//! References to Key Vault and App Configuration in settings.

use super::{Graph, ResourceId, VAULT, VAULT_CONTENTS};
use crate::azure::references::{self, ReferenceKind};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Value, Why};

/// A reference in a setting.
#[derive(Debug)]
pub struct Reference {
    /// What it refers to.
    pub kind: ReferenceKind,
    /// The vault, for a reference to a secret.
    pub vault: VaultReference,
}

/// The vault that a reference names.
#[derive(Debug, Clone, PartialEq)]
pub enum VaultReference {
    /// One that is made here.
    Declared(ResourceId),
    /// One that is not.
    Elsewhere,
    /// It cannot be told.
    Unknown(Option<Why>),
}

impl Graph<'_> {
    /// The reference that a setting certainly is.
    #[must_use]
    pub fn reference(&self, value: &Value) -> Option<Reference> {
        let value = match value.as_ref() {
            Some(_) => self.known(value),
            None => value.clone(),
        };
        let mut references = value.alternatives().iter().map(|one| self.one_reference(one));
        let first = references.next()??;
        let mut vault = first.vault;
        for other in references {
            let other = other?;
            if other.vault != vault {
                vault = VaultReference::Unknown(None);
            }
        }
        Some(Reference { kind: first.kind, vault })
    }

    fn one_reference(&self, value: &Value) -> Option<Reference> {
        if !matches!(value.kind, Kind::Text(_)) {
            return None;
        }
        let mut parts = value.text_parts()?;
        let Some(TextPart::Text(first)) = parts.first().cloned() else { return None };
        let (kind, rest) = references::strip(&first)?;
        if let Some(part) = parts.first_mut() {
            *part = TextPart::Text(rest.into());
        }
        let vault = match kind {
            ReferenceKind::KeyVault => self.vault_of(&parts),
            ReferenceKind::AppConfiguration => VaultReference::Elsewhere,
        };
        Some(Reference { kind, vault })
    }

    /// The vault, made here, of the secret whose id or address this is.
    pub(super) fn vault_of_secret(&self, value: &Value) -> Option<ResourceId> {
        let found = match value.as_ref() {
            Some(_) => self.vault_by(value)?,
            None => self.vault_of(&value.text_parts()?),
        };
        match found {
            VaultReference::Declared(vault) => Some(vault),
            VaultReference::Elsewhere | VaultReference::Unknown(_) => None,
        }
    }

    fn vault_of(&self, parts: &[TextPart]) -> VaultReference {
        if let Some(name) = partly_known_name(parts)
            && let Some(vault) = self.made(VAULT, &name)
        {
            return VaultReference::Declared(vault);
        }
        for (at, part) in parts.iter().enumerate() {
            match part {
                TextPart::Hole(hole) => {
                    if let Some(found) = self.vault_by(hole) {
                        return found;
                    }
                    if let Some(vault) =
                        self.vault_of_same_input(hole).filter(|_| at == 1 && names_vault(parts.first()))
                    {
                        return VaultReference::Declared(vault);
                    }
                    // The name of the secret says nothing of the vault, which may still follow.
                    if at == 1 && !names_secret(parts.first()) {
                        return VaultReference::Unknown(hole.why().cloned());
                    }
                }
                TextPart::Text(text) => {
                    if let Some(name) = vault_name(text) {
                        return self.vault_by_name(name);
                    }
                }
            }
        }
        VaultReference::Unknown(None)
    }

    /// The vault that a hole names: the vault itself, or one of its secrets.
    fn vault_by(&self, hole: &Value) -> Option<VaultReference> {
        let (reference, resource) = self.reference_of(hole)?;
        if VAULT_CONTENTS.iter().any(|kind| resource.is(kind)) {
            return Some(match self.parent(resource, VAULT).and_then(|id| self.resource(id)) {
                Some(vault) if vault.mode == Mode::Managed => VaultReference::Declared(vault.id),
                Some(_) => VaultReference::Elsewhere,
                None => VaultReference::Unknown(None),
            });
        }
        let found = match (&*resource.kind, resource.mode) {
            (_, Mode::Managed) if resource.is_arm(VAULT) && !reference.many => VaultReference::Declared(resource.id),
            _ if resource.is_arm(VAULT) => VaultReference::Elsewhere,
            ("azurerm_key_vault_secret" | "azurerm_key_vault_certificate" | "azurerm_key_vault_key", _) => {
                let vault = resource.argument("key_vault_id")?;
                match self.named_by(vault).and_then(|id| self.resource(id)) {
                    Some(vault) if vault.mode == Mode::Managed => VaultReference::Declared(vault.id),
                    Some(_) => VaultReference::Elsewhere,
                    None => VaultReference::Unknown(vault.why().cloned()),
                }
            }
            _ => {
                let configured = self.deployment.configured(reference)?;
                return self.vault_by(&configured);
            }
        };
        Some(found)
    }

    /// The vault whose name is the same input without a value.
    fn vault_of_same_input(&self, hole: &Value) -> Option<ResourceId> {
        let why = hole.why()?;
        matches!(why.reason, Reason::RootInput(_)).then(|| self.made(VAULT, hole)).flatten()
    }

    fn vault_by_name(&self, name: &str) -> VaultReference {
        let mut named = self.resources().filter(|resource| {
            resource.is_arm(VAULT)
                && resource.mode == Mode::Managed
                && resource
                    .argument("name")
                    .is_some_and(|own| self.known(own).as_str().is_some_and(|own| own.eq_ignore_ascii_case(name)))
        });
        match (named.next(), named.next()) {
            (Some(vault), None) => VaultReference::Declared(vault.id),
            (None, _) => VaultReference::Elsewhere,
            _ => VaultReference::Unknown(None),
        }
    }
}

/// The vault's name, in an address or behind `VaultName=`, if it is put together from known and unknown parts.
fn partly_known_name(parts: &[TextPart]) -> Option<Value> {
    let (first, rest) = parts.split_first()?;
    let TextPart::Text(first) = first else { return None };
    let lower = first.to_ascii_lowercase();
    let starts = ["vaultname=", "https://"].map(|start| lower.find(start).map(|at| at + start.len()));
    let start = starts.into_iter().flatten().next()?;
    let ends = if lower.contains("vaultname=") { [';', ')'] } else { ['.', '/'] };
    let first = TextPart::Text(first.get(start..)?.into());
    let mut name = Vec::new();
    for part in std::iter::once(&first).chain(rest) {
        match part {
            TextPart::Text(text) => match text.split_once(ends) {
                Some((own, _)) => {
                    name.push(TextPart::Text(own.into()));
                    let span = name.iter().find_map(|part| match part {
                        TextPart::Hole(hole) => Some(hole.span),
                        TextPart::Text(_) => None,
                    })?;
                    let text = Text::new(name);
                    return (text.parts().len() > 1).then(|| Value::new(Kind::Text(text), span));
                }
                None => name.push(part.clone()),
            },
            TextPart::Hole(_) => name.push(part.clone()),
        }
    }
    None
}

/// The vault that literal text names whole: in an address, or behind `VaultName=`.
fn vault_name(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    if let Some(at) = lower.find("vaultname=") {
        let rest = text.get(at + "vaultname=".len()..)?;
        let end = rest.find([';', ')'])?;
        return rest.get(..end).map(str::trim).filter(|name| !name.is_empty());
    }
    let at = lower.find("https://")?;
    references::vault_name_of_uri(text.get(at..)?)
}

/// Whether a vault's name follows, and nothing before it.
fn names_vault(part: Option<&TextPart>) -> bool {
    let ends = |text: &str| ["vaultname=", "https://"].iter().any(|end| text.to_ascii_lowercase().ends_with(end));
    matches!(part, Some(TextPart::Text(text)) if ends(text))
}

fn names_secret(part: Option<&TextPart>) -> bool {
    matches!(part, Some(TextPart::Text(text)) if text.to_ascii_lowercase().ends_with("secretname="))
}
