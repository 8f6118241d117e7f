// People who are disabled or leave lose what they have at once: at the portal, in the console, on the command line,
// in applications, and the credentials that they took along.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { applyOrganization, readOrganizationFile, readSnapshot } from '../../src/domain/organization/index.js'
import { organizationFile, startApp, type TestApp } from '../support/app.js'
import { commandLine } from '../support/command-line.js'

let home: TestApp
beforeAll(async () => { home = await startApp() })
afterAll(async () => { await home?.stop() })

/** Applies the organization file with some of its text replaced. */
async function apply(text: string, replacement: string, prune = false): Promise<void> {
  const known = await readSnapshot(home.database, home.app.hashes)
  const { declaration, faults } = readOrganizationFile(organizationFile.replace(text, replacement), { env: {}, readFile: () => '', known, prune })
  if (!declaration) throw new Error(JSON.stringify(faults))
  await applyOrganization(home.database, declaration, { by: 'test', hashes: home.app.hashes, clock: Date.now, region: 'us-east-1', prune })
  await home.app.revocations.refresh()
}

const janeLine = /^ {2}- \{ userName: jane.*$/m.exec(organizationFile)![0]

/** Everything that a person of the portal can hold. */
async function everything() {
  const cli = commandLine(home.origin)
  const { browser, client, accessToken, refreshToken } = await cli.signIn()
  await browser.open('/start/console?account_id=444455556666&role_name=ReadOnly')
  const wire = await fetch(`${home.origin}/federation/credentials?account_id=444455556666&role_name=ReadOnly`, { headers: { 'x-amz-sso_bearer_token': accessToken } })
  const { roleCredentials: { accessKeyId, secretAccessKey, sessionToken } } = await wire.json() as { roleCredentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } }
  const sts = new STSClient({ region: 'us-east-1', endpoint: home.origin, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey, sessionToken } })
  const waiting = await cli.startDevice(client)
  await cli.answer(browser, waiting.userCode)
  return {
    portal: async () => new URL((await browser.open('/start/')).url).pathname.split('/')[1],
    console: async () => new URL((await browser.open('/console')).url).pathname,
    accounts: async () => (await fetch(`${home.origin}/assignment/accounts`, { headers: { 'x-amz-sso_bearer_token': accessToken } })).status,
    refresh: () => cli.refresh(client, refreshToken).then(() => 'ok', (error: Error) => error.name),
    redeem: () => cli.poll(client, waiting.deviceCode).then(() => 'ok', (error: Error) => error.name),
    identity: () => sts.send(new GetCallerIdentityCommand({})).then(() => 'ok', (error: Error) => error.name),
  }
}

/** Asks for all of it, one after the other. */
async function answers(held: Awaited<ReturnType<typeof everything>>): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const [name, ask] of Object.entries(held)) found[name] = await ask()
  return found
}

const nothing = { portal: 'signin', console: '/console/sign-in', accounts: 401, refresh: 'InvalidGrantException', redeem: 'InvalidGrantException', identity: 'ExpiredToken' }

test('what a person holds counts while they are there', async () => {
  expect(await answers(await everything())).toEqual({ portal: 'start', console: '/console', accounts: 200, refresh: 'ok', redeem: 'ok', identity: 'ok' })
})

test('somebody who is disabled has nothing left, and gets nothing back of it when they return', async () => {
  const held = await everything()
  await apply(janeLine, janeLine.replace('password:', 'active: false, password:'))
  expect(await answers(held)).toEqual(nothing)
  await apply(janeLine, janeLine.replace('password:', 'active: true, password:'))
  expect(await answers(held)).toEqual(nothing)
  expect(await answers(await everything())).toMatchObject({ portal: 'start', identity: 'ok' })
})

test('somebody who is deleted has nothing left', async () => {
  const held = await everything()
  const file = organizationFile.replace(`${janeLine}\n`, '').replace('members: [jane]', 'members: []').replace(/^.*user: jane \}$/m, '').replace('assignedTo: [{ user: jane }]', 'assignedTo: []')
  await apply(organizationFile, file, true)
  expect(await answers(held)).toEqual(nothing)
})
