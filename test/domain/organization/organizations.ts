// Any organization at all, and what changes make of one, for properties.
import fc from 'fast-check'
import type { Profile } from '../../../src/domain/directory/index.js'
import type { Change } from '../../../src/domain/organization/change.js'
import { fold } from '../../../src/domain/organization/raw.js'
import { nothingYet, type GroupState, type MemberState, type Snapshot } from '../../../src/domain/organization/snapshot.js'

const text = (max: number) => fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_:#"\'{}[]&*!|>%@`,.?éß漢✓~\\'), minLength: 1, maxLength: max }).filter((value) => value === value.trim())
const word = fc.string({ unit: fc.constantFrom(...'abcdefXYZ019+=,.@-_'), minLength: 1, maxLength: 12 })
const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
const host = fc.string({ unit: fc.constantFrom(...'abcdef09'), minLength: 1, maxLength: 8 })
const address = fc.tuple(host, fc.constantFrom('', '/', '/a?b=c', '/a:b')).map(([name, path]) => `https://${name}.example.com${path}`)
const minutes = (from: number, to: number) => fc.integer({ min: from, max: to }).map((value) => value * 60)
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const few = <T>(values: fc.Arbitrary<T>, same: (value: T) => string, maxLength = 4) => fc.uniqueArray(values, { selector: (value) => fold(same(value)), maxLength })
const present = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T

const policyArn = word.map((name) => `arn:aws:iam::aws:policy/${name}`)
const statement = fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: fc.constantFrom('*', 's3:Get*', ['iam:ListUsers', 'ec2:*']), Resource: fc.oneof(fc.constant('*'), fc.array(word.map((name) => `arn:aws:s3:::${name}`), { minLength: 1, maxLength: 3 })) })
const policy = fc.record({ Version: fc.constant('2012-10-17'), Statement: fc.array(statement, { minLength: 1, maxLength: 2 }) })

const accounts = few(
  fc.record({ id: digits(12), name: text(50), alias: maybe(host.filter((name) => name.length >= 3 && !/^\d{12}$/.test(name))) }),
  ({ id }) => id,
).map((list) => [{ id: '000000000001', name: 'Management' }, ...list.filter(({ id }) => id !== '000000000001')].map((account, index, all) => {
  const alias = 'alias' in account && all.findIndex((other) => 'alias' in other && other.alias === account.alias) === index ? account.alias : undefined
  return present({ ...account, alias, tags: index === 1 ? { 'cost center': 'a/b', x: '' } : undefined, email: `root${index}@example.com`, management: index === 0 })
}))

const profiles: (Profile | undefined)[] = [
  undefined,
  { title: 'Pilot: "x"', name: { formatted: 'Dr. X', honorificPrefix: 'Dr.' }, addresses: [{ formatted: '1 Main St\nLondon', primary: true }, { country: 'UK' }], enterprise: { costCenter: '007', manager: { value: 'jane' } } },
  { birthdate: '1980-02-29', phoneNumbers: [{ value: '+1 5', type: 'work' }], photos: [{ value: 'https://example.com/a.png', display: 'A' }], roles: [{ value: 'x', primary: false }], locale: 'en' },
]

const users = few(
  fc.record({ userName: word, displayName: text(30), givenName: maybe(text(10)), familyName: maybe(text(10)), active: fc.boolean(), addresses: fc.integer({ min: 0, max: 2 }), type: maybe(fc.constant('work')) }),
  ({ userName }) => userName,
  6,
).map((list) => list.map(({ addresses, type, ...user }, index) => present({
  ...user,
  emails: Array.from({ length: addresses }, (_, number) => present({ value: `u${index}.${number}@example.com`, primary: number === 0 ? (true as const) : undefined, type })),
  profile: profiles[index % profiles.length],
  externalIds: index === 1 ? [{ issuer: 'https://hr.example.com', id: 'No. 7' }] : undefined,
  password: 'none' as const,
})))

const groupNames = few(fc.record({ displayName: text(30), description: maybe(text(30)) }), ({ displayName }) => displayName)
const tagWord = word.map((text) => text.replaceAll(',', ':'))
const reference = fc.tuple(fc.constantFrom('/', '/team/', '/a/b/'), word).map(([path, name]) => `${path}${name}`)
const permissionSets = few(
  fc.record({ name: word, description: maybe(text(40)), sessionDuration: minutes(60, 720), relayState: maybe(address), managedPolicies: few(policyArn, (arn) => arn), inlinePolicy: maybe(policy), permissionsBoundary: maybe(fc.oneof(policyArn, reference)),
    customerManagedPolicies: maybe(fc.uniqueArray(reference, { minLength: 1, maxLength: 3 })), tags: maybe(fc.dictionary(tagWord, tagWord, { minKeys: 1, maxKeys: 3 })) }).map(present),
  ({ name }) => name,
)
const clients = few(
  fc.record({ name: text(30), description: maybe(text(30)), startUrl: address, icon: maybe(fc.constant('data:image/svg+xml;base64,PHN2Zy8+')), client: fc.boolean(), confidential: fc.boolean(), redirect: address, scope: maybe(fc.constant('openid email')), logo: maybe(address) }),
  ({ name }) => name,
).map((list) => list.map(({ client, confidential, redirect, scope, logo, ...application }, index) => present({
  ...application,
  clientId: client ? `client-${index}` : undefined,
  metadata: client ? present({ redirect_uris: [redirect], token_endpoint_auth_method: confidential ? undefined : 'none', scope, logo_uri: logo }) : undefined,
  hasSecret: client && confidential,
})))

const identitySources: fc.Arbitrary<Snapshot['identitySources']> = few(
  fc.record({ name: text(30), enabled: fc.boolean(), button: fc.boolean(), secondStep: fc.constantFrom('ours' as const, 'unless-theirs' as const, 'theirs' as const), scopes: fc.constantFrom<string[]>([], ['profile'], ['a:b', 'c']), match: fc.constantFrom('none' as const, 'email' as const), groups: fc.constantFrom('none' as const, 'same-name' as const, { '#a: b': 'Pilots' }), claim: maybe(text(20)), signOutThere: fc.boolean() }),
  ({ name }) => name, 3,
).map((list) => list.map(({ scopes, match, groups, claim, signOutThere, ...source }, index): Snapshot['identitySources'][number] => ({
  ...source, kind: 'oidc', hasSecret: false, domains: index === 0 ? [] : [`s${index}.example.com`], mapping: claim === undefined ? {} : { userName: claim }, provisioning: { create: true, update: false, match, administrators: false, groups },
  connection: { issuer: `https://idp${index}.example.com/a`, clientId: 'a: b', scopes, authentication: 'none', signOutThere },
})))

/** Who never asks for second factors may allow none. */
const mfa: fc.Arbitrary<Snapshot['organization']['mfa']> = fc.record({
  mode: fc.constantFrom('always', 'context', 'never'),
  whenNoDevice: fc.constantFrom('enroll', 'email', 'block', 'allow'),
  types: fc.shuffledSubarray<'totp' | 'passkey'>(['totp', 'passkey']),
}).filter(({ mode, types }) => mode === 'never' || types.length > 0)

/** Any organization that the collections could hold, without its secrets. */
export const organizations: fc.Arbitrary<Snapshot> = fc
  .record({ accounts, users, identitySources, groups: groupNames, permissionSets, applications: clients, name: text(30), portal: minutes(15, 129_600), subdomain: maybe(host), mfa, aliases: few(address, (url) => url), picks: fc.infiniteStream(fc.nat(999)) })
  .map(({ name, portal, subdomain, mfa: secondFactors, aliases, picks, ...rest }) => {
    const chance = (percent: number): boolean => (picks.next().value ?? 0) % 100 < percent
    const principals: MemberState[] = [...rest.users.map(({ userName }) => ({ user: userName })), ...rest.groups.map(({ displayName }) => ({ group: displayName }))]
    const some = (): MemberState[] => principals.filter(() => chance(40))
    // A group only holds groups that come after it, so there are no circles.
    const groups: GroupState[] = rest.groups.map((group, index) => present({
      ...group,
      externalIds: index === 1 ? [{ issuer: 'scim', id: 'g-7' }] : undefined,
      members: some().filter((member) => 'user' in member || rest.groups.findIndex(({ displayName }) => displayName === member.group) > index),
    }))
    return {
      ...nothingYet(),
      ...rest,
      organization: present({ ...nothingYet().organization, directoryId: 'd-0123456789', name, portalSession: portal, portalSubdomain: subdomain, startUrlAliases: aliases, mfa: secondFactors }),
      users: rest.users.map((user, index) => {
        const inside = groups.filter(({ members }) => members.some((member) => 'user' in member && member.user === user.userName))
        const identities = rest.identitySources.filter(() => chance(50)).map(({ name: source }) => present({ source, subject: `#u: ${index}`, groups: inside.length > 0 && chance(50) ? [inside[0]!.displayName] : undefined }))
        return present({ ...user, identities: identities.length > 0 ? identities : undefined })
      }),
      groups,
      savedViews: savedViews.filter(() => chance(60)),
      assignments: rest.accounts.flatMap(({ id }) => rest.permissionSets.flatMap((set) => some().map((principal) => ({ account: id, permissionSet: set.name, principal })))),
      applications: rest.applications.map((application) => ({ ...application, assignedTo: some() })),
    }
  })

const savedViews: Snapshot['savedViews'] = [{ name: 'Failures', filters: { outcome: 'Failure', text: ' a: b' } }, { name: 'Since', filters: { startTime: '2026-01-01T10:00' } }]

const keys = {
  account: ['accounts', (state: { id: string }) => state.id],
  user: ['users', (state: { userName: string }) => state.userName],
  group: ['groups', (state: { displayName: string }) => state.displayName],
  'permission set': ['permissionSets', (state: { name: string }) => state.name],
  application: ['applications', (state: { name: string }) => state.name],
  'saved view': ['savedViews', (state: { name: string }) => state.name],
  'identity source': ['identitySources', (state: { name: string }) => state.name],
  'trusted token issuer': ['trustedTokenIssuers', (state: { name: string }) => state.name],
  assignment: ['assignments', (state: object) => JSON.stringify(state)],
  'IAM user': ['iamUsers', (state: { account: string; userName: string }) => `${state.account}/${state.userName}`],
  'IAM group': ['iamGroups', (state: { account: string; groupName: string }) => `${state.account}/${state.groupName}`],
  role: ['roles', (state: { account: string; roleName: string }) => `${state.account}/${state.roleName}`],
  'IAM policy': ['iamPolicies', (state: { account: string; policyName: string }) => `${state.account}/${state.policyName}`],
  'identity provider': ['identityProviders', (state: { account: string; kind: string; name: string }) => `${state.account}/${state.kind} ${state.name}`],
} as const

/** What changes make of an organization, as a database would, with each secret in force as the change gave it. */
export function changed(snapshot: Snapshot, changes: Change[]): Snapshot {
  const next = structuredClone({ ...snapshot, secrets: undefined }) as unknown as Snapshot
  const passwords = new Map<string, string>()
  const secrets = new Map<string, string>()
  for (const change of changes) {
    if (change.kind === 'organization') next.organization = { directoryId: 'd-0123456789', ...change.after! }
    else if (change.kind === 'settings') next.settings = change.after!
    else {
      const [list, keyOf] = keys[change.kind] as ['users', (state: unknown) => string]
      const key = change.before && fold(keyOf(change.before))
      const states = next[list] as unknown[]
      const at = states.findIndex((state) => fold(keyOf(state)) === key)
      if (change.action === 'create') states.push(change.after)
      else states.splice(at, 1, ...(change.after ? [change.after] : []))
    }
    if (change.kind === 'user' && change.secret) passwords.set(fold(change.name), change.secret.value)
    if (change.kind === 'IAM user' && change.secret) passwords.set(`iam ${fold(change.name)}`, change.secret.value)
    if (change.kind === 'account' && change.secret) passwords.set(`root ${change.after!.id}`, change.secret.value)
    if (change.kind === 'identity source' && change.secret) secrets.set(`source ${fold(change.name)}`, change.secret)
    if (change.kind === 'application' && change.secret) secrets.set(fold(change.name), change.secret)
  }
  next.secrets = {
    matchesPassword: async (name, plain) => passwords.get(fold(name)) === plain,
    matchesPasswordHash: (name, hash) => passwords.get(fold(name)) === hash,
    matchesClientSecret: (name, plain) => secrets.get(fold(name)) === plain,
    matchesSourceSecret: (name, plain) => secrets.get(`source ${fold(name)}`) === plain,
    matchesPrincipal: async (key, plain) => passwords.get(key) === plain,
  }
  return next
}
