// Writes what becomes of identity sources.
import { IdentitySources, SourceCertificates, type NewIdentitySource } from '../identity-sources/index.js'
import { within } from '../../platform/storage/store.js'
import type { SourceChange } from './change.js'
import { fold } from './raw.js'
import { idOf, picked, type Writing } from './writing.js'

const by = 'organization file'

const rowOf = ({ after, secret }: SourceChange): NewIdentitySource => {
  const { hasSecret: _, certificates: __, ...source } = after!
  return { ...source, secret, by }
}

/** Writes those that come and change. */
export async function writeSources(writing: Writing, clock: () => number): Promise<void> {
  const { tx, known } = writing
  const [created, updated] = [picked(writing, 'identity source', 'create'), picked(writing, 'identity source', 'update')]
  const sources = new IdentitySources(within(tx), writing.sealer)
  const certificates = new SourceCertificates(within(tx), clock)
  // A mail domain may change hands.
  await sources.releaseDomains(updated.map(({ name }) => idOf(known.sources, name, 'identity source')))
  for (const change of updated) await sources.update(idOf(known.sources, change.name, 'identity source'), rowOf(change))
  for (const change of created) known.sources.set(fold(change.name), await sources.create(rowOf(change)))
  for (const { name, before, after } of [...created, ...updated]) {
    const come = (after!.certificates ?? []).slice(before?.certificates?.length ?? 0)
    if (come.length > 0) await certificates.restore(idOf(known.sources, name, 'identity source'), come, by)
  }
}

export async function deleteSources(writing: Writing): Promise<void> {
  const sources = new IdentitySources(within(writing.tx), writing.sealer)
  for (const { name } of picked(writing, 'identity source', 'delete')) await sources.remove(idOf(writing.known.sources, name, 'identity source'))
}
