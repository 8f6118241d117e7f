import fc from 'fast-check'
import { matches, patternOf } from '../../../src/domain/policy/pattern.js'
import { plainTemplate, tokensOf, type Colons } from '../../../src/domain/policy/templates.js'

const compile = (text: string, colons: Colons = 'ignored') => patternOf(tokensOf(plainTemplate(text), () => undefined, colons)!)

/** The rule as simply as it can be said, and as slow: a wildcard takes nothing or one more character. */
function naive(pattern: string, text: string): boolean {
  const [first] = pattern
  if (first === undefined) return text === ''
  if (first === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)))
  return text !== '' && (first === '?' || first === text[0]) && naive(pattern.slice(1), text.slice(1))
}

/** The same for the resource of a statement: only a `*` at the end of a segment goes beyond its colon. */
function naiveResource(pattern: string, text: string, segment = 1): boolean {
  const [first] = pattern
  if (first === undefined) return text === ''
  const free = segment >= 6
  const crosses = free || pattern[1] === ':' || pattern.length === 1
  if (first === '*') return naiveResource(pattern.slice(1), text, segment) || (text !== '' && (crosses || text[0] !== ':') && naiveResource(pattern, text.slice(1), segment))
  const fits = text !== '' && (first === '?' ? free || text[0] !== ':' : first === text[0])
  return fits && naiveResource(pattern.slice(1), text.slice(1), segment + (first === ':' ? 1 : 0))
}

const patterns = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', 'é'), maxLength: 9 })
const texts = fc.string({ unit: fc.constantFrom('a', 'b', ':', 'é', 'z'), maxLength: 9 })

test('a pattern matches what the naive matcher matches', () => {
  fc.assert(fc.property(patterns, texts, (pattern, text) => {
    expect(matches(compile(pattern), text)).toBe(naive(pattern, text))
  }), { numRuns: 5000 })
})

test('so does a pattern over an ARN', () => {
  fc.assert(fc.property(patterns, texts, (pattern, text) => {
    expect(matches(compile(pattern, 'resource'), text)).toBe(naiveResource(pattern, text))
  }), { numRuns: 5000 })
})

test('so does a pattern longer than one machine word', () => {
  const long = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '*', '?'), minLength: 60, maxLength: 120 })
  const sample = (pattern: string, seed: string): string => [...pattern].map((sign, at) => (sign === '*' ? seed.slice(0, at % 3) : sign === '?' ? 'b' : sign)).join('')
  fc.assert(fc.property(long, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }), fc.nat(200), (pattern, seed, cut) => {
    const text = sample(pattern, seed)
    expect(matches(compile(pattern), text)).toBe(true)
    const shorter = text.slice(0, cut)
    const expected = new RegExp(`^${pattern.replaceAll(/\*+/g, '*').replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`)
    if (pattern.replaceAll(/[^*]/g, '').length <= 3) expect(matches(compile(pattern), shorter)).toBe(expected.test(shorter))
  }), { numRuns: 500 })
})

test.each([
  ['many stars', `${'*a'.repeat(1000)}b`, 'a'.repeat(2048)],
  ['stars around a long repetition', `*${'a'.repeat(1000)}b*`, 'a'.repeat(2048)],
  ['question marks in a long repetition', `*${'a?'.repeat(500)}b*c`, 'a'.repeat(2048)],
  ['nothing but stars', `${'*'.repeat(2000)}b`, 'a'.repeat(2048)],
  ['every character different', `*${Array.from({ length: 2000 }, (_, code) => String.fromCharCode(code + 300)).join('')}*`, Array.from({ length: 2048 }, (_, code) => String.fromCharCode((2047 - code) % 2000 + 300)).join('')],
])('%s: the steps grow with the text times a thirty-second of the pattern', (_, pattern, text) => {
  const steps = { count: 0 }
  expect(matches(compile(pattern), text, steps)).toBe(false)
  expect(steps.count).toBeLessThanOrEqual(text.length * (Math.floor(pattern.length / 32) + 1))
})

test('a text twice as long takes no more than twice the steps', () => {
  const pattern = compile(`${'*a?'.repeat(300)}b?b*`)
  const stepsFor = (length: number): number => {
    const steps = { count: 0 }
    matches(pattern, `${'a'.repeat(length)}bab`, steps)
    return steps.count
  }
  expect(stepsFor(4000)).toBeGreaterThan(0)
  expect(stepsFor(4000) / stepsFor(2000)).toBeLessThan(2.01)
})
