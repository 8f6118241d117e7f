// What the page of a person shows, each part for those who may read it.
import type { Form } from '../middleware/form.js'
import { isoOf, mainOf, type DeviceAnswer, type GroupOfUser, type SignInAnswer, type UserAnswer } from './people-answers.js'
import { groupArn, mayAll, userArn, type Can } from './people-rights.js'
import { endUrlOf } from './access-scope.js'
import { askUrl, orNothing } from './things.js'
import type { Person } from './person.js'
import { linksModel } from './user-links.js'
import type { AdminVisit } from './visit.js'

const enterprise = 'aws:identitystore:enterprise'
const actions = [
  'identitystore:UpdateUser', 'identitystore:DeleteUser', 'sso-directory:DisableUser', 'sso-directory:EnableUser', 'sso-directory:DescribeUser', 'sso-directory:InviteUser',
  'sso-directory:UpdatePassword', 'sso-directory:ListMfaDevicesForUser', 'sso-directory:DeleteMfaDeviceForUser', 'sso-directory:ListGroupsForUser',
]

export async function userModel(visit: AdminVisit, person: Person): Promise<object> {
  const can = await mayAll(visit, actions, [userArn(person.id)])
  const { user, path } = person
  const isEnabled = user.UserStatus === 'ENABLED'
  return {
    facts: factsOf(user), isEnabled, editUrl: can['identitystore:UpdateUser'] ? `${path}/edit` : undefined,
    standing: {
      disableUrl: askUrl(isEnabled && can['sso-directory:DisableUser'], person, 'disable'), canEnable: !isEnabled && can['sso-directory:EnableUser'] === true, deleteUrl: askUrl(can['identitystore:DeleteUser'], person, 'delete'), endUrl: await endUrlOf(visit, { user: person.id }),
    },
    signIn: can['sso-directory:DescribeUser'] ? await signInModel(visit, person, can) : undefined,
    devices: can['sso-directory:ListMfaDevicesForUser'] ? await devicesModel(visit, person, can) : undefined,
    links: await linksModel(visit, person),
    groups: can['sso-directory:ListGroupsForUser'] ? await groupsModel(visit, person) : undefined,
  }
}

const factsOf = (user: UserAnswer): object[] => {
  const { UserId, UserName, Name, Emails = [], PhoneNumbers = [], Title, Extensions, ExternalIds = [], CreatedAt } = user
  const department = Extensions?.[enterprise]?.department
  const texts: [string, string | undefined][] = [
    ['User name', UserName], ['Name', [Name?.GivenName, Name?.FamilyName].filter(Boolean).join(' ')], ['Address', Emails.map(({ Value }) => Value).join(', ')], ['Phone', PhoneNumbers.map(({ Value }) => Value).join(', ')],
    ['Title', Title], ['Department', department], ['Elsewhere', ExternalIds.map(({ Issuer, Id }) => `${Id} (${Issuer})`).join(', ')],
  ]
  return [...texts.flatMap(([term, text]) => (text ? [{ term, text }] : [])), { term: 'Id', text: UserId, id: 'user-id' }, { term: 'Since', at: isoOf(CreatedAt) }]
}

const states = {
  OWN: 'They have a password of their own.', ONE_TIME: 'They have a one-time password, which they must replace at their first sign-in.', INVITED: 'They were invited, and have not chosen a password yet.', NONE: 'They have no password, and cannot sign in.',
}

async function signInModel(visit: AdminVisit, { id, user, path }: Person, can: Can): Promise<object> {
  const { PasswordStatus, PasswordChangedAt } = await visit.directory('DescribeUserSignIn', { UserId: id }) as unknown as SignInAnswer
  const hasPassword = PasswordStatus === 'OWN' || PasswordStatus === 'ONE_TIME'
  const isReachable = mainOf(user.Emails) !== undefined && user.UserStatus === 'ENABLED'
  return {
    text: states[PasswordStatus], changedAt: PasswordChangedAt && isoOf(PasswordChangedAt),
    invite: isReachable && !hasPassword && can['sso-directory:InviteUser'] ? (PasswordStatus === 'INVITED' ? 'Invite again' : 'Send an invitation') : undefined,
    canReset: isReachable && PasswordStatus === 'OWN' && can['sso-directory:UpdatePassword'] === true, onceUrl: can['sso-directory:UpdatePassword'] ? `${path}/one-time-password` : undefined,
    isUnreachable: mainOf(user.Emails) === undefined,
  }
}

async function devicesModel(visit: AdminVisit, person: Person, can: Can): Promise<object> {
  const { MfaDevices } = await visit.directory('ListMfaDevices', { UserId: person.id })
  const mayRemove = can['sso-directory:DeleteMfaDeviceForUser'] ?? false
  const rows = (MfaDevices as DeviceAnswer[]).map(({ DeviceId, DeviceName, MfaType, RegisteredDate, LastUsedDate }) => ({
    name: DeviceName, kind: MfaType === 'TOTP' ? 'Authenticator app' : 'Passkey or security key', since: isoOf(RegisteredDate), usedAt: LastUsedDate && isoOf(LastUsedDate), removeUrl: askUrl(mayRemove, person, 'remove-device', { DeviceId }),
  }))
  return { rows, resetUrl: askUrl(mayRemove && rows.length > 0, person, 'reset-devices') }
}

async function groupsModel(visit: AdminVisit, { id }: Person): Promise<object> {
  const { Groups } = await visit.directory('ListGroupsForUser', { UserId: id })
  const groups = Groups as GroupOfUser[]
  const { add, remove } = await mayChangeMembers(visit, id)
  return {
    add,
    rows: groups.map(({ GroupId, DisplayName, MembershipId, Through }) => ({
      name: DisplayName, url: `/admin/groups/${GroupId}`, through: Through.length > 0 ? Through.map(({ DisplayName: name }) => name).join(' › ') : undefined, membershipId: remove ? MembershipId : undefined,
    })),
  }
}

/** Memberships are asked about by what they join, or by their own names. */
export async function mayChangeMembers(visit: AdminVisit, userId: string): Promise<{ add: boolean; remove: boolean }> {
  const add = await mayAll(visit, ['identitystore:CreateGroupMembership'], [groupArn('*'), userArn(userId)])
  const remove = await mayAll(visit, ['identitystore:DeleteGroupMembership'], ['arn:aws:identitystore:::membership/*'])
  return { add: add['identitystore:CreateGroupMembership'] ?? false, remove: remove['identitystore:DeleteGroupMembership'] ?? false }
}

/** What the form of a profile begins with. */
export const profileOf = ({ UserName, DisplayName, Name, Emails, PhoneNumbers, Title, Extensions }: UserAnswer): Record<string, string> => ({
  UserName, DisplayName, GivenName: Name?.GivenName ?? '', FamilyName: Name?.FamilyName ?? '', Email: mainOf(Emails) ?? '', PhoneNumber: mainOf(PhoneNumbers) ?? '', Title: Title ?? '', Department: Extensions?.[enterprise]?.department ?? '',
})

const paths = { UserName: 'userName', DisplayName: 'displayName', GivenName: 'name.givenName', FamilyName: 'name.familyName', Title: 'title', Department: `${enterprise}.department` } as const

/** The changes that a form asks for: only what is not as it was. */
export function profilePatch(user: UserAnswer, form: Form): { AttributePath: string; AttributeValue: unknown }[] {
  const was = profileOf(user)
  const isNew = (name: string): boolean => form[name] !== undefined && form[name].trim() !== was[name]
  return [
    ...Object.entries(paths).filter(([name]) => isNew(name)).map(([name, AttributePath]) => ({ AttributePath, AttributeValue: orNothing(form[name]) })),
    ...(isNew('Email') ? [{ AttributePath: 'emails', AttributeValue: withMain(user.Emails, orNothing(form.Email)) }] : []),
    ...(isNew('PhoneNumber') ? [{ AttributePath: 'phoneNumbers', AttributeValue: withMain(user.PhoneNumbers, orNothing(form.PhoneNumber)) }] : []),
  ]
}

/** The same values with another main one, in the words of changes; the others stay. */
function withMain(values: readonly { Value: string; Type?: string; Primary?: boolean }[] = [], main: string | undefined): object[] | undefined {
  const at = Math.max(0, values.findIndex(({ Primary }) => Primary))
  const spelled = values.map(({ Value, Type, Primary }, place) => ({ value: place === at ? main : Value, type: Type, primary: Primary })).filter(({ value }) => value !== undefined)
  const all = values.length === 0 && main !== undefined ? [{ value: main, type: 'work', primary: true }] : spelled
  return all.length > 0 ? all : undefined
}
