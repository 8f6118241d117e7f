// Settings of the organization: what an administrator may change at run time. What the operator sets
// in the environment is platform/config.
export { Organizations, OrganizationCache, defaultMfa, type AccessAttribute, type InstanceSettings, type MfaSettings, type NewOrganization, type Organization } from './organization.js'
