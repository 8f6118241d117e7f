// An authenticator in software: makes keys and signs like a real one, and lies where a test tells it to.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

interface Options {
  challenge: string
  rp?: { id: string }
  rpId?: string
  user?: { id: string }
  allowCredentials?: { id: string }[]
}

/** What to say in place of the truth. */
export interface Lies {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  crossOrigin?: unknown
  topOrigin?: unknown
  verified?: boolean
  present?: boolean
  signCount?: number
  userHandle?: string | null
  /** Flags to set or clear: backup eligible (8), backup state (16). */
  synced?: boolean
  signature?: Buffer
}

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest()

/** CBOR of the few kinds that are needed: numbers, text, bytes, maps. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, length: number): Buffer => (length < 24 ? Buffer.of((major << 5) | length) : length < 256 ? Buffer.of((major << 5) | 24, length) : Buffer.of((major << 5) | 25, length >> 8, length & 255))
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item as Buffer)])])
}

export class Authenticator {
  readonly credentialId = randomBytes(32)
  userHandle = ''
  signCount = 0
  private readonly privateKey: KeyObject
  private readonly coseKey: Buffer

  constructor(private readonly origin: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    this.privateKey = privateKey
    this.coseKey = cbor(new Map<number, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]))
  }

  /** Answers the options of a registration, as the page's script would send it. */
  create(options: object, lies: Lies = {}, attestation: [format: string, statement: Map<string, unknown>] = ['none', new Map()]): Record<string, unknown> {
    const { challenge, rp, user } = options as Options
    this.userHandle = user!.id
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.credentialId.length)
    const authData = Buffer.concat([this.authData(rp!.id, lies, 0x40), Buffer.alloc(16), length, this.credentialId, this.coseKey])
    return {
      id: this.credentialId.toString('base64url'),
      clientDataJSON: this.clientData('webauthn.create', challenge, lies).toString('base64url'),
      attestationObject: cbor(new Map<string, unknown>([['fmt', attestation[0]], ['attStmt', attestation[1]], ['authData', authData]])).toString('base64url'),
      transports: ['internal'],
    }
  }

  /** Answers the options of an authentication. */
  get(options: object, lies: Lies = {}): Record<string, unknown> {
    const { challenge, rpId } = options as Options
    this.signCount += 1
    const authData = this.authData(rpId!, { signCount: this.signCount, ...lies }, 0)
    const clientData = this.clientData('webauthn.get', challenge, lies)
    return {
      id: this.credentialId.toString('base64url'),
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: (lies.signature ?? sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.privateKey)).toString('base64url'),
      ...(lies.userHandle !== null && { userHandle: lies.userHandle ?? this.userHandle }),
    }
  }

  private clientData(type: string, challenge: string, { origin = this.origin, ...lies }: Lies): Buffer {
    return Buffer.from(JSON.stringify({
      type: lies.type ?? type, challenge: lies.challenge ?? challenge, origin, crossOrigin: 'crossOrigin' in lies ? lies.crossOrigin : false,
      ...('topOrigin' in lies && { topOrigin: lies.topOrigin }),
    }))
  }

  private authData(rpId: string, { verified = true, present = true, synced = false, signCount = 0, ...lies }: Lies, flags: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(signCount)
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.of(flags | (present ? 1 : 0) | (verified ? 4 : 0) | (synced ? 24 : 0)), count])
  }
}
