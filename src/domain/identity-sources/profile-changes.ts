// What a source says of somebody, as a person of the directory: somebody new, or what is different by now.
import { isMailAddress } from '../../platform/mail/index.js'
import type { NewUser, User } from '../directory/index.js'
import type { ExternalSteps } from '../federation/index.js'
import type { MappedProfile } from './mapping.js'
import type { IdentitySource } from './sources.js'

/** Names that one can sign in with. */
const signInName = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u
const reserved = new Set(['administrator', 'awsadministrators'])

/** What a source decides about a person, as far as it says anything of it. */
export type Followed = 'displayName' | 'givenName' | 'familyName' | 'email'

/** A person to be. Refuses what has no name that can be one here. */
export function newcomerOf(profile: MappedProfile, { mapping }: Pick<IdentitySource, 'mapping'>, steps: ExternalSteps): NewUser {
  const { userName, givenName, familyName, email } = profile
  if (userName === undefined) {
    return steps.fail({
      name: 'person', reason: 'no-user-name', attribute: mapping.userName, says: `The source gave no ${mapping.userName ?? 'claim that is a user name'}.`,
      advice: mapping.userName ? 'Have the provider send it, or map another one to the user name.' : 'Map the claim that is the user name, or ask for the scope that brings it.',
    })
  }
  if (!signInName.test(userName) || reserved.has(userName.toLowerCase())) {
    return steps.fail({ name: 'person', reason: 'user-name', attribute: mapping.userName, says: 'What the source gave as the user name cannot be one: it has 1 to 128 letters, digits, marks and signs, without spaces.', advice: 'Map another claim to the user name.' })
  }
  const displayName = profile.displayName ?? ([givenName, familyName].filter(Boolean).join(' ') || userName)
  return { userName, displayName, givenName, familyName, emails: email !== undefined && isMailAddress(email) ? [{ value: email, primary: true }] : [], active: true }
}

/** What becomes of somebody by what the source says now; undefined where nothing is different. What it is silent about stays. */
export function changedBy(profile: MappedProfile, user: User): NewUser | undefined {
  const { userName, active } = user
  const changed: NewUser = {
    userName, active, displayName: profile.displayName ?? user.displayName, givenName: profile.givenName ?? user.givenName, familyName: profile.familyName ?? user.familyName, emails: emailsOf(profile, user),
  }
  const isSame = changed.displayName === user.displayName && changed.givenName === user.givenName && changed.familyName === user.familyName && changed.emails === user.emails
  return isSame ? undefined : changed
}

/** The address takes the place of the main one. */
function emailsOf({ email }: MappedProfile, { emails }: User): User['emails'] {
  if (email === undefined || !isMailAddress(email) || emails.some(({ value }) => value.toLowerCase() === email.toLowerCase())) return emails
  const main = emails.find(({ primary }) => primary) ?? emails[0]
  return [{ ...main, value: email, primary: true }, ...emails.filter((other) => other !== main)]
}
