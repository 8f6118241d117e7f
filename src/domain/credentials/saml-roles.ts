// Roles for SAML assertions: which provider an assertion is held against, and the session of a role that trusts it.
import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../platform/audit/index.js'
import type { Clock } from '../../platform/clock.js'
import { readSamlIssuer, SamlRefusal, SamlResponse, type SamlAssertion, type SamlAssertions } from '../federation/index.js'
import type { RequestContext } from '../policy/index.js'
import type { RoleAssumption, RoleCredentials } from './role-assumption.js'
import { claimsOf, offersOf, roleAttribute, type SamlClaims, type SamlOffer } from './saml-claims.js'
import { usualSession } from './session-limits.js'

/** A provider as this room needs to know it. */
export interface KnownSamlProvider {
  arn: string
  accountId: string
  name: string
  /** XML. */
  metadata: string
}

export interface SamlRolesOptions {
  /** Finds a SAML provider by its ARN. */
  findProvider: (arn: string) => Promise<KnownSamlProvider | undefined>
  assertions: Pick<SamlAssertions, 'redeem'>
  assumption: Pick<RoleAssumption, 'byFederation'>
  clock: Clock
  /** The address that assertions are sent to. */
  recipient: string
}

/** What somebody with a proved assertion may choose from. */
export interface SamlAdmission {
  claims: SamlClaims
  offers: SamlOffer[]
}

export interface SamlWish {
  claims: SamlClaims
  offer: SamlOffer
  circumstances: RequestContext
  durationSeconds?: number | undefined
  policies?: string[]
}

export interface SamlCredentials extends RoleCredentials {
  provider: KnownSamlProvider
  nameQualifier: string
  subjectType: string
}

/** What the service that assertions are made for is called by those who make them. */
const awsAudience = 'urn:amazon:webservices'
/** Seconds after it was issued that an assertion can be used. */
const oldest = 300
const mostProviders = 20
const formatPrefix = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'

export class SamlRoles {
  constructor(private readonly options: SamlRolesOptions) {}

  /** Proves an assertion of one provider, and uses it up. Throws `SamlRefusal`. */
  async proveOf(providerArn: string, response: string): Promise<SamlAdmission> {
    const opened = SamlResponse.open(response)
    const provider = await this.options.findProvider(providerArn)
    return this.#admit(provider ? this.#prove(opened, provider) : unknownProvider(), new Set([providerArn]))
  }

  /** Proves an assertion of whichever of the providers it names has signed it, and uses it up. Throws `SamlRefusal`. */
  async prove(response: string): Promise<SamlAdmission> {
    const opened = SamlResponse.open(response)
    const named = [...new Set(offersOf(opened.claimed(roleAttribute)).map(({ providerArn }) => providerArn))].slice(0, mostProviders)
    const providers = (await Promise.all(named.map((arn) => this.options.findProvider(arn)))).filter((provider) => provider !== undefined)
    const tried = byMetadata(providers).map(([first, ...others]) => {
      try {
        return { assertion: this.#prove(opened, first), arns: [first, ...others].map(({ arn }) => arn) }
      } catch (error) {
        if (error instanceof SamlRefusal) return { error }
        throw error
      }
    })
    const proved = tried.filter((one) => one.assertion !== undefined)
    if (!proved[0]) throw tried[0]?.error ?? (named.length > 0 ? new SamlRefusal('issuer', 'there is no such provider') : new SamlRefusal('attributes', 'no role is named'))
    return this.#admit(proved[0].assertion, new Set(proved.flatMap(({ arns }) => arns)))
  }

  #prove(response: SamlResponse, { metadata }: KnownSamlProvider): SamlAssertion {
    const { recipient, clock } = this.options
    const { entityId, keys, validUntil } = readSamlIssuer(metadata)
    if (validUntil !== undefined && validUntil <= clock()) throw new SamlRefusal('metadata-over', 'the metadata of the provider is over')
    return response.prove({ issuer: entityId, keys, audiences: [awsAudience, recipient], recipient, now: clock(), age: oldest })
  }

  async #admit(assertion: SamlAssertion, believed: ReadonlySet<string>): Promise<SamlAdmission> {
    const claims = claimsOf(assertion)
    const offers = offersOf(assertion.attributes.get(roleAttribute) ?? []).filter(({ providerArn }) => believed.has(providerArn))
    if (offers.length === 0) throw new SamlRefusal('attributes', 'no role is named beside the provider')
    await this.options.assertions.redeem(assertion)
    return { claims, offers }
  }

  /** Assumes a role that a proved assertion names. */
  async assume({ claims, offer, circumstances, durationSeconds, policies = [] }: SamlWish): Promise<SamlCredentials> {
    const { assumption, clock } = this.options
    const provider = await this.options.findProvider(offer.providerArn) ?? unknownProvider()
    const asked = durationSeconds ?? claims.durationSeconds ?? usualSession
    const left = claims.endsAt === undefined ? asked : Math.floor((claims.endsAt - clock()) / 1000)
    if (left < 1) throw new SamlRefusal('expired', 'the session at the provider is over')
    const about = aboutSubject(claims, provider)
    const { subject, audience, sessionName, tags, transitiveTagKeys, sourceIdentity } = claims
    const assumed = await assumption.byFederation({
      kind: 'saml', federation: { provider: provider.arn, audience, subject },
      principal: { arn: subject, accountId: provider.accountId, kind: 'federated', federatedProvider: provider.arn },
      context: { ...circumstances, ...contextOf(claims, provider, about) },
    }, { roleArn: offer.roleArn, sessionName, durationSeconds: Math.min(asked, left), policies, tags, transitiveTagKeys, sourceIdentity })
    return { ...assumed, provider, ...about }
  }
}

const unknownProvider = (): never => {
  throw new SamlRefusal('issuer', 'there is no such provider')
}

/** The same provider is often known to many accounts: it is asked once. */
function byMetadata(providers: readonly KnownSamlProvider[]): [KnownSamlProvider, ...KnownSamlProvider[]][] {
  const groups = new Map<string, [KnownSamlProvider, ...KnownSamlProvider[]]>()
  for (const provider of providers) {
    const group = groups.get(provider.metadata)
    if (group) group.push(provider)
    else groups.set(provider.metadata, [provider])
  }
  return [...groups.values()]
}

function aboutSubject({ issuer, format }: SamlClaims, { accountId, name }: KnownSamlProvider): Pick<SamlCredentials, 'nameQualifier' | 'subjectType'> {
  const nameQualifier = createHash('sha1').update(`${issuer}${accountId}/${name}`).digest('base64')
  return { nameQualifier, subjectType: format.startsWith(formatPrefix) ? format.slice(formatPrefix.length) : format }
}

/** What conditions may ask for. */
const contextOf = ({ issuer, subject, audience }: SamlClaims, { arn, accountId, name }: KnownSamlProvider, { nameQualifier, subjectType }: Pick<SamlCredentials, 'nameQualifier' | 'subjectType'>): RequestContext => ({
  'saml:aud': audience, 'saml:iss': issuer, 'saml:sub': subject, 'saml:sub_type': subjectType, 'saml:namequalifier': nameQualifier, 'saml:doc': `${accountId}/${name}`, 'aws:FederatedProvider': arn,
})

/** What the trail says of a session that came from an assertion, beside what it says of every session of a role. */
export function samlEventOf({ provider, nameQualifier, subjectType, durationSeconds, credentials }: SamlCredentials, claims: SamlClaims, { roleArn }: SamlOffer): Partial<AuditEvent> {
  const { id, issuer, subject, audience, sessionName, tags, transitiveTagKeys } = claims
  return {
    accountId: provider.accountId, accessKeyId: credentials.accessKeyId,
    userIdentity: { type: 'SAMLUser', principalId: `${nameQualifier}:${subject}`, userName: subject, identityProvider: nameQualifier },
    requestParameters: {
      sAMLAssertionID: id, roleSessionName: sessionName, durationSeconds, roleArn, principalArn: provider.arn,
      ...(tags.length > 0 && { principalTags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) }), ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
    },
    responseElements: { subjectType, issuer, nameQualifier, subject, audience },
    resources: [{ ARN: roleArn, accountId: provider.accountId, type: 'AWS::IAM::Role' }, { ARN: provider.arn, accountId: provider.accountId, type: 'AWS::IAM::SAMLProvider' }],
  }
}
