// Tokens at the provider's token endpoint, against a bare oidc-provider in memory.
import { createHash, randomBytes } from 'node:crypto'
import type autocannon from 'autocannon'
import { freePort } from '../../test/support/servers.js'
import { native, people, robot } from '../organization.js'
import { Program } from '../program.js'
import { against, cannon, measure, type Contestant } from '../rounds.js'
import type { Scenario } from '../run.js'
import { named } from '../stores.js'
import { signInOne } from './sign-in.js'

const connections = 32
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const aims = { embedded: 0.8, servers: 0.6 }

export const tokens: Scenario = async (stores, over) => {
  const bare = await Program.start({ run: ['bench/limits/provider.js'], port: await freePort() }, '/.well-known/openid-configuration')
  const programs = await Promise.all(over.map(async (kind) => ({ kind, program: await stores.startGatehouse({ stores: kind }) })))
  const clientCredentials = (program: Program, path: string, over: string): Contestant => ({
    name: 'client_credentials', stores: over, program,
    load: (seconds) => cannon({
      url: program.origin + path, connections, method: 'POST', headers: { ...form, authorization: `Basic ${Buffer.from(`${robot.id}:${robot.secret}`).toString('base64')}` }, body: 'grant_type=client_credentials',
    }, seconds),
  })
  const limits = [
    { ...clientCredentials(bare, '/token', ''), name: 'oidc-provider' },
    { ...await refreshing(bare, '/token', '', async () => (await fetch(`${bare.origin}/refresh-token`)).text()), name: 'oidc-provider' },
  ]
  const figures = []
  for (const [index, make] of [
    async ({ kind, program }: typeof programs[number]) => clientCredentials(program, '/oidc/token', named[kind]),
    ({ kind, program }: typeof programs[number]) => refreshing(program, '/oidc/token', named[kind], tokensOf(program.origin)),
  ].entries()) {
    const ours = await Promise.all(programs.map(make))
    const all = await measure([limits[index]!, ...ours])
    figures.push(...ours.map((contestant, at) => against(limits[index]!, contestant, all, aims[programs[at]!.kind])))
  }
  await Promise.all([bare, ...programs.map(({ program }) => program)].map((program) => program.stop()))
  return figures
}

/** Every connection has a token of its own, and trades it for the next. */
async function refreshing(program: Program, path: string, over: string, firstToken: () => Promise<string>): Promise<Contestant> {
  const kept = await Promise.all(Array.from({ length: connections }, firstToken))
  const request = (index: number): autocannon.Request => ({
    method: 'POST', path, headers: form,
    setupRequest: (request) => ({ ...request, body: new URLSearchParams({ grant_type: 'refresh_token', client_id: native.id, refresh_token: kept[index]! }).toString() }),
    onResponse: (_status, body) => { kept[index] = (JSON.parse(body) as { refresh_token: string }).refresh_token },
  })
  let perSecond = 100
  return {
    name: 'refresh tokens', stores: over, program,
    load: async (seconds) => {
      // A number and not a time: a token whose answer is cut off would be lost to its connection.
      const amount = connections * Math.ceil(perSecond * seconds / connections)
      let next = 0
      const done = await cannon({ url: program.origin, connections, amount, requests: [request(0)], setupClient: (client: autocannon.Client) => client.setRequests([request(next++)]) }, seconds)
      perSecond = done.count / done.seconds
      return done
    },
  }
}

/** Gets refresh tokens as the native application does, one for each call. */
function tokensOf(origin: string): () => Promise<string> {
  let person = 0
  return async () => {
    const browser = await signInOne(origin, people[person++ % people.length]!)
    const verifier = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      client_id: native.id, response_type: 'code', redirect_uri: native.redirectUri, scope: 'openid offline_access', prompt: 'consent',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    })
    await browser.open(`/oidc/auth?${query}`)
    if (browser.page.url.includes('/consent/')) await browser.submit({ decision: 'allow' })
    const code = new URL(browser.page.url).searchParams.get('code')
    if (!code) throw new Error(`no code at ${browser.page.url}: ${browser.page.html}`)
    const response = await fetch(`${origin}/oidc/token`, {
      method: 'POST', headers: form,
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: native.id, code, redirect_uri: native.redirectUri, code_verifier: verifier }).toString(),
    })
    const { refresh_token: token } = await response.json() as { refresh_token?: string }
    if (!token) throw new Error(`no refresh token: ${response.status}`)
    return token
  }
}
