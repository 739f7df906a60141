#!/usr/bin/env python3
"""Write the Azure fact tables of the linter from extracted fact files.

    python3 scripts/azure-tables.py FACTS src/azure            write roles.tsv, azurerm.tsv, arm.tsv, keys.tsv and outputs.tsv
    python3 scripts/azure-tables.py --check FACTS src/azure    exit 1 if they are not what would be written
    python3 scripts/azure-tables.py --report FACTS src/azure   also print which roles got each needs code, and where
                                                               azurerm.tsv and arm.tsv differ on an identity

Python 3.11, standard library only; the same input gives the same bytes.

FACTS is a folder with five JSON files. They hold facts only (names, ids, types, flags), no description
text, and are made by scripts/facts from clones of these public repositories:

  roles.json       iann0036/iam-dataset, azure/built-in-roles-raw.json, commit
                   2073fa52ac008a45477aa0b1b4580cd99135bf60, 2026-08-22, MIT; former names and removed roles
                   come from the history of that file. The flag `keys` also uses the secret-returning
                   actions of Azure/bicep-types-az, commit 1f896de2db96, 2026-08-20, MIT.
  tf-azurerm.json  lonegunmanb/terraform-azurerm-schema v4.79.0, commit
                   195b01c1a5db0a8280fcd7770835c50509fcb536, 2026-06-26, MIT (the provider's schema);
                   hashicorp/terraform-provider-azurerm v4.79.0 (54e8dfa43d99) and v5.2.0 (8d8282ef5bee),
                   MPL-2.0 (import ids, identity kinds and what 5.x removed or added, read from docs and
                   source); Azure/bicep-types-az (ARM type names).
  arm-identity-types.json, arm-sensitive.json, arm-local-auth.json
                   Azure/bicep-types-az, commit 1f896de2db966ad91e8f7d7d981e11d32e4f5d8d, 2026-08-20, MIT.

The corrections below were made by hand; each names its source: azurerm:<page> is
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/<page>, azuread:<page> the same under azuread,
arm:<type> is the page of that type under https://learn.microsoft.com/azure/templates/ (its words are those of the
types' descriptions).
"""
import json
import os
import re
import sys


# ---------------------------------------------------------------------------------------------- roles

CLASS = {"privileged": "P", "mixed": "M", "data": "D", "control": "C", "read": "R"}
FLAGS = ["star", "grant", "grant-cond", "authz", "policy", "assign-mi", "fic", "exec", "keys", "data-star", "elsewhere"]
# Providers whose actions nearly every role has, whatever it is for.
BOILERPLATE = {"microsoft.authorization", "microsoft.resources", "microsoft.insights", "microsoft.support",
               "microsoft.resourcehealth", "microsoft.features"}
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
    "acr-repository-read": ("d", ["Microsoft.ContainerRegistry/registries/repositories/content/read"]),
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


def acts_elsewhere(perms, own):
    """Whether a role that reaches data also acts on resources of further providers."""
    spaces = {action.split("/")[0].lower() for e in perms for action in e["a"]}
    return bool(own) and bool(spaces - BOILERPLATE - set(own))


def joined(items, sep=","):
    return sep.join(items) if items else "-"


def role_rows(facts):
    rows, got = [], {code: [] for code in NEEDS}
    for r in facts["roles"]:
        perms, name = permissions(r, facts["strings"]), clean(r["n"])
        flags = r.get("f", [])
        assert set(flags) <= set(FLAGS), flags
        flags = flags + (["elsewhere"] if acts_elsewhere(perms, providers(perms)) else [])
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
        "  secrets; data-star data action *; elsewhere besides reaching data it acts on resources of further providers",
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
# Types that the schema of this version does not hold, and their passwords [azuread:resources/...; azurerm_sql_server was
# there up to 3.x].
PASSWORDS = [
    "azuread_user.password",
    "azurerm_sql_server.administrator_login_password",
]
NOT_RESOURCE_ID = {
    # the client id, or `[system]` [azurerm:resources/container_registry_task]; see CLIENT
    "azurerm_container_registry_task.registry_credential.custom.identity",
    # FirstPartyIdentity, SystemAssignedIdentity or `UserAssignedIdentity=<id>` [azurerm:resources/cosmosdb_account]
    "azurerm_cosmosdb_account.default_identity_type",
    # the audience of the token, which may be any id of an application [azurerm:resources/signalr_service,
    # azurerm:resources/web_pubsub_hub; arm:Microsoft.SignalRService/signalR, ManagedIdentitySettings.resource]
    "azurerm_signalr_service.upstream_endpoint.user_assigned_identity_id",
    "azurerm_web_pubsub_hub.event_handler.auth.managed_identity_id",
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
    passwords = dict(p.split(".", 1) for p in PASSWORDS)
    assert not set(passwords) & known, passwords
    missing = sorted(({t for e in extra.values() for t in e} | set(passwords)) - known)
    assert all(t.startswith("azuread_") or t in passwords for t in missing), missing
    bare = [{"t": t, "secret": [passwords[t]] if t in passwords else []} for t in missing]
    for r, new5 in data + [(r, False) for r in bare]:
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


# ------------------------------------------------------------------------------------------------ arm

# What follows is keyed by ARM type and path, `<type>:<path>`, or by the last part of a path.

# Not principal ids, though named so.
ARM_NOT_PRINCIPAL = {
    # a user of the API Management service, not of the directory [arm:microsoft.apimanagement/service/tenant]
    "Microsoft.ApiManagement/service/tenant:properties.principalId",
    # "webhook app object id": of the app registration [arm:microsoft.insights/actiongroups]
    "Microsoft.Insights/actionGroups:properties.webhookReceivers[].objectId",
    # Kusto accepts object and application ids, see NOT_PRINCIPAL
    "Microsoft.Kusto/clusters/databases/principalAssignments:properties.principalId",
    "Microsoft.Kusto/clusters/principalAssignments:properties.principalId",
    "Microsoft.Synapse/workspaces/kustoPools/databases/principalAssignments:properties.principalId",
    "Microsoft.Synapse/workspaces/kustoPools/principalAssignments:properties.principalId",
}
# Principal ids that must be there, whatever the facts say. Left out on purpose, as in NOT_PRINCIPAL: `sid` of the
# administrators of MySQL, single-server PostgreSQL, Azure SQL and Synapse.
ARM_PRINCIPAL = [
    "Microsoft.Authorization/roleAssignments:properties.principalId",
    "Microsoft.Authorization/roleAssignmentScheduleRequests:properties.principalId",
    "Microsoft.Authorization/roleEligibilityScheduleRequests:properties.principalId",
    "Microsoft.Cache/redis/accessPolicyAssignments:properties.objectId",
    "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments:properties.user.objectId",
    # the resource's name is the object id
    # [Azure/bicep-registry-modules, avm/res/db-for-postgre-sql/flexible-server/administrator/main.bicep]
    "Microsoft.DBforPostgreSQL/flexibleServers/administrators:name",
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments:properties.principalId",
    "Microsoft.KeyVault/vaults:properties.accessPolicies[].objectId",
    "Microsoft.KeyVault/vaults/accessPolicies:properties.accessPolicies[].objectId",
    # not in the types [https://andrewilson.co.uk/post/2024/04/api-connection-access-policies/]
    "Microsoft.Web/connections/accessPolicies:properties.principal.identity.objectId",
]
# Client ids, though named otherwise: of a user-assigned identity, or a word in brackets for the system-assigned one
# [arm:microsoft.containerregistry/registries, .../tasks, .../taskruns]
ARM_CLIENT = [
    "Microsoft.ContainerRegistry/registries:properties.encryption.keyVaultProperties.identity",
    "Microsoft.ContainerRegistry/registries/taskRuns:properties.runRequest.credentials.customRegistries{}.identity",
    "Microsoft.ContainerRegistry/registries/taskRuns:properties.runRequest.credentials.sourceRegistry.identity",
    "Microsoft.ContainerRegistry/registries/tasks:properties.credentials.customRegistries{}.identity",
    "Microsoft.ContainerRegistry/registries/tasks:properties.credentials.sourceRegistry.identity",
]
# Client ids, but not of a managed identity: of app registrations and of agents.
ARM_NOT_CLIENT = {
    "Microsoft.ApiManagement/service/authorizationProviders:"
    "properties.oauth2.grantTypes.authorizationCodeWithFederatedIdentityCredentials.clientId",
    "Microsoft.CognitiveServices/accounts/projects/applications:properties.defaultInstanceIdentity.clientId",
    "Microsoft.Community/communityTrainings:properties.identityConfiguration.clientId",
}
# Not resource ids of a user-assigned identity, though named so.
ARM_NOT_RESOURCE_ID = {
    # any resource that carries an identity, for instance a policy assignment
    # [https://learn.microsoft.com/azure/lighthouse/how-to/deploy-policy-remediation]
    "Microsoft.Authorization/roleAssignments:properties.delegatedManagedIdentityResourceId",
    # the types do not say what it takes
    "Microsoft.CognitiveServices/accounts/testRaiExternalSafetyProvider:properties.managedIdentity",
    "Microsoft.CognitiveServices/raiExternalSafetyProviders:properties.managedIdentity",
    # see NOT_RESOURCE_ID
    "Microsoft.DocumentDB/databaseAccounts:properties.defaultIdentity",
    # a principal id, `None` or `SystemAssigned` [arm:microsoft.insights/actiongroups]
    "Microsoft.Insights/actionGroups:properties.automationRunbookReceivers[].managedIdentity",
    "Microsoft.Insights/actionGroups:properties.azureFunctionReceivers[].managedIdentity",
    "Microsoft.Insights/actionGroups:properties.eventHubReceivers[].managedIdentity",
    "Microsoft.Insights/actionGroups:properties.logicAppReceivers[].managedIdentity",
    "Microsoft.Insights/actionGroups:properties.webhookReceivers[].managedIdentity",
    # `SharedAccessSignature` or `ManagedIdentity` [arm:microsoft.sql/managedinstances/databases]
    "Microsoft.Sql/managedInstances/databases:properties.storageContainerIdentity",
} | set(ARM_CLIENT)

# Secrets that the facts miss: PFX files in base64, flagged in azurerm's schema under the names beside them
# [arm:microsoft.apimanagement/service, .../certificates, arm:microsoft.network/applicationgateways].
ARM_SECRET = [
    # azurerm_api_management.hostname_configuration.*.certificate
    "Microsoft.ApiManagement/service:properties.hostnameConfigurations[].encodedCertificate",
    # azurerm_api_management_certificate.data
    "Microsoft.ApiManagement/service/certificates:properties.data",
    # azurerm_application_gateway.ssl_certificate.data
    "Microsoft.Network/applicationGateways:properties.sslCertificates[].properties.data",
]
# Properties that are flagged (or named like a secret) and are none, or seldom; as in NOT_SECRET_LEAF.
ARM_NOT_SECRET_LEAF = {
    # plain addresses
    "bmcConnectionString", "downloadUrl", "httpProxy", "httpsProxy", "primingManifestUrl", "triggerUri", "uri",
    # names and ids: the circuit's key, a user, an OAuth state, the name of a secret in a vault or a cluster
    "akvTargetPassword", "keytabSecret", "serviceKey", "state", "username",
    # public by nature: CA certificates, SSH public keys, the SSH key of a host, signed vouchers
    "adminUserSshPublicKey", "caCertificate", "hostKey", "keyData", "ownershipVoucher", "publicBlob",
    "serverCACertificate", "serverRootCACertificate",
    # encrypted before they are written
    "encryptedKey",
    # where to send telemetry, see NOT_SECRET_LEAF
    "applicationInsightsConnectionString", "daprAIConnectionString", "daprAIInstrumentationKey",
    # whole documents, scripts and objects, which may hold a secret but are none
    "authHeaders", "configurationProtectedSettings", "customData", "networkDataContent", "protectedSettings",
    "scriptActions", "scriptContent", "secretConfigurationValue", "secretDeploymentValues", "sshProfile",
    "userDataContent", "virtualClusterGraduationProperties",
    # whole objects again; their secret properties stand beside them
    "admCredential", "apnsCredential", "baiduCredential", "browserCredential", "gcmCredential", "mpnsCredential",
    "pnsCredentials", "wnsCredential", "xiaomiCredential",
}
ARM_NOT_SECRET = {
    # plain unless `secret` or `isEncrypted` beside them is true
    "Microsoft.ApiManagement/service/namedValues:properties.value",
    "Microsoft.ApiManagement/service/workspaces/namedValues:properties.value",
    "Microsoft.Automation/automationAccounts/variables:properties.value",
    # Application Insights connection strings, as above
    "Microsoft.App/agents:properties.logConfiguration.applicationInsightsConfiguration.connectionString",
    "Microsoft.App/managedEnvironments:properties.appInsightsConfiguration.connectionString",
    # whole objects; `password` and `secureValue` stand beside them
    "Microsoft.AVS/privateClouds/scriptExecutions:properties.hiddenParameters[]",
    "Microsoft.AVS/privateClouds/scriptExecutions:properties.parameters[]",
    # unattend.xml documents
    "Microsoft.AzureFleet/fleets:properties.additionalLocationsProfile.locationProfiles[]"
    ".virtualMachineProfileOverride.osProfile.windowsConfiguration.additionalUnattendContent[].content",
    "Microsoft.AzureFleet/fleets:properties.computeProfile.baseVirtualMachineProfile.osProfile"
    ".windowsConfiguration.additionalUnattendContent[].content",
    # headers of any kind, and the name of a key in a secret
    "Microsoft.CognitiveServices/accounts/raiPolicies:properties.egressPolicy.rules[].action.headers[].value",
    "Microsoft.CognitiveServices/accounts/raiPolicies:"
    "properties.egressPolicy.rules[].action.headers[].valueRef.secretRef.secretKey",
    "Microsoft.CognitiveServices/raiPolicy:properties.egressPolicy.rules[].action.headers[].value",
    "Microsoft.CognitiveServices/raiPolicy:"
    "properties.egressPolicy.rules[].action.headers[].valueRef.secretRef.secretKey",
    "Microsoft.IoTOperations/instances/akriConnectorTemplates:"
    "properties.runtimeConfiguration.managedConfigurationSettings.secrets[].secretKey",
    # encrypted with a certificate of the device before they are written (its thumbprint stands beside them)
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles/addons:"
    "properties.ioTDeviceDetails.authentication.symmetricKey.connectionString.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles/addons:"
    "properties.ioTEdgeDeviceDetails.authentication.symmetricKey.connectionString.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles:properties.connectionString.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles:"
    "properties.ioTDeviceDetails.authentication.symmetricKey.connectionString.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles:properties.ioTEdgeAgentInfo.imageRepository.password.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/roles:"
    "properties.ioTEdgeDeviceDetails.authentication.symmetricKey.connectionString.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/storageAccountCredentials:properties.accountKey.value",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices/users:properties.encryptedPassword.value",
    # certificates without their private key, which stands beside them
    "Microsoft.KubernetesConfiguration/fluxConfigurations:properties.ociRepository.tlsConfig.clientCertificate",
    "Microsoft.MachineLearningServices/workspaces/computes:properties.properties.sslConfiguration.cert",
    # the id half of an S3 key pair
    "Microsoft.KubernetesConfiguration/fluxConfigurations:properties.bucket.accessKey",
    # a map in which server and database names stand beside keys
    "Microsoft.Web/connections:properties.parameterValues{}",
}
# `{"type": "SecureString", "value": ...}` of the Data Factory family: these only, with `.value` behind them.
PASSWORD = re.compile(r"pass(word|phrase)$", re.I)
# The kinds where the types leave them open: whatever a template writes passes.
UNTYPED = "SUB"
# The types are narrower than what azurerm takes [azurerm:resources/purview_account, .../synapse_workspace].
ARM_IDENTITY = {"Microsoft.Purview/accounts": "SUB", "Microsoft.Synapse/workspaces": "SUB"}
ARM_MARKS = {
    "Microsoft.Authorization/policyAssignments": "policy",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "identity",
    "Microsoft.Web/sites/slots": "slot",
}

VARIANT = re.compile(r"\?[A-Za-z@.]+=.*?(?=\.[a-z]|\?|\[\]|$)")


def arm_path(path):
    """A path without its version mark, condition and variants: `~a[]?kind=X.b if c=d` is `a[].b`."""
    bare = VARIANT.sub("", path.split(" if ")[0].lstrip("~<")).lstrip(".")
    assert bare and not re.search(r"[?=~<, ]", bare), path
    return bare


def arm_rows(identities, sensitive):
    rows, used = {}, set()

    def row(name):
        return rows.setdefault(name.lower(), {"t": name, "kinds": "-", "marks": [], "secret": {}, "principal": {},
                                              "client": {}, "id": {}})

    def put(name, column, path, mark=""):
        # one path in two spellings, or flagged in some versions only: the first one and the flag stay
        cell = row(name)[column]
        old = cell.get(path.lower())
        if old is None or old[1] and not mark:
            cell[path.lower()] = (old[0] if old else path, mark)

    for r in identities["rows"]:
        marks = r.get("x", "").split(",")
        if "existing-only" not in marks:
            new = row(r["t"])
            assert new["kinds"] == "-", r
            new["kinds"] = UNTYPED if "untyped" in marks else r["k"].replace("N", "")
            if r["t"] in ARM_IDENTITY:
                assert new["kinds"] != ARM_IDENTITY[r["t"]], r
                new["kinds"] = ARM_IDENTITY[r["t"]]
                used.add(r["t"])
            new["marks"] += ["ro"] if "ro" in marks else []
    drop = {"principal": ARM_NOT_PRINCIPAL, "client": ARM_NOT_CLIENT, "id": ARM_NOT_RESOURCE_ID}
    for r in identities["refs"]:
        for column, dropped in drop.items():
            for path in map(arm_path, r.get(column, [])):
                key = f"{r['t']}:{path}"
                used |= {key} & dropped
                if key not in dropped:
                    put(r["t"], column, path)
    for r in sensitive["rows"]:
        if r.get("x") == "existing-only":
            continue
        paths = [(arm_path(p), "" if kind in "fh" else "?") for kind in "fhw" for p in r.get(kind, [])]
        paths += [(arm_path(p) + ".value", "?") for p in r.get("s", []) if PASSWORD.search(arm_path(p))]
        for path, mark in paths:
            leaf, full = re.sub(r"[\[\]{}]+$", "", path.split(".")[-1]), f"{r['t']}:{path}"
            hit = {leaf} & ARM_NOT_SECRET_LEAF | {full} & ARM_NOT_SECRET
            used |= hit
            if not hit:
                put(r["t"], "secret", path, mark)
    for column, paths in (("principal", ARM_PRINCIPAL), ("client", ARM_CLIENT), ("secret", ARM_SECRET)):
        for name, path in (p.split(":") for p in paths):
            put(name, column, path)
    for name, mark in ARM_MARKS.items():
        row(name)["marks"].append(mark)
    stale = (ARM_NOT_PRINCIPAL | ARM_NOT_CLIENT | ARM_NOT_RESOURCE_ID | ARM_NOT_SECRET | ARM_NOT_SECRET_LEAF
             | set(ARM_IDENTITY)) - used
    if stale:
        print("corrections that match nothing any more:", *sorted(stale), file=sys.stderr)
    out = []
    for _, r in sorted(rows.items()):
        cells = [joined([mark + path for path, mark in sorted(r[c].values())])
                 for c in ("secret", "principal", "client", "id")]
        line = [r["t"], r["kinds"], *cells, joined(r["marks"])]
        if set(line[1:]) != {"-"}:
            out.append(line)
    return out


def arm_table(identities, sensitive):
    assert identities["commit"] == sensitive["commit"]
    head = [
        "ARM resource types that carry an identity, a secret or a reference to an identity.",
        "Made by scripts/azure-tables.py, do not edit.",
        f"Source: {identities['source']}, commit {identities['commit']}, {identities['date'][:10]}, licence MIT.",
        "Facts only (names and types), with corrections by hand that the script lists.",
        "Tab-separated columns, `-` = none, lists joined by commas; sorted by lower-cased type. Case does not count in",
        "types and property names. Paths start at the resource's body: `a.b`, `[]` each item of an array, `{}` each",
        "value of a map. Variants by discriminator (`kind`, `type`, the `name` of Microsoft.Web/sites/config ...) are",
        "merged into one path, and a path that any api-version has is here:",
        "1 ARM type",
        "2 kinds of the top-level identity: S system-assigned, U user-assigned, B both at once; of the latest",
        "  api-version that has an identity; SUB also where the types leave them open or azurerm takes more",
        "3 secrets: ? in front = not flagged sensitive, a secret by its name",
        "4 principal (object) ids; `name` is the last segment of the resource's name",
        "5 client ids of a managed identity, or a word such as `[system]`",
        "6 resource ids of a user-assigned identity (outside identity.userAssignedIdentities), or a word such as",
        "  `system` or `SystemAssigned`",
        "7 marks: slot a deployment slot, policy a policy assignment, identity a user-assigned identity itself, ro the",
        "  identity is read-only: Azure sets it, a template does not",
    ]
    return render(head, arm_rows(identities, sensitive))


# ----------------------------------------------------------------------------------------------- keys

# No key of the data: a bot lists keys of its channels, a compute instance has no keys but a way to sign in, a disk and a
# dashboard list none; of the two switches of a Fluid Relay server each is for one way to sign.
NO_KEYS = {"Microsoft.FluidRelay/fluidRelayServers", "Microsoft.BotService/botServices", "Microsoft.Compute/disks",
           "Microsoft.Compute/snapshots", "Microsoft.Dashboard/grafana",
           "Microsoft.MachineLearningServices/workspaces/computes"}
# There is a switch, but nothing that is given out is a key: the connection string of Application Insights is an address,
# the configuration of a cluster's client may be for people who sign in.
SWITCH_ONLY = {"Microsoft.Insights/components", "Microsoft.ContainerService/managedClusters"}
# azurerm makes a child together with its parent.
MADE_WITH = {"azurerm_managed_redis": "Microsoft.Cache/redisEnterprise/databases"}
# Whether keys are asked for another service, or in another way as well.
NOT_SWITCH = {"Microsoft.AppConfiguration/configurationStores:properties.dataPlaneProxy.authenticationMode",
              "azurerm_app_configuration:data_plane_proxy_authentication_mode",
              "Microsoft.Search/searchServices:properties.authOptions.apiKeyOnly"}
# Listed below the type, and not of the kind that its switch is about: passwords of local users and of tokens, addresses
# of logs.
NOT_BELOW = {"Microsoft.Storage/storageAccounts/localUsers", "Microsoft.ContainerRegistry/registries/runs",
             "Microsoft.ContainerRegistry/registries/tasks", "Microsoft.DocumentDB/databaseAccounts/notebookWorkspaces",
             "azurerm_storage_account_local_user", "azurerm_container_registry_token_password"}
# The switch of a Cosmos DB account is about its native API, not about that of MongoDB
# (learn.microsoft.com, cosmos-db/nosql/how-to-connect-role-based-access-control).
NOT_KEY = re.compile(r"mongodb")


def lies_below(child, parent):
    return child.lower() == parent.lower() or child.lower().startswith(parent.lower() + "/")


def switch(path, secure):
    """`path=value`: the value that switches keys off; `!x` a list without x, `a|b` one of these."""
    if isinstance(secure, dict):
        (word, what), = secure.items()
        value = {"not": lambda: "!" + what, "in": lambda: "|".join(what)}[word]()
    else:
        value = {True: "true", False: "false"}.get(secure, secure) if isinstance(secure, bool) else secure
    return f"{path}={value}"


def keys_rows(facts, local, sensitive):
    rows, off, used = {}, {}, set()

    def add(name, path, row):
        if f"{name}:{path}" in NOT_SWITCH:
            used.add(f"{name}:{path}")
        elif row["cat"] in ("key", "admin"):
            off.setdefault(name, []).append(row)
            rows.setdefault(name, [[], "-", []])[0].append(switch(path.removesuffix("[]"), row["secure"]))
            rows[name][1] = {"on": "off", "off": "on"}.get(row["unset"], "-")

    for r in local["rows"]:
        if r["t"] in NO_KEYS or "?" in r["p"]:
            used.add(r["t"])
            continue
        add(r["t"], r["p"].lstrip("~"), r)
    arm = set(rows)
    for t in sorted(arm):
        below = [f for f in sensitive["fns"] if lies_below(f["t"], t) and f["t"] not in NOT_BELOW]
        names = {n.rstrip("!").lower() for f in below for n in f["fn"] if n.lower().startswith("list")}
        if t in SWITCH_ONLY:
            continue
        if names:
            rows[t][2] = sorted(names)
        else:
            del rows[t]
    for r in facts["rows"]:
        name, kind = r["t"], MADE_WITH.get(r["t"]) or r.get("arm") or r.get("in") or ""
        exports = r.get("exports", []) + r.get("exports_unflagged", [])
        exports = [e for e in exports if re.search(r"key|connection_string|password|secret", e) and not NOT_KEY.search(e)]
        if kind in SWITCH_ONLY:
            exports = []
        if not exports and not (kind in SWITCH_ONLY and any(x["cat"] in ("key", "admin") for x in r.get("local", []))):
            continue
        if name in NOT_BELOW or not any(lies_below(kind, t) for t in arm & set(rows)):
            continue
        rows[name] = [[], "-", sorted(exports)]
        for x in r.get("local", []):
            add(name, x["p"], x)
    stale = (NO_KEYS | NOT_SWITCH) - used
    if stale:
        print("corrections that match nothing any more:", *sorted(stale), file=sys.stderr)
    return [[t, joined(rows[t][0]), rows[t][1], joined(rows[t][2])] for t in sorted(rows, key=str.lower)]


def keys_table(facts, local, sensitive):
    head = [
        "Resources whose keys can be switched off, and what gives a key of them. Made by scripts/azure-tables.py, do not",
        "edit.",
        f"Source: {local['source']}, commit {local['commit']}, {local['date'][:10]}, licence MIT;",
        f"{facts['source']}, commit {facts['commit']}, {facts['date'][:10]}, licence MIT.",
        "Facts only (names and types), with corrections by hand that the script lists.",
        "Tab-separated columns, `-` = none, lists joined by commas; sorted by lower-cased type:",
        "1 ARM type or azurerm resource type",
        "2 switches: path=value that switches keys off; `!x` a list without x, `a|b` one of these",
        "3 off or on: what keys are where no switch is set; - not known",
        "4 what gives a key: ARM functions of the type and of types below it, in lower case; attributes of azurerm",
    ]
    return render(head, keys_rows(facts, local, sensitive))


# ----------------------------------------------------------------------------------------------- outputs

# Flagged sensitive or named like a secret, and none: what everybody may see in DNS, addresses of telemetry, names.
NO_OUTPUT = re.compile(r"verification_(id|token)$|validation_token$|^instrumentation_key$|encrypted_data$|^sid$|"
                       r"application_insights_connection_string$")
# Only where to send telemetry (learn.microsoft.com, azure-monitor/app/connection-strings).
NO_OUTPUTS = {"azurerm_application_insights"}
# Looked up and made for nothing else; what a data source merely reads back is not listed.
GIVERS = re.compile(r"_(sas|host_keys|keys)$|^azurerm_api_management_subscription$")


# [azuread:resources/...]
AZUREAD_OUTPUTS = {"azuread_application_password": ["value"], "azuread_service_principal_password": ["value"]}


def outputs_rows(facts):
    rows = dict(AZUREAD_OUTPUTS)
    for r in facts["rows"] + [d for d in facts["data_sources"] if GIVERS.search(d["t"])]:
        exports = r.get("exports", []) + r.get("exports_unflagged", [])
        exports = {e for e in exports if not NO_OUTPUT.search(e)} if r["t"] not in NO_OUTPUTS else set()
        if exports:
            rows[r["t"]] = sorted(exports | set(rows.get(r["t"], [])))
    return [[t, joined(rows[t])] for t in sorted(rows)]


def outputs_table(facts):
    head = [
        "What azurerm resources and data sources give that is a secret. Made by scripts/azure-tables.py, do not edit.",
        f"Source: {facts['source']}, commit {facts['commit']}, {facts['date'][:10]}, licence MIT.",
        "Facts only (names), with corrections by hand that the script lists.",
        "Tab-separated columns, lists joined by commas, nested blocks by dots; sorted by type:",
        "1 azurerm resource type or data source, and a few of azuread",
        "2 attributes that hold a secret",
    ]
    return render(head, outputs_rows(facts))


def differences(azurerm, arm):
    """Where an azurerm resource and its ARM type disagree on the kinds of identity; the text of both tables."""
    def read(text):
        return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]

    types, out = {r[0].lower(): r for r in read(arm)}, []
    for tf, name, kinds, *_ in read(azurerm):
        kinds = [k.removeprefix("5:") for k in kinds.split(",")]
        if name == "-" or name.startswith("in:"):
            continue
        there = types.get(name.lower())
        if there and there[0] != name:
            out.append(f"{tf}: {name} is spelled {there[0]}")
        if kinds == ["-"]:
            continue
        if not there or there[1] == "-":
            out.append(f"{tf}: {'/'.join(kinds)}, {name} has none")
        elif kinds[-1] != there[1]:
            more = "azurerm takes more" if set(kinds[-1]) - set(there[1]) else "ARM takes more"
            out.append(f"{tf}: {'/'.join(kinds)}, {name} {there[1]}, {more}")
    return out


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
    for name in ("roles", "tf-azurerm", "arm-identity-types", "arm-sensitive", "arm-local-auth"):
        with open(os.path.join(args[0], name + ".json"), encoding="utf-8") as f:
            facts[name] = json.load(f)
    roles, got = roles_table(facts["roles"])
    tables = {"roles.tsv": roles, "azurerm.tsv": azurerm_table(facts["tf-azurerm"]),
              "arm.tsv": arm_table(facts["arm-identity-types"], facts["arm-sensitive"]),
              "keys.tsv": keys_table(facts["tf-azurerm"], facts["arm-local-auth"], facts["arm-sensitive"]),
              "outputs.tsv": outputs_table(facts["tf-azurerm"])}
    if "--report" in options:
        for code, names in got.items():
            print(f"{code} ({len(names)}): {', '.join(names)}")
        print(*differences(tables["azurerm.tsv"], tables["arm.tsv"]), sep="\n")
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
