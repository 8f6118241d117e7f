// Signing in through a browser on this computer: authorization code with PKCE, and a page on the loopback
// address that takes the code (RFC 8252).
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refusal } from '../../platform/errors.js'
import { printable, type Io } from './io.js'
import type { Target } from './target.js'
import { call, Registration, shaped, Tokens } from './wire.js'

const redirectPath = '/oauth/callback'
const waitAtMost = 10 * 60 * 1000

/** Signs in through the browser on this computer. */
export async function signInByBrowser({ endpoint, startUrl }: Target, io: Io): Promise<{ registration: Registration; tokens: Tokens }> {
  const client = {
    clientName: 'gatehouse', clientType: 'public', scopes: ['sso:account:access'], grantTypes: ['authorization_code', 'refresh_token'],
    // Without a port: the one that is free is only known later, and does not count.
    redirectUris: [`http://127.0.0.1${redirectPath}`], issuerUrl: startUrl,
  }
  const registration = shaped(await call(endpoint, { method: 'POST', path: '/client/register', body: client }), Registration, 'Register this client')
  const state = randomBytes(16).toString('base64url')
  const codeVerifier = randomBytes(48).toString('base64url')
  const loopback = await listen(state)
  try {
    const redirectUri = `http://127.0.0.1:${loopback.port}${redirectPath}`
    await show(authorizeUrl(endpoint, { clientId: registration.clientId, redirectUri, state, codeVerifier }), io)
    const code = await loopback.code
    const body = { grantType: 'authorization_code', clientId: registration.clientId, clientSecret: registration.clientSecret, redirectUri, codeVerifier, code }
    return { registration, tokens: shaped(await call(endpoint, { method: 'POST', path: '/token', body }), Tokens, 'Sign in') }
  } finally {
    loopback.close()
  }
}

function authorizeUrl(endpoint: string, { clientId, redirectUri, state, codeVerifier }: { clientId: string; redirectUri: string; state: string; codeVerifier: string }): string {
  const url = new URL('/authorize', endpoint)
  url.search = new URLSearchParams({
    response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state, code_challenge_method: 'S256',
    scopes: 'sso:account:access', code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  }).toString()
  return url.href
}

async function show(url: string, io: Io): Promise<void> {
  const opened = await io.open(url)
  io.say(opened ? 'Sign in with the page that your browser shows now. If it shows none, open:' : 'Open this page in a browser on this computer and sign in:')
  io.say(`\n  ${url}\n`)
}

interface Loopback {
  port: number
  /** Resolves with the code, rejects when signing in was refused or took too long. */
  code: Promise<string>
  close(): void
}

async function listen(state: string): Promise<Loopback> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('expired', 'Nobody signed in for ten minutes. Run the command again.')), waitAtMost)
  })
  const code = Promise.race([takeCode(server, state), tooLate])
  // Whoever waits gets the refusal; nobody may be waiting yet.
  code.catch(() => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    code,
    close: () => {
      clearTimeout(timer)
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Waits for the answer to our request; any other request, such as one with a foreign state, changes nothing. */
function takeCode(server: Server, state: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (request.method !== 'GET' || pathname !== redirectPath || !same(searchParams.get('state') ?? '', state)) return page(response, 404, 'There is nothing here.')
      const code = searchParams.get('code')
      if (code && !searchParams.has('error')) {
        response.once('close', () => resolve(code))
        return page(response, 200, 'You are signed in. You can close this page and go back to the terminal.')
      }
      const why = printable(searchParams.get('error_description') ?? searchParams.get('error') ?? 'no code came back')
      response.once('close', () => reject(new Refusal('forbidden', `Signing in was refused: ${why}`)))
      page(response, 400, 'Signing in was refused. The terminal says why.')
    })
  })
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

function page(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'connection': 'close',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  })
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gatehouse</title><h1>Gatehouse</h1><p>${sentence}</p></html>\n`)
}
