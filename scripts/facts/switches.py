"""Switches that turn keys and local accounts off: their names, the value that does it, and what leaving them out means.

`secure` is a value, {"not": x} a list without x, {"in": [...]} one of these, {"absent": True} nothing at all.
`unset` is "on" if a resource without the switch is secure, "off" if not, "required", or "?" if that is not known.
"""
import re
from typing import NamedTuple

import bicep

# name of a property in lower case -> secure, category (key or account of an administrator), unset
ARM = {
    "disablelocalauth": (True, "key", "off"),
    "localauth": ("Disabled", "key", "?"),
    "disablelocalaccounts": (True, "admin", "off"),
    "allowsharedkeyaccess": (False, "key", "off"),
    "adminuserenabled": (False, "admin", "on"),
    "disableaccesskeyauthentication": (True, "key", "off"),
    "accesskeysauthentication": ("Disabled", "key", "?"),
    "apikeyenabled": (False, "key", "?"),
    "sharedkeyaccess": ("Disabled", "key", "?"),
    "privatekeyaccess": ("Disabled", "key", "?"),
    "dataaccessauthmode": ("AzureActiveDirectory", "key", "off"),
}
# The same for names that mean it in some types only.
ARM_OF_TYPE = {
    ("microsoft.dashboard/grafana", "apikey"): ("Disabled", "key", "on"),
    ("microsoft.batch/batchaccounts", "allowedauthenticationmodes"): ({"not": "SharedKey"}, "key", "off"),
    ("microsoft.appconfiguration/configurationstores", "authenticationmode"): ("Pass-through", "key", "off"),
    ("microsoft.search/searchservices", "apikeyonly"): ({"absent": True}, "key", "off"),
    **{(f"microsoft.machinelearningservices/workspaces/{kind}endpoints", "authmode"):
       ({"in": ["AADToken", "AAD"]}, "key", "?") for kind in ("batch", "online", "serverless")},
}
ARM_NAMES = {*ARM, *(name for _, name in ARM_OF_TYPE)}
# What a description says of the default.
ARM_DEFAULT = re.compile(
    r"defaults?(?: value)?(?: (?:is|to|of)(?: set to)?|:)\s+[`'\"]?(true|false|enabled|disabled|null)\b", re.I)

# name of an argument of azurerm -> the same
AZURERM = {
    "local_auth_enabled": (False, "key", "off"),
    "local_authentication_enabled": (False, "key", "off"),
    "local_authentication_disabled": (True, "key", "off"),
    "shared_access_key_enabled": (False, "key", "off"),
    "access_keys_authentication_enabled": (False, "key", "off"),
    "api_key_enabled": (False, "key", "on"),
    "local_account_disabled": (True, "admin", "off"),
    "allowed_authentication_modes": ({"not": "SharedKey"}, "key", "off"),
    "data_plane_proxy_authentication_mode": ("Pass-through", "key", "off"),
}
AZURERM_OF_TYPE = {("azurerm_container_registry", "admin_enabled"): (False, "admin", "on")}
# What a page of the documentation says of the default.
AZURERM_DEFAULT = re.compile(r"defaults?(?: value)?(?: (?:is|to|of))?:? *[`\"]*(true|false)\b", re.I)


class Switch(NamedTuple):
    rule: tuple     # secure, category, unset
    required: bool
    default: str    # as the description says, in lower case, or ""
    literals: list  # the strings that the property lists


def arm(kind, place, node_type, literals):
    """The switch at a place in the body of an ARM type, if there is one."""
    if any(step[0] == "?" for step in place.steps):
        return None  # of one variant, not of the resource
    name = place.leaf.lower()
    rule = ARM_OF_TYPE.get((kind, name))
    if rule is None:
        rule = ARM.get(name)
        if rule is None or not literals and (node_type == "BooleanType") != isinstance(rule[0], bool):
            return None
    if node_type not in ("BooleanType", "UnionType", "StringType", "StringLiteralType", "AnyType"):
        return None
    default = ARM_DEFAULT.search(place.description)
    return Switch(rule, place.required, default.group(1).lower() if default else "", literals)


def arm_rows(by_path):
    """Rows of the switches of one type, given by path and api-version: the current version counts."""
    for path, by_version in sorted(by_path.items()):
        switch = by_version[bicep.current(by_version)]
        secure, category, unset = switch.rule
        secure = next((text for text in switch.literals if text.lower() == str(secure).lower()), secure)
        defaults = [by_version[v].default for v in sorted(by_version, key=bicep.age) if by_version[v].default]
        if switch.required:
            unset = "required"
        elif defaults:
            unset = "on" if str(secure).lower() == defaults[-1] else "off"
        yield {"p": path, "secure": secure, "cat": category, "unset": unset}


def azurerm(resource, path, argument, page):
    """The row of an argument of an azurerm resource, if it is a switch; `page` is its documentation."""
    name = path.split(".")[-1]
    rule = AZURERM_OF_TYPE.get((resource, name)) or AZURERM.get(name)
    if rule is None or isinstance(rule[0], bool) != (argument["type"] == "bool"):
        return None
    secure, category, unset = rule
    line = re.search(rf"^\s*[*-] +`{name}`.*", page, re.M)
    default = AZURERM_DEFAULT.search(line.group(0)) if line else None
    if argument.get("required"):
        unset = "required"
    elif default and isinstance(secure, bool):
        unset = "on" if (default.group(1).lower() == "true") == secure else "off"
    return {"p": path, "secure": secure, "cat": category, "unset": unset}
