// A page of enrolment: a passkey or security key is made, named, and proved by being made.
import { Refusal } from '../../platform/errors.js'
import { deviceEvent, spellDevice } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { isEnrollable, otherTypes } from './enroll.js'
import { commonModel } from './factor-try.js'
import { boundTo, passkeyOptionsUrl } from './passkey.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

export function enrollPasskeyPage({ passkeys, clock, notify, render }: SigninOptions): SigninPage {
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/enroll-passkey', {
    ...commonModel(here), optionsUrl: passkeyOptionsUrl(here, passkeys), name: '', others: otherTypes(here, 'passkey'), ...model,
  })

  return {
    name: 'enroll-passkey',
    step: 'enroll',
    isOpen: isEnrollable('passkey'),
    show: (here) => page(here),

    async prove(here) {
      const { ctx, attempt, events, situation } = here
      const { passkey = '', name = '' } = formOf(ctx)
      try {
        const made = await passkeys.finishRegistration({ principal: here.principal! }, boundTo(here), { answer: passkey, name },
          async (tx, added) => {
            await notify(ctx, attempt.userId!, { letter: 'factor-added', factor: spellDevice({ kind: 'passkey', name: added.name }), about: { device: added.id } }, tx)
            await events.changed(deviceEvent('added', attempt.userId!, { id: added.id, kind: 'passkey' }), tx)
          })
        // Whoever made the key has it: the same proof that its first signature would be.
        attempt.proofs = [...attempt.proofs, { way: made.isSynced ? 'swk' : 'hwk', provedAt: clock() }]
        attempt.provedBy = made.id
        attempt.owesRecoveryCodes = situation.devices.recoveryCodes === 0
        return 'proved'
      } catch (error) {
        if (!(error instanceof Refusal) || !['invalid-input', 'expired', 'conflict'].includes(error.code)) throw error
        ctx.status = error.code === 'conflict' ? 409 : 422
        await page(here, { problem: error.message, name: name.slice(0, 64) })
        return 'shown'
      }
    },
  }
}
