import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { Credentials, longestSession, type AssumedRole, type RevocationSubject, type SessionPrincipal } from '../../../src/domain/credentials/index.js'
import { decodeToken, encodeToken } from '../../../src/domain/credentials/session-token.js'
import { MasterKey } from '../../../src/platform/keys/master-key.js'

const principal: AssumedRole = {
  kind: 'assumed-role',
  accountId: '111122223333',
  roleName: 'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
  roleId: 'AROAABCDEFGHIJKLMNOPQ',
  sessionName: 'ana@example.com',
  permissionSet: { id: 'ps-0123456789abcdef', name: 'AdministratorAccess' },
  userId: '906f2d10-0000-4000-8000-000000000001',
}

function setUp({ master = new MasterKey(randomBytes(32)), revoked = [] as RevocationSubject[] } = {}) {
  const time = { now: 1_763_683_200_123 }
  const asked: RevocationSubject[][] = []
  const revocations = {
    check: (subjects: readonly RevocationSubject[]) => {
      asked.push([...subjects])
      return subjects.some(({ kind, subject }) => revoked.some((one) => one.kind === kind && one.subject === subject)) ? 'revoked' as const : 'in-force' as const
    },
  }
  return { time, asked, revoked, master, credentials: new Credentials({ master, clock: () => time.now, revocations }) }
}

test('issues credentials in the shapes that clients expect', () => {
  const { credentials } = setUp()
  const issued = credentials.issue({ principal, durationSeconds: 3600 })
  expect(issued.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(issued.secretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/)
  expect(issued.sessionToken).toMatch(/^[A-Za-z0-9/+]+=*$/)
  expect(issued.sessionToken.length).toBeLessThan(600)
  expect(issued.expiration).toBe(1_763_683_200_000 + 3_600_000)
})

test('opens the session with all that was put in, and the secret', () => {
  const { credentials, master } = setUp()
  fc.assert(fc.property(
    fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 })),
    fc.array(fc.string({ maxLength: 4000 }), { maxLength: 4 }),
    fc.option(fc.string(), { nil: undefined }),
    (tags, policies, sourceIdentity) => {
      const who = sourceIdentity === undefined ? principal : { ...principal, sourceIdentity }
      const issued = credentials.issue({ principal: who, durationSeconds: 900, tags, policies })
      // Another node with the same master key knows nothing but the token.
      const { session } = setUp({ master }).credentials.open(issued)
      expect(session).toEqual({
        accessKeyId: issued.accessKeyId, secretAccessKey: issued.secretAccessKey, principal: who, tags, policies,
        issuedAt: 1_763_683_200_123, expiresAt: issued.expiration,
      })
    },
  ))
})

test('carries a principal without a permission set or a person', () => {
  const { credentials } = setUp()
  const bare: AssumedRole = { kind: 'assumed-role', accountId: '111122223333', roleName: 'Deploy', roleId: principal.roleId, sessionName: 'ci' }
  expect(credentials.open(credentials.issue({ principal: bare, durationSeconds: 900 })).session?.principal).toEqual(bare)
})

const others: SessionPrincipal[] = [
  { kind: 'iam-user', accountId: '111122223333', iamUserId: 'AIDAABCDEFGHIJKLMNOPQ' },
  { kind: 'root', accountId: '111122223333' },
  { kind: 'federated-user', accountId: '111122223333', name: 'Ana', iamUserId: 'AIDAABCDEFGHIJKLMNOPQ' },
  { kind: 'federated-user', accountId: '111122223333', name: 'Ana' },
  { ...principal, assumedBy: 'web-identity', federation: { provider: 'arn:aws:iam::111122223333:oidc-provider/ci.example.com', audience: 'sts', subject: 'repo:acme' }, sourceIdentity: 'jane' },
]

test.each(others)('carries $kind with tags that pass on, and when a second factor was proved', (who) => {
  const { credentials } = setUp()
  const given = { principal: who, tags: { team: 'a', __proto__: 'x' }, transitiveTagKeys: ['team'], policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'], mfaAt: 1_763_683_100_000 }
  expect(credentials.open(credentials.issue({ ...given, durationSeconds: 900 })).session).toMatchObject(given)
})

test.each([[others[0]!, 'AIDAABCDEFGHIJKLMNOPQ'], [others[1]!, '111122223333'], [others[2]!, 'AIDAABCDEFGHIJKLMNOPQ'], [others[3]!, '111122223333']])('a session of %j ends with those of %s', (who, subject) => {
  const { credentials, revoked } = setUp()
  const issued = credentials.issue({ principal: who, durationSeconds: 900 })
  expect(credentials.open(issued).session).toBeDefined()
  revoked.push({ kind: 'user', subject })
  expect(credentials.open(issued)).toEqual({ refused: 'revoked' })
})

test('a plain role is spelled as every release reads it, and what it spells is read', () => {
  const content = { accessKeyId: 'ASIAABCDEFGHIJKLMNOP', principal, tags: {}, policies: [], issuedAt: 1, expiresAt: 2 }
  const spelled = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify([
    'ASIAABCDEFGHIJKLMNOP', principal.accountId, principal.roleName, principal.roleId, principal.sessionName, 1, 2, principal.userId, principal.permissionSet!.id, principal.permissionSet!.name, 0, [], [],
  ]))])
  expect(encodeToken(content)).toEqual(spelled)
  expect(decodeToken(spelled)).toEqual(content)
  expect(decodeToken(Buffer.concat([Buffer.of(9), spelled.subarray(1)]))).toBeUndefined()
})

test('keeps a token with long policies far shorter than the policies', () => {
  const { credentials } = setUp()
  const policies = [JSON.stringify({ Statement: Array.from({ length: 100 }, (_, i) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::bucket-${i}/*` })) })]
  const issued = credentials.issue({ principal, durationSeconds: 900, policies })
  expect(issued.sessionToken.length).toBeLessThan(policies[0]!.length / 3)
  expect(credentials.open(issued).session?.policies).toEqual(policies)
})

test('does not open a token with any bit flipped', () => {
  const { credentials } = setUp()
  const { accessKeyId, sessionToken } = credentials.issue({ principal, durationSeconds: 3600 })
  const bytes = Buffer.from(sessionToken, 'base64')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7))
    expect(credentials.open({ accessKeyId, sessionToken: changed.toString('base64') })).toEqual({ refused: 'invalid' })
  }
})

test('does not open another spelling of a token, or anything else', () => {
  const { credentials } = setUp()
  const { accessKeyId, sessionToken } = credentials.issue({ principal, durationSeconds: 3600 })
  const spellings = [` ${sessionToken}`, `${sessionToken}=`, `${sessionToken}\n`, sessionToken.slice(0, -4), `${sessionToken}AAAA`, Buffer.from(sessionToken, 'base64').toString('hex'), '', 'A'.repeat(100_000)]
  for (const spelling of spellings) expect(credentials.open({ accessKeyId, sessionToken: spelling })).toEqual({ refused: 'invalid' })
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
    expect(credentials.open({ accessKeyId, sessionToken: text })).toEqual({ refused: 'invalid' })
  }))
})

test('never opens a token under another master key', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (one, other) => {
    fc.pre(!Buffer.from(one).equals(Buffer.from(other)))
    const issued = setUp({ master: new MasterKey(Buffer.from(one)) }).credentials.issue({ principal, durationSeconds: 900 })
    expect(setUp({ master: new MasterKey(Buffer.from(other)) }).credentials.open(issued)).toEqual({ refused: 'invalid' })
  }))
})

test('does not open a token for the access key of another', () => {
  const { credentials } = setUp()
  const one = credentials.issue({ principal, durationSeconds: 900 })
  const two = credentials.issue({ principal, durationSeconds: 900 })
  expect(one.secretAccessKey).not.toBe(two.secretAccessKey)
  expect(credentials.open({ accessKeyId: one.accessKeyId, sessionToken: two.sessionToken })).toEqual({ refused: 'invalid' })
  expect(credentials.open(two).session).toBeDefined()
  expect(credentials.open({ accessKeyId: one.accessKeyId, sessionToken: two.sessionToken })).toEqual({ refused: 'invalid' })
})

test('says that a token is expired from its expiration on, also when it was opened before', () => {
  const { credentials, time } = setUp()
  const issued = credentials.issue({ principal, durationSeconds: 900 })
  time.now = issued.expiration - 1
  expect(credentials.open(issued).session).toBeDefined()
  time.now = issued.expiration
  expect(credentials.open(issued)).toEqual({ refused: 'expired' })
  expect(credentials.open(issued)).toEqual({ refused: 'expired' })
})

test('says that a token is revoked by session, role or person, also when it was opened before', () => {
  for (const kind of ['session', 'role', 'user'] as const) {
    const { credentials, revoked, asked } = setUp()
    const issued = credentials.issue({ principal, durationSeconds: 900 })
    expect(credentials.open(issued).session).toBeDefined()
    revoked.push(asked[0]!.find((one) => one.kind === kind)!)
    expect(credentials.open(issued)).toEqual({ refused: 'revoked' })
  }
})

test('asks for revocations of the session, the role and the person', () => {
  const { credentials, asked } = setUp()
  const issued = credentials.issue({ principal, durationSeconds: 900 })
  credentials.open(issued)
  expect(asked).toEqual([[
    { kind: 'session', subject: issued.accessKeyId },
    { kind: 'account', subject: principal.accountId },
    { kind: 'role', subject: principal.roleId },
    { kind: 'user', subject: principal.userId },
  ]])
})

test.each([0, -1, 0.5, Number.NaN, longestSession + 1])('refuses to issue for %p seconds', (durationSeconds) => {
  expect(() => setUp().credentials.issue({ principal, durationSeconds })).toThrow(expect.objectContaining({ code: 'invalid-input' }))
})
