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
}

/** Looks ahead, and shows what would happen. */
export async function showForeseen(visit: AdminVisit, change: Record<string, unknown>, { again, obstacle, isGrave = false, ...shown }: Shown): Promise<void> {
  const answer = await answerInTime(visit, change)
  await visit.show('admin/foresight', { ...shown, again, obstacle, isGrave, isLate: !answer, ...(answer ? foreseenModel(answer) : { policies: undefined }), fields: [...shown.fields, foreseen] })
}

/** What concerns everybody may take longer than a page waits: undefined then, and it can be done all the same. */
async function answerInTime(visit: AdminVisit, change: Record<string, unknown>): Promise<ForeseenAnswer | undefined> {
  try {
    return await visit.ssoAdmin('PreviewChange', change) as unknown as ForeseenAnswer
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') return undefined
    throw error
  }
}

/** The same for a change of a thing. */
export async function foresee<Found extends { path: string; title: string }>(visit: AdminVisit, thing: Found, foresight: Foresight<Found>, { name, fields }: { name: string; fields: Form }): Promise<void> {
  const { title, button, isGrave = false, change, text, obstacle } = foresight
  const handed = typeof foresight.fields === 'function' ? foresight.fields(fields) : foresight.fields ?? []
  const blocked = await obstacle?.(visit, thing)
  await showForeseen(visit, await change(visit, thing, fields), {
    title, about: thing.title, text: await text?.(visit, thing, fields), button: blocked ? undefined : button, isGrave, obstacle: blocked, change: name, action: thing.path, backUrl: thing.path,
    fields: handed.map((field) => ({ name: field, value: fields[field] ?? '' })),
  })
}
