// The Reading Room: a small OIDC application that shows who signed in. Written as an application
// developer would write it, with openid-client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import type { Log } from '../platform/log.js'
import { page } from './page.js'

interface DemoOptions {
  publicUrl: URL
  port: number
  log: Log
}

interface Visitor {
  /** Of a sign-in under way. */
  verifier?: string
  state?: string
  /** Of somebody signed in. */
  claims?: Record<string, unknown>
  idToken?: string
}

const cookie = 'reading-room'
const mostVisitors = 1000

/** Starts the application and returns what stops it. */
export async function startDemoApplication({ publicUrl, port, log }: DemoOptions): Promise<() => Promise<void>> {
  const visitors = new Map<string, Visitor>()
  let discovered: Promise<oidc.Configuration> | undefined
  const configuration = (): Promise<oidc.Configuration> => {
    discovered ??= oidc.discovery(new URL('/oidc', publicUrl), 'demo-app', { token_endpoint_auth_method: 'none' }, oidc.None(), { execute: [oidc.allowInsecureRequests] })
    discovered.catch(() => { discovered = undefined })
    return discovered
  }
  const server = createServer((request, response) => {
    answer(request, response, { visitors, configuration, home: `http://localhost:${port}/` }).catch((error: unknown) => {
      log.warn({ err: error }, 'the demo application failed')
      response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' }).end(page('That did not work', '<p>The sign-in could not be finished.</p><p><a class="button" href="/">Try again</a></p>'))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, 'localhost', resolve)
  })
  return () => new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

interface Tools {
  visitors: Map<string, Visitor>
  configuration: () => Promise<oidc.Configuration>
  home: string
}

async function answer(request: IncomingMessage, response: ServerResponse, tools: Tools): Promise<void> {
  const url = new URL(request.url ?? '/', tools.home)
  const { id, visitor } = visitorOf(request, response, tools.visitors)
  switch (url.pathname) {
    case '/':
      return show(response, visitor.claims ? signedIn(visitor.claims) : page('Reading Room', '<p>A small application that lets people in through Gatehouse.</p><p><a class="button" href="/sign-in">Sign in</a></p>'))
    case '/sign-in':
      return redirect(response, await begin(visitor, tools))
    case '/callback':
      await finish(url, visitor, tools)
      return redirect(response, '/')
    case '/sign-out':
      tools.visitors.delete(id)
      return redirect(response, oidc.buildEndSessionUrl(await tools.configuration(), { post_logout_redirect_uri: tools.home, ...(visitor.idToken && { id_token_hint: visitor.idToken }) }).href)
    default:
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(page('Not here', '<p><a class="button" href="/">Reading Room</a></p>'))
  }
}

async function begin(visitor: Visitor, { configuration, home }: Tools): Promise<string> {
  visitor.verifier = oidc.randomPKCECodeVerifier()
  visitor.state = oidc.randomState()
  return oidc.buildAuthorizationUrl(await configuration(), {
    redirect_uri: new URL('/callback', home).href,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(visitor.verifier),
    code_challenge_method: 'S256',
    state: visitor.state,
  }).href
}

async function finish(url: URL, visitor: Visitor, { configuration }: Tools): Promise<void> {
  const { verifier, state } = visitor
  if (!verifier || !state) return
  const tokens = await oidc.authorizationCodeGrant(await configuration(), url, { pkceCodeVerifier: verifier, expectedState: state })
  const subject = tokens.claims()!.sub
  visitor.claims = { ...await oidc.fetchUserInfo(await configuration(), tokens.access_token, subject) }
  if (tokens.id_token) visitor.idToken = tokens.id_token
  delete visitor.verifier
  delete visitor.state
}

function visitorOf(request: IncomingMessage, response: ServerResponse, visitors: Map<string, Visitor>): { id: string; visitor: Visitor } {
  const known = new RegExp(`(?:^|; )${cookie}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
  const found = visitors.get(known)
  if (found) return { id: known, visitor: found }
  const id = randomBytes(16).toString('base64url')
  const visitor: Visitor = {}
  visitors.set(id, visitor)
  if (visitors.size > mostVisitors) visitors.delete(visitors.keys().next().value!)
  response.setHeader('set-cookie', `${cookie}=${id}; HttpOnly; SameSite=Lax; Path=/`)
  return { id, visitor }
}

function signedIn(claims: Record<string, unknown>): string {
  const rows = Object.entries(claims).map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(String(value))}</td></tr>`)
  return page(`Welcome, ${escaped(String(claims.name ?? claims.sub))}`, `<p>Gatehouse told this application:</p><table>${rows.join('')}</table><p><a class="button" href="/sign-out">Sign out</a></p>`)
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const show = (response: ServerResponse, html: string): void => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html)

const redirect = (response: ServerResponse, location: string): void => void response.writeHead(303, { location, 'cache-control': 'no-store' }).end()
