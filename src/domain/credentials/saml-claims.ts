// What a SAML assertion says about sessions of roles: the attributes that AWS names for it, each within its limits.
import { SamlRefusal, type SamlAssertion } from '../federation/index.js'
import { longestRoleSession, shortestSession, type TagList } from './session-limits.js'

/** A role, and the provider that it has to trust. */
export interface SamlOffer {
  roleArn: string
  providerArn: string
}

/** What a proved assertion is good for; plain, so that it can be kept while somebody chooses. */
export interface SamlClaims {
  id: string
  issuer: string
  subject: string
  format: string
  /** The address that the assertion was sent to. */
  audience: string
  sessionName: string
  /** Seconds. */
  durationSeconds?: number
  /** Milliseconds since the epoch. */
  endsAt?: number
  tags: TagList
  transitiveTagKeys: string[]
  sourceIdentity?: string
}

const prefix = 'https://aws.amazon.com/SAML/Attributes/'
const tagPrefix = `${prefix}PrincipalTag:`
const word = /^[\w+=,.@-]{2,64}$/
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const mostTags = 50
const mostOffers = 200

/** The attribute that names roles and providers. */
export const roleAttribute = `${prefix}Role`

const refuse = (detail: string): never => {
  throw new SamlRefusal('attributes', detail)
}

/** Reads pairs of a role and a provider of the same account, in either order; other values mean nothing here. */
export function offersOf(values: readonly string[]): SamlOffer[] {
  const offers = new Map<string, SamlOffer>()
  for (const value of values.slice(0, mostOffers)) {
    const arns = value.split(',').map((arn) => arn.trim())
    const roleArn = arns.find((arn) => /^arn:aws:iam::\d{12}:role\/[\u0021-\u007e]{1,600}$/.test(arn))
    const providerArn = arns.find((arn) => /^arn:aws:iam::\d{12}:saml-provider\/[\w._-]{1,128}$/.test(arn))
    if (arns.length === 2 && roleArn && providerArn && roleArn.slice(0, 25) === providerArn.slice(0, 25)) offers.set(`${roleArn} ${providerArn}`, { roleArn, providerArn })
  }
  return [...offers.values()]
}

/** Reads what an assertion asks for. Throws `SamlRefusal` for what cannot be given. */
export function claimsOf({ id, issuer, subject, recipient, attributes, sessionEndsAt }: SamlAssertion): SamlClaims {
  const only = (name: string): string | undefined => {
    const [value, ...others] = attributes.get(prefix + name) ?? []
    return others.length > 0 ? refuse(`${name} has several values`) : value
  }
  const sessionName = only('RoleSessionName')
  if (sessionName === undefined || !word.test(sessionName)) return refuse('RoleSessionName is missing, or none')
  const sourceIdentity = only('SourceIdentity')
  if (sourceIdentity !== undefined && !word.test(sourceIdentity)) return refuse('SourceIdentity is none')
  const durationSeconds = durationOf(only('SessionDuration'))
  return {
    id, issuer, subject: subject.nameId, format: subject.format, audience: recipient, sessionName,
    ...(durationSeconds !== undefined && { durationSeconds }), ...(sessionEndsAt !== undefined && { endsAt: sessionEndsAt }),
    tags: tagsOf(attributes), transitiveTagKeys: [...attributes.get(`${prefix}TransitiveTagKeys`) ?? []],
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : NaN
  return seconds >= shortestSession && seconds <= longestRoleSession ? seconds : refuse('SessionDuration is out of bounds')
}

function tagsOf(attributes: SamlAssertion['attributes']): TagList {
  const tags = [...attributes].filter(([name]) => name.startsWith(tagPrefix)).map(([name, values]) => {
    const [key, value = ''] = [name.slice(tagPrefix.length), ...values]
    const isFit = values.length === 1 && value.length <= 256 && key.length > 0 && key.length <= 128 && tagText.test(value) && tagText.test(key) && !/^aws:/i.test(key)
    return isFit ? { key, value } : refuse('PrincipalTag is none')
  })
  return tags.length > mostTags ? refuse('there are too many tags') : tags
}
