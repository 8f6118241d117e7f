// The frame of the pages of users, groups and roles: finding who is meant, for those who may read it.
import type { Entity, EntityKind } from '../../domain/accounts/index.js'
import { Refusal } from '../../platform/errors.js'
import { changesOf, wordOf } from './entity-changes.js'
import { askUrl, urlOf, type ShowThing } from './changes.js'
import type { EntityThing } from './entity-models.js'
import { wishesFor } from './entity-models.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import type { ConsoleVisit } from './visit.js'

const nouns: Readonly<Record<EntityKind, string>> = { user: 'users', group: 'groups', role: 'roles' }

/** Finds who an address means; refuses those who may not read it before saying whether it is there. */
export async function findEntity(visit: ConsoleVisit, kind: EntityKind, { rooms }: ConsoleOptions): Promise<EntityThing> {
  const { accountId } = visit.session
  const name = String((visit.ctx.params as { name?: string }).name)
  const collection = { user: rooms.users, group: rooms.groups, role: rooms.roles }[kind]
  const entity: Entity | undefined = isName(name) ? await collection.find(accountId, name) : undefined
  await visit.require({ action: `iam:Get${wordOf[kind]}`, resource: entity?.arn ?? arnIn(accountId, `${kind}/${name}`) })
  if (!entity) throw new Refusal('not-found', `There is no ${kind} of that name.`)
  return { entity, path: `/console/${kind}s/${encodeURIComponent(entity.name)}`, title: entity.name, fixed: { [`${wordOf[kind]}Name`]: entity.name } }
}

/** True for what can be somebody's name. */
const isName = (text: string): boolean => /^[\w+=,.@-]{1,128}$/.test(text)

/** Shows the page of an entity, from sections that its kind makes. */
export const showEntity = (kind: EntityKind, sections: (visit: ConsoleVisit, thing: EntityThing) => Promise<object>): ShowThing<EntityThing> => async (visit, thing, { done, failed }) => {
  const word = wordOf[kind]
  const can = await visit.may(wishesFor(thing.entity.arn, [`Delete${word}`, `Update${word}`]))
  await visit.show('console/entity', {
    kind, title: thing.title, action: urlOf(thing), back: { url: `/console/${kind}s`, text: nouns[kind] }, done, ...(failed ?? { problem: undefined, faults: undefined, retryAfter: undefined }),
    signIn: undefined, keys: undefined, devices: undefined, groups: undefined, members: undefined, trust: undefined, boundary: undefined, tags: undefined, length: undefined,
    rename: can[`Update${word}`] && kind !== 'role' ? { change: `Update${word}`, field: `New${word}Name`, path: thing.entity.path } : undefined,
    ...await sections(visit, thing),
    removeUrl: askUrl(can[`Delete${word}`] ?? false, thing, `Delete${word}`),
  })
}

export const entityOptions = (kind: EntityKind, options: ConsoleOptions, sections: (visit: ConsoleVisit, thing: EntityThing) => Promise<object>) =>
  ({ changes: changesOf(kind), find: (visit: ConsoleVisit): Promise<EntityThing> => findEntity(visit, kind, options), show: showEntity(kind, sections) })

