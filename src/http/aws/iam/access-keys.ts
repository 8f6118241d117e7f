// Access keys: of the user who is named, or of the one who calls; a root user's are only its own to change.
import { rootArn, type KeyOwner } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { keyInList, timeOf } from './answers.js'
import { oneOf, optional } from '../protocol/fields.js'
import { operation, type Operations, type Scope, type Target } from './operation.js'
import { toUserOrSelf } from './targets.js'
import { accessKeyId, paging, userName } from './words.js'

type NamedOwner = KeyOwner & { userName?: string }

/** Whose keys are meant. */
async function toOwner(input: { UserName?: string | undefined }, scope: Scope): Promise<Target<NamedOwner>> {
  const { caller: { kind }, accountId } = scope
  if (input.UserName === undefined && kind === 'root') return { arn: rootArn(accountId), found: { accountId } }
  const target = await toUserOrSelf(input, scope)
  return { ...target, found: target.found && { accountId, userId: target.found.id, userName: target.found.name } }
}

const missing = (id: string): never => {
  throw new Refusal('not-found', `The access key with id ${id} cannot be found.`)
}

export const accessKeyOperations: Operations = {
  CreateAccessKey: operation({
    input: { UserName: optional(userName) },
    target: toOwner,
    run: async ({ target, rooms }) => {
      const key = await rooms.keys.issue(target)
      const { UserName, AccessKeyId, Status, CreateDate } = keyInList(key, target.userName ?? '')
      return { AccessKey: { UserName, AccessKeyId, Status, SecretAccessKey: key.secret, CreateDate } }
    },
  }),
  ListAccessKeys: operation({
    input: { UserName: optional(userName), ...paging }, readOnly: true,
    target: toOwner,
    run: async ({ target, rooms }) => ({ AccessKeyMetadata: (await rooms.keys.list(target)).map((key) => keyInList(key, target.userName)), IsTruncated: false }),
  }),
  UpdateAccessKey: operation({
    input: { UserName: optional(userName), AccessKeyId: accessKeyId, Status: oneOf('Active', 'Inactive') },
    target: toOwner,
    change: async ({ input, target, rooms }) => {
      const key = (await rooms.keys.list(target)).find(({ id }) => id === input.AccessKeyId)
      return key && { before: { status: key.active ? 'Active' : 'Inactive' }, after: { status: input.Status } }
    },
    run: async ({ input, target, rooms }) => (await rooms.keys.setActive(target, input.AccessKeyId, input.Status === 'Active') ? undefined : missing(input.AccessKeyId)),
  }),
  DeleteAccessKey: operation({
    input: { UserName: optional(userName), AccessKeyId: accessKeyId },
    target: toOwner,
    run: async ({ input, target, rooms }) => (await rooms.keys.remove(target, input.AccessKeyId) ? undefined : missing(input.AccessKeyId)),
  }),
  GetAccessKeyLastUsed: operation({
    input: { AccessKeyId: accessKeyId }, readOnly: true,
    target: async ({ AccessKeyId }, { accountId, rooms }) => {
      const key = await rooms.keys.find(AccessKeyId)
      const user = key?.accountId === accountId && key.userId !== undefined ? await rooms.users.findById(key.userId) : undefined
      return { arn: user?.arn ?? '*', found: user, missing: `The access key with id ${AccessKeyId} cannot be found.` }
    },
    run: async ({ input, target, rooms }) => {
      await rooms.keyUses.flush()
      const key = await rooms.keys.find(input.AccessKeyId)
      if (!key) return missing(input.AccessKeyId)
      const { lastUsed } = key
      return { UserName: target.name, AccessKeyLastUsed: { LastUsedDate: lastUsed && timeOf(lastUsed.at), ServiceName: lastUsed?.service ?? 'N/A', Region: lastUsed?.region ?? 'N/A' } }
    },
  }),
}
