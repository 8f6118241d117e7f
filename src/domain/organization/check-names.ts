// Names in the file that must be one of their kind, in the file and beside what exists already.
import type { Path } from './plain-tree.js'
import { field, fold, listIn, textIn } from './raw.js'
import type { Snapshot } from './snapshot.js'

export type Complain = (path: Path, message: string) => void

interface Unique {
  section: string
  /** Keys that lead from an item to the name. */
  at: string[]
  what: string
  same: (name: string) => string
}

const exact = (name: string): string => name

const uniques: Unique[] = [
  { section: 'accounts', at: ['id'], what: 'account id', same: exact },
  { section: 'accounts', at: ['alias'], what: 'account alias', same: exact },
  { section: 'accounts', at: ['email'], what: 'root user address', same: fold },
  { section: 'users', at: ['userName'], what: 'user name', same: fold },
  { section: 'groups', at: ['displayName'], what: 'group name', same: fold },
  { section: 'permissionSets', at: ['name'], what: 'permission set name', same: fold },
  { section: 'applications', at: ['name'], what: 'application name', same: fold },
  { section: 'applications', at: ['oidc', 'client_id'], what: 'client_id', same: exact },
  { section: 'identitySources', at: ['name'], what: 'name', same: fold },
  { section: 'savedViews', at: ['name'], what: 'name', same: fold },
]

/** Complains of every name that is used a second time in the file. */
export function checkUnique(raw: unknown, complain: Complain): void {
  for (const { section, at, what, same } of uniques) {
    const first = new Map<string, number>()
    listIn(raw, section).forEach((item, index) => {
      const value = at.reduce(field, item)
      if (typeof value !== 'string') return
      const key = same(value)
      const before = first.get(key)
      if (before === undefined) first.set(key, index)
      else complain([section, index, ...at], `is the ${what} of ${section}[${before}] already`)
    })
  }
  checkAddresses(raw, complain)
}

function checkAddresses(raw: unknown, complain: Complain): void {
  const owners = new Map<string, number>()
  listIn(raw, 'users').forEach((user, index) => {
    const emails = listIn(user, 'emails')
    let primaries = 0
    emails.forEach((email, position) => {
      const value = textIn(email, 'value')
      const owner = value === undefined ? undefined : owners.get(fold(value))
      if (owner !== undefined) complain(['users', index, 'emails', position, 'value'], `is an address of users[${owner}] already`)
      else if (value !== undefined) owners.set(fold(value), index)
      if (field(email, 'primary') !== true) return
      primaries += 1
      if (primaries === 2) complain(['users', index, 'emails', position, 'primary'], 'is a second primary address')
    })
  })
}

/** Complains of names that something else in the store has: something the file does not name, and so leaves as it is. */
export function checkTaken(raw: unknown, known: Snapshot, complain: Complain): void {
  const accounts = listIn(raw, 'accounts')
  const named = new Set(accounts.map((account) => textIn(account, 'id')))
  const others = known.accounts.filter((account) => !named.has(account.id))
  const aliases = new Map(others.map((account) => [account.alias, account.id]))
  const emails = new Map(others.map((account) => [fold(account.email), account.id]))
  accounts.forEach((account, index) => {
    const alias = textIn(account, 'alias')
    const email = textIn(account, 'email')
    if (alias && aliases.has(alias)) complain(['accounts', index, 'alias'], `is the alias of the existing account ${aliases.get(alias)}`)
    if (email && emails.has(fold(email))) complain(['accounts', index, 'email'], `is the root user address of the existing account ${emails.get(fold(email))}`)
  })
  checkReserved(raw, known, complain)
  checkTakenClients(raw, known, complain)
}

function checkReserved(raw: unknown, known: Snapshot, complain: Complain): void {
  const reserved = new Set(known.reserved.map(fold))
  listIn(raw, 'users').forEach((user, index) => {
    if (reserved.has(fold(textIn(user, 'userName') ?? ''))) complain(['users', index, 'userName'], 'is the name of somebody who was deleted and may still come back: restore them, or remove them for good first')
  })
}

function checkTakenClients(raw: unknown, known: Snapshot, complain: Complain): void {
  const applications = listIn(raw, 'applications')
  const named = new Set(applications.map((application) => fold(textIn(application, 'name') ?? '')))
  const clients = new Map(known.applications.filter((application) => !named.has(fold(application.name))).map((application) => [application.clientId, application.name]))
  applications.forEach((application, index) => {
    const clientId = textIn(field(application, 'oidc'), 'client_id')
    if (clientId && clients.has(clientId)) complain(['applications', index, 'oidc', 'client_id'], `is the client_id of the existing application ${clients.get(clientId)}`)
  })
}
