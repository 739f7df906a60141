// What br/public:avm/res/web/site makes of its parameters since 0.16.0, as far as identities go. A slot takes what it is
// not given from the site; settings are merged with those that the app has already, so there may always be others.
param name string?
param managedIdentities object?
param keyVaultAccessIdentityResourceId string?
param siteConfig object?
param functionAppConfig object?
param configs array?
param slots array?
param roleAssignments array?

func ids(given object) array => given.?userAssignedResourceIds ?? []
func identity(given object) object => empty(given) ? null : {
  type: (given.?systemAssigned ?? false) ? (empty(ids(given)) ? 'SystemAssigned' : 'SystemAssigned, UserAssigned') : (empty(ids(given)) ? 'None' : 'UserAssigned')
  userAssignedIdentities: empty(ids(given)) ? null : reduce(map(ids(given), id => { '${id}': {} }), {}, (all, one) => union(all, one))
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  identity: identity(managedIdentities ?? {})
  properties: {
    keyVaultReferenceIdentity: keyVaultAccessIdentityResourceId
    siteConfig: union(notModelled, siteConfig ?? {})
    functionAppConfig: functionAppConfig
  }
}

resource config 'Microsoft.Web/sites/config@2024-11-01' = [for config in configs ?? []: {
  parent: site
  name: config.name
  properties: union(notModelled, config.?properties ?? {})
}]

resource slot 'Microsoft.Web/sites/slots@2024-11-01' = [for one in slots ?? []: {
  parent: site
  name: one.name
  identity: identity(one.?managedIdentities ?? (managedIdentities ?? {}))
  properties: {
    keyVaultReferenceIdentity: one.?keyVaultAccessIdentityResourceId ?? keyVaultAccessIdentityResourceId
    siteConfig: union(notModelled, one.?siteConfig ?? (siteConfig ?? {}))
    functionAppConfig: one.?functionAppConfig ?? functionAppConfig
  }
}]

resource slotSettings 'Microsoft.Web/sites/slots/config@2024-11-01' = [for (one, at) in slots ?? []: {
  parent: slot[at]
  name: 'appsettings'
  properties: union(notModelled, first(map(filter(one.?configs ?? (configs ?? []), config => config.name == 'appsettings'), config => config.?properties ?? {})) ?? {})
}]

resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for grant in roleAssignments ?? []: {
  scope: site
  name: notModelled
  item: grant
  properties: {
    roleDefinitionId: grant.roleDefinitionIdOrName
    principalId: grant.principalId
    principalType: grant.?principalType
    condition: grant.?condition
  }
}]

output name string = site.name
output resourceId string = site.id
output systemAssignedMIPrincipalId string = site.?identity.?principalId
output defaultHostname string = site.properties.defaultHostName
output slots array = [for (one, at) in slots ?? []: {
  resourceId: slot[at].id
  systemAssignedMIPrincipalId: slot[at].?identity.?principalId
}]
