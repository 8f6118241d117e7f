// The calls that every AWS client makes most, against Koa saying hello.
import { createHash, createHmac } from 'node:crypto'
import { freePort } from '../../test/support/servers.js'
import { managementAccount, people, permissionSets, worker } from '../organization.js'
import { Program } from '../program.js'
import { against, cannon, measure, type Contestant } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named, type Wanted } from '../stores.js'
import { signInOne } from './sign-in.js'

const connections = 32

interface RoleCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
}

export const aws: Scenario = async (stores, over) => {
  const bare = await Program.start({ run: ['bench/limits/hello.js'], port: await freePort() })
  const limit: Contestant = { name: 'Koa hello', stores: '', program: bare, load: (seconds) => cannon({ url: bare.origin, connections }, seconds) }
  const ours = (await Promise.all(over.map(async (kind) => contestants(kind, await stores.startGatehouse({ stores: kind }))))).flat()
  const all = await measure([limit, ...ours])
  await Promise.all([...new Set([bare, ...ours.map(({ program }) => program)])].map((program) => program.stop()))
  return ours.map((contestant) => against(limit, contestant, all, 0.25))
}

async function contestants(kind: Wanted['stores'], program: Program): Promise<Contestant[]> {
  const bearer = { 'x-amz-sso_bearer_token': await accessToken(program.origin) }
  const url = `${program.origin}/federation/credentials?account_id=${managementAccount}&role_name=${permissionSets[0]}`
  const { roleCredentials } = await (await fetch(url, { headers: bearer })).json() as { roleCredentials: RoleCredentials }
  const asked = (name: string, service: 'sts' | 'iam', body: string): Contestant => ({
    name, stores: named[kind], program, load: (seconds) => cannon({ url: program.origin, connections, method: 'POST', headers: signed(program.origin, { service, body }, roleCredentials), body }, seconds),
  })
  const roleArn = encodeURIComponent(`arn:aws:iam::${managementAccount}:role/${worker.roleName}`)
  return [
    { name: 'GetRoleCredentials', stores: named[kind], program, load: (seconds) => cannon({ url, connections, headers: bearer }, seconds) },
    asked('GetCallerIdentity', 'sts', 'Action=GetCallerIdentity&Version=2011-06-15'),
    asked('AssumeRole', 'sts', `Action=AssumeRole&Version=2011-06-15&RoleArn=${roleArn}&RoleSessionName=bench`),
    asked('GetRole', 'iam', `Action=GetRole&Version=2010-05-08&RoleName=${worker.roleName}`),
  ]
}

/** Signs a command line in by device code and returns its access token. */
async function accessToken(origin: string): Promise<string> {
  const post = async <T>(path: string, input: object): Promise<T> => (
    await (await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) })).json() as T)
  const client = await post<{ clientId: string; clientSecret: string }>('/client/register', { clientName: 'bench', clientType: 'public', scopes: ['sso:account:access'] })
  const secrets = { clientId: client.clientId, clientSecret: client.clientSecret }
  const device = await post<{ deviceCode: string; verificationUriComplete: string }>('/device_authorization', { ...secrets, startUrl: `${origin}/start` })
  const browser = await signInOne(origin, people[0]!)
  await browser.open(device.verificationUriComplete)
  await browser.submit({ decision: 'approve' })
  const token = await post<{ accessToken: string }>('/token', { ...secrets, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: device.deviceCode })
  return token.accessToken
}

/** Signs a request to one of the services at the root (Signature Version 4), once for a whole run. */
function signed(origin: string, { service, body }: { service: string; body: string }, { accessKeyId, secretAccessKey, sessionToken }: RoleCredentials): Record<string, string> {
  const date = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded', host: new URL(origin).host, 'x-amz-date': date, 'x-amz-security-token': sessionToken }
  const names = Object.keys(headers).join(';')
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const canonical = ['POST', '/', '', ...Object.entries(headers).map(([name, value]) => `${name}:${value}`), '', names, hash(body)].join('\n')
  const key = scope.split('/').reduce<Buffer | string>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${secretAccessKey}`)
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n')).digest('hex')
  return { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}` }
}
