// Hashes that other systems made: argon2id, scrypt and PBKDF2 in their usual spellings. What one may cost is
// bounded before anything is computed, because a hash is a stranger's order of how much to work.

interface Scrypt {
  kind: 'scrypt'
  cost: number
  blockSize: number
  parallel: number
  salt: Buffer
  key: Buffer
}

interface Pbkdf2 {
  kind: 'pbkdf2'
  digest: string
  iterations: number
  salt: Buffer
  key: Buffer
}

interface Argon2id {
  kind: 'argon2id'
  /** As its own standard spells it. */
  encoded: string
}

export type ForeignHash = Scrypt | Pbkdf2 | Argon2id

/** Why a text is none: in no known form, not as its form demands, or beyond what one sign-in may cost. */
export type HashFault = 'unknown' | 'malformed' | 'too-costly'

/** What a hash may ask for. */
export const hashBounds = {
  argon2Memory: 128 * 1024,
  argon2Passes: 10,
  /** Memory times passes, in KiB. */
  argon2Work: 512 * 1024,
  scryptMemory: 128 * 1024 * 1024,
  /** Cost times block size times parallel. */
  scryptWork: 2 ** 21,
  pbkdf2Iterations: 2_000_000,
  parallel: 16,
} as const

const spellings: [RegExp, (parts: Record<string, string>) => ForeignHash | HashFault][] = [
  [/^(?:argon2)?(?<encoded>\$argon2id\$v=19\$m=(?<memory>\d{1,10}),t=(?<passes>\d{1,10}),p=(?<parallel>\d{1,10})\$(?<salt>[^$]*)\$(?<key>[^$]*))$/, argon2id],
  // PHC and passlib, then Django, then Werkzeug.
  [/^\$scrypt\$ln=(?<power>\d{1,2}),r=(?<blockSize>\d{1,10}),p=(?<parallel>\d{1,10})\$(?<salt64>[^$]*)\$(?<key64>[^$]*)$/, scrypt],
  [/^scrypt\$(?<cost>\d{1,10})\$(?<salt>[^$]*)\$(?<blockSize>\d{1,10})\$(?<parallel>\d{1,10})\$(?<key64>[^$]*)$/, scrypt],
  [/^scrypt:(?<cost>\d{1,10}):(?<blockSize>\d{1,10}):(?<parallel>\d{1,10})\$(?<salt>[^$]*)\$(?<keyHex>[^$]*)$/, scrypt],
  [/^\$pbkdf2(?:-(?<digest>sha1|sha256|sha512))?\$(?:i=)?(?<iterations>\d{1,10})(?:,l=\d{1,3})?\$(?<salt64>[^$]*)\$(?<key64>[^$]*)$/, pbkdf2],
  [/^pbkdf2_(?<digest>sha1|sha256|sha512)\$(?<iterations>\d{1,10})\$(?<salt>[^$]*)\$(?<key64>[^$]*)$/, pbkdf2],
  [/^pbkdf2:(?<digest>sha1|sha256|sha512):(?<iterations>\d{1,10})\$(?<salt>[^$]*)\$(?<keyHex>[^$]*)$/, pbkdf2],
]

const beginnings = /^(\$argon2id|argon2\$argon2id|\$scrypt\$|scrypt[$:]|\$pbkdf2[-$]|pbkdf2[_:])/
const longest = 1024

/** Reads a hash of another system, or says what is wrong with it. */
export function readForeignHash(text: string): ForeignHash | HashFault {
  if (text.length > longest) return 'malformed'
  for (const [spelling, read] of spellings) {
    const parts = spelling.exec(text)?.groups
    if (parts) return read(parts)
  }
  return beginnings.test(text) ? 'malformed' : 'unknown'
}

function argon2id({ encoded = '', ...parts }: Record<string, string>): ForeignHash | HashFault {
  const [memory, passes, parallel] = [Number(parts.memory), Number(parts.passes), Number(parts.parallel)]
  const [salt, key] = [base64(parts.salt), base64(parts.key)]
  if (!salt || !key || salt.length < 8 || salt.length > 64 || !isKey(key) || passes < 1 || parallel < 1 || memory < 8 * parallel) return 'malformed'
  const { argon2Memory, argon2Passes, argon2Work } = hashBounds
  if (memory > argon2Memory || passes > argon2Passes || memory * passes > argon2Work || parallel > hashBounds.parallel) return 'too-costly'
  return { kind: 'argon2id', encoded }
}

function scrypt(parts: Record<string, string>): ForeignHash | HashFault {
  const cost = parts.cost === undefined ? 2 ** Number(parts.power) : Number(parts.cost)
  const [blockSize, parallel] = [Number(parts.blockSize), Number(parts.parallel)]
  const [salt, key] = [saltOf(parts), keyOf(parts)]
  if (!salt || !key || cost < 2 || !Number.isInteger(Math.log2(cost)) || blockSize < 1 || parallel < 1) return 'malformed'
  const { scryptMemory, scryptWork } = hashBounds
  if (128 * cost * blockSize > scryptMemory || cost * blockSize * parallel > scryptWork || parallel > hashBounds.parallel) return 'too-costly'
  return { kind: 'scrypt', cost, blockSize, parallel, salt, key }
}

function pbkdf2(parts: Record<string, string>): ForeignHash | HashFault {
  const iterations = Number(parts.iterations)
  const [salt, key] = [saltOf(parts), keyOf(parts)]
  if (!salt || !key || iterations < 1) return 'malformed'
  if (iterations > hashBounds.pbkdf2Iterations) return 'too-costly'
  return { kind: 'pbkdf2', digest: parts.digest ?? 'sha1', iterations, salt, key }
}

function saltOf({ salt, salt64 }: Record<string, string>): Buffer | undefined {
  const bytes = salt64 === undefined ? Buffer.from(salt ?? '', 'utf8') : base64(salt64)
  return bytes && bytes.length > 0 && bytes.length <= 128 ? bytes : undefined
}

function keyOf({ key64, keyHex }: Record<string, string>): Buffer | undefined {
  const bytes = keyHex === undefined ? base64(key64) : /^([0-9a-f]{2})+$/i.test(keyHex) ? Buffer.from(keyHex, 'hex') : undefined
  return bytes && isKey(bytes) ? bytes : undefined
}

/** Shorter ones would be met by chance, longer ones are made by nobody. */
const isKey = (bytes: Buffer): boolean => bytes.length >= 16 && bytes.length <= 128

/** Decodes base64 that is spelled as it would be written, with or without padding; passlib writes a dot for a plus. */
function base64(text = ''): Buffer | undefined {
  const standard = text.replaceAll('.', '+')
  const bytes = Buffer.from(standard, 'base64')
  const written = bytes.toString('base64')
  return standard === written || standard === written.replace(/=+$/, '') ? bytes : undefined
}
