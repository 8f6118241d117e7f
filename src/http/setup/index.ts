// /setup: the one-time link of an empty installation; it makes the organization, its management account
// and the first administrator. Whoever comes second finds a used link.
export { setupDoor, type SetupOptions } from './setup.js'
