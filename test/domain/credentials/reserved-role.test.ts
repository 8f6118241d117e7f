import fc from 'fast-check'
import { assumedRoleArn, assumedRoleUserId, reservedRole, sessionNameOf } from '../../../src/domain/credentials/index.js'

const wanted = { directoryId: 'd-1234567890', accountId: '111122223333', permissionSet: { id: 'ps-0123456789abcdef', name: 'ReadOnly' }, region: 'eu-central-1' }

test('names a role in the shapes that clients and policies know', () => {
  const role = reservedRole(wanted)
  expect(role.name).toMatch(/^AWSReservedSSO_ReadOnly_[0-9a-f]{16}$/)
  expect(role.id).toMatch(/^AROA[A-Z2-7]{17}$/)
  expect(role.arn).toBe(`arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/${role.name}`)
  expect(role.path).toBe('/aws-reserved/sso.amazonaws.com/eu-central-1/')
})

test('leaves the region out of the path in us-east-1', () => {
  const role = reservedRole({ ...wanted, region: 'us-east-1' })
  expect(role.arn).toBe(`arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/${role.name}`)
})

test('stays the same from one call and one release to the next', () => {
  expect(reservedRole(wanted)).toEqual(reservedRole({ ...wanted }))
  expect(reservedRole(wanted)).toMatchInlineSnapshot(`
{
  "arn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_ReadOnly_528bbb8798080e9a",
  "id": "AROARTB4SBL2OMBOMQIXR",
  "name": "AWSReservedSSO_ReadOnly_528bbb8798080e9a",
  "path": "/aws-reserved/sso.amazonaws.com/eu-central-1/",
}
`)
})

test('differs by directory, account and permission set, and its id survives a new name', () => {
  const { id } = reservedRole(wanted)
  const others = [
    reservedRole({ ...wanted, directoryId: 'd-1234567891' }),
    reservedRole({ ...wanted, accountId: '111122223334' }),
    reservedRole({ ...wanted, permissionSet: { ...wanted.permissionSet, id: 'ps-0123456789abcdee' } }),
  ]
  expect(new Set([id, ...others.map((role) => role.id)]).size).toBe(4)
  expect(reservedRole({ ...wanted, permissionSet: { ...wanted.permissionSet, name: 'Renamed' } }).id).toBe(id)
})

test('keeps within 64 characters for the longest permission set name', () => {
  expect(reservedRole({ ...wanted, permissionSet: { ...wanted.permissionSet, name: 'N'.repeat(32) } }).name).toHaveLength(64)
})

test('spells the ARN and the user id of a session', () => {
  const session = { accountId: '111122223333', roleName: 'Deploy', roleId: 'AROAABCDEFGHIJKLMNOPQ', sessionName: 'ana' }
  expect(assumedRoleArn(session)).toBe('arn:aws:sts::111122223333:assumed-role/Deploy/ana')
  expect(assumedRoleUserId(session)).toBe('AROAABCDEFGHIJKLMNOPQ:ana')
})

test.each(['ana', 'ana.b+c=d,e@example.com', 'a'.repeat(64), 'A_1', '42'])('takes %s as it is', (name) => {
  expect(sessionNameOf(name)).toBe(name)
})

test.each([
  ['a', /^a=[a-z2-7]{16}$/],
  ['Zoë', /^Zoe=[a-z2-7]{16}$/],
  ['DOMAIN\\ana', /^DOMAIN-ana=[a-z2-7]{16}$/],
  ['王芳', /^-=[a-z2-7]{16}$/],
  ['n'.repeat(128), /^n{47}=[a-z2-7]{16}$/],
])('makes a session name of %s', (name, shape) => {
  expect(sessionNameOf(name)).toMatch(shape)
})

const userName = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }), fc.stringMatching(/^[\w+=,.@-]{1,128}$/))

test('always makes 2 to 64 characters that are allowed', () => {
  fc.assert(fc.property(userName, (name) => {
    expect(sessionNameOf(name)).toMatch(/^[\w+=,.@-]{2,64}$/)
  }))
})

test('never gives two people the same name, not even to somebody who takes the name made for another', () => {
  fc.assert(fc.property(userName, userName, (one, other) => {
    fc.pre(one !== other)
    expect(sessionNameOf(one)).not.toBe(sessionNameOf(other))
  }))
  fc.assert(fc.property(userName, (name) => {
    const made = sessionNameOf(name)
    if (made !== name) expect(sessionNameOf(made)).not.toBe(made)
  }))
})
