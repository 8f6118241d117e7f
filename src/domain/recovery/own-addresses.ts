// A person's own mail addresses: which were proved, and how one is proved, or another takes its place, by a code that was sent
// there. What is asked for belongs to one session; a change counts once the code of the new address was typed, not before.
import { createHash } from 'node:crypto'
import { userPrincipal, type MailedCodes } from '../authentication/index.js'
import { primaryEmail, Users, type User } from '../directory/index.js'
import { hidden, type RequestOrigin, type Trail } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { isMailAddress, type MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { MailedLinks } from './mailed-links.js'
import { VerifiedAddresses } from './verified-addresses.js'

export interface OwnAddress {
  /** Names it in addresses of pages. */
  id: string
  value: string
  /** Notices, links and codes go there. */
  isMain: boolean
  isVerified: boolean
}

/** What a code was sent for: to prove an address, or `to`, which is to take its place. */
export interface AddressRequest {
  address: string
  to?: string
}

/** Whose addresses, in which session, from where. */
export interface AddressVisit {
  user: User
  session: string
  origin: RequestOrigin
}

/**
 * What a code led to. `taken`: the new address is somebody else's, which only who reads its mail is told. `gone`: the address is not
 * the person's any more.
 */
export type AddressOutcome = 'verified' | 'changed' | 'wrong' | 'over' | 'taken' | 'gone'

/** Tells of a change, in its transaction. */
export type AnnounceChange = (tx: Executor, change: { was: string; is: string; isMain: boolean }) => Promise<void>

interface OwnAddressesOptions {
  database: Database
  store: Pick<EphemeralStore, 'put' | 'get' | 'remove'>
  codes: Pick<MailedCodes, 'issue' | 'redeem'>
  mail: MailQueue
  trail: Trail
  clock: () => number
}

interface Kept extends AddressRequest {
  session: string
}

const lifetime = 10 * 60
export const longestAddress = 254

export class OwnAddresses {
  constructor(private readonly options: OwnAddressesOptions) {}

  async list({ id, emails }: Pick<User, 'id' | 'emails'>): Promise<OwnAddress[]> {
    const { database, clock } = this.options
    const [main, verified] = [primaryEmail(emails), await new VerifiedAddresses(database, clock).list(userPrincipal(id))]
    return emails.map(({ value }) => ({ id: idOf(value), value, isMain: value === main, isVerified: verified.has(value.toLowerCase()) }))
  }

  /** Mails a code for a request, and returns the id by which its session finds it again. */
  async ask(visit: AddressVisit, { address, to }: AddressRequest): Promise<string> {
    const { database, store, codes, mail } = this.options
    const request: AddressRequest = { address: ownAddress(visit.user, address), ...(to !== undefined && { to: newAddress(visit.user, to) }) }
    const mailbox = request.to ?? request.address
    const { id, code } = await codes.issue(userPrincipal(visit.user.id), requestOf(visit, request), { from: visit.origin.sourceIPAddress, mailbox })
    await store.put(key(id), JSON.stringify({ ...request, session: visit.session } satisfies Kept), { ttl: lifetime })
    await database.transaction((tx) => mail.queue(tx, { to: mailbox, template: 'address-code', model: { code, address: mailbox, minutes: lifetime / 60 } }))
    return id
  }

  /** Finds what a code of this session was sent for. */
  async find({ session }: Pick<AddressVisit, 'session'>, id: string): Promise<AddressRequest | undefined> {
    const entry = await this.options.store.get(key(id))
    if (!entry) return undefined
    const { session: asking, ...request } = JSON.parse(entry.value) as Kept
    return asking === session ? request : undefined
  }

  /** Takes a code, and does what it was sent for. */
  async confirm(visit: AddressVisit, id: string, code: string, announce: AnnounceChange): Promise<AddressOutcome> {
    const { codes, store } = this.options
    const request = await this.find(visit, id)
    if (!request) return 'over'
    const redeemed = await codes.redeem(userPrincipal(visit.user.id), requestOf(visit, request), { id, code })
    if (redeemed !== 'proved') return redeemed
    await store.remove(key(id))
    return request.to === undefined ? this.#verify(visit, request.address) : this.#change(visit, request.address, request.to, announce)
  }

  async #verify({ user, origin, session }: AddressVisit, address: string): Promise<AddressOutcome> {
    const { database, trail, clock } = this.options
    await database.transaction(async (tx) => {
      await new VerifiedAddresses(tx, clock).add(userPrincipal(user.id), address)
      await trail.within(tx).record({ eventName: 'VerifyEmail', eventSource: 'sso-directory.amazonaws.com', origin, userId: user.id, sessionId: session })
    })
    return 'verified'
  }

  async #change({ user: { id }, origin, session: sessionId }: AddressVisit, was: string, is: string, announce: AnnounceChange): Promise<AddressOutcome> {
    const { database, trail } = this.options
    const event = { eventName: 'UpdateUser', eventSource: 'sso-directory.amazonaws.com', origin, userId: id, sessionId, requestParameters: { userId: id, emails: hidden } }
    const outcome = await database.transaction(async (tx): Promise<AddressOutcome> => {
      const users = new Users(tx)
      // Of two people who want one address at once, the second sees that it is taken.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 12))', [`mail address ${is.toLowerCase()}`])
      if ((await users.findByAddress(is)).length > 0) return 'taken'
      const isMain = primaryEmail((await users.get(id)).emails)?.toLowerCase() === was.toLowerCase()
      if (!await users.replaceAddress(id, was, is)) return 'gone'
      await moveAddress(tx, userPrincipal(id), { was, is }, this.options.clock)
      await announce(tx, { was, is, isMain })
      await trail.within(tx).record(event)
      return 'changed'
    })
    if (outcome !== 'changed') await trail.record({ ...event, outcome: 'Failure', errorMessage: outcome === 'taken' ? 'the address is taken' : 'the address was changed meanwhile' })
    return outcome
  }
}

/** Makes what hangs on an address go with it. Links that wait in the old mailbox open nothing any more, but those that say "this was not me". */
export async function moveAddress(tx: Executor, principal: string, { was, is }: { was: string; is: string }, clock: () => number): Promise<void> {
  const verified = new VerifiedAddresses(tx, clock)
  await verified.remove(principal, was)
  await verified.add(principal, is)
  await new MailedLinks(tx, clock).voidOthers(principal, ['reset', 'invitation'])
}

const idOf = (address: string): string => createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, 16)
/** A request as its code is bound to it. */
const requestOf = ({ session }: AddressVisit, { address, to }: AddressRequest): string => JSON.stringify(['address', session, address, to ?? null])
const key = (id: string): string => `address-code:${id}`

function ownAddress({ emails }: User, address: string): string {
  const own = emails.find(({ value }) => value.toLowerCase() === address.toLowerCase())
  if (!own) throw new Refusal('not-found', 'That is not one of your addresses any more.')
  if (!isMailAddress(own.value)) throw new Refusal('invalid-input', 'No mail can be sent to that address.')
  return own.value
}

function newAddress({ emails }: User, typed: string): string {
  const address = typed.trim()
  if (address === '') throw new Refusal('invalid-input', 'Enter the new address.')
  if (address.length > longestAddress || !isMailAddress(address)) throw new Refusal('invalid-input', 'That is not a mail address. It looks like name@example.com.')
  if (emails.some(({ value }) => value.toLowerCase() === address.toLowerCase())) throw new Refusal('invalid-input', 'You have this address already.')
  return address
}
