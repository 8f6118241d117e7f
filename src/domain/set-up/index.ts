// Setting up an empty store: a link that works once, and the first organization that it makes. It uses accounts
// and access beside the usual rooms, because the first organization has one of each.
export { SetUp, type FirstOrganization } from './set-up.js'
