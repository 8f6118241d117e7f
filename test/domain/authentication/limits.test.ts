import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits, type Limit } from '../../../src/domain/authentication/index.js'
import { inPackage } from '../../../src/platform/root.js'

const unit = (seconds: number): string => (seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`)
const row = ([name, { counts, per, amount, window, longestWait, alone }]: [string, Limit]): string =>
  `| \`${name}\` | ${counts} | ${per} | ${amount} in ${unit(window)} | ${longestWait === undefined ? 'nothing until the window ends' : `waits of 2, 4, 8 … s, up to ${unit(longestWait)}`} | ${alone} |`

test('docs/limits.md lists the limits as they are, in their order', () => {
  const rows = readFileSync(inPackage('docs/limits.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `'))
  expect(rows).toEqual(Object.entries(limits).map(row))
})

test('alone, a process allows less than all together, and every limit allows something', () => {
  for (const { amount, alone } of Object.values(limits)) {
    expect(alone).toBeLessThan(amount)
    expect(alone).toBeGreaterThan(0)
  }
})

test('every limit of the list is held somewhere', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('limits.ts'))
  const source = files.map((name) => readFileSync(join('src', name), 'utf8')).join('')
  expect(Object.keys(limits).filter((name) => !source.includes(`'${name}'`))).toEqual([])
})
