// Events told plainly: who did what to what, whether it went well, and what it changed.
import { spelledAccountId } from '../../platform/templates/index.js'

export interface EventShape {
  eventID: string
  eventName: string
  eventSource: string
  eventTime: string
  sourceIPAddress: string
  userAgent: string
  requestID: string
  recipientAccountId?: string
  errorCode?: string
  errorMessage?: string
  userIdentity?: { type: string; arn?: string; accountId?: string; userName?: string; invokedBy?: string; accessKeyId?: string; onBehalfOf?: { userId: string } }
  requestParameters?: Record<string, unknown> | null
  responseElements?: Record<string, unknown> | null
  additionalEventData?: Record<string, unknown>
  serviceEventDetails?: Record<string, unknown>
}

/** What people are called, by their ids. */
export type Names = Readonly<Record<string, string>>

/** Makes words of an event's name: `CreateUser` is “Create user”. */
export function inWords(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
  const [first = '', ...others] = words.split(' ')
  return [first, ...others.map((word) => (/^[A-Z][a-z]/.test(word) ? word.toLowerCase() : word))].join(' ')
}

/** Says who it was, as shortly as tells them apart. */
export function whoIn({ userIdentity }: EventShape, names: Names): string {
  if (!userIdentity) return 'Somebody unknown'
  const { type, arn = '', accountId, userName, invokedBy, onBehalfOf } = userIdentity
  const person = onBehalfOf && names[onBehalfOf.userId]
  if (type === 'Root') return `Root user${accountId ? ` of ${spelledAccountId(accountId)}` : ''}`
  return spelledSession(arn, person) ?? person ?? userName ?? invokedBy ?? onBehalfOf?.userId ?? (arn || (type === 'Unknown' ? 'Somebody unknown' : type))
}

/** Says a role's session in words, by its ARN; undefined for the ARN of anything else. */
export function spelledSession(arn: string, person?: string): string | undefined {
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? []
  return role && `${person ?? session ?? ''} as ${role.replace(/^AWSReservedSSO_(.+)_[0-9a-f]{16}$/, '$1')}`
}

export const hasFailed = ({ errorCode, responseElements, serviceEventDetails }: EventShape): boolean => errorCode !== undefined || Object.values({ ...responseElements, ...serviceEventDetails }).includes('Failure')

/** Says why it failed, and what to do about it where the event knows. */
export function whyFailed(event: EventShape): string | undefined {
  if (!hasFailed(event)) return undefined
  const { says, advice } = event.additionalEventData ?? {}
  const told = [says, advice].filter((text) => typeof text === 'string').join(' ')
  return told || [event.errorCode, event.errorMessage?.slice(0, 300)].filter(Boolean).join(': ') || undefined
}

const mostTold = 160

/** What it was about, by the names in its request; documents and whatever else is long stand in the record only. */
export function whatIn({ requestParameters }: EventShape): string {
  const told = Object.entries(requestParameters ?? {}).filter(([key, value]) => /(name|arn|id|number|alias|principal)$/i.test(key) && !isOurs(key) && typeof value === 'string' && value !== '' && value.length <= 200).map(([, value]) => value as string)
  const text = [...new Set(told)].join(', ')
  return text.length > mostTold ? `${text.slice(0, mostTold)}…` : text
}

/** There is only one of each. */
const isOurs = (key: string): boolean => key === 'instanceArn' || key === 'identityStoreId'

export interface ToldChange {
  name: string
  before: string
  after: string
}

const mostChanges = 60
const longestValue = 400

/** What a change made of what: only the parts that differ. */
export function changesIn({ eventName, additionalEventData = {}, requestParameters }: EventShape): ToldChange[] {
  if (!('before' in additionalEventData) && !('after' in additionalEventData)) return []
  const before = parts(additionalEventData.before)
  const isGone = /^(Delete|Remove|Close|Purge)/.test(eventName)
  // Where an event does not say what it is like now, what was asked for does.
  const after = 'after' in additionalEventData ? parts(additionalEventData.after) : parts(requestParameters)
  const names = 'after' in additionalEventData ? [...new Set([...before.keys(), ...after.keys()])] : [...before.keys()]
  return names.filter((name) => (before.get(name) ?? '') !== (after.get(name) ?? '')).slice(0, mostChanges)
    .map((name) => ({ name: spelledPath(name), before: before.get(name) ?? '', after: after.get(name) ?? (isGone || 'after' in additionalEventData ? '' : 'as the record says') }))
}

const spelledPath = (path: string): string => inWords(path.replace(/^./, (letter) => letter.toUpperCase())).replaceAll('.', ' › ')

/** The leaves of a value by their paths. */
function parts(value: unknown, path = '', found = new Map<string, string>(), depth = 0): Map<string, string> {
  if (value === undefined || value === null) return found
  if (typeof value === 'object' && !Array.isArray(value) && depth < 6) for (const [key, part] of Object.entries(value)) parts(part, path ? `${path}.${key}` : key, found, depth + 1)
  else found.set(path || 'value', shown(value))
  return found
}

function shown(value: unknown): string {
  const text = Array.isArray(value) && value.every((one) => typeof one !== 'object') ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}
