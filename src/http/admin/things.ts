// Pages of one thing, such as a person or a group: what their forms may ask for, by name. What takes something away is
// asked for once more first, on a page of its own; of what changes people's access, that page says how.
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf, type Form } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { foresee, foreseen, mayForesee, type Foresight } from './foresight.js'
import type { AdminPage, AdminVisit } from './visit.js'

/** What a page is about. */
export interface Thing {
  /** Its address. */
  path: string
  title: string
}

export interface Change<Found extends Thing> {
  /** Does it; where it answers with an address, that is where it leads. */
  run: (visit: AdminVisit, thing: Found, fields: Form) => Promise<unknown>
  /** What the page says afterwards. */
  done: string
  /** What is asked first. */
  ask?: { title: string; text: (visit: AdminVisit, thing: Found, fields: Form) => string | Promise<string>; button: string; fields?: string[] | ((fields: Form) => string[]) }
  /** What those who may look ahead are shown first, in the place of what is asked. */
  foresight?: Foresight<Found>
  /** Where it leads, when not back to the thing. */
  next?: string
}

export type Changes<Found extends Thing> = Readonly<Record<string, Change<Found>>>

export interface Said {
  done: string | undefined
  failed: Failed | undefined
}

export interface ThingPages<Found extends Thing> {
  changes: Changes<Found>
  find: (visit: AdminVisit) => Promise<Found>
  show: (visit: AdminVisit, thing: Found, said: Said) => Promise<void>
}

/** The page of a thing: itself, or what is asked before a change. */
export const thingPage = <Found extends Thing>({ changes, find, show }: ThingPages<Found>): AdminPage => async (visit) => {
  const thing = await find(visit)
  const { change: name, done: was, ...fields } = queryOf(visit.ctx)
  const change = name !== undefined && Object.hasOwn(changes, name) ? changes[name] : undefined
  const again = (failed: Failed): Promise<void> => show(visit, thing, { done: undefined, failed })
  if (name !== undefined && change && await isForeseen(visit, thing, change)) {
    await done(visit, () => foresee(visit, thing, change.foresight!, { name, fields }), again)
  } else if (name !== undefined && change?.ask) {
    await done(visit, () => ask(visit, thing, change.ask!, { name, fields }), again)
  } else {
    await show(visit, thing, { done: was !== undefined && Object.hasOwn(changes, was) ? changes[was]?.done : undefined, failed: undefined })
  }
}

async function isForeseen<Found extends Thing>(visit: AdminVisit, thing: Found, { foresight }: Change<Found>): Promise<boolean> {
  return foresight !== undefined && mayForesee(visit, foresight.wishes(visit, thing))
}

async function ask<Found extends Thing>(visit: AdminVisit, thing: Found, { title, button, text, fields: handed = [] }: NonNullable<Change<Found>['ask']>, { name, fields }: { name: string; fields: Form }): Promise<void> {
  await visit.show('admin/person-confirm', {
    title, button, about: thing.title, text: await text(visit, thing, fields), change: name, action: thing.path, backUrl: thing.path,
    fields: (typeof handed === 'function' ? handed(fields) : handed).map((field) => ({ name: field, value: fields[field] ?? '' })),
  })
}

/** Does what a form on the page of a thing asks for; what it would do is shown first to those who may look ahead. */
export const changeThing = <Found extends Thing>({ changes, find, show }: ThingPages<Found>): AdminPage => async (visit) => {
  const { change: name = '', [foreseen.name]: seen, ...fields } = formOf(visit.ctx)
  const change = Object.hasOwn(changes, name) ? changes[name] : undefined
  if (!change) throw new Refusal('not-found', 'This page does not do that.')
  const thing = await find(visit)
  const again = (failed: Failed): Promise<void> => show(visit, thing, { done: undefined, failed })
  if (seen !== foreseen.value && await isForeseen(visit, thing, change)) await done(visit, () => foresee(visit, thing, change.foresight!, { name, fields }), again)
  else if (await done(visit, () => change.run(visit, thing, fields), again)) visit.goTo(addressOf(change.next ?? thing.path, { done: name }))
}

/** The address that asks before a change, for those who may make it. */
export const askUrl = (may: boolean | undefined, { path }: Thing, change: string, fields: Record<string, string> = {}): string | undefined => (may ? addressOf(path, { change, ...fields }) : undefined)

export const nothingFailed = { problem: undefined, faults: undefined, retryAfter: undefined }

/** What is made of a form's field that may be left empty. */
export const orNothing = (text: string | undefined): string | undefined => text?.trim() || undefined
