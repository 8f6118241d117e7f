// What a session token says, and its compact, versioned spelling: a JSON array, deflated where
// policies make it long. Sealing is done by whoever calls.
import { deflateRawSync, inflateRawSync } from 'node:zlib'

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
}

/** Everything that a token carries; times are in milliseconds since the epoch. */
export interface TokenContent {
  accessKeyId: string
  principal: AssumedRole
  tags: Record<string, string>
  /** Session policies in force, as policy documents or policy ARNs; none means that only the role's own count. */
  policies: string[]
  issuedAt: number
  expiresAt: number
}

const plain = 1
const deflated = 2
const worthDeflating = 1024
const longest = 262_144

type Fields = [
  accessKeyId: string, accountId: string, roleName: string, roleId: string, sessionName: string, issuedAt: number, expiresAt: number,
  userId: string | 0, permissionSetId: string | 0, permissionSetName: string | 0, sourceIdentity: string | 0,
  tags: [string, string][], policies: string[],
]

/** Spells a token's content as bytes; the first byte is the version. */
export function encodeToken({ accessKeyId, principal: p, tags, policies, issuedAt, expiresAt }: TokenContent): Buffer {
  const fields: Fields = [
    accessKeyId, p.accountId, p.roleName, p.roleId, p.sessionName, issuedAt, expiresAt,
    p.userId ?? 0, p.permissionSet?.id ?? 0, p.permissionSet?.name ?? 0, p.sourceIdentity ?? 0,
    Object.entries(tags), policies,
  ]
  const text = Buffer.from(JSON.stringify(fields))
  return text.length < worthDeflating
    ? Buffer.concat([Buffer.of(plain), text])
    : Buffer.concat([Buffer.of(deflated), deflateRawSync(text)])
}

/** Reads what `encodeToken` wrote; undefined for a version this release does not know. */
export function decodeToken(bytes: Buffer): TokenContent | undefined {
  const body = bytes.subarray(1)
  if (bytes[0] === plain) return read(body)
  if (bytes[0] === deflated) return read(inflateRawSync(body, { maxOutputLength: longest }))
  return undefined
}

function read(text: Buffer): TokenContent {
  const [accessKeyId, accountId, roleName, roleId, sessionName, issuedAt, expiresAt, userId, setId, setName, sourceIdentity, tags, policies] =
    JSON.parse(text.toString()) as Fields
  const principal: AssumedRole = { kind: 'assumed-role', accountId, roleName, roleId, sessionName }
  if (setId !== 0) principal.permissionSet = { id: setId, name: setName || '' }
  if (userId !== 0) principal.userId = userId
  if (sourceIdentity !== 0) principal.sourceIdentity = sourceIdentity
  return { accessKeyId, principal, tags: Object.fromEntries(tags), policies, issuedAt, expiresAt }
}
