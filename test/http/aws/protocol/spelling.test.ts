// How the trail spells what was asked: nothing that opens a door.
import { hidden } from '../../../../src/platform/audit/index.js'
import { spelledObject } from '../../../../src/http/aws/protocol/spelling.js'

test('the private members of a key are hidden, wherever it stands, and its public ones are not', () => {
  const key = { kty: 'EC', crv: 'P-256', x: 'x-part', y: 'y-part', d: 'private-part' }
  expect(spelledObject({ Metadata: { jwks: { keys: [key, { kty: 'RSA', n: 'n', e: 'AQAB', p: 'private-p', qi: 'private-qi', oth: [{ r: 'private-r' }] }, { kty: 'oct', k: 'private-k' }] } } })).toEqual({
    metadata: { jwks: { keys: [{ ...key, d: hidden }, { kty: 'RSA', n: 'n', e: 'AQAB', p: hidden, qi: hidden, oth: hidden }, { kty: 'oct', k: hidden }] } },
  })
  expect(spelledObject({ Given: { d: 'no key', p: 'neither' } })).toEqual({ given: { d: 'no key', p: 'neither' } })
})

test('secrets are hidden by their names', () => {
  expect(spelledObject({ ClientSecret: 's', Metadata: { client_secret: 's', client_id: 'wiki' }, BearerToken: 't' })).toEqual({ clientSecret: hidden, metadata: { client_secret: hidden, client_id: 'wiki' }, bearerToken: hidden })
})
