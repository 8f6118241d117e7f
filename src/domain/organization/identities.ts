// Which subjects of identity sources somebody is, and the groups they are in by a source's word: what the file says, what it
// becomes when laid over what there is, and its way into and out of the database.
import { z } from 'zod'
import { Links, type LinkRow } from '../identity-sources/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { isSame } from './change.js'
import { groupName, label } from './fields.js'
import { fold } from './raw.js'
import { idOf, inChunks, picked, type Writing } from './writing.js'

export interface IdentityState {
  source: string
  subject: string
  /** Groups that the source put the person into, and may take them out of. */
  groups?: string[]
}

const subject = z.string().min(1, 'must not be empty').max(1024, 'must be at most 1024 characters').refine((text) => text === text.trim() && !/[\0\p{Cs}]/u.test(text), 'must have no space at either end')

/** The schema of a person's. */
export const identities = z.array(z.strictObject({ source: label(100), subject, groups: z.array(groupName).max(1000, 'must have at most 1000 entries').optional() })).max(50, 'must have at most 50 entries').optional()

type Declared = z.output<typeof identities>

const sorted = (names: readonly string[]): string[] => names.toSorted((one, other) => (fold(one) < fold(other) ? -1 : 1))
const keyOf = ({ source, subject: called }: IdentityState): string => `${fold(source)} ${called}`

/** What they become; the list that is named is the whole list, and groups that are not named stay. */
export function mergeIdentities(declared: Declared, present: IdentityState[] | undefined): IdentityState[] | undefined {
  if (declared === undefined) return present
  const before = new Map((present ?? []).map((one) => [keyOf(one), one]))
  const after = declared.map((one): IdentityState => {
    const was = before.get(keyOf(one as IdentityState))
    const groups = one.groups ?? was?.groups ?? []
    // A name in another case is the same name.
    if (was && isSame(sorted(groups).map(fold), (was.groups ?? []).map(fold))) return was
    return { source: was?.source ?? one.source, subject: one.subject, ...(groups.length > 0 && { groups: sorted(groups) }) }
  })
  return after.length > 0 ? after : undefined
}

/** Reads all there are, by the ids of people. */
export async function readIdentities(sql: Executor, sources: ReadonlyMap<string, string>, groups: readonly { id: string; displayName: string }[]): Promise<Map<string, IdentityState[]>> {
  const nameOf = new Map(groups.map(({ id, displayName }) => [id, displayName]))
  const all = new Map<string, IdentityState[]>()
  for (const { sourceId, subject: called, userId, groupIds } of await Links.listAll(sql)) {
    const source = sources.get(sourceId)
    if (source === undefined) continue
    const named = sorted(groupIds.flatMap((id) => nameOf.get(id) ?? []))
    const identity: IdentityState = { source, subject: called, ...(named.length > 0 && { groups: named }) }
    const list = all.get(userId)
    if (list) list.push(identity)
    else all.set(userId, [identity])
  }
  for (const list of all.values()) list.sort((one, other) => (fold(one.source) < fold(other.source) ? -1 : 1))
  return all
}

/** Writes what changed, once people, groups and sources are there. */
export async function writeIdentities(writing: Writing, clock: () => number): Promise<void> {
  const { tx, known } = writing
  const links = new Links(tx, clock)
  const moves = [...picked(writing, 'user', 'create'), ...picked(writing, 'user', 'update')].map(({ name, before, after }) => {
    const userId = idOf(known.users, name, 'user')
    const [from, to] = [new Map((before?.identities ?? []).map((one) => [keyOf(one), one])), new Map((after?.identities ?? []).map((one) => [keyOf(one), one]))]
    const row = (one: IdentityState): LinkRow => ({ sourceId: idOf(known.sources, one.source, 'identity source'), subject: one.subject, userId })
    const set = [...to.values()].filter((one) => !isSame(from.get(keyOf(one))?.groups ?? [], one.groups ?? []))
    return {
      gone: [...from.values()].filter((one) => !to.has(keyOf(one)) && known.sources.has(fold(one.source))).map(row), come: [...to.values()].filter((one) => !from.has(keyOf(one))).map(row),
      set: set.map((one) => ({ ...row(one), groupIds: (one.groups ?? []).map((group) => idOf(known.groups, group, 'group')) })),
    }
  })
  await inChunks(moves.flatMap(({ gone }) => gone), (rows) => links.unlinkAll(rows))
  await inChunks(moves.flatMap(({ come }) => come), (rows) => links.linkAll(rows, 'organization file'))
  await inChunks(moves.flatMap(({ set }) => set), (rows) => links.setGroups(rows))
}
