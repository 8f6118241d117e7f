import fc from 'fast-check'
import { clientSecretVariable, exportOrganization } from '../../../src/domain/organization/export.js'
import { planChanges } from '../../../src/domain/organization/plan.js'
import { nothingYet } from '../../../src/domain/organization/snapshot.js'
import { changed, organizations } from './organizations.js'
import { declared } from './support.js'

const clientSecrets = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [clientSecretVariable(`client-${index}`), 'x'.repeat(40)]))

test('writes a file that rebuilds the same organization from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(organizations, async (snapshot) => {
      const declaration = declared(exportOrganization(snapshot), { env: clientSecrets })
      const rebuilt = changed(nothingYet(), await planChanges(declaration, nothingYet()))
      expect({ ...rebuilt, secrets: undefined }).toEqual({ ...snapshot, secrets: undefined })
    }),
    { numRuns: 60 },
  )
})

test('writes a file that changes nothing where it came from, even with pruning', async () => {
  await fc.assert(
    fc.asyncProperty(organizations, async (snapshot) => {
      const inForce = { ...snapshot, secrets: { ...snapshot.secrets, matchesClientSecret: () => true } }
      const declaration = declared(exportOrganization(snapshot), { env: clientSecrets, known: inForce })
      expect(await planChanges(declaration, inForce, { prune: true })).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('writes the secret of a client as a reference, and no password at all', () => {
  const snapshot = {
    ...nothingYet(),
    users: [{ userName: 'jane', displayName: 'Jane', emails: [], active: true, password: 'own' as const }],
    applications: [{ name: 'Wiki', clientId: 'wiki.2', metadata: { redirect_uris: ['https://wiki.example.com/cb'] }, hasSecret: true, assignedTo: [{ user: 'jane' }] }],
  }
  const text = exportOrganization(snapshot)
  expect(text).toContain('client_secret: ${WIKI_2_CLIENT_SECRET}')
  expect(text).not.toMatch(/password/i)
})

test.each([
  { mode: 'always', whenNoDevice: 'enroll', types: ['passkey'] },
  { mode: 'context', whenNoDevice: 'email', types: ['passkey', 'totp'] },
  { mode: 'never', whenNoDevice: 'block', types: [] },
] as const)('writes when a second factor is asked for and of which types, and reads it again: $mode, $whenNoDevice', ({ mode, whenNoDevice, types }) => {
  const mfa = { mode, whenNoDevice, types: [...types] }
  const text = exportOrganization({ ...nothingYet(), organization: { ...nothingYet().organization, name: 'Example', mfa }, accounts: [{ id: '111122223333', name: 'Main', email: 'root@example.com', management: true }] })
  expect(declared(text).organization?.mfa).toEqual(mfa)
})

test('writes the password policy as it was declared, and reads it again', () => {
  const passwordPolicy = { style: 'nist', minimumLength: 12, history: 5 }
  const text = exportOrganization({ ...nothingYet(), organization: { ...nothingYet().organization, name: 'Example' }, accounts: [{ id: '111122223333', name: 'Main', email: 'root@example.com', management: true }], settings: { passwordPolicy } })
  expect(declared(text).settings).toEqual({ passwordPolicy })
})
