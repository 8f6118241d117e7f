// Identity sources as planning compares them, and their way out of the database and into the file.
import { hashClientSecret } from '../access/index.js'
import type { Certificate } from '../federation/index.js'
import { IdentitySources, SourceCertificates, sourceSealer, type CertificateState, type IdentitySource } from '../identity-sources/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { writtenSource, type StatedSource } from './identity-sources.js'
import { fold } from './raw.js'

export type SourceSealer = ReturnType<typeof sourceSealer>

/** A certificate with its place in a change from one to the next. */
export type StatedCertificate = Certificate & { state: CertificateState }

export type SourceState = StatedSource & { certificates?: readonly StatedCertificate[] | undefined }

export interface ReadSources {
  states: SourceState[]
  ids: Map<string, string>
  /** Tells whether a secret is the one that is kept; never, where nothing can be unsealed. */
  matches: (name: string, plain: string) => boolean
}

/** Reads all there are, with their ids by folded name. */
export async function readSources(sql: Executor, sealer: SourceSealer | undefined): Promise<ReadSources> {
  const sources = new IdentitySources(within(sql), sealer)
  const all = await sources.list()
  const certificates = await SourceCertificates.listAll(sql)
  const secrets = new Map<string, string>()
  for (const { id, name, hasSecret } of all) {
    const secret = hasSecret ? await sources.secretOf(id) : undefined
    if (secret !== undefined) secrets.set(fold(name), hashClientSecret(secret))
  }
  return {
    states: all.map((source) => ({ ...statedSource(source), ...(certificates.has(source.id) && { certificates: certificates.get(source.id)!.map(stated) }) })),
    ids: new Map(all.map(({ id, name }) => [fold(name), id])),
    matches: (name, plain) => secrets.get(fold(name)) === hashClientSecret(plain),
  }
}

function statedSource(source: IdentitySource): SourceState {
  const { id: _, createdAt: __, updatedAt: ___, ...state } = source
  return state
}

const stated = ({ fingerprint, der, subject, notBefore, notAfter, state }: StatedCertificate): StatedCertificate => ({ fingerprint, der, subject, notBefore, notAfter, state })

/** The key that each kind has its secret under. */
export const secretKeys = { oidc: 'client_secret', saml: 'client_secret', ldap: 'bindPassword' } as const

/** Writes them as the file has them, secrets as references to the environment. */
export function exportedSources(states: readonly SourceState[]): Record<string, unknown>[] {
  const variables = new Set<string>()
  return states.map((state) => {
    const written = writtenSource(state)
    const secret = state.hasSecret && { [secretKeys[state.kind]]: `\${${variableOf(state.name, variables)}}` }
    return { ...written, [state.kind]: { ...placeOf(state), ...secret, ...written[state.kind] as object } }
  })
}

/** What metadata would say. */
function placeOf(state: SourceState): Record<string, unknown> {
  if (state.kind !== 'saml') return {}
  const { entityId, signOn, singleLogout } = state.connection
  return { entityId, signOn, ...(singleLogout && { singleLogout }), ...(state.certificates && { certificates: state.certificates.map(({ der, state: is }) => ({ certificate: der, state: is })) }) }
}

/** Names may be alike in what a variable can spell of them. */
function variableOf(name: string, taken: Set<string>): string {
  const stem = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^(?=\d)/, '_')
  let variable = `${stem}_SOURCE_SECRET`
  for (let count = 2; taken.has(variable); count += 1) variable = `${stem}_${count}_SOURCE_SECRET`
  taken.add(variable)
  return variable
}
