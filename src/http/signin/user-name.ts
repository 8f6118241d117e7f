// Step: who are you? Of a name nothing is looked up here but its mail domain, so nothing can be learnt here; a passkey says it and
// proves it, and an identity source does both elsewhere.
import { cookieName, cookieOptions } from '../middleware/cookies.js'
import { formOf } from '../middleware/form.js'
import { domainOf } from '../../domain/identity-sources/index.js'
import { hereCookie, sendTo } from './external.js'
import { isBrought } from './external-begun.js'
import { passkeyAlone, passkeyOptionsUrl } from './passkey.js'
import type { SigninOptions } from './signin.js'
import type { SigninPage, Visit } from './steps.js'

const longestName = 128
/** The person wants to prove here who they are, whatever source they might come from. */
const isAskedHere = ({ ctx }: Visit, secure: boolean): boolean => ctx.query.here !== undefined || ctx.cookies.get(cookieName(hereCookie, secure)) !== undefined
const aYear = 365 * 86_400_000

export function userNameStep(options: SigninOptions): SigninPage {
  const { secure, render, passkeys, external } = options
  const isHere = (here: Visit): boolean => isAskedHere(here, secure)
  const provePasskey = passkeyAlone(options)
  const cookie = cookieName('user-name', secure)
  const remembered = (value: string | undefined): string => (value ? Buffer.from(value, 'base64url').toString('utf8') : '')

  const page = async (here: Visit, model: object): Promise<void> => render(here.ctx, 'signin/user-name', {
    application: here.interaction.client.isPortal ? undefined : { name: here.interaction.client.name },
    again: here.interaction.again === 'passkey' && here.interaction.client.isPortal,
    passkeyOptionsUrl: passkeyOptionsUrl(here, passkeys),
    sources: (await external?.buttons(here.home)) ?? [],
    isHere: isHere(here),
    problem: undefined, faults: undefined, retryAfter: undefined,
    ...model,
  })

  const show = async (here: Visit, model: object = {}): Promise<void> => {
    if (external && isBrought(here, secure)) {
      here.ctx.status = 303
      return here.ctx.redirect(`${here.home}/brought`)
    }
    const only = isHere(here) || here.interaction.again === 'password' || here.interaction.again === 'passkey' ? undefined : await external?.findOnly()
    if (only) {
      here.ctx.status = 303
      return here.ctx.redirect(`${here.home}/external?source=${only.id}`)
    }
    const kept = remembered(here.ctx.cookies.get(cookie, { signed: true }))
    await page(here, { userName: here.interaction.loginHint ?? kept, remember: kept !== '', ...model })
  }

  return {
    name: 'user-name',
    step: 'user-name',
    show: (here) => show(here),

    async prove(here) {
      const { userName = '', remember, passkey } = formOf(here.ctx)
      if (passkey !== undefined) {
        if (await provePasskey(here, passkey)) return 'proved'
        here.ctx.status = 401
        await show(here, { problem: 'That passkey cannot be used here. Try again, or sign in with your user name.' })
        return 'shown'
      }
      const name = userName.trim()
      if (name === '' || name.length > longestName) {
        here.ctx.status = 422
        const message = name === '' ? 'Enter your user name.' : `A user name has at most ${longestName} characters.`
        await page(here, { userName: name.slice(0, longestName), remember: remember === 'on', problem: message, faults: [{ path: 'userName', message }] })
        return 'shown'
      }
      here.ctx.cookies.set(cookie, remember === 'on' ? Buffer.from(name).toString('base64url') : null, { ...cookieOptions(secure, aYear), signed: true })
      const source = external && !isHere(here) && name.includes('@') ? await external.findByDomain(domainOf(name)) : undefined
      if (source) sendTo(here, source, name)
      else Object.assign(here.attempt, { userName: name, here: isHere(here) })
      return 'proved'
    },
  }
}
