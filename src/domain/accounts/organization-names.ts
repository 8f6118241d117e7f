// Names of the organization, of its one root and of the accounts below it, derived from the directory id, so that they stay
// the same for as long as the organization does.
import { createHash } from 'node:crypto'

/** Where the organization is: its directory, and the management account. */
export interface OrganizationPlace {
  directoryId: string
  accountId: string
}

const derived = (what: string, directoryId: string, length: number): string => BigInt(`0x${createHash('sha256').update(`${what} ${directoryId}`).digest('hex')}`).toString(36).slice(-length)

/** `o-` and ten small letters and digits. */
export const organizationId = (directoryId: string): string => `o-${derived('organization', directoryId, 10)}`

/** `r-` and four small letters and digits. */
export const organizationRootId = (directoryId: string): string => `r-${derived('root', directoryId, 4)}`

export const organizationArn = ({ directoryId, accountId }: OrganizationPlace): string => `arn:aws:organizations::${accountId}:organization/${organizationId(directoryId)}`

export const organizationRootArn = ({ directoryId, accountId }: OrganizationPlace): string => `arn:aws:organizations::${accountId}:root/${organizationId(directoryId)}/${organizationRootId(directoryId)}`

export const accountArn = ({ directoryId, accountId }: OrganizationPlace, id: string): string => `arn:aws:organizations::${accountId}:account/${organizationId(directoryId)}/${id}`
