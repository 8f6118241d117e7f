// Seals secrets at rest: AES-256-GCM, with the place they are kept in as associated data, so that
// a sealed value moved to another table, column or row does not open.
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { MasterKey } from './master-key.js'

const version = 1
const nonceLength = 12
const tagLength = 16
const headerLength = 1 + 4

export class Sealer {
  readonly #key: KeyObject
  readonly #keyId: Buffer

  /** `purpose` separates what is sealed for different ends; `master` is the key all are derived from. */
  constructor(master: MasterKey, purpose: string) {
    this.#key = createSecretKey(master.derive(`seal ${purpose}`))
    this.#keyId = Buffer.from(master.id, 'hex')
  }

  /** Seals bytes for one place (`table|column|row`). Layout: version, key id, nonce, ciphertext, tag. */
  seal(plain: Uint8Array | string, place: string): Buffer {
    const nonce = randomBytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(place))
    return Buffer.concat([Buffer.of(version), this.#keyId, nonce, cipher.update(plain as Uint8Array), cipher.final(), cipher.getAuthTag()])
  }

  /** Opens what `seal` made for the same place; undefined where it was changed, moved or sealed under another key. */
  open(sealed: Uint8Array, place: string): Buffer | undefined {
    if (sealed.length < headerLength + nonceLength + tagLength || sealed[0] !== version) return undefined
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
    const nonce = bytes.subarray(headerLength, headerLength + nonceLength)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce)
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(bytes.subarray(-tagLength))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(headerLength + nonceLength, -tagLength)), decipher.final()])
    } catch {
      return undefined
    }
  }
}
