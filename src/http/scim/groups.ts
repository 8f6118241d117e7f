// Groups: made, read, replaced, changed and deleted by a directory outside, with who is in them.
import { Administering, goingWithGroup, placesOfGroups } from '../../domain/access/index.js'
import { GroupMembers, Groups, isReservedName, lockGroup, provisioningIssuer, readableText, type ExternalId, type Group, type Membership, type MembersState } from '../../domain/directory/index.js'
import type { Executor } from '../../platform/storage/database.js'
import { invalid, ScimError } from './errors.js'
import { changeEvent, recordDenial, recordMembers, type EventName } from './events.js'
import { changeMembers, splitMembers, type MemberChange, type MembersChanged } from './members.js'
import { applyPatch, readPatch } from './patch.js'
import type { Projection } from './projection.js'
import type { Answer, Call, Resources, ScimRooms } from './rooms.js'
import { groupSchema, urns } from './schema.js'
import { externalIdOf } from './user-resource.js'
import type { Value } from './values.js'
import { checkMatch, isKnown, versionOf } from './versions.js'

const longestName = 1024
/** What an index of names takes. */
const mostNameBytes = 2600
/** Members of all groups of a list together. */
const mostListedMembers = 50_000

const groupVersion = (group: Group, members: MembersState | undefined): string => versionOf(group.displayName, group.description, group.externalIds, group.updatedAt, members?.count ?? 0, members?.newest ?? '')

/** What a client may write of a group, its members apart. */
function resourceOf({ displayName, externalIds }: Pick<Group, 'displayName' | 'externalIds'>): Value {
  const externalId = externalIdOf(externalIds)
  return { ...(externalId !== undefined && { externalId }), displayName }
}

/** Spells groups for answers. */
export async function spellGroups(groups: readonly Group[], projection: Projection, { members, publicUrl }: Pick<ScimRooms, 'members' | 'publicUrl'>): Promise<Value[]> {
  const ids = groups.map(({ id }) => id)
  const wants = ids.length > 0 && projection.wants('members')
  const states = wants || (ids.length > 0 && projection.wants('meta')) ? await members.states(ids) : undefined
  if (wants && ids.length > 1 && sumOf(states!) > mostListedMembers) throw new ScimError(400, 'These groups have too many members for one answer: ask with excludedAttributes=members, or for fewer groups.', 'tooMany')
  const inside = wants ? await members.list(ids) : undefined
  return groups.map((group) => projection.apply({
    schemas: [urns.group], id: group.id, ...resourceOf(group),
    ...(inside?.has(group.id) && { members: inside.get(group.id)!.map(({ id, kind, displayName }) => ({ value: id, $ref: `${publicUrl.origin}/scim/v2/${kind}s/${id}`, display: displayName, type: kind })) }),
    meta: {
      resourceType: 'Group', created: group.createdAt.toISOString(), lastModified: group.updatedAt.toISOString(), location: locationOf(group, publicUrl), ...(states && { version: groupVersion(group, states.get(group.id)) }),
    },
  }))
}

const sumOf = (states: ReadonlyMap<string, MembersState>): number => [...states.values()].reduce((sum, { count }) => sum + count, 0)

const locationOf = ({ id }: Pick<Group, 'id'>, publicUrl: URL): string => `${publicUrl.origin}/scim/v2/Groups/${id}`

function groupOf(resource: Value, was?: Group): { displayName: string; description: string | undefined; externalIds: ExternalId[] } {
  const { displayName, externalId } = resource as { displayName?: string; externalId?: string }
  if (displayName === undefined) throw invalid('invalidValue', 'displayName is required.')
  if (displayName !== was?.displayName && (displayName.length > longestName || Buffer.byteLength(displayName) > mostNameBytes || !readableText.test(displayName))) throw invalid('invalidValue', 'displayName has up to 1024 characters, and none that do not show.')
  if (displayName !== was?.displayName && isReservedName(displayName)) throw invalid('invalidValue', 'displayName is a reserved name.')
  if (externalId !== undefined && (externalId.length > longestName || !readableText.test(externalId))) throw invalid('invalidValue', 'externalId has up to 1024 characters, and none that do not show.')
  const others = (was?.externalIds ?? []).filter(({ issuer }) => issuer !== provisioningIssuer)
  return { displayName, description: was?.description, externalIds: [...others, ...(externalId === undefined ? [] : [{ issuer: provisioningIssuer, id: externalId }])] }
}

export function groupsOf(rooms: ScimRooms): Resources {
  const { groups, members, database, publicUrl, trail } = rooms
  const stateOf = async (id: string): Promise<MembersState | undefined> => (await members.states([id])).get(id)
  const answer = async (status: number, group: Group, projection: Projection): Promise<Answer> =>
    ({ status, body: (await spellGroups([group], projection, rooms))[0]!, version: groupVersion(group, await stateOf(group.id)), location: locationOf(group, publicUrl) })

  return {
    create: async (call, body, projection) => {
      const { members: all, rest } = splitMembers([{ op: 'replace', path: undefined, value: body }])
      const group = groupOf(applyPatch({}, rest, groupSchema))
      const ids = all.flatMap((one) => one.ids ?? [])
      const id = await database.transaction(async (tx) => {
        const [made = ''] = await new Groups(tx).create([{ ...group, by: call.by }])
        const recorder = trail.within(tx)
        await recorder.record(changeEvent(call, 'CreateGroup', { about: { groupId: made, displayName: group.displayName }, after: resourceOf(group) }))
        await recordMembers(recorder, call, { added: await new GroupMembers(tx).add(made, ids, call.by), removed: [] })
        return made
      })
      return answer(201, await groups.get(id), projection)
    },
    read: async (call, id, projection) => {
      const group = await groups.get(id)
      const version = groupVersion(group, await stateOf(group.id))
      return isKnown(call, version) ? { status: 304, version } : answer(200, group, projection)
    },
    replace: async (call, id, body, projection) => {
      const { members: all, rest } = splitMembers([{ op: 'replace', path: undefined, value: body }])
      const read = applyPatch({}, rest, groupSchema)
      return answer(200, await changeOne(rooms, call, id, { make: () => read, members: all }), projection)
    },
    patch: async (call, id, body, projection) => {
      const { members: changes, rest } = splitMembers(readPatch(body))
      const group = await changeOne(rooms, call, id, { make: (was) => applyPatch(was, rest, groupSchema), members: changes })
      // Everybody in the group would be more than whoever put one in wants to read.
      return projection.isChosen ? answer(200, group, projection) : { status: 204, version: groupVersion(group, await stateOf(group.id)) }
    },
    remove: async (call, id) => {
      await denied(rooms, call, { eventName: 'DeleteGroup', id }, () => database.transaction(async (tx) => {
        const group = await lockGroup(tx, id)
        checkMatch(call, groupVersion(group, (await new GroupMembers(tx).states([group.id])).get(group.id)))
        await checkAllowed(tx, call, group.id, rooms)
        const places = await placesOfGroups(tx, [group.id])
        const before = { ...resourceOf(group), ...await goingWithGroup(tx, group.id) }
        await new Groups(tx).remove([group.id])
        await rooms.endIssued(tx, places, call.by)
        await trail.within(tx).record(changeEvent(call, 'DeleteGroup', { about: { groupId: group.id, displayName: group.displayName }, before }))
      }))
      return { status: 204 }
    },
  }
}

interface GroupChange {
  make: (was: Value) => Value
  members: readonly MemberChange[]
}

/** Changes one group and who is in it, with nobody else in between. */
async function changeOne(rooms: ScimRooms, call: Call, id: string, { make, members }: GroupChange): Promise<Group> {
  const { database, trail } = rooms
  return denied(rooms, call, { eventName: 'UpdateGroup', id }, () => database.transaction(async (tx) => {
    const before = await lockGroup(tx, id)
    if (call.ifMatch !== undefined) checkMatch(call, groupVersion(before, (await new GroupMembers(tx).states([before.id])).get(before.id)))
    const group = groupOf(make(resourceOf(before)), before)
    const places = members.some(({ op }) => op !== 'add') ? await placesOfGroups(tx, [before.id]) : []
    const changed: MembersChanged = await changeMembers(tx, before.id, members, call.by)
    const isOther = JSON.stringify(resourceOf(before)) !== JSON.stringify(resourceOf(group))
    const isChanged = changed.added.length + changed.removed.length > 0
    // Under its old name another could be put into its place.
    if (isChanged || before.displayName !== group.displayName) await checkAllowed(tx, call, before.id, rooms)
    if (!isChanged && !isOther) return before
    await new Groups(tx).update([{ ...group, id: before.id, by: call.by }])
    if (changed.removed.length > 0) await rooms.endIssued(tx, places, call.by, onlyUser(changed.removed))
    const after = await new Groups(tx).get(before.id)
    const recorder = trail.within(tx)
    if (isOther) await recorder.record(changeEvent(call, 'UpdateGroup', { about: { groupId: after.id, displayName: after.displayName }, before: resourceOf(before), after: resourceOf(after) }))
    await recordMembers(recorder, call, changed)
    return after
  }))
}

/** Whom it is about, where it is about one person: what was issued to others is not looked through then. */
function onlyUser([first, ...more]: readonly Membership[]): string | undefined {
  return first && more.length === 0 && 'userId' in first.member ? first.member.userId : undefined
}

/** Who is in a group that has a say in the management account, and which group that is, is not for another directory to decide. */
async function checkAllowed(tx: Executor, { token }: Call, groupId: string, { clock }: ScimRooms): Promise<void> {
  if (token.administrators || !await new Administering(tx, clock).isGroup(groupId)) return
  throw new ScimError(403, 'The group holds something in the management account. Who is in it, and what it is called, is changed here, or with a token that may manage administrators.')
}

async function denied<Result>({ trail }: ScimRooms, call: Call, { eventName, id }: { eventName: EventName; id: string }, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    await recordDenial(trail, call, eventName, { about: { groupId: id }, error })
    throw error
  }
}
