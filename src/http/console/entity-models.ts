// What the pages of users, groups and roles show of what they share: policies, a boundary, tags; each for those who may read it,
// with what those who may change it are offered.
import { mostAttached, type Entity } from '../../domain/accounts/index.js'
import { listManagedPolicies } from '../../domain/policy/index.js'
import type { Wish } from '../middleware/asking.js'
import { askUrl, urlOf, type Thing } from './changes.js'
import { wordOf } from './entity-changes.js'
import type { ConsoleOptions } from './options.js'
import type { ConsoleVisit } from './visit.js'

/** A user, group or role, as a page's subject. */
export interface EntityThing extends Thing {
  entity: Entity
}

const mostOffered = 200

/** Wishes for operations on a resource, by the operations' names. */
export const wishesFor = (resource: string, operations: readonly string[]): Record<string, Wish> =>
  Object.fromEntries(operations.map((operation) => [operation, { action: `iam:${operation}`, resource }]))

/** The policies of an entity, and what can be attached. */
export async function policySections(visit: ConsoleVisit, thing: EntityThing, { rooms }: ConsoleOptions): Promise<object> {
  const { entity } = thing
  const word = wordOf[entity.kind]
  const can = await visit.may(wishesFor(entity.arn, [
    `ListAttached${word}Policies`, `Attach${word}Policy`, `Detach${word}Policy`, `List${word}Policies`, `Put${word}Policy`, `Delete${word}Policy`,
    `Put${word}PermissionsBoundary`, `Delete${word}PermissionsBoundary`,
  ]))
  const [attached, inline] = await Promise.all([
    can[`ListAttached${word}Policies`] ? rooms.attachments.list(entity.id) : undefined, can[`List${word}Policies`] ? rooms.inline.list([entity.id]) : undefined,
  ])
  const canBind = entity.kind !== 'group' && can[`Put${word}PermissionsBoundary`]
  const offers = (can[`Attach${word}Policy`] && attached && attached.length < mostAttached) || canBind ? await offered(entity.accountId, { rooms }) : []
  return {
    attached: attached && {
      attach: can[`Attach${word}Policy`] && attached.length < mostAttached ? `Attach${word}Policy` : undefined, offers: offers.map(({ label, policies }) => ({ label, policies: policies.filter(({ arn }) => !attached.includes(arn)) })).filter(({ policies }) => policies.length > 0),
      rows: attached.map((arn) => ({ arn, name: arn.slice(arn.lastIndexOf('/') + 1), url: policyUrl(arn), removeUrl: askUrl(can[`Detach${word}Policy`] ?? false, thing, `Detach${word}Policy`, { PolicyArn: arn }) })),
    },
    inline: inline && {
      newUrl: can[`Put${word}Policy`] ? `${thing.path}/policy` : undefined,
      rows: inline.map(({ name }) => ({ name, url: `${thing.path}/policy?name=${encodeURIComponent(name)}`, removeUrl: askUrl(can[`Delete${word}Policy`] ?? false, thing, `Delete${word}Policy`, { PolicyName: name }) })),
    },
    boundary: entity.kind === 'group' ? undefined : {
      arn: entity.boundary, url: entity.boundary && policyUrl(entity.boundary), set: canBind ? `Put${word}PermissionsBoundary` : undefined, offers: canBind ? offers : [],
      removeUrl: askUrl(entity.boundary !== undefined && (can[`Delete${word}PermissionsBoundary`] ?? false), thing, `Delete${word}PermissionsBoundary`),
    },
  }
}

/** Policies that can be chosen: the account's own, then those of the catalogue. */
async function offered(accountId: string, { rooms }: Pick<ConsoleOptions, 'rooms'>): Promise<{ label: string; policies: { arn: string; name: string }[] }[]> {
  const own = await rooms.policies.list(accountId, { limit: mostOffered })
  const byName = listManagedPolicies().map(({ arn, name }) => ({ arn, name })).toSorted((left, right) => left.name.localeCompare(right.name, 'en'))
  return [{ label: 'Of this account', policies: own.items.map(({ arn, name }) => ({ arn, name })) }, { label: 'Catalogue', policies: byName }].filter(({ policies }) => policies.length > 0)
}

/** Where a policy is shown. */
export const policyUrl = (arn: string, more?: Record<string, string>): string => urlOf({ path: '/console/policies/one', query: { arn } }, more)

/** The tags of an entity. */
export async function tagSection({ may }: ConsoleVisit, { entity }: EntityThing): Promise<object> {
  const word = wordOf[entity.kind]
  const can = await may(wishesFor(entity.arn, [`Tag${word}`, `Untag${word}`]))
  return { tags: { add: can[`Tag${word}`] ? `Tag${word}` : undefined, remove: can[`Untag${word}`] ? `Untag${word}` : undefined, rows: Object.entries(entity.tags).map(([key, value]) => ({ key, value })) } }
}
