#!/usr/bin/env python3
"""Write the Azure fact tables of the linter from extracted fact files.

    python3 scripts/azure-tables.py FACTS src/azure            write roles.tsv and azurerm.tsv
    python3 scripts/azure-tables.py --check FACTS src/azure    exit 1 if they are not what would be written
    python3 scripts/azure-tables.py --report FACTS src/azure   also print which roles got each needs code

Python 3.11, standard library only; the same input gives the same bytes.

FACTS is a folder with two JSON files. They hold facts only (names, ids, types, flags), no description
text, and are themselves remade by extraction scripts from checkouts of these public repositories:

  roles.json       iann0036/iam-dataset, azure/built-in-roles-raw.json, commit
                   2073fa52ac008a45477aa0b1b4580cd99135bf60, 2026-08-22, MIT; former names and removed roles
                   come from the history of that file. The flag `keys` also uses the secret-returning
                   actions of Azure/bicep-types-az, commit 1f896de2db96, 2026-08-20, MIT.
  tf-azurerm.json  lonegunmanb/terraform-azurerm-schema v4.79.0, commit
                   195b01c1a5db0a8280fcd7770835c50509fcb536, 2026-06-26, MIT (the provider's schema);
                   hashicorp/terraform-provider-azurerm v4.79.0 (54e8dfa43d99) and v5.2.0 (8d8282ef5bee),
                   MPL-2.0 (import ids, identity kinds and what 5.x removed or added, read from docs and
                   source); Azure/bicep-types-az (ARM type names).

The corrections below were made by hand; each names its source: azurerm:<page> is
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/<page>, azuread:<page> the same under azuread.
"""
import json
import os
import re
import sys


# ---------------------------------------------------------------------------------------------- roles

CLASS = {"privileged": "P", "mixed": "M", "data": "D", "control": "C", "read": "R"}
FLAGS = ["star", "grant", "grant-cond", "authz", "policy", "assign-mi", "fic", "exec", "keys", "data-star"]
KV = "Microsoft.KeyVault/vaults/"
ST = "Microsoft.Storage/storageAccounts/"
# code -> plane (a actions, d dataActions), operations that must all be allowed
NEEDS = {
    "kv-secret-get": ("d", [KV + "secrets/getSecret/action"]),
    "kv-secret-set": ("d", [KV + "secrets/setSecret/action"]),
    "kv-key-wrap": ("d", [KV + "keys/wrap/action", KV + "keys/unwrap/action"]),
    "kv-cert-get": ("d", [KV + "certificates/read"]),
    "appcfg-read": ("d", ["Microsoft.AppConfiguration/configurationStores/keyValues/read"]),
    "acr-pull": ("a", ["Microsoft.ContainerRegistry/registries/pull/read"]),
    "blob-read": ("d", [ST + "blobServices/containers/blobs/read"]),
    "blob-write": ("d", [ST + "blobServices/containers/blobs/write"]),
    "queue-read": ("d", [ST + "queueServices/queues/messages/read"]),
    "queue-write": ("d", [ST + "queueServices/queues/messages/write"]),
    "queue-send": ("d", [ST + "queueServices/queues/messages/add/action"]),
    "table-read": ("d", [ST + "tableServices/tables/entities/read"]),
    "table-write": ("d", [ST + "tableServices/tables/entities/write"]),
    # the roles spell these `Microsoft.ServiceBus/*/receive/action` and so on
    "sb-receive": ("d", ["Microsoft.ServiceBus/namespaces/messages/receive/action"]),
    "sb-send": ("d", ["Microsoft.ServiceBus/namespaces/messages/send/action"]),
    "eh-receive": ("d", ["Microsoft.EventHub/namespaces/messages/receive/action"]),
    "eh-send": ("d", ["Microsoft.EventHub/namespaces/messages/send/action"]),
}


def clean(text):
    """One line, no tabs, no no-break spaces."""
    return " ".join(text.replace("\xa0", " ").split())


def matches(pattern, operation):
    """Azure's rule: `*` is any run of characters, case does not count."""
    return re.fullmatch(".*".join(map(re.escape, pattern.lower().split("*"))), operation.lower()) is not None


def permissions(role, strings):
    """[(actions, notActions, dataActions, notDataActions)]; each entry subtracts only from itself."""
    entries = role["p"] if isinstance(role["p"], list) else [role["p"]]
    return [{k: [strings[i] for i in e.get(k, [])] for k in ("a", "na", "d", "nd")} for e in entries]


def allowed(perms, plane, operation):
    return any(
        any(matches(p, operation) for p in e[plane]) and not any(matches(p, operation) for p in e["n" + plane])
        for e in perms)


def providers(perms):
    """Namespaces of the data actions, without those a notDataAction of the same entry takes away whole."""
    out = set()
    for e in perms:
        for action in e["d"]:
            if not any(matches(n, action) for n in e["nd"]):
                space = action.split("/")[0].lower()
                out.add("*" if "*" in space else space)
    return ["*"] if "*" in out else sorted(out)


def joined(items, sep=","):
    return sep.join(items) if items else "-"


def role_rows(facts):
    rows, got = [], {code: [] for code in NEEDS}
    for r in facts["roles"]:
        perms, name = permissions(r, facts["strings"]), clean(r["n"])
        flags = r.get("f", [])
        assert set(flags) <= set(FLAGS), flags
        needs = [c for c, (plane, ops) in NEEDS.items() if all(allowed(perms, plane, o) for o in ops)]
        for c in needs:
            got[c].append(name)
        former = sorted({clean(a) for a in r.get("aka", [])} - {name})
        rows.append([r["id"].lower(), CLASS[r["c"]], joined([f for f in FLAGS if f in flags]),
                     joined(providers(perms)), joined(needs), name, joined(former, "|")])
    rows.sort(key=lambda x: (x[5].lower(), x[0]))
    gone = []
    for r in facts["removed"]:
        names = [clean(n) for n in r["n"]]
        gone.append([r["id"].lower(), "X", "-", "-", "-", names[0], joined(names[1:], "|")])
    gone.sort(key=lambda x: (x[5].lower(), x[0]))
    return rows + gone, got


def roles_table(facts):
    rows, got = role_rows(facts)
    head = [
        "Azure built-in roles. Made by scripts/azure-tables.py, do not edit.",
        f"Source: {facts['source']}, commit {facts['commit']}, {facts['date'][:10]}, licence MIT.",
        "Facts only (ids, names, computed classes); roles that cannot be assigned at / are not in the source.",
        "Tab-separated columns, `-` = none; sorted by lower-cased name, removed roles (class X) at the end:",
        "1 role definition GUID",
        "2 class: P privileged (star, grant, grant-cond or authz), M data actions and control-plane writes,",
        "  D data actions with a read-only control plane, C control-plane writes, R control-plane reads only,",
        "  X removed from Azure",
        "3 flags: star action *; grant may write role assignments; grant-cond only under a condition; authz may",
        "  write role definitions, deny assignments, PIM or elevate; policy may write policy assignments or",
        "  exemptions; assign-mi may attach a user-assigned identity; fic may add a federated credential to one;",
        "  exec may run code where an identity's token can be had; keys may call an action that returns keys or",
        "  secrets; data-star data action *",
        "4 resource provider namespaces of the data actions (`*` = all)",
        "5 needs: what the role permits, not counting keys it may list: " + " ".join(NEEDS),
        "  (queue-send is messages/add/action alone; queue-write lets one add messages as well)",
        "6 current display name (class X: last known one)",
        "7 former display names, joined by |",
    ]
    return render(head, rows), got


# -------------------------------------------------------------------------------------------- azurerm

# Not principal ids, though named so.
NOT_PRINCIPAL = {
    # wants the client id for a managed identity
    # [azurerm:resources/mysql_flexible_server_active_directory_administrator]
    "azurerm_mysql_flexible_server_active_directory_administrator.object_id",
    # the same text in the single server's page [azurerm:resources/postgresql_active_directory_administrator]
    "azurerm_postgresql_active_directory_administrator.object_id",
    # object id for users and groups, but application (client) id for applications and managed identities
    # [https://learn.microsoft.com/azure/azure-sql/database/authentication-azure-ad-only-authentication-create-server]
    "azurerm_mssql_server.azuread_administrator.object_id",
    "azurerm_mssql_managed_instance.azure_active_directory_administrator.object_id",
    "azurerm_mssql_managed_instance_active_directory_administrator.object_id",
    # the same engine and the same `sid`; left out on the ground of the source above
    "azurerm_synapse_workspace_aad_admin.object_id",
    "azurerm_synapse_workspace_sql_aad_admin.object_id",
    # accept object and application ids [azurerm:resources/kusto_cluster_principal_assignment, ..._database_...]
    "azurerm_kusto_cluster_principal_assignment.principal_id",
    "azurerm_kusto_database_principal_assignment.principal_id",
    # "webhook application object id": of the app registration, not of a principal
    # [azurerm:resources/monitor_action_group]
    "azurerm_monitor_action_group.webhook_receiver.aad_auth.object_id",
}
# Principal ids that must be there, whatever the facts say [pages azurerm:resources/..., azuread:resources/...].
PRINCIPAL = [
    "azurerm_role_assignment.principal_id",
    "azurerm_key_vault.access_policy.object_id",
    "azurerm_key_vault_access_policy.object_id",
    "azurerm_cosmosdb_sql_role_assignment.principal_id",
    "azurerm_postgresql_flexible_server_active_directory_administrator.object_id",
    "azurerm_redis_cache_access_policy_assignment.object_id",
    "azurerm_synapse_role_assignment.principal_id",
    "azurerm_pim_active_role_assignment.principal_id",
    "azurerm_pim_eligible_role_assignment.principal_id",
    "azuread_group_member.member_object_id",
    "azuread_app_role_assignment.principal_object_id",
    "azuread_directory_role_assignment.principal_object_id",
]
NOT_RESOURCE_ID = {
    # the client id, or `[system]` [azurerm:resources/container_registry_task]; see CLIENT
    "azurerm_container_registry_task.registry_credential.custom.identity",
    # FirstPartyIdentity, SystemAssignedIdentity or `UserAssignedIdentity=<id>` [azurerm:resources/cosmosdb_account]
    "azurerm_cosmosdb_account.default_identity_type",
}
CLIENT = ["azurerm_container_registry_task.registry_credential.custom.identity"]
RESOURCE_ID = [
    # the name before user_assigned_identity_id, removed in 5.0 [azurerm:guides/5.0-upgrade-guide]
    "azurerm_federated_identity_credential.parent_id",
] + [
    # 5.x name of storage_account_gen2.managed_identity_resource_id [azurerm:resources/hdinsight_..._cluster]
    f"azurerm_hdinsight_{kind}_cluster.storage_account_gen2.user_assigned_identity_id"
    for kind in ("hadoop", "hbase", "interactive_query", "kafka", "spark")
]
# 4.x takes both kinds at once, 5.0 does not any more [azurerm:guides/5.0-upgrade-guide]
IDENTITY = {"azurerm_static_web_app": "SUB,5:SU"}

# Arguments the schema calls sensitive (or whose name says so) that a literal may well stand in: a false
# alarm costs more than a miss. Last part of the path ...
NOT_SECRET_LEAF = {
    # names, ids and plain addresses
    "agent_account_name", "client_id", "key_vault_url", "linking_client_id", "name", "object_id",
    "registry_username", "service_endpoint", "service_principal_name", "sql_connectivity_update_username",
    "storage_account_subscription_id", "tenant", "update_trigger_endpoint", "user_name",
    # public by nature: CA certificates, the SSH key of a host
    "certificate_content", "host_key", "https_ca_cert_base64", "server_root_ca_certificate", "trusted_ca",
    # where to send telemetry, not who may read it: instrumentation keys and Application Insights
    # connection strings [https://learn.microsoft.com/azure/azure-monitor/app/connection-strings]
    "application_insights_connection_string", "application_insights_key",
    "dapr_application_insights_connection_string", "instrumentation_key",
    # whole documents and scripts, which may hold a secret but are none
    "configuration_protected_settings", "custom_data", "protected_settings", "script_content", "user_data_base64",
}
# ... or the whole path.
NOT_SECRET = {
    # Application Insights connection strings, as above
    "azurerm_api_management_logger.application_insights.connection_string",
    "azurerm_spring_cloud_application_insights_application_performance_monitoring.connection_string",
    "azurerm_spring_cloud_service.trace.connection_string",
    # certificates without a private key, or not always with one
    "azurerm_api_management.certificate.encoded_certificate",
    "azurerm_application_gateway.authentication_certificate.data",
    "azurerm_application_gateway.trusted_client_certificate.data",
    "azurerm_application_gateway.trusted_root_certificate.data",
    "azurerm_batch_certificate.certificate",
    # unattend.xml documents
    "azurerm_orchestrated_virtual_machine_scale_set.os_profile.windows_configuration.additional_unattend_content.content",
    "azurerm_virtual_machine.os_profile_windows_config.additional_unattend_config.content",
    "azurerm_virtual_machine_scale_set.os_profile_windows_config.additional_unattend_config.content",
    "azurerm_windows_virtual_machine.additional_unattend_content.content",
    "azurerm_windows_virtual_machine_scale_set.additional_unattend_content.content",
    # plain unless the `secret` argument beside them is true
    "azurerm_api_management_named_value.value",
    "azurerm_api_management_workspace_named_value.value",
    "azurerm_eventgrid_event_subscription.delivery_property.value",
    "azurerm_eventgrid_system_topic_event_subscription.delivery_property.value",
    # the id half of an S3 key pair; the other half is secret_key_base64
    "azurerm_arc_kubernetes_flux_configuration.bucket.access_key",
    "azurerm_kubernetes_flux_configuration.bucket.access_key",
    # "key1" or "key2" [azurerm:resources/key_vault_managed_storage_account]
    "azurerm_key_vault_managed_storage_account.storage_account_key",
    # exported by kube_config, no argument [azurerm:resources/kubernetes_automatic_cluster]
    "azurerm_kubernetes_automatic_cluster.password",
}


def secrets(row, used):
    """Secret paths of a row, the unflagged with `?` in front; `used` collects what NOT_SECRET* took out."""
    out = []
    for key, mark in (("secret", ""), ("secret_unflagged", "?")):
        for path in row.get(key, []):
            bare = path.rstrip("!^")
            leaf, full = bare.split(".")[-1], row["t"] + "." + bare
            hit = {leaf} & NOT_SECRET_LEAF | {full} & NOT_SECRET
            used |= hit
            if not hit:
                out.append((bare, mark + path))
    return [p for _, p in sorted(out)]


def azurerm_rows(facts):
    rows, used = {}, set()
    slots = {s["t"] for s in facts["slots"] if s["kind"] == "slot"}
    data = [(r, False) for r in facts["rows"]] + [(r, True) for r in facts["new_in_docs5"]]
    extra = {kind: {} for kind in ("principal", "client", "id")}
    for kind, paths in (("principal", PRINCIPAL), ("client", CLIENT), ("id", RESOURCE_ID)):
        for p in paths:
            tf, path = p.split(".", 1)
            extra[kind].setdefault(tf, []).append(path)
    known = {r["t"] for r, _ in data}
    missing = sorted({t for e in extra.values() for t in e} - known)
    assert all(t.startswith("azuread_") for t in missing), missing
    for r, new5 in data + [({"t": t}, False) for t in missing]:
        tf, refs = r["t"], r.get("refs", {})
        assert tf not in rows, tf
        arm = r.get("arm") or ("in:" + r["in"] if "in" in r else "-")
        kinds = r.get("identity", "-")
        if r.get("identity5", kinds) != kinds:
            kinds += ",5:" + r["identity5"]
        if tf in IDENTITY:
            kinds = IDENTITY[tf]
            used.add(tf)
        ref = {"principal": refs.get("principal", []), "client": refs.get("client", []),
               "id": refs.get("id", []) + refs.get("ids", [])}
        for kind, drop in (("principal", NOT_PRINCIPAL), ("id", NOT_RESOURCE_ID)):
            used |= {f"{tf}.{p}" for p in ref[kind]} & drop
            ref[kind] = [p for p in ref[kind] if f"{tf}.{p}" not in drop]
        cols = [joined(sorted({*ref[k], *extra[k].get(tf, [])})) for k in ("principal", "client", "id")]
        marks = [m for m, on in (("gone5", r.get("gone5")), ("slot", tf in slots), ("new5", new5)) if on]
        row = [tf, arm, kinds, joined(secrets(r, used)), *cols, joined(marks)]
        if set(row[1:]) != {"-"}:
            rows[tf] = row
    stale = (NOT_PRINCIPAL | NOT_RESOURCE_ID | NOT_SECRET | NOT_SECRET_LEAF | set(IDENTITY)) - used
    if stale:
        print("corrections that match nothing any more:", *sorted(stale), file=sys.stderr)
    return [rows[t] for t in sorted(rows)]


def azurerm_table(facts):
    d4, d5 = facts["docs4"], facts["docs5"]
    head = [
        "azurerm resource types (and a few of azuread). Made by scripts/azure-tables.py, do not edit.",
        f"Source: {facts['source']}, commit {facts['commit']}, {facts['date'][:10]}, licence MIT;",
        f"hashicorp/terraform-provider-azurerm {d4['rev']}, commit {d4['commit']}, {d4['date'][:10]}, and",
        f"{d5['rev']}, commit {d5['commit']}, {d5['date'][:10]}, licence MPL-2.0 (import ids, identity kinds).",
        "Facts only (names and types), with corrections by hand that the script lists.",
        "Tab-separated columns, `-` = none, lists joined by commas, nested blocks by dots; sorted by type:",
        "1 Terraform resource type",
        "2 ARM type; in:<type> = lives in the body of that type",
        "3 kinds of the top-level identity block: S system-assigned, U user-assigned, B both at once;",
        "  behind `,5:` the kinds of azurerm 5.x where they differ",
        "4 secret arguments: ! required, ^ write-only, ? in front = not flagged sensitive, a secret by its name",
        "5 arguments that take a principal (object) id",
        "6 arguments that take the client id of a managed identity",
        "7 arguments that take the resource id of a user-assigned identity (outside identity.identity_ids)",
        "8 marks: gone5 removed in azurerm 5.x, new5 new in 5.x (names from docs only), slot a deployment slot",
    ]
    return render(head, azurerm_rows(facts))


# ----------------------------------------------------------------------------------------------- main

def render(head, rows):
    width = len(rows[0])
    for row in rows:
        assert len(row) == width and all(c and not re.search(r"[\t\r\n]", c) for c in row), row
    assert len({r[0] for r in rows}) == len(rows)
    return "".join(f"# {line}\n" for line in head) + "".join("\t".join(r) + "\n" for r in rows)


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    options = set(sys.argv[1:]) - set(args)
    if len(args) != 2 or options - {"--check", "--report"}:
        sys.exit(__doc__)
    facts = {}
    for name in ("roles", "tf-azurerm"):
        with open(os.path.join(args[0], name + ".json"), encoding="utf-8") as f:
            facts[name] = json.load(f)
    roles, got = roles_table(facts["roles"])
    tables = {"roles.tsv": roles, "azurerm.tsv": azurerm_table(facts["tf-azurerm"])}
    if "--report" in options:
        for code, names in got.items():
            print(f"{code} ({len(names)}): {', '.join(names)}")
    bad = []
    for name, text in tables.items():
        path, raw = os.path.join(args[1], name), text.encode()
        if "--check" in options:
            try:
                with open(path, "rb") as f:
                    same = f.read() == raw
            except FileNotFoundError:
                same = False
            if not same:
                bad.append(path)
        else:
            with open(path, "wb") as f:
                f.write(raw)
        lines = [x for x in text.splitlines() if not x.startswith("#")]
        print(f"{path}: {len(raw)} bytes, {len(lines)} rows, {lines[0].count(chr(9)) + 1} columns")
    if bad:
        sys.exit("not up to date: " + " ".join(bad))


if __name__ == "__main__":
    main()
