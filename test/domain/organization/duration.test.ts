import fc from 'fast-check'
import { formatDuration, parseDuration } from '../../../src/domain/organization/duration.js'

test.each([['15m', 900], ['8h', 28_800], ['90d', 7_776_000], ['45s', 45]])('reads %s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test.each(['', '8', 'h', '0h', '1.5h', '-1h', '8H', '8 h', '1h30m', '9999999999d', '8x'])('does not read "%s"', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})

test('writes what it reads back', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000_000 }), (seconds) => parseDuration(formatDuration(seconds)) === seconds))
})

test('writes a day as hours and two as days', () => {
  expect([formatDuration(86_400), formatDuration(172_800)]).toEqual(['24h', '2d'])
})
