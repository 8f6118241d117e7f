// Before it happens: who would gain and who would lose what through a change, shown to those who may look ahead, with the
// button that does it.
import { Refusal } from '../../platform/errors.js'
import type { Wish } from '../middleware/asking.js'
import type { Form } from '../middleware/form.js'
import { foreseenModel, type ForeseenAnswer } from './foresight-models.js'
import type { AdminVisit } from './visit.js'

/** Why something cannot be done yet, and where that is mended. */
export interface Obstacle {
  text: string
  link?: { url: string; text: string }
}

export interface Foresight<Found> {
  title: string
  button: string
  /** It takes something away for good. */
  isGrave?: boolean
  /** Fields of the form that the button hands on. */
  fields?: string[] | ((fields: Form) => string[])
  /** What the change takes: whoever may not make it is not shown what it would do. */
  wishes: (visit: AdminVisit, thing: Found) => readonly Wish[]
  /** The change as the preview takes it. */
  change: (visit: AdminVisit, thing: Found, fields: Form) => Promise<Record<string, unknown>>
  /** What is said where nobody gains or loses anything. */
  nothing?: string
  /** What there is to say beside. */
  text?: (visit: AdminVisit, thing: Found, fields: Form) => string | Promise<string>
  obstacle?: (visit: AdminVisit, thing: Found) => Promise<Obstacle | undefined>
}

/** What a form has that was sent from the page which shows what would happen. */
export const foreseen = { name: 'foreseen', value: 'yes' }

/** True for those who may look ahead and may make the change. */
export async function mayForesee({ may, places: { instanceArn } }: AdminVisit, wishes: readonly Wish[]): Promise<boolean> {
  const all: readonly Wish[] = [{ action: 'gatehouse:PreviewChange', resource: instanceArn }, ...wishes]
  return Object.values(await may(Object.fromEntries(all.map((wish, at) => [`${at}`, wish])))).every(Boolean)
}

/** What the page is about, and where its form goes. */
export interface Shown {
  title: string
  about: string
  text: string | undefined
  button: string | undefined
  isGrave?: boolean
  obstacle?: Obstacle | undefined
  /** The name of the change. */
  change: string
  action: string
  backUrl: string
  fields: { name: string; value: string }[]
  /** Leads back into an editor, with what was written there. */
  again?: string
  /** What is said where nobody gains or loses anything. */
  nothing?: string | undefined
}

/** Looks ahead, and shows what would happen. */
export async function showForeseen(visit: AdminVisit, change: Record<string, unknown>, { again, obstacle, nothing, isGrave = false, ...shown }: Shown): Promise<void> {
  await visit.show('admin/foresight', { ...shown, again, obstacle, nothing, isGrave, ...await lookAhead(visit, change), fields: [...shown.fields, foreseen] })
}

/** What the pages show of a change that is looked at. */
export async function lookAhead(visit: AdminVisit, change: Record<string, unknown>): Promise<object> {
  const answer = await inTime(() => visit.ssoAdmin('PreviewChange', change))
  return { isLate: !answer, ...(answer ? foreseenModel(answer as unknown as ForeseenAnswer) : { policies: undefined }) }
}

/** What concerns everybody may take longer than a page waits: undefined then, and it can be done all the same. */
export async function inTime<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') return undefined
    throw error
  }
}

/** The same for a change of a thing. */
export async function foresee<Found extends { path: string; title: string }>(visit: AdminVisit, thing: Found, foresight: Foresight<Found>, { name, fields }: { name: string; fields: Form }): Promise<void> {
  const { title, button, isGrave = false, change, text, obstacle, nothing } = foresight
  const handed = typeof foresight.fields === 'function' ? foresight.fields(fields) : foresight.fields ?? []
  const blocked = await obstacle?.(visit, thing)
  await showForeseen(visit, await change(visit, thing, fields), {
    title, about: thing.title, text: await text?.(visit, thing, fields), button: blocked ? undefined : button, isGrave, nothing, obstacle: blocked, change: name, action: thing.path, backUrl: thing.path,
    fields: handed.map((field) => ({ name: field, value: fields[field] ?? '' })),
  })
}
