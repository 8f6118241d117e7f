// A page of the second factor: two codes in a row, for a device whose clock is off.
import { deviceEvent } from '../middleware/device-events.js'
import { formOf } from '../middleware/form.js'
import { commonModel, factorTry, failedModel } from './factor-try.js'
import { isOffered } from './second-factor.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

const problems = {
  wrong: 'These are not two codes in a row. Take the next two that your app shows.',
  used: 'These codes were used already. Take the next two that your app shows.',
}

export function resynchronisePage(options: SigninOptions): SigninPage {
  const { apps, render } = options
  const attemptCodes = factorTry(options, 'resync')
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/resynchronise', { ...commonModel(here), backUrl: `${here.home}/authenticator-code`, ...model })

  return {
    name: 'resynchronise',
    step: 'second-factor',
    isOpen: isOffered('authenticator-code'),
    show: (here) => page(here),
    async prove(here) {
      const { first = '', second = '' } = formOf(here.ctx)
      let device: string | undefined
      const failed = await attemptCodes(here, 'otp', async (principal) => {
        const { outcome, id } = await apps.resynchronise(principal, first, second)
        device = id
        if (outcome === 'proved' && id) here.attempt.provedBy = id
        return outcome === 'proved' ? undefined : problems[outcome]
      })
      if (!failed) {
        await here.events.changed(deviceEvent('resynchronized', here.attempt.userId!, { id: device!, kind: 'totp' }))
        return 'proved'
      }
      await page(here, failedModel(here.ctx, failed, 'first'))
      return 'shown'
    },
  }
}
