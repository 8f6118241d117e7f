// PATCH as a table: what was, what is asked, what becomes of it; and that no body makes it fall over.
import fc from 'fast-check'
import { Refusal } from '../../../src/platform/errors.js'
import { ScimError } from '../../../src/http/scim/errors.js'
import { splitMembers } from '../../../src/http/scim/members.js'
import { applyPatch, readPatch, readResource } from '../../../src/http/scim/patch.js'
import { groupSchema, urns, userSchema } from '../../../src/http/scim/schema.js'
import { resourceOf, userOf } from '../../../src/http/scim/user-resource.js'
import type { Value } from '../../../src/http/scim/values.js'

const jane: Value = {
  userName: 'jane', displayName: 'Jane Doe', name: { givenName: 'Jane', familyName: 'Doe' }, active: true, title: 'Engineer',
  emails: [{ value: 'jane@work.example', type: 'work', primary: true }, { value: 'jane@home.example', type: 'home' }],
  enterprise: { department: 'R&D', manager: { value: '7', displayName: 'Boss' } },
}
const patched = (operations: object[], was: Value = jane): Value => applyPatch(was, readPatch({ schemas: [urns.patch], Operations: operations }), userSchema)

const changes: [about: string, operations: object[], changed: Value][] = [
  ['a value is replaced', [{ op: 'replace', path: 'title', value: 'Chief' }], { title: 'Chief' }],
  ['whatever the case of operation and path', [{ op: 'Replace', path: 'TITLE', value: 'Chief' }], { title: 'Chief' }],
  ['with the name of the schema before it', [{ op: 'add', path: `${urns.user}:title`, value: 'Chief' }], { title: 'Chief' }],
  ['a value is removed', [{ op: 'remove', path: 'title' }], { title: undefined }],
  ['null takes away', [{ op: 'replace', path: 'title', value: null }], { title: undefined }],
  ['and so does empty text', [{ op: 'replace', path: 'title', value: '' }], { title: undefined }],
  ['what is false as text is false', [{ op: 'Replace', path: 'active', value: 'False' }], { active: false }],
  ['without a path too', [{ op: 'replace', value: { active: 'false' } }], { active: false }],
  ['a part of a structure', [{ op: 'replace', path: 'name.familyName', value: 'Bell' }], { name: { givenName: 'Jane', familyName: 'Bell' } }],
  ['a structure keeps the parts that are not named', [{ op: 'replace', path: 'name', value: { familyName: 'Bell' } }], { name: { givenName: 'Jane', familyName: 'Bell' } }],
  ['a part is removed', [{ op: 'remove', path: 'name.familyName' }], { name: { givenName: 'Jane' } }],
  ['a structure is removed', [{ op: 'remove', path: 'name' }], { name: undefined }],
  ['names of paths without a path', [{ op: 'add', value: { 'name.familyName': 'Bell', title: 'Chief', [`${urns.enterprise}:department`]: 'IT', 'emails[type eq "work"].value': 'x@work.example' } }],
    { name: { givenName: 'Jane', familyName: 'Bell' }, title: 'Chief', enterprise: { department: 'IT', manager: { value: '7', displayName: 'Boss' } }, emails: [{ value: 'x@work.example', type: 'work', primary: true }, (jane.emails as Value[])[1]] }],
  ['the extension as a structure', [{ op: 'replace', value: { [urns.enterprise]: { department: 'IT', costCenter: '1' } } }], { enterprise: { department: 'IT', costCenter: '1', manager: { value: '7', displayName: 'Boss' } } }],
  ['the extension by its path', [{ op: 'add', path: urns.enterprise, value: { employeeNumber: 4711 } }], { enterprise: { department: 'R&D', manager: { value: '7', displayName: 'Boss' }, employeeNumber: '4711' } }],
  ['the extension is removed', [{ op: 'remove', path: urns.enterprise }], { enterprise: undefined }],
  ['a manager by id alone', [{ op: 'add', path: `${urns.enterprise}:manager`, value: '8' }], { enterprise: { department: 'R&D', manager: { value: '8' } } }],
  ['a manager in a list of one', [{ op: 'replace', path: `${urns.enterprise}:manager`, value: [{ $ref: '../Users/8', value: '8' }] }], { enterprise: { department: 'R&D', manager: { value: '8' } } }],
  ['a manager is taken away', [{ op: 'replace', path: `${urns.enterprise}:manager`, value: '' }], { enterprise: { department: 'R&D' } }],
  ['the last of the extension goes', [{ op: 'remove', path: `${urns.enterprise}:manager` }, { op: 'remove', path: `${urns.enterprise}:department` }], { enterprise: undefined }],
  ['one value of a list', [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@work.example' }], { emails: [{ value: 'new@work.example', type: 'work', primary: true }, (jane.emails as Value[])[1]] }],
  ['one that is not there is made of the filter', [{ op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1' }], { phoneNumbers: [{ type: 'mobile', value: '+1' }] }],
  ['by replace too', [{ op: 'replace', path: 'phoneNumbers[type eq "mobile" and primary eq true].value', value: '+1' }], { phoneNumbers: [{ type: 'mobile', primary: true, value: '+1' }] }],
  ['nothing is made of nothing', [{ op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '' }], {}],
  ['a chosen value is replaced whole', [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'new@work.example' } }], { emails: [{ type: 'work', value: 'new@work.example' }, (jane.emails as Value[])[1]] }],
  ['chosen values are removed', [{ op: 'remove', path: 'emails[type eq "work" or value ew "nowhere"]' }], { emails: [(jane.emails as Value[])[1]] }],
  ['a part of chosen values is removed', [{ op: 'remove', path: 'emails[type eq "work"].primary' }], { emails: [{ value: 'jane@work.example', type: 'work' }, (jane.emails as Value[])[1]] }],
  ['without its value nothing is left of one', [{ op: 'remove', path: 'emails[type eq "home"].value' }], { emails: [(jane.emails as Value[])[0]] }],
  ['removal by a list', [{ op: 'Remove', path: 'emails', value: [{ value: 'JANE@home.example' }] }], { emails: [(jane.emails as Value[])[0]] }],
  ['what is not there is removed already', [{ op: 'remove', path: 'emails[type eq "other"]' }], {}],
  ['adding what is there changes nothing', [{ op: 'add', path: 'emails', value: [{ value: 'jane@home.example', type: 'home' }] }], {}],
  ['there is one main value', [{ op: 'add', path: 'emails', value: { value: 'third@x.example', primary: true } }],
    { emails: [{ value: 'jane@work.example', type: 'work' }, (jane.emails as Value[])[1], { value: 'third@x.example', primary: true }] }],
  ['a list is replaced', [{ op: 'replace', path: 'emails', value: [{ value: 'only@x.example' }] }], { emails: [{ value: 'only@x.example' }] }],
  ['a list is emptied', [{ op: 'replace', path: 'emails', value: [] }], { emails: undefined }],
  ['operations follow one another', [{ op: 'remove', path: 'emails' }, { op: 'add', path: 'emails', value: [{ value: 'a@x.example' }] }, { op: 'replace', path: 'emails.type', value: 'work' }], { emails: [{ value: 'a@x.example', type: 'work' }] }],
  ['what cannot be changed is passed over without a path', [{ op: 'replace', value: { id: '1', meta: {}, groups: [], schemas: [], title: 'Chief' } }], { title: 'Chief' }],
  ['what is not known is passed over without a path', [{ op: 'add', value: { isAdmin: true, constructor: 'x', 'urn:example:ext': { a: 1 }, password: 'x', title: 'Chief' } }], { title: 'Chief' }],
  ['what is not kept is passed over', [{ op: 'replace', path: 'password', value: 'x' }], {}],
]
test.each(changes)('%s', (_, operations, changed) => {
  const before = structuredClone(jane)
  const { ...after } = patched(operations)
  expect(after).toEqual(JSON.parse(JSON.stringify({ ...jane, ...changed })))
  expect(jane).toEqual(before)
})

const refusals: [operations: unknown, scimType: string][] = [
  [[{ op: 'remove' }], 'noTarget'],
  [[{ op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x@x.example' } }], 'noTarget'],
  [[{ op: 'add', path: 'emails[type co "o" and type ne "home" and type ne "work"].value', value: 'x@x.example' }], 'noTarget'],
  [[{ op: 'replace', path: 'id', value: '1' }], 'mutability'],
  [[{ op: 'add', path: 'groups', value: [{ value: '1' }] }], 'mutability'],
  [[{ op: 'replace', path: 'meta.created', value: 'x' }], 'mutability'],
  [[{ op: 'replace', path: 'isAdmin', value: true }], 'invalidPath'],
  [[{ op: 'replace', path: '__proto__.admin', value: true }], 'invalidPath'],
  [[{ op: 'replace', path: 'title[value eq "x"]', value: 'x' }], 'invalidPath'],
  [[{ op: 'replace', path: 'emails[type eq', value: 'x' }], 'invalidPath'],
  [[{ op: 'replace', path: 'emails[type eq]', value: 'x' }], 'invalidFilter'],
  [[{ op: 'replace', path: 'active', value: 'perhaps' }], 'invalidValue'],
  [[{ op: 'replace', path: 'title', value: { a: 1 } }], 'invalidValue'],
  [[{ op: 'replace', path: 'title', value: 'a\0b' }], 'invalidValue'],
  [[{ op: 'replace', path: 'name', value: 'Jane' }], 'invalidValue'],
  [[{ op: 'replace', value: 'x' }], 'invalidValue'],
  [[{ op: 'add', path: 'title' }], 'invalidValue'],
  [[{ op: 'move', path: 'title', value: 'x' }], 'invalidSyntax'],
  [[], 'invalidSyntax'], ['x', 'invalidSyntax'], [['x'], 'invalidSyntax'],
  [Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'title' })), 'tooMany'],
]
test.each(refusals)('%j is refused', (operations, scimType) => {
  expect(() => patched(operations as object[])).toThrow(expect.objectContaining({ status: 400, scimType }))
})

test('a body without the schema of a PATCH is refused', () => {
  expect(() => readPatch({ Operations: [{ op: 'remove', path: 'title' }] })).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }))
})

test('members are taken out of what is for the group itself', () => {
  const operations = readPatch({
    schemas: [urns.patch], Operations: [
      { op: 'add', path: 'members', value: [{ value: '1' }, { value: '2', display: 'x' }] }, { op: 'Remove', path: 'members[value eq "3"]' }, { op: 'remove', path: 'members', value: [{ value: '4' }] }, { op: 'remove', path: 'members' },
      { op: 'replace', value: { id: 'x', displayName: 'New', members: ['5'] } },
    ],
  })
  const { members, rest } = splitMembers(operations)
  expect(members).toEqual([
    { op: 'add', ids: ['1', '2'], filter: undefined }, { op: 'remove', ids: undefined, filter: { kind: 'compare', path: 'value', by: 'eq', value: '3' } }, { op: 'remove', ids: ['4'], filter: undefined },
    { op: 'remove', ids: undefined, filter: undefined }, { op: 'replace', ids: ['5'], filter: undefined },
  ])
  expect(applyPatch({ displayName: 'Old' }, rest, groupSchema)).toEqual({ displayName: 'New' })
})

test('a whole person comes back as they were written', () => {
  const written = { schemas: [urns.user, urns.enterprise], externalId: 'e-1', ...jane, [urns.enterprise]: jane.enterprise, enterprise: undefined }
  const { externalIds, profile, ...user } = userOf(readResource(written, userSchema))
  expect(resourceOf({ ...user, profile, externalIds })).toEqual({ externalId: 'e-1', ...jane })
})

const key = fc.oneof(fc.constantFrom('userName', 'name', 'name.givenName', 'emails', 'emails[type eq "work"].value', 'active', urns.enterprise, `${urns.enterprise}:manager`, '__proto__', 'constructor', 'schemas', 'id', 'members', 'value'), fc.string({ unit: 'binary', maxLength: 6 }))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom('x@y.example', 'True', '', 'work'), fc.string({ unit: 'binary', maxLength: 6 }), fc.boolean(), fc.constant(null), fc.integer(), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(key, tie('value'), { maxKeys: 5 })),
}))
const operation = fc.record({ op: fc.constantFrom('add', 'Replace', 'remove', 'x'), path: fc.option(key, { nil: undefined }), value: fc.option(value, { nil: undefined }) }, { requiredKeys: ['op'] })

test('whatever is asked, it is done or refused, and nobody gets members that are no attributes', () => {
  fc.assert(fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), (operations) => {
    try {
      const after = patched(operations)
      expect(Object.keys(after).filter((name) => ![...userSchema.attributes.map((one) => one.name), 'externalId', 'enterprise'].includes(name))).toEqual([])
      userOf(after)
      splitMembers(readPatch({ schemas: [urns.patch], Operations: operations }))
    } catch (error) {
      expect(error instanceof ScimError || error instanceof Refusal).toBe(true)
    }
  }), { numRuns: 2000 })
})
