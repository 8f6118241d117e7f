// A table of documents with one fault each: the place, the code, and that there is a sentence on how to mend it.
import { ceilings, parsePolicy, policyLimits, type PolicyFault, type PolicyKind } from '../../../src/domain/policy/index.js'

const fine = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }
const trusting = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }
const of = (...statements: unknown[]) => ({ Version: '2012-10-17', Statement: statements })
const changed = (statement: Record<string, unknown>, change: Record<string, unknown>) => of(Object.fromEntries(Object.entries({ ...statement, ...change }).filter(([, value]) => value !== undefined)))
const condition = (operator: string, value: unknown) => changed(fine, { Condition: { [operator]: { 'aws:x': value } } })

type Row = [name: string, kind: PolicyKind, source: unknown, path: string, code: string]

const rows: Row[] = [
  ['no JSON', 'identity', '{"Version"', '', 'not-json'],
  ['an empty text', 'identity', '', '', 'not-json'],
  ['white space only', 'identity', ' \n ', '', 'not-json'],
  ['something after the end', 'identity', `${JSON.stringify(of(fine))} {}`, '', 'not-json'],
  ['a comma too many', 'identity', '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*",}]}', '', 'not-json'],
  ['single quotes', 'identity', "{'Statement':[]}", '', 'not-json'],
  ['a comment', 'identity', '{"Statement":[] /* none */}', '', 'not-json'],
  ['a text over two lines', 'identity', '{"Statement":"a\nb"}', '', 'not-json'],
  ['an unknown escape', 'identity', '{"Id":"\\x"}', '', 'not-json'],
  ['a number that is none', 'identity', '{"Id":01}', '', 'not-json'],
  ['a list', 'identity', [fine], '', 'wrong-type'],
  ['a text', 'identity', '"policy"', '', 'wrong-type'],
  ['null', 'identity', null, '', 'wrong-type'],
  ['a version that is none', 'identity', { Version: '2026-01-01', Statement: [fine] }, 'Version', 'unknown-version'],
  ['a version that is a number', 'identity', { Version: 2012, Statement: [fine] }, 'Version', 'wrong-type'],
  ['an Id that is no text', 'identity', { Id: {}, Statement: [fine] }, 'Id', 'wrong-type'],
  ['an unknown element', 'identity', { ...of(fine), Comment: 'x' }, 'Comment', 'unknown-element'],
  ['no Statement', 'identity', { Version: '2012-10-17' }, 'Statement', 'missing-statement'],
  ['no statement in the list', 'identity', of(), 'Statement', 'missing-statement'],
  ['a statement that is a text', 'identity', of('x'), 'Statement[0]', 'wrong-type'],
  ['an unknown element of a statement', 'identity', of(fine, { ...fine, Actions: 'x' }), 'Statement[1].Actions', 'unknown-element'],
  ['no Effect', 'identity', changed(fine, { Effect: undefined }), 'Statement[0].Effect', 'missing-effect'],
  ['an effect in small letters', 'identity', changed(fine, { Effect: 'allow' }), 'Statement[0].Effect', 'unknown-effect'],
  ['an effect that is no text', 'identity', changed(fine, { Effect: true }), 'Statement[0].Effect', 'wrong-type'],
  ['no Action', 'identity', changed(fine, { Action: undefined }), 'Statement[0].Action', 'missing-action'],
  ['both actions', 'identity', changed(fine, { NotAction: 's3:*' }), 'Statement[0].NotAction', 'both-actions'],
  ['an empty list of actions', 'identity', changed(fine, { Action: [] }), 'Statement[0].Action', 'empty'],
  ['an action without a service', 'identity', changed(fine, { Action: 'GetUser' }), 'Statement[0].Action', 'malformed-action'],
  ['an action with a wildcard for the service', 'identity', changed(fine, { Action: ['iam:GetUser', 'i*:GetUser'] }), 'Statement[0].Action[1]', 'malformed-action'],
  ['an action with a variable', 'identity', changed(fine, { Action: 'iam:${aws:username}' }), 'Statement[0].Action', 'malformed-action'],
  ['an action that is a number', 'identity', changed(fine, { Action: ['iam:GetUser', 7] }), 'Statement[0].Action[1]', 'wrong-type'],
  ['a list in a list', 'identity', changed(fine, { Action: [['iam:GetUser']] }), 'Statement[0].Action[0]', 'wrong-type'],
  ['no Resource', 'identity', changed(fine, { Resource: undefined }), 'Statement[0].Resource', 'missing-resource'],
  ['both resources', 'boundary', changed(fine, { NotResource: '*' }), 'Statement[0].NotResource', 'both-resources'],
  ['an empty list of resources', 'identity', changed(fine, { Resource: [] }), 'Statement[0].Resource', 'empty'],
  ['a resource that is no ARN', 'identity', changed(fine, { Resource: 'photos' }), 'Statement[0].Resource', 'malformed-arn'],
  ['an ARN without a partition', 'identity', changed(fine, { Resource: 'arn::s3:::x' }), 'Statement[0].Resource', 'malformed-arn'],
  ['an ARN with a wildcard for the service', 'identity', changed(fine, { Resource: ['*', 'arn:aws:s*:::x'] }), 'Statement[0].Resource[1]', 'malformed-arn'],
  ['an ARN with too few parts', 'identity', changed(fine, { Resource: 'arn:aws:logs:*:x' }), 'Statement[0].Resource', 'malformed-arn'],
  ['an ARN of wildcards alone', 'identity', changed(fine, { Resource: 'arn:*' }), 'Statement[0].Resource', 'malformed-arn'],
  ['an ARN that ends with a colon', 'identity', changed(fine, { Resource: 'arn:aws:s3:::' }), 'Statement[0].Resource', 'malformed-arn'],
  ['an ARN with a strange account', 'identity', changed(fine, { Resource: 'arn:aws:iam::my account:user/x' }), 'Statement[0].Resource', 'malformed-arn'],
  ['a variable before the fifth colon', 'identity', changed(fine, { Resource: 'arn:aws:iam::${aws:PrincipalAccount}:user/x' }), 'Statement[0].Resource', 'malformed-arn'],
  ['a variable without an end', 'identity', changed(fine, { Resource: 'arn:aws:s3:::${aws:username' }), 'Statement[0].Resource', 'malformed-variable'],
  ['a variable in a variable', 'identity', changed(fine, { Resource: 'arn:aws:s3:::${aws:PrincipalTag/${aws:username}}' }), 'Statement[0].Resource', 'malformed-variable'],
  ['an empty variable', 'identity', changed(fine, { Resource: 'arn:aws:s3:::${}' }), 'Statement[0].Resource', 'malformed-variable'],
  ['a default without quotes', 'identity', changed(fine, { Resource: 'arn:aws:s3:::${aws:username, x}' }), 'Statement[0].Resource', 'malformed-variable'],
  ['a variable of no known form in a condition', 'identity', condition('StringLike', '${*x}'), 'Statement[0].Condition.StringLike.aws:x', 'malformed-variable'],
  ['a principal in an identity policy', 'identity', changed(fine, { Principal: '*' }), 'Statement[0].Principal', 'principal-not-allowed'],
  ['a principal in a boundary', 'boundary', changed(fine, { Principal: '*' }), 'Statement[0].Principal', 'principal-not-allowed'],
  ['a principal in a session policy', 'session', changed(fine, { NotPrincipal: { AWS: '*' } }), 'Statement[0].NotPrincipal', 'principal-not-allowed'],
  ['no principal in a trust policy', 'trust', changed(trusting, { Principal: undefined }), 'Statement[0].Principal', 'missing-principal'],
  ['no principal in a resource policy', 'resource', of(fine), 'Statement[0].Principal', 'missing-principal'],
  ['both principals', 'resource', changed(fine, { Effect: 'Deny', Principal: '*', NotPrincipal: { AWS: '*' } }), 'Statement[0].NotPrincipal', 'both-principals'],
  ['NotPrincipal in a trust policy', 'trust', changed(trusting, { Principal: undefined, NotPrincipal: { AWS: '111122223333' }, Effect: 'Deny' }), 'Statement[0].NotPrincipal', 'principal-not-allowed'],
  ['NotPrincipal that allows', 'resource', changed(fine, { NotPrincipal: { AWS: '111122223333' } }), 'Statement[0].NotPrincipal', 'principal-not-allowed'],
  ['a principal that is a text', 'trust', changed(trusting, { Principal: '111122223333' }), 'Statement[0].Principal', 'wrong-type'],
  ['an empty principal', 'trust', changed(trusting, { Principal: {} }), 'Statement[0].Principal', 'empty'],
  ['a type of principal that is none', 'trust', changed(trusting, { Principal: { Aws: '111122223333' } }), 'Statement[0].Principal.Aws', 'unknown-element'],
  ['a principal with a wildcard', 'trust', changed(trusting, { Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }), 'Statement[0].Principal.AWS', 'malformed-principal'],
  ['a group as a principal', 'trust', changed(trusting, { Principal: { AWS: ['arn:aws:iam::111122223333:group/x'] } }), 'Statement[0].Principal.AWS[0]', 'malformed-principal'],
  ['an account id that is too short', 'trust', changed(trusting, { Principal: { AWS: '1111' } }), 'Statement[0].Principal.AWS', 'malformed-principal'],
  ['a service that is none', 'trust', changed(trusting, { Principal: { Service: '*' } }), 'Statement[0].Principal.Service', 'malformed-principal'],
  ['a provider that is none', 'trust', changed(trusting, { Principal: { Federated: 'https://x' } }), 'Statement[0].Principal.Federated', 'malformed-principal'],
  ['a canonical user that is none', 'resource', changed(fine, { Principal: { CanonicalUser: 'x' } }), 'Statement[0].Principal.CanonicalUser', 'malformed-principal'],
  ['a resource in a trust policy', 'trust', changed(trusting, { Resource: '*' }), 'Statement[0].Resource', 'resource-not-allowed'],
  ['another service in a trust policy', 'trust', changed(trusting, { Action: 'iam:PassRole' }), 'Statement[0].Action', 'action-not-sts'],
  ['everything in a trust policy', 'trust', changed(trusting, { Action: '*' }), 'Statement[0].Action', 'action-not-sts'],
  ['a condition that is a list', 'identity', changed(fine, { Condition: [] }), 'Statement[0].Condition', 'wrong-type'],
  ['an operator in small letters', 'identity', condition('stringequals', 'x'), 'Statement[0].Condition.stringequals', 'unknown-operator'],
  ['an operator that is none', 'identity', condition('StringContains', 'x'), 'Statement[0].Condition.StringContains', 'unknown-operator'],
  ['an operator named as what every object has', 'identity', condition('constructor', 'x'), 'Statement[0].Condition.constructor', 'unknown-operator'],
  ['a set operator that is none', 'identity', condition('ForAllValue:StringLike', 'x'), 'Statement[0].Condition.ForAllValue:StringLike', 'unknown-operator'],
  ['Null with IfExists', 'identity', condition('NullIfExists', 'true'), 'Statement[0].Condition.NullIfExists', 'unknown-operator'],
  ['an operator of a text', 'identity', changed(fine, { Condition: { StringLike: 'x' } }), 'Statement[0].Condition.StringLike', 'wrong-type'],
  ['a key without a prefix', 'identity', changed(fine, { Condition: { StringLike: { username: 'x' } } }), 'Statement[0].Condition.StringLike.username', 'malformed-key'],
  ['a value that is an object', 'identity', condition('StringLike', { x: 1 }), 'Statement[0].Condition.StringLike.aws:x', 'wrong-type'],
  ['a value that is null', 'identity', condition('StringLike', ['x', null]), 'Statement[0].Condition.StringLike.aws:x[1]', 'wrong-type'],
  ['no value', 'identity', condition('StringLike', []), 'Statement[0].Condition.StringLike.aws:x', 'empty'],
  ['a number that is none', 'identity', condition('NumericLessThan', 'ten'), 'Statement[0].Condition.NumericLessThan.aws:x', 'wrong-value'],
  ['a date that is none', 'identity', condition('DateLessThan', '2026-13-01'), 'Statement[0].Condition.DateLessThan.aws:x', 'wrong-value'],
  ['a day that is none', 'identity', condition('DateLessThan', '2026-02-29'), 'Statement[0].Condition.DateLessThan.aws:x', 'wrong-value'],
  ['a truth that is none', 'identity', condition('Bool', 'yes'), 'Statement[0].Condition.Bool.aws:x', 'wrong-value'],
  ['presence that is neither', 'identity', condition('Null', 'maybe'), 'Statement[0].Condition.Null.aws:x', 'wrong-value'],
  ['bytes that are none', 'identity', condition('BinaryEquals', '%%%'), 'Statement[0].Condition.BinaryEquals.aws:x', 'wrong-value'],
  ['an address that is none', 'identity', condition('IpAddress', '256.0.0.1'), 'Statement[0].Condition.IpAddress.aws:x', 'wrong-value'],
  ['a range that is too long', 'identity', condition('IpAddress', ['10.0.0.0/8', '10.0.0.0/33']), 'Statement[0].Condition.IpAddress.aws:x[1]', 'wrong-value'],
  ['a variable where none counts', 'identity', condition('IpAddress', '${aws:SourceIp}'), 'Statement[0].Condition.IpAddress.aws:x', 'wrong-value'],
  ['an ARN condition on no ARN', 'identity', condition('ArnLike', 'role/x'), 'Statement[0].Condition.ArnLike.aws:x', 'wrong-value'],
  ['a Sid with a space', 'identity', changed(fine, { Sid: 'Read all' }), 'Statement[0].Sid', 'malformed-sid'],
  ['a Sid that is no text', 'identity', changed(fine, { Sid: 1 }), 'Statement[0].Sid', 'wrong-type'],
  ['a Sid twice', 'identity', of({ ...fine, Sid: 'A' }, { ...fine, Sid: 'A' }), 'Statement[1].Sid', 'duplicate-sid'],
  ['a key twice', 'identity', '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}', 'Statement.Effect', 'duplicate-key'],
  ['Statement twice', 'identity', `{"Statement":${JSON.stringify(fine)},"Statement":${JSON.stringify(fine)}}`, 'Statement', 'duplicate-key'],
  ['an operator twice', 'identity', '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:x":"true"},"Bool":{"aws:y":"true"}}}}', 'Statement.Condition.Bool', 'duplicate-key'],
]

const faultsOf = (source: unknown, kind: PolicyKind, characters?: number): readonly PolicyFault[] => parsePolicy(source, kind, characters === undefined ? {} : { characters }).faults ?? []

test.each(rows)('%s is told', (_, kind, source, path, code) => {
  const faults = faultsOf(source, kind)
  expect(faults.map((fault) => [fault.path, fault.code])).toEqual([[path, code]])
  expect(faults[0]!.problem).toMatch(/\.$/)
  expect(faults[0]!.mend).toMatch(/\.$/)
})

test('all faults are told at once, each with its line', () => {
  const text = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "effect": "Allow",\n      "Action": "x",\n      "Resource": "y"\n    }\n  ]\n}'
  expect(faultsOf(text, 'identity').map(({ code, line }) => [code, line])).toEqual([['unknown-element', 5], ['missing-effect', 4], ['malformed-action', 6], ['malformed-arn', 7]])
  expect(faultsOf(text, 'identity')[0]!.mend).toBe('Write it as "Effect".')
})

test('the line of a fault in the JSON itself is told', () => {
  expect(faultsOf('{\n"Version": "2012-10-17",\n"Statement": [}\n}', 'identity')).toMatchObject([{ code: 'not-json', line: 3 }])
})

test.each([
  ['{\n  "Statement": [1, ]\n}', 'The text has a comma too many before a closing bracket, at character 20 of the line.'],
  ['{\n  "Id": "a",\n}', 'The text has a comma too many before a closing brace, at character 1 of the line.'],
  ['{"Id": yes}', 'The text has something that is no value, at character 8 of the line.'],
])('the place in the line is told: %j', (text, problem) => {
  expect(faultsOf(text, 'identity')[0]!.problem).toBe(problem)
})

test('a value that was no text has no lines', () => {
  expect(faultsOf({ Statement: [] }, 'identity')[0]).not.toHaveProperty('line')
})

test.each(['identity', 'boundary', 'session', 'resource'] as const)('a document of kind %s may have what belongs to it', (kind) => {
  const source = { Version: '2012-10-17', Id: 'any', Statement: { ...fine, Sid: '', Condition: {}, ...(kind === 'resource' ? { Principal: '*' } : {}) } }
  expect(faultsOf(source, kind)).toEqual([])
})

test('the size counts what is not white space, and the limit is where the document is kept', () => {
  const text = JSON.stringify(of(fine), null, 8)
  const size = JSON.stringify(of(fine)).length
  expect(parsePolicy(text, 'identity').policy!.size).toBe(size)
  expect(faultsOf(text, 'identity', size)).toEqual([])
  expect(faultsOf(text, 'identity', size - 1)).toMatchObject([{ code: 'too-large', path: '' }])
  expect(policyLimits.managed).toBe(6144)
})

describe('documents made to hurt', () => {
  const statements = (count: number) => JSON.stringify(of(...Array.from({ length: count }, () => ({ Effect: 'Deny', Action: '*', Resource: '*' }))))

  test('ten megabytes are refused before they are read', () => {
    expect(faultsOf(`{"Version":"${'x'.repeat(10_000_000)}"}`, 'identity')).toMatchObject([{ code: 'too-large' }])
    expect(faultsOf(' '.repeat(10_000_000), 'identity')).toMatchObject([{ code: 'too-large' }])
    expect(faultsOf({ Version: 'x'.repeat(10_000_000) }, 'identity')).toMatchObject([{ code: 'too-large' }])
  })

  test('ten thousand statements are refused', () => {
    expect(faultsOf(statements(10_000), 'identity')).toMatchObject([{ code: 'too-large' }])
    expect(faultsOf(`{"Statement":[${'0,'.repeat(9_999)}0]}`, 'identity')).toMatchObject([{ code: 'too-many-statements' }])
    expect(faultsOf(statements(ceilings.statements), 'identity')).toEqual([])
  })

  test.each([['lists', '['], ['objects', '{"a":']])('deep nesting of %s is refused', (_, opening) => {
    expect(faultsOf(opening.repeat(20_000), 'identity')).toMatchObject([{ code: 'too-deep' }])
  })

  test('no more faults are told than somebody would read', () => {
    const faults = faultsOf(of(...Array.from({ length: 900 }, () => ({}))), 'identity')
    expect(faults).toHaveLength(ceilings.faults + 1)
    expect(faults.at(-1)!.code).toBe('too-many-faults')
  })

  test('what is quoted is cut', () => {
    for (const { problem, path } of faultsOf(of({ ...fine, Action: 'x'.repeat(50_000), ['y'.repeat(50_000)]: 1 }), 'identity')) {
      expect(problem.length).toBeLessThan(300)
      expect(path.length).toBeLessThan(300)
    }
  })

  test('values that throw, go in circles or are no JSON are told, not thrown', () => {
    const circle: Record<string, unknown> = {}
    circle.Statement = circle
    const throwing = new Proxy({}, { ownKeys: () => { throw new Error('no') } })
    const endless = Object.defineProperty([], 'length', { value: 4_000_000 })
    for (const value of [circle, throwing, { toJSON: () => { throw new Error('no') } }, 1n, undefined, () => 1, Symbol('x')]) expect(faultsOf(value, 'identity')[0]!.code).toBe('not-json')
    expect(faultsOf(endless, 'identity')[0]!.code).toBe('too-large')
  })
})
