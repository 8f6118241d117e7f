// Where one can go in the administration, and what it takes: a section is shown to those whose policies let them read it.
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
}

/** Names the directory as policies do. */
export const storeArn = ({ accountId, identityStoreId }: Places): string => `arn:aws:identitystore::${accountId}:identitystore/${identityStoreId}`

const sectionsOf = (places: Places): GuardedSection[] => {
  const { instanceArn } = places
  const store = storeArn(places)
  return [
    { name: 'users', title: 'Users', text: 'People of the directory, and how they sign in', wishes: [{ action: 'sso-directory:SearchUsers', resource: store }, { action: 'sso-directory:SearchUsers', resource: 'arn:aws:identitystore:::user/*' }] },
    { name: 'groups', title: 'Groups', text: 'People who share what they may', wishes: [{ action: 'sso-directory:SearchGroups', resource: store }, { action: 'sso-directory:SearchGroups', resource: 'arn:aws:identitystore:::group/*' }] },
    { name: 'accounts', title: 'Accounts', text: 'What people work in', wishes: [{ action: 'organizations:ListAccounts', resource: '*' }] },
    { name: 'permission-sets', title: 'Permission sets', text: 'What people may do there', wishes: [{ action: 'sso:ListPermissionSets', resource: instanceArn }] },
    { name: 'assignments', title: 'Assignments', text: 'Who may do what, in which account', wishes: [{ action: 'sso:ListAccountAssignments', resource: instanceArn }] },
    { name: 'access', title: 'Access', text: 'Who reaches what, and the end of it', wishes: [{ action: 'gatehouse:ExploreAccess', resource: instanceArn }] },
    { name: 'requests', title: 'Requests', text: 'Access that people ask for', wishes: [{ action: 'gatehouse:ListAccessRequests', resource: '*' }] },
    { name: 'applications', title: 'Applications', text: 'What people sign in to', wishes: [{ action: 'sso:ListApplications', resource: instanceArn }] },
    { name: 'identity-sources', title: 'Identity sources', text: 'The company’s own sign-in', wishes: [{ action: 'gatehouse:ListIdentitySources', resource: '*' }] },
    { name: 'provisioning', title: 'Provisioning', text: 'A directory elsewhere that keeps people here', wishes: [{ action: 'gatehouse:ListProvisioningTokens', resource: store }] },
    { name: 'settings', title: 'Settings', text: 'Sign-in, passwords, mail, how it looks', wishes: [{ action: 'gatehouse:GetSettings', resource: '*' }] },
    { name: 'events', title: 'Events', text: 'What happened, and by whom', wishes: [{ action: 'cloudtrail:LookupEvents', resource: '*' }] },
  ]
}

/** The sections that are open to a session, in their order. */
export async function openSections({ may }: Pick<Asking, 'may'>, places: Places): Promise<Section[]> {
  const all = sectionsOf(places)
  const granted = await may(Object.fromEntries(all.flatMap(({ name, wishes }) => wishes.map((wish, at) => [`${name} ${at}`, wish]))))
  return all.filter(({ name, wishes }) => wishes.every((_, at) => granted[`${name} ${at}`])).map(({ name, title, text }) => ({ name, title, text }))
}
