// What condition operators say to what a request holds.
import type { RequestContext } from '../../../../src/domain/policy/index.js'
import { allow, row, type Case } from './case.js'

type Values = unknown

const asked = (operator: string, key: string, values: Values, context: RequestContext, expected: boolean): Case =>
  row(`${operator} ${key} ${JSON.stringify(values)} ${expected ? 'holds' : 'does not hold'} for ${JSON.stringify(context)}`,
    { identity: [allow('*', '*', { Condition: { [operator]: { [key]: values } } })] }, { with: context }, expected ? 'allowed identity.0' : 'lacks identity')

/** Many values of one key against one condition. */
const each = (operator: string, key: string, values: Values, holds: (string | string[])[], fails: (string | string[])[]): Case[] => [
  ...holds.map((value) => asked(operator, key, values, { [key]: value }, true)),
  ...fails.map((value) => asked(operator, key, values, { [key]: value }, false)),
]

const missing = (operator: string, values: Values, expected: boolean): Case => asked(operator, 'aws:x', values, {}, expected)

export const strings: Case[] = [
  ...each('StringEquals', 'aws:username', 'ann', ['ann'], ['Ann', 'anna', 'an', '']),
  ...each('StringEquals', 'aws:username', ['ann', 'bob'], ['ann', 'bob'], ['eve']),
  ...each('StringEquals', 'aws:username', 'a*', ['a*'], ['ann']),
  ...each('StringEquals', 'aws:username', '', [''], ['a']),
  ...each('StringNotEquals', 'aws:username', 'ann', ['Ann', 'bob'], ['ann']),
  ...each('StringNotEquals', 'aws:username', ['ann', 'bob'], ['eve'], ['ann', 'bob']),
  ...each('StringEqualsIgnoreCase', 'aws:username', 'ANN', ['ann', 'Ann', 'ANN'], ['bob']),
  ...each('StringNotEqualsIgnoreCase', 'aws:username', 'ANN', ['bob'], ['ann', 'ANN']),
  ...each('StringLike', 'aws:username', 'a*', ['a', 'ann', 'a:b/c'], ['ban', 'Ann', '']),
  ...each('StringLike', 'aws:username', '*n?', ['ann', 'no'], ['n', 'nan:x']),
  ...each('StringLike', 'aws:username', ['a*', '*z'], ['ann', 'buzz'], ['bob']),
  ...each('StringLike', 'aws:username', '*', ['', 'anything'], []),
  ...each('StringLike', 'aws:username', '?*', ['a'], ['']),
  ...each('StringNotLike', 'aws:username', 'a*', ['bob'], ['ann']),
  ...each('StringNotLike', 'aws:username', ['a*', 'b*'], ['eve'], ['ann', 'bob']),
  ...each('StringEquals', 'aws:x', 5, ['5'], ['05']),
  ...each('StringEquals', 'aws:x', true, ['true'], ['True']),
  asked('StringEquals', 'AWS:UserName', 'ann', { 'aws:username': 'ann' }, true),
  asked('StringEquals', 'aws:principaltag/TEAM', 'red', { 'aws:PrincipalTag/team': 'red' }, true),
  asked('StringEquals', 'aws:PrincipalTag/__proto__', 'red', { 'aws:PrincipalTag/team': 'red' }, false),
]

export const numbers: Case[] = [
  ...each('NumericEquals', 's3:max-keys', 10, ['10', '10.0', '+10', '1e1'], ['11', 'ten', '', '0x0a', '1_0', ' 10']),
  ...each('NumericEquals', 's3:max-keys', ['1', '2.5'], ['1', '2.50'], ['2']),
  ...each('NumericNotEquals', 's3:max-keys', '10', ['11'], ['10']),
  ...each('NumericLessThan', 's3:max-keys', '10', ['9.99', '-1'], ['10', '11', 'x']),
  ...each('NumericLessThanEquals', 's3:max-keys', '10', ['10', '9'], ['10.1']),
  ...each('NumericGreaterThan', 's3:max-keys', '10', ['10.5'], ['10', '9']),
  ...each('NumericGreaterThanEquals', 's3:max-keys', '10', ['10', '11'], ['9']),
  ...each('NumericLessThan', 'aws:MultiFactorAuthAge', '3600', ['0', '3599'], ['3600']),
  missing('NumericLessThan', '3600', false),
  missing('NumericNotEquals', '3600', true),
  missing('NumericLessThanIfExists', '3600', true),
]

export const dates: Case[] = [
  ...each('DateEquals', 'aws:CurrentTime', '2026-04-01T12:00:00Z', ['2026-04-01T12:00:00Z', '2026-04-01T14:00:00+02:00', '2026-04-01T12:00:00.000Z', '1775044800'], ['2026-04-01T12:00:01Z', 'today', '']),
  ...each('DateNotEquals', 'aws:CurrentTime', '2026-04-01T12:00:00Z', ['2026-04-01T12:00:01Z'], ['2026-04-01T12:00:00Z']),
  ...each('DateLessThan', 'aws:CurrentTime', '2026-04-01', ['2026-03-31T23:59:59Z', '2025'], ['2026-04-01T00:00:00Z', '2026-05']),
  ...each('DateLessThanEquals', 'aws:CurrentTime', '2026-04-01', ['2026-04-01T00:00:00Z'], ['2026-04-01T00:00:01Z']),
  ...each('DateGreaterThan', 'aws:CurrentTime', '2026-04-01T00:00Z', ['2026-04-01T00:00:01Z'], ['2026-04-01T00:00:00Z']),
  ...each('DateGreaterThanEquals', 'aws:CurrentTime', '2026-04-01T00:00:00-05:00', ['2026-04-01T05:00:00Z'], ['2026-04-01T04:59:59Z']),
  ...each('DateLessThan', 'aws:EpochTime', '1775044800', ['1775044799'], ['1775044800']),
  ...each('DateGreaterThan', 'aws:TokenIssueTime', 1_775_044_800, ['2026-04-01T12:00:01Z'], ['2026-04-01T12:00:00Z', '2026-02-30T00:00:00Z']),
  missing('DateGreaterThan', '2026-04-01', false),
  missing('DateNotEquals', '2026-04-01', true),
]

export const flagsAndBytes: Case[] = [
  ...each('Bool', 'aws:SecureTransport', 'true', ['true', 'True'], ['false', '', 'yes', '1']),
  ...each('Bool', 'aws:SecureTransport', false, ['false'], ['true']),
  ...each('Bool', 'aws:SecureTransport', ['true', 'false'], ['true', 'false'], ['perhaps']),
  missing('Bool', 'true', false),
  missing('Bool', 'false', false),
  missing('BoolIfExists', 'true', true),
  missing('BoolIfExists', 'false', true),
  asked('BoolIfExists', 'aws:x', 'true', { 'aws:x': 'false' }, false),
  ...each('BinaryEquals', 'sts:key', 'QmluYXJ5', ['QmluYXJ5'], ['QmluYXJ6', 'qmluyxj5', '', 'no base64']),
  ...each('BinaryEquals', 'sts:key', ['AA==', 'AQ=='], ['AQ==', 'AA=='], ['Ag==']),
]

export const addresses: Case[] = [
  ...each('IpAddress', 'aws:SourceIp', '203.0.113.0/24', ['203.0.113.0', '203.0.113.255'], ['203.0.114.0', '203.0.112.255', '2001:db8::1', '203.0.113', 'nowhere', '']),
  ...each('IpAddress', 'aws:SourceIp', '203.0.113.7', ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.8']),
  ...each('IpAddress', 'aws:SourceIp', '0.0.0.0/0', ['1.2.3.4', '255.255.255.255'], ['::1']),
  ...each('IpAddress', 'aws:SourceIp', '203.0.113.128/25', ['203.0.113.128', '203.0.113.255'], ['203.0.113.127']),
  ...each('IpAddress', 'aws:SourceIp', '203.0.113.77/24', ['203.0.113.1'], ['203.0.114.1']),
  ...each('IpAddress', 'aws:SourceIp', '2001:db8::/32', ['2001:db8::1', '2001:0DB8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8:0:0:0:0:192.0.2.1'], ['2001:db9::', '1.2.3.4', '2001:db8', '2001:db8:::1', '2001:db8::1::2', 'g::1']),
  ...each('IpAddress', 'aws:SourceIp', '2001:db8:0:1::/64', ['2001:db8:0:1:8000::'], ['2001:db8:0:2::']),
  ...each('IpAddress', 'aws:SourceIp', '::/0', ['::', 'fe80::1'], ['10.0.0.1']),
  ...each('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '2001:db8::/32'], ['10.255.0.1', '2001:db8::9'], ['11.0.0.1']),
  ...each('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', ['198.51.100.1', '2001:db8::1'], ['203.0.113.9', '::ffff:203.0.113.9']),
  ...each('NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.168.0.0/16'], ['172.16.0.1'], ['10.1.1.1', '192.168.1.1']),
  missing('IpAddress', '10.0.0.0/8', false),
  missing('NotIpAddress', '10.0.0.0/8', true),
]

const role = 'arn:aws:iam::111122223333:role/Ops'
export const arns: Case[] = [
  ...['ArnEquals', 'ArnLike'].flatMap((operator) => [
    ...each(operator, 'aws:PrincipalArn', role, [role], ['arn:aws:iam::111122223333:role/ops', `${role}/x`]),
    ...each(operator, 'aws:PrincipalArn', 'arn:aws:iam::*:role/*', [role, 'arn:aws:iam::1:role/a/b:c'], ['arn:aws:iam::1:user/a', 'arn:aws:sts::1:role/x', 'arn:aws:iam::1:2:role/x']),
    ...each(operator, 'aws:PrincipalArn', 'arn:aws:iam::11112222????:role/O?s', [role], ['arn:aws:iam::111122223333:role/Os']),
    ...each(operator, 'aws:PrincipalArn', '*', [role], []),
  ]),
  ...each('ArnEquals', 'aws:SourceArn', ['arn:aws:sns:*:*:a', 'arn:aws:sns:*:*:b'], ['arn:aws:sns:eu-west-1:1:b'], ['arn:aws:sns:eu-west-1:1:c', 'arn:aws:sns:eu:west:1:b']),
  ...each('ArnNotEquals', 'aws:PrincipalArn', role, ['arn:aws:iam::111122223333:role/Dev'], [role]),
  ...each('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Ops*', ['arn:aws:iam::1:role/Dev'], [role, 'arn:aws:iam::9:role/Ops-2']),
  missing('ArnLike', role, false),
  missing('ArnNotLike', role, true),
]

export const presence: Case[] = [
  missing('Null', 'true', true),
  missing('Null', 'false', false),
  missing('Null', true, true),
  missing('Null', ['true', 'false'], true),
  asked('Null', 'aws:x', 'true', { 'aws:x': 'a' }, false),
  asked('Null', 'aws:x', 'false', { 'aws:x': 'a' }, true),
  asked('Null', 'aws:x', 'true', { 'aws:x': [] }, true),
  asked('Null', 'aws:x', 'false', { 'AWS:X': ['a', 'b'] }, true),
  missing('StringEquals', 'a', false),
  missing('StringLike', '*', false),
  missing('StringNotEquals', 'a', true),
  missing('StringNotLike', '*', true),
  missing('StringNotEqualsIgnoreCase', 'a', true),
  missing('StringEqualsIfExists', 'a', true),
  missing('StringLikeIfExists', 'a', true),
  missing('StringNotEqualsIfExists', 'a', true),
  missing('ArnLikeIfExists', role, true),
  missing('IpAddressIfExists', '10.0.0.0/8', true),
  missing('DateLessThanIfExists', '2026', true),
  asked('StringEqualsIfExists', 'aws:x', 'a', { 'aws:x': 'b' }, false),
  asked('StringEqualsIfExists', 'aws:x', 'a', { 'aws:x': 'a' }, true),
  asked('StringNotEqualsIfExists', 'aws:x', 'a', { 'aws:x': 'a' }, false),
]

export const sets: Case[] = [
  ...each('ForAllValues:StringEquals', 'aws:TagKeys', ['env', 'team'], [['env'], ['env', 'team'], 'env', [], ['']], [['env', 'cost'], 'cost', ['Env']]),
  ...each('ForAllValues:StringLike', 'aws:TagKeys', 'k*', [['k1', 'k2']], [['k1', 'x']]),
  ...each('ForAllValues:StringNotEquals', 'aws:TagKeys', ['env', 'team'], [['cost'], ['cost', 'x'], []], [['cost', 'env'], ['env']]),
  ...each('ForAllValues:StringNotLike', 'aws:TagKeys', 'k*', [['a', 'b']], [['a', 'k1']]),
  ...each('ForAnyValue:StringEquals', 'aws:TagKeys', ['env', 'team'], [['env'], ['cost', 'team'], 'team'], [['cost'], [], [''], 'cost']),
  ...each('ForAnyValue:StringLike', 'aws:TagKeys', 'k*', [['x', 'k1']], [['x', 'y']]),
  ...each('ForAnyValue:StringNotEquals', 'aws:TagKeys', ['env', 'team'], [['cost'], ['env', 'cost']], [['env'], ['env', 'team'], []]),
  ...each('ForAnyValue:StringEqualsIgnoreCase', 'aws:TagKeys', 'ENV', [['x', 'env']], [['x']]),
  ...each('ForAnyValue:NumericLessThan', 'aws:x', '5', [['9', '4']], [['9', '5']]),
  ...each('ForAllValues:ArnLike', 'aws:x', 'arn:aws:iam::*:role/a*', [['arn:aws:iam::1:role/ab', 'arn:aws:iam::2:role/a']], [['arn:aws:iam::1:role/ab', 'arn:aws:iam::2:role/b']]),
  missing('ForAllValues:StringEquals', 'a', true),
  missing('ForAllValues:StringNotEquals', 'a', true),
  missing('ForAnyValue:StringEquals', 'a', false),
  missing('ForAnyValue:StringNotEquals', 'a', false),
  missing('ForAllValues:StringEqualsIfExists', 'a', true),
  missing('ForAnyValue:StringEqualsIfExists', 'a', true),
  asked('ForAnyValue:StringEqualsIfExists', 'aws:x', 'a', { 'aws:x': ['b'] }, false),
  ...each('StringEquals', 'aws:TagKeys', 'env', [['env', 'x']], [['x']]),
  ...each('StringNotEquals', 'aws:TagKeys', 'env', [['x', 'y']], [['x', 'env']]),
  row('Null beside ForAllValues keeps out requests without the key',
    { identity: [allow('*', '*', { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'env' }, Null: { 'aws:TagKeys': 'false' } } })] }, {}, 'lacks identity'),
  row('Null beside ForAllValues lets requests with the key in',
    { identity: [allow('*', '*', { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'env' }, Null: { 'aws:TagKeys': 'false' } } })] }, { with: { 'aws:TagKeys': ['env'] } }, 'allowed identity.0'),
]

const both = { identity: [allow('*', '*', { Condition: { StringEquals: { 'aws:a': '1', 'aws:b': '2' }, NumericLessThan: { 'aws:c': '3' } } })] }
export const together: Case[] = [
  row('all operators and keys must hold', both, { with: { 'aws:a': '1', 'aws:b': '2', 'aws:c': '2' } }, 'allowed identity.0'),
  row('one key of an operator that does not hold is enough', both, { with: { 'aws:a': '1', 'aws:b': '3', 'aws:c': '2' } }, 'lacks identity'),
  row('one operator that does not hold is enough', both, { with: { 'aws:a': '1', 'aws:b': '2', 'aws:c': '3' } }, 'lacks identity'),
  row('a key that is missing is enough', both, { with: { 'aws:a': '1', 'aws:c': '2' } }, 'lacks identity'),
  row('no condition at all always holds', { identity: [allow('*', '*', { Condition: {} })] }, {}, 'allowed identity.0'),
]
