// /admin: the organization as its administrators see and change it. Owns the pages; what may be done the policies of whoever
// has a session in the management account decide, and what is done goes through the operations of the APIs (http/aws).
export { adminDoor } from './admin.js'
export { adminPage } from './pages.js'
export type { AdminOptions, RunOperation } from './options.js'
