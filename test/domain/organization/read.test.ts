import fc from 'fast-check'
import { readOrganizationFile } from '../../../src/domain/organization/read.js'
import { nothingYet } from '../../../src/domain/organization/snapshot.js'
import { declared, faultsIn, head, outside } from './support.js'

const tenFaults = `organization:
  name: Example
  session: { portal: 91d }
  colour: blue
accounts:
  - id: 111122223333
    name: Management
    email: root@example.com
    management: true
  - id: "444455556666"
    name: Shop
    alias: shop--front
    email: Root@example.com
users:
  - userName: jane
    emails: [{ value: jane at example }]
  - userName: JANE
    password: \${NOT_THERE}
permissionSets:
  - name: Power User
assignments:
  - { account: "444455556666", permissionSet: ReadOnly, user: jane }
`

test('lists ten faults of one file at once, by line', () => {
  expect(faultsIn(tenFaults)).toEqual([
    '3 organization.session.portal: must be a length of time from 15m to 90d, such as 90m, 8h or 2d',
    '4 organization.colour: is not known here',
    '6 accounts[0].id: must be 12 digits in quotes, such as "111122223333"',
    '12 accounts[1].alias: may only have a-z, 0-9 and single hyphens inside',
    '13 accounts[1].email: is the root user address of accounts[0] already',
    '16 users[0].emails[0].value: must be a mail address, such as jane@example.com',
    '17 users[1].userName: is the user name of users[0] already',
    '18 users[1].password: takes its value from the environment variable NOT_THERE, which is not set',
    '20 permissionSets[0].name: may only have letters, digits and + = , . @ - _',
    '22 assignments[0].permissionSet: names the permission set ReadOnly, which does not exist',
  ])
})

const texts: [what: string, text: string, fault: string][] = [
  ['an empty file', '', '1 : must be a map that begins with a key such as organization:'],
  ['a list', '- a', '1 : must be a map that begins with a key such as organization:'],
  ['a tab', '\torganization: 1', '1 : is indented with a tab; YAML wants spaces'],
  ['two documents', `${head}---\na: 1`, '5 : is a second document; the file must be one'],
  ['a key written twice', `${head}accounts: []`, '5 accounts: is written twice, first on line 2'],
  ['a key that is no text', `${head}? [a]\n: 1`, '5 : has a key that is not text'],
  ['a tag', `${head}users: !people []`, '5 : has a tag (!) that is not known here'],
  ['a merge key', `${head}<<: { users: [] }`, '5 "<<": is not known here'],
  ['a key that means something to JavaScript', `${head}__proto__: { a: 1 }`, '5 __proto__: is not known here'],
  ['an open quote', 'organization: { name: "A', '1 : misses a character here or before, such as a closing quote, bracket, comma or space'],
  ['an alias of what is not there', `${head}users: *people`, '5 users: repeats &people, which is not complete before this line'],
  ['an alias inside its own anchor', `${head}users: &u [*u]`, '5 users[0]: repeats &u, which is not complete before this line'],
  ['a thousand brackets', '['.repeat(1000), '1 : is nested more than 64 levels deep'],
  ['a hundred thousand dashes', '- '.repeat(100_000), '1 : is nested more than 64 levels deep'],
]

test.each(texts)('names %s, with its line', (_, text, fault) => {
  expect(faultsIn(text)).toContain(fault)
})

const rules: [what: string, text: string, fault: string][] = [
  ['no name', 'accounts: [{ id: "111122223333", name: M, email: r@example.com, management: true }]', '1 organization.name: is required'],
  ['no management account', 'organization: { name: E }\naccounts: []', '2 accounts: must have exactly one account with management: true'],
  ['two management accounts', `${head}  - { id: "123456789012", name: B, email: b@example.com, management: true }`, '5 accounts[2].management: is true for accounts[0] already: exactly one account is the management account'],
  ['an account id twice', `${head}  - { id: "444455556666", name: B, email: b@example.com }`, '5 accounts[2].id: is the account id of accounts[1] already'],
  ['an alias like an id', `${head}  - { id: "123456789012", name: B, email: b@example.com, alias: "123456789013" }`, '5 accounts[2].alias: must not look like an account id'],
  ['SAML applications', `${head}applications: [{ name: A, saml: { metadata: { file: a.xml } } }]`, '5 applications[0].saml: is not supported by this release'],
  ['an identity source of nothing', `${head}identitySources: [{ name: A }]`, '5 identitySources[0]: must say one of oidc, saml and ldap'],
  ['a demand for second factors of no type', `${head}`.replace('name: Example', 'name: Example, mfa: { mode: always, types: [] }'), '1 organization.mfa.types: must name at least one of totp, passkey, because second factors are asked for'],
  ['a mode that there is not', `${head}`.replace('name: Example', 'name: Example, mfa: { mode: sometimes }'), '1 organization.mfa.mode: must be one of always, context, never'],
  ['an invitation to no address', `${head}users: [{ userName: a, invite: true }]`, '5 users[0].invite: needs an address in emails, which the invitation is mailed to'],
  ['an argon2id hash', `${head}users: [{ userName: a, passwordHash: "$argon2id$v=19$m=1,t=1,p=1$YQ$YQ" }]`, '5 users[0].passwordHash: is not spelled as its form demands'],
  ['a hash that is a bomb', `${head}users: [{ userName: a, passwordHash: "$argon2id$v=19$m=4194304,t=9,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ro9r/KGkh1N8TPk7lnV1p5qOAHuQja6JiHdpUivJrW4" }]`, '5 users[0].passwordHash: asks for more memory or work than a sign-in may cost (the guide to the organization file has the limits)'],
  ['a password policy that nothing meets', `${head}settings: { passwordPolicy: { minimumLength: 100, maximumLength: 80 } }`, '5 settings.passwordPolicy.minimumLength: is above maximumLength, which is 80'],
  ['a least length above the greatest there is unless told', `${head}settings: { passwordPolicy: { minimumLength: 65 } }`, '5 settings.passwordPolicy.minimumLength: is above maximumLength, which is 64'],
  ['a password policy of two styles', `${head}settings: { passwordPolicy: { style: nist, requireDigit: true } }`, '5 settings.passwordPolicy.requireDigit: cannot be true where style is nist, which asks for length alone'],
  ['a history that would cost too much', `${head}settings: { passwordPolicy: { history: 11 } }`, '5 settings.passwordPolicy.history: must be at most 10'],
  ['a key that no policy has', `${head}settings: { passwordPolicy: { minimum: 8 } }`, '5 settings.passwordPolicy.minimum: is not known here'],
  ['something that is no hash', `${head}users: [{ userName: a, passwordHash: hunter22 }]`, '5 users[0].passwordHash: is in a form that is not known: bcrypt, argon2id, scrypt and PBKDF2 are'],
  ['two first passwords', `${head}users: [{ userName: a, password: letmein-1, oneTimePassword: letmein-2 }]`, '5 users[0].oneTimePassword: cannot stand beside password: give one of password, passwordHash, oneTimePassword, invite'],
  ['a space in a user name', `${head}users: [{ userName: a b }]`, '5 users[0].userName: may only have letters, digits, marks and signs, without spaces'],
  ['a number as a user name', `${head}users: [{ userName: 12 }]`, '5 users[0].userName: must be text: put it in quotes'],
  ['an address of two people', `${head}users: [{ userName: a, emails: [{ value: a@example.com }] }, { userName: b, emails: [{ value: A@example.com }] }]`, '5 users[1].emails[0].value: is an address of users[0] already'],
  ['two primary addresses', `${head}users: [{ userName: a, emails: [{ value: a@example.com, primary: true }, { value: b@example.com, primary: true }] }]`, '5 users[0].emails[1].primary: is a second primary address'],
  ['a stranger in a group', `${head}groups: [{ displayName: G, members: [bob] }]`, '5 groups[0].members[0]: names the user bob, who does not exist'],
  ['a group in itself', `${head}groups: [{ displayName: G, members: [{ group: g }] }]`, '5 groups[0].members[0]: makes the group g a member of itself'],
  ['a circle of groups', `${head}groups:\n- { displayName: A, members: [{ group: B }] }\n- { displayName: B, members: [{ group: C }] }\n- { displayName: C, members: [{ group: A }] }`, '8 groups[2].members[0]: makes the group A a member of itself'],
  ['a member twice', `${head}users: [{ userName: a }]\ngroups: [{ displayName: A, members: [a, A] }]`, '6 groups[0].members[1]: says the same as entry [0] of this list'],
  ['a session of 13 hours', `${head}permissionSets: [{ name: A, sessionDuration: 13h }]`, '5 permissionSets[0].sessionDuration: must be a length of time from 1h to 12h, such as 90m, 8h or 2d'],
  ['a policy without statements', `${head}permissionSets: [{ name: A, inlinePolicy: { Version: "2012-10-17" } }]`, '5 permissionSets[0].inlinePolicy.Statement: must be a statement, or a list of at least one'],
  ['a policy that nobody could decide by', `${head}permissionSets: [{ name: A, inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: Perhaps, Action: s3:*, Resource: "*" }] } }]`, '5 permissionSets[0].inlinePolicy.Statement[0].Effect: is refused: "Perhaps" is no effect. Write "Allow" or "Deny", with these capitals.'],
  ['a policy too long', `${head}permissionSets: [{ name: A, inlinePolicy: { Version: "2012-10-17", Statement: [{ Sid: ${'x'.repeat(32_768)} }] } }]`, '5 permissionSets[0].inlinePolicy: must be at most 32,768 characters without white space'],
  ['a policy that is no ARN', `${head}permissionSets: [{ name: A, managedPolicies: [ReadOnlyAccess] }]`, '5 permissionSets[0].managedPolicies[0]: must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ['an assignment of nobody', `${head}permissionSets: [{ name: A }]\nassignments: [{ account: "444455556666", permissionSet: A }]`, '6 assignments[0]: must name a user or a group'],
  ['an assignment of two', `${head}permissionSets: [{ name: A }]\nusers: [{ userName: a }]\ngroups: [{ displayName: g }]\nassignments: [{ account: "444455556666", permissionSet: A, user: a, group: g }]`, '8 assignments[0]: must name a user or a group, not both'],
  ['an assignment in no account', `${head}permissionSets: [{ name: A }]\nusers: [{ userName: a }]\nassignments: [{ account: "999955556666", permissionSet: A, user: a }]`, '7 assignments[0].account: names the account 999955556666, which does not exist'],
  ['an unknown member of the client', client('software_id: x, token_endpoint_auth_method: none'), '8 applications[0].oidc.software_id: is not known here'],
  ['a short client secret', client('client_secret: short'), '8 applications[0].oidc.client_secret: must be at least 32 characters'],
  ['no client secret', client(''), '7 applications[0].oidc.client_secret: is required, or token_endpoint_auth_method: none for a public client'],
  ['a public client with a secret', client(`token_endpoint_auth_method: none, client_secret: ${'s'.repeat(32)}`), '8 applications[0].oidc.client_secret: cannot be given to a public client (token_endpoint_auth_method: none)'],
  ['http beyond this machine', client('token_endpoint_auth_method: none', 'http://wiki.example.com/cb'), '7 applications[0].oidc.redirect_uris[0]: must start with https:// (http:// is for this machine only: localhost, 127.0.0.1, [::1])'],
  ['a fragment', client('token_endpoint_auth_method: none', 'https://wiki.example.com/cb#x'), '7 applications[0].oidc.redirect_uris[0]: must not have a fragment (#)'],
  ['a wildcard', client('token_endpoint_auth_method: none', 'https://*.example.com/cb'), '7 applications[0].oidc.redirect_uris[0]: must be exact: no wildcards'],
  ['a relative address', client('token_endpoint_auth_method: none', '/cb'), '7 applications[0].oidc.redirect_uris[0]: must be an absolute address such as https://app.example.com/callback'],
  ['a password in an address', client('token_endpoint_auth_method: none', 'https://a:b@wiki.example.com/cb'), '7 applications[0].oidc.redirect_uris[0]: must not have a user name or password in it'],
]

function client(members: string, redirect = 'https://wiki.example.com/cb'): string {
  return `${head}applications:\n  - name: Wiki\n    oidc: { client_id: wiki, redirect_uris: ["${redirect}"],\n      ${members} }`
}

test.each(rules)('refuses %s', (_, text, fault) => {
  expect(faultsIn(text)).toContain(fault)
})

test('never says the value of a secret', () => {
  const text = `${head}users: [{ userName: a, password: { file: p }, passwordHash: \${HASH} }]\napplications: [{ name: A, oidc: { client_id: a, client_secret: \${SHORT} } }]`
  const faults = faultsIn(text, { env: { HASH: 'treasure-1', SHORT: 'treasure-2' }, readFile: () => 'treasure-3' })
  expect(faults.length).toBeGreaterThan(2)
  expect(faults.join()).not.toContain('treasure')
})

test('does not quote a broken text, which may hold a secret', () => {
  expect(faultsIn('users:\n  - password: "treasure" treasure\n @: treasure').join()).not.toContain('treasure')
})

test('takes secrets from the environment and from files', () => {
  const text = `${head}users: [{ userName: a, password: "\${PASSWORD_A}" }, { userName: b, oneTimePassword: { file: b.txt } }]`
  const { users } = declared(text, { env: { PASSWORD_A: 'from-the-environment' }, readFile: (path) => `from ${path}\n` })
  expect(users).toEqual([{ userName: 'a', password: 'from-the-environment' }, { userName: 'b', oneTimePassword: 'from b.txt' }])
})

test('leaves the variables of policies as they are', () => {
  const text = `${head}permissionSets: [{ name: A, inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: s3:*, Resource: "arn:aws:s3:::b/\${aws:username}" }] } }]`
  expect(declared(text).permissionSets?.[0]?.inlinePolicy?.Statement).toEqual([{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}' }])
})

test('replaces variables inside addresses', () => {
  const { applications } = declared(client('token_endpoint_auth_method: none', '${APP}/cb'), { env: { APP: 'http://localhost:8081' } })
  expect(applications?.[0]?.oidc?.redirect_uris).toEqual(['http://localhost:8081/cb'])
})

test('repeats what an alias names', () => {
  expect(declared(`${head}users: [{ userName: a, name: &n { givenName: A } }, { userName: b, name: *n }]`).users?.[1]?.name).toEqual({ givenName: 'A' })
})

test('stops aliases that multiply, at the one that is too many', () => {
  const levels = ['a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]', ...[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(', ')}]`)]
  expect(faultsIn(levels.join('\n')).filter((fault) => fault.includes('repeats too much'))).toEqual(['6 f[0]: repeats too much: aliases may not make the file many times larger'])
})

test('refuses more than 5 MB unread', () => {
  expect(faultsIn('a'.repeat(5 * 1024 * 1024 + 1))).toEqual(['1 : is larger than 5 MB'])
})

const existing = {
  ...nothingYet(),
  organization: { ...nothingYet().organization, name: 'Example', directoryId: 'd-0123456789' },
  accounts: [{ id: '111122223333', name: 'Management', email: 'root@example.com', alias: 'mgmt', management: true }],
  users: [{ userName: 'jane', displayName: 'Jane', emails: [], active: true, password: 'own' as const }],
  groups: [{ displayName: 'Inner', members: [{ group: 'Outer' }] }, { displayName: 'Outer', members: [] }],
  permissionSets: [{ name: 'ReadOnly', sessionDuration: 3600, managedPolicies: [] }],
  applications: [{ name: 'Wiki', clientId: 'wiki', metadata: {}, hasSecret: true, assignedTo: [] }],
}

test('accepts names that exist already', () => {
  const text = 'assignments: [{ account: "111122223333", permissionSet: readonly, user: JANE }]\ngroups: [{ displayName: New, members: [jane, { group: inner }] }]'
  expect(faultsIn(text, { known: existing })).toEqual([])
})

test('accepts an existing confidential client without its secret', () => {
  expect(faultsIn('applications: [{ name: Wiki, oidc: { client_id: wiki, redirect_uris: [https://wiki.example.com/cb] } }]', { known: existing })).toEqual([])
})

const beside: [what: string, text: string, fault: string][] = [
  ['another directory id', 'organization: { directoryId: d-00000000ff }', "1 organization.directoryId: cannot change: it is d-0123456789, and people's settings name it"],
  ['another management account', 'accounts: [{ id: "444455556666", name: B, email: b@example.com, management: true }]', '1 accounts[0].management: cannot be true: 111122223333 is the management account, for good'],
  ['no management account any more', 'accounts: [{ id: "111122223333", name: B, email: b@example.com, management: false }]', '1 accounts[0].management: cannot be false: this is the management account, for good'],
  ['an alias that is taken', 'accounts: [{ id: "444455556666", name: B, email: b@example.com, alias: mgmt }]', '1 accounts[0].alias: is the alias of the existing account 111122223333'],
  ['an address that is taken', 'accounts: [{ id: "444455556666", name: B, email: Root@example.com }]', '1 accounts[0].email: is the root user address of the existing account 111122223333'],
  ['a client_id that is taken', 'applications: [{ name: B, startUrl: https://b.example.com/, oidc: { client_id: wiki } }]', '1 applications[0].oidc.client_id: is the client_id of the existing application Wiki'],
  ['a circle through existing groups', 'groups: [{ displayName: Outer, members: [{ group: Inner }] }]', '1 groups[0].members[0]: makes the group Inner a member of itself'],
]

test.each(beside)('refuses, beside what exists, %s', (_, text, fault) => {
  expect(faultsIn(text, { known: existing })).toContain(fault)
})

const yamlish = fc.array(fc.constantFrom('users', 'accounts', ':', ' ', '\n', '- ', '  ', '{', '}', '[', ']', '&a', '*a', '"', "'", '|', '>', '#', '!!', '? ', ',', '---', '%', '\t', '${A}', 'id', '1', '~', '__proto__', 'oidc', 'members', 'groups', 'displayName', '@'), { maxLength: 60 }).map((parts) => parts.join(''))

test('never throws, whatever the text, and gives either a declaration or faults', () => {
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      const { declaration, faults } = readOrganizationFile(text, outside)
      return (declaration === undefined) === faults.length > 0 && faults.every(({ line = 0 }) => line >= 1)
    }),
    { numRuns: 400 },
  )
})

test('never throws, whatever the values', () => {
  const section = fc.constantFrom('organization', 'accounts', 'users', 'groups', 'permissionSets', 'assignments', 'applications', 'identitySources', 'settings')
  const key = fc.constantFrom('id', 'name', 'userName', 'displayName', 'members', 'group', 'user', 'oidc', 'assignedTo', 'emails', 'value', 'management', 'password', 'mfa', 'mode', 'inlinePolicy', 'client_secret')
  const tree = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(key, tie('value'), { maxKeys: 4 }), fc.array(tie('value'), { maxLength: 3 })),
  })).value
  fc.assert(fc.property(fc.dictionary(section, fc.oneof(fc.array(tree, { maxLength: 3 }), tree)), (file) => readOrganizationFile(JSON.stringify(file), outside).faults.length > 0))
})
