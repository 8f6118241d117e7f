import fc from 'fast-check'
import { coversAction, coversResource, meetsAction, meetsResource } from '../../../src/domain/policy/index.js'

const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 })
const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 })
const isIn = (pattern: string, one: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(one)
const everyText = fc.sample(text, 400)

test('what covers another pattern matches all that it matches, and what does not meet it matches nothing of it', () => {
  fc.assert(fc.property(glob, glob, (wide, narrow) => {
    const matched = everyText.filter((one) => isIn(narrow, one))
    if (coversAction(wide, narrow)) expect(matched.filter((one) => !isIn(wide, one))).toEqual([])
    if (!meetsAction(wide, narrow)) expect(matched.filter((one) => isIn(wide, one))).toEqual([])
    else expect(meetsAction(narrow, wide)).toBe(true)
  }), { numRuns: 400 })
})

test('a pattern meets whatever it matches, and covers itself', () => {
  fc.assert(fc.property(glob, text, (pattern, one) => {
    expect(coversAction(pattern, pattern)).toBe(true)
    expect(coversAction(pattern, one)).toBe(isIn(pattern, one))
    expect(meetsAction(pattern, one)).toBe(isIn(pattern, one))
  }), { numRuns: 400 })
})

test('actions are the same in any case, and everything is spelled in two ways', () => {
  expect(coversAction('S3:get*', 's3:GetObject')).toBe(true)
  expect(coversAction('*', '*:*')).toBe(true)
  expect(meetsAction('ec2:*', 's3:*')).toBe(false)
})

test('a wildcard of a resource stays within its part, and what a variable stands for is not certain', () => {
  expect(coversResource('arn:aws:s3:::reports/*', 'arn:aws:s3:::reports/2026/*')).toBe(true)
  expect(coversResource('arn:aws:*:thing', 'arn:aws:sqs:eu:111122223333:thing')).toBe(false)
  expect(coversResource('arn:aws:iam::*:role/a:*', 'arn:aws:iam::111122223333:role/a:b:c')).toBe(true)
  expect(coversResource('*', 'arn:aws:s3:::${aws:username}')).toBe(true)
  expect(coversResource('arn:aws:s3:::*', 'arn:aws:s3:::${aws:username}')).toBe(false)
  expect(meetsResource('arn:aws:s3:::a', 'arn:aws:s3:::${aws:username}')).toBe(true)
  expect(meetsResource('arn:aws:s3:::a*', 'arn:aws:s3:::b*')).toBe(false)
})
