// Tags of permission sets, applications, trusted token issuers and the instance: the same three operations for all.
import { instanceArn, mostInstanceTags, type Changed } from '../../../domain/access/index.js'
import { withoutTags, withTags, type Tags } from '../../../domain/accounts/index.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import type { Scope, Was } from '../protocol/json-operation.js'
import { optional } from '../protocol/members.js'
import { requestTags, resourceTags, type Target } from '../protocol/operation.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { toApplication, toInstance, toIssuer, toPermissionSet } from './targets.js'
import { instanceArnMember, resourceArnMember, tagKeys, tags } from './words.js'

/** What has tags, whatever it is. */
interface Tagged {
  tags: Tags
  tag(added: Tags): Promise<Retagged>
  untag(keys: readonly string[]): Promise<Retagged>
}

interface Retagged {
  before: Tags
  after: Tags
}

const retagged = async <Thing>(change: Promise<Changed<Thing>>, tagsOf: (thing: Thing) => Tags): Promise<Retagged> => {
  const { before, after } = await change
  return { before: tagsOf(before), after: tagsOf(after) }
}

const tagsIn = ({ tags: own = {} }: { tags?: Tags }): Tags => own

const tell = (was: Was, { before, after }: Retagged): undefined => void was({ Tags: before }, { Tags: after })

const input = { InstanceArn: optional(instanceArnMember), ResourceArn: resourceArnMember }

type Here = Scope<SsoAdminRooms>

async function toTagged({ InstanceArn: named, ResourceArn }: { InstanceArn?: string | undefined; ResourceArn: string }, scope: Here): Promise<Target<Tagged>> {
  const { rooms } = scope
  const InstanceArn = named ?? instanceArn((await rooms.organization()).id)
  const of = <Found>({ arn, found, missing, context, also }: Target<Found>, tagged: (found: Found) => Tagged): Target<Tagged> =>
    ({ arn, found: found && tagged(found), ...(missing !== undefined && { missing }), ...(context && { context }), ...(also && { also }) })
  switch (/^arn:aws:sso:[^:]*:(?:\d{12})?:([a-zA-Z]+)\//.exec(ResourceArn)?.[1]) {
    case 'permissionSet': return of(await toPermissionSet({ InstanceArn, PermissionSetArn: ResourceArn }, scope), ({ id, tags: own }) =>
      ({ tags: own, tag: (added) => retagged(rooms.permissionSetChanges.tag(id, added), tagsIn), untag: (keys) => retagged(rooms.permissionSetChanges.untag(id, keys), tagsIn) }))
    case 'application': return of(await toApplication({ ApplicationArn: ResourceArn }, scope), ({ id, settings }) => ({
      tags: settings.tags,
      tag: (added) => retagged(rooms.applicationChanges.change(id, (one) => ({ settings: { tags: withTags(one.settings.tags, added, mostInstanceTags) } })), (one) => one.settings.tags),
      untag: (keys) => retagged(rooms.applicationChanges.change(id, (one) => ({ settings: { tags: withoutTags(one.settings.tags, keys) } })), (one) => one.settings.tags),
    }))
    case 'trustedTokenIssuer': return of(await toIssuer({ TrustedTokenIssuerArn: ResourceArn }, scope), ({ id, tags: own }) =>
      ({ tags: own, tag: (added) => retagged(rooms.issuers.tag(id, added), tagsIn), untag: (keys) => retagged(rooms.issuers.untag(id, keys), tagsIn) }))
    case 'instance': return toTaggedInstance(ResourceArn, scope)
    default: return { arn: ResourceArn, found: undefined, missing: `There is no ${ResourceArn}.` }
  }
}

async function toTaggedInstance(InstanceArn: string, scope: Here): Promise<Target<Tagged>> {
  const { rooms } = scope
  const { found, ...target } = await toInstance({ InstanceArn }, scope)
  const own = (await rooms.currentOrganization()).instance.tags ?? {}
  return {
    ...target, context: resourceTags(own),
    found: found && {
      tags: own,
      tag: (added) => retagged(rooms.changeInstance((settings) => ({ ...settings, tags: withTags(settings.tags ?? {}, added, mostInstanceTags) })), tagsIn),
      untag: (keys) => retagged(rooms.changeInstance((settings) => ({ ...settings, tags: withoutTags(settings.tags ?? {}, keys) })), tagsIn),
    },
  }
}

export const tagOperations: Operations = {
  TagResource: operation({
    input: { ...input, Tags: tags }, target: toTagged,
    context: ({ Tags: given }) => requestTags(given),
    run: async ({ input: { Tags: given }, target, was }) => tell(was, await target.tag(given)),
  }),
  UntagResource: operation({
    input: { ...input, TagKeys: tagKeys }, target: toTagged,
    context: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
    run: async ({ input: { TagKeys }, target, was }) => tell(was, await target.untag(TagKeys)),
  }),
  ListTagsForResource: operation({
    input, readOnly: true, pages: 100, target: toTagged,
    run: ({ target, page, listed }) => listed('Tags', pageOfAll(Object.entries(target.tags), page, ([key]) => key), ([Key, Value]) => ({ Key, Value })),
  }),
}
