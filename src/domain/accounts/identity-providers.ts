// Identity providers that the roles of an account may trust: OpenID Connect issuers and SAML providers.
import type { Row } from '../../platform/storage/database.js'
import type { Store } from '../../platform/storage/store.js'
import { refuseTaken } from '../../platform/storage/taken.js'
import { withoutTags, withTags, type Tags } from './tags.js'

interface Provider {
  accountId: string
  /** What it is found by: the issuer without `https://`, or the name of a SAML provider. */
  name: string
  arn: string
  tags: Tags
  createdAt: Date
}

export interface OidcProvider extends Provider {
  kind: 'oidc'
  clientIds: string[]
  thumbprints: string[]
}

export interface SamlProvider extends Provider {
  kind: 'saml'
  /** The provider's metadata, as XML. */
  metadata: string
  validUntil: Date | undefined
}

export type IdentityProvider = OidcProvider | SamlProvider

export type NewIdentityProvider = Omit<OidcProvider, 'arn' | 'createdAt'> | Omit<SamlProvider, 'arn' | 'createdAt'>

const columns = 'account_id, kind, name, client_ids, thumbprints, metadata, valid_until, tags, created_at'
const key = 'account_id = $1 and kind = $2 and name = $3'

/** Spells the ARN of a provider. */
export const providerArn = ({ accountId, kind, name }: Pick<IdentityProvider, 'accountId' | 'kind' | 'name'>): string => `arn:aws:iam::${accountId}:${kind}-provider/${name}`

const spelled = /^arn:aws:iam::(\d{12}):(oidc|saml)-provider\/(.+)$/

/** Reads the ARN of a provider; undefined for any other text. */
export function readProviderArn(arn: string): Pick<IdentityProvider, 'accountId' | 'kind' | 'name'> | undefined {
  const [, accountId, kind, name] = spelled.exec(arn) ?? []
  return accountId && kind && name ? { accountId, kind: kind as IdentityProvider['kind'], name } : undefined
}

export class IdentityProviders {
  constructor(private readonly store: Store, private readonly clock: () => number = Date.now) {}

  async find(arn: string): Promise<IdentityProvider | undefined> {
    const read = readProviderArn(arn)
    if (!read) return undefined
    const [row] = await this.store.query(`select ${columns} from iam_identity_providers where ${key}`, [read.accountId, read.kind, read.name])
    return row && fromRow(row)
  }

  /** Lists an account's, or those of all accounts; there are few. */
  async list(accountId?: string, kind?: IdentityProvider['kind']): Promise<IdentityProvider[]> {
    const rows = await this.store.query(
      `select ${columns} from iam_identity_providers where ($1::text is null or account_id = $1) and ($2::text is null or kind = $2) order by account_id, kind, name`, [accountId ?? null, kind ?? null])
    return rows.map(fromRow)
  }

  async create(providers: NewIdentityProvider[]): Promise<void> {
    const createdAt = new Date(this.clock()).toISOString()
    const rows = providers.map((provider) => ({
      account_id: provider.accountId, kind: provider.kind, name: provider.name, tags: provider.tags, created_at: createdAt,
      client_ids: provider.kind === 'oidc' ? provider.clientIds : [], thumbprints: provider.kind === 'oidc' ? provider.thumbprints : [],
      metadata: provider.kind === 'saml' ? provider.metadata : null, valid_until: (provider.kind === 'saml' && provider.validUntil?.toISOString()) || null,
    }))
    await refuseTaken(this.store.query(
      `insert into iam_identity_providers (${columns}) select ${columns} from jsonb_to_recordset($1::jsonb)
       as r(account_id char(12), kind text, name text, client_ids jsonb, thumbprints jsonb, metadata text, valid_until timestamptz, tags jsonb, created_at timestamptz)`, [JSON.stringify(rows)]),
    { iam_identity_providers_pkey: 'There is an identity provider of that name already.', iam_identity_providers_account_id_fkey: 'There is no such account.' })
  }

  /** Replaces what is known of a provider, in one step that sees what is there now. */
  async update(provider: Pick<IdentityProvider, 'accountId' | 'kind' | 'name'>, change: (now: IdentityProvider) => IdentityProvider): Promise<IdentityProvider | undefined> {
    const place = [provider.accountId, provider.kind, provider.name]
    return this.store.transaction(async (tx) => {
      const [row] = await tx.query(`select ${columns} from iam_identity_providers where ${key} for update`, place)
      if (!row) return undefined
      const next = change(fromRow(row))
      await tx.query(
        `update iam_identity_providers set client_ids = $4, thumbprints = $5, metadata = $6, valid_until = $7, tags = $8 where ${key}`,
        next.kind === 'oidc' ? [...place, JSON.stringify(next.clientIds), JSON.stringify(next.thumbprints), null, null, JSON.stringify(next.tags)]
          : [...place, '[]', '[]', next.metadata, next.validUntil ?? null, JSON.stringify(next.tags)])
      return next
    })
  }

  tag(provider: IdentityProvider, added: Tags): Promise<IdentityProvider | undefined> {
    return this.update(provider, (now) => ({ ...now, tags: withTags(now.tags, added) }))
  }

  untag(provider: IdentityProvider, keys: readonly string[]): Promise<IdentityProvider | undefined> {
    return this.update(provider, (now) => ({ ...now, tags: withoutTags(now.tags, keys) }))
  }

  /** Removes a provider; false where there was none. */
  async remove({ accountId, kind, name }: Pick<IdentityProvider, 'accountId' | 'kind' | 'name'>): Promise<boolean> {
    return (await this.store.query(`delete from iam_identity_providers where ${key} returning name`, [accountId, kind, name])).length > 0
  }
}

function fromRow(row: Row): IdentityProvider {
  const common = { accountId: row.account_id as string, name: row.name as string, tags: row.tags as Tags, createdAt: row.created_at as Date }
  const kind = row.kind as IdentityProvider['kind']
  const arn = providerArn({ ...common, kind })
  if (kind === 'oidc') return { kind, arn, ...common, clientIds: row.client_ids as string[], thumbprints: row.thumbprints as string[] }
  return { kind, arn, ...common, metadata: row.metadata as string, validUntil: (row.valid_until as Date | null) ?? undefined }
}
