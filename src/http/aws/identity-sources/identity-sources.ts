// The operations on identity sources: every one there is, by name, for pages only.
import { fetchSamlMetadata, type Certificate, type LdapConnection } from '../../../domain/federation/index.js'
import { Links, type DeletedSources, type IdentitySource, type IdentitySources, type Link, type MetadataFetch, type MetadataFetches, type MetadataRefresh, type NewIdentitySource, type SamlPlace, type SourceCertificate, type SourceCertificates, type SourceSyncs } from '../../../domain/identity-sources/index.js'
import { readSource, writtenSource, type ReadSource } from '../../../domain/organization/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Clock } from '../../../platform/clock.js'
import type { Outbound } from '../../../platform/outbound/index.js'
import type { Executor } from '../../../platform/storage/database.js'
import { json11Language } from '../protocol/errors.js'
import { nameOf, type Target } from '../protocol/operation.js'
import { namedOperations, operationsOf, type JsonOperations, type NamelessOperation } from '../protocol/json-operation.js'
import { flag, otherwise, text, type Member, type Members, type Read } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { sourceTestOperations, type SourceTestRooms } from './source-tests.js'
import { plannedSync, requireDirectory, toldSync } from './syncs.js'

export interface IdentitySourceRooms extends SourceTestRooms {
  sql: Executor
  clock: Clock
  sources: IdentitySources
  certificates: SourceCertificates
  refresh: Pick<MetadataRefresh, 'refresh'>
  fetches: Pick<MetadataFetches, 'find' | 'list'>
  syncs: Pick<SourceSyncs, 'plan' | 'begin' | 'find'>
  /** Where metadata is fetched from. */
  outbound: Pick<Outbound, 'get'>
  /** Where providers send their answers, by the source's id. */
  answersTo: (id: string) => string
  /** Where they send word of a sign-out, and people who signed out there. */
  backChannelOf: (id: string) => string
  returnsTo: (id: string) => string
  samlPlace: (id: string) => SamlPlace
  deletedSources: Pick<DeletedSources, 'settle'>
  findUser: (id: string) => Promise<{ id: string; userName: string } | undefined>
}

const operation = operationsOf<IdentitySourceRooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })

/** A source in the words of the organization file; what it may say is not decided here. */
const declared: Member<JsonObject> = { read: (value, tell) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : tell('must be a structure')) }
const id = text(36, 36, /^[0-9a-f-]+$/)

const seconds = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const listed = ({ id: SourceId, name, kind, enabled, button, domains, updatedAt }: IdentitySource): JsonObject => ({ SourceId, Name: name, Kind: kind, Enabled: enabled, Button: button, Domains: domains, UpdatedAt: seconds(updatedAt) })

/** With what the source decides about the person. */
const linked = ({ sourceId, subject, linkedAt, linkedBy, usedAt }: Link, { name, provisioning }: Pick<IdentitySource, 'name' | 'provisioning'>): JsonObject => ({
  SourceId: sourceId, SourceName: name, Subject: subject, LinkedAt: seconds(linkedAt), LinkedBy: linkedBy, UsedAt: seconds(usedAt), DecidesProfile: provisioning.update, DecidesGroups: provisioning.groups !== 'none',
})

async function toSource({ SourceId }: { SourceId: string }, { rooms }: { rooms: IdentitySourceRooms }): Promise<Target<IdentitySource>> {
  return { arn: '*', found: await rooms.sources.find(SourceId), missing: 'There is no such identity source.' }
}

const certified = ({ fingerprint: Fingerprint, subject, state, notBefore, notAfter, firstUsedAt, lastUsedAt, addedBy }: SourceCertificate): JsonObject => ({
  Fingerprint, Subject: subject, State: state, NotBefore: seconds(notBefore), NotAfter: seconds(notAfter), FirstUsedAt: seconds(firstUsedAt), LastUsedAt: seconds(lastUsedAt), AddedBy: addedBy,
})

const placed = ({ entityId: EntityId, acs: Acs, slo: Slo }: SamlPlace): JsonObject => ({ EntityId, Acs, Slo, Metadata: `${EntityId}/metadata` })

const fetched = ({ triedAt, fetchedAt, dueAt, failures, fault }: MetadataFetch): JsonObject => ({ TriedAt: seconds(triedAt), FetchedAt: seconds(fetchedAt), DueAt: seconds(dueAt), Failures: failures, Fault: fault })

/** How the metadata of a SAML source was fetched, and its certificates. */
async function signing({ certificates, fetches }: IdentitySourceRooms, id: string): Promise<JsonObject> {
  const [list, fetch] = await Promise.all([certificates.list(id), fetches.find(id)])
  return { Certificates: list.map(certified), ...(fetch && { Fetch: fetched(fetch) }) }
}

/** Reads a source; metadata that is named by its address alone is fetched. */
async function declaredSource(given: JsonObject, { outbound }: IdentitySourceRooms, present?: IdentitySource): Promise<ReadSource> {
  const { saml } = given as { saml?: { metadata?: unknown; metadataUrl?: unknown } }
  const isNamed = typeof saml?.metadataUrl === 'string' && saml.metadata === undefined
  const first = isNamed && present?.kind === 'saml' && present.connection.metadataUrl === saml.metadataUrl ? undefined : isNamed ? await fetchSamlMetadata(outbound, saml.metadataUrl as string) : undefined
  return readSource(first === undefined ? given : { ...given, saml: { ...saml, metadata: first } }, present)
}

/** A secret belongs to whom it was entered for: it is never sent to another one, nor where others can read it on the way. */
function checkSecretStays(source: NewIdentitySource, target: IdentitySource): void {
  if (source.secret !== undefined || !target.hasSecret) return
  if (source.kind === 'oidc' && target.kind === 'oidc' && source.connection.issuer !== target.connection.issuer) {
    throw new Refusal('invalid-input', 'The client secret that is kept is not sent to another issuer.', { faults: [{ path: 'oidc.client_secret', message: 'Enter the secret that the new issuer gave.' }] })
  }
  if (source.kind === 'ldap' && target.kind === 'ldap' && !isNoFurther(source.connection, target.connection)) {
    throw new Refusal('invalid-input', 'The password that is kept is not sent to another server, nor in another way.', { faults: [{ path: 'ldap.bindPassword', message: 'Enter the password to bind with once more.' }] })
  }
}

/** True where every server is one of before, believed by the same authorities, and none is reached in the open that was not. */
function isNoFurther({ urls, startTls, authorities }: LdapConnection, before: LdapConnection): boolean {
  const known = new Set(before.urls)
  return urls.every((url) => known.has(url)) && (startTls || !before.startTls) && authorities === before.authorities
}

const takingOver = ({ certificates: kept }: IdentitySourceRooms, certificates: readonly Certificate[] | undefined, by: string) => async (tx: Executor, id: string): Promise<void> => {
  if (certificates) await kept.within(tx).replace(id, certificates, by)
}

const fingerprint = text(64, 64, /^[0-9a-f]+$/)
const states = (certificates: readonly SourceCertificate[]): JsonObject => Object.fromEntries(certificates.map((one) => [one.fingerprint, one.state]))

/** An operation that changes the certificates of a source. */
const changing = <M extends Members>(members: M, change: (call: { input: Read<M>; target: IdentitySource; rooms: IdentitySourceRooms; by: string }) => Promise<SourceCertificate[]>): NamelessOperation<IdentitySourceRooms> => operation({
  input: { SourceId: id, ...members }, action: 'gatehouse:UpdateIdentitySource', target: (input, scope) => toSource(input as unknown as { SourceId: string }, scope),
  run: async ({ input, target, rooms, caller, was }) => {
    const before = await rooms.certificates.list(target.id)
    await change({ input: input as unknown as Read<M>, target, rooms, by: caller.arn })
    was(states(before), states(await rooms.certificates.list(target.id)))
    return {}
  },
})

const operations: Readonly<Record<string, NamelessOperation<IdentitySourceRooms>>> = {
  ...sourceTestOperations<IdentitySourceRooms>({ toSource, id }),
  ListIdentitySources: operation({ input: {}, readOnly: true, run: async ({ rooms }) => {
    const [sources, ends, fetches] = await Promise.all([rooms.sources.list(), rooms.certificates.lastEnds(), rooms.fetches.list()])
    return { Sources: sources.map((source) => ({ ...listed(source), CertificatesEndAt: seconds(ends.get(source.id)), FetchFault: fetches.get(source.id)?.fault })) }
  } }),
  DescribeIdentitySource: operation({
    input: { SourceId: id }, readOnly: true, action: 'gatehouse:ListIdentitySources', target: toSource,
    run: async ({ target, rooms }) => ({
      ...listed(target), TestShape: rooms.tests.shapeOf(target.kind), HasSecret: target.hasSecret, AnswersTo: rooms.answersTo(target.id), ReturnsTo: rooms.returnsTo(target.id), BackChannel: rooms.backChannelOf(target.id), Source: writtenSource(target),
      ...(target.kind === 'saml' && { Provider: target.connection.entityId, Place: placed(rooms.samlPlace(target.id)), ...await signing(rooms, target.id) }),
      ...(target.kind === 'ldap' && { Sync: toldSync(await rooms.syncs.find(target.id)) }),
    }),
  }),
  CreateIdentitySource: operation({
    input: { Source: declared },
    run: async ({ input, rooms, caller }) => {
      const { source, certificates } = await declaredSource(input.Source, rooms)
      return { SourceId: await rooms.sources.create({ ...source, by: caller.arn }, takingOver(rooms, certificates, caller.arn)) }
    },
  }),
  UpdateIdentitySource: operation({
    input: { SourceId: id, Source: declared }, target: toSource,
    run: async ({ input, target, rooms, caller, was }) => {
      const { source, certificates } = await declaredSource(input.Source, rooms, target)
      if (source.kind !== target.kind) throw new Refusal('invalid-input', 'What a source speaks stays. Make another source for another protocol.')
      checkSecretStays(source, target)
      await rooms.sources.update(target.id, { ...source, by: caller.arn }, takingOver(rooms, certificates, caller.arn))
      was(writtenSource(target), writtenSource(await rooms.sources.get(target.id)))
      return {}
    },
  }),
  AddSourceCertificate: changing({ Certificate: text(1, 65_536) }, ({ input, target, rooms, by }) => rooms.certificates.add(target.id, input.Certificate, by)),
  PromoteSourceCertificate: changing({ Fingerprint: fingerprint }, ({ input, target, rooms }) => rooms.certificates.promote(target.id, input.Fingerprint)),
  RetireSourceCertificate: changing({ Fingerprint: fingerprint }, ({ input, target, rooms }) => rooms.certificates.retire(target.id, input.Fingerprint)),
  RollBackSourceCertificate: changing({ Fingerprint: fingerprint }, ({ input, target, rooms }) => rooms.certificates.rollBack(target.id, input.Fingerprint)),
  PlanSourceSync: operation({
    input: { SourceId: id }, readOnly: true, action: 'gatehouse:UpdateIdentitySource', target: toSource,
    run: async ({ target, rooms }) => plannedSync(requireDirectory(target), rooms.syncs),
  }),
  StartSourceSync: operation({
    input: { SourceId: id, Force: otherwise(false, flag) }, action: 'gatehouse:UpdateIdentitySource', target: toSource,
    run: async ({ input: { Force }, target, rooms, caller }) => {
      await rooms.syncs.begin(requireDirectory(target), { force: Force, by: nameOf(caller) })
      return {}
    },
  }),
  RefreshSourceMetadata: operation({
    input: { SourceId: id }, action: 'gatehouse:UpdateIdentitySource', target: toSource,
    run: async ({ target, rooms, caller, was }) => {
      const change = await rooms.refresh.refresh(target, caller.arn)
      if (change) was(change.before as JsonObject, change.after as JsonObject)
      return { Changed: change !== undefined }
    },
  }),
  DeleteIdentitySource: operation({
    input: { SourceId: id }, target: toSource,
    run: async ({ target, rooms, was }) => {
      was(writtenSource(target), undefined)
      await rooms.sources.remove(target.id)
      await rooms.deletedSources.settle()
      return {}
    },
  }),
  ListIdentityLinks: operation({
    input: { UserId: id }, readOnly: true, action: 'gatehouse:ListIdentitySources',
    run: async ({ input, rooms }) => {
      const [links, sources] = await Promise.all([new Links(rooms.sql, rooms.clock).listOf(input.UserId), rooms.sources.list()])
      const known = new Map(sources.map((source) => [source.id, source]))
      return { Links: links.flatMap((link) => (known.has(link.sourceId) ? [linked(link, known.get(link.sourceId)!)] : [])) }
    },
  }),
  CreateIdentityLink: operation({
    input: { SourceId: id, UserId: id, Subject: text(1, 1024) }, target: toSource,
    run: async ({ input: { UserId, Subject }, target, rooms, caller }) => {
      if (!await rooms.findUser(UserId)) throw new Refusal('not-found', 'There is no such user.')
      await new Links(rooms.sql, rooms.clock).create({ sourceId: target.id, userId: UserId, subject: Subject.trim(), by: caller.arn })
      return {}
    },
  }),
  DeleteIdentityLink: operation({
    input: { SourceId: id, UserId: id },
    run: async ({ input: { SourceId, UserId }, rooms, was }) => {
      const links = new Links(rooms.sql, rooms.clock)
      const link = (await links.listOf(UserId)).find(({ sourceId }) => sourceId === SourceId)
      if (!link || !await links.remove(SourceId, UserId)) throw new Refusal('not-found', 'There is no such link any more.')
      was({ subject: link.subject }, undefined)
      return {}
    },
  }),
}

export const identitySourceOperations = (rooms: IdentitySourceRooms): JsonOperations => namedOperations(operations, rooms)
