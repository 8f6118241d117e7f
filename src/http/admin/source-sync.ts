// The part of a source's page about bringing people in line with a directory: how it stands, what it would do, and doing it.
import { formOf } from '../middleware/form.js'
import { isoOf } from './people-answers.js'
import type { AdminVisit } from './visit.js'

interface Counted {
  Count: number
  Names: string[]
}

/** What a synchronisation would do. */
export interface PlanAnswer {
  Plan?: { People: number; Created: Counted; Changed: Counted; Disabled: Counted; Enabled: Counted; Kept: Counted; Skipped: Counted & { Says: string[] }; Stops: boolean }
  Problem?: { Says: string; Advice?: string }
}

/** How it stands. */
export interface SyncAnswer {
  UnderWay: boolean
  StartedAt?: number
  StartedBy?: string
  Last?: { Outcome: 'DONE' | 'STOPPED' | 'FAILED'; FinishedAt: number; Says?: string; Advice?: string; Numbers?: Record<string, number> }
}

const parts = [
  { name: 'Created', title: 'Made' }, { name: 'Changed', title: 'Changed' }, { name: 'Disabled', title: 'Disabled' }, { name: 'Enabled', title: 'Enabled again' }, { name: 'Kept', title: 'Kept by another directory' }, { name: 'Skipped', title: 'Left alone' },
] as const

const spelled = (count: number): string => count.toLocaleString('en-GB')
const people = (count: number): string => (count === 1 ? '1 person' : `${spelled(count)} people`)

const changes = (plan: NonNullable<PlanAnswer['Plan']>): boolean => parts.some(({ name }) => name !== 'Kept' && name !== 'Skipped' && plan[name].Count > 0)

/** What the page shows of it. */
export function syncModel({ UnderWay, StartedAt, StartedBy, Last }: SyncAnswer, url: string, plan: PlanAnswer | undefined): object {
  return {
    url, isUnderWay: UnderWay, startedAt: UnderWay && StartedAt !== undefined ? isoOf(StartedAt) : undefined, startedBy: StartedBy,
    last: Last && {
      isDone: Last.Outcome === 'DONE', isStopped: Last.Outcome === 'STOPPED', at: isoOf(Last.FinishedAt), says: Last.Says, advice: Last.Advice,
      numbers: Last.Numbers && [{ count: spelled(Last.Numbers.People ?? 0), text: 'in the directory' }, ...parts.flatMap(({ name, title }) => (Last.Numbers?.[name] ? [{ count: spelled(Last.Numbers[name]), text: title.toLowerCase() }] : []))],
    },
    plan: plan && planModel(plan), canRun: plan?.Plan !== undefined, forces: plan?.Plan?.Stops ? people(plan.Plan.Disabled.Count) : undefined,
  }
}

function planModel({ Plan, Problem }: PlanAnswer): object {
  if (!Plan) return { problem: Problem?.Says, advice: Problem?.Advice, people: '', parts: [], isNothing: true, stops: false, disabled: '' }
  const told = parts.filter(({ name }) => Plan[name].Count > 0).map(({ name, title }) => ({
    title: `${title}: ${spelled(Plan[name].Count)}`, names: name === 'Skipped' ? [] : Plan[name].Names, says: name === 'Skipped' ? Plan.Skipped.Says : [], more: Plan[name].Count > Plan[name].Names.length ? spelled(Plan[name].Count - Plan[name].Names.length) : undefined,
  }))
  return { problem: undefined, advice: undefined, people: people(Plan.People), parts: told, isNothing: !changes(Plan), stops: Plan.Stops, disabled: people(Plan.Disabled.Count) }
}

/** Asks what one would do. */
export const planOf = async (visit: AdminVisit, SourceId: string): Promise<PlanAnswer> => await visit.sources('PlanSourceSync', { SourceId }) as PlanAnswer

/** Begins one. */
export const beginSync = (visit: AdminVisit, SourceId: string): Promise<object> => visit.sources('StartSourceSync', { SourceId, Force: formOf(visit.ctx).force === 'on' })
