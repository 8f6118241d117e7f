// Secrets of applications that sign people in: made here, shown to whoever made them, kept as hashes. Two count at a time, so
// that an application can be given the new one while the old one still works.
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import { newSecret } from '../../platform/ids.js'
import type { Database } from '../../platform/storage/database.js'
import { Applications, hashClientSecret, type Application } from './applications.js'

/** The longest that an old secret counts beside the new one, in seconds. */
export const longestOverlap = 90 * 86_400

/** Says whether an application signs itself in with a secret. */
export const usesSecret = (metadata: Readonly<Record<string, unknown>>): boolean => ((metadata.token_endpoint_auth_method as string | undefined) ?? 'client_secret_basic').startsWith('client_secret')

/** The hashes that count at a moment, the newest first. */
export const secretHashesAt = ({ clientSecretHash, oldSecret }: Pick<Application, 'clientSecretHash' | 'oldSecret'>, now: number): string[] =>
  [...(clientSecretHash === undefined ? [] : [clientSecretHash]), ...(oldSecret && oldSecret.endsAt.getTime() > now ? [oldSecret.hash] : [])]

/** Makes a secret, and what is kept of it. */
export function newClientSecret(): { secret: string; hash: string } {
  const secret = newSecret()
  return { secret, hash: hashClientSecret(secret) }
}

export class ClientSecrets {
  constructor(private readonly database: Pick<Database, 'transaction'>, private readonly clock: Clock) {}

  /** Makes a new secret; the one that there is counts for so many seconds more. Refuses while two count already. */
  async rotate(id: string, overlap: number): Promise<{ secret: string; oldEndsAt: Date | undefined }> {
    return this.database.transaction(async (tx) => {
      const application = await new Applications(tx).lock(id)
      const now = new Date(this.clock())
      if (application.clientId === undefined || !usesSecret(application.clientMetadata ?? {})) throw new Refusal('conflict', 'This application does not sign itself in with a secret.')
      if (secretHashesAt(application, now.getTime()).length > 1) throw new Refusal('conflict', 'Two secrets count already. End the older one first.')
      const { secret, hash } = newClientSecret()
      const oldEndsAt = application.clientSecretHash !== undefined && overlap > 0 ? new Date(now.getTime() + overlap * 1000) : undefined
      await tx.query(
        `update applications set client_secret_hash = $2, secret_made_at = $3, old_secret_hash = case when $4::timestamptz is not null then client_secret_hash end,
           old_secret_made_at = case when $4::timestamptz is not null then secret_made_at end, old_secret_ends_at = $4 where id = $1`,
        [id, hash, now, oldEndsAt ?? null])
      return { secret, oldEndsAt }
    })
  }

  /** Ends the old secret at once; false where none counts beside the new one. */
  async endOld(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const counts = secretHashesAt(await new Applications(tx).lock(id), this.clock()).length > 1
      await tx.query('update applications set old_secret_hash = null, old_secret_made_at = null, old_secret_ends_at = null where id = $1', [id])
      return counts
    })
  }
}
