"""Names that mean a secret, in ARM and in azurerm: the schemas flag many secrets, by far not all.

Tuned on the names that occur in bicep-types-az and in azurerm's schema; letters and digits count only, not their case.
"""
import re

# A name that ends so is a secret's: `radiusServerSecret` is one, `secretName` and `keyVaultSecretId` are not.
ENDINGS = tuple(
    "accesskey accesskey1 accesskey2 accesstoken accountkey acssecret apikey apisecret apitoken appkey applicationkey "
    "appsecret authkey authorizationkey authtoken bearertoken bitlockerkey clientsecret connectionstring "
    "connectionstrings consumersecret endpointkey licensekey linkingauthcode managementkey masterkey "
    "md5authenticationkey migrationtoken passphrase password passwd pfxblob pfxcertificate primarykey principalsecret "
    "privatekey privatekeydata protectedsettings refreshtoken registrationtoken repositorytoken saskey sastoken sasuri "
    "sasurl secondarykey secretkey secretstring securevalue securitytoken serversecret servicekey "
    "sharedaccesspolicykey sharedkey signingsecret storagekey subscriptionkey tokensecret usercontexttoken "
    "validationkey verificationtoken webhookkey workspacekey".split())
# These names are, as a whole.
WHOLE = set(
    "authheaders instrumentationkey integritykey keytabsecret passkey pat pfx pwd sas secret sslkey token".split())
# Flagged sensitive in the types, but the name says it is none.
NO_SECRET_ENDINGS = "endpointurl", "endpoint", "thumbprint"
NO_SECRET_WHOLE = set(
    "appid appname authtokenurl carrieraccountnumber clientemail clientid datasource email hostkeyalgorithm id "
    "imagepath keyid linkingclientid localvhdpath packagesid projectid publickeydata serviceuri subject tenantid "
    "userinfo vapidpublickey workspaceresourceid".split())


def is_secret(name):
    plain = re.sub("[-_]", "", name.lower())
    return plain in WHOLE or plain.endswith(ENDINGS)


def is_flagged_in_error(name):
    return name.lower() in NO_SECRET_WHOLE or name.lower().endswith(NO_SECRET_ENDINGS)
