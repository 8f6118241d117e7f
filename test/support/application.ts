// An application that signs people in with openid-client: a relying party with a page of its own, which
// keeps what came back to it.
import { createServer, type Server } from 'node:http'
import * as oidc from 'openid-client'

export interface ApplicationOptions {
  /** Where the application is told to go for sign-in. */
  issuer: string
  clientId: string
  secret?: string
}

/** What one sign-in was begun with. */
export interface Begun {
  url: URL
  verifier: string
  state: string
  nonce: string
}

/** A small site that applications share: it answers everything with one page and keeps the addresses asked for. */
export class ApplicationSite {
  readonly seen: { method: string; url: URL; body: string }[] = []
  /** What is answered at a path, where that is not 200. */
  readonly statuses = new Map<string, number>()

  private constructor(private readonly server: Server, readonly origin: string) {}

  static async start(): Promise<ApplicationSite> {
    const server = createServer()
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const site = new ApplicationSite(server, `http://127.0.0.1:${(server.address() as { port: number }).port}`)
    server.on('request', (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const url = new URL(request.url!, site.origin)
        site.seen.push({ method: request.method!, url, body: Buffer.concat(parts).toString() })
        response.writeHead(site.statuses.get(url.pathname) ?? 200, { 'content-type': 'text/html' }).end('<!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,"><h1>Back at the application</h1>')
      })
    })
    return site
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => { this.server.close(resolve) })
  }
}

/** One application of a site. */
export class Application {
  private constructor(readonly configuration: oidc.Configuration, readonly redirectUri: string) {}

  static async discover({ issuer, clientId, secret }: ApplicationOptions, redirectUri: string): Promise<Application> {
    const configuration = await oidc.discovery(new URL(issuer), clientId, { token_endpoint_auth_method: secret ? 'client_secret_basic' : 'none' },
      secret ? oidc.ClientSecretBasic(secret) : oidc.None(), { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] })
    return new Application(configuration, redirectUri)
  }

  /** Makes an authorization request. */
  async begin(parameters: Record<string, string> = {}): Promise<Begun> {
    const begun = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() }
    const url = oidc.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
      state: begun.state,
      nonce: begun.nonce,
      ...parameters,
    })
    return { url, ...begun }
  }

  /** Takes the answer that came back to the redirect URI, and redeems its code. */
  async finish(answer: URL | Request, { verifier, state, nonce }: Begun): ReturnType<typeof oidc.authorizationCodeGrant> {
    return oidc.authorizationCodeGrant(this.configuration, answer, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })
  }
}
