// Users of the Identity Store.
import { changeUser, Users, type NewUser } from '../../../domain/directory/index.js'
import { list, optional, readMembers, text } from '../protocol/members.js'
import { attributesAnswer, userAnswer } from './answers.js'
import { applyChanges, changesOf } from './attribute-paths.js'
import { extensionName, userMembers, userOf } from './attributes.js'
import { filters } from './filters.js'
import { unique, uniquely } from './language.js'
import { operation, type Operations } from './operation.js'
import { toStore, toUser, userArn } from './targets.js'
import { identityStoreId, resourceId } from './words.js'

const extensions = optional(list(text(1, 50, new RegExp(`^${extensionName}$`), `must be ${extensionName}`), { max: 10 }))
const nameParts = ['Formatted', 'FamilyName', 'GivenName', 'MiddleName', 'HonorificPrefix', 'HonorificSuffix']

/** Refuses an address that somebody else has: whoever reads its mail could get in as either. */
async function checkAddresses(users: Users, { id, emails }: Pick<NewUser, 'id' | 'emails'>): Promise<void> {
  const others = emails.length === 0 ? [] : (await users.listByAddresses(emails.map(({ value }) => value))).filter((user) => user.id !== id)
  if (others.length > 0) throw unique('Somebody else has that mail address.')
}

export const userOperations: Operations = {
  CreateUser: operation({
    input: { IdentityStoreId: identityStoreId, ...userMembers },
    target: (input, scope) => toStore(input, scope),
    run: async ({ input: { IdentityStoreId, ...attributes }, caller, rooms }) => {
      const user = userOf(attributes)
      await checkAddresses(rooms.users, user)
      const [id] = await uniquely(rooms.users.create([{ ...user, by: caller.arn }]))
      return { IdentityStoreId, UserId: id! }
    },
  }),
  DescribeUser: operation({
    input: { IdentityStoreId: identityStoreId, UserId: resourceId, Extensions: extensions }, readOnly: true,
    target: toUser,
    run: ({ input, target }) => userAnswer(target, input.IdentityStoreId, input.Extensions),
  }),
  ListUsers: operation({
    input: { IdentityStoreId: identityStoreId, Filters: filters('UserName'), Extensions: extensions }, readOnly: true, pages: 100,
    target: (input, scope) => toStore(input, scope, userArn('*')),
    run: async ({ input: { IdentityStoreId, Filters, Extensions }, page, rooms, listed }) => {
      const found = Filters === undefined ? undefined : await rooms.users.findByUserName(Filters)
      return listed('Users', Filters === undefined ? await rooms.users.page(page) : { items: found ? [found] : [] }, (user) => userAnswer(user, IdentityStoreId, Extensions))
    },
  }),
  UpdateUser: operation({
    input: { IdentityStoreId: identityStoreId, UserId: resourceId, Operations: changesOf(Object.keys(userMembers), { Name: nameParts }) },
    target: toUser,
    run: async ({ input: { UserId, Operations: changes }, caller, rooms, was }) => {
      const read = (user: Parameters<typeof attributesAnswer>[0]) => readMembers(userMembers, applyChanges(attributesAnswer(user), changes))
      await uniquely(rooms.database.transaction(async (tx) => {
        const { before, after } = await changeUser(tx, UserId, (user) => ({ ...userOf(read(user), user), by: caller.arn }))
        await checkAddresses(new Users(tx), { ...after, id: UserId })
        const kept = new Set(after.emails.map(({ value }) => value.toLowerCase()))
        for (const { value } of before.emails) if (!kept.has(value.toLowerCase())) await rooms.letters.voidMailedTo(tx, UserId, value)
        was(attributesAnswer(before), attributesAnswer(after))
      }))
      return {}
    },
  }),
  DeleteUser: operation({
    input: { IdentityStoreId: identityStoreId, UserId: resourceId },
    target: toUser,
    run: async ({ target, caller, rooms, was }) => {
      was(attributesAnswer(target), undefined)
      await rooms.deletedUsers.add([target.id], caller.arn)
      await rooms.endEverything(target.id, caller.arn)
      return {}
    },
  }),
}
