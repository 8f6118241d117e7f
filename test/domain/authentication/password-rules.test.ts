// Passwords: their rules, and their hashes.
import bcrypt from 'bcrypt'
import fc from 'fast-check'
import { defaultPasswordPolicy, HashQueue, hashForm, PasswordHashes, policyOf, policyRules, type PasswordPolicy } from '../../../src/domain/authentication/index.js'
import { MasterKey } from '../../../src/platform/keys/index.js'

const broken = (password: string, ownNames: string[] = [], policy: PasswordPolicy = defaultPasswordPolicy): string[] =>
  policyRules(policy, ownNames, ['Example', 'Corp']).filter(({ isMet }) => isMet?.(password) === false).map(({ name }) => name)
const hashes = new PasswordHashes({ master: new MasterKey(Buffer.alloc(32, 1)), queue: new HashQueue({ concurrency: 2 }), cost: 4 })

describe('the rules', () => {
  test.each([
    ['Abcdefg1!', []], ['Ab1!', ['length']], ['abcdefg1!', ['uppercase']], ['ABCDEFG1!', ['lowercase']], ['Abcdefgh!', ['digit']], ['Abcdefgh1', ['other']],
    ['Über geht 1', []], ['パスワードAa1!', []], ['', ['length', 'lowercase', 'uppercase', 'digit', 'other']],
  ])('%j breaks %j', (password, rules) => {
    expect(broken(password)).toEqual(rules)
  })

  test('count characters, not the units they are written in', () => {
    expect(broken(`Aa1!${'😀'.repeat(4)}`)).toEqual([])
    expect(broken(`Aa1!${'😀'.repeat(60)}`)).toEqual([])
    expect(broken(`Aa1!${'😀'.repeat(61)}`)).toEqual(['length'])
  })

  test('refuse one’s own names in any case, and do not mind very short ones', () => {
    expect(broken('Ich-bin-JANE-7', ['jane'])).toEqual(['own-names'])
    expect(broken('Abcdefg1!', ['ab'])).toEqual([])
  })

  test('in NIST style ask for length, and for no word of the place', () => {
    const nist = policyOf({ style: 'nist' })
    expect(broken('all of it small letters', [], nist)).toEqual([])
    expect(broken('fourteen chars', [], nist)).toEqual(['length'])
    expect(broken('fourteen chars', [], policyOf({ style: 'nist', minimumLength: 8 }))).toEqual([])
    expect(broken('we are all of EXAMPLE', [], nist)).toEqual(['own-names'])
    expect(broken('We are 1 EXAMPLE!')).toEqual([])
  })

  test('say the same in a browser as on the server, for any password and any names', () => {
    const name = fc.oneof(fc.string({ minLength: 3, maxLength: 8 }), fc.string({ unit: 'binary', minLength: 3, maxLength: 6 }), fc.constantFrom('o’neil', 'a.b+c', 'Straße', '[x]'))
    const text = fc.oneof(fc.string({ maxLength: 70 }), fc.string({ unit: 'grapheme', maxLength: 70 }))
    fc.assert(fc.property(text, fc.array(name, { maxLength: 3 }), (password, names) => {
      for (const { pattern, isMet } of policyRules(defaultPasswordPolicy, names.filter((one) => /^[ -~]*$/.test(one)))) {
        if (pattern !== undefined && isMet && !/[\n\r\u2028\u2029]/.test(password)) expect(new RegExp(pattern, 'u').test(password)).toBe(isMet(password))
      }
    }), { numRuns: 300 })
  })

  test('a password that meets them still does with more behind it, up to the longest', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (more) => broken(`Aa1!aaaa${more}`).length === 0 || broken(`Aa1!aaaa${more}`).includes('length')))
  })
})

describe('hashes', () => {
  test('are proved by the same password and by no other', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 80 }), async (right, wrong) => {
      const hash = await hashes.hash(right)
      expect(hashForm(hash)).toBe('keyed-bcrypt')
      expect(await hashes.verify(right, hash)).toBe(true)
      expect(await hashes.verify(wrong, hash)).toBe(wrong.normalize('NFC') === right.normalize('NFC'))
    }), { numRuns: 30 })
  })

  test('look at every byte of a long password', async () => {
    const long = 'x'.repeat(72)
    const hash = await hashes.hash(`${long}a`)
    expect(await hashes.verify(`${long}b`, hash)).toBe(false)
    expect(await hashes.verify(long, hash)).toBe(false)
    expect(await hashes.verify(`${long}a`, hash)).toBe(true)
  })

  test('do not end at a NUL', async () => {
    const hash = await hashes.hash('before\0after')
    expect(await hashes.verify('before\0other', hash)).toBe(false)
    expect(await hashes.verify('before', hash)).toBe(false)
    expect(await hashes.verify('before\0after', hash)).toBe(true)
  })

  test('take an é for an é, whichever way a keyboard spells it', async () => {
    const hash = await hashes.hash('Caf\u00e9-1234')
    expect(await hashes.verify('Cafe\u0301-1234', hash)).toBe(true)
    expect(await hashes.verify('Cafe-1234', hash)).toBe(false)
  })

  test('are worth nothing without the key', async () => {
    const hash = await hashes.hash('Same-password-1')
    const others = new PasswordHashes({ master: new MasterKey(Buffer.alloc(32, 2)), queue: new HashQueue({ concurrency: 1 }), cost: 4 })
    expect(await others.verify('Same-password-1', hash)).toBe(false)
  })

  test.each(['$2a$', '$2b$', '$2y$'])('of other systems that begin with %s are proved as they are', async (prefix) => {
    const hash = (await bcrypt.hash('Imported-1', 4)).replace(/^\$2b\$/, prefix)
    expect(hashForm(hash)).toBe('bcrypt')
    expect(await hashes.verify('Imported-1', hash)).toBe(true)
    expect(await hashes.verify('Imported-2', hash)).toBe(false)
  })

  test.each(['', 'plain', '$1$abc$def', `$2b$31$${'a'.repeat(53)}`, `$2b$10$${'a'.repeat(52)}`, '$argon2id$v=19$m=1,t=1,p=1$YWJj$YWJj'])('that cannot be read (%j) are proved by nothing', async (hash) => {
    expect(hashForm(hash)).toBeUndefined()
    expect(await hashes.verify('', hash)).toBe(false)
  })
})
