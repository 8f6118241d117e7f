// When the certificates of our own keys for SAML end, while somebody is to know them. Of a former key nothing is told: it signs
// nothing any more, stands in no metadata after a day, and goes by itself.
import { createHash, X509Certificate } from 'node:crypto'
import type { Executor } from '../../platform/storage/database.js'
import type { SamlKeyPurpose } from './saml-keys.js'

export interface SamlKeyEnd {
  id: string
  /** SHA-256 of the certificate, in small hexadecimal digits. */
  fingerprint: string
  endsAt: Date
}

/** The key of a purpose that is in use, and the one that takes over. */
export interface SamlKeyEnds {
  purpose: SamlKeyPurpose
  current: SamlKeyEnd
  next: SamlKeyEnd | undefined
  /** Of how many days before the end of the current one it was told last. */
  warnedDays: number | null
}

type Certified = Record<'id' | 'next_id', string> & Record<'certificate' | 'next_certificate', Uint8Array>

/** Lists them where a SAML source is in use; with `lock` keeps them from other nodes, and leaves out those that another has. */
export async function listSamlKeyEnds(sql: Executor, { lock = false } = {}): Promise<SamlKeyEnds[]> {
  const rows = await sql.query<{ purpose: SamlKeyPurpose; warned_days: number | null; next_id: string | null } & Certified>(
    `select c.id, c.purpose, c.certificate, c.warned_days, n.id as next_id, n.certificate as next_certificate from saml_keys c left join saml_keys n on n.purpose = c.purpose and n.state = 'next'
     where c.state = 'current' and exists (select from identity_sources where kind = 'saml' and enabled) order by c.purpose desc ${lock ? 'for update of c skip locked' : ''}`)
  return rows.map(({ id, purpose, certificate, warned_days: warnedDays, next_id: nextId, next_certificate: next }) => ({
    purpose, warnedDays, current: endOf(id, certificate), next: nextId === null ? undefined : endOf(nextId, next),
  }))
}

function endOf(id: string, certificate: Uint8Array): SamlKeyEnd {
  const { raw, validTo } = new X509Certificate(certificate)
  return { id, fingerprint: createHash('sha256').update(raw).digest('hex'), endsAt: new Date(validTo) }
}
