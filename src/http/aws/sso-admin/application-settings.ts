// What applications may do for people: access scopes, authentication methods and grants.
import { grantsOf, idOfArn, trustedTokenIssuerArn, withGrant, withoutGrant, type Application, type ApplicationParts, type ApplicationSettings, type GrantType } from '../../../domain/access/index.js'
import { parsePolicy } from '../../../domain/policy/index.js'
import { Refusal } from '../../../platform/errors.js'
import { pageOfAll } from '../../../platform/storage/paging.js'
import type { Call, Scope } from '../protocol/json-operation.js'
import { anything, invalid, list, made, oneOf, optional, structure, text, union } from '../protocol/members.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { scopeAnswer, tellApplications } from './states.js'
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

type Changing = Pick<Call<SsoAdminRooms, unknown, Application>, 'rooms' | 'target' | 'was'>

const change = async ({ rooms, target, was }: Changing, make: (application: Application) => ApplicationParts): Promise<undefined> => {
  tellApplications(was, await rooms.applicationChanges.change(target.id, make))
  return undefined
}

const changeSettings = (call: Changing, make: (settings: ApplicationSettings) => Partial<ApplicationSettings>): Promise<undefined> => change(call, ({ settings }) => ({ settings: make(settings) }))

const scopes: Operations = {
  PutApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope, AuthorizedTargets: optional(list(text(1, 100, /^[^:]+:[^:]+:[^:]*:[^:]*:[^:]*:.+$/, 'must be an ARN'), { min: 1, max: 10 })) }, target: toApplication,
    run: (call) => changeSettings(call, ({ accessScopes }) => ({ accessScopes: { ...accessScopes, [call.input.Scope]: call.input.AuthorizedTargets ?? [] } })),
  }),
  GetApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope }, readOnly: true, target: toApplication,
    run: ({ input, target }) => scopeAnswer([input.Scope, get(target.settings.accessScopes, input.Scope)]),
  }),
  DeleteApplicationAccessScope: operation({
    input: { ApplicationArn, Scope: AccessScope }, target: toApplication,
    run: (call) => changeSettings(call, ({ accessScopes }) => ({ accessScopes: without(accessScopes, call.input.Scope) })),
  }),
  ListApplicationAccessScopes: operation({
    input: { ApplicationArn }, readOnly: true, pages: 10, target: toApplication,
    run: ({ target, page, listed }) => listed('Scopes', pageOfAll(Object.entries(target.settings.accessScopes), page, ([scope]) => scope), scopeAnswer),
  }),
}

const actorPolicy = made(anything, (value, tell) => {
  const { faults } = parsePolicy(value, 'resource')
  return faults ? tell(`is refused. ${faults.map(({ path, problem, mend }) => `${path ? `${path}: ` : ''}${problem} ${mend}`).join(' ')}`) : value
})
const AuthenticationMethodType = oneOf('IAM')

const methods: Operations = {
  PutApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType, AuthenticationMethod: union({ Iam: structure({ ActorPolicy: actorPolicy }) }) }, target: toApplication,
    run: (call) => changeSettings(call, ({ authenticationMethods }) => ({ authenticationMethods: { ...authenticationMethods, [call.input.AuthenticationMethodType]: call.input.AuthenticationMethod } })),
  }),
  GetApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType }, readOnly: true, target: toApplication,
    run: ({ input, target }) => ({ AuthenticationMethod: get(target.settings.authenticationMethods, input.AuthenticationMethodType) }),
  }),
  DeleteApplicationAuthenticationMethod: operation({
    input: { ApplicationArn, AuthenticationMethodType }, target: toApplication,
    run: (call) => changeSettings(call, ({ authenticationMethods }) => ({ authenticationMethods: without(authenticationMethods, call.input.AuthenticationMethodType) })),
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
    run: async (call) => {
      const { input } = call
      const member = members[input.GrantType]
      if (!Object.hasOwn(input.Grant, member)) throw invalid(`1 validation error detected: Grant must have ${member} for this type`)
      if (input.Grant.JwtBearer) await requireIssuers(input.Grant.JwtBearer.AuthorizedTokenIssuers.map(({ TrustedTokenIssuerArn }) => TrustedTokenIssuerArn), call)
      return change(call, (application) => withGrant(application, input.GrantType, input.Grant))
    },
  }),
  GetApplicationGrant: operation({
    input: { ApplicationArn, GrantType: Type }, readOnly: true, target: toApplication,
    run: ({ input, target }) => ({ Grant: get(grantsOf(target), input.GrantType) }),
  }),
  DeleteApplicationGrant: operation({
    input: { ApplicationArn, GrantType: Type }, target: toApplication,
    run: async (call) => {
      get(grantsOf(call.target), call.input.GrantType)
      return change(call, (application) => withoutGrant(application, call.input.GrantType))
    },
  }),
  ListApplicationGrants: operation({
    input: { ApplicationArn }, readOnly: true, pages: 100, target: toApplication,
    run: ({ target, page, listed }) => listed('Grants', pageOfAll(Object.entries(grantsOf(target)), page, ([type]) => type), ([type, grant]) => ({ GrantType: type, Grant: grant })),
  }),
}

export const applicationSettingOperations: Operations = { ...scopes, ...methods, ...grants }
