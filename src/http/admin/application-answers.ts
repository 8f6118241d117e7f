// Applications as the operations answer them, and what whoever looks at one may do with it.
import type { Form } from '../middleware/form.js'
import type { Thing } from './things.js'
import type { AdminVisit } from './visit.js'

export interface ApplicationAnswer {
  ApplicationArn: string
  Name: string
  Description?: string
  Status: 'ENABLED' | 'DISABLED'
  PortalOptions: { SignInOptions?: { Origin: string; ApplicationUrl?: string }; Visibility: 'ENABLED' | 'DISABLED' }
  CreatedDate: number
  ClientId?: string
  IconUrl?: string
}

export interface OidcApplicationAnswer extends ApplicationAnswer {
  AssignmentRequired: boolean
  Metadata?: Record<string, unknown>
  UsesSecret?: boolean
  Secrets: { MadeAt?: number; EndsAt?: number }[]
}

export interface AssignedAnswer {
  PrincipalId: string
  PrincipalType: 'USER' | 'GROUP'
  PrincipalName?: string
  DisplayName?: string
}

export interface ApplicationThing extends Thing {
  arn: string
  application: OidcApplicationAnswer
}

/** The page of an application. */
export const applicationUrl = (arn: string): string => `/admin/applications/${arn.split('/').at(-1)}`

/** Finds the application that an address names. */
export async function findApplication(visit: AdminVisit): Promise<ApplicationThing> {
  const { id = '' } = visit.ctx.params as { id?: string }
  const { accountId, instanceArn } = visit.places
  const arn = `arn:aws:sso::${accountId}:application/${instanceArn.split('/').at(-1)}/${/^apl-[0-9a-f]{16}$/.test(id) ? id : 'apl-0000000000000000'}`
  const application = await visit.ssoAdmin('DescribeOidcApplication', { ApplicationArn: arn }) as unknown as OidcApplicationAnswer
  return { path: applicationUrl(arn), title: application.Name, arn, application }
}

/** Says of each action whether it is allowed on an application. */
export const mayWith = <Action extends string>({ may }: AdminVisit, arn: string, actions: readonly Action[]): Promise<Record<Action, boolean>> =>
  may(Object.fromEntries(actions.map((action) => [action, { action, resource: arn }])) as unknown as Record<Action, { action: string; resource: string }>)

/** Whether applications may be made. */
export async function mayCreate({ may, places: { instanceArn } }: AdminVisit): Promise<boolean> {
  const action = 'sso:CreateApplication'
  const { instance, provider } = await may({ instance: { action, resource: instanceArn }, provider: { action, resource: 'arn:aws:sso::aws:applicationProvider/custom' } })
  return instance && provider
}

export const isoOfSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** Principals that were ticked: their fields are named by type and id. */
export const tickedIn = (form: Form): { PrincipalType: string; PrincipalId: string }[] =>
  Object.keys(form).flatMap((name) => {
    const [, PrincipalType, PrincipalId] = /^(USER|GROUP) ([0-9a-f-]{36})$/.exec(name) ?? []
    return PrincipalType && PrincipalId ? [{ PrincipalType, PrincipalId }] : []
  })
