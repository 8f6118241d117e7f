// `gatehouse login`: signs in through the browser and leaves the token where every AWS client finds it.
import { parseArgs } from 'node:util'
import { signInByBrowser } from './login-browser.js'
import { signInByDevice } from './login-device.js'
import { hasBrowser, type Io } from './io.js'
import { remember, requireProtected, targetOf, targetOptions } from './target.js'
import { keepToken } from './token-cache.js'

export const loginUsage = `gatehouse login [--start-url URL] [--use-device-code] [--no-browser]

Signs in at the access portal. Afterwards gatehouse and every AWS client on this computer
that uses the session can get credentials, and refresh the sign-in by themselves.

  --start-url URL      address of the access portal; remembered for the next time
  --endpoint-url URL   address of the APIs, where it is not the start URL's
  --region REGION      region of the identity center (us-east-1)
  --session NAME       name of the session in the AWS configuration (gatehouse)
  --use-device-code    show a code to enter in a browser on any device
  --no-browser         print the address instead of opening a browser
  --allow-http         talk to another computer without protection`

/** Signs in. */
export async function login(argv: readonly string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { ...targetOptions, 'use-device-code': { type: 'boolean' }, 'no-browser': { type: 'boolean' }, 'allow-http': { type: 'boolean' } },
  })
  if (values.help) return io.out(loginUsage)
  const target = await targetOf(values, io)
  if (!values['allow-http']) requireProtected(target)
  // A browser on this computer is needed for its way back to us, even where somebody else opens the page.
  const byDevice = values['use-device-code'] || (!values['no-browser'] && !hasBrowser(io))
  const { registration, tokens } = await (byDevice ? signInByDevice : signInByBrowser)(target, { ...io, open: values['no-browser'] ? async () => false : io.open })
  const { expiresAt, refreshToken } = await keepToken(target, registration, tokens, io)
  await remember(target, io)
  io.say(`You are signed in at ${target.startUrl}${refreshToken ? '' : ` until ${expiresAt}`}.`)
}
