// The AWS CLI itself, as distributions ship it: sign in by a code, act, sign out; and how it ends where it is refused.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startApp, type TestApp } from '../support/app.js'
import { awsCli, type Run } from '../support/aws-cli.js'
import { commandLine } from '../support/command-line.js'
import { needs } from '../support/needs.js'
import type { Browser } from '../support/browser.js'

needs('aws').describe('the AWS CLI', () => {
  const world = { ahead: 0 }
  let home: TestApp
  let jane: Browser
  let line: ReturnType<typeof commandLine>
  let aws: ReturnType<typeof awsCli>
  beforeAll(async () => {
    home = await startApp({ clock: () => Date.now() + world.ahead })
    line = commandLine(home.origin)
    jane = await line.person()
    aws = awsCli(home.origin)
  }, 120_000)
  afterAll(async () => {
    aws?.remove()
    await home?.stop()
  })

  const codeIn = (out: string): string | undefined => /enter the code:\s+([A-Z]{4}-[A-Z]{4})\s/.exec(out)?.[1]

  /** Signs in, and does something once the code is shown. */
  const login = async (then: (userCode: string) => unknown, profile = 'dev'): Promise<Run> => {
    let done: unknown
    const run = await aws.run(['sso', 'login', '--no-browser', '--profile', profile], (out) => {
      const code = codeIn(out)
      if (code) done ??= then(code)
    })
    await done
    return run
  }
  const whoAmI = (profile = 'dev') => aws.run(['sts', 'get-caller-identity', '--profile', profile])
  const cached = (): Record<string, unknown>[] => readdirSync(join(aws.home, '.aws', 'sso', 'cache')).map((name) => JSON.parse(readFileSync(join(aws.home, '.aws', 'sso', 'cache', name), 'utf8')) as Record<string, unknown>)

  test('signs in, says who one is, and signs out', async () => {
    const run = await login((code) => line.answer(jane, code))
    expect(run).toMatchObject({ code: 0, out: expect.stringContaining(`Successfully logged into Start URL: ${home.origin}/start`) })
    expect(run.out).toContain(`${home.origin}/device?user_code=`)
    const who = await whoAmI()
    expect(who).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(who.out)).toEqual({
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:jane$/), Account: '111122223333',
      Arn: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}\/jane$/),
    })
    const { accessToken } = cached().find((entry) => entry.accessToken)!
    // Not assigned: 403, which it shows as it is.
    expect(await whoAmI('foreign')).toMatchObject({ code: 254, err: expect.stringContaining('An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access') })
    expect(await aws.run(['sso', 'logout'])).toMatchObject({ code: 0 })
    expect(cached().some((entry) => entry.accessToken)).toBe(false)
    const told = await fetch(`${home.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': String(accessToken) } })
    expect(told.status).toBe(401)
    expect((await whoAmI()).code).toBe(255)
  }, 120_000)

  test('signs in with a profile from before sessions', async () => {
    const run = await login((code) => line.answer(jane, code), 'legacy')
    expect(run).toMatchObject({ code: 0 })
    const who = await whoAmI('legacy')
    expect(JSON.parse(who.out)).toMatchObject({ Account: '444455556666' })
    expect(cached().find((entry) => entry.accessToken)).not.toHaveProperty('refreshToken')
    // A token that the server does not know any more: the words that send the person to sign in again.
    const { accessToken } = cached().find((entry) => entry.accessToken)!
    await home.app.oidc.tokens.revoke(String(accessToken))
    aws.forgetCredentials()
    expect(await whoAmI('legacy')).toMatchObject({ code: 255, err: expect.stringContaining('The SSO session associated with this profile has expired or is otherwise invalid') })
  }, 120_000)

  test('ends when the person denies, and when the code expires', async () => {
    const denied = await login((code) => line.answer(jane, code, 'deny'))
    expect(denied).toMatchObject({ code: 254, err: expect.stringContaining('An error occurred (AccessDeniedException) when calling the CreateToken operation') })
    const expired = await login(() => { world.ahead = 601_000 })
    world.ahead = 0
    expect(expired).toMatchObject({ code: 255, err: expect.stringContaining('The pending authorization to retrieve an SSO token has expired') })
  }, 120_000)

  test('ends when the registration it kept is not ours', async () => {
    aws.spoilRegistrations()
    const run = await login(() => undefined)
    expect(run).toMatchObject({ code: 254, err: expect.stringContaining('An error occurred (InvalidClientException) when calling the StartDeviceAuthorization operation') })
  }, 120_000)
})
