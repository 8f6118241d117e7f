// Names of the instance and of what is in it. The instance's is derived from the directory id, so that it stays the same
// for as long as the organization does.
import { createHash } from 'node:crypto'

/** `ssoins-` and sixteen hexadecimal digits. */
export const instanceId = (directoryId: string): string => `ssoins-${createHash('sha256').update(`instance ${directoryId}`).digest('hex').slice(0, 16)}`

export const instanceArn = (directoryId: string): string => `arn:aws:sso:::instance/${instanceId(directoryId)}`

/** Where something of an instance is. */
export interface InstancePlace {
  directoryId: string
  /** The management account. */
  accountId: string
}

export const permissionSetArn = (directoryId: string, id: string): string => `arn:aws:sso:::permissionSet/${instanceId(directoryId)}/${id}`

/** Spells the ARN of an application: the wire's ids begin with `apl-`. */
export const applicationArn = ({ directoryId, accountId }: InstancePlace, id: string): string => `arn:aws:sso::${accountId}:application/${instanceId(directoryId)}/${id.replace(/^app-/, 'apl-')}`

export const trustedTokenIssuerArn = ({ directoryId, accountId }: InstancePlace, id: string): string => `arn:aws:sso::${accountId}:trustedTokenIssuer/${instanceId(directoryId)}/${id}`

export const identityStoreArn = ({ directoryId, accountId }: InstancePlace): string => `arn:aws:identitystore::${accountId}:identitystore/${directoryId}`

/** The last part of an ARN: the id of what is in the instance. */
export const idOfArn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
