// Access keys as lists show them.
import type { AccessKey } from '../../domain/accounts/index.js'

/** A row, with what may be done with the key. */
export const keyRow = ({ id, active, createdAt, lastUsed }: AccessKey, { canUpdate, removeUrl }: { canUpdate: boolean; removeUrl: string | undefined }): object => ({
  id, active, createdAt: createdAt.toISOString(), lastUsed: lastUsed && { at: lastUsed.at.toISOString(), service: lastUsed.service, region: lastUsed.region },
  turn: canUpdate ? (active ? { to: 'Inactive', text: 'Turn off' } : { to: 'Active', text: 'Turn on' }) : undefined, removeUrl,
})
