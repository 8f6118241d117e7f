// Lists of what is in an account: searched by name, and read page by page after the last name that was shown.
import type { Page, SearchRequest } from '../../domain/accounts/index.js'
import type { Form } from '../middleware/form.js'
import { queryOf } from '../middleware/form.js'
import type { ConsoleVisit } from './visit.js'

const perPage = 25
const longestQuery = 100

/** A row of a list. */
export interface Row {
  url: string
  name: string
  /** What else is worth knowing, each in a few words. */
  facts: string[]
}

export type ListRequest = SearchRequest

export interface Listing<Item> {
  /** The page's address, such as `/console/users`. */
  url: string
  title: string
  lead: string
  /** What one of them is called, and several. */
  noun: string
  nouns: string
  find: (request: ListRequest) => Promise<Page<Item>>
  row: (item: Item) => Row
  /** What whoever may make one is offered. */
  create?: { url: string; text: string }[]
  /** What was done a moment ago. */
  done?: string | undefined
}

/** Shows a list. */
export async function showList<Item>({ ctx, show }: ConsoleVisit, { url, find, row, create = [], ...words }: Listing<Item>): Promise<void> {
  const { q = '', after } = queryOf(ctx)
  const query = q.trim().slice(0, longestQuery)
  const { items, next } = await find({ limit: perPage, ...(query && { search: query }), ...(after !== undefined && { after }) })
  await show('console/list', {
    ...words, url, query, create, rows: items.map(row),
    nextUrl: next === undefined ? undefined : addressOf(url, { q: query, after: next }),
    firstUrl: after === undefined ? undefined : addressOf(url, { q: query }),
  })
}

/** Spells an address with what it asks for; what is empty is left out. */
export function addressOf(path: string, query: Form): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return search ? `${path}?${search}` : path
}

/** Says a day as lists do. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
