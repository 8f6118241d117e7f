// /start: the access portal. What is a person's to use, their access keys, their profile and sessions.
// It does not sign anybody in (signin, through the provider) nor keep the console's sessions (console).
export { portalDoor, type PortalOptions, type PortalSessions, type PortalConsoles, type SecurityNotice } from './portal.js'
export { describeDevice } from './device.js'
export { hostStartUrls, portalHosts } from './portal-hosts.js'
export { isPortalStartUrl } from './start-url.js'
export type { PortalRequests } from './requests.js'
export { requirePerson } from './sign-in.js'
