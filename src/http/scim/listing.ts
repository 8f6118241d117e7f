// Lists (RFC 7644 section 3.4.2): filtered, sorted, by index or by cursor (RFC 9865).
import { createHash } from 'node:crypto'
import type { DirectoryFound, DirectoryQuery } from '../../domain/directory/index.js'
import { findAttribute } from './attributes.js'
import { invalid, meaning } from './errors.js'
import { readFilter } from './filter.js'
import { namesOf } from './projection.js'
import { urns, type ResourceSchema } from './schema.js'
import type { Value } from './values.js'

export const mostPerPage = 100

/** What may be asked of a list, from a query or from the body of a search. */
export interface ListQuestion {
  filter?: string | undefined
  sortBy?: string | undefined
  sortOrder?: string | undefined
  startIndex?: number | undefined
  count?: number | undefined
  cursor?: string | undefined
  attributes?: readonly string[] | undefined
  excludedAttributes?: readonly string[] | undefined
}

/** Reads the query of a list. */
export function questionOfQuery(query: URLSearchParams): ListQuestion {
  const one = (name: string): string | undefined => query.getAll(name)[0]
  return {
    filter: one('filter'), sortBy: one('sortBy'), sortOrder: one('sortOrder'), startIndex: numberOf('startIndex', one('startIndex')), count: numberOf('count', one('count')), cursor: one('cursor'),
    attributes: namesOf(one('attributes')), excludedAttributes: namesOf(one('excludedAttributes')),
  }
}

/** Reads the body of a search. */
export function questionOfBody(body: Value): ListQuestion {
  if (!Array.isArray(body.schemas) || !body.schemas.includes(urns.search)) throw invalid('invalidSyntax', `A search has the schema ${urns.search}.`)
  const text = (name: string): string | undefined => {
    const value = body[name] ?? undefined
    if (value !== undefined && typeof value !== 'string') throw invalid('invalidValue', `${name} has to be text.`)
    return value
  }
  const names = (name: string): string[] | undefined => {
    const value = body[name] ?? undefined
    if (value !== undefined && !(Array.isArray(value) && value.every((one) => typeof one === 'string'))) throw invalid('invalidValue', `${name} has to be a list of text.`)
    return value && namesOf((value as string[]).join(','))
  }
  return {
    filter: text('filter'), sortBy: text('sortBy'), sortOrder: text('sortOrder'), startIndex: numberOf('startIndex', body.startIndex), count: numberOf('count', body.count), cursor: text('cursor'),
    attributes: names('attributes'), excludedAttributes: names('excludedAttributes'),
  }
}

function numberOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 1e9) throw invalid(name === 'count' ? 'invalidCount' : 'invalidValue', `${name} has to be a whole number.`)
  return number
}

/** Answers a question with what was found and how each is spelled. */
export async function listOf<Item>(question: ListQuestion, schema: ResourceSchema, find: (query: DirectoryQuery) => Promise<DirectoryFound<Item>>, spell: (items: Item[]) => Promise<Value[]>): Promise<Value> {
  const { filter, cursor, startIndex = 1, count = mostPerPage } = question
  if (cursor !== undefined && question.startIndex !== undefined) throw invalid('invalidValue', 'A list is read either by startIndex or by cursor.')
  if (cursor !== undefined && count < 1) throw invalid('invalidCount', 'With a cursor, count is at least 1.')
  const mark = markOf(question, schema)
  const order = orderOf(question, schema)
  const offset = Math.max(0, startIndex - 1)
  const query: DirectoryQuery = {
    ...order, limit: Math.min(Math.max(0, count), mostPerPage), condition: filter === undefined || filter.trim() === '' ? undefined : readFilter(filter, schema),
    ...(cursor === undefined ? { offset } : { after: cursor === '' ? undefined : placeOf(cursor, mark) }),
  }
  const { items, total, next } = await meaning('invalidFilter', () => find(query))
  const resources = await spell(items)
  return {
    schemas: [urns.list], totalResults: total, itemsPerPage: resources.length, ...(cursor === undefined && { startIndex: offset + 1 }),
    ...(cursor !== undefined && next && { nextCursor: cursorOf(next, mark) }), Resources: resources,
  }
}

function orderOf({ sortBy, sortOrder = 'ascending' }: ListQuestion, schema: ResourceSchema): Pick<DirectoryQuery, 'sortBy' | 'descending'> {
  const order = sortOrder.toLowerCase()
  if (order !== 'ascending' && order !== 'descending') throw invalid('invalidValue', 'sortOrder is ascending or descending.')
  if (sortBy === undefined || sortBy === '') return {}
  const named = findAttribute(sortBy, schema)
  if (!named) throw invalid('invalidPath', `There is no attribute ${sortBy.slice(0, 100)} to sort by.`)
  const isWhole = named.attribute.type === 'complex' && !named.part && !named.attribute.multiValued
  return { sortBy: isWhole ? `${named.path}.${named.attribute.name === 'name' ? 'formatted' : 'value'}` : named.path, descending: order === 'descending' }
}

/** What a cursor is good for: the same list in the same order. */
const markOf = ({ filter = '', sortBy = '', sortOrder = '' }: ListQuestion, { name }: ResourceSchema): string =>
  createHash('sha256').update(JSON.stringify([name, filter, sortBy.toLowerCase(), sortOrder.toLowerCase()])).digest('base64url').slice(0, 12)

const cursorOf = (place: readonly string[], mark: string): string => Buffer.from(JSON.stringify([mark, ...place])).toString('base64url')

function placeOf(cursor: string, mark: string): string[] {
  try {
    const [was, ...place] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (cursor.length <= 8192 && was === mark && place.every((one) => typeof one === 'string' && one.isWellFormed() && !one.includes('\0'))) return place as string[]
  } catch {
    // Said below.
  }
  throw invalid('invalidCursor', 'The cursor is of another list, or none.')
}
