// What a directory answers to a DN and a password.
import { ResultCodeError, type Client } from 'ldapts'

/** How a password was taken; what stands in the way of a right one is for administrators only. */
export interface BindOutcome {
  right: boolean
  says?: string
  advice?: string
}

/** Results of LDAP by their numbers. */
export const results = { operations: 1, time: 3, size: 4, method: 7, stronger: 8, admin: 11, confidentiality: 13, constraint: 19, noSuchObject: 32, dnSyntax: 34, inappropriate: 48, credentials: 49, access: 50, busy: 51, unavailable: 52, unwilling: 53 }

/** What Active Directory says beside "invalid credentials" [MS-ERREF 2.2]. */
const troubles: Readonly<Record<string, { says: string; advice: string }>> = {
  530: { says: 'The directory does not let the person in at this hour.', advice: 'Change their logon hours in the directory, or wait.' },
  531: { says: 'The directory does not let the person in from here.', advice: 'Allow the server of Gatehouse among the workstations that the person may use.' },
  532: { says: 'The person’s password has expired in the directory.', advice: 'Have them change it where they change it usually.' },
  533: { says: 'The person is disabled in the directory.', advice: 'Enable them there, or leave it as it is.' },
  701: { says: 'The person’s account has expired in the directory.', advice: 'Give it a later end there, or leave it as it is.' },
  773: { says: 'The person has to change their password in the directory first.', advice: 'Have them change it where they change it usually.' },
  775: { says: 'The person is locked out of the directory.', advice: 'Unlock them there, or wait until the lock ends.' },
}

const refused = new Set([results.credentials, results.noSuchObject, results.dnSyntax, results.inappropriate, results.access, results.constraint, results.unwilling])

/** True for a password that a directory could take for none: it would then say yes to anybody (RFC 4513 section 5.1.2). */
export const isNoPassword = (password: string): boolean => password === '' || password.includes('\0')

/** Binds; throws whatever is not about the DN and the password. */
export async function tryBind(client: Client, dn: string, password: string): Promise<BindOutcome> {
  if (dn.trim() === '' || isNoPassword(password)) return { right: false, says: 'There is no password to bind with.', advice: 'Type one.' }
  try {
    await client.bind(dn, password)
    return { right: true }
  } catch (error) {
    if (!(error instanceof ResultCodeError) || !refused.has(error.code)) throw error
    const code = /\bdata ([0-9a-f]{3,8})\b/i.exec(error.message)?.[1]?.toLowerCase()
    if (code !== undefined && Object.hasOwn(troubles, code)) return { right: false, ...troubles[code] }
    return error.code === results.credentials
      ? { right: false }
      : { right: false, says: `The directory refuses to take the person’s password (result ${error.code}).`, advice: 'Look whether they are locked or without a password there.' }
  }
}
