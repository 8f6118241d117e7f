// The portal's API for command lines (SSO, 2019-06-10): accounts, roles and role credentials for the
// bearer of an access token. What a person reaches is domain/access's to say.
export { type AccessTokens, type IssueRoleCredentials, type SsoPortalOptions, ssoPortalDoor } from './sso-portal.js'
