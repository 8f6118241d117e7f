// People: made, read, replaced, changed and deleted by a directory outside.
import { Administering } from '../../domain/access/index.js'
import { changeUser, DeletedUsers, Users, type NewUser, type User } from '../../domain/directory/index.js'
import { Refusal } from '../../platform/errors.js'
import type { Executor } from '../../platform/storage/database.js'
import { within } from '../../platform/storage/store.js'
import { ScimError } from './errors.js'
import { changeEvent, recordDenial } from './events.js'
import { applyPatch, readPatch, readResource } from './patch.js'
import type { Projection } from './projection.js'
import type { Answer, Call, Resources, ScimRooms } from './rooms.js'
import { urns, userSchema } from './schema.js'
import { resourceOf, userOf } from './user-resource.js'
import type { Value } from './values.js'
import { checkMatch, isKnown, versionOf } from './versions.js'

/** The version of a person; the groups that they are in do not count. */
export const userVersion = (user: User, resource = resourceOf(user)): string => versionOf(resource, user.updatedAt)

/** Spells people for answers. */
export async function spellUsers(users: readonly User[], projection: Projection, { members, publicUrl }: Pick<ScimRooms, 'members' | 'publicUrl'>): Promise<Value[]> {
  const groups = projection.wants('groups') && users.length > 0 ? await members.groupsOf(users.map(({ id }) => id)) : undefined
  return users.map((user) => {
    const resource = resourceOf(user)
    return spellUser({ user, resource, version: userVersion(user, resource), groups: groups?.get(user.id) ?? [] }, projection, publicUrl)
  })
}

interface Spelling {
  user: User
  resource: Value
  version: string
  groups: readonly { id: string; displayName: string }[]
}

function spellUser({ user, resource, version, groups }: Spelling, projection: Projection, publicUrl: URL): Value {
  const { externalId, enterprise, ...rest } = resource
  const inside = groups.map(({ id, displayName }) => ({ value: id, $ref: `${publicUrl.origin}/scim/v2/Groups/${id}`, display: displayName, type: 'direct' }))
  return projection.apply({
    schemas: [urns.user, ...(enterprise ? [urns.enterprise] : [])], id: user.id, ...(externalId !== undefined && { externalId }), ...rest, ...(inside.length > 0 && { groups: inside }), ...(enterprise !== undefined && { [urns.enterprise]: enterprise }),
    meta: { resourceType: 'User', created: user.createdAt.toISOString(), lastModified: user.updatedAt.toISOString(), location: locationOf(user, publicUrl), version },
  })
}

const locationOf = ({ id }: Pick<User, 'id'>, publicUrl: URL): string => `${publicUrl.origin}/scim/v2/Users/${id}`
const aboutOf = ({ id, userName }: User) => ({ userId: id, userName })
const missing = (): Refusal => new Refusal('not-found', 'There is no such user.')

export function usersOf(rooms: ScimRooms): Resources {
  const { users, arrivals, database, publicUrl, trail, clock } = rooms
  const answer = async (status: number, user: User, projection: Projection): Promise<Answer> =>
    ({ status, body: (await spellUsers([user], projection, rooms))[0]!, version: userVersion(user), location: locationOf(user, publicUrl) })

  const change = async (call: Call, id: string, projection: Projection, make: (was: Value) => Value): Promise<Answer> => {
    const after = await changeOne(rooms, call, id, make)
    return answer(200, after, projection)
  }

  return {
    create: async (call, body, projection) => {
      const user = await arrivals.create({ ...userOf(readResource(body, userSchema)), by: call.by }, (made) => changeEvent(call, 'CreateUser', { about: aboutOf(made), after: resourceOf(made) }))
      const resource = resourceOf(user)
      const version = userVersion(user, resource)
      return { status: 201, body: spellUser({ user, resource, version, groups: [] }, projection, publicUrl), version, location: locationOf(user, publicUrl) }
    },
    read: async (call, id, projection) => {
      const user = await users.find(id)
      if (!user) throw missing()
      return isKnown(call, userVersion(user)) ? { status: 304, version: userVersion(user) } : answer(200, user, projection)
    },
    replace: (call, id, body, projection) => {
      const read = readResource(body, userSchema)
      return change(call, id, projection, () => read)
    },
    patch: (call, id, body, projection) => {
      const operations = readPatch(body)
      return change(call, id, projection, (was) => applyPatch(was, operations, userSchema))
    },
    remove: async (call, id) => {
      const user = await users.find(id)
      if (!user) throw missing()
      checkMatch(call, userVersion(user))
      // Before they go, because a client that fails here comes again, and finds nobody afterwards; and after it, for what came in between.
      await rooms.endEverything(user.id, call.by)
      await database.transaction(async (tx) => {
        const [gone] = await new DeletedUsers(within(tx), clock).add([user.id], call.by)
        if (gone === undefined) throw missing()
        await trail.within(tx).record(changeEvent(call, 'DeleteUser', { about: aboutOf(user), before: resourceOf(user) }))
      })
      await rooms.endEverything(user.id, call.by)
      return { status: 204 }
    },
  }
}

/** Changes one person, with nobody else in between. */
async function changeOne(rooms: ScimRooms, call: Call, id: string, make: (was: Value) => Value): Promise<User> {
  const { database, trail, voidMailedTo, endEverything } = rooms
  try {
    const after = await database.transaction(async (tx) => {
      const changed = await changeUser(tx, id, (user) => {
        checkMatch(call, userVersion(user))
        return { ...userOf(make(resourceOf(user)), user), by: call.by }
      })
      await checkAllowed(tx, call, changed, rooms)
      await checkAddresses(new Users(tx), { ...changed.after, id: changed.before.id }, changed.before)
      for (const address of lostAddresses(changed.before, changed.after)) await voidMailedTo(tx, changed.before.id, address)
      const is = await new Users(tx).get(changed.before.id)
      const [before, after] = [resourceOf(changed.before), resourceOf(is)]
      if (JSON.stringify(before) !== JSON.stringify(after)) await trail.within(tx).record(changeEvent(call, 'UpdateUser', { about: aboutOf(is), before, after }))
      return is
    })
    // Ended even if they were inactive already: whoever asks wants nothing of theirs to count.
    if (!after.active) await endEverything(after.id, call.by)
    return after
  } catch (error) {
    await recordDenial(trail, call, 'UpdateUser', { about: { userId: id }, error })
    throw error
  }
}

const lostAddresses = (before: User, after: Pick<NewUser, 'emails'>): string[] => {
  const kept = new Set(after.emails.map(({ value }) => value.toLowerCase()))
  return before.emails.map(({ value }) => value).filter((value) => !kept.has(value.toLowerCase()))
}

/** Whoever reads the mail of an administrator, or is found by their name, could come to be one. */
async function checkAllowed(tx: Executor, { token }: Call, { before, after }: { before: User; after: NewUser }, { clock }: ScimRooms): Promise<void> {
  const isTaking = before.userName !== after.userName || (after.active && !before.active) || after.emails.some(({ value }) => !before.emails.some((one) => one.value.toLowerCase() === value.toLowerCase()))
  if (token.administrators || !isTaking || !await new Administering(tx, clock).isUser(before.id)) return
  throw new ScimError(403, 'They hold something in the management account. The user name and mail addresses of administrators are changed, and administrators made active, here or with a token that may manage administrators.')
}

/** Refuses an address that somebody else has: whoever reads its mail could get in as either. */
async function checkAddresses(users: Users, { id, emails }: Pick<NewUser, 'id' | 'emails'>, before?: User): Promise<void> {
  const added = emails.map(({ value }) => value).filter((value) => !before?.emails.some((one) => one.value.toLowerCase() === value.toLowerCase()))
  if (added.length === 0) return
  const others = (await users.listByAddresses(added)).filter((user) => user.id !== id)
  if (others.length > 0) throw new Refusal('conflict', 'Somebody else has that mail address.')
}
