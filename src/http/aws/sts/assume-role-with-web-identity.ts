// AssumeRoleWithWebIdentity: credentials of a role that trusts an OpenID Connect issuer, for a token of it.
import { readIamArn, type IdentityProvider } from '../../../domain/accounts/index.js'
import { longestRoleSession, sessionPoliciesOf, type TagList } from '../../../domain/credentials/index.js'
import { IdTokens, type IdTokenFault, type ProvedIdToken } from '../../../domain/federation/index.js'
import type { RequestContext } from '../../../domain/policy/index.js'
import type { AuditEvent } from '../../../platform/audit/index.js'
import { circumstancesOf } from '../protocol/permissions.js'
import { text } from '../protocol/fields.js'
import type { UnsignedQueryOperation } from '../protocol/root.js'
import { answerOf, eventOf } from './assume-role.js'
import { Refused, unsignedOperation } from './operation.js'
import type { StsRooms } from './rooms.js'
import { duration, policyArns, roleArn, sessionName, shortPolicy } from './words.js'

const input = {
  RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: text(4, 20_000), Policy: shortPolicy, PolicyArns: policyArns, DurationSeconds: duration(longestRoleSession),
}

export const assumeRoleWithWebIdentity = (rooms: StsRooms): UnsignedQueryOperation => unsignedOperation('AssumeRoleWithWebIdentity', rooms, {
  input,
  run: async ({ input: asked, ctx }) => {
    const { provider, token } = await prove(asked.RoleArn, asked.WebIdentityToken, rooms)
    const who = identityOf(token, provider)
    const claimed = claimedBy(token)
    const assumed = await rooms.roleAssumption.byFederation({
      kind: 'web-identity', federation: { provider: provider.arn, audience: token.audience, subject: token.subject },
      principal: { arn: token.subject, accountId: provider.accountId, kind: 'federated', federatedProvider: provider.arn },
      context: { ...circumstancesOf(ctx), ...contextOf(token, provider) },
    }, {
      roleArn: asked.RoleArn, sessionName: asked.RoleSessionName, durationSeconds: asked.DurationSeconds, policies: sessionPoliciesOf({ document: asked.Policy, arns: asked.PolicyArns }), ...claimed,
    })
    const federation = { SubjectFromWebIdentityToken: token.subject, Provider: token.issuer, Audience: token.audience }
    const event = eventOf(assumed)
    return {
      answer: { ...answerOf(assumed), ...federation },
      event: {
        ...event, ...who, accessKeyId: assumed.credentials.accessKeyId,
        responseElements: { ...event.responseElements, subjectFromWebIdentityToken: token.subject, provider: provider.arn, audience: token.audience },
        resources: [...event.resources ?? [], { ARN: provider.arn, accountId: provider.accountId, type: 'AWS::IAM::OIDCProvider' }],
      },
    }
  },
})

const refusals: Record<IdTokenFault, readonly [code: string, status: number]> = {
  invalid: ['InvalidIdentityToken', 400], expired: ['ExpiredTokenException', 400], rejected: ['IDPRejectedClaim', 403], unreachable: ['IDPCommunicationError', 400],
}

const refuse = (fault: IdTokenFault, why: string, event?: Partial<AuditEvent>): never => {
  throw new Refused(...refusals[fault], why, event)
}

/** Finds the issuer among those that the role's account trusts, and only then asks it for its keys. */
async function prove(arn: string, text: string, { findProvider, idTokens }: StsRooms): Promise<{ provider: IdentityProvider & { kind: 'oidc' }; token: ProvedIdToken }> {
  const issuer = IdTokens.issuerOf(text) ?? refuse('invalid', 'The token is no JWT of an issuer.')
  const accountId = readIamArn(arn)?.accountId
  const provider = accountId === undefined ? undefined : await findProvider(`arn:aws:iam::${accountId}:oidc-provider/${issuer.replace(/^https?:\/\//, '').replace(/^([^/]+)\/$/, '$1')}`)
  if (provider?.kind !== 'oidc') return refuse('invalid', `There is no OpenID Connect provider for ${issuer} in the account of the role.`, { ...(accountId !== undefined && { accountId }) })
  const outcome = await idTokens.prove(text, issuer, provider.clientIds)
  return outcome.token ? { provider, token: outcome.token } : refuse(outcome.fault, outcome.why, { accountId: provider.accountId })
}

const identityOf = ({ subject, audience }: ProvedIdToken, { arn, accountId }: IdentityProvider): Partial<AuditEvent> =>
  ({ accountId, userIdentity: { type: 'WebIdentityUser', principalId: `${arn}:${audience}:${subject}`, userName: subject, identityProvider: arn } })

/** What conditions may ask for: the claims of the token under the issuer's name. */
function contextOf({ subject, audience, claims }: ProvedIdToken, { name, arn }: IdentityProvider): RequestContext {
  const spelled = Object.entries(claims).flatMap(([claim, value]) => {
    const plain = plainOf(value)
    return plain === undefined ? [] : [[`${name}:${claim}`, plain] as const]
  })
  return { ...Object.fromEntries(spelled), [`${name}:aud`]: audience, [`${name}:oaud`]: plainOf(claims.aud) ?? audience, [`${name}:sub`]: subject, 'aws:FederatedProvider': arn }
}

function plainOf(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceClaim = 'https://aws.amazon.com/source_identity'
const word = /^[\w+=,.@-]{2,64}$/
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** The session tags and the source identity that a token asks for. */
function claimedBy({ claims }: ProvedIdToken): { tags: TagList; transitiveTagKeys: string[]; sourceIdentity?: string } {
  const source = claims[sourceClaim]
  if (source !== undefined && (typeof source !== 'string' || !word.test(source))) return refuse('rejected', 'The token has a source identity that cannot be one.')
  return { ...tagsOf(claims[tagsClaim]), ...(source !== undefined && { sourceIdentity: source as string }) }
}

function tagsOf(claim: unknown): { tags: TagList; transitiveTagKeys: string[] } {
  if (claim === undefined) return { tags: [], transitiveTagKeys: [] }
  const { principal_tags: given = {}, transitive_tag_keys: transitive = [] } = (typeof claim === 'object' && claim !== null ? claim : { principal_tags: 0 }) as Record<string, unknown>
  if (typeof given !== 'object' || given === null || !Array.isArray(transitive)) return refuse('rejected', 'The token has tags that cannot be read.')
  const tags = Object.entries(given).map(([key, values]) => {
    const [value, ...more] = [values].flat() as unknown[]
    const isFit = typeof value === 'string' && more.length === 0 && value.length <= 256 && key.length > 0 && key.length <= 128 && tagText.test(value) && tagText.test(key) && !/^aws:/i.test(key)
    return isFit ? { key, value } : refuse('rejected', 'The token has a tag that cannot be one.')
  })
  if (tags.length > 50 || !transitive.every((key) => typeof key === 'string')) return refuse('rejected', 'The token has tags that cannot be read.')
  return { tags, transitiveTagKeys: transitive as string[] }
}
