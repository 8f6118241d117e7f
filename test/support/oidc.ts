// An app with applications to sign in to, and what a relying party does with it.
import { withMfa } from './factors.js'
import { randomBytes } from 'node:crypto'
import { Application, ApplicationSite, type Begun } from './application.js'
import { password, startApp, type TestApp } from './app.js'
import { Browser } from './browser.js'

export const ledgerSecret = 'ledger-0123456789-0123456789-0123456789'
const robotSecret = 'robot-0123456789-0123456789-0123456789-'

/** The people and applications of these tests; `site` is where the applications live. */
export const oidcOrganization = (site: string): string => `
organization: { name: Test Corp }
accounts:
  - { id: "111122223333", name: Management, email: root@example.com, management: true }
users:
  - { userName: jane, displayName: Jane Doe, name: { givenName: Jane, familyName: Doe }, emails: [{ value: jane@example.com, primary: true }], password: ${password} }
  - { userName: kim, displayName: Kim Lee, emails: [{ value: kim@example.com }], password: ${password} }
  - { userName: sam, displayName: Sam Plain, emails: [{ value: sam@example.com }], password: ${password} }
  - { userName: left, displayName: Left Early, emails: [{ value: left@example.com }], password: ${password} }
  - { userName: gone, displayName: Gone Person, emails: [{ value: gone@example.com }], active: false, password: ${password} }
  - { userName: nokey, displayName: No Password, emails: [{ value: nokey@example.com }] }
  - { userName: nora, displayName: Nora New, emails: [{ value: nora@example.com }], oneTimePassword: Only-once-42 }
  - { userName: "o'brien+tag@example.com", displayName: "Orla <b>O'Brien</b>", emails: [{ value: orla@example.com }], password: ${password} }
groups:
  - { displayName: Readers, members: [jane, kim, left] }
  - { displayName: Writers, members: [jane] }
applications:
  - name: Wiki
    oidc:
      client_id: wiki
      redirect_uris: [${site}/callback]
      post_logout_redirect_uris: [${site}/bye]
      token_endpoint_auth_method: none
      grant_types: [authorization_code, refresh_token]
      scope: openid profile email groups offline_access
    assignedTo: [{ group: Readers }]
  - name: Ledger
    oidc:
      client_id: ledger
      client_secret: ${ledgerSecret}
      redirect_uris: [${site}/ledger, https://ledger.example.com/cb]
      token_endpoint_auth_method: client_secret_basic
      grant_types: [authorization_code, refresh_token, client_credentials]
      id_token_signed_response_alg: RS256
      scope: openid profile email groups
    assignedTo: [{ user: jane }]
  - name: Robot
    oidc:
      client_id: robot
      client_secret: ${robotSecret}
      redirect_uris: []
      response_types: []
      grant_types: [client_credentials]
      token_endpoint_auth_method: client_secret_post
  - name: Desk
    oidc:
      client_id: desk
      application_type: native
      redirect_uris: [http://127.0.0.1/callback, "http://[::1]/callback"]
      token_endpoint_auth_method: none
      grant_types: [authorization_code]
    assignedTo: [{ group: Readers }]
`

/** Settings with which two apps are nodes of one installation. */
export const nodesEnv = (stores: Record<string, string>): Record<string, string> => ({ MASTER_KEY: randomBytes(32).toString('hex'), ...stores })

export interface OidcHome extends TestApp {
  site: ApplicationSite
  wiki: Application
  ledger: Application
  /** A browser without scripts, and nobody signed in. */
  browser(): Browser
  /** Posts a form to an endpoint of the provider. */
  post(path: string, fields: Record<string, string> | string, headers?: Record<string, string>): Promise<Answer>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  json: Record<string, unknown>
}

export async function startOidc({ mfa, ...options }: Parameters<typeof startApp>[0] & { mfa?: string } = {}): Promise<OidcHome> {
  const site = await ApplicationSite.start()
  const organization = oidcOrganization(site.origin)
  const home = await startApp({ organization: mfa ? withMfa(organization, mfa) : organization, ...options })
  const issuer = `${home.origin}/oidc`
  return {
    ...home,
    site,
    wiki: await Application.discover({ issuer, clientId: 'wiki' }, `${site.origin}/callback`),
    ledger: await Application.discover({ issuer, clientId: 'ledger', secret: ledgerSecret }, `${site.origin}/ledger`),
    browser: () => new Browser(home.origin),
    post: (path, fields, headers) => post(home.origin + path, fields, headers),
    stop: async () => {
      await home.stop()
      await site.stop()
    },
  }
}

export async function post(url: string, fields: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Answer> {
  return answer(await fetch(url, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  }))
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answer(await fetch(url, { redirect: 'manual', headers }))
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text()
  let json: Record<string, unknown> = {}
  try {
    json = JSON.parse(text) as Record<string, unknown>
  } catch {
    // A page.
  }
  return { status: response.status, headers: response.headers, text, json }
}

export const basic = (id: string, secret: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}` })

/** Signs somebody in at an application, allowing what it asks for, and returns the address that the browser was sent to. */
export async function signInAt(application: Application, browser: Browser, { userName = 'jane', ...parameters }: Record<string, string> = {}): Promise<{ begun: Begun; answer: URL }> {
  const begun = await application.begin(parameters)
  let page = await browser.open(begun.url.href)
  if (page.url.includes('/signin/')) {
    await browser.submit({ userName })
    page = await browser.submit({ password })
  }
  if (page.url.includes('/consent/')) page = await browser.submit({ decision: 'allow' })
  return { begun, answer: new URL(page.url) }
}

/** The whole way to tokens. */
export async function tokensOf(application: Application, browser: Browser, parameters: Record<string, string> = {}): Promise<Awaited<ReturnType<Application['finish']>>> {
  const { begun, answer: back } = await signInAt(application, browser, parameters)
  return application.finish(back, begun)
}
