// Tags of accounts. The root may be asked for its tags, and has none.
import { Accounts, withoutTags, withTags, type Account, type Tags } from '../../../domain/accounts/index.js'
import type { Call } from '../protocol/json-operation.js'
import { text } from '../protocol/members.js'
import { tagsAnswer } from './answers.js'
import { refused } from './language.js'
import { operation, type Operations } from './operation.js'
import type { OrganizationsRooms } from './rooms.js'
import { requestTags, toTagged } from './targets.js'
import { tagKeys, tags } from './words.js'

const resourceId = text(1, 130, /^(\d{12}|r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128}|rp-[0-9a-zA-Z_]{4,128})$/, 'must be the id of an account or of the root')

async function retag({ rooms: { database }, target: { account }, was }: Pick<Call<OrganizationsRooms, unknown, { account: Account | undefined }>, 'rooms' | 'target' | 'was'>, change: (tags: Tags) => Tags): Promise<Record<string, never>> {
  if (!account) throw refused('ConstraintViolationException', 'Only accounts have tags.')
  const { before, after } = await database.transaction((tx) => new Accounts(tx).retag(account.id, change))
  was({ tags: before }, { tags: after })
  return {}
}

export const tagOperations: Operations = {
  TagResource: operation({
    input: { ResourceId: resourceId, Tags: tags },
    target: toTagged,
    context: ({ Tags }) => requestTags(Tags),
    run: (call) => retag(call, (before) => withTags(before, call.input.Tags)),
  }),
  UntagResource: operation({
    input: { ResourceId: resourceId, TagKeys: tagKeys },
    target: toTagged,
    context: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
    run: (call) => retag(call, (before) => withoutTags(before, call.input.TagKeys)),
  }),
  ListTagsForResource: operation({
    input: { ResourceId: resourceId }, readOnly: true, pages: 50,
    target: toTagged,
    run: ({ target: { account } }) => tagsAnswer(account?.tags ?? {}),
  }),
}
