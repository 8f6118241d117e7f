// Conditions in SQL: every attribute by every comparison is answered or refused, and never fails.
import fc from 'fast-check'
import { Arrivals, DeletedUsers, DirectorySearch, GroupMembers, Groups, type Comparison, type Condition, type NewUser } from '../../../src/domain/directory/index.js'
import { Refusal } from '../../../src/platform/errors.js'
import type { Database } from '../../../src/platform/storage/database.js'
import { openEmpty } from '../../support/database.js'

let database: Database
let search: DirectorySearch
let arrivals: Arrivals
const person = (userName: string, more: Partial<NewUser> = {}): NewUser => ({ userName, displayName: userName, givenName: undefined, familyName: undefined, emails: [], active: true, ...more })
beforeAll(async () => {
  database = await openEmpty()
  search = new DirectorySearch(database)
  arrivals = new Arrivals(database)
  const labelled = [{ value: 'x', type: 'work', primary: true }, { value: 'y' }]
  const { id } = await arrivals.create(person('whole', {
    givenName: 'G', familyName: 'F', emails: [{ value: 'Whole@x.example', type: 'work', primary: true }], externalIds: [{ issuer: 'scim', id: 'E' }, { issuer: 'other', id: 'O' }],
    profile: { name: { formatted: 'x' }, title: 'x', phoneNumbers: labelled, photos: labelled, roles: labelled, addresses: [{ locality: 'L' }], enterprise: { department: 'D', manager: { value: 'm' } } },
  }))
  await arrivals.create(person('bare'))
  const [group] = await new Groups(database).create([{ displayName: 'Some', description: undefined, externalIds: [{ issuer: 'scim', id: 'G' }] }])
  await new GroupMembers(database).add(group!, [id], 'test')
})
afterAll(() => database.close())

const plain = ['id', 'externalId', 'meta.created', 'meta.lastModified', 'meta.resourceType', 'displayName']
const ofUsers = [
  ...plain, 'userName', 'active', 'name', 'name.givenName', 'name.familyName', 'name.formatted', 'name.middleName', 'nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'enterprise', 'enterprise.department', 'enterprise.manager',
  'enterprise.manager.value', 'emails', 'emails.value', 'emails.type', 'emails.primary', 'phoneNumbers', 'phoneNumbers.display', 'photos', 'roles', 'addresses', 'addresses.locality', 'groups', 'groups.value', 'groups.display', 'groups.type',
]
const ofGroups = [...plain, 'description', 'members', 'members.value', 'members.type', 'members.display']
const comparisons: Comparison[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const values = ['x', '', '2026-01-01T00:00:00Z', '01234567-89ab-cdef-0123-456789abcdef', 'true', true, null, 7]

async function answered(work: () => Promise<{ total: number }>): Promise<void> {
  try {
    expect((await work()).total).toBeGreaterThanOrEqual(0)
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
    expect(error).toMatchObject({ code: 'invalid-input' })
  }
}

test.each([['users', ofUsers], ['groups', ofGroups]] as const)('%s are found by every attribute, or it is refused', async (kind, paths) => {
  for (const path of paths) {
    const [list, part] = path.split('.')
    for (const by of comparisons) {
      for (const value of values) {
        const one: Condition = { kind: 'compare', path, by, value }
        await answered(() => search[kind]({ condition: { kind: 'or', of: [one, { kind: 'not', of: one }] }, limit: 1 }))
        if (part) await answered(() => search[kind]({ condition: { kind: 'some', path: list!, of: { kind: 'compare', path: part, by, value } }, limit: 1 }))
      }
    }
    await answered(() => search[kind]({ condition: { kind: 'not', of: { kind: 'present', path } }, limit: 1 }))
    for (const descending of [true, false]) await answered(() => search[kind]({ sortBy: path, descending, limit: 1 }))
  }
})

test('whoever does not meet a condition meets its opposite', async () => {
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), path: fc.constantFrom('title', 'userName', 'externalId', 'emails.value', 'name.familyName', 'enterprise.department'), by: fc.constantFrom(...comparisons), value: fc.constantFrom('x', 'whole', 'E', 'whole@x.example', 'D', '') }),
    fc.record({ kind: fc.constant('present' as const), path: fc.constantFrom('title', 'emails', 'name', 'groups', 'externalId') }))
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof({ maxDepth: 3 }, leaf, fc.record({ kind: fc.constant('not' as const), of: tie('condition') }), fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) })),
  }))
  await fc.assert(fc.asyncProperty(condition, async (one) => {
    const [found, others] = [await search.users({ condition: one, limit: 10 }), await search.users({ condition: { kind: 'not', of: one }, limit: 10 })]
    expect([...found.items, ...others.items].map(({ userName }) => userName).toSorted()).toEqual(['bare', 'whole'])
  }), { numRuns: 60 })
})

test('those who arrive together are each made or refused alone', async () => {
  const gone = await arrivals.create(person('gone', { emails: [{ value: 'gone@x.example' }] }))
  await new DeletedUsers(database).add([gone.id])
  const outcome = await Promise.allSettled([
    arrivals.create(person('Together')), arrivals.create(person('together')), arrivals.create(person('one', { emails: [{ value: 'shared@x.example' }] })), arrivals.create(person('two', { emails: [{ value: 'SHARED@x.example' }] })),
    arrivals.create(person('GONE')), arrivals.create(person('three', { emails: [{ value: 'whole@X.example' }] })), arrivals.create(person('four', { emails: [{ value: 'gone@x.example' }] })), arrivals.create(person('Whole')),
  ])
  expect(outcome.map((one) => (one.status === 'fulfilled' ? one.value.userName : (one.reason as Refusal).code))).toEqual(['Together', 'conflict', 'one', 'conflict', 'conflict', 'conflict', 'four', 'conflict'])
})
