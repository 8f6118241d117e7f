// The OIDC API of command lines (SSO OIDC, 2019-06-10): registering, device codes and tokens in AWS's
// JSON, at the root of the origin. The tokens themselves are made elsewhere and handed in as `Tokens`.
export { type IssuedTokens, type SsoOidcOptions, type TokenFault, type Tokens, ssoOidcDoor } from './sso-oidc.js'
