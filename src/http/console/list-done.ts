// What a list says after something on a page of its own was done.
import { queryOf } from '../middleware/form.js'
import type { ConsoleVisit } from './visit.js'

/** The sentence for what was done a moment ago. */
export function listDone({ ctx }: Pick<ConsoleVisit, 'ctx'>, noun: string): string | undefined {
  const { done } = queryOf(ctx)
  return done === 'deleted' ? `The ${noun} is deleted.` : done === 'renamed' ? `The ${noun} has its new name.` : undefined
}
