// Pages of one thing, such as a user or a policy: what their forms may ask for, by the names of operations. What cannot
// be taken back is asked for once more first, on a page of its own.
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

export interface Change {
  /** Fields that are handed on as parameters of the operation. */
  fields?: string[]
  /** What the page says afterwards. */
  done: string
  /** What is asked first. */
  ask?: { title: string; text: (fields: Form) => string; button: string }
  /** Where it leads, when not back to the thing. */
  next?: string
  /** Parameters as the operation has them, where fields are something else. */
  parameters?: (fields: Form) => Record<string, string>
}

/** By the names of operations. */
export type Changes = Readonly<Record<string, Change>>

/** What a thing says that was made, or got something, on a page of its own. */
const made: ReadonlyMap<string, string> = new Map([
  ['CreateUser', 'The user is made.'], ['CreateGroup', 'The group is made.'], ['CreateRole', 'The role is made.'], ['CreatePolicy', 'The policy is made.'], ['CreateProvider', 'The provider is made.'],
  ['Password', 'The password is set.'], ['Policy', 'The policy is saved.'], ['Trust', 'The trust policy is saved.'], ['Version', 'The new version is saved.'],
])

/** What a page is about. */
export interface Thing {
  path: string
  /** What the address says beside the path. */
  query?: Record<string, string>
  title: string
  /** Parameters that say which one is meant. */
  fixed: Record<string, string>
}

export type ShowThing<Found extends Thing> = (visit: ConsoleVisit, thing: Found, said: { done: string | undefined; failed: Failed | undefined }) => Promise<void>

interface Options<Found extends Thing> {
  changes: Changes
  find: (visit: ConsoleVisit) => Promise<Found>
  show: ShowThing<Found>
}

/** The page of a thing: itself, or what is asked before a change. */
export const thingPage = <Found extends Thing>({ changes, find, show }: Options<Found>): ConsolePage => async (visit) => {
  const thing = await find(visit)
  const { change, done: was, ...fields } = queryOf(visit.ctx)
  const asked = change !== undefined && Object.hasOwn(changes, change) ? changes[change] : undefined
  if (!change || !asked?.ask) return show(visit, thing, { done: was === undefined ? undefined : Object.hasOwn(changes, was) ? changes[was]?.done : made.get(was), failed: undefined })
  const { title, text, button } = asked.ask
  const handed = Object.entries(fields).filter(([name]) => asked.fields?.includes(name)).map(([name, value]) => ({ name, value }))
  await visit.show('console/confirm', { title, about: thing.title, text: text(fields), button, change, fields: handed, action: urlOf(thing), backUrl: urlOf(thing) })
}

/** Does what a form on the page of a thing asks for. */
export const changeThing = <Found extends Thing>({ changes, find, show }: Options<Found>): ConsolePage => async (visit) => {
  const { change: name = '', ...fields } = formOf(visit.ctx)
  const change = Object.hasOwn(changes, name) ? changes[name] : undefined
  if (!change) throw new Refusal('not-found', 'This page does not do that.')
  const thing = await find(visit)
  const given = change.parameters?.(fields) ?? Object.fromEntries((change.fields ?? []).map((field) => [field, fields[field] ?? '']))
  const isDone = await done(visit, () => visit.run(name, { ...thing.fixed, ...given }), (failed) => show(visit, thing, { done: undefined, failed }))
  if (isDone) visit.goTo(change.next ?? urlOf(thing, { done: name }))
}

/** Spells the address of a thing. */
export const urlOf = ({ path, query }: Pick<Thing, 'path' | 'query'>, more: Record<string, string> = {}): string => addressOf(path, { ...query, ...more })

/** The address that asks before a change, for those who may make it. */
export const askUrl = (may: boolean, thing: Thing, change: string, fields: Record<string, string> = {}): string | undefined => (may ? urlOf(thing, { change, ...fields }) : undefined)
