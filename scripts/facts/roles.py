"""Built-in roles from iann0036/iam-dataset: what they permit now, their former names, and roles that are gone."""
import functools
import json
import re

FILE = "azure/built-in-roles-raw.json"

# A role has a flag if one of these operations is among its actions. `x` stands for any identity: both spellings occur.
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities/"
GRANT = "Microsoft.Authorization/roleAssignments/write"
OPERATIONS = {
    "authz": ["Microsoft.Authorization/" + operation for operation in (
        "roleDefinitions/write", "elevateAccess/action", "denyAssignments/write", "denyAssignments/delete",
        "roleAssignmentScheduleRequests/write", "roleEligibilityScheduleRequests/write",
        "roleManagementPolicies/write", "classicAdministrators/write")],
    "policy": ["Microsoft.Authorization/policyAssignments/write", "Microsoft.Authorization/policyExemptions/write"],
    "assign-mi": [IDENTITY + "assign/action", IDENTITY + "x/assign/action"],
    "fic": [IDENTITY + "federatedIdentityCredentials/write", IDENTITY + "x/federatedIdentityCredentials/write"],
    # running code where the token of an identity can be had
    "exec": ["Microsoft." + operation for operation in (
        "Compute/virtualMachines/runCommand/action", "Compute/virtualMachines/extensions/write",
        "Compute/virtualMachines/write", "Compute/virtualMachineScaleSets/write", "Web/sites/write",
        "Web/sites/config/write", "Web/sites/publishxml/action", "App/containerApps/write", "App/jobs/write",
        "ContainerInstance/containerGroups/write", "Automation/automationAccounts/runbooks/write",
        "Logic/workflows/write", "Resources/deploymentScripts/write", "ContainerRegistry/registries/tasks/write",
        "MachineLearningServices/workspaces/jobs/write", "DataFactory/factories/pipelines/write",
        "ContainerService/managedClusters/runCommand/action")],
}
# Operations that give keys or secrets, beside those that the types call functions.
KEYS = ["Microsoft.Web/sites/config/list/action", "Microsoft.Web/sites/publishxml/action"]
# Any of these makes a role privileged.
PRIVILEGED = {"star", "grant", "grant-cond", "authz"}
# Actions that nearly every role has; they do not say what it is for.
BOILERPLATE = re.compile(
    r"microsoft\.support/\*|microsoft\.insights/(alertrules|diagnosticsettings)/\*|[a-z.]+/register/action|"
    r"microsoft\.resources/deployments/(\*|write|(validate|cancel|whatif|exporttemplate)/action)|"
    r".*/generateuserdelegationkey/action", re.I)
# Keys of a permission in the data set and in the facts.
PLANES = {"actions": "a", "notActions": "na", "dataActions": "d", "notDataActions": "nd"}


@functools.cache
def pattern(action):
    """Azure's rule: `*` is any run of characters, case does not count."""
    return re.compile(".*".join(map(re.escape, action.split("*"))), re.I)


def permits(permission, operation):
    def any_of(key):
        return any(pattern(action).fullmatch(operation) for action in permission.get(key) or [])
    return any_of("actions") and not any_of("notActions")


def flags_of(permissions, operations):
    """The flags of a role; a grant counts as conditional if there is a condition wherever it is permitted."""
    flags = []
    if any("*" in (p.get("actions") or []) for p in permissions):
        flags.append("star")
    granting = [p for p in permissions if permits(p, GRANT)]
    if granting:
        flags.append("grant-cond" if all(p.get("condition") for p in granting) else "grant")
    flags += [flag for flag, listed in operations.items()
              if any(permits(p, operation) for operation in listed for p in permissions)]
    if any("*" in (p.get("dataActions") or []) for p in permissions):
        flags.append("data-star")
    return flags


def class_of(permissions, flags):
    """privileged; mixed = data and control-plane writes; data; control = control-plane writes; read."""
    if PRIVILEGED & set(flags):
        return "privileged"
    actions = [action for p in permissions for action in p.get("actions") or []]
    writes = any(not a.lower().endswith("/read") and not BOILERPLATE.fullmatch(a) for a in actions)
    if any(p.get("dataActions") for p in permissions):
        return "mixed" if writes else "data"
    return "control" if writes else "read"


def built_in(text):
    """The built-in roles of one state of the file by id, in lower case."""
    listed = (r for r in json.loads(text) if r.get("roleType") == "BuiltInRole")
    return {r["name"].lower(): r for r in listed if "name" in r and "roleName" in r}


def name_of(role):
    return role["roleName"].replace("\xa0", " ").strip()


def all_names(repo):
    """Role id -> every display name that a state of the file gave it, the last one first."""
    names = {}
    for text in repo.blobs(f"{commit}:{FILE}" for commit in repo.commits(FILE)):
        for key, role in built_in(text).items():
            names.setdefault(key, {})[name_of(role)] = None
    return names


def facts(repo, functions):
    """The table of roles; `functions` are the rows of ARM functions that give a secret."""
    roles, names = built_in(repo.text(FILE)), all_names(repo)
    keys = {f"{row['t']}/{name}/action" for row in functions for name in row["fn"]} | set(KEYS)
    operations = {**OPERATIONS, "keys": sorted(keys)}
    permissions = [p for role in roles.values() for p in role["permissions"]]
    strings = sorted({text for p in permissions for plane in PLANES for text in p.get(plane) or []})
    number = {text: i for i, text in enumerate(strings)}

    rows = []
    for key, role in sorted(roles.items()):
        permissions = role["permissions"]
        flags = flags_of(permissions, operations)
        rows.append({
            "id": key, "n": name_of(role), "c": class_of(permissions, flags), "f": flags,
            "aka": [name for name in names[key] if name != name_of(role)],
            "p": [{short: [number[text] for text in p[plane]] for plane, short in PLANES.items() if p.get(plane)}
                  for p in permissions]})
    removed = [{"id": key, "n": list(known)} for key, known in sorted(names.items()) if key not in roles]
    return {"source": f"{repo.source} {FILE}", **repo.head(), "roles": rows, "removed": removed, "strings": strings}
