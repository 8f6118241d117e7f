// Applications that sign people in, as pages register and change them: what no API of the wire has. The words of a client's
// metadata are RFC 7591's. A secret is answered once, by the operation that makes it, and never recorded.
import { applicationArn, longestOverlap, newClientSecret, secretHashesAt, usesSecret, type Application, type ApplicationParts } from '../../../domain/access/index.js'
import { checkClientMetadata, checkIcon } from '../../../domain/organization/index.js'
import { Refusal } from '../../../platform/errors.js'
import { newId } from '../../../platform/ids.js'
import type { Scope } from '../protocol/json-operation.js'
import { anything, flag, list, made, optional, structure, text, whole, type Member } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { answerIn, applicationDescription, applicationName, applicationUrl } from './applications.js'
import { providerArn } from './application-providers.js'
import { operation, type Operations } from './operation.js'
import type { SsoAdminRooms } from './rooms.js'
import { secretsState, tellApplications } from './states.js'
import { toApplication, toInstance } from './targets.js'
import { applicationArnMember, instanceArnMember, principalMembers, principalOf, timeAnswer } from './words.js'

const ApplicationArn = applicationArnMember
const day = 86_400
/** A member that is taken away by an empty text. */
const orNone = <Value>(member: Member<Value>) => optional<Value | ''>({ read: (value, tell) => (value === '' ? '' : member.read(value, tell)) })
const metadata: Member<Record<string, unknown>> = made(anything, (value, tell) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : tell('must be a structure')))
const parts = { Description: orNone(applicationDescription), StartUrl: orNone(applicationUrl), Icon: orNone(text(1, 120_000)), Visible: optional(flag) }

async function oidcAnswer(application: Application, { rooms, accountId }: Scope<SsoAdminRooms>): Promise<JsonObject> {
  const { clientId, clientMetadata, icon, secretMadeAt, oldSecret, settings } = application
  const counts = secretHashesAt(application, rooms.clock()).length
  return {
    ...answerIn({ directoryId: (await rooms.organization()).id, accountId }, application), IconUrl: icon, AssignmentRequired: settings.assignmentRequired,
    ...(clientId !== undefined && { ClientId: clientId, Metadata: clientMetadata ?? {}, UsesSecret: usesSecret(clientMetadata ?? {}) }),
    Secrets: [
      ...(counts > 0 ? [{ ...(secretMadeAt && { MadeAt: timeAnswer(secretMadeAt) }) }] : []),
      ...(counts > 1 ? [{ ...(oldSecret!.madeAt && { MadeAt: timeAnswer(oldSecret!.madeAt) }), EndsAt: timeAnswer(oldSecret!.endsAt) }] : []),
    ],
  }
}

const changed = <Value>(value: Value | '' | undefined): Value | undefined => (value === '' ? undefined : value as Value | undefined)

/** What is to be changed of an application. */
function partsOf(input: { Name?: string | undefined; Description?: string | undefined; StartUrl?: string | undefined; Icon?: string | undefined; Visible?: boolean | undefined }): ApplicationParts {
  return {
    ...(input.Name !== undefined && { name: input.Name }), ...(input.Description !== undefined && { description: changed(input.Description) }), ...(input.StartUrl !== undefined && { startUrl: changed(input.StartUrl) }),
    ...(input.Icon !== undefined && { icon: input.Icon === '' ? undefined : checkIcon(input.Icon) }), ...(input.Visible !== undefined && { settings: { visible: input.Visible } }),
  }
}

const registering: Operations = {
  CreateOidcApplication: operation({
    input: { InstanceArn: instanceArnMember, Name: applicationName, ClientId: optional(text(1, 128)), ...parts, Metadata: metadata }, action: 'sso:CreateApplication',
    target: async (input, scope) => ({ ...await toInstance(input, scope), also: [providerArn('custom')] }),
    run: async ({ input, target, accountId, rooms }) => {
      const client = checkClientMetadata(input.ClientId ?? newId('client-'), input.Metadata)
      const { settings, ...more } = partsOf(input)
      const made = usesSecret(client.metadata) ? newClientSecret() : undefined
      const application = await rooms.applicationChanges.create(
        { description: undefined, startUrl: undefined, icon: undefined, ...more, name: input.Name, clientId: client.clientId, clientMetadata: client.metadata, clientSecretHash: made?.hash }, settings ?? {}, undefined)
      return { ApplicationArn: applicationArn({ directoryId: target.id, accountId }, application.id), ClientId: client.clientId, ...(made && { ClientSecret: made.secret }) }
    },
  }),
  DescribeOidcApplication: operation({
    input: { ApplicationArn }, action: 'sso:DescribeApplication', readOnly: true, target: toApplication,
    run: ({ target, ...scope }) => oidcAnswer(target, scope),
  }),
  UpdateOidcApplication: operation({
    input: { ApplicationArn, Name: optional(applicationName), ...parts, Metadata: optional(metadata) }, action: 'sso:UpdateApplication', target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      const { clientId } = target
      if (input.Metadata && clientId === undefined) throw new Refusal('conflict', 'This application signs nobody in, and has no metadata of a client.')
      const client = input.Metadata && checkClientMetadata(clientId!, input.Metadata)
      // Whoever proves itself otherwise has no secret any more.
      const withoutSecret = client && !usesSecret(client.metadata) ? { clientSecretHash: undefined } : {}
      tellApplications(was, await rooms.applicationChanges.change(target.id, () => ({ ...partsOf(input), ...(client && { clientMetadata: client.metadata }), ...withoutSecret })))
      return undefined
    },
  }),
}

const secrets: Operations = {
  /** Makes a new secret, beside which the old one counts for so many days. */
  RotateApplicationSecret: operation({
    input: { ApplicationArn, OldCountsForDays: whole(0, longestOverlap / day) }, action: 'gatehouse:RotateApplicationSecret', target: toApplication,
    run: async ({ input, target, rooms, was }) => {
      const { secret, oldEndsAt } = await rooms.clientSecrets.rotate(target.id, input.OldCountsForDays * day)
      const after = await rooms.applications.find(target.id)
      was(secretsState(target), after && secretsState(after))
      return { ClientId: target.clientId, ClientSecret: secret, ...(oldEndsAt && { OldSecretEndsAt: timeAnswer(oldEndsAt) }) }
    },
  }),
  EndOldApplicationSecret: operation({
    input: { ApplicationArn }, action: 'gatehouse:EndApplicationSecret', target: toApplication,
    run: async ({ target, rooms, was }) => {
      if (!await rooms.clientSecrets.endOld(target.id)) throw new Refusal('conflict', 'No old secret counts any more.')
      was(secretsState(target), secretsState({ ...target, oldSecret: undefined }))
      return undefined
    },
  }),
}

const assigning: Operations = {
  /** Assigns several people and groups at once. */
  AssignApplication: operation({
    input: { ApplicationArn, Principals: list(structure(principalMembers), { min: 1, max: 100 }) }, action: 'sso:CreateApplicationAssignment', target: toApplication,
    run: async ({ input, target, rooms }) => {
      const principals = input.Principals.map(principalOf)
      const known = new Set((await rooms.findPrincipals(principals)).map(({ id }) => id))
      const missing = principals.find(({ id }) => !known.has(id))
      if (missing) throw new Refusal('not-found', `There is no ${missing.type === 'USER' ? 'user' : 'group'} ${missing.id}.`)
      await rooms.assignments.assignApplications(principals.map((principal) => ({ applicationId: target.id, principal })))
      return undefined
    },
  }),
  /** Who is assigned, with names. */
  SearchApplicationAssignments: operation({
    input: { ApplicationArn }, action: 'sso:ListApplicationAssignments', readOnly: true, pages: 100, target: toApplication,
    run: async ({ target, rooms, page, listed }) => listed('ApplicationAssignments', await rooms.assignmentPages.namedOfApplication(target.id, page), ({ principal, principalName, displayName }) =>
      ({ PrincipalId: principal.id, PrincipalType: principal.type, PrincipalName: principalName, DisplayName: displayName })),
  }),
  /** Which of some people and groups are assigned. */
  FindApplicationAssignments: operation({
    input: { ApplicationArn, PrincipalIds: list(principalMembers.PrincipalId, { max: 100 }) }, action: 'sso:ListApplicationAssignments', readOnly: true, target: toApplication,
    run: async ({ input, target, rooms }) => ({ PrincipalIds: await rooms.assignmentPages.assignedAmong(target.id, input.PrincipalIds) }),
  }),
}

export const oidcApplicationOperations: Operations = { ...registering, ...secrets, ...assigning }
