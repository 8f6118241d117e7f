// Saved views of the audit trail: what the file says of them, and their way into and out of the database.
import { z } from 'zod'
import { mostSavedViews, SavedViews } from '../settings/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { differences, type SavedViewChange } from './change.js'
import { accountId, isStorable } from './fields.js'
import { fold } from './raw.js'
import { picked, type Writing } from './writing.js'

export interface SavedViewState {
  name: string
  filters: Readonly<Record<string, string>>
}

/** Whatever the search takes, spaces and all. */
const text = (max: number) => z.string().min(1, 'must not be empty').max(max, `must be at most ${max} characters`).refine(isStorable, 'must have no control character NUL')
const word = text(256).optional()
const time = z.string({ error: 'must be a time in quotes, such as "2026-11-21T14:30"' }).regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/, 'must be a date, or a date with a time, such as "2026-11-21T14:30"')
  .refine((text) => !Number.isNaN(Date.parse(text.slice(0, 10))), 'must be a day that there is').optional()

/** What events are searched by. */
const filters = z.strictObject({
  text: text(200).optional(), user: word, accountId: accountId.optional(), eventName: text(128).optional(), eventSource: text(128).optional(),
  outcome: z.enum(['Success', 'Failure'], { error: 'must be Success or Failure' }).optional(), accessKeyId: word, sourceIPAddress: word, requestId: word, sessionId: word, startTime: time, endTime: time,
}).refine((given) => Object.keys(given).length > 0, 'must name at least one thing to search by')

/** The schema of all of them. */
export const savedViews = z.array(z.strictObject({ name: text(80).refine((name) => name === name.trim(), 'must have no space at either end'), filters })).max(mostSavedViews, `must have at most ${mostSavedViews} entries`)

/** In the database filters have the names of the operations' members. */
const spelledWith = (change: (letter: string) => string, given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [`${change(key.charAt(0))}${key.slice(1)}`, value]))
const lower = (letter: string): string => letter.toLowerCase()
const upper = (letter: string): string => letter.toUpperCase()

/** Reads all there are. */
export const readViews = async (sql: Executor): Promise<SavedViewState[]> => (await new SavedViews(within(sql), Date.now).list()).map(({ name, filters: kept }) => ({ name, filters: spelledWith(lower, kept) }))

/** Plans what becomes of them; those of `gone` are deleted. */
export function planViews(declared: z.output<typeof savedViews> | undefined, current: readonly SavedViewState[], gone: ReadonlySet<string>): { deletions: SavedViewChange[]; rest: SavedViewChange[] } {
  const present = new Map(current.map((state) => [fold(state.name), state]))
  const kind = 'saved view' as const
  return {
    deletions: current.filter(({ name }) => gone.has(fold(name))).map((before) => ({ action: 'delete', kind, name: before.name, details: [], before })),
    rest: (declared ?? []).flatMap((item): SavedViewChange[] => {
      const before = present.get(fold(item.name))
      const after: SavedViewState = { name: item.name, filters: Object.fromEntries(Object.entries(item.filters).filter(([, value]) => value !== undefined)) }
      if (!before) return [{ action: 'create', kind, name: after.name, details: [], after }]
      const details = differences(before, after, { name: 'text', filters: 'keys' })
      return details.length === 0 ? [] : [{ action: 'update', kind, name: after.name, details, before, after }]
    }),
  }
}

const by = 'organization file'

/** Writes all that changes, deletions first. */
export async function writeViews(writing: Writing, clock: () => number): Promise<void> {
  const views = new SavedViews(within(writing.tx), clock)
  for (const { name } of picked(writing, 'saved view', 'delete')) await views.delete(name)
  for (const { after } of [...picked(writing, 'saved view', 'create'), ...picked(writing, 'saved view', 'update')]) await views.put({ name: after!.name, filters: spelledWith(upper, after!.filters), savedBy: by })
}
