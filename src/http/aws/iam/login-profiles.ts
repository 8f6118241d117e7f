// Passwords of IAM users: set by those who may, and changed by their owners.
import { iamUserPrincipal, markOf, type Along } from '../../../domain/authentication/index.js'
import type { IamUser } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { originOf } from '../../middleware/front.js'
import { AwsError } from '../protocol/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { timeOf } from './answers.js'
import { flag, optional, otherwise, text } from '../protocol/fields.js'
import { operation, type Operations } from './operation.js'
import type { IamRooms } from './rooms.js'
import { toUserOrSelf } from './targets.js'
import { userName } from './words.js'

const password = text(1, 128)

/** Refuses a password that the account's rules do not take; for its owner, earlier ones too. */
async function checkPassword(rooms: IamRooms, user: IamUser, plain: string, address: string, principal?: string): Promise<void> {
  const { accepted, rules } = await rooms.newPasswordsOf(user.accountId).judge(plain, { ownNames: [user.name], address, ...(principal !== undefined && { principal }) })
  if (!accepted) throw new Refusal('password-unacceptable', `The password must have: ${rules.filter(({ met }) => met === false).map(({ sentence }) => sentence).join('; ')}.`)
}

/** Hashes a password that an administrator chose. */
async function hashed(rooms: IamRooms, user: IamUser, plain: string, address: string): Promise<string> {
  await checkPassword(rooms, user, plain, address)
  return rooms.hashes.hash(plain, address)
}

const profileOf = async (rooms: IamRooms, user: IamUser): Promise<XmlContent | undefined> => {
  const found = await rooms.passwords.findProfile(iamUserPrincipal(user.id))
  return found && { UserName: user.name, CreateDate: timeOf(found.changedAt), PasswordResetRequired: found.oneTime }
}

const missing = (user: IamUser): never => {
  throw new Refusal('not-found', `There is no login profile for user ${user.name}.`)
}

/** The event is that of the operation, and nothing is mailed to users of an account. */
const along = (rooms: IamRooms, { id }: IamUser): Along => ({ announce: async () => {}, endSessions: () => rooms.endConsoles(id) })

export const loginProfileOperations: Operations = {
  CreateLoginProfile: operation({
    input: { UserName: optional(userName), Password: password, PasswordResetRequired: otherwise(false, flag) },
    target: toUserOrSelf,
    run: async ({ input, target, rooms, ctx }) => {
      const principal = iamUserPrincipal(target.id)
      const taken = new Refusal('conflict', `There is a login profile for user ${target.name} already.`)
      if (await rooms.passwords.find(principal)) throw taken
      const hash = await hashed(rooms, target, input.Password, originOf(ctx).sourceIPAddress)
      if (!await rooms.passwords.create({ principal, hash, oneTime: input.PasswordResetRequired })) throw taken
      return { LoginProfile: (await profileOf(rooms, target)) ?? missing(target) }
    },
  }),
  GetLoginProfile: operation({
    input: { UserName: optional(userName) }, readOnly: true,
    target: toUserOrSelf,
    run: async ({ target, rooms }) => ({ LoginProfile: (await profileOf(rooms, target)) ?? missing(target) }),
  }),
  UpdateLoginProfile: operation({
    input: { UserName: userName, Password: optional(password), PasswordResetRequired: optional(flag) },
    target: toUserOrSelf,
    run: async ({ input, target, rooms, ctx }) => {
      const principal = iamUserPrincipal(target.id)
      const stored = (await rooms.passwords.find(principal)) ?? missing(target)
      const hash = input.Password === undefined ? stored.hash : await hashed(rooms, target, input.Password, originOf(ctx).sourceIPAddress)
      const next = { principal, hash, oneTime: input.PasswordResetRequired ?? stored.oneTime }
      if (input.Password === undefined) await rooms.passwords.put([next])
      else await rooms.passwordChanges.set(next, along(rooms, target))
      return undefined
    },
  }),
  DeleteLoginProfile: operation({
    input: { UserName: optional(userName) },
    target: toUserOrSelf,
    run: async ({ target, rooms }) => {
      return (await rooms.passwordChanges.remove(iamUserPrincipal(target.id), along(rooms, target))) ? undefined : missing(target)
    },
  }),
  ChangePassword: operation({
    input: { OldPassword: password, NewPassword: password },
    target: (_input, scope) => toUserOrSelf({}, scope),
    isFree: async ({ caller, accountId, rooms }) => caller.kind === 'iam-user' && ((await rooms.passwordPolicies.find(accountId))?.allowUsersToChange ?? false),
    run: async ({ input, target, rooms, ctx }) => {
      const principal = iamUserPrincipal(target.id)
      const { sourceIPAddress: address } = originOf(ctx)
      const attempted = { name: principal, address }
      const turn = await rooms.throttle.check(attempted)
      const stored = await rooms.passwords.check(principal, input.OldPassword, address)
      if (!stored) {
        await rooms.throttle.failed(attempted, turn)
        throw new AwsError('AccessDenied', 403, 'The old password is wrong, or there is none.')
      }
      await rooms.throttle.check(attempted, turn)
      await checkPassword(rooms, target, input.NewPassword, address, principal)
      const isReplaced = await rooms.passwordChanges.replace({ principal, proved: markOf(stored), plain: input.NewPassword, address }, along(rooms, target))
      if (!isReplaced) throw new AwsError('EntityTemporarilyUnmodifiable', 409, 'The password was changed by somebody else at the same time. Please try again.')
      return undefined
    },
  }),
}
