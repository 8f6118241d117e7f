// What applications get to know of a person, by scope.
import type { Account, AccountClaims } from 'oidc-provider'
import { primaryEmail, type Group, type User } from '../../domain/directory/index.js'

/** Claims by the scope that asks for them (OpenID Connect Core, section 5.4). */
export const claimsByScope: Record<string, string[]> = {
  openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
}

interface ClaimSources {
  findUser: (id: string) => Promise<User | undefined>
  groupsOf: (userId: string) => Promise<Group[]>
  /** False for an application that is not, or no longer, assigned to the person. */
  mayUse: (userId: string, clientId: string) => Promise<boolean>
  /** True for an address that was proved to be the person's. */
  isVerified: (userId: string, address: string) => Promise<boolean>
}

/** Finds the account behind a subject; nobody for one who left, was disabled, or lost the application. */
export function accountFinder({ findUser, groupsOf, mayUse, isVerified }: ClaimSources): (subject: string, clientId: string | undefined) => Promise<Account | undefined> {
  const hasVerified = async ({ id, emails }: User): Promise<boolean> => {
    const address = primaryEmail(emails)
    return address !== undefined && await isVerified(id, address)
  }
  return async (subject, clientId) => {
    const user = await findUser(subject)
    if (!user?.active) return undefined
    if (clientId && !await mayUse(subject, clientId)) return undefined
    return {
      accountId: user.id,
      claims: async (_use, scope) => {
        const scopes = scope.split(' ')
        return {
          ...claimsOf(user),
          ...(scopes.includes('email') && { email_verified: await hasVerified(user) }),
          ...(scopes.includes('groups') && { groups: (await groupsOf(user.id)).map((group) => group.displayName) }),
        }
      },
    }
  }
}

const claimsOf = (user: User): AccountClaims => ({
  sub: user.id,
  name: user.displayName,
  given_name: user.givenName,
  family_name: user.familyName,
  preferred_username: user.userName,
  email: primaryEmail(user.emails),
  email_verified: false,
})
