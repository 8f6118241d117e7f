// Rules as administrators read and set them, one at a time and with the names of accounts and groups.
import { PermissionSets } from '../access/index.js'
import { Refusal, type Fault } from '../../platform/errors.js'
import type { Database, Executor } from '../../platform/storage/database.js'
import { Rules, type RequestRule } from './rules.js'

interface Named {
  id: string
  name: string
}

/** A rule with the names that people know things by. */
export interface NamedRule extends Omit<RequestRule, 'accounts' | 'requesters' | 'approvers'> {
  accounts: 'all' | Named[]
  requesters: 'everybody' | Named[]
  approvers: Named[]
}

interface Store extends Executor {
  transaction: Database['transaction']
}

export class RuleChanges {
  constructor(private readonly store: Store) {}

  async find(permissionSetId: string): Promise<NamedRule | undefined> {
    const rule = await new Rules(this.store).find(permissionSetId)
    if (!rule) return undefined
    const groupIds = [...rule.approvers, ...(rule.requesters === 'everybody' ? [] : rule.requesters)]
    const named = await this.store.query<{ id: string; name: string; kind: string }>(
      `select id::text as id, display_name as name, 'group' as kind from groups where id = any($1::uuid[]) union all select id::text, name, 'account' from accounts where id = any($2::char(12)[]) order by 2`,
      [groupIds, rule.accounts === 'all' ? [] : rule.accounts])
    const among = (kind: string, ids: readonly string[]): Named[] => named.filter((one) => one.kind === kind && ids.includes(one.id)).map(({ id, name }) => ({ id, name }))
    return {
      ...rule, accounts: rule.accounts === 'all' ? 'all' : among('account', rule.accounts),
      requesters: rule.requesters === 'everybody' ? 'everybody' : among('group', rule.requesters), approvers: among('group', rule.approvers),
    }
  }

  /** Sets the rule of a permission set, its groups told by their names; refuses, at its place, what names accounts or groups that do not exist. */
  async put(wanted: RequestRule): Promise<void> {
    await this.store.transaction(async (tx) => {
      await new PermissionSets(tx).lock(wanted.permissionSetId)
      const { requesters, approvers } = wanted
      const groups = await groupsByName(tx, [...approvers, ...(requesters === 'everybody' ? [] : requesters)])
      const accounts = wanted.accounts === 'all' ? 'all' as const : await knownAccounts(tx, wanted.accounts)
      const faults = [
        ...(wanted.accounts === 'all' || accounts === 'all' ? [] : missing('AccountIds', wanted.accounts.filter((id) => !accounts.includes(id)), 'account')),
        ...(requesters === 'everybody' ? [] : missing('RequesterGroups', requesters.filter((name) => !groups.has(name)), 'group')),
        ...missing('ApproverGroups', approvers.filter((name) => !groups.has(name)), 'group'),
      ]
      if (faults.length > 0) throw new Refusal('invalid-input', 'Something in the form needs another look.', { faults })
      const idsOf = (names: readonly string[]): string[] => [...new Set(names.map((name) => groups.get(name)!))]
      await new Rules(tx).put([{ ...wanted, accounts, requesters: requesters === 'everybody' ? 'everybody' : idsOf(requesters), approvers: idsOf(approvers) }])
    })
  }

  /** Removes the rule; what was granted goes on. */
  async remove(permissionSetId: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      await new PermissionSets(tx).lock(permissionSetId)
      await new Rules(tx).remove([permissionSetId])
    })
  }
}

const mostNamed = 5

function missing(path: string, names: readonly string[], noun: string): Fault[] {
  if (names.length === 0) return []
  const told = names.slice(0, mostNamed).map((name) => `“${name}”`).join(', ')
  return [{ path, message: `There is no ${noun} ${told}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''}.` }]
}

async function groupsByName(tx: Executor, names: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; name: string }>(
    'select g.id, w.name from unnest($1::text[]) as w(name) join groups g on lower(g.display_name) = lower(w.name) for key share of g', [names])
  return new Map(rows.map(({ id, name }) => [name, id]))
}

async function knownAccounts(tx: Executor, ids: readonly string[]): Promise<string[]> {
  return (await tx.query<{ id: string }>('select id from accounts where id = any($1::char(12)[]) for key share', [ids])).map(({ id }) => id)
}
