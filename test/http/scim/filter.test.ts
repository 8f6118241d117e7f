// Filters: what they mean, what is refused, and that no text makes the reader fall over or take long.
import fc from 'fast-check'
import { ScimError } from '../../../src/http/scim/errors.js'
import { readFilter } from '../../../src/http/scim/filter.js'
import { groupSchema, userSchema } from '../../../src/http/scim/schema.js'

const compare = (path: string, by: string, value: unknown): object => ({ kind: 'compare', path, by, value })

const meanings: [filter: string, condition: object][] = [
  ['userName eq "jane"', compare('userName', 'eq', 'jane')],
  ['USERNAME EQ "jane"', compare('userName', 'eq', 'jane')],
  ['  userName   eq "a \\"quoted\\" \\u00e9" ', compare('userName', 'eq', 'a "quoted" é')],
  ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "j"', compare('userName', 'sw', 'j')],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "IT"', compare('enterprise.department', 'eq', 'IT')],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "x"', compare('enterprise.manager.value', 'eq', 'x')],
  ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName co "x"', compare('enterprise.manager.displayName', 'co', 'x')],
  ['active eq true', compare('active', 'eq', true)],
  ['active eq "False"', compare('active', 'eq', 'False')],
  ['title eq null', compare('title', 'eq', null)],
  ['title pr', { kind: 'present', path: 'title' }],
  ['title pr and userType eq "Employee"', { kind: 'and', of: [{ kind: 'present', path: 'title' }, compare('userType', 'eq', 'Employee')] }],
  ['title pr or userName eq "a" and active eq true', { kind: 'or', of: [{ kind: 'present', path: 'title' }, { kind: 'and', of: [compare('userName', 'eq', 'a'), compare('active', 'eq', true)] }] }],
  ['(title pr or userName eq "a") and active eq true', { kind: 'and', of: [{ kind: 'or', of: [{ kind: 'present', path: 'title' }, compare('userName', 'eq', 'a')] }, compare('active', 'eq', true)] }],
  ['not (title pr)', { kind: 'not', of: { kind: 'present', path: 'title' } }],
  ['not(title pr)', { kind: 'not', of: { kind: 'present', path: 'title' } }],
  ['emails co "example.com"', compare('emails', 'co', 'example.com')],
  ['emails.type eq "work"', compare('emails.type', 'eq', 'work')],
  ['emails[type eq "work" and value co "@x"]', { kind: 'some', path: 'emails', of: { kind: 'and', of: [compare('type', 'eq', 'work'), compare('value', 'co', '@x')] } }],
  ['emails[type eq "work"].value eq "a@b"', { kind: 'some', path: 'emails', of: { kind: 'and', of: [compare('type', 'eq', 'work'), compare('value', 'eq', 'a@b')] } }],
  ['meta.lastModified gt "2026-01-01T00:00:00Z"', compare('meta.lastModified', 'gt', '2026-01-01T00:00:00Z')],
  ['name.familyName ge "O\'Malley"', compare('name.familyName', 'ge', 'O\'Malley')],
]

test.each(meanings)('%s', (filter, condition) => {
  expect(readFilter(filter, userSchema)).toEqual(condition)
})

test('groups are found by their members', () => {
  expect(readFilter('members[value eq "1"] and displayName eq "a"', groupSchema)).toEqual({ kind: 'and', of: [{ kind: 'some', path: 'members', of: compare('value', 'eq', '1') }, compare('displayName', 'eq', 'a')] })
})

const deep = (levels: number): string => `${'('.repeat(levels)}title pr${')'.repeat(levels)}`
const refusals = [
  '', ' ', 'userName', 'userName eq', 'userName eq jane', 'eq "jane"', 'userName is "jane"', 'userName eq "jane', 'userName eq "jane" and', 'and userName eq "jane"', 'userName eq "a" userName eq "b"',
  '(userName eq "a"', 'userName eq "a")', 'not userName eq "a"', 'emails[type eq "work"', 'emails[]', 'emails[type eq "work"].nothing eq "x"', 'userName[value eq "x"]', 'emails[emails[value eq "x"]]', 'nothing eq "x"', '__proto__ eq "x"',
  'constructor pr', 'emails.constructor pr', 'name.__proto__ eq "x"', 'userName eq "\\ud800"', 'userName eq "\\u0000"', 'userName eq "\\x"', 'userName eq \'jane\'', 'userName eq "a"; drop table users', 'userName eq {}',
  deep(11), `userName eq "${'x'.repeat(1024)}"`, `title pr${' and title pr'.repeat(200)}`, 'password eq "x"', 'userName eq 1e999', 'userName eq 0x10',
]
test.each(refusals)('%s is refused', (filter) => {
  expect(() => readFilter(filter, userSchema)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidFilter' }))
})

test('ten levels are as deep as it goes', () => {
  expect(readFilter(deep(9), userSchema)).toEqual({ kind: 'present', path: 'title' })
})

const piece = fc.oneof(
  fc.constantFrom('userName', 'emails', 'emails[', ']', '(', ')', 'not', 'and', 'or', 'eq', 'pr', 'co', '"x"', 'true', 'null', '1', '.value', '"', '\\', 'name.givenName', 'urn:ietf:params:scim:schemas:core:2.0:User:title'), fc.string({ unit: 'binary', maxLength: 8 }))

test('whatever is written, it is read or refused', () => {
  fc.assert(fc.property(fc.oneof(fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ')), fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary', maxLength: 200 })), (filter) => {
    try {
      readFilter(filter, userSchema)
    } catch (error) {
      expect(error).toBeInstanceOf(ScimError)
      expect(error).toMatchObject({ status: 400 })
    }
  }), { numRuns: 2000 })
})

test('the longest filters are read in one pass', () => {
  for (const hard of ['('.repeat(1024), '"\\'.repeat(512), 'not('.repeat(256), 'a.'.repeat(512), 'emails['.repeat(146), `userName eq "${'\\\\'.repeat(500)}`, ' '.repeat(1024), 'x'.repeat(1024)]) {
    expect(() => readFilter(hard, userSchema)).toThrow(ScimError)
  }
})
