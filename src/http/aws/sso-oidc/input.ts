// Reads members of a JSON body: each mistake is an InvalidRequestException that names the member.
import type { Context } from 'koa'
import type { Registration } from '../../../domain/access/index.js'
import { AwsError } from '../protocol/errors.js'
import { parseJson, queryParameters, readBody, type JsonObject } from '../protocol/request.js'
import type { SsoOidcOptions } from './sso-oidc.js'

export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', 400, message)

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** The grant types that there are. */
export const grants: ReadonlySet<string> = new Set(['authorization_code', deviceGrant, 'refresh_token'])

const longest = 8192

/** Reads the body of an operation; a query is not part of any. */
export async function readInput(ctx: Context): Promise<JsonObject> {
  queryParameters(ctx.originalUrl)
  if (!ctx.is('json')) throw invalidRequest('The request must have the content type application/json.')
  return parseJson(await readBody(ctx))
}

/** Gets a required text. */
export function text(input: JsonObject, member: string): string {
  const value = optionalText(input, member)
  if (value === undefined || value === '') throw invalidRequest(`The member ${member} is required.`)
  return value
}

export function optionalText(input: JsonObject, member: string): string | undefined {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalidRequest(`The member ${member} must be a string.`)
  if (value.length > longest) throw invalidRequest(`The member ${member} is too long.`)
  if (!isUsable(value)) throw invalidRequest(`The member ${member} holds characters that cannot be used.`)
  return value
}

const isUsable = (value: string): boolean => !value.includes('\0') && value.isWellFormed()

/** Gets a list of texts, empty when it is left out. */
export function texts(input: JsonObject, member: string, most: number): string[] {
  const value = input[member]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string' || item === '' || item.length > 1024 || !isUsable(item))) throw invalidRequest(`The member ${member} must be a list of strings.`)
  if (value.length > most) throw invalidRequest(`The member ${member} has more than ${most} entries.`)
  return value as string[]
}

/** Finds the registration that a request names and proves. */
export function requireRegistration(input: JsonObject, { registrations }: Pick<SsoOidcOptions, 'registrations'>): Registration {
  const registration = registrations.check(text(input, 'clientId'), text(input, 'clientSecret'))
  if (!registration) throw new AwsError('InvalidClientException', 401, 'The client is not known, or its registration has expired.')
  return registration
}

/** Refuses a grant type that a client did not register for; clients from before grant types named none and may use any. */
export function requireGrant({ grantTypes }: Registration, grantType: string): void {
  if (grantTypes.length > 0 && !grantTypes.includes(grantType)) throw new AwsError('UnauthorizedClientException', 400, 'The client did not register for this grant type.')
}
