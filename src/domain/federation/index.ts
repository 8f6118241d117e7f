// Federation: identities that others vouch for. It owns what is learned of OpenID Connect issuers, the checking of their tokens
// and signing in with them, the checking of SAML responses against what is known of their provider, and the tokens with which a
// directory outside keeps people and groups here; which issuers and providers an account trusts is for accounts to know, and what
// a token or an assertion is good for is for its users.
export type { LdapConnection, OidcConnection, SamlConnection } from './connections.js'
export { ExternalRefusal, ExternalSteps, type ExternalIdentity, type ExternalStep, type ExternalStepOutcome } from './external-identity.js'
export { IdTokens, type IdTokenFault, type ProvedIdToken } from './id-tokens.js'
export { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.js'
export type { OidcKept } from './oidc-answers.js'
export type { OidcReason } from './oidc-reasons.js'
export { OidcRelyingParty, type OidcAnswer, type OidcLogout, type OidcRelyingPartyOptions, type OidcRequest } from './oidc-relying-party.js'
export { SamlAssertions, type SamlAssertionsOptions } from './saml-assertions.js'
export { lastCertificateEnd } from './saml-certificates.js'
export { readSamlMetadata } from './saml-metadata.js'
export { readSamlIssuer, type SamlIssuer } from './saml-providers.js'
export { SamlRefusal, type SamlReason } from './saml-refusal.js'
export { SamlResponse, type SamlAssertion, type SamlExpectations } from './saml-response.js'
export { mostTokenDays, mostTokens, ProvisioningTokens, type NewProvisioningToken, type ProvisioningToken } from './provisioning-tokens.js'
export { TokenWarnings } from './token-warnings.js'
