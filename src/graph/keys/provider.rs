//! The azurerm provider as a user of keys: it signs requests to the storage API with the account's key, unless told not to.

use super::{KeysOff, Needer};
use crate::finding::Edit;
use crate::graph::{Graph, Resource, ResourceId, Written};
use crate::ir::{Block, Mode};
use crate::resolve::value::{InstanceId, Truth, Value};
use crate::source::Span;

/// A provider that signs requests with the key of a storage account that takes none.
#[derive(Debug)]
pub struct StorageByKey {
    /// What people call the provider.
    pub provider: &'static str,
    /// The provider's configuration: its header, or the value that asks for keys.
    pub span: Span,
    /// Whether the value stands there.
    pub is_said: bool,
    /// The account.
    pub off: KeysOff,
    /// What is made with such requests.
    pub made: ResourceId,
    /// The edit that asks for the signed-in identity instead.
    pub edit: Option<Edit>,
}

const AZURERM: &str = "azurerm";

/// Whether a block is the configuration of azurerm that is not chosen by name.
fn is_default(block: &Block) -> bool {
    let is_own = block.labels.first().is_some_and(|label| &**label == AZURERM);
    &*block.name == "provider" && is_own && block.body.attr("alias").is_none()
}

impl Graph<'_> {
    /// Where the default configuration of azurerm, written in the root module, signs requests with the key of a storage
    /// account that takes none; each configuration once.
    #[must_use]
    pub fn storage_by_key(&self) -> Vec<StorageByKey> {
        let root = self.deployment.module(InstanceId(0));
        let blocks = root.map_or(&[][..], |root| &root.settings);
        blocks.iter().filter(|block| is_default(block)).filter_map(|block| self.signs_with_key(block)).collect()
    }

    fn signs_with_key(&self, block: &Block) -> Option<StorageByKey> {
        let flag = self.deployment.root_setting(block, "storage_use_azuread");
        let flag = flag.filter(|flag| flag.is_null() != Truth::Yes);
        if flag.as_ref().is_some_and(|flag| self.known(flag).as_bool() != Some(false)) {
            return None;
        }
        let span = flag.as_ref().map_or(block.span, |flag| flag.span);
        let mut uses = self.resources().filter_map(|made| Some((made, self.account_behind(made)?)));
        uses.find_map(|(made, account)| {
            let off = self.keys_off(account)?;
            let default = |id| !self.is_configured_apart(id);
            let uses_it = default(made.id) && default(account);
            let edit = self.ask_with_identity(block, flag.as_ref(), made.id);
            uses_it.then_some(StorageByKey {
                provider: AZURERM,
                span,
                is_said: flag.is_some(),
                off,
                made: made.id,
                edit,
            })
        })
    }

    /// Accounts for which the provider signs requests with a key, and what it makes with that; none if it may.
    pub(super) fn signed_with_key(&self) -> Vec<(ResourceId, Option<Needer>)> {
        let made = self.resources().filter(|made| made.mode == Mode::Managed);
        made.flat_map(|made| self.data_plane_of(made).into_iter().map(move |found| (made, found)))
            .filter_map(|(made, (account, span, only_by_key))| {
                let title = format!("`{}`", made.title);
                let needer = Needer { title, span, note: "made by the provider with a key" };
                match if only_by_key { Truth::No } else { self.asks_as_itself_for_storage(made.id) } {
                    Truth::Yes => None,
                    Truth::Maybe => Some((account, None)),
                    Truth::No => Some((account, Some(needer))),
                }
            })
            .collect()
    }

    /// The accounts that a resource makes the provider ask the storage API for, where, and whether it can do so with a key
    /// alone.
    fn data_plane_of(&self, made: &Resource) -> Vec<(ResourceId, Span, bool)> {
        let mut found: Vec<_> =
            self.account_behind(made).map(|account| (account, made.span, false)).into_iter().collect();
        let own = |block: &str| made.argument(block).filter(|value| !crate::graph::flatten(value).is_empty());
        match &*made.kind {
            "azurerm_storage_account" => {
                let asked = ["static_website", "queue_properties"].into_iter().find_map(own);
                found.extend(asked.map(|value| (made.id, value.span, false)));
            }
            "azurerm_storage_account_static_website" | "azurerm_storage_account_queue_properties" => {
                let account = made.argument("storage_account_id").and_then(|id| self.named_by(id));
                found.extend(account.map(|account| (account, made.span, false)));
            }
            "azurerm_storage_table" | "azurerm_storage_share" => {
                let account = made.argument("storage_account_name").and_then(|name| self.named_by(name));
                found.extend(account.map(|account| (account, made.span, true)));
            }
            _ => {}
        }
        found
    }

    /// Whether the provider asks the storage API as the signed-in identity for what a resource makes.
    fn asks_as_itself_for_storage(&self, made: ResourceId) -> Truth {
        let root = self.deployment.module(InstanceId(0));
        let blocks = root.map_or(&[][..], |root| &root.settings);
        let mut default = blocks.iter().filter(|block| is_default(block));
        let Some(block) = default.next().filter(|_| !self.is_configured_apart(made)) else { return Truth::Maybe };
        match self.deployment.root_setting(block, "storage_use_azuread") {
            None => Truth::No,
            Some(flag) if flag.is_null() == Truth::Yes => Truth::No,
            Some(flag) => self.known(&flag).as_bool().map_or(Truth::Maybe, Truth::from),
        }
    }

    fn ask_with_identity(&self, block: &Block, flag: Option<&Value>, at: ResourceId) -> Option<Edit> {
        if let Some(flag) = flag {
            return self.replace(flag, Written::Bool(true), at);
        }
        let attrs = block.body.attrs.iter().map(|attr| attr.span);
        let first = attrs.chain(block.body.blocks.iter().map(|block| block.span)).min_by_key(|span| span.start)?;
        self.entry_before(first, "storage_use_azuread", "true")
    }

    /// The account of a resource that the provider makes through the storage API, where it could use Entra ID instead
    /// (hashicorp/terraform-provider-azurerm, `DataPlaneOperationSupportingAnyAuthMethod`).
    fn account_behind(&self, made: &Resource) -> Option<ResourceId> {
        let argument = match &*made.kind {
            "azurerm_storage_blob" | "azurerm_storage_container" | "azurerm_storage_queue" => "storage_account_name",
            "azurerm_storage_data_lake_gen2_filesystem" | "azurerm_storage_data_lake_gen2_path" => "storage_account_id",
            _ => return None,
        };
        let account = made.argument(argument).filter(|_| made.mode == Mode::Managed)?;
        self.named_by(account)
    }

    /// Whether a resource, or a call that it comes through, chooses a configuration of its provider.
    fn is_configured_apart(&self, id: ResourceId) -> bool {
        if self.deployment.resource(id).is_none_or(|resource| resource.configured_apart) {
            return true;
        }
        let mut at = self.deployment.node(id).map(|node| node.instance);
        while let Some(instance) = at.and_then(|id| self.deployment.instance(id)) {
            let Some((caller, call)) = instance.parent else { return false };
            let module = self.deployment.module(caller);
            if module.and_then(|module| module.calls.get(call)).is_none_or(|call| call.configured_apart) {
                return true;
            }
            at = Some(caller);
        }
        true
    }
}
