// What of newly fetched metadata is taken over: certificates that are new, and addresses that are others. A provider of another
// name is another provider, and is not taken.
import { preferredEndpoint, type SamlConnection, type SamlEndpoint, type SamlSource } from '../federation/index.js'
import type { Clock } from '../../platform/clock.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { SourceCertificates, type SourceCertificate } from './certificates.js'
import type { IdentitySource } from './sources.js'

/** What a fetch changed, as it was and as it is. */
export interface MetadataChange {
  before: Record<string, unknown>
  after: Record<string, unknown>
}

type Endpoints = Pick<SamlConnection, 'signOn' | 'singleLogout'>

/** Checks that metadata is of the provider that a source has, and holds now. Refuses with `invalid-input`. */
export function checkSameProvider({ entityId, validUntil }: Pick<SamlSource, 'entityId' | 'validUntil'>, known: SamlConnection, now: number): void {
  if (entityId !== known.entityId) {
    throw new Refusal('invalid-input', `The metadata at the address is of another provider now, ${entityId.slice(0, 300)}, and is not taken. If that is right, give the new metadata yourself.`)
  }
  if (validUntil && validUntil.getTime() <= now) throw new Refusal('invalid-input', `The metadata at the address was good until ${validUntil.toISOString()} only, and is not taken.`)
}

/** Takes over what is new, in a transaction; undefined where nothing is. */
export async function takeOver(tx: Executor, { id, connection }: { id: string; connection: SamlConnection }, read: SamlSource, { clock, by }: { clock: Clock; by: string }): Promise<MetadataChange | undefined> {
  const certificates = new SourceCertificates({ query: (...asked) => tx.query(...asked), transaction: (work) => work(tx) } as ConstructorParameters<typeof SourceCertificates>[0], clock)
  const before = await certificates.list(id)
  const isNew = (await certificates.replace(id, read.certificates, by)).length > 0
  const [was, is] = [endpointsOf(connection), endpointsOf({ signOn: preferredEndpoint(read.signOn)!, singleLogout: preferredEndpoint(read.singleLogout) })]
  const isElsewhere = JSON.stringify(was) !== JSON.stringify(is)
  if (isElsewhere) await tx.query(`update identity_sources set connection = (connection - 'singleLogout') || $2::jsonb, updated_at = clock_timestamp(), updated_by = $3 where id = $1`, [id, JSON.stringify(is), by])
  if (!isNew && !isElsewhere) return undefined
  const after = isNew ? await certificates.list(id) : before
  return {
    before: { ...(isElsewhere && was), ...(isNew && { certificates: statesOf(before) }) },
    after: { ...(isElsewhere && is), ...(isNew && { certificates: statesOf(after) }) },
  }
}

/** In one order, so that the same is the same. */
const endpointsOf = ({ signOn, singleLogout }: { signOn: SamlConnection['signOn']; singleLogout?: SamlEndpoint | SamlConnection['singleLogout'] }): Endpoints => ({
  signOn: { address: signOn.address, binding: signOn.binding },
  ...(singleLogout && { singleLogout: { address: singleLogout.address, binding: singleLogout.binding, ...(singleLogout.answers !== undefined && { answers: singleLogout.answers }) } }),
})

const statesOf = (certificates: readonly SourceCertificate[]): Record<string, string> => Object.fromEntries(certificates.map(({ fingerprint, state }) => [fingerprint, state]))

/** The connection of a source whose metadata is somewhere. Refuses with `conflict` where it is nowhere. */
export function fetchedConnection(source: IdentitySource): SamlConnection & { metadataUrl: string } {
  if (source.kind !== 'saml' || source.connection.metadataUrl === undefined) throw new Refusal('conflict', 'The source has no address of metadata to fetch it from.')
  return { ...source.connection, metadataUrl: source.connection.metadataUrl }
}
