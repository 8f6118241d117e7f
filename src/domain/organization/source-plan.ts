// What becomes of identity sources when the file's words are laid over what there is. Certificates only come: those that are
// there move by being used, and are retired by hand.
import { beginning } from '../identity-sources/index.js'
import { Refusal } from '../../platform/errors.js'
import { nowhere } from './secrets.js'
import { differences, type SourceChange } from './change.js'
import { identitySource, sourceOf, writtenSource, type Declared, type DeclaredCertificate } from './identity-sources.js'
import { fold } from './raw.js'
import type { Snapshot } from './snapshot.js'
import type { SourceState, StatedCertificate } from './source-states.js'

const kinds = ['oidc', 'saml', 'ldap'] as const

type Parts = Partial<Record<(typeof kinds)[number], { provisioning?: { groups?: unknown }; url?: string; urls?: unknown }>>

/** The groups here that one names. */
export function groupsOfSource(declared: Declared): string[] {
  const groups = kinds.map((kind) => (declared as Parts)[kind]?.provisioning?.groups).find((given) => given !== undefined)
  return typeof groups === 'object' && groups !== null ? Object.values(groups) as string[] : []
}

const named = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T

/** Lays one over what is there of it; what has to do with nothing that is named stays. */
function over(declared: Declared, present: SourceState | undefined): Declared {
  const kind = kinds.find((one) => (declared as Parts)[one] !== undefined)!
  if (present && present.kind !== kind) throw new Refusal('invalid-input', `${present.name} is a source of another kind. Delete it first.`)
  if (!present) return declared
  const kept = identitySource(nowhere).parse(writtenSource(present))
  const [{ urls, ...before }, after] = [(kept as Parts)[kind] ?? {}, named((declared as Parts)[kind]!)]
  // One address of a server takes the place of several.
  const place = urls !== undefined && after.url === undefined && { urls }
  return { ...kept, ...named(declared), [kind]: { ...place, ...before, ...after, provisioning: { ...before.provisioning, ...after.provisioning && named(after.provisioning) } } }
}

/** Works out what one becomes, and which secret it is to have. */
function mergeSource(declared: Declared, present: SourceState | undefined): { after: SourceState; secret: string | undefined } {
  const { source: { secret, by: _, ...source }, certificates } = sourceOf(over(declared, present), present)
  const all = certificatesAfter(present?.certificates, certificates)
  return { after: { ...source, hasSecret: secret !== undefined || (present?.hasSecret ?? false), ...(all.length > 0 && { certificates: all }) }, secret }
}

/** Adds what is not there, in the state that is told, or as new ones begin. */
function certificatesAfter(present: readonly StatedCertificate[] = [], declared: readonly DeclaredCertificate[] = []): readonly StatedCertificate[] {
  const come = declared.filter(({ fingerprint }) => !present.some((one) => one.fingerprint === fingerprint))
  if (come.every(({ state }) => state === undefined)) return [...present, ...beginning(present, come)]
  const isTaken = present.some(({ state }) => state === 'current')
  return [...present, ...come.map((one) => ({ ...one, state: one.state === undefined || (one.state === 'current' && isTaken) ? 'next' as const : one.state }))]
}

const tellings = { name: 'text', enabled: 'text', button: 'text', domains: 'list', secondStep: 'text', connection: 'keys', mapping: 'keys', provisioning: 'keys' } as const

/** Plans what becomes of them; those of `gone` are deleted. */
export function planSources(declared: readonly Declared[] | undefined, { identitySources: current, users, secrets }: Snapshot, gone: ReadonlySet<string>): { deletions: SourceChange[]; rest: SourceChange[] } {
  const kind = 'identity source' as const
  const present = new Map(current.map((state) => [fold(state.name), state]))
  return {
    deletions: current.filter(({ name }) => gone.has(fold(name))).map((before) => ({ action: 'delete', kind, name: before.name, details: linked(users, before.name), before })),
    rest: (declared ?? []).flatMap((item): SourceChange[] => {
      const before = present.get(fold(item.name))
      const { after, secret: given } = mergeSource(item, before)
      const secret = given !== undefined && !(before?.hasSecret && secrets.matchesSourceSecret(before.name, given)) ? given : undefined
      const told = [...tellCertificates(before, after), ...(secret === undefined ? [] : [`secret: ${before?.hasSecret ? 'replaced' : 'set'}`])]
      const rest = { kind, name: after.name, after, ...(secret !== undefined && { secret }) }
      if (!before) return [{ action: 'create', ...rest, details: told }]
      if (before.hasSecret && given === undefined && isElsewhere(before, after)) throw new Refusal('invalid-input', `The secret of ${before.name} is not sent to another place: give the one that is for it.`)
      const details = [...differences<SourceState>(before, after, tellings), ...told]
      return details.length === 0 ? [] : [{ action: 'update', ...rest, details, before }]
    }),
  }
}

/** A secret belongs to a place: it is never sent to another one than it was given for. */
const isElsewhere = (before: SourceState, after: SourceState): boolean => placesOf(after).some((place) => !placesOf(before).includes(place))

function placesOf(state: SourceState): readonly string[] {
  if (state.kind === 'oidc') return [state.connection.issuer]
  if (state.kind !== 'ldap') return []
  const { urls, startTls, authorities = '' } = state.connection
  return urls.map((url) => `${url} ${startTls} ${authorities}`)
}

/** Whether a declaration needs a secret because what is kept is for another place. */
export function needsSecret(declared: Declared, before: SourceState | undefined): boolean {
  if (!before?.hasSecret || (declared as Parts)[before.kind] === undefined) return false
  const { after, secret } = mergeSource(declared, before)
  return secret === undefined && isElsewhere(before, after)
}

function linked(users: Snapshot['users'], source: string): string[] {
  const count = users.filter(({ identities }) => identities?.some((one) => fold(one.source) === fold(source))).length
  return count === 0 ? [] : [count === 1 ? '1 person is linked to it' : `${count} people are linked to it`]
}

function tellCertificates(before: SourceState | undefined, after: SourceState): string[] {
  const come = (after.certificates ?? []).slice(before?.certificates?.length ?? 0)
  return come.length === 0 ? [] : [`certificates: ${come.map(({ subject, fingerprint, state }) => `+ ${subject || fingerprint.slice(0, 16)} (${state})`).join(', ')}`]
}
