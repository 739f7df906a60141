#!/usr/bin/env python3
"""Write the fact files that scripts/azure-tables.py needs.

    python3 scripts/facts MIRRORS OUT

MIRRORS is a folder with clones, bare or not, of the repositories below: `git clone https://github.com/<owner>/<name>`
(of iann0036/iam-dataset with its history, which knows the former names of roles). No work tree is read; the commits are
those below. OUT gets roles.json, tf-azurerm.json, arm-identity-types.json, arm-sensitive.json and arm-local-auth.json.
To renew the tables, set newer commits below, run this, and

    python3 scripts/azure-tables.py OUT src/azure

Python 3.11 and git, nothing else; the same commits give the same bytes. Only facts are kept (names, ids, types, flags),
no text of descriptions.

  arm.py      ARM types, from the type files that bicep.py reads: arm-*.json
  roles.py    built-in roles: roles.json
  azurerm.py  the azurerm provider, its documentation by pages.py: tf-azurerm.json
  words.py    names that mean a secret, switches.py: names of switches that turn keys off
"""
import json
import os
import sys

import arm
import azurerm
import roles
from repo import Repo

# Repository, commit and, if the tables name it, release.
TYPES = "Azure/bicep-types-az", "1f896de2db966ad91e8f7d7d981e11d32e4f5d8d"  # 2026-08-20
ROLES = "iann0036/iam-dataset", "2073fa52ac008a45477aa0b1b4580cd99135bf60"  # 2026-08-22
# The schema is that of the older release of the provider; there is none of the newer one.
SCHEMA = "lonegunmanb/terraform-azurerm-schema", "195b01c1a5db0a8280fcd7770835c50509fcb536", "v4.79.0"  # 2026-06-26
PROVIDER = "hashicorp/terraform-provider-azurerm", "54e8dfa43d9980bb9d6e720eda3c04e9c25b0f78", "v4.79.0"  # 2026-06-25
NEWER = "hashicorp/terraform-provider-azurerm", "8d8282ef5bee6861b43a9532e948498e3355c0cb", "v5.2.0"  # 2026-08-20


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    mirrors, out = sys.argv[1:]
    types = arm.Arm(Repo(mirrors, *TYPES))
    schema, provider, newer = (Repo(mirrors, *where) for where in (SCHEMA, PROVIDER, NEWER))
    files = {
        "arm-identity-types": types.identity_facts(),
        "arm-sensitive": types.secret_facts(),
        "arm-local-auth": types.switch_facts(),
        "roles": roles.facts(Repo(mirrors, *ROLES), types.function_rows()),
        "tf-azurerm": azurerm.facts(schema, provider, newer, types.spellings()),
    }
    os.makedirs(out, exist_ok=True)
    for name, facts in files.items():
        with open(os.path.join(out, name + ".json"), "w", encoding="utf-8") as f:
            json.dump(facts, f, ensure_ascii=False, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
