// What is mailed to people, and what the links in it lead to.
import type { Context } from 'koa'
import { rootPrincipal, userPrincipal } from '../domain/authentication/index.js'
import { findOwner, Invitations, Notices, OwnAddresses, personAsOwner, Resets, rootAsOwner, RootAddresses, type Whereabouts } from '../domain/recovery/index.js'
import { originOf } from '../http/middleware/front.js'
import type { Oidc } from '../http/oidc/index.js'
import { describeDevice, type SecurityNotice } from '../http/portal/index.js'
import type { NotifyMember } from '../http/signin/index.js'
import type { RequestOrigin } from '../platform/audit/index.js'
import { isMailAddress } from '../platform/mail/index.js'
import type { Executor } from '../platform/storage/database.js'
import { passwordWayOf } from './identity-sources.js'
import type { Rooms } from './rooms.js'
import { mailAddressOf } from './sign-ins.js'
import type { Pages } from './pages.js'

/** Builds what writes letters, and what their links are redeemed by. */
export function lettersOf(rooms: Rooms, oidc: Oidc, { placeOf }: Pages) {
  const { database, users, accounts, store, hashes, mail, trail, clock, log, budgets, revocations, devices, recoveryCodes, mailedCodes } = rooms
  const passwordWay = passwordWayOf(rooms)
  const whereaboutsOf = ({ sourceIPAddress, userAgent }: RequestOrigin): Whereabouts =>
    ({ at: clock(), place: [sourceIPAddress, placeOf(sourceIPAddress)].filter(Boolean).join(', '), browser: describeDevice(userAgent) })
  const recovery = { database, hashes, mail, trail, clock, whereaboutsOf }
  const endEverythingOf = async (userId: string, by: string): Promise<void> => {
    await revocations.revoke({ kind: 'user', subject: userId, issuedBefore: clock(), by })
    await oidc.sessions.endAll(userId)
    for (const { id } of await oidc.access.list(userId)) await oidc.access.revoke(userId, id)
  }
  const notices = new Notices({
    ...recovery, devices, recoveryCodes,
    endEverything: ({ id, entrance }) => (entrance === '/console' ? revocations.revoke({ kind: 'user', subject: id, issuedBefore: clock(), by: 'this was not me' }) : endEverythingOf(id, 'this was not me')),
  })
  /** Inside of a transaction nothing else may be asked: where one connection is all there is, it would wait for itself. */
  const notifierOf = (principalOf: (id: string) => string) => async (ctx: Context, id: string, notice: Parameters<NotifyMember>[2] | SecurityNotice, tx?: Executor): Promise<void> => {
    const tell = async (executor: Executor): Promise<void> => {
      const owner = await findOwner(executor, principalOf(id))
      const to = owner && mailAddressOf(owner)
      if (!owner || (!to && !('to' in notice && notice.to))) return
      if (notice.letter === 'code') await mail.queue(executor, { to: to!, template: 'code', model: { code: notice.code, purpose: notice.purpose, minutes: notice.minutes } })
      else await notices.tell(executor, owner, { template: notice.letter, where: whereaboutsOf(originOf(ctx)), details: notice, about: 'about' in notice ? notice.about : undefined, to: ('to' in notice && notice.to) || to })
    }
    await (tx ? tell(tx) : database.transaction(tell))
  }
  const resets = { ...recovery, store, budgets, log }
  return {
    notices, whereaboutsOf, endEverythingOf, notify: notifierOf(userPrincipal), notifyRoot: notifierOf(rootPrincipal),
    resets: new Resets({
      ...resets, entrance: '/start/', isKeptElsewhere: ({ id }) => passwordWay.isElsewhere(id),
      lookUp: async (name) => {
        const byName = await users.findByUserName(name)
        return (byName ? [byName] : isMailAddress(name) ? await users.findByAddress(name) : []).map(personAsOwner)
      },
    }),
    rootResets: new Resets({ ...resets, entrance: '/console', lookUp: async (name) => [await accounts.findByRootEmail(name)].flatMap((account) => (account ? rootAsOwner(account) : [])) }),
    invitations: new Invitations({ ...recovery, budgets }), addresses: new OwnAddresses({ ...recovery, store, codes: mailedCodes }), rootAddresses: new RootAddresses(recovery),
  }
}

export type Letters = ReturnType<typeof lettersOf>
