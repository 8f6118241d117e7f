// How somebody gets a password: by an invitation, by a link for a new one, or by one that is good once.
import { oneTimePassword, userPrincipal } from '../../../../domain/authentication/index.js'
import { primaryEmail, type User } from '../../../../domain/directory/index.js'
import { Refusal } from '../../../../platform/errors.js'
import { isMailAddress } from '../../../../platform/mail/index.js'
import { originOf } from '../../../middleware/front.js'
import { directoryOperation, type Operations } from '../operation.js'
import { toUser } from '../targets.js'
import { ofUser } from './input.js'

function checkReachable({ emails, active }: User): string {
  if (!active) throw new Refusal('in-use', 'The user is disabled. Enable them first.')
  const address = primaryEmail(emails)
  if (!address || !isMailAddress(address)) throw new Refusal('invalid-input', 'The user has no mail address.')
  return address
}

const statusOf = (password: { oneTime: boolean } | undefined, wasInvited: boolean): string => (password ? (password.oneTime ? 'ONE_TIME' : 'OWN') : wasInvited ? 'INVITED' : 'NONE')

export const signInOperations: Operations = {
  DescribeUserSignIn: directoryOperation({
    input: ofUser, readOnly: true, action: 'sso-directory:DescribeUser',
    target: toUser,
    run: async ({ target: { id }, rooms }) => {
      const principal = userPrincipal(id)
      const [password, devices, wasInvited] = [await rooms.passwords.findProfile(principal), await rooms.devices.list(principal), await rooms.letters.wasInvited(id)]
      return { PasswordStatus: statusOf(password, wasInvited), PasswordChangedAt: password && password.changedAt.getTime() / 1000, MfaDeviceCount: devices.length }
    },
  }),
  InviteUser: directoryOperation({
    input: ofUser,
    target: toUser,
    run: async ({ target: user, rooms }) => {
      checkReachable(user)
      if (await rooms.passwords.findProfile(userPrincipal(user.id))) throw new Refusal('in-use', 'The user has a password already. Send a link for a new one instead.')
      await rooms.database.transaction((tx) => rooms.letters.invite(tx, user))
      return {}
    },
  }),
  SendPasswordReset: directoryOperation({
    input: ofUser, action: 'sso-directory:UpdatePassword',
    target: toUser,
    run: async ({ target: user, rooms }) => {
      checkReachable(user)
      await rooms.database.transaction((tx) => rooms.letters.reset(tx, user))
      return {}
    },
  }),
  SetOneTimePassword: directoryOperation({
    input: ofUser, action: 'sso-directory:UpdatePassword',
    target: toUser,
    run: async ({ target: { id }, caller, rooms, ctx, was }) => {
      const principal = userPrincipal(id)
      const before = statusOf(await rooms.passwords.findProfile(principal), await rooms.letters.wasInvited(id))
      const password = oneTimePassword()
      const hash = await rooms.hashes.hash(password, originOf(ctx).sourceIPAddress)
      // Whoever came in with the password before goes.
      await rooms.passwordChanges.set({ principal, hash, oneTime: true }, { announce: async () => undefined, endSessions: () => rooms.endEverything(id, caller.arn) })
      was({ passwordStatus: before }, { passwordStatus: 'ONE_TIME' })
      return { Password: password }
    },
  }),
}
