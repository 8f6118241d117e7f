import fc from 'fast-check'
import { accentFault, accentOf, contrast, defaultAccent } from '../../../src/domain/settings/index.js'

const colours = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('what is no colour, and what is too light to be read, is told why', () => {
  expect(accentFault('red')).toContain('must be a colour')
  expect(accentFault('#12345')).toContain('must be a colour')
  expect(accentFault('#ffcc00')).toMatch(/contrast is 1\.3 to 1.*#[0-9a-f]{6} is the nearest/)
  expect(accentFault(defaultAccent.day.accent)).toBeUndefined()
})

test('the shade that is advised can be used', () => {
  fc.assert(fc.property(colours, (colour) => {
    const advised = /(#[0-9a-f]{6}) is the nearest/.exec(accentFault(colour) ?? '')?.[1]
    expect(advised && accentFault(advised)).toBeUndefined()
  }))
})

test('every colour without a fault can be read by day and by night, on every ground there is', () => {
  fc.assert(fc.property(colours.filter((colour) => accentFault(colour) === undefined), (colour) => {
    const { day, night } = accentOf(colour)
    for (const ground of ['#ffffff', '#f5f4ef', day.soft]) expect(contrast(day.accent, ground)).toBeGreaterThanOrEqual(4.5)
    for (const ground of ['#1e2624', '#151b1a', night.soft]) expect(contrast(night.accent, ground)).toBeGreaterThanOrEqual(4.5)
    for (const { accent, ink, press } of [day, night]) for (const ground of [accent, press]) expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
  }))
})
