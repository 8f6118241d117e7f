// Pages of long lists: what comes after a key, a bounded number at once.

export interface PageRequest {
  /** The key that the page before ended with. */
  after?: string | undefined
  limit: number
}

/** A condition of SQL that another room has on the rows `t` of a list; `add` takes in a parameter and names it. */
export type Narrowing = (add: (value: unknown) => string) => string

/** A page of what has some words in its name, whatever the case. */
export interface SearchRequest extends PageRequest {
  search?: string | undefined
}

/** The same, of only those for whom something is so. */
export interface NarrowedRequest extends SearchRequest {
  those?: Narrowing | undefined
}

/** Adds a narrowing to a statement's conditions, and its parameters to the others. */
export function narrowed(those: Narrowing | undefined, parameters: unknown[]): string {
  return those ? ` and ${those((value) => `$${parameters.push(value)}`)}` : ''
}

export interface Page<Item> {
  items: Item[]
  /** The key to go on after; none on the last page. */
  next?: string
}

/** Makes a page of rows that were asked for with one more than the limit. */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string, itemOf: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(itemOf), ...(rows.length > limit && last !== undefined && { next: keyOf(last) }) }
}

/** Cuts a page out of a list that is short for certain. */
export function pageOfAll<Item>(items: readonly Item[], { after, limit }: PageRequest, keyOf: (item: Item) => string): Page<Item> {
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after)
  return pageOf(rest.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)), limit, keyOf, (item) => item)
}
