#!/usr/bin/env python3
"""Makes src/azure/modules.tsv: what calls of Azure Verified Modules mean, for when their source is not at hand.

    python3 scripts/avm/interfaces.py BICEP.tsv TERRAFORM.tsv > src/azure/modules.tsv

BICEP.tsv is what scripts/avm/bicep.py makes from a checkout of Azure/bicep-registry-modules with its tags, TERRAFORM.tsv
what scripts/avm/terraform.py makes from clones of the Azure/terraform-azurerm-avm-res-* repositories; their heads say
what their columns mean. Only what the linter uses is kept.
"""

import re
import sys

HEAD = """\
# Azure Verified Modules whose interface is known. Made by scripts/avm/interfaces.py, do not edit.
# Source: Azure/bicep-registry-modules, {bicep}, and the
# Azure/terraform-*-avm-res-* repositories at the release that the third column names, licence MIT.
# Facts only (names, types, paths), worked out from the modules by scripts/avm/bicep.py and scripts/avm/terraform.py.
# Tab-separated columns, `-` = none, lists joined by commas; sorted by module:
# 1 module, in lower case: `br/public:avm/…`, or a Terraform registry source
# 2 the first version since which all of this holds
# 3 the version that was read
# 4 ARM type of the resource whose id the module gives
# 5 its identity: S, U, B = the kinds that the usual parameter asks for, `+S` = a system-assigned one by default;
#   ? = in a way of its own
# 6 outputs, `name=path` from that resource
# 7 the parameter with role assignments on that resource
# 8 parameters that become properties as they are, `parameter=path`, with `:value` behind if that is the default;
#   `!` in front of the path: negated
# 9 own = the module grants its own identities something
"""

SIMPLE = re.compile(r"^(\w+)=(properties\.[\w.]+)(?:\(default (\w+)\))?$")
ITEMS = re.compile(r"^(\w+)\[\]\{[\w,]+\}=(properties\.[\w.]+)\[\]$")


def rows(path):
    for line in open(path, encoding="utf-8"):
        if not line.startswith("#"):
            yield line.rstrip("\n").split("\t")


def items(cell):
    return [] if cell == "-" else [item.strip() for item in cell.split("; ")]


def newest(versions):
    return max(versions, key=lambda v: [int(part) for part in v.split(".")], default="0.0.0")


def bicep(path):
    for module, version, kind, identity, ids, others, roles, more, history in rows(path):
        if kind == "-" or kind.startswith("/"):
            continue
        spec = re.fullmatch(r"managedIdentities:([\w,]+)( default=system)?", identity)
        kinds = "-"
        if spec:
            names = spec[1].split(",")
            kinds = "".join(short for short, name in (("S", "system"), ("U", "user"), ("B", "both")) if name in names)
            kinds += "+S" if spec[2] else ""
        elif identity != "-":
            kinds = "?"
        outputs = []
        for item in items(ids):
            name, what = item.split("=", 1)
            if what == "principalId" and kind == "Microsoft.ManagedIdentity/userAssignedIdentities":
                outputs.append(f"{name}=properties.principalId")
            elif what == "principalId":
                outputs.append(f"{name}=identity.principalId")
            elif what == "clientId" and kind == "Microsoft.ManagedIdentity/userAssignedIdentities":
                outputs.append(f"{name}=properties.clientId")
            elif re.fullmatch(r"identityProfile\.kubeletidentity\.\w+", what):
                outputs.append(f"{name}=properties.{what}")
        for item in items(others):
            name, what = item.split("=", 1)
            if what in ("id", "name") and re.fullmatch(r"\w+", name):
                outputs.append(f"{name}={what}")
            elif re.fullmatch(r"[a-zA-Z]\w*", what) and what != "secret" and re.fullmatch(r"\w+", name):
                outputs.append(f"{name}=properties.{what}")
        arguments = []
        for item in items(more):
            if found := SIMPLE.match(item):
                arguments.append(f"{found[1]}={found[2]}" + (f":{found[3]}" if found[3] else ""))
            elif found := ITEMS.match(item):
                arguments.append(f"{found[1]}={found[2]}")
        since = newest(re.findall(r"(?:^|; )[4567]:[^@;]*@(\d+\.\d+\.\d+)", history))
        own = "own" if "ownGrant" in more or "ownGrant" in identity else "-"
        yield ["br/public:" + module, since, version, kind, kinds, outputs, roles if re.fullmatch(r"\w+", roles) else "-",
               sorted(set(arguments)), own]


# Where the module is described by hand as a whole, since the version that the description fits.
SINCE = {"azure/avm-res-web-site/azurerm": "0.21.1"}

# What Terraform modules call properties that matter, in ARM's words.
TERRAFORM_ARGUMENTS = {
    "azure/avm-res-keyvault-vault/azurerm": ["legacy_access_policies_enabled=!properties.enableRbacAuthorization:false"],
}


def terraform(path):
    for module, version, kind, identity, ids, others, roles, _more, history in rows(path):
        arm = kind.split(":", 1)[1].split("@")[0] if ":" in kind else "-"
        if "/" not in arm or "//" in module:
            continue
        kinds = "-"
        if identity == "managed_identities:system,user":
            kinds = "SUB"
        elif identity == "managed_identities:system,user(default {system_assigned=true})":
            kinds = "SUB+S"
        elif identity != "-":
            kinds = "?"
        is_identity = arm == "Microsoft.ManagedIdentity/userAssignedIdentities"
        outputs = []
        for item in items(ids):
            name, what = item.split("=", 1)
            if what == "system_principal_id":
                outputs.append(f"{name}=identity.principalId")
        for item in items(others):
            name, what = item.split("=", 1)
            known = {"id": "id", "name": "name", "resource": "", "vault_uri": "properties.vaultUri"}
            if is_identity:
                known |= {"client_id": "properties.clientId", "principal_id": "properties.principalId"}
            if what in known and re.fullmatch(r"(resource_)?(id|name)|resource|uri|client_id|principal_id", name):
                outputs.append(f"{name}={known[what]}")
        grants = "-"
        own = "-"
        for item in items(roles):
            if item == "role_assignments{}:role=.role_definition_id_or_name,principal=.principal_id,scope=this":
                grants = "role_assignments"
            elif "this.principal_id" in item or "system_principal_id" in item or "module grants" in item:
                own = "own"
        since = newest(re.findall(r"(?:; |^)(\d+\.\d+\.\d+): ", history))
        since = SINCE.get(module.lower(), since)
        yield [module.lower(), since, version, arm, kinds, outputs, grants,
               TERRAFORM_ARGUMENTS.get(module.lower(), []), own]


def main():
    found = list(bicep(sys.argv[1])) + list(terraform(sys.argv[2]))
    source = next(line for line in open(sys.argv[1], encoding="utf-8") if "commit" in line)
    commit = re.search(r"commit [0-9a-f]{40}, [\d-]+", source)[0]
    sys.stdout.write(HEAD.format(bicep=commit))
    for row in sorted(found):
        cells = [",".join(cell) if isinstance(cell, list) else cell for cell in row]
        if cells[4] == "-" and cells[6] == "-" and "rincipal" not in cells[5]:
            continue
        print("\t".join(cell or "-" for cell in cells))


main()
