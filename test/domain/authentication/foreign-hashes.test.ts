// Hashes of other systems: what is read, what is refused before it costs anything, and what they prove.
import fc from 'fast-check'
import { HashQueue, hashForm, importFault, PasswordHashes } from '../../../src/domain/authentication/index.js'
import { hashBounds, readForeignHash } from '../../../src/domain/authentication/foreign-hashes.js'
import { MasterKey } from '../../../src/platform/keys/index.js'

const hashes = new PasswordHashes({ master: new MasterKey(Buffer.alloc(32, 1)), queue: new HashQueue({ concurrency: 2 }), cost: 4 })
const word = 'Imported-word-7'

// Made by Python's hashlib and cryptography; those of `password` and of RFC 7914 are test vectors of the algorithms' authors.
const known: [form: string, plain: string, hash: string][] = [
  ['scrypt', word, '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$fwYYhGYUcbItwkxNRqtIluXhsHLAplEeAu+cx92D4L8'],
  ['scrypt', word, 'scrypt$1024$saltyWords12$8$2$Q/0YEAVtpdev3SE3iCekhv1VnHdSy2Fx32mGLLsM9bPj6GH0urq+6rmdV5watHpnQYEE6PIfjw+TBVSJDg965g=='],
  ['scrypt', word, 'scrypt:1024:8:2$saltyWords12$43fd1810056da5d7afdd21378827a486fd559c7752cb6171df69862cbb0cf5b3e3e861f4bababeeab99d579c1ab47a67418104e8f21f8f0f930554890e0f7ae6'],
  ['scrypt', 'pleaseletmein', 'scrypt:16384:8:1$SodiumChloride$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887'],
  ['pbkdf2', word, '$pbkdf2-sha256$1200$MDEyMzQ1Njc4OWFiY2RlZg$ro9r/KGkh1N8TPk7lnV1p5qOAHuQja6JiHdpUivJrW4'],
  ['pbkdf2', word, '$pbkdf2-sha512$1200$MDEyMzQ1Njc4OWFiY2RlZg$b5YHlvF6cDh/rarMexbd35z13P7xKy19wmenuhuMtFt4sfdKERMqPtXJwG2nT04lYRjgBbHp3lOX7u/D4ZPVlQ'],
  ['pbkdf2', word, '$pbkdf2-sha256$i=1200,l=32$MDEyMzQ1Njc4OWFiY2RlZg$ro9r/KGkh1N8TPk7lnV1p5qOAHuQja6JiHdpUivJrW4'],
  ['pbkdf2', word, '$pbkdf2$1200$MDEyMzQ1Njc4OWFiY2RlZg$nFwQltwX1raeMNfNNB9m17Zxils'],
  ['pbkdf2', word, 'pbkdf2_sha256$1200$saltyWords12$hK9aY/4nhH2Py7WE34V7VrgH+4by1u+mjRie8AX5kA0='],
  ['pbkdf2', word, 'pbkdf2:sha256:1200$saltyWords12$84af5a63fe27847d8fcbb584df857b56b807fb86f2d6efa68d189ef005f9900d'],
  ['pbkdf2', 'passwd', 'pbkdf2:sha256:1$salt$55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783'],
  ['argon2id', word, '$argon2id$v=19$m=1024,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$cRXcCCdQy2NZ9yTaEk+JnSv5yh7mBhuk18aezhu+mxI'],
  ['argon2id', 'password', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['argon2id', 'password', 'argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
]

describe('a hash of another system', () => {
  test.each(known)('made by %s of %j is proved by it and by nothing else: %s', async (form, plain, hash) => {
    expect(hashForm(hash)).toBe(form)
    expect(importFault(hash)).toBeUndefined()
    expect(hashes.isUpToDate(hash)).toBe(false)
    expect(await hashes.verify(plain, hash)).toBe(true)
    expect(await hashes.verify(`${plain}x`, hash)).toBe(false)
    expect(await hashes.verify('', hash)).toBe(false)
  })

  const salt = 'MDEyMzQ1Njc4OWFiY2RlZg'
  const key = 'ro9r/KGkh1N8TPk7lnV1p5qOAHuQja6JiHdpUivJrW4'
  test.each([
    `$argon2id$v=19$m=${hashBounds.argon2Memory + 1},t=1,p=1$${salt}$${key}`, `$argon2id$v=19$m=4096,t=11,p=1$${salt}$${key}`, `$argon2id$v=19$m=131072,t=5,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=4294967295,t=4294967295,p=1$${salt}$${key}`, `$argon2id$v=19$m=4096,t=1,p=17$${salt}$${key}`,
    `$scrypt$ln=18,r=8,p=1$${salt}$${key}`, `$scrypt$ln=99,r=8,p=1$${salt}$${key}`, `$scrypt$ln=14,r=8,p=17$${salt}$${key}`, `$scrypt$ln=1,r=999999999,p=1$${salt}$${key}`,
    `$pbkdf2-sha256$2000001$${salt}$${key}`, `pbkdf2_sha256$9999999999$salt$${key}=`, `$2b$16$${'a'.repeat(53)}`,
  ])('that asks for too much is refused unread: %s', (hash) => {
    expect(importFault(hash)).toBe('too-costly')
    expect(hashForm(hash)).toBeUndefined()
  })

  test.each([
    `$argon2id$v=16$m=4096,t=1,p=1$${salt}$${key}`, `$argon2id$v=19$m=4096,t=0,p=1$${salt}$${key}`, `$argon2id$v=19$m=7,t=1,p=1$${salt}$${key}`, `$argon2id$v=19$m=4096,t=1,p=1$${salt}$`,
    `$argon2id$v=19$m=4096,t=1,p=1$${salt}$${key}$`, `$scrypt$ln=0,r=8,p=1$${salt}$${key}`, `scrypt$1000$salt$8$1$${key}=`, `$scrypt$ln=10,r=8,p=1$${salt}$YWJj`, `$scrypt$ln=10,r=8,p=1$$${key}`,
    `$pbkdf2-sha256$0$${salt}$${key}`, `$pbkdf2-sha256$1e3$${salt}$${key}`, `$pbkdf2-md5$1200$${salt}$${key}`, `pbkdf2:sha256:1200$salt$xyz`, `$pbkdf2-sha256$1200$${salt}$${key.slice(0, -1)}5`, `$pbkdf2-sha256$1200$${salt} $${key}`,
    `pbkdf2_sha256$1200$${'s'.repeat(1100)}$${key}=`, '$2b$10$short',
  ])('that is not as its form demands is refused: %s', (hash) => {
    expect(importFault(hash)).toBe('malformed')
  })

  test.each(['', 'plain', '$1$abc$def', '$argon2i$v=19$m=16,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg', 'hmac-sha384:$2b$10$x', '{SSHA}abc', '$5$rounds=5000$salt$hash'])('in no known form is none: %j', (hash) => {
    expect(importFault(hash)).toBe('unknown')
    expect(readForeignHash(hash)).toBe('unknown')
  })

  test('whatever is put in its fields, it is refused or within bounds', () => {
    const field = fc.oneof(fc.constantFrom('', '0', '1', '8', '16', '-1', '1e9', '99999999999', '0x10'), fc.nat().map(String), fc.string({ maxLength: 6 }))
    const text = fc.oneof(fc.constantFrom(salt, key, '', '=', 'YQ==', 'a'.repeat(2000)), fc.base64String({ maxLength: 200 }), fc.string({ maxLength: 40 }))
    const made = fc.tuple(fc.nat(6), field, field, field, text, text).map(([at, a, b, c, left, right]) => [
      `$argon2id$v=19$m=${a},t=${b},p=${c}$${left}$${right}`, `$scrypt$ln=${a},r=${b},p=${c}$${left}$${right}`, `scrypt$${a}$${left}$${b}$${c}$${right}`, `scrypt:${a}:${b}:${c}$${left}$${right}`,
      `$pbkdf2-sha256$${a}$${left}$${right}`, `pbkdf2_sha1$${a}$${left}$${right}`, `pbkdf2:sha512:${a}$${left}$${right}`][at]!)
    fc.assert(fc.property(fc.oneof(made, fc.string({ maxLength: 300 })), (hash) => {
      const read = readForeignHash(hash)
      if (typeof read === 'string' || read.kind === 'argon2id') return
      expect(read.key.length).toBeGreaterThanOrEqual(16)
      if (read.kind === 'pbkdf2') expect(read.iterations).toBeLessThanOrEqual(hashBounds.pbkdf2Iterations)
      else expect(128 * read.cost * read.blockSize).toBeLessThanOrEqual(hashBounds.scryptMemory)
    }), { numRuns: 2000 })
  })

  test('every known one with one character changed is another or none', async () => {
    for (const [, plain, hash] of known.filter(([form]) => form === 'pbkdf2')) {
      const at = hash.length - 8
      const changed = hash.slice(0, at) + (hash[at] === 'a' ? 'b' : 'a') + hash.slice(at + 1)
      expect(await hashes.verify(plain, changed)).toBe(false)
    }
  })
})
