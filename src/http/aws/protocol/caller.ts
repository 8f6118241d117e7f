// Who calls an API of the AWS wire: the holder of a long-term access key, or of a session. Finds them for the signature.
import type { KeyHolder, KeyUses, KeyLookUp } from '../../../domain/accounts/index.js'
import { assumedRoleArn, assumedRoleUserId, type Credentials, type Session } from '../../../domain/credentials/index.js'
import type { LookedUp, LookUp } from './sigv4.js'

export interface Caller {
  kind: 'root' | 'iam-user' | 'assumed-role'
  accountId: string
  arn: string
  /** `AIDA…`, `AROA…:SESSION`, or the account id of a root user. */
  userId: string
  accessKeyId: string
  /** Of IAM users. */
  userName?: string
  tags: Readonly<Record<string, string>>
  /** What the session token says, where it is a session. */
  session?: Readonly<Session>
  /** Of those who act in a browser: since when, and when a second factor was proved. */
  console?: { startedAt: number; mfaAt: number | undefined }
}

interface Lookers {
  credentials: Pick<Credentials, 'open'>
  /** Without it, only sessions are known. */
  keys?: Pick<KeyLookUp, 'findForSigning'>
}

/** Finds callers by access key, and by the session token that came with it. */
export const callerLookUp = ({ credentials, keys }: Lookers): LookUp<Caller> => async (accessKeyId, sessionToken) =>
  (sessionToken === undefined ? findHolder(accessKeyId, keys) : openSession(accessKeyId, sessionToken, credentials))

async function findHolder(accessKeyId: string, keys: Lookers['keys']): Promise<LookedUp<Caller>> {
  const key = await keys?.findForSigning(accessKeyId)
  return key?.active ? { principal: holderCaller(key.holder, accessKeyId), secretAccessKey: key.secret } : { refused: 'invalid' }
}

const holderCaller = ({ kind, accountId, arn, id, userName, tags }: KeyHolder, accessKeyId: string): Caller =>
  ({ kind, accountId, arn, userId: id, accessKeyId, tags, ...(userName !== undefined && { userName }) })

function openSession(accessKeyId: string, sessionToken: string, credentials: Lookers['credentials']): LookedUp<Caller> {
  const { session, refused } = credentials.open({ accessKeyId, sessionToken })
  return session ? { principal: sessionCaller(session), secretAccessKey: session.secretAccessKey } : { refused }
}

function sessionCaller(session: Readonly<Session>): Caller {
  const { principal, accessKeyId, tags } = session
  return { kind: principal.kind, accountId: principal.accountId, arn: assumedRoleArn(principal), userId: assumedRoleUserId(principal), accessKeyId, tags, session }
}

/** Says that a long-term key was used; a session's key is nobody's to look after. */
export function recordUse(uses: Pick<KeyUses, 'record'>, { session, accessKeyId }: Caller, { region, service }: { region: string; service: string }): void {
  if (!session) uses.record(accessKeyId, { region, service })
}

/** Spells a caller as the events of the trail do. */
export function identityOf({ kind, accountId, arn, userId, accessKeyId, userName, session, console }: Caller): Record<string, unknown> {
  const common = { principalId: userId, arn, accountId, accessKeyId, ...(console && !session && { sessionContext: { attributes: attributesOf(console) } }) }
  if (kind === 'root') return { type: 'Root', ...common }
  if (kind === 'iam-user') return { type: 'IAMUser', ...common, userName }
  const { principal, issuedAt } = session!
  return {
    type: 'AssumedRole', ...common,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: principal.roleId, accountId, userName: principal.roleName },
      attributes: attributesOf(console ?? { startedAt: issuedAt, mfaAt: undefined }),
    },
  }
}

const attributesOf = ({ startedAt, mfaAt }: NonNullable<Caller['console']>): object => ({ creationDate: new Date(startedAt).toISOString(), mfaAuthenticated: String(mfaAt !== undefined) })
