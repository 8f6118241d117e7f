// What a change made of what, as an event tells it: the members that differ, before and after, each as far as an event can hold it.
import { hash } from 'node:crypto'
import { canonical, storable } from './canonical.js'

export interface ToldChange {
  before: Record<string, unknown> | undefined
  after: Record<string, unknown> | undefined
}

type State = Readonly<Record<string, unknown>>

/** The characters of JSON that one value may take: more than the longest policy has. */
const longestValue = 40_000

/** Tells a change by how something was and is; undefined for what was not there, or is not any more. No secret may be among it. */
export function toldChange(before: State | undefined, after: State | undefined): ToldChange {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter((name) => !isSame(before?.[name], after?.[name]))
  const told = names.map((name) => [name, toldValue(before?.[name], after?.[name]), toldValue(after?.[name], before?.[name])] as const)
  return { before: before && Object.fromEntries(told.map(([name, was]) => [name, was])), after: after && Object.fromEntries(told.map(([name, , is]) => [name, is])) }
}

const spelled = (value: unknown): string => canonical(storable(value) ?? null)

const isSame = (one: unknown, other: unknown): boolean => one === other || spelled(one) === spelled(other)

/** A value whole; a picture or what is too long by what it can be told apart by, a list with the entries that the other side has not. */
function toldValue(value: unknown, other: unknown): unknown {
  if (value === undefined || value === null) return null
  const text = spelled(value)
  if (text.length <= (isPicture(value) ? 0 : longestValue)) return value
  const sha256 = hash('sha256', text, 'hex')
  if (!Array.isArray(value)) return { sha256, characters: text.length }
  const others = new Set((Array.isArray(other) ? other : []).map(spelled))
  const only = value.filter((entry) => !others.has(spelled(entry)))
  const shown = fitting(only)
  return { sha256, entries: value.length, onlyHere: shown, ...(shown.length < only.length && { more: only.length - shown.length }) }
}

const isPicture = (value: unknown): boolean => typeof value === 'string' && value.startsWith('data:image/')

/** As many from the beginning as an event can hold. */
function fitting(entries: readonly unknown[]): readonly unknown[] {
  let length = 0
  const end = entries.findIndex((entry) => (length += spelled(entry).length + 1) > longestValue)
  return end === -1 ? entries : entries.slice(0, end)
}
