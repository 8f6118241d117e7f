// Owns the operations on the settings of the organization that pages have: reading and changing them, trying mail, and our own keys. Does not
// own the settings (domain/settings), nor what they may say (domain/organization).
export { settingsOperations } from './settings.js'
export type { SettingsRooms } from './rooms.js'
