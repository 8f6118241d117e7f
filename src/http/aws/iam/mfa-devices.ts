// MFA devices: virtual ones are made, and enabled for users by two codes in a row.
import { iamUserPrincipal, rootPrincipal } from '../../../domain/authentication/index.js'
import { rootArn, type EnabledDevice, type IamUser, type VirtualDevice } from '../../../domain/accounts/index.js'
import { Refusal } from '../../../platform/errors.js'
import { qrPng } from '../../../platform/qr.js'
import { AwsError } from '../protocol/errors.js'
import type { XmlContent } from '../protocol/xml.js'
import { pageAnswer, tagsOf, timeOf, userInList } from './answers.js'
import { oneOf, optional, otherwise } from '../protocol/fields.js'
import { operation, type Operations, type Scope } from './operation.js'
import { requestTags, toAll, toDevice, toNew, toUser, toUserOrSelf } from './targets.js'
import { code, deviceName, paging, path, serialNumber, tags, userName } from './words.js'

const wrongCode = (): never => {
  throw new AwsError('InvalidAuthenticationCode', 403, 'The two codes are not two codes in a row of this device.')
}

const devicesOf = (user: IamUser, { accountId, rooms }: Scope): Promise<EnabledDevice[]> =>
  rooms.devices.listOf(accountId, { principal: iamUserPrincipal(user.id), userName: user.name })

async function deviceOf(user: IamUser, serial: string, scope: Scope): Promise<EnabledDevice> {
  const device = (await devicesOf(user, scope)).find((one) => one.serial === serial)
  if (!device) throw new Refusal('not-found', `There is no MFA device ${serial} of user ${user.name}.`)
  return device
}

/** Spells the owner of an enabled device. */
function ownerOf({ principal, accountId }: VirtualDevice, users: ReadonlyMap<string, IamUser>): XmlContent | undefined {
  if (principal === undefined) return undefined
  if (principal === rootPrincipal(accountId)) return { Arn: rootArn(accountId), UserId: accountId }
  const user = users.get(principal)
  return user && userInList(user)
}

export const mfaDeviceOperations: Operations = {
  CreateVirtualMFADevice: operation({
    input: { VirtualMFADeviceName: deviceName, Path: path, Tags: tags },
    target: ({ VirtualMFADeviceName, Path }, scope) => toNew('mfa', scope, { name: VirtualMFADeviceName, path: Path }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, accountId, rooms }) => {
      const { device, secret, uri } = await rooms.devices.create({ accountId, name: input.VirtualMFADeviceName, path: input.Path, tags: input.Tags })
      // Both are binary on the wire; what the first one holds is the secret's spelling.
      return {
        VirtualMFADevice: {
          SerialNumber: device.serial, Base32StringSeed: Buffer.from(secret).toString('base64'), QRCodePNG: (await qrPng(uri)).toString('base64'),
          Tags: Object.keys(device.tags).length > 0 ? tagsOf(device.tags) : undefined,
        },
      }
    },
  }),
  DeleteVirtualMFADevice: operation({
    input: { SerialNumber: serialNumber },
    target: toDevice,
    run: async ({ target, rooms }) => {
      await rooms.devices.remove(target.serial)
      return undefined
    },
  }),
  ListVirtualMFADevices: operation({
    input: { AssignmentStatus: otherwise('Any', oneOf('Assigned', 'Unassigned', 'Any')), ...paging }, readOnly: true,
    target: (_input, scope) => toAll('mfa', scope),
    run: async ({ input, accountId, rooms }) => {
      const assigned = { Assigned: true, Unassigned: false, Any: undefined }[input.AssignmentStatus]
      const page = await rooms.devices.list(accountId, { assigned, after: input.Marker, limit: input.MaxItems })
      const owners = await rooms.users.listByIds(page.items.flatMap(({ principal }) => (principal?.startsWith('iam:') ? [principal.slice('iam:'.length)] : [])))
      const users = new Map(owners.map((user) => [iamUserPrincipal(user.id), user]))
      return pageAnswer('VirtualMFADevices', page, (device) => ({ SerialNumber: device.serial, User: ownerOf(device, users), EnableDate: device.enabledAt && timeOf(device.enabledAt) }))
    },
  }),
  EnableMFADevice: operation({
    input: { UserName: userName, SerialNumber: serialNumber, AuthenticationCode1: code, AuthenticationCode2: code },
    target: toUser,
    run: async ({ input, target, caller, accountId, rooms }) => {
      const { found, missing } = await toDevice(input, { caller, accountId, rooms })
      if (!found) throw new Refusal('not-found', missing ?? '')
      const outcome = await rooms.devices.enable(found.serial, iamUserPrincipal(target.id), [input.AuthenticationCode1, input.AuthenticationCode2])
      if (outcome === 'full') throw new Refusal('limit-exceeded', 'The user has as many virtual MFA devices as there can be.')
      return outcome === 'wrong' ? wrongCode() : undefined
    },
  }),
  DeactivateMFADevice: operation({
    input: { UserName: optional(userName), SerialNumber: serialNumber },
    target: toUserOrSelf,
    run: async ({ input, target, caller, accountId, rooms }) => {
      await rooms.devices.deactivate(iamUserPrincipal(target.id), await deviceOf(target, input.SerialNumber, { caller, accountId, rooms }))
      return undefined
    },
  }),
  ResyncMFADevice: operation({
    input: { UserName: userName, SerialNumber: serialNumber, AuthenticationCode1: code, AuthenticationCode2: code },
    target: toUser,
    run: async ({ input, target, caller, accountId, rooms }) => {
      const { id } = await deviceOf(target, input.SerialNumber, { caller, accountId, rooms })
      const { outcome } = await rooms.apps.resynchronise(iamUserPrincipal(target.id), input.AuthenticationCode1, input.AuthenticationCode2, id)
      return outcome === 'proved' ? undefined : wrongCode()
    },
  }),
  ListMFADevices: operation({
    input: { UserName: optional(userName), ...paging }, readOnly: true,
    target: toUserOrSelf,
    run: async ({ target, caller, accountId, rooms }) => ({
      MFADevices: (await devicesOf(target, { caller, accountId, rooms })).map(({ serial, enabledAt }) => ({ UserName: target.name, SerialNumber: serial, EnableDate: timeOf(enabledAt) })),
      IsTruncated: false,
    }),
  }),
}
