// What Azure/avm-res-web-site/azurerm makes of its inputs since 0.21.1, as far as identities go. A slot takes neither the
// identities, nor the settings, nor the reference identity of the site; the module adds settings of its own to both.
param name string?
param managed_identities object?
param key_vault_reference_identity string?
param app_settings object?
param connection_strings object?
param site_config object?
param sensitive_app_settings object?
param deployment_slots object?
param slot_sensitive_app_settings object?
param role_assignments object?

func ids(given object) array => given.?user_assigned_resource_ids ?? []
func identity(given object) object => empty(given) ? null : {
  type: (given.?system_assigned ?? false) ? (empty(ids(given)) ? 'SystemAssigned' : 'SystemAssigned, UserAssigned') : (empty(ids(given)) ? 'None' : 'UserAssigned')
  userAssignedIdentities: empty(ids(given)) ? null : reduce(map(ids(given), id => { '${id}': {} }), {}, (all, one) => union(all, one))
}
func pulls(config object) object => {
  acrUseManagedIdentityCreds: config.?container_registry_use_managed_identity
  acrUserManagedIdentityID: config.?container_registry_managed_identity_client_id
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  identity: identity(managed_identities ?? {})
  properties: {
    keyVaultReferenceIdentity: key_vault_reference_identity
    siteConfig: union(notModelled, pulls(site_config ?? {}))
  }
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(notModelled, app_settings ?? {})
}

resource slot 'Microsoft.Web/sites/slots@2025-03-01' = [for entry in items(deployment_slots ?? {}): {
  parent: site
  name: entry.value.?name ?? entry.key
  identity: identity(entry.value.?managed_identities ?? {})
  properties: {
    keyVaultReferenceIdentity: entry.value.?key_vault_reference_identity
    siteConfig: union(notModelled, pulls(entry.value.?site_config ?? {}))
  }
}]

resource slotSettings 'Microsoft.Web/sites/slots/config@2025-03-01' = [for (entry, at) in items(deployment_slots ?? {}): {
  parent: slot[at]
  name: 'appsettings'
  properties: union(notModelled, entry.value.?app_settings ?? {})
}]

resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in items(role_assignments ?? {}): {
  scope: site
  name: notModelled
  item: grant.value
  properties: {
    roleDefinitionId: grant.value.role_definition_id_or_name
    principalId: grant.value.principal_id
    principalType: grant.value.?principal_type
    condition: grant.value.?condition
  }
}]

output name string = site.name
output resource object = site
output resource_id string = site.id
output identity_principal_id string = site.?identity.?principalId
output system_assigned_mi_principal_id string = site.?identity.?principalId
output system_assigned_mi_principal_id_slots object = toObject(map(items(deployment_slots ?? {}), (entry, at) => { key: entry.key, id: slot[at].?identity.?principalId }), pair => pair.key, pair => pair.id)
