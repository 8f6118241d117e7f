// Choosing a password by a link: the link is redeemed, the password set and the address proved in one transaction.
import { setPasswords, type PasswordHashes } from '../authentication/index.js'
import type { MailQueue } from '../../platform/mail/index.js'
import type { Database } from '../../platform/storage/database.js'
import type { Recorder, RequestOrigin, Trail } from '../../platform/audit/index.js'
import { MailedLinks, type LinkPurpose, type MailedLink } from './mailed-links.js'
import { aboutOwner, findOwner, signInDetails, type Owner } from './owners.js'
import { tell, type Whereabouts } from './tell.js'
import { VerifiedAddresses } from './verified-addresses.js'

export interface RecoveryOptions {
  database: Database
  hashes: PasswordHashes
  mail: MailQueue
  trail: Trail
  clock: () => number
  /** Says of a request what its owner recognises it by. */
  whereaboutsOf: (origin: RequestOrigin) => Whereabouts
}

export type FoundLink = MailedLink & { owner: Owner }

/** Finds a link and whose it is; nothing for people who left or were disabled. */
export async function findLink({ database, clock }: Pick<RecoveryOptions, 'database' | 'clock'>, purpose: LinkPurpose, token: string): Promise<FoundLink | undefined> {
  const link = await new MailedLinks(database, clock).find(purpose, token)
  const owner = link && await findOwner(database, link.principal)
  return link && owner?.active ? { ...link, owner } : undefined
}

interface Choice {
  purpose: 'reset' | 'invitation'
  token: string
  password: string
  origin: RequestOrigin
  /** Ends the sessions there are, once the password counts. */
  endSessions?: ((owner: Owner) => Promise<void>) | undefined
}

/** Sets a password by a link, once: undefined when the link is not open any more. */
export async function choosePassword(options: RecoveryOptions, choice: Choice): Promise<Owner | undefined> {
  const { database, hashes, clock } = options
  const found = await findLink(options, choice.purpose, choice.token)
  if (found?.state !== 'open') return undefined
  // Hashing takes long, so it is done before the transaction.
  const hash = await hashes.hash(choice.password, choice.origin.sourceIPAddress)
  const isDone = await database.transaction(async (tx) => {
    const redeemed = await new MailedLinks(tx, clock).redeem(choice.purpose, choice.token)
    if (!redeemed) return false
    await setPasswords(tx, hashes, [{ principal: redeemed.principal, hash, oneTime: false }])
    if (choice.purpose === 'reset') await tell(tx, found.owner, { template: 'reset-done', where: options.whereaboutsOf(choice.origin), details: {}, to: found.address }, options)
    const verified = await new VerifiedAddresses(tx, clock).add(redeemed.principal, redeemed.address)
    await record(options.trail.within(tx), found, choice, verified)
    return true
  })
  if (!isDone) return undefined
  await choice.endSessions?.(found.owner)
  return found.owner
}

async function record(trail: Recorder, { owner }: FoundLink, { purpose, origin }: Choice, verified: boolean): Promise<void> {
  const eventName = purpose === 'reset' ? 'PasswordRecoveryCompleted' : 'AcceptInvitation'
  const eventSource = purpose === 'reset' ? 'signin.amazonaws.com' : 'sso-directory.amazonaws.com'
  await trail.record({ eventName, eventSource, origin, ...aboutOwner(owner), ...signInDetails(eventName, owner.entrance) })
  if (verified) await trail.record({ eventName: 'VerifyEmail', eventSource: 'sso-directory.amazonaws.com', origin, ...aboutOwner(owner) })
}

