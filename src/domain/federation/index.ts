// Federation: identities that others vouch for. It owns what is learned of OpenID Connect issuers and the checking of their
// tokens; which issuers an account trusts is for accounts to know, and what a token is good for is for its users.
export { IdTokens, type IdTokenFault, type ProvedIdToken } from './id-tokens.js'
export { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.js'
