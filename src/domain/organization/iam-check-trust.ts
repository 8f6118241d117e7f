// Whom the roles of a file trust: users and roles of accounts that there are have to be there, or be in the file.
import { iamArn, principalsIn, readTrusted } from '../accounts/index.js'
import type { Complain } from './check-names.js'
import { insideKey } from './iam-states.js'
import type { Path } from './plain-tree.js'
import { field, has, listIn, textIn } from './raw.js'
import type { Snapshot } from './snapshot.js'

interface Section {
  kind: 'user' | 'role'
  section: 'iamUsers' | 'roles'
  nameKey: string
}

interface Named {
  account: string
  name: string
  path: string
}

const sections: readonly Section[] = [{ kind: 'user', section: 'iamUsers', nameKey: 'userName' }, { kind: 'role', section: 'roles', nameKey: 'roleName' }]

/** Complains of every principal of a trust policy that will not be there. */
export function checkTrusted(raw: unknown, known: Snapshot, prune: boolean, complain: Complain): void {
  const { accounts, arns, roleNames } = whoIsThere(raw, known, prune)
  listIn(raw, 'accounts').forEach((account, at) => listIn(account, 'roles').forEach((role, index) => {
    for (const { value, path } of principalsIn(field(role, 'trustPolicy'))) {
      const place = readTrusted(value)
      if (!place || !accounts.has(place.accountId)) continue
      const isThere = place.path === undefined ? roleNames.has(`${place.accountId}/${place.name}`) : arns.has(value)
      if (!isThere) complain(['accounts', at, 'roles', index, 'trustPolicy', ...path] as Path, `trusts ${value}, which does not exist`)
    }
  }))
}

/** All accounts, users and roles, once the file is applied. */
function whoIsThere(raw: unknown, known: Snapshot, prune: boolean): { accounts: Set<string>; arns: Set<string>; roleNames: Set<string> } {
  const declared = listIn(raw, 'accounts').map((account) => ({ account, id: textIn(account, 'id') ?? '' }))
  const stay = prune && has(raw, 'accounts') ? [] : known.accounts.map(({ id }) => id)
  const accounts = new Set([...declared.map(({ id }) => id), ...stay])
  const arns = new Set<string>()
  const roleNames = new Set<string>()
  for (const { kind, section, nameKey } of sections) {
    const present = (kind === 'user' ? known.iamUsers.map(({ account, path, userName }) => ({ account, path, name: userName })) : known.roles.map(({ account, path, roleName }) => ({ account, path, name: roleName })))
      .filter(({ account }) => accounts.has(account))
    for (const { account, name, path } of afterApplying({ section, nameKey }, declared, present, prune)) {
      arns.add(iamArn(kind, { accountId: account, path, name }))
      if (kind === 'role') roleNames.add(`${account}/${name}`)
    }
  }
  return { accounts, arns, roleNames }
}

/** What the file says goes over what is there; with `prune`, the rest of a section that it has goes. */
function afterApplying({ section, nameKey }: Omit<Section, 'kind'>, declared: { account: unknown; id: string }[], present: readonly Named[], prune: boolean): Named[] {
  const there = new Map(present.map((one) => [insideKey(one.account, one.name), one]))
  const said = declared.flatMap(({ account, id }) => listIn(account, section).map((item) => {
    const name = textIn(item, nameKey) ?? ''
    return { account: id, name, path: textIn(item, 'path') ?? there.get(insideKey(id, name))?.path ?? '/' }
  }))
  const sayings = new Set(said.map(({ account, name }) => insideKey(account, name)))
  const pruned = new Set(prune ? declared.flatMap(({ account, id }) => (has(account, section) ? [id] : [])) : [])
  return [...said, ...present.filter(({ account, name }) => !pruned.has(account) && !sayings.has(insideKey(account, name)))]
}
