// Who acts in an account, however they came: with a long-term key, with temporary credentials, or in a browser.
import { assumedRoleArn, assumedRoleUserId } from './reserved-role.js'
import type { TokenContent } from './session-token.js'

export type ActorKind = 'root' | 'iam-user' | 'assumed-role' | 'federated-user'

export interface Actor {
  kind: ActorKind
  accountId: string
  arn: string
  /** `AIDA…`, `AROA…:SESSION`, `ACCOUNT:NAME`, or the account id of a root user. */
  userId: string
  /** Of IAM users. */
  userName?: string
  /** An IAM user's, or the session's own. */
  tags: Readonly<Record<string, string>>
  /** What the session token says, where it is a session. */
  session?: Readonly<TokenContent>
  /** Of a root user or an IAM user in a browser: since when, and when a second factor was proved. */
  browser?: { startedAt: number; mfaAt: number | undefined }
}

/** An IAM user as sessions of it need to know it. */
export interface KnownUser {
  id: string
  accountId: string
  name: string
  arn: string
  tags: Readonly<Record<string, string>>
}

/** Finds IAM users by id. */
export type FindUser = (id: string) => Promise<KnownUser | undefined>

/** Says who acts in a session; undefined where its IAM user is no more. */
export async function actorOf(session: Readonly<TokenContent>, findUser: FindUser): Promise<Actor | undefined> {
  const { principal, tags } = session
  const { kind, accountId } = principal
  switch (kind) {
    case 'root': return { kind, accountId, arn: `arn:aws:iam::${accountId}:root`, userId: accountId, tags, session }
    case 'assumed-role': return { kind, accountId, arn: assumedRoleArn(principal), userId: assumedRoleUserId(principal), tags, session }
    case 'federated-user': {
      if (principal.iamUserId !== undefined && !await findUser(principal.iamUserId)) return undefined
      return { kind, accountId, arn: federatedUserArn(principal), userId: `${accountId}:${principal.name}`, tags, session }
    }
    case 'iam-user': {
      const user = await findUser(principal.iamUserId)
      return user && { kind, accountId, arn: user.arn, userId: user.id, userName: user.name, tags: user.tags, session }
    }
  }
}

/** Spells the ARN of a federated user. */
export const federatedUserArn = ({ accountId, name }: { accountId: string; name: string }): string => `arn:aws:sts::${accountId}:federated-user/${name}`

/** Spells an actor as the events of the trail do. */
export function identityOf({ kind, accountId, arn, userId, userName, session, browser }: Actor, accessKeyId: string): Record<string, unknown> {
  const common = { principalId: userId, arn, accountId, ...(accessKeyId !== '' && { accessKeyId }) }
  const since = session ?? (browser && { issuedAt: browser.startedAt, mfaAt: browser.mfaAt })
  if (kind === 'root' || kind === 'iam-user') {
    const named = { type: kind === 'root' ? 'Root' : 'IAMUser', ...common, ...(userName !== undefined && { userName }) }
    return since ? { ...named, sessionContext: { attributes: attributesOf(since) } } : named
  }
  return { type: kind === 'assumed-role' ? 'AssumedRole' : 'FederatedUser', ...common, ...(session && { sessionContext: sessionContextOf(session) }) }
}

const attributesOf = ({ issuedAt, mfaAt }: Pick<TokenContent, 'issuedAt' | 'mfaAt'>): Record<string, string> =>
  ({ creationDate: `${new Date(issuedAt).toISOString().slice(0, 19)}Z`, mfaAuthenticated: String(mfaAt !== undefined) })

function sessionContextOf(session: TokenContent): Record<string, unknown> {
  const { principal } = session
  const attributes = attributesOf(session)
  if (principal.kind === 'federated-user') {
    const { accountId, iamUserId } = principal
    return { sessionIssuer: iamUserId === undefined ? { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId } : { type: 'IAMUser', principalId: iamUserId, accountId }, attributes }
  }
  if (principal.kind !== 'assumed-role') return { attributes }
  const { roleId, accountId, roleName, sourceIdentity, federation } = principal
  return {
    sessionIssuer: { type: 'Role', principalId: roleId, accountId, userName: roleName },
    ...(federation && { webIdFederationData: { federatedProvider: federation.provider, attributes: {} } }),
    attributes,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

/** The workforce user behind an actor, for the trail. */
export function personBehind({ session }: Pick<Actor, 'session'>): string | undefined {
  return session?.principal.kind === 'assumed-role' ? session.principal.userId : undefined
}
