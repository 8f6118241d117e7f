// What parts of an account say about each other: names that are there once, policies and groups that exist, and
// documents that the policy room takes.
import { checkInlineSize, isManaged, type EntityKind } from '../accounts/index.js'
import { mostSetPolicies } from '../access/index.js'
import { findManagedPolicy, parsePolicy, policyLimits, type PolicyKind } from '../policy/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Complain } from './check-names.js'
import { insideKey } from './iam-states.js'
import type { Path } from './plain-tree.js'
import { field, fold, listIn, textIn } from './raw.js'
import type { Snapshot } from './snapshot.js'

interface Section {
  section: string
  nameKey: string
  kind?: EntityKind
}

const sections: readonly Section[] = [
  { section: 'iamUsers', nameKey: 'userName', kind: 'user' },
  { section: 'groups', nameKey: 'groupName', kind: 'group' },
  { section: 'roles', nameKey: 'roleName', kind: 'role' },
  { section: 'policies', nameKey: 'policyName' },
]

/** Complains of what is wrong inside of accounts. */
export function checkInside(raw: unknown, known: Snapshot, complain: Complain): void {
  listIn(raw, 'accounts').forEach((account, at) => {
    const path: Path = ['accounts', at]
    const id = textIn(account, 'id') ?? ''
    const policies = policiesOf(account, id, known)
    const groups = new Set([...listIn(account, 'groups').map((group) => fold(textIn(group, 'groupName') ?? '')), ...known.iamGroups.filter(({ account: of }) => of === id).map(({ groupName }) => fold(groupName))])
    for (const { section, nameKey, kind } of sections) {
      checkNames(account, path, { section, nameKey }, complain)
      listIn(account, section).forEach((item, index) => {
        const here = [...path, section, index]
        if (kind) checkPolicies(item, here, { kind, policies }, complain)
        listIn(item, 'groups').forEach((group, position) => {
          if (typeof group === 'string' && !groups.has(fold(group))) complain([...here, 'groups', position], `names the group ${group}, which does not exist in this account`)
        })
      })
    }
    listIn(account, 'roles').forEach((role, index) => checkRole(role, [...path, 'roles', index], id, known, complain))
    listIn(account, 'policies').forEach((policy, index) => checkPolicy(policy, [...path, 'policies', index], id, known, complain))
    checkProviders(account, path, complain)
    listIn(account, 'iamUsers').forEach((user, index) => {
      if (field(user, 'passwordResetRequired') === true && field(user, 'password') === undefined) complain([...path, 'iamUsers', index, 'passwordResetRequired'], 'needs a password, which is to be replaced')
    })
  })
}

/** The ARNs of the policies that an account has, in the file or already; the folded name tells one path from another. */
function policiesOf(account: unknown, id: string, known: Snapshot): Set<string> {
  const declared = listIn(account, 'policies').map((policy) => {
    const name = textIn(policy, 'policyName') ?? ''
    const present = known.iamPolicies.find((one) => insideKey(one.account, one.policyName) === insideKey(id, name))
    return { name: present?.policyName ?? name, path: textIn(policy, 'path') ?? present?.path ?? '/' }
  })
  const present = known.iamPolicies.filter((one) => one.account === id).map(({ policyName, path }) => ({ name: policyName, path }))
  return new Set([...declared, ...present].map(({ name, path }) => `arn:aws:iam::${id}:policy${path}${name}`))
}

function checkNames(account: unknown, path: Path, { section, nameKey }: Section, complain: Complain): void {
  const first = new Map<string, number>()
  listIn(account, section).forEach((item, index) => {
    const name = textIn(item, nameKey)
    if (name === undefined) return
    const before = first.get(fold(name))
    if (before === undefined) first.set(fold(name), index)
    else complain([...path, section, index, nameKey], `is the name of ${section}[${before}] already`)
  })
}

function checkPolicies(item: unknown, path: Path, { kind, policies }: { kind: EntityKind; policies: ReadonlySet<string> }, complain: Complain): void {
  const check = (arn: unknown, at: Path): void => {
    if (typeof arn !== 'string' || !arn.startsWith('arn:')) return
    if (isManaged(arn) ? !findManagedPolicy(arn) : !policies.has(arn)) complain(at, `names the policy ${arn}, which ${isManaged(arn) ? 'is not in the catalogue' : 'does not exist in this account'}`)
  }
  listIn(item, 'policies').forEach((arn, position) => check(arn, [...path, 'policies', position]))
  check(field(item, 'permissionsBoundary'), [...path, 'permissionsBoundary'])
  const inline = field(item, 'inlinePolicies')
  if (typeof inline !== 'object' || inline === null || Array.isArray(inline)) return
  for (const [name, document] of Object.entries(inline)) checkDocument(document, 'identity', [...path, 'inlinePolicies', name], complain)
  try {
    checkInlineSize(kind, Object.values(inline).map((document) => JSON.stringify(document)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    complain([...path, 'inlinePolicies'], 'have more characters together than they can have')
  }
}

function checkRole(role: unknown, path: Path, account: string, known: Snapshot, complain: Complain): void {
  const [name, rolePath] = [textIn(role, 'roleName') ?? '', textIn(role, 'path')]
  if (/^AWSReservedSSO_/i.test(name)) complain([...path, 'roleName'], 'begins as the roles of permission sets do')
  if (/^\/aws-(reserved|service-role)\//i.test(rolePath ?? '')) complain([...path, 'path'], 'is kept for the roles of permission sets')
  checkDocument(field(role, 'trustPolicy'), 'trust', [...path, 'trustPolicy'], complain, policyLimits.trust)
  const present = known.roles.find((one) => insideKey(one.account, one.roleName) === insideKey(account, name))
  if (present && rolePath !== undefined && rolePath !== present.path) complain([...path, 'path'], `cannot change: it is ${present.path}, for good`)
}

function checkPolicy(policy: unknown, path: Path, account: string, known: Snapshot, complain: Complain): void {
  const [name, policyPath] = [textIn(policy, 'policyName') ?? '', textIn(policy, 'path')]
  checkDocument(field(policy, 'document'), 'identity', [...path, 'document'], complain, policyLimits.managed)
  const present = known.iamPolicies.find((one) => insideKey(one.account, one.policyName) === insideKey(account, name))
  if (present && policyPath !== undefined && policyPath !== present.path) complain([...path, 'path'], `cannot change: it is ${present.path}, for good`)
}

/** Complains of what is wrong in the policies of permission sets. */
export function checkSets(raw: unknown, complain: Complain): void {
  listIn(raw, 'permissionSets').forEach((set, index) => {
    checkDocument(field(set, 'inlinePolicy'), 'identity', ['permissionSets', index, 'inlinePolicy'], complain, policyLimits.permissionSet)
    const count = listIn(set, 'managedPolicies').length + listIn(set, 'customerManagedPolicies').length
    if (count > mostSetPolicies) complain(['permissionSets', index], `has ${count} policies; there can be ${mostSetPolicies}`)
  })
}

/** Complains of every fault of a policy document at its place. */
export function checkDocument(document: unknown, kind: PolicyKind, path: Path, complain: Complain, characters?: number): void {
  if (typeof document !== 'object' || document === null) return
  const { faults = [] } = parsePolicy(document, kind, characters === undefined ? {} : { characters })
  for (const { path: place, problem, mend } of faults) complain([...path, ...stepsOf(place)], `is refused: ${problem} ${mend}`)
}

/** Reads `Statement[2].Condition` as steps. */
const stepsOf = (place: string): (string | number)[] => [...place.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => (index !== undefined ? Number(index) : (quoted ?? name)!))

function checkProviders(account: unknown, path: Path, complain: Complain): void {
  const first = new Map<string, number>()
  listIn(account, 'identityProviders').forEach((provider, index) => {
    const [url, name] = [textIn(field(provider, 'oidc'), 'url'), textIn(field(provider, 'saml'), 'name')]
    const key = url !== undefined ? `oidc ${URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url}` : name !== undefined && `saml ${fold(name)}`
    if (!key) return
    const before = first.get(key)
    if (before === undefined) first.set(key, index)
    else complain([...path, 'identityProviders', index], `is the same as identityProviders[${before}]`)
  })
}
