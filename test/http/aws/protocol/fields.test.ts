// Parameters read by their fields: what fits comes through as it was, and everything else is refused at once.
import fc from 'fast-check'
import { filled, flag, list, oneOf, optional, otherwise, readInput, structure, text, whole } from '../../../../src/http/aws/protocol/fields.js'
import { documentOf } from '../../../../src/http/aws/iam/answers.js'
import { markerOf, paging, someTags, tagKeys, tags, versionId } from '../../../../src/http/aws/iam/words.js'

const read = <S extends Parameters<typeof readInput>[0]>(shape: S, parameters: Record<string, string>) => readInput(shape, new Map(Object.entries(parameters)))
const wrong = (...problems: string[]) => expect.objectContaining({ code: 'ValidationError', status: 400, message: `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}` })

test('what is not there is undefined, or what stands in, or missing', () => {
  expect(read({ A: optional(text(1, 5)), B: otherwise('b', text(1, 5)), C: list(text(1, 5), 3) }, {})).toEqual({ A: undefined, B: 'b', C: [] })
  expect(() => read({ A: text(1, 5), B: flag, C: filled(list(text(1, 5), 3)) }, {})).toThrow(wrong('A is required', 'B is required', 'C is required'))
})

test.each([['true', true], ['True', true], ['false', false]])('%s is %s', (value, expected) => {
  expect(read({ A: flag }, { A: value })).toEqual({ A: expected })
})

test.each([['yes'], [''], ['1']])('%j is neither true nor false', (value) => {
  expect(() => read({ A: flag }, { A: value })).toThrow(wrong('A must be true or false'))
})

test.each([['-1'], ['1.5'], ['1e3'], ['11'], [' 1'], ['0x1'], ['99999999999']])('%j is no number from 0 to 10', (value) => {
  expect(() => read({ A: whole(0, 10) }, { A: value })).toThrow(wrong('A must be a whole number from 0 to 10'))
})

test('lists are read in the order of their numbers, whatever else is there', () => {
  expect(read({ A: list(text(0, 5), 10) }, { 'A.member.10': 'c', 'A.member.2': 'b', 'A.member.1': 'a', 'A.member.0': 'x', 'A.member.01': 'x', 'AB.member.1': 'x', 'A.member': 'x' })).toEqual({ A: ['a', 'b', 'c'] })
  expect(() => read({ A: list(text(0, 5), 1) }, { 'A.member.1': 'a', 'A.member.2': 'b' })).toThrow(wrong('A must have at most 1 members'))
  expect(read({ A: list(structure({ K: text(1, 5) }), 10) }, { 'A.member.1.K': 'a' })).toEqual({ A: [{ K: 'a' }] })
  expect(() => read({ A: list(structure({ K: text(1, 5) }), 10) }, { 'A.member.1.L': 'a' })).toThrow(wrong('A has a K that is required'))
})

test('tags come by their keys, and keys differ in more than case', () => {
  expect(read({ Tags: tags }, { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '' })).toEqual({ Tags: { a: '' } })
  expect(() => read({ Tags: someTags }, {})).toThrow(wrong('Tags is required'))
  expect(() => read({ TagKeys: tagKeys }, {})).toThrow(wrong('TagKeys is required'))
})

test('a version is v and a number', () => {
  expect(read({ V: versionId }, { V: 'v12' })).toEqual({ V: 12 })
  for (const value of ['v0', '1', 'v01', 'v', 'v1.2', 'V1']) expect(() => read({ V: versionId }, { V: value })).toThrow(wrong('V must be v and a number'))
})

test('a marker brings back the key that it was made of, and no other text is one', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 60 }).filter((key) => key.isWellFormed()), (key) => {
    expect(read(paging, { Marker: markerOf(key) })).toMatchObject({ Marker: key })
  }))
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 40 }), (marker) => {
    try {
      const { Marker } = read(paging, { Marker: marker })
      expect(markerOf(Marker!)).toBe(marker)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ValidationError' })
    }
  }))
})

test('whatever is sent, it is read or refused', () => {
  const shape = { A: text(1, 20, /^[a-z]+$/), B: optional(whole(0, 10)), C: list(structure({ K: text(0, 5), V: optional(flag) }), 5), D: otherwise('x', oneOf('x', 'y')), Tags: tags }
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'C.member.1.K', 'C.member.2.V', 'C.member.x', 'Tags.member.1.Key', 'Tags.member.1.Value', 'Tags.member.999999.Key', '__proto__')
  fc.assert(fc.property(fc.dictionary(name, fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('true', '5', 'abc', 'y'))), (parameters) => {
    try {
      expect(readInput(shape, new Map(Object.entries(parameters)))).toMatchObject({ A: expect.stringMatching(/^[a-z]+$/) })
    } catch (error) {
      expect(error).toMatchObject({ code: 'ValidationError', status: 400 })
    }
  }))
})

test('documents travel encoded so that they decode to what they were', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed()), (document) => {
    const encoded = documentOf(document)
    expect(encoded).toMatch(/^[A-Za-z0-9\-_.~%]*$/)
    expect(decodeURIComponent(encoded)).toBe(document)
  }))
})
