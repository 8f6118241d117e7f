// Settings of the organization: what an administrator may change at run time. What the operator sets
// in the environment is platform/config.
export { Organizations, OrganizationCache, defaultMfa, type MfaSettings, type Organization } from './organization.js'
