// Step: registering a device on the way in. It leads to the page of the only type there is, or lets the person choose.
import type { MfaSettings } from '../../domain/settings/index.js'
import { blockedStep } from './blocked.js'
import type { SigninOptions } from './signin.js'
import { stepWithoutForm, type SigninPage, type Visit } from './steps.js'

type DeviceType = MfaSettings['types'][number]

/** The page on which a device of a type is registered; `isOpen` of that page is `isEnrollable(type)`. */
const pages: Partial<Record<DeviceType, { name: string; text: string }>> = {
  totp: { name: 'enroll-authenticator', text: 'Set up an authenticator app' },
  passkey: { name: 'enroll-passkey', text: 'Set up a passkey or security key' },
}

/** True where the organization takes devices of a type. */
export const isEnrollable = (type: DeviceType) => ({ situation }: Visit): boolean => situation.types.includes(type)

/** The other types of device that the person may register instead. */
export const otherTypes = ({ home, situation }: Visit, current: DeviceType): { text: string; url: string }[] =>
  situation.types.flatMap((type) => {
    const page = pages[type]
    return page && type !== current ? [{ text: page.text, url: `${home}/${page.name}` }] : []
  })

export function enrollStep(options: SigninOptions): SigninPage {
  const blocked = blockedStep(options)
  return stepWithoutForm('enroll', async (here) => {
    const { ctx, home, situation } = here
    const first = situation.types.map((type) => pages[type]).find((page) => page !== undefined)
    if (!first) return blocked.show(here)
    ctx.status = 303
    ctx.redirect(`${home}/${first.name}`)
  })
}
