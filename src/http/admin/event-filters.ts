// What the page of events asks for by its fields, which have the names that the operation knows.
import type { Form } from '../middleware/form.js'
import { addressOf } from '../middleware/listing.js'

export const eventsUrl = '/admin/events'

/** Those that stand in front; the rest is behind “More fields”. */
const inFront = ['Text', 'Outcome'] as const
const behind = ['User', 'AccountId', 'EventName', 'EventSource', 'SourceIPAddress', 'AccessKeyId', 'SessionId', 'RequestId', 'StartTime', 'EndTime'] as const
export const filterNames = [...inFront, ...behind]
const longest = 256

export type Filters = Record<string, string>

/** Reads what was asked for; what is empty was not. */
export const filtersIn = (form: Form): Filters =>
  Object.fromEntries(filterNames.flatMap((name) => {
    const text = form[name]?.trim().slice(0, longest)
    return text ? [[name, text]] : []
  }))

export const hasMore = (filters: Filters): boolean => behind.some((name) => filters[name] !== undefined)

/** The address of a search. */
export const searchUrl = (filters: Filters, more: Form = {}): string => addressOf(eventsUrl, { ...filters, ...more })
