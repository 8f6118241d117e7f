// Settings of the organization: what an administrator may change at run time. What the operator sets
// in the environment is platform/config.
export { Organizations, OrganizationCache, defaultMfa, type AccessAttribute, type InstanceSettings, type MfaSettings, type NewOrganization, type Organization } from './organization.js'
export { SavedViews, mostSavedViews, type SavedView } from './saved-views.js'
export { accentFault, accentOf, contrast, defaultAccent, type Accent, type Shade } from './accent.js'
export { brandingOf, type Branding } from './branding.js'
export { isWithinNetworks, networkFault, networksIn, type Guarded } from './networks.js'
