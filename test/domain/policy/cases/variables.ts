// Policy variables: where they are filled in, what happens where they stand for nothing, and that nothing is read twice.
import type { RequestContext } from '../../../../src/domain/policy/index.js'
import { allow, deny, row, type Case } from './case.js'

const home = 'arn:aws:s3:::homes/${aws:username}/*'

const names = (pattern: string, resource: string, context: RequestContext, expected: boolean): Case =>
  row(`${pattern} ${expected ? 'names' : 'does not name'} ${resource} for ${JSON.stringify(context)}`, { identity: [allow('*', pattern)] }, { resource, with: context }, expected ? 'allowed identity.0' : 'lacks identity')

const says = (operator: string, value: string, context: RequestContext, expected: boolean): Case =>
  row(`${operator} ${value} ${expected ? 'holds' : 'does not hold'} for ${JSON.stringify(context)}`, { identity: [allow('*', '*', { Condition: { [operator]: { 'aws:x': value } } })] }, { with: context }, expected ? 'allowed identity.0' : 'lacks identity')

const unless = (value: string): Case['policies'] => ({ identity: [allow('*'), deny('*', '*', { Condition: { StringNotEquals: { 'aws:x': value } } })] })

export const variables: Case[] = [
  names(home, 'arn:aws:s3:::homes/ann/cat.jpg', { 'aws:username': 'ann' }, true),
  names(home, 'arn:aws:s3:::homes/bob/cat.jpg', { 'aws:username': 'ann' }, false),
  names(home, 'arn:aws:s3:::homes/ann/cat.jpg', { 'AWS:USERNAME': 'ann' }, true),
  names(home, 'arn:aws:s3:::homes//cat.jpg', {}, false),
  names(home, 'arn:aws:s3:::homes/${aws:username}/cat.jpg', {}, false),
  names(home, 'arn:aws:s3:::homes/anyone/cat.jpg', { 'aws:username': '*' }, false),
  names(home, 'arn:aws:s3:::homes/*/cat.jpg', { 'aws:username': '*' }, true),
  names(home, 'arn:aws:s3:::homes/a/cat.jpg', { 'aws:username': '?' }, false),
  names(home, 'arn:aws:s3:::homes/eve/cat.jpg', { 'aws:username': '${aws:x}', 'aws:x': 'eve' }, false),
  names(home, 'arn:aws:s3:::homes/${aws:x}/cat.jpg', { 'aws:username': '${aws:x}', 'aws:x': 'eve' }, true),
  names(home, 'arn:aws:s3:::homes/ann/cat.jpg', { 'aws:username': ['ann'] }, true),
  names(home, 'arn:aws:s3:::homes/ann/cat.jpg', { 'aws:username': ['ann', 'bob'] }, false),
  names(home, 'arn:aws:s3:::homes/ann/cat.jpg', { 'aws:username': [] }, false),
  names('arn:aws:s3:::${aws:PrincipalTag/team}-*', 'arn:aws:s3:::red-logs', { 'aws:PrincipalTag/team': 'red' }, true),
  names('arn:aws:s3:::${aws:PrincipalTag/team}-*', 'arn:aws:s3:::red-logs', { 'aws:PrincipalTag/Team': 'red' }, true),
  names("arn:aws:s3:::${aws:PrincipalTag/team, 'company'}-*", 'arn:aws:s3:::company-logs', {}, true),
  names("arn:aws:s3:::${aws:PrincipalTag/team, 'company'}-*", 'arn:aws:s3:::company-logs', { 'aws:PrincipalTag/team': 'red' }, false),
  names("arn:aws:s3:::${aws:PrincipalTag/team, ''}logs", 'arn:aws:s3:::logs', {}, true),
  names("arn:aws:s3:::${aws:PrincipalTag/team, '*'}", 'arn:aws:s3:::anything', {}, false),
  names('arn:aws:s3:::a${*}b', 'arn:aws:s3:::a*b', {}, true),
  names('arn:aws:s3:::a${*}b', 'arn:aws:s3:::axb', {}, false),
  names('arn:aws:s3:::a${?}b', 'arn:aws:s3:::a?b', {}, true),
  names('arn:aws:s3:::a${?}b', 'arn:aws:s3:::axb', {}, false),
  names('arn:aws:s3:::a${$}b', 'arn:aws:s3:::a$b', {}, true),
  names('arn:aws:s3:::${$}{aws:username}', 'arn:aws:s3:::${aws:username}', { 'aws:username': 'ann' }, true),
  names('arn:aws:s3:::$5', 'arn:aws:s3:::$5', {}, true),
  names('arn:aws:s3:::${aws:a}/${aws:b}', 'arn:aws:s3:::1/2', { 'aws:a': '1', 'aws:b': '2' }, true),
  names('arn:aws:s3:::${aws:a}/${aws:b}', 'arn:aws:s3:::1/2', { 'aws:a': '1' }, false),
  says('StringEquals', '${aws:username}', { 'aws:x': 'ann', 'aws:username': 'ann' }, true),
  says('StringEquals', '${aws:username}', { 'aws:x': '${aws:username}', 'aws:username': 'ann' }, false),
  says('StringEquals', '${aws:username}', { 'aws:x': 'ann' }, false),
  says('StringEqualsIgnoreCase', '${aws:username}', { 'aws:x': 'ANN', 'aws:username': 'ann' }, true),
  says('StringLike', 'home/${aws:username}/*', { 'aws:x': 'home/ann/a/b', 'aws:username': 'ann' }, true),
  says('StringLike', 'home/${aws:username}/*', { 'aws:x': 'home/eve/a', 'aws:username': '*' }, false),
  says('StringLike', '${*}', { 'aws:x': 'a' }, false),
  says('StringLike', '${*}', { 'aws:x': '*' }, true),
  says('StringEquals', "${aws:username, 'nobody'}", { 'aws:x': 'nobody' }, true),
  says('ArnLike', '${aws:PrincipalArn}', { 'aws:x': 'arn:aws:iam::1:role/a', 'aws:PrincipalArn': 'arn:aws:iam::1:role/a' }, true),
  says('ArnLike', 'arn:aws:iam::${aws:PrincipalAccount}:role/*', { 'aws:x': 'arn:aws:iam::1:role/a', 'aws:PrincipalAccount': '1' }, true),
  says('ArnLike', 'arn:aws:iam::${aws:PrincipalAccount}:role/*', { 'aws:x': 'arn:aws:iam::2:role/a', 'aws:PrincipalAccount': '1' }, false),
  says('StringNotEquals', '${aws:username}', { 'aws:x': 'bob', 'aws:username': 'ann' }, true),
  says('StringNotEquals', '${aws:username}', { 'aws:x': 'bob' }, false),
  row('a deny of all but what a variable says stays, where the variable says nothing', unless('${aws:username}'), { with: { 'aws:x': 'bob' } }, 'denied identity.1'),
  row('a deny of all but what a variable says spares that', unless('${aws:username}'), { with: { 'aws:x': 'ann', 'aws:username': 'ann' } }, 'allowed identity.0'),
  row('all resources but that of a variable without a value are not allowed', { identity: [{ Effect: 'Allow', Action: '*', NotResource: home }] }, {}, 'lacks identity'),
  row('all resources but that of a variable without a value are denied', { identity: [allow('*'), { Effect: 'Deny', Action: '*', NotResource: home }] }, {}, 'denied identity.1'),
  row('a variable that grows beyond all measure matches nothing', { identity: [allow('*', '*', { Condition: { StringLike: { 'aws:x': '${aws:y}'.repeat(20) } } })] }, { with: { 'aws:x': 'a'.repeat(20_000), 'aws:y': 'a'.repeat(1_000) } }, 'lacks identity'),
  row('version 2008-10-17 takes a variable as text', { version: '2008-10-17', identity: [allow('*', home)] }, { resource: 'arn:aws:s3:::homes/ann/a', with: { 'aws:username': 'ann' } }, 'lacks identity'),
  row('version 2008-10-17 matches the text itself', { version: '2008-10-17', identity: [allow('*', home)] }, { resource: 'arn:aws:s3:::homes/${aws:username}/a' }, 'allowed identity.0'),
  row('no version is version 2008-10-17', { version: '', identity: [allow('*', '*', { Condition: { StringEquals: { 'aws:x': '${aws:username}' } } })] }, { with: { 'aws:x': '${aws:username}', 'aws:username': 'ann' } }, 'allowed identity.0'),
]
