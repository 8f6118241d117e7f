// What several policies decide together: an explicit deny first, and every kind that narrows must allow.
import { account, allow, anonymous, deny, federated, federatedUser, other, provider, root, row, service, session, stranger, trusts, user, type Case, type Policies } from './case.js'

const s3 = allow('s3:*')
const noDelete = deny('s3:Delete*')
const role = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/Ops` }
const mayAssume = allow('sts:AssumeRole')

export const layers: Case[] = [
  row('nothing allows by itself', {}, {}, 'lacks identity'),
  row('an identity policy allows', { identity: [s3] }, {}, 'allowed identity.0'),
  row('the first statement that allows is named', { identity: [allow('iam:*'), s3, allow('*')] }, {}, 'allowed identity.1'),
  row('a deny after an allow wins', { identity: [s3, deny('s3:GetObject')] }, {}, 'denied identity.1'),
  row('a deny before an allow wins', { identity: [deny('s3:GetObject'), s3] }, {}, 'denied identity.0'),
  row('a deny of everything wins', { identity: [allow('*'), deny('*')] }, {}, 'denied identity.1'),
  row('a deny whose condition does not hold does not count', { identity: [s3, deny('*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] }, { with: { 'aws:SecureTransport': 'true' } }, 'allowed identity.0'),
  row('a deny without MFA counts where the key is missing, with BoolIfExists', { identity: [s3, deny('*', '*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } })] }, {}, 'denied identity.1'),
  row('a deny without MFA does not count where the key is missing, with Bool', { identity: [s3, deny('*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } })] }, {}, 'allowed identity.0'),
  row('a boundary alone allows nothing', { boundary: [s3] }, {}, 'lacks identity'),
  row('identity and boundary together allow', { identity: [s3], boundary: [allow('*')] }, {}, 'allowed identity.0'),
  row('a boundary that is silent keeps out', { identity: [s3], boundary: [allow('iam:*')] }, {}, 'lacks boundary'),
  row('a boundary that denies keeps out', { identity: [s3], boundary: [allow('*'), noDelete] }, { action: 's3:DeleteObject' }, 'denied boundary.1'),
  row('a session policy alone allows nothing', { session: [s3] }, { as: session }, 'lacks identity'),
  row('identity and session policy together allow', { identity: [s3], session: [allow('s3:Get*')] }, { as: session }, 'allowed identity.0'),
  row('a session policy narrows', { identity: [s3], session: [allow('s3:Get*')] }, { as: session, action: 's3:PutObject' }, 'lacks session'),
  row('a session policy that denies keeps out', { identity: [s3], session: [allow('*'), noDelete] }, { as: session, action: 's3:DeleteObject' }, 'denied session.1'),
  row('no session policy in an empty list allows nothing', { identity: [s3], session: [] }, { as: session }, 'lacks session'),
  row('all three must allow', { identity: [s3], boundary: [s3], session: [s3] }, { as: session }, 'allowed identity.0'),
  row('identity is asked before boundary and session', { boundary: [allow('iam:*')], session: [] }, { as: session }, 'lacks identity'),
  row('a root user needs no policy', {}, { as: root }, 'allowed'),
  row('a root user is narrowed by the session', { session: [allow('iam:*')] }, { as: root }, 'lacks session'),
  row('a root user is denied by a resource', { resource: [{ ...deny('s3:*'), Principal: '*' }] }, { as: root }, 'denied resource.0'),
  row('a federated user has what its maker and the session policy allow', { identity: [s3], session: [s3] }, { as: federatedUser }, 'allowed identity.0'),
  row('a federated user without a session policy has nothing', { identity: [s3] }, { as: federatedUser }, 'lacks session'),
  row('a stranger from outside is let in by a resource only', { identity: [s3] }, { as: anonymous }, 'lacks resource'),
]

const own = (principal: unknown): Policies => ({ resource: [{ ...allow('s3:*'), Principal: principal }] })

export const resourcePolicies: Case[] = [
  row('a resource that names the user is enough within the account', own({ AWS: user.arn }), {}, 'allowed resource.0'),
  row('an identity policy is enough within the account, whatever the resource says', { identity: [s3], ...own({ AWS: stranger.arn }) }, {}, 'allowed identity.0'),
  row('a resource that names the account leaves it to the identity policies', own({ AWS: account }), {}, 'lacks identity'),
  row('a resource that names the account agrees with the identity policies', { identity: [s3], ...own({ AWS: `arn:aws:iam::${account}:root` }) }, {}, 'allowed identity.0'),
  row('a resource for everyone is enough within the account', own('*'), {}, 'allowed resource.0'),
  row('a resource for everyone of AWS is enough within the account', own({ AWS: '*' }), {}, 'allowed resource.0'),
  row('a resource for everyone is enough for nobody in particular', own('*'), { as: anonymous }, 'allowed resource.0'),
  row('a resource for an account keeps strangers from outside out', own({ AWS: account }), { as: anonymous }, 'lacks resource'),
  row('a resource that names the user is not limited by its boundary', { boundary: [allow('iam:*')], ...own({ AWS: user.arn }) }, {}, 'allowed resource.0'),
  row('a resource that names the role is limited by its boundary', { boundary: [allow('iam:*')], ...own({ AWS: session.issuerArn }) }, { as: session }, 'lacks boundary'),
  row('a resource that names the role is limited by the session policy', { session: [allow('iam:*')], ...own({ AWS: session.issuerArn }) }, { as: session }, 'lacks session'),
  row('a resource that names the role needs no identity policy', { session: [s3], ...own({ AWS: session.issuerArn }) }, { as: session }, 'allowed resource.0'),
  row('a resource that names the session is limited by nothing', { boundary: [allow('iam:*')], session: [], ...own({ AWS: session.arn }) }, { as: session }, 'allowed resource.0'),
  row('the most direct of several statements counts', { session: [], resource: [{ ...s3, Principal: { AWS: account } }, { ...s3, Principal: { AWS: session.arn } }] }, { as: session }, 'allowed resource.1'),
  row('a resource that names the maker of a federated user is limited by the session policy', { session: [], ...own({ AWS: user.arn }) }, { as: federatedUser }, 'lacks session'),
  row('a resource that names the federated user is limited by nothing', { session: [], ...own({ AWS: federatedUser.arn }) }, { as: federatedUser }, 'allowed resource.0'),
  row('a resource that denies wins over identity', { identity: [s3], resource: [{ ...noDelete, Principal: '*' }] }, { action: 's3:DeleteObject' }, 'denied resource.0'),
  row('across accounts both must allow: the resource does not', { identity: [s3], ...own({ AWS: account }) }, { as: stranger }, 'lacks resource'),
  row('across accounts both must allow: identity does not', own({ AWS: stranger.arn }), { as: stranger }, 'lacks identity'),
  row('across accounts both must allow: both do', { identity: [s3], ...own({ AWS: other }) }, { as: stranger }, 'allowed identity.0'),
  row('across accounts a boundary narrows too', { identity: [s3], boundary: [allow('iam:*')], ...own({ AWS: stranger.arn }) }, { as: stranger }, 'lacks boundary'),
  row('across accounts a resource for everyone still needs identity', own('*'), { as: stranger }, 'lacks identity'),
  row('a canonical user is accepted and nobody', own({ CanonicalUser: 'a'.repeat(64) }), {}, 'lacks identity'),
  row('NotPrincipal denies all but those named', { identity: [s3], resource: [{ Effect: 'Deny', NotPrincipal: { AWS: [session.issuerArn, `arn:aws:iam::${other}:root`] }, Action: 's3:*', Resource: '*' }] }, {}, 'denied resource.0'),
  row('NotPrincipal spares those named', { identity: [s3], resource: [{ Effect: 'Deny', NotPrincipal: { AWS: [user.arn] }, Action: 's3:*', Resource: '*' }] }, {}, 'allowed identity.0'),
  row('NotPrincipal spares sessions of the role named', { identity: [s3], resource: [{ Effect: 'Deny', NotPrincipal: { AWS: [session.issuerArn] }, Action: 's3:*', Resource: '*' }] }, { as: session }, 'allowed identity.0'),
]

const job = { as: federated, ...role, action: 'sts:AssumeRoleWithWebIdentity' }
const fromJob = (principal: string, more = {}): Policies => ({ trust: [{ Effect: 'Allow', Principal: { Federated: principal }, Action: 'sts:AssumeRoleWithWebIdentity', ...more }] })
const audience = { Condition: { StringEquals: { 'ci.example.com:aud': 'gatehouse' }, StringLike: { 'ci.example.com:sub': 'repo:shop/*' } } }

export const trust: Case[] = [
  row('a role that trusts the user needs no more within the account', { trust: [trusts({ AWS: user.arn })] }, role, 'allowed resource.0'),
  row('a role that trusts the account wants identity too', { trust: [trusts({ AWS: account })] }, role, 'lacks identity'),
  row('a role that trusts the account, and identity', { identity: [mayAssume], trust: [trusts({ AWS: account })] }, role, 'allowed identity.0'),
  row('a role that trusts somebody else keeps out', { identity: [mayAssume], trust: [trusts({ AWS: stranger.arn })] }, role, 'lacks resource'),
  row('a role that trusts the user of another case keeps out', { identity: [mayAssume], trust: [trusts({ AWS: `arn:aws:iam::${account}:user/Ann` })] }, role, 'lacks resource'),
  row('a role that trusts another account wants identity there', { trust: [trusts({ AWS: stranger.arn })] }, { ...role, as: stranger }, 'lacks identity'),
  row('a role that trusts another account, and identity there', { identity: [mayAssume], trust: [trusts({ AWS: other })] }, { ...role, as: stranger }, 'allowed identity.0'),
  row('a role that trusts a role trusts its sessions', { trust: [trusts({ AWS: session.issuerArn })] }, { ...role, as: session }, 'allowed resource.0'),
  row('a role that trusts a role still minds the session policy', { session: [s3], trust: [trusts({ AWS: session.issuerArn })] }, { ...role, as: session }, 'lacks session'),
  row('a role that trusts one session trusts that', { trust: [trusts({ AWS: session.arn })] }, { ...role, as: session }, 'allowed resource.0'),
  row('a role that trusts one session keeps others out', { identity: [mayAssume], trust: [trusts({ AWS: session.arn })] }, { ...role, as: { ...session, arn: `${session.arn}a` } }, 'lacks resource'),
  row('a role that trusts the id of a user trusts that user', { trust: [trusts({ AWS: 'AIDAEXAMPLEEXAMPLE12' })] }, { ...role, as: { ...user, id: 'AIDAEXAMPLEEXAMPLE12' } }, 'allowed resource.0'),
  row('a role that trusts the id of a user keeps a later user of that name out', { identity: [mayAssume], trust: [trusts({ AWS: 'AIDAEXAMPLEEXAMPLE12' })] }, { ...role, as: { ...user, id: 'AIDAEXAMPLEEXAMPLE34' } }, 'lacks resource'),
  row('a role that trusts the id of a role minds the session policy', { session: [s3], trust: [trusts({ AWS: 'AROAEXAMPLEEXAMPLE12' })] }, { ...role, as: { ...session, id: 'AROAEXAMPLEEXAMPLE12' } }, 'lacks session'),
  row('a role that trusts several trusts each', { trust: [trusts({ AWS: [stranger.arn, user.arn] })] }, role, 'allowed resource.0'),
  row('a trust policy for another action keeps out', { identity: [mayAssume], trust: [trusts({ AWS: user.arn }, { Action: 'sts:TagSession' })] }, role, 'lacks resource'),
  row('a trust policy may allow all of sts', { trust: [trusts({ AWS: user.arn }, { Action: 'sts:*' })] }, { ...role, action: 'sts:TagSession' }, 'allowed resource.0'),
  row('a deny in a trust policy wins', { identity: [mayAssume], trust: [trusts({ AWS: user.arn }), { ...trusts({ AWS: account }), Effect: 'Deny' }] }, role, 'denied resource.1'),
  row('an external id that fits lets in', { identity: [mayAssume], trust: [trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } })] }, { ...role, as: stranger, with: { 'sts:ExternalId': '12345' } }, 'allowed identity.0'),
  row('an external id that does not fit keeps out', { identity: [mayAssume], trust: [trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } })] }, { ...role, as: stranger, with: { 'sts:ExternalId': '54321' } }, 'lacks resource'),
  row('a missing external id keeps out', { identity: [mayAssume], trust: [trusts({ AWS: other }, { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } })] }, { ...role, as: stranger }, 'lacks resource'),
  row('MFA that was given lets in', { trust: [trusts({ AWS: user.arn }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })] }, { ...role, with: { 'aws:MultiFactorAuthPresent': 'true' } }, 'allowed resource.0'),
  row('MFA that was not given keeps out', { trust: [trusts({ AWS: user.arn }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })] }, role, 'lacks resource'),
  row('everyone, narrowed by an organization of role names', { trust: [trusts({ AWS: '*' }, { Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/team/*` } } })] }, { ...role, as: session, with: { 'aws:PrincipalArn': session.issuerArn! } }, 'allowed resource.0'),
  row('a provider that is trusted vouches', fromJob(provider, audience), { ...job, with: { 'ci.example.com:aud': 'gatehouse', 'ci.example.com:sub': 'repo:shop/web:main' } }, 'allowed resource.0'),
  row('a provider that is trusted with another subject', fromJob(provider, audience), { ...job, with: { 'ci.example.com:aud': 'gatehouse', 'ci.example.com:sub': 'repo:evil/web:main' } }, 'lacks resource'),
  row('a provider that is trusted with another audience', fromJob(provider, audience), { ...job, with: { 'ci.example.com:aud': 'else', 'ci.example.com:sub': 'repo:shop/web:main' } }, 'lacks resource'),
  row('a provider that is not trusted', fromJob(`arn:aws:iam::${account}:oidc-provider/other.example.com`), job, 'lacks resource'),
  row('a public provider by its host', fromJob('accounts.google.com'), { ...job, as: { ...federated, federatedProvider: 'accounts.google.com' } }, 'allowed resource.0'),
  row('a trusted provider is nobody of the account', { trust: [trusts({ AWS: account }, { Action: 'sts:*' })] }, job, 'lacks resource'),
  row('a user of the account is no provider', { identity: [allow('*')], ...fromJob(provider) }, { ...role, action: 'sts:AssumeRoleWithWebIdentity' }, 'lacks resource'),
  row('a service that is trusted', { trust: [trusts({ Service: 'ec2.amazonaws.com' })] }, { ...role, as: service }, 'allowed resource.0'),
  row('a service that is not trusted', { trust: [trusts({ Service: ['lambda.amazonaws.com', 'ecs.amazonaws.com'] })] }, { ...role, as: service }, 'lacks resource'),
  row('principals of several types', { trust: [trusts({ Service: 'ec2.amazonaws.com', AWS: user.arn })] }, role, 'allowed resource.0'),
]
