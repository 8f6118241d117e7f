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
  wish: Wish
}

/** Names the directory as policies do. */
export const storeArn = ({ accountId, identityStoreId }: Places): string => `arn:aws:identitystore::${accountId}:identitystore/${identityStoreId}`

const sectionsOf = (places: Places): GuardedSection[] => {
  const { instanceArn } = places
  const store = storeArn(places)
  return [
    { name: 'users', title: 'Users', text: 'People of the directory, and how they sign in', wish: { action: 'identitystore:ListUsers', resource: store } },
    { name: 'groups', title: 'Groups', text: 'People who share what they may', wish: { action: 'identitystore:ListGroups', resource: store } },
    { name: 'accounts', title: 'Accounts', text: 'What people work in', wish: { action: 'organizations:ListAccounts', resource: '*' } },
    { name: 'permission-sets', title: 'Permission sets', text: 'What people may do there', wish: { action: 'sso:ListPermissionSets', resource: instanceArn } },
    { name: 'assignments', title: 'Assignments', text: 'Who may do what, in which account', wish: { action: 'sso:ListAccountAssignments', resource: instanceArn } },
    { name: 'access', title: 'Access', text: 'Who reaches what, and the end of it', wish: { action: 'gatehouse:ExploreAccess', resource: instanceArn } },
    { name: 'requests', title: 'Requests', text: 'Access that people ask for', wish: { action: 'gatehouse:ListAccessRequests', resource: '*' } },
    { name: 'applications', title: 'Applications', text: 'What people sign in to', wish: { action: 'sso:ListApplications', resource: instanceArn } },
    { name: 'provisioning', title: 'Provisioning', text: 'A directory elsewhere that keeps people here', wish: { action: 'gatehouse:ListProvisioningTokens', resource: store } },
    { name: 'settings', title: 'Settings', text: 'Sign-in, passwords, mail, how it looks', wish: { action: 'gatehouse:GetSettings', resource: '*' } },
    { name: 'events', title: 'Events', text: 'What happened, and by whom', wish: { action: 'cloudtrail:LookupEvents', resource: '*' } },
  ]
}

/** The sections that are open to a session, in their order. */
export async function openSections({ may }: Pick<Asking, 'may'>, places: Places): Promise<Section[]> {
  const all = sectionsOf(places)
  const granted = await may(Object.fromEntries(all.map(({ name, wish }) => [name, wish])))
  return all.filter(({ name }) => granted[name]).map(({ name, title, text }) => ({ name, title, text }))
}
