// References between parts of the file: whatever is named must be in the file or exist already.
import type { Complain } from './check-names.js'
import type { Path } from './plain-tree.js'
import { field, fold, has, listIn, textIn } from './raw.js'
import { checkRequestable } from './requestable.js'
import type { Snapshot } from './snapshot.js'

interface Names {
  accounts: Set<string>
  users: Set<string>
  groups: Set<string>
  permissionSets: Set<string>
}

function namesOf(raw: unknown, known: Snapshot): Names {
  const names = (section: string, key: string, existing: string[]): Set<string> => new Set([...listIn(raw, section).map((item) => textIn(item, key) ?? ''), ...existing].map(fold))
  return {
    accounts: names('accounts', 'id', known.accounts.map(({ id }) => id)),
    users: names('users', 'userName', known.users.map(({ userName }) => userName)),
    groups: names('groups', 'displayName', known.groups.map(({ displayName }) => displayName)),
    permissionSets: names('permissionSets', 'name', known.permissionSets.map(({ name }) => name)),
  }
}

/** Complains of every reference to something that is neither in the file nor in the store, or made twice. */
export function checkReferences(raw: unknown, known: Snapshot, complain: Complain): void {
  const names = namesOf(raw, known)
  listIn(raw, 'groups').forEach((group, index) => checkMembers(listIn(group, 'members'), ['groups', index, 'members'], names, complain))
  checkRequestable(raw, names, complain)
  const seen = new Map<string, number>()
  listIn(raw, 'assignments').forEach((assignment, index) => {
    const path = ['assignments', index]
    const account = textIn(assignment, 'account')
    const permissionSet = textIn(assignment, 'permissionSet')
    if (account && !names.accounts.has(account)) complain([...path, 'account'], `names the account ${account}, which does not exist`)
    if (permissionSet && !names.permissionSets.has(fold(permissionSet))) complain([...path, 'permissionSet'], `names the permission set ${permissionSet}, which does not exist`)
    const principal = checkPrincipal(assignment, path, names, complain)
    if (account && permissionSet && principal) once(seen, `${account} ${fold(permissionSet)} ${principal}`, index, path, complain)
  })
  listIn(raw, 'applications').forEach((application, index) => {
    const assigned = new Map<string, number>()
    listIn(application, 'assignedTo').forEach((principal, position) => {
      const path = ['applications', index, 'assignedTo', position]
      const key = checkPrincipal(principal, path, names, complain)
      if (key) once(assigned, key, position, path, complain)
    })
  })
}

function once(seen: Map<string, number>, key: string, index: number, path: Path, complain: Complain): void {
  const before = seen.get(key)
  if (before === undefined) seen.set(key, index)
  else complain(path, `says the same as entry [${before}] of this list`)
}

function checkPrincipal(value: unknown, path: Path, names: Names, complain: Complain): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (has(value, 'user') === has(value, 'group')) {
    complain(path, has(value, 'user') ? 'must name a user or a group, not both' : 'must name a user or a group')
    return undefined
  }
  const user = textIn(value, 'user')
  const group = textIn(value, 'group')
  if (user && !names.users.has(fold(user))) complain([...path, 'user'], `names the user ${user}, who does not exist`)
  if (group && !names.groups.has(fold(group))) complain([...path, 'group'], `names the group ${group}, which does not exist`)
  return user ? `user ${fold(user)}` : group && `group ${fold(group)}`
}

function checkMembers(members: unknown[], path: Path, names: Names, complain: Complain): void {
  const seen = new Map<string, number>()
  members.forEach((member, index) => {
    const here = [...path, index]
    const user = typeof member === 'string' ? member : undefined
    const group = textIn(member, 'group')
    if (user && !names.users.has(fold(user))) complain(here, `names the user ${user}, who does not exist`)
    if (group && !names.groups.has(fold(group))) complain([...here, 'group'], `names the group ${group}, which does not exist`)
    if (user || group) once(seen, user ? `user ${fold(user)}` : `group ${fold(group ?? '')}`, index, here, complain)
  })
}

interface Step {
  name: string
  from?: Path
}

/** Complains of groups that contain themselves through others, once for each member that closes a circle. */
export function checkCircles(raw: unknown, known: Snapshot, complain: Complain): void {
  const inner = new Map<string, Step[]>(known.groups.map((group) => [fold(group.displayName), group.members.flatMap((member) => ('group' in member ? [{ name: member.group }] : []))]))
  listIn(raw, 'groups').forEach((group, index) => {
    const name = textIn(group, 'displayName')
    if (!name || field(group, 'members') === undefined) return
    inner.set(fold(name), listIn(group, 'members').flatMap((member, position) => {
      const nested = textIn(member, 'group')
      return nested ? [{ name: nested, from: ['groups', index, 'members', position] }] : []
    }))
  })
  const done = new Set<string>()
  for (const start of inner.keys()) walk(start, inner, done, complain)
}

// Depth first with a stack of its own: a chain of groups may be longer than the call stack.
function walk(start: string, inner: Map<string, Step[]>, done: Set<string>, complain: Complain): void {
  const trail: { key: string; left: Step[] }[] = []
  const open = new Set<string>()
  const enter = (key: string): void => {
    trail.push({ key, left: [...(inner.get(key) ?? [])] })
    open.add(key)
  }
  if (!done.has(start)) enter(start)
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const step = top.left.shift()
    if (!step) {
      trail.pop()
      open.delete(top.key)
      done.add(top.key)
      continue
    }
    const key = fold(step.name)
    if (open.has(key)) complain(step.from ?? ['groups'], `makes the group ${step.name} a member of itself`)
    else if (!done.has(key)) enter(key)
  }
}
