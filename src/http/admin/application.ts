// /admin/applications/ID: one application: how it signs people in, its secrets, who may use it, and its end.
import type { Router } from '@koa/router'
import { formOf, queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import { addressOf } from '../middleware/listing.js'
import { mountApplicationAssign } from './application-assign.js'
import { findApplication, isoOfSeconds, mayWith, type ApplicationThing, type AssignedAnswer, type OidcApplicationAnswer } from './application-answers.js'
import { applicationChanges } from './application-changes.js'
import { atFields, fieldsOf, formModel, isFoldedWrong, metadataOf } from './application-form.js'
import type { AdminOptions } from './options.js'
import { askUrl, changeThing, nothingFailed, thingPage, type Said } from './things.js'
import type { AdminPage, AdminVisit, MakePage } from './visit.js'

const perPage = 25
/** How long an old secret may count beside the new one, in days. */
const overlaps = [{ days: 0, text: 'not at all: it ends now' }, { days: 1, text: 'for one day' }, { days: 7, text: 'for 7 days' }, { days: 30, text: 'for 30 days' }, { days: 90, text: 'for 90 days' }]

export function mountApplication(router: Router, page: MakePage, options: AdminOptions): void {
  const { csrf, csrfOfDocuments } = options
  const pages = { changes: applicationChanges, find: findApplication, show: show(options) }
  router.get('/applications/:id', csrf, page(thingPage(pages)))
  router.post('/applications/:id', csrf, page(changeThing(pages)))
  router.get('/applications/:id/edit', csrf, page(async (visit) => showEdit(visit, await findApplication(visit))))
  router.post('/applications/:id/edit', csrfOfDocuments, page(edit))
  router.post('/applications/:id/secret', csrf, page(rotate(options)))
  mountApplicationAssign(router, page, options)
}

const others: Record<string, string> = { create: 'The application is there. Say who may use it.', edit: 'Saved.', assign: 'Assigned.' }
const changing = ['sso:UpdateApplication', 'sso:DeleteApplication', 'sso:PutApplicationAssignmentConfiguration', 'gatehouse:RotateApplicationSecret', 'gatehouse:EndApplicationSecret'] as const

const show = ({ issuer }: AdminOptions) => async (visit: AdminVisit, thing: ApplicationThing, { done: said, failed }: Said): Promise<void> => {
  const { application, path, arn } = thing
  const { done: was } = queryOf(visit.ctx)
  const can = await mayWith(visit, arn, changing)
  const isOn = application.Status === 'ENABLED'
  await visit.show('admin/application', {
    title: thing.title, action: path, isDisabled: !isOn, icon: application.IconUrl, done: said ?? (was !== undefined && Object.hasOwn(others, was) ? others[was] : undefined), ...nothingFailed, ...failed,
    facts: factsOf(application, arn), client: clientOf(application, issuer), editUrl: can['sso:UpdateApplication'] ? `${path}/edit` : undefined,
    canEnable: !isOn && can['sso:UpdateApplication'], disableUrl: askUrl(isOn && can['sso:UpdateApplication'], thing, 'disable'), deleteUrl: askUrl(can['sso:DeleteApplication'], thing, 'delete'),
    secrets: application.UsesSecret ? secretsOf(thing, can) : undefined,
    isForAll: !application.AssignmentRequired, canClose: can['sso:PutApplicationAssignmentConfiguration'] && !application.AssignmentRequired,
    openUrl: askUrl(can['sso:PutApplicationAssignmentConfiguration'] && application.AssignmentRequired, thing, 'everybody'),
    assigned: await assignedOf(visit, thing),
  })
}

const factsOf = ({ Description, PortalOptions, CreatedDate }: OidcApplicationAnswer, arn: string): object[] => [
  ...(Description ? [{ term: 'Description', text: Description }] : []),
  ...(PortalOptions.SignInOptions?.ApplicationUrl ? [{ term: 'Begins at', text: PortalOptions.SignInOptions.ApplicationUrl }] : []),
  { term: 'In the portal', text: PortalOptions.Visibility === 'ENABLED' ? 'shown to those who may use it' : 'hidden' },
  { term: 'Since', at: isoOfSeconds(CreatedDate) }, { term: 'ARN', text: arn, id: 'arn' },
]

const listed = (term: string, value: unknown): object[] => (Array.isArray(value) && value.length > 0 ? [{ term, text: value.join(', ') }] : typeof value === 'string' && value !== '' ? [{ term, text: value }] : [])
const methodWords: Readonly<Record<string, string>> = { none: 'not at all (a public client)', client_secret_basic: 'with a secret, in the header', client_secret_post: 'with a secret, in the body', private_key_jwt: 'with a key of its own' }
const grantWords: Readonly<Record<string, string>> = { authorization_code: 'sign people in (authorization code, PKCE)', refresh_token: 'stay signed in (refresh tokens)', client_credentials: 'act as itself (client credentials)', 'urn:ietf:params:oauth:grant-type:device_code': 'sign in on another device (device code)' }

/** How a client signs people in, in words. */
function clientOf({ ClientId, Metadata }: OidcApplicationAnswer, issuer: string): object | undefined {
  if (ClientId === undefined || !Metadata) return undefined
  const grants = (Metadata.grant_types as string[] | undefined) ?? ['authorization_code']
  return {
    facts: [
      { term: 'Client id', text: ClientId, id: 'client-id' }, { term: 'Issuer', text: issuer, id: 'issuer' },
      ...listed('May', grants.map((grant) => grantWords[grant] ?? grant)), ...listed('Signs itself in', methodWords[(Metadata.token_endpoint_auth_method as string | undefined) ?? 'client_secret_basic']),
      ...listed('Returns to', Metadata.redirect_uris), ...listed('After signing out', Metadata.post_logout_redirect_uris), ...listed('Scopes', Metadata.scope), ...listed('Told of sign-outs at', Metadata.backchannel_logout_uri),
    ],
  }
}

/** The secrets that count, and what may be done with them. */
function secretsOf(thing: ApplicationThing, can: Record<'gatehouse:RotateApplicationSecret' | 'gatehouse:EndApplicationSecret', boolean>): object {
  const { Secrets } = thing.application
  const isOverlapping = Secrets.length > 1
  return {
    rows: Secrets.map(({ MadeAt, EndsAt }, at) => ({ name: at === 0 ? 'The secret' : 'The one before', madeAt: MadeAt === undefined ? undefined : isoOfSeconds(MadeAt), endsAt: EndsAt === undefined ? undefined : isoOfSeconds(EndsAt) })),
    rotateUrl: can['gatehouse:RotateApplicationSecret'] && !isOverlapping ? `${thing.path}/secret` : undefined, isFirst: Secrets.length === 0, overlaps: overlaps.map(({ days, text }) => ({ days, text, isUsual: days === 7 })),
    endUrl: askUrl(isOverlapping && can['gatehouse:EndApplicationSecret'], thing, 'end-secret'),
  }
}

async function assignedOf(visit: AdminVisit, { arn, path }: ApplicationThing): Promise<object | undefined> {
  const can = await mayWith(visit, arn, ['sso:ListApplicationAssignments', 'sso:CreateApplicationAssignment', 'sso:DeleteApplicationAssignment'])
  if (!can['sso:ListApplicationAssignments']) return undefined
  const { after } = queryOf(visit.ctx)
  const { ApplicationAssignments, NextToken } = await visit.ssoAdmin('SearchApplicationAssignments', { ApplicationArn: arn, MaxResults: perPage, NextToken: after })
  return {
    assignUrl: can['sso:CreateApplicationAssignment'] ? `${path}/assign` : undefined, canUnassign: can['sso:DeleteApplicationAssignment'],
    rows: (ApplicationAssignments as AssignedAnswer[]).map(({ PrincipalId, PrincipalType, PrincipalName = PrincipalId, DisplayName }) => (
      { id: PrincipalId, type: PrincipalType, isGroup: PrincipalType === 'GROUP', name: DisplayName ?? PrincipalName, userName: DisplayName === undefined ? undefined : PrincipalName, url: `/admin/${PrincipalType === 'GROUP' ? 'groups' : 'users'}/${PrincipalId}` })),
    nextUrl: NextToken === undefined ? undefined : addressOf(path, { after: NextToken as string }), firstUrl: after === undefined ? undefined : path,
  }
}

async function showEdit(visit: AdminVisit, { application, arn, path, title }: ApplicationThing, failed?: Failed): Promise<void> {
  await visit.require({ action: 'sso:UpdateApplication', resource: arn })
  await visit.show('admin/application-edit', {
    isNew: false, about: title, backUrl: path, icon: application.IconUrl, isClient: application.ClientId !== undefined, ...formModel(failed ? formOf(visit.ctx) : fieldsOf(application)), isMoreOpen: isFoldedWrong(failed), ...nothingFailed, ...failed,
  })
}

const edit: AdminPage = async (visit) => {
  const thing = await findApplication(visit)
  const fields = formOf(visit.ctx)
  const work = async (): Promise<unknown> => visit.ssoAdmin('UpdateOidcApplication', {
    ApplicationArn: thing.arn, Name: fields.Name?.trim() ?? '', Description: fields.Description?.trim() ?? '', StartUrl: fields.StartUrl?.trim() ?? '', Visible: fields.Visible === 'on',
    ...(fields.Icon?.trim() && { Icon: fields.Icon }), ...(fields.NoIcon === 'on' && { Icon: '' }), ...(thing.application.ClientId !== undefined && { Metadata: metadataOf(fields, thing.application.Metadata) }),
  })
  if (await done(visit, work, (failed) => showEdit(visit, thing, atFields(failed)))) visit.goTo(`${thing.path}?done=edit`)
}

const rotate = (options: AdminOptions): AdminPage => async (visit) => {
  const thing = await findApplication(visit)
  const { days = '' } = formOf(visit.ctx)
  let made: Record<string, unknown> = {}
  const work = async (): Promise<void> => { made = await visit.ssoAdmin('RotateApplicationSecret', { ApplicationArn: thing.arn, OldCountsForDays: /^\d{1,2}$/.test(days) ? Number(days) : 0 }) }
  const again = (failed: Failed): Promise<void> => show(options)(visit, thing, { done: undefined, failed })
  if (await done(visit, work, again)) await showSecret(visit, { about: thing.title, backUrl: thing.path, clientId: made.ClientId as string, secret: made.ClientSecret as string, oldEndsAt: made.OldSecretEndsAt as number | undefined })
}

/** Shows a secret, this once. */
export async function showSecret(visit: AdminVisit, { oldEndsAt, ...model }: { about: string; backUrl: string; clientId: string; secret: string; oldEndsAt?: number | undefined }): Promise<void> {
  visit.ctx.set('Cache-Control', 'no-store')
  await visit.show('admin/client-secret', { ...model, oldEndsAt: oldEndsAt === undefined ? undefined : isoOfSeconds(oldEndsAt) })
}
