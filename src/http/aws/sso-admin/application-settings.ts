// What applications may do for people: access scopes, authentication methods and grants.
import { grantsOf, idOfArn, trustedTokenIssuerArn, withGrant, withoutGrant, type Application, type ApplicationSettings, type GrantType } from '../../../domain/access/index.js'
import { parsePolicy } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import type { Scope } from '../protocol/json-operation.js'
import { anything, invalid, list, made, oneOf, optional, structure, text, union } from '../protocol/members.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { toApplication } from './targets.js'
import { applicationArnMember, issuerArnMember } from './words.js'

const ApplicationArn = applicationArnMember
const AccessScope = text(1, 80, /^[A-Za-z0-9_]{1,50}(:[A-Za-z0-9_]{1,50}){0,2}$/, 'must be up to three words with colons between them')

const without = <Value>(values: Readonly<Record<string, Value>>, key: string): Record<string, Value> => {
  if (!Object.hasOwn(values, key)) throw new Refusal('not-found', `The application has no ${key}.`)
  return Object.fromEntries(Object.entries(values).filter(([one]) => one !== key))
}

const get = <Value>(values: Readonly<Record<string, Value>>, key: string): Value => {
  if (!Object.hasOwn(values, key)) throw new Refusal('not-found', `The application has no ${key}.`)
  return values[key]!
}

const change = async (rooms: SsoAdminRooms, { id }: Application, make: (settings: ApplicationSettings) => Partial<ApplicationSettings>): Promise<undefined> => {
  await rooms.applicationChanges.change(id, ({ settings }) => ({ settings: make(settings) }))
  return undefined
}

type Was = (before: Record<string, unknown>) => void
const tellScopes = ({ settings: { accessScopes } }: Application, was: Was): void => was({ Scopes: Object.entries(accessScopes).map(scopeAnswer) })
const tellMethods = ({ settings: { authenticationMethods } }: Application, was: Was): void => was({ AuthenticationMethods: authenticationMethods })
const tellGrants = (application: Application, was: Was): void => was({ Grants: grantsOf(application) })

const scopes: Operations = {
  PutApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope, AuthorizedTargets: optional(list(text(1, 100, /^[^:]+:[^:]+:[^:]*:[^:]*:[^:]*:.+$/, 'must be an ARN'), { min: 1, max: 10 })) }, target: toApplication,
    run: ({ input, target, rooms, was }) => {
      tellScopes(target, was)
      return change(rooms, target, ({ accessScopes }) => ({ accessScopes: { ...accessScopes, [input.Scope]: input.AuthorizedTargets ?? [] } }))
    },
  }),
  GetApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope }, readOnly: true, target: toApplication,
    run: ({ input, target }) => scopeAnswer([input.Scope, get(target.settings.accessScopes, input.Scope)]),
  }),
  DeleteApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope }, target: toApplication,
    run: ({ input, target, rooms, was }) => {
      tellScopes(target, was)
      return change(rooms, target, ({ accessScopes }) => ({ accessScopes: without(accessScopes, input.Scope) }))
    },
  }),
  ListApplicationAccessScopes: operation({
    input: { ApplicationArn }, readOnly: true, pages: 10, target: toApplication,
    run: ({ target, page, listed }) => listed('Scopes', pageOfAll(Object.entries(target.settings.accessScopes), page, ([scope]) => scope), scopeAnswer),
  }),
}

function scopeAnswer([scope, targets]: [string, readonly string[]]) {
  return { Scope: scope, ...(targets.length > 0 && { AuthorizedTargets: targets }) }
}

const actorPolicy = made(anything, (value, tell) => {
  const { faults } = parsePolicy(value, 'resource')
  return faults ? tell(`is refused. ${faults.map(({ path, problem, mend }) => `${path ? `${path}: ` : ''}${problem} ${mend}`).join(' ')}`) : value
})
const AuthenticationMethodType = oneOf('IAM')

const methods: Operations = {
  PutApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType, AuthenticationMethod: union({ Iam: structure({ ActorPolicy: actorPolicy }) }) }, target: toApplication,
    run: ({ input, target, rooms, was }) => {
      tellMethods(target, was)
      return change(rooms, target, ({ authenticationMethods }) => ({ authenticationMethods: { ...authenticationMethods, [input.AuthenticationMethodType]: input.AuthenticationMethod } }))
    },
  }),
  GetApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType }, readOnly: true, target: toApplication,
    run: ({ input, target }) => ({ AuthenticationMethod: get(target.settings.authenticationMethods, input.AuthenticationMethodType) }),
  }),
  DeleteApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType }, target: toApplication,
    run: ({ input, target, rooms, was }) => {
      tellMethods(target, was)
      return change(rooms, target, ({ authenticationMethods }) => ({ authenticationMethods: without(authenticationMethods, input.AuthenticationMethodType) }))
    },
  }),
  ListApplicationAuthenticationMethods: operation({
    input: { ApplicationArn }, readOnly: true, pages: 100, target: toApplication,
    run: ({ target, page, listed }) => listed('AuthenticationMethods', pageOfAll(Object.entries(target.settings.authenticationMethods), page, ([type]) => type), ([type, method]) => ({ AuthenticationMethodType: type, AuthenticationMethod: method })),
  }),
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const members: Readonly<Record<GrantType, string>> = { authorization_code: 'AuthorizationCode', refresh_token: 'RefreshToken', [jwtBearer]: 'JwtBearer', 'urn:ietf:params:oauth:grant-type:token-exchange': 'TokenExchange' }
const Type = oneOf('authorization_code', 'refresh_token', jwtBearer, 'urn:ietf:params:oauth:grant-type:token-exchange')

const Grant = union({
  AuthorizationCode: structure({ RedirectUris: list(text(1, 512), { min: 1, max: 10 }) }),
  JwtBearer: structure({ AuthorizedTokenIssuers: list(structure({ TrustedTokenIssuerArn: issuerArnMember, AuthorizedAudiences: list(text(1, 512), { min: 1, max: 10 }) }), { min: 1, max: 10 }) }),
  RefreshToken: structure({}), TokenExchange: structure({}),
})

/** Refuses issuers that are not there. */
async function requireIssuers(arns: readonly string[], { rooms, accountId }: Scope<SsoAdminRooms>): Promise<void> {
  const { id: directoryId } = await rooms.organization()
  const known = new Set((await rooms.issuers.findAll(arns.map(idOfArn))).map(({ id }) => trustedTokenIssuerArn({ directoryId, accountId }, id)))
  const missing = arns.find((arn) => !known.has(arn))
  if (missing !== undefined) throw new Refusal('not-found', `There is no trusted token issuer ${missing}.`)
}

const grants: Operations = {
  PutApplicationGrant: operation({
    input: { ApplicationArn, GrantType: Type, Grant }, target: toApplication,
    run: async ({ input, target, was, ...scope }) => {
      tellGrants(target, was)
      const member = members[input.GrantType]
      if (!Object.hasOwn(input.Grant, member)) throw invalid(`1 validation error detected: Grant must have ${member} for this type`)
      if (input.Grant.JwtBearer) await requireIssuers(input.Grant.JwtBearer.AuthorizedTokenIssuers.map(({ TrustedTokenIssuerArn }) => TrustedTokenIssuerArn), scope)
      await scope.rooms.applicationChanges.change(target.id, (application) => withGrant(application, input.GrantType, input.Grant))
      return undefined
    },
  }),
  GetApplicationGrant: operation({
    input: { ApplicationArn, GrantType: Type }, readOnly: true, target: toApplication,
    run: ({ input, target }) => ({ Grant: get(grantsOf(target), input.GrantType) }),
  }),
  DeleteApplicationGrant: operation({
    input: { ApplicationArn, GrantType: Type }, target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      tellGrants(target, was)
      get(grantsOf(target), input.GrantType)
      await rooms.applicationChanges.change(target.id, (application) => withoutGrant(application, input.GrantType))
      return undefined
    },
  }),
  ListApplicationGrants: operation({
    input: { ApplicationArn }, readOnly: true, pages: 100, target: toApplication,
    run: ({ target, page, listed }) => listed('Grants', pageOfAll(Object.entries(grantsOf(target)), page, ([type]) => type), ([type, grant]) => ({ GrantType: type, Grant: grant })),
  }),
}

export const applicationSettingOperations: Operations = { ...scopes, ...methods, ...grants }
