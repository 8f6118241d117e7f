// Federation: identities that others vouch for. It owns what is learned of OpenID Connect issuers and the checking of their
// tokens, the checking of SAML messages against what is known of their provider, what is sent to it and our keys for that, and
// the tokens with which a directory outside keeps people and groups here; which issuers and providers an account trusts is for
// accounts to know, and what a token or an assertion is good for is for its users.
export { readCertificates, type Certificate } from './certificates.js'
export type { LdapConnection, OidcConnection, SamlConnection } from './connections.js'
export { ExternalRefusal, ExternalSteps, type ExternalIdentity, type ExternalStep, type ExternalStepOutcome } from './external-identity.js'
export { IdTokens, type IdTokenFault, type ProvedIdToken } from './id-tokens.js'
export { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.js'
export { SamlAssertions, type SamlAssertionsOptions } from './saml-assertions.js'
export { lastCertificateEnd } from './saml-certificates.js'
export { SamlKeys, type SamlKey, type SamlKeyPair } from './saml-keys.js'
export type { SamlInbound, SamlLogout } from './saml-logout.js'
export type { SamlOutbound } from './saml-messages.js'
export { readSamlMetadata } from './saml-metadata.js'
export { readSamlIssuer, type SamlIssuer } from './saml-providers.js'
export { SamlRefusal, type SamlReason } from './saml-refusal.js'
export { SamlResponse, type SamlAssertion, type SamlExpectations } from './saml-response.js'
export type { SamlAddresses } from './saml-service-metadata.js'
export { SamlServiceProvider, type SamlAnswer, type SamlBeginning, type SamlServiceProviderOptions, type SamlSignIn } from './saml-service-provider.js'
export { fetchSamlMetadata, readSamlSource, type SamlBinding, type SamlEndpoint, type SamlSource } from './saml-sources.js'
export type { SamlSession } from './saml-writing.js'
export { mostTokenDays, mostTokens, ProvisioningTokens, type NewProvisioningToken, type ProvisioningToken } from './provisioning-tokens.js'
export { TokenWarnings } from './token-warnings.js'
