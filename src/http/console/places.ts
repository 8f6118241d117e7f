// Where one can go in the console, and what it takes: a place is shown to those whose policies let them read it.
import type { Wish } from '../middleware/asking.js'
import type { ConsoleVisit } from './visit.js'

interface Place {
  url: string
  title: string
  text: string
  /** Any of these opens it; none: it is open. */
  wishes: Wish[]
  /** Kinds of sessions that it is for; all unless told. */
  kinds?: string[]
}

/** Names something in the account of a session, as policies do. */
export const arnIn = (accountId: string, rest: string): string => `arn:aws:iam::${accountId}:${rest}`

const placesIn = (accountId: string): Place[] => {
  const iam = (action: string, rest?: string): Wish => ({ action: `iam:${action}`, resource: rest === undefined ? '*' : arnIn(accountId, rest) })
  return [
    { url: '/console/credentials', title: 'My security credentials', text: 'Password, second step and access keys', wishes: [], kinds: ['root', 'iam-user'] },
    { url: '/console/users', title: 'Users', text: 'Who signs in to this account, and their keys', wishes: [iam('ListUsers', 'user/')] },
    { url: '/console/groups', title: 'Groups', text: 'Users that share policies', wishes: [iam('ListGroups', 'group/')] },
    { url: '/console/roles', title: 'Roles', text: 'What others may act as, and who they are', wishes: [iam('ListRoles', 'role/')] },
    { url: '/console/policies', title: 'Policies', text: 'What is allowed and denied here', wishes: [iam('ListPolicies', 'policy/')] },
    { url: '/console/providers', title: 'Identity providers', text: 'Whose people may act as roles', wishes: [iam('ListOpenIDConnectProviders', 'oidc-provider/'), iam('ListSAMLProviders', 'saml-provider/')] },
    { url: '/console/simulate', title: 'Who may do what', text: 'Ask the policies, and see what decides', wishes: [iam('SimulatePrincipalPolicy', 'user/*'), iam('SimulatePrincipalPolicy', 'role/*')] },
    { url: '/console/events', title: 'Events', text: 'Sign-ins and changes in this account', wishes: [{ action: 'cloudtrail:LookupEvents', resource: '*' }] },
    { url: '/console/settings', title: 'Account settings', text: 'Alias, rules for passwords, root email', wishes: [iam('GetAccountPasswordPolicy'), iam('ListAccountAliases'), { action: 'account:GetPrimaryEmail', resource: '*' }] },
    { url: '/console/switch-role', title: 'Switch role', text: 'Work as a role, here or in another account', wishes: [], kinds: ['iam-user', 'role'] },
  ]
}

/** The places that are open to a session, and which of them it is in. */
export async function placesOf({ session, may, path }: Pick<ConsoleVisit, 'session' | 'may'> & { path: string }): Promise<(Pick<Place, 'url' | 'title' | 'text'> & { isHere: boolean })[]> {
  const places = placesIn(session.accountId).filter(({ kinds }) => !kinds || kinds.includes(session.kind))
  const wishes = places.flatMap(({ url, wishes: all }) => all.map((wish, at) => [`${url} ${at}`, wish] as const))
  const granted = await may(Object.fromEntries(wishes))
  return places.filter(({ url, wishes: all }) => all.length === 0 || all.some((_, at) => granted[`${url} ${at}`])).map(({ url, title, text }) => ({ url, title, text, isHere: path === url || path.startsWith(`${url}/`) }))
}
