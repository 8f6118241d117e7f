// What entries and refusals of directories come to, in the words of several kinds of them.
import { InvalidCredentialsError, UnwillingToPerformError, type Client, type Entry } from 'ldapts'
import { tryBind } from '../../../src/domain/federation/ldap-binds.js'
import { claimsOf, isActive, subjectOf } from '../../../src/domain/federation/ldap-entries.js'
import { chained, comparableDn, comparedWith, filled, forAnybody, isChained } from '../../../src/domain/federation/ldap-filters.js'

const entry = (attributes: Record<string, Entry[string]>): Entry => ({ dn: 'uid=ann', ...attributes })
const now = Date.UTC(2026, 0, 1)

test.each([
  ['nothing', {}, true], ['an account in use', { userAccountControl: '512' }, true], ['a disabled account', { userAccountControl: '66050' }, false],
  ['an account without end', { accountExpires: '9223372036854775807' }, true], ['an account without end, written otherwise', { accountExpires: '0' }, true],
  ['an account that has ended', { accountExpires: '132223104000000000' }, false], ['one that ends later', { accountExpires: '138000000000000000' }, true],
  ['a day that is past', { shadowExpire: '20453' }, false], ['a day to come', { shadowExpire: '20460' }, true], ['no day', { shadowExpire: '-1' }, true],
  ['a lock without end', { pwdAccountLockedTime: '000001010000Z' }, false], ['a lock after wrong passwords', { pwdAccountLockedTime: '20260101000000Z' }, true],
  ['a lock by an administrator', { nsaccountlock: 'TRUE' }, false], ['nonsense', { userAccountControl: 'no', shadowExpire: '1e9' }, true],
])('%s says whether somebody may sign in', (_what, attributes, active) => expect(isActive(entry(attributes), now)).toBe(active))

test('what is secret, over long or nothing is not taken along', () => {
  const claims = claimsOf(entry({ userPassword: 'x', unicodePwd: Buffer.of(1), pwdHistory: ['a'], krbPrincipalKey: 'k', description: 'x'.repeat(5000), empty: [], mail: ['a@example.com', '', 'a\0b'], title: '\0', photo: Buffer.of(255, 0) }))
  expect([...claims]).toEqual([['dn', ['uid=ann']], ['mail', ['a@example.com']], ['photo', ['/wA=']]])
  expect(claimsOf(entry(Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`a${at}`, 'x'])))).size).toBe(300)
})

test('a subject is one value, of a length that can be kept', () => {
  expect(subjectOf(entry({ entryUUID: 'u-1' }), 'entryuuid')).toBe('u-1')
  expect(subjectOf(entry({}), 'DN')).toBe('uid=ann')
  for (const value of [[], ['a', 'b'], '', 'a\0b', 'ü'.repeat(600)]) expect(subjectOf(entry({ id: value }), 'id')).toBeUndefined()
  expect(subjectOf(entry({ objectGUID: Buffer.alloc(5) }), 'objectGUID')).toBeUndefined()
})

test('DNs are the same whatever their case, spaces and spelling', () => {
  expect(comparableDn('CN=Doe\\2C Jane , OU=People,DC=example')).toBe(comparableDn('cn=doe\\, jane,ou=people, dc=example'))
  expect(comparableDn('cn=a\\,b')).not.toBe(comparableDn('cn=a,b'))
})

test('filters are filled in without a sign getting a meaning', () => {
  expect(filled('(&(uid={name})(memberOf={dn}))', { name: '*)(uid=*', dn: 'cn=a\\,b' }).toString()).toBe('(&(uid=\\2a\\29\\28uid=\\2a)(memberOf=cn=a\\5c,b))')
  expect(forAnybody('(|(uid={name})(mail={name}))').toString()).toBe('(|(uid=*)(mail=*))')
  expect(comparedWith('(&(objectClass=group)(|( member={dn})(memberUid={name})))', 'dn')).toEqual(['member'])
  const chain = '(member:1.2.840.113556.1.4.1941:={dn})'
  expect([chained('(&(a=b)(member={dn}))'), chained(chain), isChained(chain), isChained('(member={dn})')]).toEqual([`(&(a=b)${chain})`, chain, true, false])
  expect([comparedWith(chain, 'dn'), forAnybody(`(&(a=b)${chain})`).toString()]).toEqual([['member'], '(&(a=b)(member=*))'])
  expect(filled(chained('(member={dn})'), { dn: 'cn=x' }).toString()).toContain('member:1.2.840.113556.1.4.1941:=cn=x')
})

describe('a refused password', () => {
  const answering = (error: Error) => ({ bind: async () => { throw error } }) as unknown as Client
  const ofMicrosoft = (code: string) => new InvalidCredentialsError(`80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${code}, v4563`)
  test.each(['530', '531', '532', '533', '701', '773', '775'])('is explained to administrators (%s)', async (code) => {
    expect(await tryBind(answering(ofMicrosoft(code)), 'cn=ann', 'x')).toEqual({ right: false, says: expect.any(String), advice: expect.any(String) })
  })

  test.each(['525', '52e', '0'])('is just refused where there is nothing else to it (%s)', async (code) => {
    expect(await tryBind(answering(ofMicrosoft(code)), 'cn=ann', 'x')).toEqual({ right: false })
  })

  test('is not what an outage is taken for', async () => {
    expect(await tryBind(answering(new UnwillingToPerformError('locked')), 'cn=ann', 'x')).toMatchObject({ right: false, says: expect.stringContaining('53') })
    await expect(tryBind(answering(new Error('Connection closed')), 'cn=ann', 'x')).rejects.toThrow('closed')
    for (const dn of ['', ' ']) expect((await tryBind(answering(new Error('asked')), dn, 'x')).right).toBe(false)
  })
})
