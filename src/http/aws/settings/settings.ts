// The operations on settings: every one there is, by name, for pages only.
import { hash } from 'node:crypto'
import { changeSettings, checkSettings, writtenSettings, type WrittenSettings } from '../../../domain/organization/index.js'
import { isWithinNetworks, networksIn, type Guarded } from '../../../domain/settings/index.js'
import { Refusal } from '../../../platform/errors.js'
import { isMailAddress } from '../../../platform/mail/index.js'
import { originOf } from '../../middleware/front.js'
import { json11Language } from '../protocol/errors.js'
import { namedOperations, operationsOf, type JsonOperations, type NamelessOperation } from '../protocol/json-operation.js'
import { made, text, type Member } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import type { SettingsRooms } from './rooms.js'
import { signingKeyOperations } from './signing-keys.js'

const operation = operationsOf<SettingsRooms>({ actions: 'gatehouse', source: 'gatehouse', language: json11Language })

/** A part of the organization file; what it may say is not decided here. */
const declared: Member<JsonObject> = { read: (value, tell) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : tell('must be a structure')) }

const operations: Readonly<Record<string, NamelessOperation<SettingsRooms>>> = {
  GetSettings: operation({ input: {}, readOnly: true, run: async ({ rooms }) => ({ Settings: writtenSettings(await rooms.currentOrganization()) }) }),
  UpdateSettings: operation({
    input: { Settings: declared },
    run: async ({ input, rooms, ctx, was }) => {
      const { sourceIPAddress } = originOf(ctx)
      const { before, after } = await changeSettings(rooms.database, input.Settings, (settings, present) => checkOwnNetwork(settings, present, sourceIPAddress))
      rooms.forget()
      was(...differing(before, after))
      return {}
    },
  }),
  /** Says what is wrong with settings that are not saved yet. */
  CheckSettings: operation({
    input: { Settings: declared }, readOnly: true, action: 'gatehouse:UpdateSettings',
    run: async ({ input, rooms }) => ({ Settings: checkSettings(await rooms.currentOrganization(), input.Settings) }),
  }),
  DescribeMail: operation({
    input: {}, readOnly: true, action: 'gatehouse:GetSettings',
    run: async ({ rooms }) => {
      const [{ address }, { waiting, failed, lastSentAt, faults }] = await Promise.all([rooms.sender(), rooms.mailState()])
      return {
        Sender: address, IsSent: rooms.isMailSent, WaitingCount: waiting, FailedCount: failed, ...(lastSentAt && { LastSentAt: lastSentAt.getTime() / 1000 }),
        Faults: faults.map(({ at, template, recipient, sentence, isOver }) => ({ At: at.getTime() / 1000, Letter: template, Recipient: recipient, Sentence: sentence, IsOver: isOver })),
      }
    },
  }),
  SendTestMail: operation({
    input: { Address: made(text(1, 254), (address, tell) => (isMailAddress(address.trim()) ? address.trim() : tell('must be a mail address'))) },
    run: async ({ input, rooms, caller }) => {
      await rooms.sendMail({ to: input.Address, template: 'trial', model: { by: caller.arn } })
      return {}
    },
  }),
}

/** The operations for pages; none of them is on the wire. */
export const settingsOperations = (rooms: SettingsRooms): JsonOperations => ({ ...namedOperations(operations, rooms), ...namedOperations(signingKeyOperations, rooms) })

const guarded: Readonly<Record<Guarded, string>> = { administration: 'the administration', portal: 'the portal' }

/** Nobody locks themselves out: who saves another list is on it. */
function checkOwnNetwork(settings: Members, present: Members, address: string): void {
  const isOther = (one: Guarded): boolean => JSON.stringify(networksIn({ settings }, one)) !== JSON.stringify(networksIn({ settings: present }, one))
  const faults = (Object.keys(guarded) as Guarded[]).filter((one) => isOther(one) && !isWithinNetworks(address, networksIn({ settings }, one)))
    .map((one) => ({ path: `settings.networks.${one}`, message: `This would lock you out of ${guarded[one]}: your own address ${address} is in none of these networks.` }))
  if (faults.length > 0) throw new Refusal('invalid-input', faults[0]!.message, { faults })
}

type Members = Record<string, unknown>

/** The members that differ, with pictures by what they are told apart by. */
function differing(before: WrittenSettings, after: WrittenSettings): [before: Members, after: Members] {
  const [from, to] = [before, after].map((written) => ({ organization: written.organization, settings: plain(written.settings) })) as [WrittenSettings, WrittenSettings]
  const only = (one: WrittenSettings, other: WrittenSettings): Members => Object.fromEntries((['organization', 'settings'] as const).flatMap((part) => {
    const members = Object.entries(one[part]).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(other[part][name]))
    return members.length > 0 ? [[part, Object.fromEntries(members)]] : []
  }))
  return [only(from, to), only(to, from)]
}

const plain = ({ branding, ...settings }: Members): Members => {
  const { logo, ...rest } = (branding ?? {}) as { logo?: string; accent?: string }
  return { ...settings, ...(branding !== undefined && { branding: { ...rest, ...(logo && { picture: `sha256:${hash('sha256', logo, 'hex')}` }) } }) }
}
