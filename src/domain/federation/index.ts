// Federation: identities that others vouch for. It owns what is learned of OpenID Connect issuers and the checking of their
// tokens, the checking of SAML responses against what is known of their provider, and the tokens with which a directory outside
// keeps people and groups here; which issuers and providers an account trusts is for accounts to know, and what a token or an
// assertion is good for is for its users.
export { readCertificates, type Certificate } from './certificates.js'
export type { LdapConnection, OidcConnection, SamlConnection } from './connections.js'
export { ExternalRefusal, ExternalSteps, type ExternalIdentity, type ExternalStep, type ExternalStepOutcome } from './external-identity.js'
export { IdTokens, type IdTokenFault, type ProvedIdToken } from './id-tokens.js'
export { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.js'
export { SamlAssertions, type SamlAssertionsOptions } from './saml-assertions.js'
export { lastCertificateEnd } from './saml-certificates.js'
export { readSamlMetadata } from './saml-metadata.js'
export { readSamlIssuer, type SamlIssuer } from './saml-providers.js'
export { SamlRefusal, type SamlReason } from './saml-refusal.js'
export { SamlResponse, type SamlAssertion, type SamlExpectations } from './saml-response.js'
export { fetchSamlMetadata, readSamlSource, type SamlBinding, type SamlEndpoint, type SamlSource } from './saml-sources.js'
export { mostTokenDays, mostTokens, ProvisioningTokens, type NewProvisioningToken, type ProvisioningToken } from './provisioning-tokens.js'
export { TokenWarnings } from './token-warnings.js'
