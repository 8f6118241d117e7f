// What a session token says, and its compact, versioned spelling: JSON, deflated where policies make it long. Sealing
// is done by whoever calls. Roles with nothing special keep the spelling that every release reads.
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** How credentials of a role came to be, where it was not the access portal. */
export type Assumption = 'assume-role' | 'chained' | 'web-identity' | 'saml'

/** Who a federated identity is at the provider that vouches for it. */
export interface Federation {
  /** The provider, as `aws:FederatedProvider` and events name it. */
  provider: string
  audience: string
  subject: string
}

/** The principal of temporary credentials that act as a role. */
export interface AssumedRole {
  kind: 'assumed-role'
  accountId: string
  roleName: string
  /** `AROA…` */
  roleId: string
  sessionName: string
  /** The permission set that the role was made from. */
  permissionSet?: { id: string; name: string } | undefined
  /** The workforce user who acts. */
  userId?: string | undefined
  sourceIdentity?: string | undefined
  assumedBy?: Assumption | undefined
  federation?: Federation | undefined
}

/** An IAM user, by temporary credentials of its own. */
export interface UserSession {
  kind: 'iam-user'
  accountId: string
  /** `AIDA…` */
  iamUserId: string
}

/** A root user, by temporary credentials of its own. */
export interface RootSession {
  kind: 'root'
  accountId: string
}

/** Somebody an IAM user or a root user vouches for, with no more rights than those of who vouches. */
export interface FederatedUser {
  kind: 'federated-user'
  accountId: string
  name: string
  /** The user who vouches; the root user where there is none. */
  iamUserId?: string | undefined
}

export type SessionPrincipal = AssumedRole | UserSession | RootSession | FederatedUser

/** Everything that a token carries; times are in milliseconds since the epoch. */
export interface TokenContent {
  accessKeyId: string
  principal: SessionPrincipal
  tags: Record<string, string>
  /** Tags that the sessions made from this one have too. */
  transitiveTagKeys?: string[] | undefined
  /** Session policies in force, as policy documents or policy ARNs; for a role none means that only the role's own count. */
  policies: string[]
  /** When a second factor was proved. */
  mfaAt?: number | undefined
  issuedAt: number
  expiresAt: number
}

/** First bytes: of the spelling for plain roles, and of the one for everything. */
const versions = { role: { plain: 1, deflated: 2 }, any: { plain: 3, deflated: 4 } } as const
const worthDeflating = 1024
const longest = 262_144

type RoleFields = [
  accessKeyId: string, accountId: string, roleName: string, roleId: string, sessionName: string, issuedAt: number, expiresAt: number,
  userId: string | 0, permissionSetId: string | 0, permissionSetName: string | 0, sourceIdentity: string | 0,
  tags: [string, string][], policies: string[],
]

interface AnyFields extends Omit<TokenContent, 'tags'> {
  /** As pairs, because a tag may have the name of what every object has. */
  tags: [string, string][]
}

/** Spells a token's content as bytes; the first byte is the version. */
export function encodeToken(content: TokenContent): Buffer {
  const plain = plainRole(content)
  const { tags, ...rest } = content
  const text = Buffer.from(JSON.stringify(plain ?? ({ ...rest, tags: Object.entries(tags) } satisfies AnyFields)))
  const version = plain ? versions.role : versions.any
  return text.length < worthDeflating
    ? Buffer.concat([Buffer.of(version.plain), text])
    : Buffer.concat([Buffer.of(version.deflated), deflateRawSync(text)])
}

/** Reads what `encodeToken` wrote; undefined for a version this release does not know. */
export function decodeToken(bytes: Buffer): TokenContent | undefined {
  const body = bytes.subarray(1)
  switch (bytes[0]) {
    case versions.role.plain: return readRole(body)
    case versions.role.deflated: return readRole(inflate(body))
    case versions.any.plain: return readAny(body)
    case versions.any.deflated: return readAny(inflate(body))
    default: return undefined
  }
}

const inflate = (body: Buffer): Buffer => inflateRawSync(body, { maxOutputLength: longest })

/** The fields of a role's session that has nothing which the first spelling cannot say. */
function plainRole({ accessKeyId, principal: p, tags, transitiveTagKeys, policies, mfaAt, issuedAt, expiresAt }: TokenContent): RoleFields | undefined {
  if (p.kind !== 'assumed-role' || p.assumedBy !== undefined || p.federation || transitiveTagKeys !== undefined || mfaAt !== undefined) return undefined
  return [
    accessKeyId, p.accountId, p.roleName, p.roleId, p.sessionName, issuedAt, expiresAt,
    p.userId ?? 0, p.permissionSet?.id ?? 0, p.permissionSet?.name ?? 0, p.sourceIdentity ?? 0,
    Object.entries(tags), policies,
  ]
}

function readRole(text: Buffer): TokenContent {
  const [accessKeyId, accountId, roleName, roleId, sessionName, issuedAt, expiresAt, userId, setId, setName, sourceIdentity, tags, policies] =
    JSON.parse(text.toString()) as RoleFields
  const principal: AssumedRole = { kind: 'assumed-role', accountId, roleName, roleId, sessionName }
  if (setId !== 0) principal.permissionSet = { id: setId, name: setName || '' }
  if (userId !== 0) principal.userId = userId
  if (sourceIdentity !== 0) principal.sourceIdentity = sourceIdentity
  return { accessKeyId, principal, tags: Object.fromEntries(tags), policies, issuedAt, expiresAt }
}

function readAny(text: Buffer): TokenContent {
  const { tags, ...rest } = JSON.parse(text.toString()) as AnyFields
  return { ...rest, tags: Object.fromEntries(tags) }
}
