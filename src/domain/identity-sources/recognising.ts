// Who somebody is at their first sign-in with a source, among those who are here already: by the rule that an administrator chose,
// and never by an address alone that nobody has proved.
import type { Executor } from '../../platform/storage/database.js'
import { provisioningIssuer, Users, type User } from '../directory/index.js'
import type { ExternalIdentity, ExternalSteps } from '../federation/index.js'
import { domainOf, isSourcesOwn, type MappedProfile } from './mapping.js'
import type { IdentitySource } from './sources.js'

export interface RecognitionRules {
  /** Whether somebody has a say in the management account. */
  isAdministrator: (tx: Executor, userId: string) => Promise<boolean>
  /** Whether an address was proved to be somebody's. */
  isProved: (tx: Executor, userId: string, address: string) => Promise<boolean>
}

/** Finds people here, one by one or among many that were fetched at once. */
export interface KnownPeople extends Pick<Users, 'findByUserName' | 'findByExternalId' | 'findByAddress'> {
  /** Whether somebody is linked to the source already. */
  isLinked: (userId: string) => Promise<boolean>
}

/** Asks the database for each. */
export const peopleOf = (tx: Executor, source: Pick<IdentitySource, 'id'>): KnownPeople => {
  const users = new Users(tx)
  return {
    findByUserName: (name) => users.findByUserName(name), findByExternalId: (id) => users.findByExternalId(id), findByAddress: (address) => users.findByAddress(address),
    isLinked: async (userId) => (await tx.query('select 1 from identity_links where source_id = $1 and user_id = $2', [source.id, userId])).length > 0,
  }
}

interface Stranger extends RecognitionRules {
  people: KnownPeople
  source: IdentitySource
  identity: Pick<ExternalIdentity, 'subject'>
  profile: MappedProfile
  steps: ExternalSteps
}

/** Finds the person; undefined for somebody new. Refuses those whom the source may not vouch for. */
export async function recognise(tx: Executor, stranger: Stranger): Promise<User | undefined> {
  const { source, steps, people, isAdministrator } = stranger
  const user = await candidate(tx, stranger)
  if (!user) {
    if (source.provisioning.create) return undefined
    return steps.fail({
      name: 'person', reason: 'not-known', says: 'Nobody here is linked to the subject, and the source makes nobody.',
      advice: 'Link the person on their page, let the source make people who sign in for the first time, or have them provisioned by SCIM.',
    })
  }
  if (await people.isLinked(user.id)) {
    return steps.fail({
      name: 'person', reason: 'linked-otherwise', says: `${user.userName} is linked to another subject of the source.`, advice: 'If the source knows them by a new subject for good reason, remove the link on their page.',
    })
  }
  if (!source.provisioning.administrators && await isAdministrator(tx, user.id)) {
    return steps.fail({
      name: 'person', reason: 'administrator', says: `${user.userName} has a say in the management account, and the source may not vouch for such people by itself.`,
      advice: 'Link them on their page, or let the source vouch for administrators.',
    })
  }
  return user
}

async function candidate(tx: Executor, { source, identity, profile, steps, people: users, isProved }: Stranger): Promise<User | undefined> {
  switch (source.provisioning.match) {
    case 'none': return undefined
    case 'userName': return profile.userName === undefined ? undefined : users.findByUserName(profile.userName)
    case 'externalId': return users.findByExternalId({ issuer: provisioningIssuer, id: identity.subject })
    case 'email': {
      if (profile.email === undefined) return undefined
      const [found, ...others] = await users.findByAddress(profile.email)
      if (!found || others.length > 0) return undefined
      // Whoever may write any address into their profile at the provider would otherwise be anybody here.
      if (!isSourcesOwn(profile, source)) {
        return steps.fail({
          name: 'person', reason: 'address-not-proved', attribute: source.mapping.email, says: `The source does not say that it has proved ${profile.email}, and the address is at none of its mail domains.`,
          advice: 'Name the mail domain at the source, or have the provider send email_verified.',
        })
      }
      if (!source.domains.includes(domainOf(profile.email)) && !await isProved(tx, found.id, profile.email)) {
        return steps.fail({ name: 'person', reason: 'address-not-proved', attribute: source.mapping.email, says: `${profile.email} was never proved to be ${found.userName}'s here.`, advice: 'Link the person on their page, or name the mail domain at the source.' })
      }
      return found
    }
  }
}
