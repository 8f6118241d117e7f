// The condition keys that mean the same in every request. What a door knows of a request is named here once, so that
// no door spells a key by itself.
import type { PrincipalKind, RequestContext, RequestPrincipal } from './request.js'

export interface RequestFacts {
  readonly principal: RequestPrincipal
  /** When the request is made. */
  readonly at: Date
  /** `AIDA…`, `AROA…:session`, the account id of a root user. */
  readonly userId?: string | undefined
  /** The name of an IAM user; sessions have none. */
  readonly userName?: string | undefined
  /** Tags of the user, or of the role and its session together. */
  readonly principalTags?: Readonly<Record<string, string>> | undefined
  /** Tags that the request sets. */
  readonly requestTags?: Readonly<Record<string, string>> | undefined
  /** Tags of what the request is about. */
  readonly resourceTags?: Readonly<Record<string, string>> | undefined
  /** Keys of tags that the request sets or removes; those of `requestTags` where it is left out. */
  readonly tagKeys?: readonly string[] | undefined
  readonly sourceIp?: string | undefined
  readonly userAgent?: string | undefined
  readonly secureTransport?: boolean | undefined
  readonly requestedRegion?: string | undefined
  /** When the temporary credentials were issued; long-term keys and passwords have no such time. */
  readonly tokenIssuedAt?: Date | undefined
  /** Whether temporary credentials or a console session had a second factor, and when; `undefined` for long-term keys. */
  readonly multiFactor?: { readonly present: boolean; readonly at?: Date | undefined } | undefined
  readonly sourceIdentity?: string | undefined
  readonly externalId?: string | undefined
  readonly roleSessionName?: string | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
  /** Keys that one service or provider alone knows, such as `saml:aud`. */
  readonly more?: RequestContext | undefined
}

const types: Record<PrincipalKind, string | undefined> = {
  root: 'Account', 'iam-user': 'User', 'assumed-role': 'AssumedRole', 'federated-user': 'FederatedUser', federated: 'FederatedUser', anonymous: 'Anonymous', service: undefined,
}

/** Spells what is known of a request as condition keys; what is not known has no key. */
export function contextOf(facts: RequestFacts): RequestContext {
  const values = { ...callerKeys(facts), ...requestKeys(facts), ...roleKeys(facts) }
  const known = Object.entries(values).filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined)
  return { ...Object.fromEntries(known), ...facts.more }
}

type Keys = Record<string, string | readonly string[] | undefined>

function callerKeys({ principal, userId, userName, principalTags, tokenIssuedAt, multiFactor, at, sourceIdentity }: RequestFacts): Keys {
  const isKnown = principal.kind !== 'anonymous' && principal.kind !== 'service' && principal.kind !== 'federated'
  const isRole = principal.kind === 'assumed-role'
  return {
    'aws:PrincipalArn': isKnown ? (isRole ? principal.issuerArn : undefined) ?? principal.arn : undefined,
    'aws:PrincipalAccount': isKnown ? principal.accountId : undefined,
    'aws:PrincipalType': types[principal.kind],
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    'aws:userid': userId,
    'aws:username': userName,
    ...tagged('aws:PrincipalTag', principalTags),
    'aws:TokenIssueTime': tokenIssuedAt && spelled(tokenIssuedAt),
    'aws:MultiFactorAuthPresent': multiFactor && String(multiFactor.present),
    'aws:MultiFactorAuthAge': multiFactor?.present && multiFactor.at ? secondsBetween(multiFactor.at, at) : undefined,
    'aws:SourceIdentity': sourceIdentity,
    'aws:FederatedProvider': principal.federatedProvider,
  }
}

function requestKeys({ at, requestTags, resourceTags, tagKeys, sourceIp, userAgent, secureTransport, requestedRegion }: RequestFacts): Keys {
  return {
    'aws:CurrentTime': spelled(at),
    'aws:EpochTime': String(Math.floor(at.getTime() / 1000)),
    'aws:SourceIp': sourceIp,
    'aws:UserAgent': userAgent,
    'aws:SecureTransport': secureTransport === undefined ? undefined : String(secureTransport),
    'aws:RequestedRegion': requestedRegion,
    ...tagged('aws:RequestTag', requestTags),
    ...tagged('aws:ResourceTag', resourceTags),
    'aws:TagKeys': tagKeys ?? (requestTags && Object.keys(requestTags)),
  }
}

const roleKeys = ({ externalId, roleSessionName, sourceIdentity, transitiveTagKeys }: RequestFacts): Keys => ({
  'sts:ExternalId': externalId,
  'sts:RoleSessionName': roleSessionName,
  'sts:SourceIdentity': sourceIdentity,
  'sts:TransitiveTagKeys': transitiveTagKeys,
})

const tagged = (prefix: string, tags: Readonly<Record<string, string>> | undefined): Keys =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`${prefix}/${key}`, value]))

const spelled = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
const secondsBetween = (from: Date, to: Date): string => String(Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000)))
