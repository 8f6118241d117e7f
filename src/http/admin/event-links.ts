// Where an event leads: the people, groups, accounts and permission sets that it names, and what else was done in its
// session, with its key, from its address.
import { searchUrl } from './event-filters.js'
import { spelledAccountId } from '../../platform/templates/index.js'
import type { EventShape, Names } from './telling.js'

interface Link {
  term: string
  text: string
  url: string
}

/** What is gone has no page any more. */
type Thing = Omit<Link, 'url'> & { url: string | undefined }

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
const isAccount = (value: unknown): value is string => typeof value === 'string' && /^\d{12}$/.test(value)

/** The pages of what an event is about. */
export function thingsIn({ requestParameters, responseElements, recipientAccountId }: EventShape, person: string | undefined, names: Names): Thing[] {
  const told = { ...responseElements, ...requestParameters }
  const text = (key: string): string | undefined => (typeof told[key] === 'string' ? told[key] : undefined)
  const member = (told.memberId as { userId?: unknown } | undefined)?.userId
  const isOfGroup = text('principalType') === 'GROUP'
  const [user, group] = [text('userId') ?? member ?? (isOfGroup ? undefined : text('principalId')), text('groupId') ?? (isOfGroup ? text('principalId') : undefined)]
  const set = /ps-[\w.-]{16}$/.exec(text('permissionSetArn') ?? '')?.[0]
  const account = [text('accountId'), text('targetId')].find(isAccount) ?? recipientAccountId
  return [
    ...(person && person !== user && names[person] ? [{ term: 'By or to', text: names[person], url: `/admin/users/${person}` }] : []),
    ...(isId(user) ? [{ term: 'Person', text: text('userName') ?? names[user] ?? user, url: names[user] === undefined ? undefined : `/admin/users/${user}` }] : []),
    ...(isId(group) ? [{ term: 'Group', text: text('displayName') ?? group, url: `/admin/groups/${group}` }] : []),
    ...(set ? [{ term: 'Permission set', text: text('permissionSetName') ?? set, url: `/admin/permission-sets/${set}` }] : []),
    ...(isAccount(account) ? [{ term: 'Account', text: spelledAccountId(account), url: `/admin/accounts/${account}` }] : []),
  ]
}

/** Searches for what belongs together. */
export function searchesIn(event: EventShape, userId: string | undefined, names: Names): Link[] {
  const { userIdentity, additionalEventData, sourceIPAddress, requestID, eventName, responseElements } = event
  const person = userIdentity?.onBehalfOf?.userId ?? userId
  const session = additionalEventData?.sessionId
  const key = userIdentity?.accessKeyId || (responseElements?.credentials as { accessKeyId?: string } | undefined)?.accessKeyId
  const search = (term: string, filter: string, value: unknown, text?: string): Link[] => (typeof value === 'string' && value !== '' ? [{ term, text: text ?? value, url: searchUrl({ [filter]: value }) }] : [])
  return [
    ...search('Of and by this person', 'User', person, names[person ?? '']), ...search('In this session', 'SessionId', session), ...search('With this access key', 'AccessKeyId', key),
    ...search('From this address', 'SourceIPAddress', /^[\da-f.:]+$/i.test(sourceIPAddress) ? sourceIPAddress : undefined), ...search('Of the same kind', 'EventName', eventName), ...search('In this request', 'RequestId', requestID === event.eventID ? undefined : requestID),
  ]
}
