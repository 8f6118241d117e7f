// /admin/access/look-up: whatever somebody pastes, an access key id, a session's name or a reference number, and who is behind it.
import type { Router } from '@koa/router'
import { queryOf } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'
import { eventsUrl } from './event-filters.js'
import type { AdminOptions } from './options.js'
import { hasFailed, inWords, whyFailed, type EventShape } from './telling.js'
import type { AdminPage, MakePage } from './visit.js'

interface FoundAnswer {
  Kind: 'access-key' | 'session-name' | 'access-request' | 'reference'
  Person?: { UserId: string; UserName: string; DisplayName: string; Active: boolean }
  Identity?: { type?: string; arn?: string; userName?: string; accountId?: string }
  Account?: { AccountId: string; AccountName?: string }
  Role?: string
  Key?: { AccessKeyId: string; IssuedBy: string; IssuedAt?: number; ExpiresAt?: number; State: 'in-force' | 'expired' | 'revoked' | 'inactive'; MadeWith: string[] }
  Request?: { RequestId: string; State: string; UserName: string; AccountName: string; PermissionSetName: string; Reason: string; AskedAt: number; StartsAt?: number; EndsAt?: number }
  Events: EventShape[]
}

const kinds: Readonly<Record<FoundAnswer['Kind'], string>> = { 'access-key': 'Access key', 'session-name': 'Session name', 'access-request': 'Request', reference: 'Reference number' }
const states = { 'in-force': 'in force', expired: 'expired', revoked: 'ended before its time', inactive: 'deactivated' }
const mostEvents = 20

/** True for what can be nothing but something to look up. */
export const isPasted = (text: string): boolean => /^(A(KIA|SIA)[A-Z2-7]{16}|req-[0-9a-f]{16}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text)

export const lookUpUrl = (text: string): string => addressOf('/admin/access/look-up', { q: text })

export function mountLookUp(router: Router, page: MakePage, { csrf }: AdminOptions): void {
  router.get('/access/look-up', csrf, page(lookUp))
}

const lookUp: AdminPage = async (visit) => {
  const query = (queryOf(visit.ctx).q ?? '').trim().slice(0, 256)
  if (query === '') await visit.require({ action: 'gatehouse:LookUp', resource: visit.places.instanceArn })
  const { Found } = query === '' ? {} : await visit.ssoAdmin('LookUp', { Text: query })
  const found = Found as FoundAnswer | undefined
  const { revoke } = await visit.may({ revoke: { action: 'gatehouse:RevokeAccess', resource: visit.places.instanceArn } })
  await visit.show('admin/look-up', {
    query, isNothing: query !== '' && found === undefined,
    found: found && {
      kind: kinds[found.Kind], facts: factsOf(found), person: found.Person && { name: found.Person.DisplayName, url: `/admin/users/${found.Person.UserId}`, isDisabled: !found.Person.Active },
      endUrl: revoke && found.Person ? addressOf('/admin/access/end', { user: found.Person.UserId }) : undefined,
      events: found.Events.slice(0, mostEvents).map(eventModel(visit.sections.some(({ name }) => name === 'events'))), isMore: found.Events.length > mostEvents,
    },
  })
}

const eventModel = (areOpen: boolean) => (event: EventShape): object => ({
  name: inWords(event.eventName), url: areOpen ? `${eventsUrl}/${event.eventID}` : undefined, at: event.eventTime, who: event.userIdentity?.arn ?? event.userIdentity?.userName, address: event.sourceIPAddress,
  isFailed: hasFailed(event), why: whyFailed(event),
})

const isoOf = (seconds: number | undefined): string | undefined => (seconds === undefined ? undefined : new Date(seconds * 1000).toISOString())

function factsOf({ Person, Identity, Account, Role, Key, Request }: FoundAnswer): object[] {
  const texts: [string, string | undefined][] = [
    ['User name', Person?.UserName], ['Who', Person ? undefined : Identity?.arn ?? Identity?.userName ?? Identity?.type], ['Account', Account && [Account.AccountName, Account.AccountId].filter(Boolean).join(' · ')], ['Role', Role],
    ['Access key', Key?.AccessKeyId], ['State', Key && states[Key.State]], ['Issued by', Key?.IssuedBy], ['Made with', Key?.MadeWith.join(', ')],
    ['Request', Request && `${Request.PermissionSetName} in ${Request.AccountName}, ${Request.State}`], ['Reason', Request?.Reason],
  ]
  const times: [string, string | undefined][] = [['Issued', isoOf(Key?.IssuedAt)], [Key?.State === 'expired' ? 'Expired' : 'Good until', isoOf(Key?.ExpiresAt)], ['Granted until', isoOf(Request?.EndsAt)]]
  return [...texts.flatMap(([term, text]) => (text ? [{ term, text }] : [])), ...times.flatMap(([term, at]) => (at === undefined ? [] : [{ term, at }]))]
}
