// A page of the second factor: the code of an authenticator app.
import { formOf } from '../middleware/form.js'
import { commonModel, factorTry, failedModel } from './factor-try.js'
import { isOffered, otherMethods } from './second-factor.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

const problems = {
  wrong: 'That code is not right.',
  used: 'That code was used already. Wait for the next one.',
}

/** After so many failures the page says what may be the matter. */
const failuresBeforeHelp = 2

export function authenticatorCodePage(options: SigninOptions): SigninPage {
  const { apps, render } = options
  const attemptCode = factorTry(options)
  const page = (here: Visit, model: object = {}): Promise<void> => render(here.ctx, 'signin/authenticator-code', {
    ...commonModel(here),
    canTrust: here.situation.mode === 'context',
    others: otherMethods(here, 'authenticator-code'),
    resynchroniseUrl: `${here.home}/resynchronise`,
    help: false,
    ...model,
  })

  return {
    name: 'authenticator-code',
    step: 'second-factor',
    isOpen: isOffered('authenticator-code'),
    show: (here) => page(here),
    async prove(here) {
      const { code = '', trust } = formOf(here.ctx)
      const failed = await attemptCode(here, 'otp', async (principal) => {
        const { outcome, id } = await apps.prove(principal, code)
        if (id) here.attempt.provedBy = id
        return outcome === 'proved' ? undefined : problems[outcome]
      })
      if (failed) {
        await page(here, { ...failedModel(here.ctx, failed, 'code'), help: failed.tries >= failuresBeforeHelp })
        return 'shown'
      }
      here.attempt.trustBrowser = trust === 'on'
      return 'proved'
    },
  }
}
