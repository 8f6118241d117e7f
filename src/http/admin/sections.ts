// Where one can go in the administration, and what it takes: a section is shown to those whose policies let them read it.
import { Refusal } from '../../platform/errors.js'
import type { Asking, Wish } from '../middleware/asking.js'
import type { Places } from './options.js'

export interface Section {
  /** Its part of the address, such as `users`. */
  name: string
  title: string
  text: string
}

interface GuardedSection extends Section {
  /** What its first page takes, all of it. */
  wishes: readonly Wish[]
  /** What the page of one thing in it takes, where there is one that others lead to. */
  ofOne?: readonly Wish[]
}

/** What is open to a session. */
export interface Open {
  sections: Section[]
  /** The sections, by name, whose things have pages that it may open. */
  things: ReadonlySet<string>
}

/** Names the directory as policies do. */
export const storeArn = ({ accountId, identityStoreId }: Places): string => `arn:aws:identitystore::${accountId}:identitystore/${identityStoreId}`

const sectionsOf = (places: Places): GuardedSection[] => {
  const { instanceArn } = places
  const store = storeArn(places)
  const ofOne = {
    users: [{ action: 'identitystore:DescribeUser', resource: store }, { action: 'identitystore:DescribeUser', resource: 'arn:aws:identitystore:::user/*' }],
    groups: [{ action: 'identitystore:DescribeGroup', resource: store }, { action: 'identitystore:DescribeGroup', resource: 'arn:aws:identitystore:::group/*' }],
    sets: [{ action: 'sso:DescribePermissionSet', resource: instanceArn }, { action: 'sso:DescribePermissionSet', resource: `${instanceArn.replace(':instance/', ':permissionSet/')}/*` }],
  }
  return [
    { name: 'users', title: 'Users', text: 'People of the directory, and how they sign in', wishes: [{ action: 'sso-directory:SearchUsers', resource: store }, { action: 'sso-directory:SearchUsers', resource: 'arn:aws:identitystore:::user/*' }], ofOne: ofOne.users },
    { name: 'groups', title: 'Groups', text: 'People who share what they may', wishes: [{ action: 'sso-directory:SearchGroups', resource: store }, { action: 'sso-directory:SearchGroups', resource: 'arn:aws:identitystore:::group/*' }], ofOne: ofOne.groups },
    { name: 'accounts', title: 'Accounts', text: 'What people work in', wishes: [{ action: 'organizations:ListAccounts', resource: '*' }], ofOne: [{ action: 'organizations:DescribeAccount', resource: '*' }] },
    { name: 'permission-sets', title: 'Permission sets', text: 'What people may do there', wishes: [{ action: 'sso:ListPermissionSets', resource: instanceArn }], ofOne: ofOne.sets },
    { name: 'assignments', title: 'Assignments', text: 'Who may do what, in which account', wishes: [{ action: 'sso:ListAccountAssignments', resource: instanceArn }] },
    { name: 'access', title: 'Access', text: 'Who reaches what, and the end of it', wishes: [{ action: 'gatehouse:ExploreAccess', resource: instanceArn }] },
    { name: 'requests', title: 'Requests', text: 'Access that people ask for', wishes: [{ action: 'gatehouse:ListAccessRequests', resource: '*' }] },
    { name: 'applications', title: 'Applications', text: 'What people sign in to', wishes: [{ action: 'sso:ListApplications', resource: instanceArn }], ofOne: [{ action: 'sso:DescribeApplication', resource: '*' }] },
    { name: 'identity-sources', title: 'Identity sources', text: 'The company’s own sign-in', wishes: [{ action: 'gatehouse:ListIdentitySources', resource: '*' }] },
    { name: 'provisioning', title: 'Provisioning', text: 'A directory elsewhere that keeps people here', wishes: [{ action: 'gatehouse:ListProvisioningTokens', resource: store }] },
    { name: 'settings', title: 'Settings', text: 'Sign-in, passwords, mail, how it looks', wishes: [{ action: 'gatehouse:GetSettings', resource: '*' }] },
    { name: 'events', title: 'Events', text: 'What happened, and by whom', wishes: [{ action: 'cloudtrail:LookupEvents', resource: '*' }] },
  ]
}

/** Refuses whoever has a session, but no rights at all. */
export const nothingOpen = (): Refusal => new Refusal('forbidden', 'Your policies in this account open nothing here. Administration needs rights such as sso:ListPermissionSets or sso-directory:SearchUsers in the management account.')

/** Finds what is open to a session: the sections, in their order, and the things whose pages others lead to. */
export async function findOpen({ may }: Pick<Asking, 'may'>, places: Places): Promise<Open> {
  const all = sectionsOf(places)
  const keyed = (name: string, wishes: readonly Wish[]): [key: string, wish: Wish][] => wishes.map((wish, at) => [`${name} ${at}`, wish])
  const granted: Readonly<Record<string, boolean>> = await may(Object.fromEntries(all.flatMap(({ name, wishes, ofOne = [] }) => [...keyed(name, wishes), ...keyed(`one of ${name}`, ofOne)])))
  const isOpen = (name: string, wishes: readonly Wish[]): boolean => keyed(name, wishes).every(([key]) => granted[key])
  return {
    sections: all.filter(({ name, wishes }) => isOpen(name, wishes)).map(({ name, title, text }) => ({ name, title, text })),
    things: new Set(all.flatMap(({ name, ofOne }) => (ofOne && isOpen(`one of ${name}`, ofOne) ? [name] : []))),
  }
}
