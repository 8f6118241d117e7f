// Step: the second factor. It leads to the best way that the person has; each way is a page and a file of its own,
// and names the others.
import { methodsOf, type Method } from './flow.js'
import { stepWithoutForm, type SigninPage, type Visit } from './steps.js'

const names: Record<Method, string> = {
  passkey: 'Use a passkey or security key',
  'authenticator-code': 'Use your authenticator app',
  'recovery-code': 'Use a recovery code',
}

/** The person's other ways, as a page links to them. */
export const otherMethods = ({ home, situation }: Visit, current: Method): { text: string; url: string }[] =>
  methodsOf(situation).filter((method) => method !== current).map((method) => ({ text: names[method], url: `${home}/${method}` }))

/** True where a way is the person's to use: what `isOpen` of its page says. */
export const isOffered = (method: Method) => ({ situation }: Visit): boolean => methodsOf(situation).includes(method)

export function secondFactorStep(): SigninPage {
  return stepWithoutForm('second-factor', async ({ ctx, home, situation }) => {
    ctx.status = 303
    ctx.redirect(`${home}/${methodsOf(situation)[0]}`)
  })
}
