// What protects an account is changed only by somebody who proved within the last five minutes who they are, with a
// device where they have one. Others prove it again, through the sign-in everybody takes, and come back to the page: never
// to what a form asked.
import { userPrincipal } from '../../domain/authentication/index.js'
import { seconds } from '../../platform/clock.js'
import type { Page, PortalOptions, Visit } from './portal.js'
import { signIn } from './sign-in.js'

/** Seconds. */
const freshFor = 5 * 60
/** Asks the provider for two factors. */
const twoFactors = { acr_values: 'urn:gatehouse:acr:2fa' }

/** True when the person of a visit proved a moment ago who they are, as well as they could then. */
export async function isFresh(here: Visit, options: PortalOptions): Promise<boolean> {
  return isRecent(here, options) && (here.proof.amr.includes('mfa') || !await hadDevice(here, options))
}

const isRecent = ({ proof }: Visit, { clock }: PortalOptions): boolean => seconds(clock()) - proof.authTime <= freshFor

/** A device that was added since could not be asked for: whoever just added one goes on without proving it again. */
async function hadDevice({ user, proof }: Visit, { devices, mfa }: PortalOptions): Promise<boolean> {
  const [own, { types }] = await Promise.all([devices.list(userPrincipal(user.id)), mfa()])
  return own.some(({ kind, createdAt }) => types.includes(kind) && seconds(createdAt.getTime()) < proof.authTime)
}

/** Sends the person to prove who they are; `back` is the page they come back to. */
export async function proveAgain(here: Visit, back: string, options: PortalOptions): Promise<void> {
  const again: Record<string, string> = isRecent(here, options) ? {} : { prompt: 'login', login_hint: here.user.userName }
  signIn(here.ctx, back, options, await hadDevice(here, options) ? { ...again, ...twoFactors } : again)
}

/** A page for a fresh proof; a form that came too late leads back to `back`, its own page unless told. */
export const withFreshProof = (page: Page, options: PortalOptions, back?: string): Page => async (here) => {
  if (await isFresh(here, options)) return page(here)
  const { method, url, path } = here.ctx
  await proveAgain(here, method === 'GET' ? url : lateTo(back ?? path), options)
}

/** The page that says that nothing was changed yet. */
export const lateTo = (page: string): string => `${page}?late=1`
