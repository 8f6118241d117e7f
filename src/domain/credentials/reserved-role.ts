// The role that a permission set becomes in an account, and the names of its sessions. Everything is
// derived, so that name, id and ARN stay the same for as long as the permission set does.
import { createHash } from 'node:crypto'
import { base32 } from '../../platform/ids.js'
import type { AssumedRole } from './session-token.js'

export interface ReservedRoleOptions {
  directoryId: string
  accountId: string
  permissionSet: { id: string; name: string }
  region: string
}

export interface ReservedRole {
  /** `AWSReservedSSO_NAME_` and 16 hexadecimal digits. */
  name: string
  /** `AROA` and 17 characters. */
  id: string
  path: string
  arn: string
}

/** Names the role of a permission set in an account. */
export function reservedRole({ directoryId, accountId, permissionSet, region }: ReservedRoleOptions): ReservedRole {
  const digest = (purpose: string) => createHash('sha256').update(JSON.stringify([purpose, directoryId, accountId, permissionSet.id])).digest()
  const name = `AWSReservedSSO_${permissionSet.name}_${digest('role name').toString('hex').slice(0, 16)}`
  const path = `/aws-reserved/sso.amazonaws.com/${region === 'us-east-1' ? '' : `${region}/`}`
  return { name, id: `AROA${base32(digest('role id'), 17)}`, path, arn: `arn:aws:iam::${accountId}:role${path}${name}` }
}

/** Spells the ARN of a role session; the role's path is left out. */
export const assumedRoleArn = ({ accountId, roleName, sessionName }: Pick<AssumedRole, 'accountId' | 'roleName' | 'sessionName'>): string =>
  `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`

/** Spells the user id of a role session, `AROA…:NAME`. */
export const assumedRoleUserId = ({ roleId, sessionName }: Pick<AssumedRole, 'roleId' | 'sessionName'>): string => `${roleId}:${sessionName}`

const asItIs = /^[\w+=,.@-]{2,64}$/
const marked = /=[a-z2-7]{16}$/
const markLength = 17

/**
 * Makes a session name (2 to 64 of `[\w+=,.@-]`) from a user name. A name that already is one stays; any other is
 * simplified and marked with 80 bits of its hash, and names that look marked are marked too, so that two people never share one.
 */
export function sessionNameOf(userName: string): string {
  if (asItIs.test(userName) && !marked.test(userName)) return userName
  const readable = userName.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\w+=,.@-]+/g, '-').slice(0, 64 - markLength)
  return `${readable}=${base32(createHash('sha256').update(userName).digest(), 16).toLowerCase()}`
}
