// What holds for every policy, whatever it says.
import fc from 'fast-check'
import { authorize, parsePolicy, policyOf, printPolicy, simulate, type AuthorizationRequest, type NamedPolicy, type PolicyDocument, type PolicyKind, type PolicySet, type StatementDocument } from '../../../src/domain/policy/index.js'

const account = '111122223333'
const actions = fc.constantFrom('*', 's3:*', 's3:Get*', 's3:GetObject', 'iam:*User', 'iam:CreateUser', '*:*', 'sts:?ssumeRole')
const resources = fc.constantFrom('*', 'arn:aws:s3:::a/*', 'arn:aws:s3:::a/${aws:username}', 'arn:aws:s3:::*x', 'arn:aws:iam::*:user/b', "arn:aws:s3:::${aws:y, 'a'}*")
const conditions = fc.oneof(
  fc.record({ operator: fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'ForAllValues:StringLike', 'ForAnyValue:StringEquals', 'StringNotLikeIfExists'), key: fc.constantFrom('aws:username', 'aws:TagKeys'), values: fc.uniqueArray(fc.constantFrom('ann', 'b*', '${aws:y}', ''), { minLength: 1, maxLength: 2 }) }),
  fc.record({ operator: fc.constantFrom('Bool', 'Null', 'BoolIfExists'), key: fc.constant('aws:SecureTransport'), values: fc.constantFrom(['true'], ['false']) }),
  fc.record({ operator: fc.constantFrom('NumericLessThan', 'IpAddress'), key: fc.constant('aws:z'), values: fc.constant(['10']) }).map((one) => (one.operator === 'IpAddress' ? { ...one, key: 'aws:SourceIp', values: ['10.0.0.0/8'] } : one)),
)
const listed = (values: fc.Arbitrary<string>) => fc.record({ not: fc.boolean(), values: fc.uniqueArray(values, { minLength: 1, maxLength: 3 }) })
const statement = (effect: fc.Arbitrary<'Allow' | 'Deny'>): fc.Arbitrary<StatementDocument> =>
  fc.record({ effect, actions: listed(actions), resources: listed(resources), conditions: fc.uniqueArray(conditions, { maxLength: 2, selector: ({ operator }) => operator }) })
const any = statement(fc.constantFrom('Allow', 'Deny'))
const document = (statements = any): fc.Arbitrary<PolicyDocument> =>
  fc.record({ version: fc.constantFrom('2012-10-17' as const, '2008-10-17' as const), statements: fc.array(statements, { minLength: 1, maxLength: 4 }) })

const compiled = (name: string, policy: PolicyDocument, kind: PolicyKind = 'identity'): NamedPolicy => {
  const { policy: found, faults } = policyOf(policy, kind)
  if (!found) throw new Error(JSON.stringify(faults))
  return { name, policy: found }
}

const sets: fc.Arbitrary<PolicySet> = fc.record({
  identity: fc.array(document(), { maxLength: 3 }).map((documents) => documents.map((one, index) => compiled(`i${index}`, one))),
  boundary: document().map((one) => compiled('b', one, 'boundary')),
  session: fc.array(document(), { maxLength: 2 }).map((documents) => documents.map((one, index) => compiled(`s${index}`, one, 'session'))),
}, { requiredKeys: ['identity'] })

const requests: fc.Arbitrary<AuthorizationRequest> = fc.record({
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'IAM:createuser', 'sts:AssumeRole'),
  resource: fc.constantFrom('*', 'arn:aws:s3:::a/ann', 'arn:aws:s3:::x', `arn:aws:iam::${account}:user/b`),
  resourceAccountId: fc.constant(account),
  principal: fc.constant({ arn: `arn:aws:iam::${account}:user/ann`, accountId: account, kind: 'iam-user' as const }),
  context: fc.record({ 'aws:username': fc.constantFrom('ann', 'bob'), 'aws:TagKeys': fc.constantFrom(['ann'], ['bob', 'ann'], []), 'aws:y': fc.constantFrom('ann', 'x'), 'aws:SecureTransport': fc.constantFrom('true', 'false'), 'aws:z': fc.constantFrom('9', '11'), 'aws:SourceIp': fc.constantFrom('10.1.1.1', '::1') }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string | string[]>>,
})

const withIdentity = (set: PolicySet, ...more: NamedPolicy[]): PolicySet => ({ ...set, identity: [...set.identity, ...more] })

test('a deny never loses, wherever it stands', () => {
  const denial = compiled('denial', { version: '2012-10-17', statements: [{ effect: 'Deny', actions: { not: false, values: ['*'] }, resources: { not: false, values: ['*'] }, conditions: [] }] })
  fc.assert(fc.property(sets, requests, fc.constantFrom('identity', 'boundary', 'session'), (set, request, layer) => {
    const denied = layer === 'identity' ? withIdentity(set, denial) : layer === 'boundary' ? { ...set, boundary: denial } : { ...set, session: [...(set.session ?? []), denial] }
    expect(authorize(request, denied)).toMatchObject({ allowed: false, reason: 'explicit-deny' })
  }))
})

test('a policy more never turns a denial into anything else', () => {
  fc.assert(fc.property(sets, requests, document(), (set, request, more) => {
    if (authorize(request, set).reason === 'explicit-deny') expect(authorize(request, withIdentity(set, compiled('more', more))).reason).toBe('explicit-deny')
  }))
})

test('an allow more never takes a right away', () => {
  fc.assert(fc.property(sets, requests, document(statement(fc.constant('Allow'))), (set, request, more) => {
    if (authorize(request, set).allowed) expect(authorize(request, withIdentity(set, compiled('more', more))).allowed).toBe(true)
  }))
})

test('a deny more never gives a right', () => {
  fc.assert(fc.property(sets, requests, document(statement(fc.constant('Deny'))), (set, request, more) => {
    if (!authorize(request, set).allowed) expect(authorize(request, withIdentity(set, compiled('more', more))).allowed).toBe(false)
  }))
})

test('a boundary or session policy more never gives a right', () => {
  fc.assert(fc.property(sets, requests, document(), (set, request, more) => {
    const { boundary: _, session: __, ...open } = set
    if (authorize(request, open).allowed) return
    expect(authorize(request, { ...open, boundary: compiled('more', more, 'boundary') }).allowed).toBe(false)
    expect(authorize(request, { ...open, session: [compiled('more', more, 'session')] }).allowed).toBe(false)
  }))
})

test('the order of policies and statements does not matter', () => {
  const turned = ({ name, policy }: NamedPolicy): NamedPolicy => compiled(name, { ...policy.document, statements: policy.document.statements.toReversed() }, policy.kind)
  fc.assert(fc.property(sets, requests, (set, request) => {
    const { allowed, reason, lacks } = authorize(request, set)
    const { session, boundary } = set
    const reversed = { identity: set.identity.toReversed().map(turned), ...(boundary ? { boundary: turned(boundary) } : {}), ...(session ? { session: session.toReversed().map(turned) } : {}) }
    expect(authorize(request, reversed)).toMatchObject({ allowed, reason, ...(lacks ? { lacks } : {}) })
  }))
})

test('the order of values, and the case of actions and keys, do not matter', () => {
  const swapped = (text: string): string => [...text].map((sign) => (sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase())).join('')
  fc.assert(fc.property(document(), requests, (one, request) => {
    const turned = { ...one, statements: one.statements.map((statement) => ({ ...statement, actions: { ...statement.actions, values: statement.actions.values.toReversed().map(swapped) }, conditions: statement.conditions.map(({ key, ...rest }) => ({ ...rest, key: swapped(key) })) })) }
    const context = Object.fromEntries(Object.entries(request.context).map(([key, value]) => [key.toUpperCase(), value]))
    expect(authorize({ ...request, context, action: swapped(request.action) }, { identity: [compiled('p', turned)] }).allowed).toBe(authorize(request, { identity: [compiled('p', one)] }).allowed)
  }))
})

test('a document printed reads back the same', () => {
  fc.assert(fc.property(document(), (one) => {
    const { policy } = parsePolicy(printPolicy(one), 'identity')
    expect(policy!.document).toEqual(one)
    expect(printPolicy(policy!.document)).toBe(printPolicy(one))
  }))
})

test('so does the policy of a resource', () => {
  const principals = fc.uniqueArray(fc.oneof(fc.record({ type: fc.constant('AWS' as const), value: fc.constantFrom(account, '*', `arn:aws:iam::${account}:role/x`) }), fc.record({ type: fc.constant('Service' as const), value: fc.constantFrom('ec2.amazonaws.com', 'ecs.amazonaws.com') })), { minLength: 1, selector: ({ value }) => value })
  const listed = fc.oneof(fc.constant([{ type: '*' as const, value: '*' }]), principals.map((found) => found.toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))))
  fc.assert(fc.property(document(), listed, fc.string(), (one, values, id) => {
    const full = { ...one, id, statements: one.statements.map((statement) => ({ ...statement, principals: { not: false, values } })) }
    expect(parsePolicy(printPolicy(full), 'resource').policy!.document).toEqual(full)
  }))
})

test('the statement that is said to have decided decides', () => {
  fc.assert(fc.property(sets, requests, (set, request) => {
    const { by, allowed, reason } = authorize(request, set)
    if (!by) return expect(reason).toBe('implicit-deny')
    const [simulation] = simulate([request], set)
    const named = simulation!.statements.find(({ layer, policy, statement }) => layer === by.layer && policy === by.policy && statement === by.statement)
    expect(named).toMatchObject({ applies: true, effect: allowed ? 'Allow' : 'Deny' })
  }))
})

const kinds = fc.constantFrom('identity', 'boundary', 'session', 'trust', 'resource') as fc.Arbitrary<PolicyKind>
const names = fc.constantFrom('Version', 'Statement', 'Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'Principal', 'Condition', 'AWS', 'StringLike', 'IpAddress', 'Null', 'aws:x', '__proto__', 'constructor', 'toString')
const values = fc.constantFrom('Allow', 'Deny', '*', 'iam:*', '2012-10-17', '${aws:username}', '${', 'arn:aws:s3:::x', '10.0.0.0/8', '')
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: 'medium' }, values, fc.jsonValue(), fc.array(tie('node'), { maxLength: 3 }), fc.array(fc.tuple(names, tie('node')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries) as unknown)),
})).node

test('reading never throws, whatever JSON it is given', () => {
  fc.assert(fc.property(tree, kinds, (value, kind) => {
    const { policy, faults } = parsePolicy(JSON.stringify(value), kind)
    expect(policy === undefined).toBe(faults !== undefined && faults.length > 0)
  }), { numRuns: 2000 })
})

test('reading never throws, whatever value or text it is given', () => {
  fc.assert(fc.property(fc.oneof(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true }), fc.string(), fc.json().map((text) => text.slice(0, -1))), kinds, (value, kind) => {
    expect(() => parsePolicy(value, kind)).not.toThrow()
  }), { numRuns: 1000 })
})

test('JSON is read as JSON.parse reads it', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (id, sid) => {
    const text = JSON.stringify({ Id: id, Statement: { Sid: sid.slice(0, 200), Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } })
    expect(parsePolicy(text, 'resource').policy!.document).toMatchObject({ id, statements: [{ sid: sid.slice(0, 200) }] })
  }))
})
