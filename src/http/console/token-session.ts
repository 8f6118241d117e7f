// What the token of a role says, as a session of the console: for roles that are switched to.
import { assumedRoleArn, type TokenContent } from '../../domain/credentials/index.js'
import type { NewConsoleSession } from '../../domain/sessions/index.js'
import { Refusal } from '../../platform/errors.js'

/** What the token does not say. */
export type BesideToken = Pick<NewConsoleSession, 'via' | 'principal' | 'userName' | 'expiresAt'> & Partial<Pick<NewConsoleSession, 'mfaAt' | 'region'>> & {
  /** The ARN of the role, with its path. */
  roleArn: string
}

/** Makes a session of what the token of a role says. */
export function tokenSession({ principal, accessKeyId, tags, transitiveTagKeys, policies }: Readonly<TokenContent>, { roleArn, ...beside }: BesideToken): NewConsoleSession {
  if (principal.kind !== 'assumed-role') throw new Refusal('invalid-input', 'Only roles can be worked as.')
  const { accountId, roleId, roleName, sessionName, sourceIdentity, assumedBy } = principal
  return {
    ...beside, kind: 'role', accountId, label: roleName, arn: assumedRoleArn(principal), accessKeyId, tags, policies, ...(transitiveTagKeys && { transitiveTagKeys }),
    role: { id: roleId, name: roleName, arn: roleArn, sessionName, ...(assumedBy && { assumedBy }) }, ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}
