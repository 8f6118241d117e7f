import fc from 'fast-check'
import { enrolmentUri, findPair, findStep, sixDigits, spellSecret, stepOf } from '../../../src/domain/authentication/time-codes.js'
import { appCode, oathCode } from '../../support/factors.js'
import { needs } from '../../support/needs.js'

const secret = Buffer.from('12345678901234567890')
const spelled = spellSecret(secret)
const at = 1_800_000_010_000

test('the codes of the standard’s own secret are found at the standard’s own times', () => {
  // RFC 6238, appendix B: the last six of eight digits.
  for (const [seconds, code] of [[59, '287082'], [1_111_111_109, '081804'], [1_111_111_111, '050471'], [1_234_567_890, '005924'], [2_000_000_000, '279037']] as const) {
    expect(findStep(secret, code, seconds * 1000)).toBe(stepOf(seconds * 1000))
  }
})

needs('oathtool').describe('by another program', () => {
  test('another program makes the same codes, for any instant', () => {
    fc.assert(fc.property(fc.integer({ min: 60, max: 4_000_000_000 }), (seconds) => {
      expect(findStep(secret, oathCode(spelled, seconds * 1000), seconds * 1000)).toBeDefined()
    }), { numRuns: 25 })
  })
})

test('a code counts one step back and one forward, by the device’s own clock', () => {
  for (const offset of [-3, -2, -1, 0, 1, 2, 3]) {
    const code = appCode(spelled, at + offset * 30_000)
    expect([offset, findStep(secret, code, at)]).toEqual([offset, Math.abs(offset) <= 1 ? stepOf(at) + offset : undefined])
    expect(findStep(secret, code, at, offset)).toBe(stepOf(at) + offset)
  }
})

test('two codes in a row are found wherever the clock is, within bounds, and nothing else is', () => {
  const pair = (offset: number): [string, string] => [appCode(spelled, at + offset * 30_000), appCode(spelled, at + (offset + 1) * 30_000)]
  for (const offset of [-61, -20, -1, 0, 20, 59]) expect([offset, findPair(secret, ...pair(offset), at, 60)]).toEqual([offset, stepOf(at) + offset + 1])
  for (const offset of [-62, 60]) expect([offset, findPair(secret, ...pair(offset), at, 60)]).toEqual([offset, undefined])
  const [first, second] = pair(5)
  expect(findPair(secret, second, first, at, 60)).toBeUndefined()
  expect(findPair(secret, first, first, at, 60)).toBeUndefined()
})

test('anything that people can type is six digits or nothing, and never an error', () => {
  expect(sixDigits(' 123 456\n')).toBe('123456')
  expect(sixDigits('１２３４５６')).toBeUndefined()
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789 -٣１') })), (typed) => {
    expect(sixDigits(typed) ?? '000000').toMatch(/^[0-9]{6}$/)
    expect(() => findStep(secret, typed, at)).not.toThrow()
    expect(() => findPair(secret, typed, typed, at, 2)).not.toThrow()
  }))
})

test('the picture to scan says whose it is, whatever the names hold', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (issuer, label) => {
    const uri = new URL(enrolmentUri(secret, issuer.toWellFormed(), label.toWellFormed()))
    expect([uri.protocol, uri.host, uri.searchParams.get('secret')]).toEqual(['otpauth:', 'totp', spelled])
  }))
})
