// Brings the people here in line with everybody whom a directory lists: first as a plan, then, if it is wanted, for good.
import { Refusal } from '../../platform/errors.js'
import type { RequestOrigin } from '../../platform/audit/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { LdapPerson } from '../federation/index.js'
import type { AdmissionOptions } from './admission.js'
import type { IdentitySource } from './sources.js'
import { decide, type Decision, type Decisions } from './sync-decisions.js'
import { readListed, type ListedPerson } from './sync-listing.js'
import { write } from './sync-writing.js'

export interface SyncOptions extends AdmissionOptions {
  /** Ends what people hold who are disabled from now on. */
  disabling: (tx: Executor, userIds: string[]) => Promise<void>
}

export interface SyncInput {
  source: IdentitySource
  people: AsyncIterable<LdapPerson>
}

/** How many, and the first names of them. */
export interface Listed {
  count: number
  names: string[]
}

/** What a synchronization does, or would do. */
export interface SyncPlan {
  /** How many people the directory lists. */
  people: number
  created: Listed
  /** Who is different by now: what is known of them, their groups, or that they are linked. */
  changed: Listed
  disabled: Listed
  enabled: Listed
  /** Whom the directory has no more, while another one that is synchronised does. */
  kept: Listed
  /** Whom the source may not vouch for, or what about them cannot be taken over; in a plain sentence each, why. */
  skipped: Listed & { says: string[] }
  /** True where more people would be disabled at once than is done without `force`. */
  stops: boolean
}

const batch = 250
const mostAttempts = 3
const firstNames = 20

/** Says what a synchronization would do; writes nothing. */
export async function planSync(options: SyncOptions, { source, people }: SyncInput): Promise<SyncPlan> {
  const listed = await readListed(people, source)
  const found = await options.database.transaction((tx) => decide(tx, { ...options, source, listed }))
  return { ...told(listed.size, found.decisions), stops: isTooMuch(listed, found) }
}

/** Does it, in batches that are whole each. Refuses with `conflict` where it would disable too many people at once, unless told to. */
export async function runSync(options: SyncOptions, { source, people, force, origin }: SyncInput & { force: boolean; origin: RequestOrigin | undefined }): Promise<SyncPlan> {
  const listed = await readListed(people, source)
  const done: Decision[] = []
  for (let attempt = 1; ; attempt += 1) {
    const found = await options.database.transaction((tx) => decide(tx, { ...options, source, listed }))
    const stops = isTooMuch(listed, found)
    if (stops && !force) {
      const { count } = told(listed.size, found.decisions).disabled
      throw new Refusal('conflict', `${count} of ${found.linkedAndActive} people would be disabled, because the directory does not list them any more or says that they may not sign in. Nothing was changed by that. Look whether the directory is whole.`)
    }
    try {
      await writeAll(options, { source, origin, decisions: found.decisions, done })
      return { ...told(listed.size, [...done.filter((one) => !standsAside(one)), ...found.decisions.filter(standsAside)]), stops }
    } catch (error) {
      // Somebody came in at the same moment, or another directory was synchronised: it is looked at anew.
      if (!(error instanceof Refusal && error.code === 'conflict') || attempt === mostAttempts) throw error
    }
  }
}

async function writeAll(options: SyncOptions, { source, origin, decisions, done }: { source: IdentitySource; origin: RequestOrigin | undefined; decisions: readonly Decision[]; done: Decision[] }): Promise<void> {
  const wanted = decisions.filter((one) => !standsAside(one) || (one.kind === 'spare' && one.moves.leaves.length > 0))
  for (let from = 0; from < wanted.length; from += batch) {
    const some = wanted.slice(from, from + batch)
    await options.database.transaction((tx) => write(tx, some, { ...options, source, recording: { recorder: options.trail.within(tx), source, origin } }))
    done.push(...some)
  }
}

/** True of whoever stays as they are, but for groups. */
const standsAside = ({ kind }: Decision): boolean => kind === 'skip' || kind === 'spare'

/** A tenth of them, and one at least; and nobody by an empty list, which says more of the directory than of people. */
function isTooMuch(listed: ReadonlyMap<string, ListedPerson>, { decisions, linkedAndActive }: Decisions): boolean {
  const disabled = decisions.filter(({ kind }) => kind === 'disable').length
  return disabled > (listed.size === 0 ? 0 : Math.max(1, Math.floor(linkedAndActive / 10)))
}

function told(people: number, decisions: readonly Decision[]): Omit<SyncPlan, 'stops'> {
  const counted = (names: string[]): Listed => ({ count: names.length, names: names.slice(0, firstNames) })
  const of = (name: (decision: Decision) => string | undefined): Listed => counted(decisions.flatMap((decision) => name(decision) ?? []))
  return {
    people,
    created: of((one) => (one.kind === 'create' ? one.person.userName : undefined)),
    changed: of((one) => (one.kind === 'keep' && !one.enables ? one.user.userName : undefined)),
    disabled: of((one) => (one.kind === 'disable' ? one.user.userName : undefined)),
    enabled: of((one) => (one.kind === 'keep' && one.enables ? one.user.userName : undefined)),
    kept: of((one) => (one.kind === 'spare' ? one.user.userName : undefined)),
    skipped: { ...of((one) => (one.kind === 'skip' ? one.name : undefined)), says: decisions.flatMap((one) => (one.kind === 'skip' ? one.says : [])).slice(0, firstNames) },
  }
}
