// Accounts: containers of roles and credentials, one of them the management account. It does not know
// who is assigned to them (access).
export { Accounts, type Account } from './accounts.js'
