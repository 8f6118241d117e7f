// What a person or a group can reach, as pages list it: permission sets in accounts, and applications, each with the way to it.
import { spelledAccountId } from '../../platform/templates/index.js'
import type { ApplicationAnswer, GroupOfUser, RoleAnswer } from './people-answers.js'

/** Says by which way somebody holds something, by the id of whom it is assigned to. */
export type WayOf = (holder: { PrincipalType: 'USER' | 'GROUP'; PrincipalId: string }) => { text: string; url?: string }

/** The ways of a person: directly, or the groups from the one that they are in to the one that it is assigned to. */
export function waysOfPerson(groups: readonly GroupOfUser[]): WayOf {
  const byId = new Map(groups.map((group) => [group.GroupId, group]))
  return ({ PrincipalType, PrincipalId }) => {
    const group = byId.get(PrincipalId)
    if (PrincipalType === 'USER') return { text: 'assigned to them' }
    return group ? { text: [...group.Through, group].map(({ DisplayName }) => DisplayName).join(' › '), url: `/admin/groups/${PrincipalId}` } : { text: 'through a group' }
  }
}

/** Gathers rows by account. */
export function byAccount(roles: readonly RoleAnswer[], wayOf: WayOf): object[] {
  const accounts = new Map<string, { name: string; id: string; url: string; sets: { name: string; ways: object[] }[] }>()
  for (const role of roles) {
    const account = accounts.get(role.AccountId) ?? { name: role.AccountName, id: spelledAccountId(role.AccountId), url: `/admin/accounts/${role.AccountId}`, sets: [] }
    const known = account.sets.find(({ name }) => name === role.PermissionSetName)
    if (known) known.ways.push(wayOf(role))
    else account.sets.push({ name: role.PermissionSetName, ways: [wayOf(role)] })
    accounts.set(role.AccountId, account)
  }
  return [...accounts.values()]
}

export function byApplication(applications: readonly ApplicationAnswer[], wayOf: WayOf): object[] {
  const found = new Map<string, { name: string; ways: object[] }>()
  for (const application of applications) {
    const known = found.get(application.ApplicationId) ?? { name: application.ApplicationName, ways: [] }
    known.ways.push(wayOf(application))
    found.set(application.ApplicationId, known)
  }
  return [...found.values()]
}
