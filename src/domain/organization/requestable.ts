// `requestable` of a permission set: what the file says of access on request, and its way into and out of the database.
import { z } from 'zod'
import { longestGrant, Rules, type RequestRule } from '../requests/index.js'
import type { Executor } from '../../platform/storage/database.js'
import type { Complain } from './check-names.js'
import { formatDuration } from './duration.js'
import { accountId, distinct, duration, groupName } from './fields.js'
import type { Path } from './plain-tree.js'
import { field, fold, listIn } from './raw.js'
import { inChunks, picked, type Writing } from './writing.js'

/** Groups by name. */
export interface RequestableState {
  accounts: 'all' | string[]
  requesters: 'everybody' | string[]
  approvers: string[]
  approvals: number
  /** Seconds. */
  longest: number
  reasonRequired: boolean
}

const names = (word: string, item: z.ZodType<string>) => z.union([z.literal(word), distinct(item, 1000).min(1, 'must name at least one')], { error: `must be ${word}, or a list of at least one` })

/** The schema of `requestable`. */
export const requestable = z.strictObject({
  accounts: names('all', accountId).optional(),
  requesters: names('everybody', groupName).optional(),
  approvers: distinct(groupName, 100).min(1, 'must name at least one group'),
  approvals: z.int({ error: 'must be 1, 2 or 3' }).min(1, 'must be 1, 2 or 3').max(3, 'must be 1, 2 or 3').optional(),
  longest: duration('15m', formatDuration(longestGrant)),
  reasonRequired: z.boolean().optional(),
})

const sorted = <T extends string>(list: T | string[]): T | string[] => (typeof list === 'string' ? list : list.toSorted((a, b) => (fold(a) < fold(b) ? -1 : 1)))

/** Lays what is declared over what there is. */
export function mergeRequestable(declared: z.output<typeof requestable> | null | undefined, present: RequestableState | undefined): RequestableState | undefined {
  if (declared === undefined) return present
  if (declared === null) return undefined
  const after: RequestableState = {
    accounts: sorted((declared.accounts as RequestableState['accounts'] | undefined) ?? present?.accounts ?? 'all') as RequestableState['accounts'],
    requesters: sorted((declared.requesters as RequestableState['requesters'] | undefined) ?? present?.requesters ?? 'everybody') as RequestableState['requesters'],
    approvers: sorted(declared.approvers) as string[],
    approvals: declared.approvals ?? present?.approvals ?? 1,
    longest: declared.longest,
    reasonRequired: declared.reasonRequired ?? present?.reasonRequired ?? true,
  }
  // A name in another case is the same name.
  return present && fold(JSON.stringify(after)) === fold(JSON.stringify(present)) ? present : after
}

/** Reads every rule, by the id of its permission set. */
export async function readRequestable(sql: Executor, groups: readonly { id: string; displayName: string }[]): Promise<Map<string, RequestableState>> {
  const nameOf = new Map(groups.map(({ id, displayName }) => [id, displayName]))
  const named = (ids: string[]): string[] => sorted(ids.flatMap((id) => nameOf.get(id) ?? [])) as string[]
  return new Map((await new Rules(sql).list()).map((rule) => [rule.permissionSetId, {
    accounts: rule.accounts, requesters: rule.requesters === 'everybody' ? 'everybody' : named(rule.requesters), approvers: named(rule.approvers),
    approvals: rule.approvalsNeeded, longest: rule.longestDuration, reasonRequired: rule.reasonRequired,
  }]))
}

/** Spells it as the file has it; a rule that lost everybody it named says nothing any more. */
export function exportedRequestable(state: RequestableState | undefined): Record<string, unknown> | undefined {
  if (!state || [state.accounts, state.requesters, state.approvers].some(({ length }) => length === 0)) return undefined
  return {
    ...(state.accounts !== 'all' && { accounts: state.accounts }), ...(state.requesters !== 'everybody' && { requesters: state.requesters }),
    approvers: state.approvers, ...(state.approvals !== 1 && { approvals: state.approvals }), longest: formatDuration(state.longest), ...(!state.reasonRequired && { reasonRequired: false }),
  }
}

/** Writes what changed, once permission sets and groups are there. */
export async function writeRequestable(writing: Writing, idOf: (ids: Map<string, string>, name: string, what: string) => string): Promise<void> {
  const { tx, known } = writing
  const changed = [...picked(writing, 'permission set', 'create'), ...picked(writing, 'permission set', 'update')]
    .filter(({ before, after }) => JSON.stringify(before?.requestable) !== JSON.stringify(after!.requestable))
  const setId = (name: string): string => idOf(known.permissionSets, name, 'permission set')
  const groupIds = (list: string[]): string[] => list.map((name) => idOf(known.groups, name, 'group'))
  const rules = changed.flatMap(({ name, after }): RequestRule[] => {
    const state = after!.requestable
    if (!state) return []
    return [{
      permissionSetId: setId(name), accounts: state.accounts, requesters: state.requesters === 'everybody' ? 'everybody' : groupIds(state.requesters), approvers: groupIds(state.approvers),
      approvalsNeeded: state.approvals, longestDuration: state.longest, reasonRequired: state.reasonRequired,
    }]
  })
  await inChunks(changed.filter(({ after }) => !after!.requestable).map(({ name }) => setId(name)), (ids) => new Rules(tx).remove(ids))
  await inChunks(rules, (chunk) => new Rules(tx).put(chunk))
}

/** Complains of accounts and groups that do not exist. */
export function checkRequestable(raw: unknown, names: { accounts: Set<string>; groups: Set<string> }, complain: Complain): void {
  listIn(raw, 'permissionSets').forEach((set, index) => {
    const rule = field(set, 'requestable')
    const each = (key: string, known: Set<string>, what: string): void => listIn(rule, key).forEach((name, position) => {
      const path: Path = ['permissionSets', index, 'requestable', key, position]
      if (typeof name === 'string' && name !== '' && !known.has(fold(name))) complain(path, `names the ${what} ${name}, which does not exist`)
    })
    each('accounts', names.accounts, 'account')
    each('requesters', names.groups, 'group')
    each('approvers', names.groups, 'group')
  })
}

/** What the rules of a declaration name: an entry that only refers to something keeps it. */
export function namedByRules(sets: readonly { requestable?: z.output<typeof requestable> | null | undefined }[]): { accounts: string[]; groups: string[] } {
  const list = (value: unknown): string[] => (Array.isArray(value) ? value as string[] : [])
  return {
    accounts: sets.flatMap(({ requestable: rule }) => list(rule?.accounts)),
    groups: sets.flatMap(({ requestable: rule }) => [...list(rule?.requesters), ...list(rule?.approvers)]),
  }
}
