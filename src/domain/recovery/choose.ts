// Choosing a password by a link: the link is redeemed, the password set and the address proved in one transaction.
import { Passwords, revokeTrust, type PasswordHashes } from '../authentication/index.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import type { Recorder, RequestOrigin, Trail } from '../../platform/audit/index.js'
import { MailedLinks, type LinkPurpose, type MailedLink } from './mailed-links.js'
import { aboutOwner, findOwner, signInDetails, type Owner } from './owners.js'
import { VerifiedAddresses } from './verified-addresses.js'

export interface RecoveryOptions {
  database: Database
  hashes: PasswordHashes
  mail: MailQueue
  trail: Trail
  clock: () => number
}

export type FoundLink = MailedLink & { owner: Owner }

/** Finds a link and whose it is; nothing for people who left or were disabled. */
export async function findLink({ database, clock }: Pick<RecoveryOptions, 'database' | 'clock'>, purpose: LinkPurpose, token: string): Promise<FoundLink | undefined> {
  const link = await new MailedLinks(database, clock).find(purpose, token)
  const owner = link && await findOwner(database, link.principal)
  return link && owner?.active ? { ...link, owner } : undefined
}

/** Sets a password by a link, once: undefined when the link is not open any more. */
export async function choosePassword(options: RecoveryOptions, choice: { purpose: 'reset' | 'invitation'; token: string; password: string; origin: RequestOrigin }): Promise<Owner | undefined> {
  const { database, hashes, clock } = options
  const found = await findLink(options, choice.purpose, choice.token)
  if (found?.state !== 'open') return undefined
  // Hashing takes long, so it is done before the transaction.
  const hash = await hashes.hash(choice.password, choice.origin.sourceIPAddress)
  return database.transaction(async (tx) => {
    const links = new MailedLinks(tx, clock)
    const redeemed = await links.redeem(choice.purpose, choice.token)
    if (!redeemed) return undefined
    await new Passwords(tx, hashes).put([{ principal: redeemed.principal, hash, oneTime: false }])
    // Browsers that were trusted under the old password, perhaps by somebody else, are asked for everything again.
    await revokeTrust(tx, redeemed.principal)
    await links.voidOthers(redeemed.principal, ['reset', 'invitation'])
    if (choice.purpose === 'reset') await mailDone(tx, found, options)
    const verified = await new VerifiedAddresses(tx, clock).add(redeemed.principal, redeemed.address)
    await record(options.trail.within(tx), found, choice, verified)
    return found.owner
  })
}

const mailDone = (tx: Executor, { owner, address }: FoundLink, { mail }: RecoveryOptions): Promise<void> =>
  mail.queue(tx, { to: address, template: 'reset-done', model: { userName: owner.userName } })

async function record(trail: Recorder, { owner }: FoundLink, { purpose, origin }: { purpose: 'reset' | 'invitation'; origin: RequestOrigin }, verified: boolean): Promise<void> {
  const eventName = purpose === 'reset' ? 'PasswordRecoveryCompleted' : 'AcceptInvitation'
  const eventSource = purpose === 'reset' ? 'signin.amazonaws.com' : 'sso-directory.amazonaws.com'
  await trail.record({ eventName, eventSource, origin, ...aboutOwner(owner), ...signInDetails(eventName, owner.entrance) })
  if (verified) await trail.record({ eventName: 'VerifyEmail', eventSource: 'sso-directory.amazonaws.com', origin, ...aboutOwner(owner) })
}

