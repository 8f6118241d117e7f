import { actions, resources } from './cases/actions.js'
import { decide, type Case } from './cases/case.js'
import { addresses, arns, dates, flagsAndBytes, numbers, presence, sets, strings, together } from './cases/conditions.js'
import { layers, resourcePolicies, trust } from './cases/layers.js'
import { variables } from './cases/variables.js'

const table: Record<string, Case[]> = {
  actions, resources, strings, numbers, dates, 'flags and bytes': flagsAndBytes, addresses, ARNs: arns, 'present or missing': presence, sets, 'conditions together': together,
  variables, 'policies together': layers, 'policies of resources': resourcePolicies, 'trust policies': trust,
}

describe.each(Object.entries(table))('%s', (_, cases) => {
  test.each(cases)('$name', (row) => {
    expect(decide(row)).toBe(row.expected)
  })
})

test('the table has the cases it was promised to have, each named once', () => {
  const names = Object.values(table).flat().map(({ name }) => name)
  expect(names.length).toBeGreaterThanOrEqual(300)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
