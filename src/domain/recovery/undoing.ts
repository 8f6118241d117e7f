// What "this was not me" takes back: everything that notices told of since the one it stands in, recovery codes of that
// time, and of what they told in the days before whatever the person points at. Each of those has a link of its own, so
// none of them can do more than all of them.
import type { OwnDevice, OwnDevices, RecoveryCodes } from '../authentication/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { MailedLinks, type MailedLink, type Told } from './mailed-links.js'
import { replaceAddress, type Owner } from './owners.js'
import { VerifiedAddresses } from './verified-addresses.js'

export interface UndoingOptions {
  database: Database
  devices: Pick<OwnDevices, 'list' | 'withdraw'>
  recoveryCodes: Pick<RecoveryCodes, 'withdraw'>
  clock: () => number
}

/** What a link would take back. */
export interface Undoable {
  /** Devices that were added since. */
  going: OwnDevice[]
  /** Devices that were added in the days before: they go where the person says so. */
  doubtful: OwnDevice[]
  /** The address that takes its place again. */
  address: string | undefined
}

/** What was taken back. */
export interface Undone {
  devices: OwnDevice[]
  recoveryCodes: number
  /** The address that is back. */
  address: string | undefined
}

type Link = Pick<MailedLink, 'principal' | 'issuedAt'>

export class Undoing {
  constructor(private readonly options: UndoingOptions) {}

  async look(link: Link, owner: Owner): Promise<Undoable> {
    const { database, devices, clock } = this.options
    const [told, own] = [await new MailedLinks(database, clock).listTold(link.principal), await devices.list(link.principal)]
    const since = told.filter(isSince(link))
    const toldOf = (some: Told[]): OwnDevice[] => own.filter(({ id }) => some.some(({ about }) => about.device === id))
    return { going: toldOf(since), doubtful: toldOf(told.filter((one) => !since.includes(one))), address: addressesOf(since, owner).at(-1)?.was }
  }

  /** Takes it back within a transaction; `pointedAt` are the doubtful devices that the person did not add. */
  async undo(tx: Executor, link: Link, owner: Owner, pointedAt: string[]): Promise<Undone> {
    const { devices, recoveryCodes, clock } = this.options
    const told = await new MailedLinks(tx, clock).listTold(link.principal)
    const undone = told.filter((one) => isSince(link)(one) || pointedAt.includes(one.about.device ?? ''))
    const since = new Date(Math.min(link.issuedAt.getTime(), ...undone.map(({ issuedAt }) => issuedAt.getTime())))
    return {
      devices: await devices.withdraw(tx, link.principal, undone.flatMap(({ about: { device } }) => device ?? [])),
      recoveryCodes: await recoveryCodes.withdraw(tx, link.principal, since),
      address: await this.#putBack(tx, owner, addressesOf(told.filter(isSince(link)), owner)),
    }
  }

  /** Whoever has the address that goes can act on nothing that was mailed there. */
  async #putBack(tx: Executor, owner: Owner, changes: AddressChange[]): Promise<Undone['address']> {
    const { clock } = this.options
    const { principal } = owner
    let back: Undone['address']
    for (const { was, is } of changes) {
      if (!await replaceAddress(tx, owner, is, was)) continue
      back = was
      await new VerifiedAddresses(tx, clock).remove(principal, is)
      await new MailedLinks(tx, clock).voidMailedTo(principal, is)
    }
    return back
  }
}

type AddressChange = NonNullable<Told['about']['address']>

const isSince = ({ issuedAt }: Link) => (told: Told): boolean => told.issuedAt.getTime() >= issuedAt.getTime()

/** The changes of addresses to take back, the last first, as far as they still stand. */
function addressesOf(told: Told[], { emails }: Owner): AddressChange[] {
  const present = new Set(emails.map(({ value }) => value.toLowerCase()))
  return told.flatMap(({ about: { address } }) => {
    if (!address || !present.delete(address.is.toLowerCase())) return []
    present.add(address.was.toLowerCase())
    return [address]
  })
}
