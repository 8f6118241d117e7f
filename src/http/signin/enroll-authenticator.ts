// A page of enrolment: an authenticator app is scanned, named, and proved by its first code.
import { mostAuthenticatorApps } from '../../domain/authentication/index.js'
import { qrImage } from '../../platform/qr.js'
import { deviceEvent, spellDevice } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { isEnrollable, otherTypes } from './enroll.js'
import { commonModel, factorTry, failedModel } from './factor-try.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

export function enrollAuthenticatorPage(options: SigninOptions): SigninPage {
  const { attempts, apps, notify, organizationName, render } = options
  const attemptCode = factorTry(options)

  const page = async (here: Visit, model: object = {}): Promise<void> => {
    const { ctx, attempt } = here
    const kept = attempt.enrolling?.app
    const offered = apps.offer(here.principal!, { issuer: await organizationName(), label: attempt.userName! }, kept)
    // The same picture until it is proved, however often the page is loaded.
    if (!kept) {
      attempt.enrolling = { app: offered.sealed }
      await attempts.save(attempt)
    }
    await render(ctx, 'signin/enroll-authenticator', { ...commonModel(here), qr: await qrImage(offered.uri), secret: offered.secret.match(/.{1,4}/g)!.join(' '), name: '', others: otherTypes(here, 'totp'), ...model })
  }

  return {
    name: 'enroll-authenticator',
    step: 'enroll',
    isOpen: isEnrollable('totp'),
    show: (here) => page(here),
    async prove(here) {
      const { code = '', name = '' } = formOf(here.ctx)
      const sealed = here.attempt.enrolling?.app
      const failed = sealed === undefined ? undefined : await attemptCode(here, 'otp', async (principal) => {
        const app = await apps.enroll(principal, { sealed, name, code }, async (tx, added) => {
          await notify(here.ctx, here.attempt.userId!, { letter: 'factor-added', factor: spellDevice({ kind: 'totp', name: added.name }), about: { device: added.id } }, tx)
          await here.events.changed(deviceEvent('added', here.attempt.userId!, { id: added.id, kind: 'totp' }), tx)
        })
        if (app === 'wrong') return 'That code is not right. Wait for the next one, and check the clock of your device.'
        if (app === 'full') return `You have ${mostAuthenticatorApps} authenticator apps, which is as many as there can be.`
        here.attempt.provedBy = app.id
        return undefined
      })
      if (sealed === undefined || failed) {
        await page(here, { ...(failed && failedModel(here.ctx, failed, 'code')), name: name.slice(0, 64) })
        return 'shown'
      }
      delete here.attempt.enrolling
      here.attempt.owesRecoveryCodes = here.situation.devices.recoveryCodes === 0
      return 'proved'
    },
  }
}
