// The letters about requests, queued in the transaction of what they tell of.
import { primaryEmail } from '../directory/index.js'
import type { Email } from '../directory/index.js'
import { isMailAddress, type MailQueue } from '../../platform/mail/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { AccessRequest } from './history.js'
import type { Approver } from './requestable.js'

/** Of many approvers only so many are written to; all of them find the request in the portal. */
const mostLetters = 50

const about = ({ account, permissionSet, id }: AccessRequest) => ({ permissionSet: permissionSet.name, account: account.name, accountId: account.id, link: `/start/requests/${id}` })

const asking = (request: AccessRequest) => ({ ...about(request), displayName: request.user.displayName, userName: request.user.userName, seconds: request.duration, reason: request.reason })

const addressesOf = (approvers: readonly Approver[]): string[] => [...new Set(approvers.map(({ emails }) => primaryEmail(emails) ?? '').filter(isMailAddress))].slice(0, mostLetters)

/** Writes to those who may answer. */
export async function tellApprovers(tx: Executor, mail: MailQueue, request: AccessRequest, approvers: readonly Approver[]): Promise<void> {
  for (const to of addressesOf(approvers)) await mail.queue(tx, { to, template: 'access-requested', model: asking(request) })
}

/** Writes to them again, because nobody answered. */
export async function remindApprovers(tx: Executor, mail: MailQueue, request: AccessRequest, approvers: readonly Approver[]): Promise<void> {
  for (const to of addressesOf(approvers)) await mail.queue(tx, { to, template: 'access-waiting', model: { ...asking(request), askedAt: request.askedAt.getTime(), expiresAt: request.expiresAt.getTime() } })
}

/** What a requester is told. */
export type News = { kind: 'granted' } | { kind: 'ending' } | { kind: 'denied' | 'ended'; by: string; reason: string | undefined } | { kind: 'expired' }

/** Writes to whoever asked; those without an address find it in the portal. */
export async function tellRequester(tx: Executor, mail: MailQueue, request: AccessRequest, news: News): Promise<void> {
  const [row] = await tx.query<{ emails: Email[] }>('select emails from users where id = $1 and active', [request.user.id])
  const to = primaryEmail(row?.emails ?? []) ?? ''
  if (!isMailAddress(to)) return
  if (news.kind === 'granted') {
    await mail.queue(tx, { to, template: 'access-granted', model: { ...about(request), startsAt: request.startsAt!.getTime(), endsAt: request.endsAt!.getTime(), isExtension: request.extends !== undefined } })
  } else if (news.kind === 'ending') {
    await mail.queue(tx, { to, template: 'access-ending', model: { ...about(request), endsAt: request.endsAt!.getTime() } })
  } else {
    const { by, reason } = news.kind === 'expired' ? { by: undefined, reason: undefined } : news
    await mail.queue(tx, { to, template: 'access-closed', model: { ...about(request), outcome: news.kind, by, reason } })
  }
}
