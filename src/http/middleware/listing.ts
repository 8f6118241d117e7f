// Lists: searched by name, and read page by page after the last one that was shown.
import type { Context } from 'koa'
import { queryOf, type Form } from './form.js'

const perPage = 25
const longestQuery = 100

/** What a list asks of whoever has its items. */
export interface ListRequest {
  limit: number
  /** A part of the name. */
  search?: string | undefined
  /** Which of them: one of the listing's filter. */
  show?: string | undefined
  /** The key of the last item that was shown. */
  after?: string | undefined
}

/** Some items, and where the others begin. */
export interface ListPage<Item> {
  items: Item[]
  /** The key to go on after; none on the last page. */
  next?: string | undefined
}

/** A row of a list. */
export interface Row {
  url: string
  name: string
  /** What else is worth knowing, each in a few words. */
  facts: string[]
}

export interface Listing<Item> {
  /** The page's address, such as `/console/users`. */
  url: string
  title: string
  lead: string
  /** What one of them is called, and several. */
  noun: string
  nouns: string
  /** Narrows the list to some of them, for whoever may ask. */
  filter?: Filter | undefined
  find: (request: ListRequest) => Promise<ListPage<Item>>
  row: (item: Item) => Row
  /** What whoever may make one is offered. */
  create?: { url: string; text: string }[]
  /** What was done a moment ago. */
  done?: string | undefined
}

/** What a list is narrowed to: a choice beside its search. */
export interface Filter {
  label: string
  /** What is shown without it. */
  all: string
  choices: readonly FilterChoice[]
}

interface FilterChoice {
  value: string
  text: string
  /** What there is to say of those. */
  hint?: string
}

/** Makes what the view of a list shows. */
export async function listModel<Item>(ctx: Context, { url, find, row, create = [], filter, ...words }: Listing<Item>): Promise<object> {
  const { q = '', after, show: asked = '' } = queryOf(ctx)
  const query = q.trim().slice(0, longestQuery)
  const chosen = filter?.choices.find(({ value }) => value === asked)
  const show = chosen?.value ?? ''
  const { items, next } = await find({ limit: perPage, ...(query && { search: query }), ...(show && { show }), ...(after !== undefined && { after }) })
  return {
    ...words, url, query, create, rows: items.map(row), filter: filter && filterModel(filter, show), isNarrowed: show !== '', hint: chosen?.hint,
    nextUrl: next === undefined ? undefined : addressOf(url, { q: query, show, after: next }),
    firstUrl: after === undefined ? undefined : addressOf(url, { q: query, show }),
  }
}

/** Makes what the form of a search shows of a filter. */
export const filterModel = ({ label, all, choices }: Filter, show: string): object =>
  ({ label, options: [{ value: '', text: all, selected: show === '' }, ...choices.map(({ value, text }) => ({ value, text, selected: value === show }))] })

/** Spells an address with what it asks for; what is empty is left out. */
export function addressOf(path: string, query: Form): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return search ? `${path}?${search}` : path
}

/** Says a day as lists do. */
export const dayOf = (date: Date): string => days.format(date)

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
