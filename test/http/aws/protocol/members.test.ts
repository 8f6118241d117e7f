// Members of JSON inputs: what fits comes through as it was, what is not known does not matter, and everything that does
// not fit is named by its path at once.
import fc from 'fast-check'
import { AwsError } from '../../../../src/http/aws/protocol/errors.js'
import { anything, flag, list, made, oneOf, optional, otherwise, readMembers, structure, text, union, whole } from '../../../../src/http/aws/protocol/members.js'
import { readToken, tokenOf } from '../../../../src/http/aws/protocol/next-token.js'

const wrong = (...problems: string[]) => expect.objectContaining({ code: 'ValidationException', status: 400, message: `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}` })

const shape = {
  Name: text(1, 5, /^[a-z]+$/, 'must be letters'), Size: otherwise(7, whole(1, 10)), On: optional(flag), Kind: optional(oneOf('A', 'B')),
  Tags: optional(list(structure({ Key: text(1, 3), Value: optional(text(0, 3)) }), { min: 1, max: 2 })), One: optional(union({ X: flag, Y: structure({ Z: text(1, 2) }) })), Doc: optional(anything),
}

test('what fits comes through, and what is not known does not matter', () => {
  expect(readMembers(shape, { Name: 'abc', Other: 1 })).toEqual({ Name: 'abc', Size: 7 })
  expect(readMembers(shape, { Name: 'abc', Size: null, On: false, Kind: 'B', Tags: [{ Key: 'k', Value: '' }, { Key: 'l', Value: null }], One: { Y: { Z: 'z' }, X: null, Q: 1 }, Doc: [{ a: null }] })).toEqual(
    { Name: 'abc', Size: 7, On: false, Kind: 'B', Tags: [{ Key: 'k', Value: '' }, { Key: 'l' }], One: { Y: { Z: 'z' } }, Doc: [{ a: null }] })
})

test('everything that does not fit is named by its path', () => {
  expect(() => readMembers(shape, { Size: '7', On: 'true', Kind: 'C', Tags: [{ Key: '' }, 'x'], One: { Y: { Z: 1 } }, Doc: 'a\0' })).toThrow(wrong(
    'Name is required', 'Size must be a whole number from 1 to 10', 'On must be true or false', 'Kind must be one of A, B', 'Tags[0].Key must have 1 to 3 characters', 'Tags[1] must be a structure', 'One.Y.Z must be text',
    'Doc has characters that it cannot have'))
  expect(() => readMembers(shape, { Name: 'abc', One: { X: true, Y: { Z: 'z' } }, Tags: [] })).toThrow(wrong('Tags must have 1 to 2 entries', 'One must have exactly one of X, Y'))
  expect(() => readMembers(shape, { Name: 'abc', One: {}, Tags: {} })).toThrow(wrong('Tags must be a list', 'One must have exactly one of X, Y'))
  expect(() => readMembers({ A: list(text(1, 1), { max: 100 }) }, { A: Array.from({ length: 100 }, () => '') })).toThrow(/^20 validation errors/)
  expect(() => readMembers({ A: made(text(1, 9), (value, tell) => (value === 'b' ? 1 : tell('must be b', '.inside'))) }, { A: 'c' })).toThrow(wrong('A.inside must be b'))
})

test('whatever comes, it is read or refused', () => {
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(shape)), fc.jsonValue()), (input) => {
    try {
      readMembers(shape, input)
    } catch (error) {
      expect(error).toBeInstanceOf(AwsError)
    }
  }))
})

test('a token is good where it was given, and nowhere else', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (key, other) => {
    const place = { operation: 'ListThings', accountId: '111122223333', filters: { Path: '/' } }
    const wellFormed = key.toWellFormed()
    const token = tokenOf(place, wellFormed)
    expect(token).toMatch(/^[-\w]+$/)
    expect(readToken(place, token)).toBe(wellFormed)
    for (const elsewhere of [{ ...place, operation: 'ListOthers' }, { ...place, accountId: '444455556666' }, { ...place, filters: { Path: '/a' } }]) expect(() => readToken(elsewhere, token)).toThrow(/NextToken/)
    if (other !== token) expect(() => readToken(place, other)).toThrow(/NextToken/)
  }))
})
