// What a person or a group can reach, as pages list it: permission sets in accounts, and applications, each with the way to it.
import { spelledAccountId } from '../../platform/templates/index.js'
import type { ApplicationAnswer, RoleAnswer } from './people-answers.js'

export interface WayModel {
  text: string
  /** It is the names of groups. */
  isGroup?: boolean
  url?: string
  until?: string
}

/** Says by which way somebody holds something. */
export type WayOf<Answer> = (answer: Answer) => WayModel

/** What a person reaches: the groups from the one that they are in to the one that it is assigned to, or the request that it was granted by. */
export type WayOfPerson<Answer> = Omit<Answer, 'PrincipalType' | 'PrincipalId'> & { Groups: { GroupId: string; DisplayName: string }[]; RequestId?: string; Until?: number }

/** Says by which way a person holds something. */
export function wayOfPerson({ Groups, RequestId, Until }: WayOfPerson<unknown>): WayModel {
  const last = Groups.at(-1)
  const until = Until === undefined ? {} : { until: new Date(Until * 1000).toISOString() }
  if (last) return { text: Groups.map(({ DisplayName }) => DisplayName).join(' › '), isGroup: true, url: `/admin/groups/${last.GroupId}`, ...until }
  return { text: RequestId === undefined ? 'assigned to them' : 'granted on request', ...until }
}

/** Gathers rows by account. */
export function byAccount<Role extends Pick<RoleAnswer, 'AccountId' | 'AccountName' | 'PermissionSetName'>>(roles: readonly Role[], wayOf: WayOf<Role>): object[] {
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

export function byApplication<Application extends Pick<ApplicationAnswer, 'ApplicationId' | 'ApplicationName'>>(applications: readonly Application[], wayOf: WayOf<Application>): object[] {
  const found = new Map<string, { name: string; ways: object[] }>()
  for (const application of applications) {
    const known = found.get(application.ApplicationId) ?? { name: application.ApplicationName, ways: [] }
    known.ways.push(wayOf(application))
    found.set(application.ApplicationId, known)
  }
  return [...found.values()]
}
