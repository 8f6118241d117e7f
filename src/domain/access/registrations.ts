// Registrations of command-line clients (RegisterClient). A registration carries itself: its id is its
// content under a key derived from the master key, so that a restored database strands nobody's cache.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../platform/clock.js'
import { seconds } from '../../platform/clock.js'
import { newSecret } from '../../platform/ids.js'
import type { MasterKey } from '../../platform/keys/index.js'

export interface Registration {
  clientId: string
  clientName: string
  grantTypes: string[]
  redirectUris: string[]
  scopes: string[]
  /** Seconds since the epoch. */
  issuedAt: number
  expiresAt: number
}

const daysValid = 90
const prefix = 'reg-'

export class Registrations {
  readonly #idKey: Buffer
  readonly #secretKey: Buffer

  constructor(master: MasterKey, private readonly clock: Clock) {
    this.#idKey = master.derive('client registration')
    this.#secretKey = master.derive('client registration secret')
  }

  /** Issues a registration of 90 days. */
  issue(client: Pick<Registration, 'clientName' | 'grantTypes' | 'redirectUris' | 'scopes'>): Registration & { clientSecret: string } {
    const issuedAt = seconds(this.clock())
    const expiresAt = issuedAt + daysValid * 86_400
    const content = Buffer.from(JSON.stringify([1, newSecret(9), client.clientName, client.grantTypes, client.redirectUris, client.scopes, issuedAt, expiresAt])).toString('base64url')
    const clientId = `${prefix}${content}.${mac(this.#idKey, content)}`
    return { ...client, clientId, issuedAt, expiresAt, clientSecret: this.secretOf(clientId) }
  }

  /** Reads a registration out of its id; undefined where we did not issue it or it has expired. */
  find(clientId: string): Registration | undefined {
    if (!clientId.startsWith(prefix) || clientId.length > 8192) return undefined
    const [content = '', tag = '', ...more] = clientId.slice(prefix.length).split('.')
    if (more.length > 0 || !same(tag, mac(this.#idKey, content))) return undefined
    const [, , clientName, grantTypes, redirectUris, scopes, issuedAt, expiresAt] = JSON.parse(Buffer.from(content, 'base64url').toString()) as
      [number, string, string, string[], string[], string[], number, number]
    if (expiresAt <= seconds(this.clock())) return undefined
    return { clientId, clientName, grantTypes, redirectUris, scopes, issuedAt, expiresAt }
  }

  /** The secret that goes with an id. */
  secretOf(clientId: string): string {
    return mac(this.#secretKey, clientId)
  }

  /** Finds a registration whose secret is known too. */
  check(clientId: string, clientSecret: string): Registration | undefined {
    return same(clientSecret, this.secretOf(clientId)) ? this.find(clientId) : undefined
  }
}

const mac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
