"""Resources of the azurerm provider: their ARM types, identities, secrets, references to identities and switches.

From its schema (lonegunmanb/terraform-azurerm-schema), and from the documentation and the source of the provider
(hashicorp/terraform-provider-azurerm) at the release of the schema and at a newer one, of which there is no schema.
"""
import json
import re

import pages
import switches
import words

# Names of arguments that take a reference to an identity: its resource id or a list of them, its client id, or the
# object id of any principal.
REFERENCE = {name: kind for kind, names in {
    "id": "user_assigned_identity_id identity_id key_vault_reference_identity_id managed_identity_resource_id "
          "key_vault_managed_identity_id msi_resource_id user_assigned_identity primary_user_assigned_identity "
          "managed_identity_id primary_user_assigned_identity_id microsoft_app_user_assigned_identity_id "
          "geo_backup_user_assigned_identity_id microsoft_app_msi_id key_vault_user_assigned_identity_id "
          "customer_managed_key_identity_id storage_user_assigned_identity_id user_identity default_identity_type "
          "delegated_managed_identity_resource_id storage_account_node_identity identity",
    "ids": "identity_ids",
    "client": "ssl_keyvault_identity_client_id identity_client_id container_registry_managed_identity_client_id "
              "user_assigned_identity_client_id acr_user_managed_identity_client_id key_vault_identity_client_id",
    "principal": "principal_id object_id admin_group_object_ids access_policy_object_ids admin_object_ids",
}.items() for name in names.split()}
# The block that attaches identities is no reference.
ATTACHES = "identity.identity_ids"
# ARM types that the id of the import example does not spell.
ARM_TYPE = {
    "azurerm_pim_active_role_assignment": "Microsoft.Authorization/roleAssignmentScheduleRequests",
    "azurerm_pim_eligible_role_assignment": "Microsoft.Authorization/roleEligibilityScheduleRequests",
    "azurerm_key_vault_access_policy": "Microsoft.KeyVault/vaults/accessPolicies",
    "azurerm_app_service_active_slot": "Microsoft.Web/sites",
    "azurerm_databricks_workspace_customer_managed_key": "Microsoft.Databricks/workspaces",
    "azurerm_restore_point_collection": "Microsoft.Compute/restorePointCollections",
    "azurerm_log_analytics_workspace_table": "Microsoft.OperationalInsights/workspaces/tables",
}
# Kinds of identity by the function of the provider's source that makes the block.
SOURCE_KINDS = {"SystemAssignedUserAssigned": "SUB", "SystemOrUserAssigned": "SU", "SystemAssigned": "S",
                "UserAssigned": "U"}
IDENTITY_BLOCK = re.compile(r'"identity":\s*commonschema\.(\w+?)Identity(?:Optional|Required)\w*\(')
SOURCE = "internal/services"
# Resources that are a deployment slot, not a part of one or the swapping of two.
SLOT = re.compile(r"(?!.*(active_slot|source_control)).*_slot")


class Release:
    """What a release of the provider says of its resources outside the schema."""

    def __init__(self, repo):
        self.repo = repo
        self.head = {"rev": repo.release, **repo.head()}
        self.pages, self.listed = pages.pages(repo), pages.listed(repo)
        self.kinds = dict(source_kinds(repo))

    def has(self, resource):
        return resource in self.pages or resource in self.listed

    def page(self, resource):
        return self.pages.get(resource, "")


def source_kinds(repo):
    """(resource, kinds of its identity) where the source calls one function for it."""
    for path, text in repo.texts(repo.paths(SOURCE, "_resource.go")):
        kinds = {SOURCE_KINDS[name] for name in IDENTITY_BLOCK.findall(text) if name in SOURCE_KINDS}
        if len(kinds) == 1:
            yield "azurerm_" + path.rsplit("/", 1)[1].removesuffix("_resource.go"), kinds.pop()


def schemas(repo):
    """Resource -> its schema, which is JSON in a constant of a Go file; register.go names the resources."""
    register = re.findall(r'resources\["(\w+)"\] = resource\.(\w+)Schema\(\)', repo.text("generated/register.go"))
    names, found = {function: name for name, function in register}, {}
    for path, text in repo.texts(repo.paths("generated/resource", ".go")):
        constant = re.search(r"const (\w+) = `(.*)`\s*\n", text, re.S)
        name = constant and names.get(constant.group(1)[0].upper() + constant.group(1)[1:])
        if name:
            found[name] = json.loads(constant.group(2).replace('` + "`" + `', "`"))["block"]
    return found


def attributes(block, path=""):
    """(path, attribute) of a block and of the blocks and objects in it."""
    for name, attribute in block.get("attributes", {}).items():
        yield path + name, attribute
        if not attribute.get("sensitive"):
            yield from members(attribute["type"], attribute, f"{path}{name}.")
    for name, inner in block.get("block_types", {}).items():
        yield from attributes(inner["block"], f"{path}{name}.")


def members(kind, attribute, path):
    """The members of an attribute that is an object or a collection of objects; they carry no flags of their own."""
    while isinstance(kind, list) and kind[0] in ("list", "set", "map"):
        kind = kind[1]
    if isinstance(kind, list) and kind[0] == "object":
        for name, inner in kind[1].items():
            yield path + name, {"type": inner, "optional": is_argument(attribute)}
            yield from members(inner, attribute, f"{path}{name}.")


def is_argument(attribute):
    return attribute.get("optional") or attribute.get("required") or False


def is_text(attribute):
    """A string or a collection of strings."""
    kind = attribute["type"]
    return kind == "string" or isinstance(kind, list) and kind[1] == "string"


def secret(path, attribute):
    """(column, path with its marks) of a secret, or None: `!` required, `^` write-only."""
    name, argument = path.split(".")[-1], is_argument(attribute)
    marked = path + ("^" if attribute.get("write_only") else "!" if attribute.get("required") else "")
    if argument and (attribute.get("sensitive") or attribute.get("write_only")):
        return "secret", marked
    if attribute.get("sensitive"):
        return "exports", path
    if is_text(attribute) and words.is_secret(name) and not name.startswith("public_"):
        return ("secret_unflagged", marked) if argument else ("exports_unflagged", path)
    return None


def reference_kind(path, attribute):
    """What an argument takes of an identity, or None."""
    if not is_text(attribute) or attribute.get("write_only") or path == ATTACHES:
        return None
    *above, name = path.split(".")
    if name == "client_id" and above and "identity" in above[-1]:
        return "client"
    return REFERENCE.get(name)


def schema_facts(resource, block, page):
    """What the schema says of a resource; the page has the defaults of switches."""
    row = {}
    for path, attribute in attributes(block):
        found = secret(path, attribute)
        if found:
            row.setdefault(found[0], []).append(found[1])
        if is_argument(attribute):
            kind = reference_kind(path, attribute)
            if kind:
                row.setdefault("refs", {}).setdefault(kind, []).append(path)
            switch = switches.azurerm(resource, path, attribute, page)
            if switch:
                row.setdefault("local", []).append(switch)
    return row


def arm_facts(resource, page, spellings):
    """The ARM type of a resource (arm), or the one in whose body it lives (in)."""
    name = (ARM_TYPE.get(resource) or pages.arm_type(page, resource) or "").lower()
    column = "arm"
    while name not in spellings and name.count("/") > 1:
        name, column = name.rsplit("/", 1)[0], "in"
    return {column: spellings[name]} if name in spellings else {}


def identity_facts(resource, block, old, new):
    """Kinds of the top-level block `identity`, also in the newer release if they differ. The source knows best."""
    inner = block.get("block_types", {}).get("identity")
    if not inner:
        return {}
    documented = pages.identity_kinds(old.page(resource))
    fallback = "?" if "identity_ids" in inner["block"].get("attributes", {}) else "S"
    row = {"identity": old.kinds.get(resource) or documented or fallback}
    if resource in old.kinds:
        newer = new.kinds.get(resource)
    else:
        newer = documented and pages.identity_kinds(new.page(resource))
    if newer and newer != row["identity"]:
        row["identity5"] = newer
    return row


def is_gone(resource, old, new):
    """Whether the newer release does not have a resource; what was never documented is looked up in the source."""
    if new.has(resource):
        return False
    return bool(old.page(resource)) or not new.repo.mentions(f'"{resource}"', SOURCE)


def new_row(resource, page, spellings):
    """A resource that only the newer release has, by its page alone."""
    row = {"t": resource, "identity": pages.identity_kinds(page) or "-",
           "secret_unflagged": sorted(filter(words.is_secret, pages.arguments(page)))}
    kind = pages.arm_type(page, resource)
    return {**row, "arm": spellings.get(kind.lower(), kind)} if kind else row


def facts(schema, provider, newer, spellings):
    """The table, from the repositories of schema and provider; `spellings`: ARM type in lower case -> as written."""
    found, old, new = schemas(schema), Release(provider), Release(newer)
    rows = []
    for resource, block in sorted(found.items()):
        page = old.page(resource)
        rows.append({"t": resource, **arm_facts(resource, page, spellings), "gone5": is_gone(resource, old, new),
                     **identity_facts(resource, block, old, new), **schema_facts(resource, block, page)})
    return {
        "source": f"{schema.source} {schema.release}", **schema.head(), "docs4": old.head, "docs5": new.head,
        "slots": [{"t": resource, "kind": "slot"} for resource in sorted(found) if SLOT.fullmatch(resource)],
        "new_in_docs5": [new_row(resource, new.page(resource), spellings)
                         for resource in sorted(new.listed - set(found) - old.listed)],
        "rows": rows}
