// Step: who are you? Nothing is looked up here, so nothing can be learnt here.
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { formOf } from '../middleware/form.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

const longestName = 128
const aYear = 365 * 86_400_000

export function userNameStep({ secure, render }: SigninOptions): SigninPage {
  const cookie = cookieName('user-name', secure)
  const remembered = (value: string | undefined): string => (value ? Buffer.from(value, 'base64url').toString('utf8') : '')

  const page = (here: Visit, model: object): Promise<void> => render(here.ctx, 'signin/user-name', {
    application: here.interaction.client.isPortal ? undefined : { name: here.interaction.client.name },
    problem: undefined, faults: undefined, retryAfter: undefined,
    ...model,
  })

  return {
    name: 'user-name',
    step: 'user-name',
    async show(here) {
      const kept = remembered(here.ctx.cookies.get(cookie, { signed: true }))
      await page(here, { userName: here.interaction.loginHint ?? kept, remember: kept !== '' })
    },

    async prove(here) {
      const { userName = '', remember } = formOf(here.ctx)
      const name = userName.trim()
      if (name === '' || name.length > longestName) {
        here.ctx.status = 422
        const message = name === '' ? 'Enter your user name.' : `A user name has at most ${longestName} characters.`
        await page(here, { userName: name.slice(0, longestName), remember: remember === 'on', problem: message, faults: [{ path: 'userName', message }] })
        return 'shown'
      }
      here.ctx.cookies.set(cookie, remember === 'on' ? Buffer.from(name).toString('base64url') : null, { ...cookieOptions(secure, aYear), signed: true })
      here.attempt.userName = name
      return 'proved'
    },
  }
}
