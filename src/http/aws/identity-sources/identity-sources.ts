// The operations on identity sources: every one there is, by name, for pages only.
import { Links, type IdentitySource, type IdentitySources, type Link } from '../../../domain/identity-sources/index.js'
import { readSource, writtenSource } from '../../../domain/organization/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Clock } from '../../../platform/clock.js'
import type { Executor } from '../../../platform/storage/database.js'
import { json11Language } from '../protocol/errors.js'
import { namedOperations, operationsOf, type JsonOperations, type JsonRooms, type NamelessOperation } from '../protocol/json-operation.js'
import { text, type Member } from '../protocol/members.js'
import type { Target } from '../protocol/operation.js'
import type { JsonObject } from '../protocol/request.js'

export interface IdentitySourceRooms extends JsonRooms {
  sql: Executor
  clock: Clock
  sources: IdentitySources
  /** Where providers send their answers, by the source's id. */
  answersTo: (id: string) => string
  findUser: (id: string) => Promise<{ id: string; userName: string } | undefined>
}

const operation = operationsOf<IdentitySourceRooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })

/** A source in the words of the organization file; what it may say is not decided here. */
const declared: Member<JsonObject> = { read: (value, tell) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : tell('must be a structure')) }
const id = text(36, 36, /^[0-9a-f-]+$/)

const seconds = (date: Date | undefined): number | undefined => date && date.getTime() / 1000

const listed = ({ id: SourceId, name, kind, enabled, button, domains, updatedAt }: IdentitySource): JsonObject => ({ SourceId, Name: name, Kind: kind, Enabled: enabled, Button: button, Domains: domains, UpdatedAt: seconds(updatedAt) })

const linked = ({ sourceId, subject, linkedAt, linkedBy, usedAt }: Link, name: string): JsonObject => ({ SourceId: sourceId, SourceName: name, Subject: subject, LinkedAt: seconds(linkedAt), LinkedBy: linkedBy, UsedAt: seconds(usedAt) })

async function toSource({ SourceId }: { SourceId: string }, { rooms }: { rooms: IdentitySourceRooms }): Promise<Target<IdentitySource>> {
  return { arn: '*', found: await rooms.sources.find(SourceId), missing: 'There is no such identity source.' }
}

const operations: Readonly<Record<string, NamelessOperation<IdentitySourceRooms>>> = {
  ListIdentitySources: operation({ input: {}, readOnly: true, run: async ({ rooms }) => ({ Sources: (await rooms.sources.list()).map(listed) }) }),
  DescribeIdentitySource: operation({
    input: { SourceId: id }, readOnly: true, action: 'gatehouse:ListIdentitySources', target: toSource,
    run: async ({ target, rooms }) => ({ ...listed(target), HasSecret: target.hasSecret, AnswersTo: rooms.answersTo(target.id), Source: writtenSource(target) }),
  }),
  CreateIdentitySource: operation({
    input: { Source: declared },
    run: async ({ input, rooms, caller }) => ({ SourceId: await rooms.sources.create({ ...readSource(input.Source), by: caller.arn }) }),
  }),
  UpdateIdentitySource: operation({
    input: { SourceId: id, Source: declared }, target: toSource,
    run: async ({ input, target, rooms, caller, was }) => {
      const source = readSource(input.Source)
      if (source.kind !== target.kind) throw new Refusal('invalid-input', 'What a source speaks stays. Make another source for another protocol.')
      // A secret belongs to an issuer: it is never sent to another one than it was entered for.
      const isElsewhere = source.kind === 'oidc' && target.kind === 'oidc' && source.connection.issuer !== target.connection.issuer
      if (isElsewhere && source.secret === undefined && target.hasSecret) {
        throw new Refusal('invalid-input', 'The client secret that is kept is not sent to another issuer.', { faults: [{ path: 'oidc.client_secret', message: 'Enter the secret that the new issuer gave.' }] })
      }
      await rooms.sources.update(target.id, { ...source, by: caller.arn })
      was(writtenSource(target), writtenSource(await rooms.sources.get(target.id)))
      return {}
    },
  }),
  DeleteIdentitySource: operation({
    input: { SourceId: id }, target: toSource,
    run: async ({ target, rooms, was }) => {
      was(writtenSource(target), undefined)
      await rooms.sources.remove(target.id)
      return {}
    },
  }),
  ListIdentityLinks: operation({
    input: { UserId: id }, readOnly: true, action: 'gatehouse:ListIdentitySources',
    run: async ({ input, rooms }) => {
      const [links, sources] = await Promise.all([new Links(rooms.sql, rooms.clock).listOf(input.UserId), rooms.sources.list()])
      const names = new Map(sources.map((source) => [source.id, source.name]))
      return { Links: links.map((link) => linked(link, names.get(link.sourceId) ?? '')) }
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
