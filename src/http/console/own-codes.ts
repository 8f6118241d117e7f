// /console/credentials/recovery-codes: codes for the day the devices are lost; made together, and shown once. Whoever may
// add a device may have them.
import type { AuditEvent } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { aboutSession } from './events.js'
import type { ConsoleOptions } from './options.js'
import { checkOwnDevices, withOwn, type Own } from './own.js'
import type { ConsolePage, ConsoleVisit } from './visit.js'

async function check(visit: ConsoleVisit, own: Own, { rooms }: ConsoleOptions): Promise<void> {
  await checkOwnDevices(visit, own, 'EnableMFADevice')
  if ((await rooms.devices.list(own.principal)).length === 0) throw new Refusal('forbidden', 'Recovery codes stand in for a device. Add one first.')
}

export const codesPage = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  await check(visit, own, options)
  await visit.show('console/own-codes', { left: await options.rooms.recoveryCodes.count(own.principal), codes: undefined, userName: own.userName })
})

export const makeCodes = (options: ConsoleOptions): ConsolePage => withOwn(async (visit, own) => {
  await check(visit, own, options)
  const codes = await options.rooms.recoveryCodes.issue(own.principal)
  await options.trail.record(eventOf(visit, own))
  await visit.show('console/own-codes', { left: codes.length, codes, userName: own.userName })
})

/** IAM has no name for it. */
const eventOf = ({ ctx, session }: ConsoleVisit, { isRoot, userName }: Own): AuditEvent =>
  ({ ...aboutSession(ctx, session), eventName: 'CreateRecoveryCodes', eventSource: 'iam.amazonaws.com', eventType: 'AwsApiCall', requestParameters: { userName: isRoot ? 'AWS ROOT USER' : userName } })
