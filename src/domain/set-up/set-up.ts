// The first organization of an empty store: a link that works once, and what it makes.
import { createHash } from 'node:crypto'
import { PermissionSets, Assignments } from '../access/index.js'
import { Accounts } from '../accounts/index.js'
import { Passwords, userPrincipal, type PasswordHashes } from '../authentication/index.js'
import { Users } from '../directory/index.js'
import { defaultMfa, Organizations } from '../settings/index.js'
import { Trail } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import { violatedIndex, type Database, type Executor } from '../../platform/storage/database.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'

export interface FirstOrganization {
  organizationName: string
  accountName: string
  accountId: string
  accountEmail: string
  userName: string
  givenName: string
  familyName: string
  email: string
  password: string
}

interface SetUpOptions {
  database: Database
  store: EphemeralStore
  hashes: PasswordHashes
  clock: Clock
  region: string
}

const minutesValid = 15

export class SetUp {
  constructor(private readonly options: SetUpOptions) {}

  /** True while there is no organization. */
  async isDue(): Promise<boolean> {
    return await new Organizations(this.options.database).find() === undefined
  }

  /** Makes the token of a new link. */
  async invite(): Promise<string> {
    const token = newSecret()
    await this.options.store.put(key(token), String(this.options.clock() + minutesValid * 60_000), { ttl: minutesValid * 60 })
    return token
  }

  /** Until when a token is good, in milliseconds since the epoch; undefined for one that is used, over, or not ours. */
  async expiry(token: string): Promise<number | undefined> {
    const entry = await this.options.store.get(key(token))
    return entry && await this.isDue() ? Number(entry.value) : undefined
  }

  /** Makes the organization, its management account and the first administrator; of two that try, the second is refused. */
  async complete(token: string, first: FirstOrganization, address: string): Promise<void> {
    const { database, store, hashes } = this.options
    if (await this.expiry(token) === undefined) throw used()
    const hash = await hashes.hash(first.password, address)
    try {
      await database.transaction((tx) => this.#make(tx, first, hash))
    } catch (error) {
      // There is one organization, whoever asks and by however many links.
      if (violatedIndex(error)?.startsWith('organization')) throw used(error)
      throw error
    }
    await store.remove(key(token))
  }

  async #make(tx: Executor, first: FirstOrganization, hash: string): Promise<void> {
    const organization = { id: Organizations.newDirectoryId(), name: first.organizationName, portalSubdomain: undefined, startUrlAliases: [], portalSession: 8 * 3600, mfa: defaultMfa, settings: {} }
    await new Organizations(tx).create(organization)
    await new Accounts(tx).create([{ id: first.accountId, name: first.accountName, alias: undefined, email: first.accountEmail, management: true }])
    const displayName = `${first.givenName} ${first.familyName}`.trim() || first.userName
    const [userId] = await new Users(tx).create([{
      userName: first.userName, displayName, givenName: first.givenName || undefined, familyName: first.familyName || undefined,
      emails: [{ value: first.email, primary: true }], active: true,
    }])
    await new Passwords(tx, this.options.hashes).put([{ principal: userPrincipal(userId!), hash, oneTime: false }])
    const [permissionSetId] = await new PermissionSets(tx).create([{
      name: 'AdministratorAccess', description: 'Full rights, for short and deliberate work', sessionDuration: 3600, relayState: undefined,
      managedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'], inlinePolicy: undefined, permissionsBoundary: undefined,
    }])
    await new Assignments(tx).create([{ accountId: first.accountId, permissionSetId: permissionSetId!, principal: { type: 'USER', id: userId! } }])
    const trail = new Trail({ sql: tx, clock: this.options.clock, region: this.options.region, ownerAccountId: () => first.accountId }).within(tx)
    await trail.record({ eventName: 'StartSSO', eventSource: 'sso.amazonaws.com', userId: userId!, accountId: first.accountId, requestParameters: { directoryId: organization.id, userName: first.userName } })
  }
}

const key = (token: string): string => `set-up:${createHash('sha256').update(token).digest('base64url')}`

const used = (cause?: unknown): Refusal =>
  new Refusal('already-used', 'This set-up link was used already, or has expired. Gatehouse may be set up by now.', { cause })
