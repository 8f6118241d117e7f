// SimpleSAMLphp on this machine as the company's identity provider, with the settings of a small one: Ada and her password.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getProgram } from './binaries.js'
import { Browser, type Page } from './browser.js'
import type { Signer } from './saml.js'
import { eventually, freePort, temporaryFolder } from './servers.js'

export const ada = { name: 'ada', password: 'analytical engine' }

interface Settings {
  /** Signs, and is published. */
  signer: Signer
  /** Is published beside it. */
  next?: Signer
  /** Puts the assertion into one that only we can open. */
  encrypted?: boolean
}

/** Spells a value in PHP. */
function php(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(php).join(', ')}]`
  if (typeof value === 'object' && value !== null) return `[${Object.entries(value).map(([key, one]) => `${/^\d+$/.test(key) ? key : php(key)} => ${php(one)}`).join(', ')}]`
  return typeof value === 'string' ? `'${value.replaceAll(/[\\']/g, (found) => `\\${found}`)}'` : String(value)
}

const pem = (certificate: string): string => `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`

export class SimpleSaml {
  #child: ChildProcess | undefined

  private constructor(readonly origin: string, private readonly folder: string) {}

  static async start(settings: Settings): Promise<SimpleSaml> {
    const port = await freePort()
    const provider = new SimpleSaml(`http://127.0.0.1:${port}`, await temporaryFolder('simplesaml'))
    await provider.#prepare(settings)
    // A cache of its files would keep what was set before for a while.
    const child = spawn(getProgram('php'), ['-d', 'opcache.enable=0', '-S', `127.0.0.1:${port}`, '-t', join(getProgram('simplesamlphp'), 'www')], { env: { PATH: process.env['PATH'], SIMPLESAMLPHP_CONFIG_DIR: provider.folder, PHP_CLI_SERVER_WORKERS: '2' }, stdio: 'ignore', detached: true })
    provider.#child = child
    await eventually(async () => (await fetch(provider.metadataUrl)).ok)
    return provider
  }

  get metadataUrl(): string {
    return `${this.origin}/saml2/idp/metadata.php`
  }

  async metadata(): Promise<string> {
    return (await fetch(this.metadataUrl)).text()
  }

  /** Tells it of a service provider, by its metadata. */
  async trust(metadata: string): Promise<void> {
    await writeFile(join(this.folder, 'partner.xml'), metadata)
  }

  /** Signs and publishes otherwise from now on. */
  async set({ signer, next, encrypted = false }: Settings): Promise<void> {
    const keyOf = ({ privateKey }: Signer): string => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const files = { 'current.key': keyOf(signer), 'current.crt': pem(signer.certificate), ...(next && { 'next.key': keyOf(next), 'next.crt': pem(next.certificate) }) }
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.folder, name), text)
    const hosted = {
      host: '__DEFAULT__', privatekey: 'current.key', certificate: 'current.crt', ...(next && { new_privatekey: 'next.key', new_certificate: 'next.crt' }), auth: 'people',
      'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'redirect.validate': true, 'validate.authnrequest': true, 'assertion.encryption': encrypted,
      NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'attributes.NameFormat': 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
      authproc: { 3: { class: 'saml:AttributeNameID', attribute: 'uid', Format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } },
    }
    await this.#write('metadata/saml20-idp-hosted.php', `$metadata[${php(`${this.origin}/saml2/idp/metadata.php`)}] = ${php(hosted)};`)
  }

  /** Goes where a browser is sent, signs in there unless it is known still, and gives back the form that leads to us. */
  async visit(url: string, browser = new Browser(this.origin), { name, password } = ada): Promise<Answer> {
    let page = await browser.open(url)
    if (page.html.includes('name="password"')) page = await browser.submit({ username: name, password })
    return answerIn(page)
  }

  async stop(): Promise<void> {
    if (this.#child?.exitCode === null) {
      const ended = once(this.#child, 'exit')
      // Its workers are processes of their own.
      process.kill(-this.#child.pid!, 'SIGKILL')
      await ended
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  async #prepare(settings: Settings): Promise<void> {
    for (const name of ['metadata', 'log', 'data', 'tmp', 'sessions']) await mkdir(join(this.folder, name))
    const at = (name: string): string => join(this.folder, name)
    await this.#write('config.php', `$config = ${php({
      baseurlpath: `${this.origin}/`, certdir: `${this.folder}/`, loggingdir: `${at('log')}/`, datadir: `${at('data')}/`, tempdir: at('tmp'), metadatadir: at('metadata'), secretsalt: 'of a test and nowhere else', 'auth.adminpassword': 'of a test, not used',
      'technicalcontact_email': 'nobody@example.com', timezone: 'UTC', 'logging.handler': 'file', 'enable.saml20-idp': true, 'module.enable': { exampleauth: true, core: true, saml: true }, 'session.cookie.secure': false, 'session.phpsession.savepath': at('sessions'),
      'session.cookie.samesite': 'Lax', 'store.type': 'phpsession', 'metadata.sources': [{ type: 'flatfile', directory: at('metadata') }, { type: 'xml', file: at('partner.xml') }],
    })};`)
    await this.#write('authsources.php', `$config = ${php({ people: { 0: 'exampleauth:UserPass', [`${ada.name}:${ada.password}`]: { uid: ['ada'], displayName: ['Ada Byron'], mail: ['ada@example.com'], groups: ['Readers', 'Writers'] } } })};`)
    await writeFile(at('partner.xml'), '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>')
    await this.set(settings)
  }

  #write(name: string, code: string): Promise<void> {
    return writeFile(join(this.folder, name), `<?php\n${code}\n`)
  }
}

export interface Answer {
  action: string
  SAMLResponse: string
  RelayState: string
}

function answerIn({ html, url }: Page): Answer {
  const of = (pattern: RegExp): string => (pattern.exec(html)?.[1] ?? '').replaceAll('&amp;', '&').replaceAll('&quot;', '"')
  const answer = { action: of(/<form[^>]* action="([^"]+)"/), SAMLResponse: of(/name="SAMLResponse" value="([^"]+)"/), RelayState: of(/name="RelayState" value="([^"]+)"/) }
  if (answer.SAMLResponse === '') throw new Error(`There is no answer at ${url}:\n${html.slice(0, 2000)}`)
  return answer
}

