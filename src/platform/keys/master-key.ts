// The master key: 32 bytes that never leave this process. Everything else is derived from it by purpose.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export class MasterKey {
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    if (bytes.length !== 32) throw new Error('a master key has 32 bytes')
    this.#bytes = bytes
  }

  /** Derives 32 bytes for one purpose (HKDF, RFC 5869); the same purpose always gives the same bytes. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, 'gatehouse', purpose, 32))
  }

  /** Names the key without telling anything of it: 8 hexadecimal digits. */
  get id(): string {
    return createHmac('sha256', this.#bytes).update('key id').digest('hex').slice(0, 8)
  }
}

/** Reads a key written as 64 hexadecimal digits or as base64 of 32 bytes; undefined where it is neither. */
export function parseMasterKey(text: string): Buffer | undefined {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex')
  const bytes = Buffer.from(trimmed, 'base64')
  return bytes.length === 32 ? bytes : undefined
}

/** Reads `master.key` in the data folder, or makes it there on first start, readable by its owner only. */
export function keptMasterKey(dataDir: string): MasterKey {
  const file = join(dataDir, 'master.key')
  if (!existsSync(file)) make(file)
  const bytes = parseMasterKey(readFileSync(file, 'utf8'))
  if (!bytes) throw new Error(`${file} is not a master key: 64 hexadecimal digits or base64 of 32 bytes`)
  return new MasterKey(bytes)
}

/** Links a whole file into place, so that of two processes that start at once both take the same key. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}
