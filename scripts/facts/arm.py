"""What ARM types take and give: identities, references to them, secrets and switches for keys.

From the types of Azure/bicep-types-az, every api-version. A path is `a.b`, `[]` each item, `{}` each value of a map;
variants by a discriminator are merged into one path.
"""
import re

import bicep
import switches
import words

# AWS objects mirrored into Azure: nobody writes them by hand.
SKIP = "microsoft.awsconnector/"
# Names of properties, in lower case, that take a reference to an identity: its resource id (or a word such as
# `SystemAssigned`), its client id, or the object id of any principal.
REFERENCE = {name: kind for kind, names in {
    "id": "userassignedidentity userassignedidentityid userassignedidentityresourceid identityresourceid "
          "managedidentityresourceid managedidentity keyvaultreferenceidentity msiresourceid "
          "msaappmsiresourceid primaryuserassignedidentity primaryuserassignedidentityid identityid identityarmid "
          "geobackupuserassignedidentityid storagecontaineridentity useridentity defaultmanagedidentityid "
          "userassignedidentityarmurl contentmanagedidentity connectionidentity userassignedmanagedidentityid "
          "defaultidentity defaultalertruleidentityresourceid selecteduserassignedidentityresourceid identity "
          "delegatedmanagedidentityresourceid sourceamwaccountmanagedidentity",
    "client": "identityclientid userassignedidentityclientid usermanagedidentityclientid "
              "provisioningscriptmanagedidentityclientid acrusermanagedidentityid delegatedidentityclientid",
    "principal": "principalid principalids principalobjectid objectid initialadminobjectids admingroupobjectids",
}.items() for name in names.split()}
# The same for names that mean it only directly below a property named like an identity.
REFERENCE_BELOW = {"resourceid": "id", "clientid": "client"}
IDENTITY_NAME = re.compile(r"(?!.*(provider|blueprint)).*identit", re.I)
# Secrets that neither a flag nor a word shows; azure-tables.py leaves out those that a property beside them makes one.
SECRET_BY_HAND = [
    ("Microsoft.KeyVault/vaults/secrets", "properties.value"),
    ("Microsoft.Automation/automationAccounts/variables", "properties.value"),
    ("Microsoft.ApiManagement/service/namedValues", "properties.value"),
    ("Microsoft.ApiManagement/service/workspaces/namedValues", "properties.value"),
    ("Microsoft.Web/connections", "properties.parameterValues{}"),
    ("Microsoft.Web/sites/config", "properties{}.value"),
    ("Microsoft.Web/sites/slots/config", "properties{}.value"),
    ("Microsoft.Web/sites/functions/keys", "value"),
]
# `{"type": "SecureString", "value": ...}` of the Data Factory family.
SECURE_STRING = "?type=SecureString"
# Names of functions (POST actions) that hand out a secret: by their name ...
FUNCTION = re.compile(
    r"(list|get|generate|regenerate|fetch|retrieve|acquire|rotate|create)"
    r".*(key|secret|credential|connectionstring|password|token|sas(?![a-z])|callbackurl|appsettings|kubeconfig).*"
    r"|begingetaccess|readonlykeys|sharedkeys|keys|token|accesstoken|exchangetoken|pnscredentials|listlogsasurl"
    r"|getdataplaneaccess|listdcaccesscode", re.I)
NOT_FUNCTION = re.compile(r"keyvalue|keyvault|cryptokey|passwordhash|refreshsecret|refreshset|refreshvalidation", re.I)
# ... or, if their name begins so, by what they return ...
GIVING = ("list", "get", "generate", "regenerate")
# ... or by hand.
FUNCTION_BY_HAND = {("microsoft.web/sites/config", "list"), ("microsoft.web/sites/slots/config", "list")}
TEXT = ("StringType", "AnyType")


class Arm:
    """What one pass over all type files finds, by type in lower case."""

    def __init__(self, repo):
        self.head = {"source": repo.source, **repo.head()}
        self.versions = {}    # type -> version -> (name as written, whether a template can write it)
        self.identities = {}  # type -> version -> (strings that identity.type lists, whether it is read-only) or None
        self.references = {}  # type -> {(path, kind)}
        self.secrets = {}     # type -> {(path, kind)}
        self.switches = {}    # type -> path -> version -> Switch
        self.functions = {}   # type -> {function}
        self.spelled = {}     # type -> (age of the version, name as written), of types with functions
        self.known = {}       # step -> wanted
        for file in bicep.type_files(repo):
            leading = file.leading(self.wanted)
            for node in file.nodes:
                if node["$type"] == "ResourceType":
                    self.read_type(file, node, leading)
                elif node["$type"] == "ResourceFunctionType":
                    self.read_function(file, node, leading)

    def wanted(self, step):
        """Whether a step's name may be of a secret, of a reference or of a switch."""
        if step not in self.known:
            name = step[1:].lower()
            self.known[step] = step == SECURE_STRING or step.startswith(".") and (
                name in REFERENCE or name in REFERENCE_BELOW or name in switches.ARM_NAMES or words.is_secret(name))
        return self.known[step]

    def read_type(self, file, node, leading):
        """One api-version of a type; the first file that has it counts."""
        name, version = node["name"].split("@")
        kind, version, body = name.lower(), version.lower(), bicep.target(node["body"])
        if kind.startswith(SKIP) or version in self.versions.get(kind, {}):
            return
        self.versions.setdefault(kind, {})[version] = name, bool(node["writableScopes"])
        shapes = list(identities(file, body))
        if shapes:
            self.identities.setdefault(kind, {})[version] = next(filter(None, shapes), None)
        for place in file.walk(body, leading, self.wanted):
            if not place.read_only:
                self.read_place(kind, version, file, place)

    def read_place(self, kind, version, file, place):
        """What a place in a body takes: a secret (f flagged, w by its name, s SecureString), a reference, a switch."""
        node = file.nodes[place.index]
        if node.get("sensitive"):
            if not words.is_flagged_in_error(place.leaf):
                self.secrets.setdefault(kind, set()).add((place.path, "f"))
            return
        literals, is_open = file.literals(place.index)
        if place.steps[-1] == SECURE_STRING:
            self.secrets.setdefault(kind, set()).add((place.path, "s"))
        elif is_open:
            if not literals and words.is_secret(place.leaf):
                self.secrets.setdefault(kind, set()).add((place.path, "w"))
            reference = reference_kind(place)
            if reference:
                self.references.setdefault(kind, set()).add((place.path, reference))
        switch = switches.arm(kind, place, node["$type"], literals)
        if switch:
            self.switches.setdefault(kind, {}).setdefault(place.path, {})[version] = switch

    def read_function(self, file, node, leading):
        """A function counts if any api-version's gives a secret."""
        name, kind = node["name"], node["resourceType"].lower()
        version = bicep.age(node["apiVersion"].lower()), node["resourceType"]
        self.spelled[kind] = max(self.spelled.get(kind, version), version)
        if (kind, name) in FUNCTION_BY_HAND or FUNCTION.fullmatch(name) and not NOT_FUNCTION.search(name) or (
                name.lower().startswith(GIVING) and self.gives_secret(file, node, leading)):
            self.functions.setdefault(kind, set()).add(name)

    def gives_secret(self, file, node, leading):
        """Whether what a function returns has a secret in it, flagged or by its name."""
        for place in file.walk(bicep.target(node["output"]), leading, self.wanted):
            what = file.nodes[place.index]
            if what.get("sensitive") or what["$type"] in TEXT and words.is_secret(place.leaf):
                return True
        return False

    def writable(self, kind):
        """Whether a template can write the type, and not only refer to one that is there."""
        return self.versions[kind][bicep.current(self.versions[kind])][1]

    def spelling(self, kind):
        """The type as the current version writes it: their spellings differ."""
        return self.versions[kind][bicep.current(self.versions[kind])][0]

    def spellings(self):
        """Type in lower case -> as written."""
        return {kind: self.spelling(kind) for kind in self.versions}

    def identity_facts(self):
        """Kinds of the identity by type, and the paths that refer to one."""
        rows = []
        for kind, by_version in sorted(self.identities.items()):
            version = self.version_with_identity(kind)
            if by_version[version] and self.versions[kind][version][1]:
                texts, read_only = by_version[version]
                marks = ["untyped"] * (not texts) + ["ro"] * read_only
                rows.append({"t": self.spelling(kind), "k": identity_kinds(texts), "x": ",".join(marks)})
        return {**self.head, "rows": rows, "refs": self.rows(self.references)}

    def version_with_identity(self, kind):
        """The current version, if that has none a newer preview, or else the latest that has one."""
        there = self.identities[kind]
        for version in (bicep.current(self.versions[kind]), bicep.newer_preview(self.versions[kind])):
            if version in there:
                return version
        return max(there, key=bicep.age)

    def secret_facts(self):
        """Paths that take a secret, and functions that give one."""
        for name, path in SECRET_BY_HAND:
            if name.lower() in self.versions:
                self.secrets.setdefault(name.lower(), set()).add((path, "h"))
        return {**self.head, "rows": self.rows(self.secrets), "fns": self.function_rows()}

    def function_rows(self):
        return [{"t": self.spelled[kind][1], "fn": sorted(names)} for kind, names in sorted(self.functions.items())]

    def rows(self, found):
        """A row for each type that a template can write: its paths by their kind."""
        rows = []
        for kind in sorted(filter(self.writable, found)):
            row = {"t": self.spelling(kind)}
            for path, column in sorted(found[kind]):
                row.setdefault(column, []).append(path)
            rows.append(row)
        return rows

    def switch_facts(self):
        """The switches that turn keys off, by type."""
        rows = [{"t": self.spelling(kind), **row} for kind, by_path in sorted(self.switches.items())
                for row in switches.arm_rows(by_path)]
        return {**self.head, "rows": rows}


def identities(file, body):
    """The properties `identity` of a body and of its variants: (texts of its type, read-only), or None for another."""
    variants = [child for step, child, _, _ in file.children(body) if step.startswith("?")]
    for root in [body, *variants]:
        for step, child, flags, _ in file.children(root):
            if step == ".identity":
                below = {name: index for name, index, _, _ in file.children(child)}
                if ".type" in below:
                    yield file.literals(below[".type"])[0], bool(flags & bicep.READ_ONLY)
                else:
                    yield ([], bool(flags & bicep.READ_ONLY)) if ".userAssignedIdentities" in below else None


def identity_kinds(texts):
    """S system-assigned, U user-assigned, B both at once. The spellings of both differ: letters count only."""
    plain = {re.sub("[^a-z]", "", text.lower()) for text in texts}
    both = any("system" in text and "user" in text for text in plain)
    return "S" * ("systemassigned" in plain) + "U" * ("userassigned" in plain) + "B" * both


def reference_kind(place):
    name = place.leaf.lower()
    if place.path.startswith("identity."):
        return None
    if name in REFERENCE_BELOW and IDENTITY_NAME.match(place.parent):
        return REFERENCE_BELOW[name]
    return REFERENCE.get(name)
