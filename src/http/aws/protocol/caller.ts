// Who calls an API of the AWS wire: the holder of a long-term access key, or of a session. Finds them for the signature.
import type { KeyHolder, KeyUses, KeyLookUp } from '../../../domain/accounts/index.js'
import { actorOf, identityOf as identityOfActor, type Actor, type Credentials, type FindUser } from '../../../domain/credentials/index.js'
import type { LookedUp, LookUp } from './sigv4.js'

export interface Caller extends Actor {
  accessKeyId: string
  /** The console session it is called in. */
  sessionId?: string
}

interface Lookers {
  credentials: Pick<Credentials, 'open'>
  /** Without it, only sessions are known. */
  keys?: Pick<KeyLookUp, 'findForSigning'>
  /** Without it, sessions of IAM users are nobody's. */
  findUser?: FindUser
}

/** Finds callers by access key, and by the session token that came with it. */
export const callerLookUp = ({ credentials, keys, findUser = async () => undefined }: Lookers): LookUp<Caller> => async (accessKeyId, sessionToken) =>
  (sessionToken === undefined ? findHolder(accessKeyId, keys) : openSession({ accessKeyId, sessionToken }, credentials, findUser))

async function findHolder(accessKeyId: string, keys: Lookers['keys']): Promise<LookedUp<Caller>> {
  const key = await keys?.findForSigning(accessKeyId)
  return key?.active ? { principal: holderCaller(key.holder, accessKeyId), secretAccessKey: key.secret } : { refused: 'invalid' }
}

const holderCaller = ({ kind, accountId, arn, id, userName, tags }: KeyHolder, accessKeyId: string): Caller =>
  ({ kind, accountId, arn, userId: id, accessKeyId, tags, ...(userName !== undefined && { userName }) })

async function openSession(keys: { accessKeyId: string; sessionToken: string }, credentials: Lookers['credentials'], findUser: FindUser): Promise<LookedUp<Caller>> {
  const { session, refused } = credentials.open(keys)
  if (!session) return { refused }
  const actor = await actorOf(session, findUser)
  return actor ? { principal: { ...actor, accessKeyId: keys.accessKeyId }, secretAccessKey: session.secretAccessKey } : { refused: 'invalid' }
}

/** Says that a long-term key was used, or a role by one of its sessions; a session's own key is nobody's to look after, and neither is a permission set. */
export function recordUse(uses: Pick<KeyUses, 'record'>, { session, accessKeyId }: Caller, { region, service }: { region: string; service: string }): void {
  if (!session) uses.record(accessKeyId, { region, service })
  else if (session.principal.kind === 'assumed-role' && !session.principal.permissionSet) uses.record(session.principal.roleId, { region, service })
}

/** Spells a caller as the events of the trail do. */
export const identityOf = (caller: Caller): Record<string, unknown> => identityOfActor(caller, caller.accessKeyId)
