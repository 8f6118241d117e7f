// Applications: those that sign people in as OIDC clients, and those that are only known here.
import { addressFault, applicationArn, identityStoreArn, instanceArn, type Application, type ApplicationSettings } from '../../../domain/access/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Scope } from '../protocol/json-operation.js'
import { flag, made, oneOf, optional, structure, text } from '../protocol/members.js'
import { requestTags } from '../protocol/operation.js'
import type { JsonObject } from '../protocol/request.js'
import { findProvider, providerArn } from './application-providers.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { applicationState, portalAnswer, tellApplications } from './states.js'
import { toApplication, toInstance } from './targets.js'
import { applicationArnMember, clientToken, instanceArnMember, providerArnMember, someTags, timeAnswer, accountId as accountIdMember } from './words.js'

const InstanceArn = instanceArnMember
const ApplicationArn = applicationArnMember
export const applicationName = text(1, 100, /^(?! )[\p{L}\p{M}\p{S}\p{N}\p{P} ]+(?<! )$/u)
const status = optional(oneOf('ENABLED', 'DISABLED'))
const visibility = optional(oneOf('ENABLED', 'DISABLED'))
export const applicationDescription = text(1, 128, /^(?:[^\p{Cc}\u202a-\u202e\u2066-\u2069]|[\t\r\n])*$/u)
const description = optional(applicationDescription)

export const applicationUrl = made(text(1, 512), (value, tell) => {
  const fault = addressFault(value)
  return fault ? tell(fault) : value
})
const signInOptions = made(structure({ Origin: oneOf('IDENTITY_CENTER', 'APPLICATION'), ApplicationUrl: optional(applicationUrl) }), (options, tell) =>
  (options.Origin === 'APPLICATION' && options.ApplicationUrl === undefined ? tell('is required', '.ApplicationUrl') : options))
const portalOptions = optional(structure({ SignInOptions: optional(signInOptions), Visibility: visibility }))

/** Leaves out what is not given. */
const given = <Value extends object>(values: Value): Partial<Value> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Value>

const settingsOf = (Status: 'ENABLED' | 'DISABLED' | undefined, options: { SignInOptions?: { Origin: ApplicationSettings['signInOrigin'] } | undefined; Visibility?: string | undefined } | undefined): Partial<ApplicationSettings> =>
  given({ enabled: Status && Status === 'ENABLED', visible: options?.Visibility && options.Visibility === 'ENABLED', signInOrigin: options?.SignInOptions?.Origin }) as Partial<ApplicationSettings>

async function applicationAnswer(application: Application, { rooms, accountId }: Scope<SsoAdminRooms>): Promise<JsonObject> {
  const place = { directoryId: (await rooms.organization()).id, accountId }
  return answerIn(place, application)
}

/** How many of the assignments that go with an application its event names. */
const mostTold = 1000

/** Spells an application. */
export const answerIn = (place: { directoryId: string; accountId: string }, application: Application): JsonObject => ({
  ApplicationArn: applicationArn(place, application.id), ApplicationProviderArn: providerArn(application.settings.provider), Name: application.name, ApplicationAccount: place.accountId,
  InstanceArn: instanceArn(place.directoryId), IdentityStoreArn: identityStoreArn(place), Status: application.settings.enabled ? 'ENABLED' : 'DISABLED', PortalOptions: portalAnswer(application),
  ...(application.description && { Description: application.description }), CreatedDate: timeAnswer(application.createdAt),
})

export const applicationOperations: Operations = {
  CreateApplication: operation({
    input: { InstanceArn, ApplicationProviderArn: providerArnMember, Name: applicationName, Description: description, PortalOptions: portalOptions, Tags: someTags, Status: status, ClientToken: clientToken },
    target: async (input, scope) => ({ ...await toInstance(input, scope), also: [input.ApplicationProviderArn] }),
    context: ({ Tags }) => requestTags(Tags),
    run: async ({ input, target, accountId, rooms }) => {
      const provider = findProvider(input.ApplicationProviderArn)
      if (!provider) throw new Refusal('not-found', `There is no application provider ${input.ApplicationProviderArn}.`)
      const application = await rooms.applicationChanges.create(
        { name: input.Name, description: input.Description, startUrl: input.PortalOptions?.SignInOptions?.ApplicationUrl, icon: undefined, clientId: undefined, clientMetadata: undefined, clientSecretHash: undefined },
        { ...settingsOf(input.Status, input.PortalOptions), provider: provider.id, tags: input.Tags }, input.ClientToken)
      const place = { directoryId: target.id, accountId }
      return { ApplicationArn: applicationArn(place, application.id), InstanceArn: input.InstanceArn, IdentityStoreArn: identityStoreArn(place) }
    },
  }),
  DescribeApplication: operation({
    input: { ApplicationArn }, readOnly: true, target: toApplication,
    run: ({ target, ...scope }) => applicationAnswer(target, scope),
  }),
  UpdateApplication: operation({
    input: { ApplicationArn, Name: optional(applicationName), Description: description, Status: status, PortalOptions: optional(structure({ SignInOptions: optional(signInOptions) })) },
    target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      const options = input.PortalOptions?.SignInOptions
      tellApplications(was, await rooms.applicationChanges.change(target.id, () => ({
        ...given({ name: input.Name, description: input.Description }), ...(options && { startUrl: options.ApplicationUrl }), settings: settingsOf(input.Status, input.PortalOptions),
      })))
      return undefined
    },
  }),
  DeleteApplication: operation({
    input: { ApplicationArn }, target: toApplication,
    run: async ({ target, rooms, was }) => {
      const assigned = await rooms.assignmentPages.namedOfApplication(target.id, { after: undefined, limit: mostTold })
      was({ ...applicationState(target), Assignments: assigned.items.map(({ principal: { type, id }, principalName }) => ({ PrincipalType: type, PrincipalId: id, PrincipalName: principalName })) }, undefined)
      await rooms.applications.remove([target.id])
      return undefined
    },
  }),
  ListApplications: operation({
    input: { InstanceArn, Filter: optional(structure({ ApplicationAccount: optional(accountIdMember), ApplicationProvider: optional(providerArnMember) })) }, readOnly: true, pages: 100, target: toInstance,
    run: async ({ input: { Filter = {} }, target, accountId, rooms, page, listed }) => {
      const provider = Filter.ApplicationProvider === undefined ? undefined : findProvider(Filter.ApplicationProvider)?.id ?? ''
      const found = (Filter.ApplicationAccount ?? accountId) === accountId ? await rooms.applications.page({ ...page, provider }) : { items: [] }
      return listed('Applications', found, (one) => answerIn({ directoryId: target.id, accountId }, one))
    },
  }),
  PutApplicationAssignmentConfiguration: operation({
    input: { ApplicationArn, AssignmentRequired: flag }, target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      tellApplications(was, await rooms.applicationChanges.change(target.id, () => ({ settings: { assignmentRequired: input.AssignmentRequired } })))
      return undefined
    },
  }),
  GetApplicationAssignmentConfiguration: operation({
    input: { ApplicationArn }, readOnly: true, target: toApplication,
    run: ({ target }) => ({ AssignmentRequired: target.settings.assignmentRequired }),
  }),
  PutApplicationSessionConfiguration: operation({
    input: { ApplicationArn, UserBackgroundSessionApplicationStatus: optional(oneOf('ENABLED', 'DISABLED')) }, target: toApplication,
    run: async ({ input: { UserBackgroundSessionApplicationStatus: wanted }, target, rooms, was }) => {
      tellApplications(was, await rooms.applicationChanges.change(target.id, () => (wanted === undefined ? {} : { settings: { backgroundSessions: wanted === 'ENABLED' } })))
      return undefined
    },
  }),
  GetApplicationSessionConfiguration: operation({
    input: { ApplicationArn }, readOnly: true, target: toApplication,
    run: ({ target }) => ({ UserBackgroundSessionApplicationStatus: target.settings.backgroundSessions ? 'ENABLED' : 'DISABLED' }),
  }),
}
