import { Recent } from '../../src/platform/recent.js'

test('forgets what was used least recently', () => {
  const recent = new Recent<string, number>(2)
  recent.put('a', 1)
  recent.put('b', 2)
  expect(recent.find('a')).toBe(1)
  recent.put('c', 3)
  expect([recent.find('a'), recent.find('b'), recent.find('c'), recent.size]).toEqual([1, undefined, 3, 2])
})

test('replaces and removes entries', () => {
  const recent = new Recent<string, number>(2)
  recent.put('a', 1)
  recent.put('a', 2)
  expect([recent.find('a'), recent.size]).toEqual([2, 1])
  recent.remove('a')
  expect(recent.find('a')).toBeUndefined()
})
