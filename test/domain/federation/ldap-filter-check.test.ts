import fc from 'fast-check'
import { ldapFilterFault } from '../../../src/domain/federation/index.js'

test.each([
  '(uid={name})', '(&(objectClass=person)(|(uid={name})(mail={name})))', '(uid={name}*)', '(!(uid={name}))', '(sAMAccountName={name})',
])('%s is a filter', (text) => expect(ldapFilterFault(text, ['name'])).toBeUndefined())

test('a filter of groups may have the entry, the name or both', () => {
  for (const text of ['(member={dn})', '(memberUid={name})', '(|(member={dn})(memberUid={name}))', '(member:1.2.840.113556.1.4.1941:={dn})']) expect(ldapFilterFault(text, ['dn', 'name'])).toBeUndefined()
})

test.each([
  ['', 'must have {name}'], ['(uid=ada)', 'must have {name}'], ['uid={name}', 'in parentheses'], ['(uid={name}', 'parentheses match'], ['(uid={name}))', 'parentheses match'], ['(member={dn})', 'must not have {dn}'], ['(uid={})', 'must not have {}'],
  [`(uid={name}${'x'.repeat(4000)})`, 'at most 4000'],
])('%s is none', (text, words) => expect(ldapFilterFault(text, ['name'])).toContain(words))

test('whatever somebody writes is a filter or told what is wrong with it', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('(', ')', '&', '|', '!', '=', '*', '\\', '{name}', 'uid') })), (text) => {
    const fault = ldapFilterFault(text, ['name'])
    expect(fault === undefined || fault.startsWith('must ')).toBe(true)
  }))
})
