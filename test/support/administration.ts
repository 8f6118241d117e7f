// An organization with one of everything, and who looks at it: for what holds of every page of the administration.
import { readFileSync } from 'node:fs'
import type { Middleware } from 'koa'
import { Router } from '@koa/router'
import { InlinePolicies } from '../../src/domain/accounts/index.js'
import { userPrincipal } from '../../src/domain/authentication/index.js'
import { Requests } from '../../src/domain/requests/index.js'
import { adminDoor } from '../../src/http/admin/index.js'
import { inPackage } from '../../src/platform/root.js'
import { organizationFile, password, startApp, type TestApp } from './app.js'
import { csrfIn, type Browser } from './browser.js'
import { giveApp } from './console-sign-in.js'
import { makeRole, openRole } from './console.js'
import { eventually } from './servers.js'

const production = '444455556666'

const file = organizationFile
  .replace('organization: {', 'organization: { mfa: { mode: never },')
  .replace('\ngroups:', `
  - { userName: vera, displayName: Vera Phone, emails: [{ value: vera@example.com }], password: ${password} }
  - { userName: left, displayName: Left Lately, emails: [{ value: left@example.com }] }
  - { userName: lee, displayName: Lee Leads, emails: [{ value: lee@example.com }] }
groups:
  - { displayName: Leads, members: [lee] }
  - { displayName: Everybody, description: Whoever is here, members: [sam, vera, { group: Developers }] }`)
  .replace('\nassignments:', `
  - name: Rich
    description: One of everything
    relayState: https://wiki.example.com/
    managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
    customerManagedPolicies: [/team/Base]
    inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:List*", Resource: "*" }] }
    permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
    tags: { team: blue }
    requestable: { approvers: [Leads], longest: 8h }
assignments:
  - { account: "444455556666", permissionSet: Rich, user: vera }
  - { account: "444455556666", permissionSet: ReadOnly, group: Everybody }`)
  .replace('assignedTo: [{ user: jane }]', 'assignedTo: [{ user: jane }, { group: Everybody }]')
  .replace('email: prod@example.com }', 'email: prod@example.com, alias: prod, tags: { stage: live } }')

/** What a help desk may, as the guide writes it. */
const helpDeskPolicy = /\{ "Version": [^]*?\}\] \}/.exec(readFileSync(inPackage('docs/guides/administration.md'), 'utf8'))![0]
export const helpDesk = (JSON.parse(helpDeskPolicy) as { Statement: [{ Action: string[] }] }).Statement[0].Action

export type Role = 'administrator' | 'auditor' | 'desk' | 'nobody'

export interface Administration extends TestApp {
  browsers: Record<Role, Browser>
  /** Ids of what there is, by name. */
  ids: Record<string, string>
}


/** Starts it: whoever administers is jane, by a role as the portal opens it. */
export async function startAdministration(): Promise<Administration> {
  const app = await startApp({ organization: file })
  const ids = await idsIn(app)
  await giveApp(app, userPrincipal(ids.vera!), Date.now)
  const desk = await makeRole(app, 'HelpDesk')
  await new InlinePolicies(app.database).put(desk, 'own', helpDeskPolicy)
  const person = (name: string) => ({ principal: `user:${ids[name]!}`, userName: name })
  const browsers = {
    administrator: await openRole(app, await makeRole(app, 'Administrator', ['AdministratorAccess']), person('jane')), auditor: await openRole(app, await makeRole(app, 'Auditor', ['SecurityAudit']), person('nora')),
    desk: await openRole(app, desk, person('sam')), nobody: await openRole(app, await makeRole(app, 'Nobody'), person('sam')),
  }
  await fill(app, browsers.administrator, ids)
  return { ...app, browsers, ids }
}

async function idsIn({ database }: TestApp): Promise<Record<string, string>> {
  const rows = await database.query<{ name: string; id: string }>(`select user_name as name, id::text as id from users union all select display_name, id::text from groups union all select name, id from permission_sets
    union all select name, replace(id, 'app-', 'apl-') from applications`)
  return Object.fromEntries(rows.map(({ name, id }) => [name, id]))
}

/** Makes what no file has, most of it on the pages. */
async function fill(app: TestApp, administrator: Browser, ids: Record<string, string>): Promise<void> {
  const send = async (url: string, fields: Record<string, string>) => administrator.post(url, { csrf: csrfIn((await administrator.open('/admin/users')).html), ...fields })
  const rows = async (sql: string): Promise<string> => (await app.database.query<{ id: string }>(sql))[0]!.id
  await send(`/admin/users/${ids.left!}`, { change: 'delete', foreseen: 'yes' })
  await send('/admin/provisioning', { change: 'create', TokenName: 'The directory', Days: '365' })
  const source = { name: 'Corporate', issuer: 'https://idp.example.com', client_id: 'us', client_secret: 'secret', token_endpoint_auth_method: 'client_secret_basic', secondStep: 'ours', match: 'none', groups: 'none', enabled: '', button: '' }
  ids.source = new URL((await send('/admin/identity-sources/new', source)).url).pathname
  // The provider is not there, which is soon seen.
  ids.sourceTest = new URL((await send(ids.source, { change: 'test' })).url).href.replace(app.origin, '')
  const directory = { name: 'Head office', urls: 'ldaps://localhost:9', startTls: 'on', bindDn: 'cn=us', bindPassword: 'secret', baseDn: 'dc=example', userFilter: '(uid={name})', subject: 'entryUUID', secondStep: 'ours', match: 'none', groups: 'none', enabled: '' }
  ids.directory = new URL((await send('/admin/identity-sources/new?kind=ldap', directory)).url).pathname
  ids.issuer = new URL((await send('/admin/settings/issuers/new', { Name: 'Outside', IssuerUrl: 'https://issuer.example.com', ClaimAttributePath: 'email', IdentityStoreAttributePath: 'emails.value' })).url).pathname
  await send('/admin/events', { change: 'save', Name: 'Refused', Outcome: 'Failure' })
  const begun = await send('/admin/assignments/run', { kind: 'assign', [`user-${ids.sam!}`]: 'Sam', [`set-${ids.ReadOnly!}`]: 'ReadOnly', [`account-${production}`]: 'Production' })
  await eventually(async () => !(await administrator.open(begun.url)).html.includes('data-progress'), 20_000)
  ids.job = begun.url.split('/').at(-1)!
  const requests = new Requests({ database: app.database, trail: app.app.trail, mail: { queue: async () => undefined } as never, clock: Date.now, revocations: app.app.revocations })
  const ask = async (userName: string): Promise<string> =>
    (await requests.ask({ user: { id: ids[userName]!, userName, displayName: userName }, origin: { requestId: 'r', sourceIPAddress: '203.0.113.7', userAgent: 'test' } }, { accountId: production, permissionSetId: ids.Rich!, duration: 3600, reason: 'The import fails' })).id
  ids.pending = await ask('sam')
  ids.granted = await ask('nora')
  ids.over = await ask('jane')
  await send(`/admin/requests/${ids.granted}`, { act: 'approve' })
  await send(`/admin/requests/${ids.over}`, { act: 'deny', reason: 'Jane has it' })
  await send(`/admin/applications/${ids.Robot!}/secret`, { days: '7' })
  ids.device = await rows(`select id from authenticator_apps where principal = 'user:${ids.vera!}'`)
  ids.token = await rows('select id from provisioning_tokens')
  ids.membership = await rows(`select id from group_members where group_id = '${ids.Everybody!}' and user_id = '${ids.vera!}'`)
  ids.event = await rows(`select event ->> 'eventID' as id from audit_events where event_name = 'DeleteUser'`)
}

/** Every address of the administration, by its method, as its routes spell it. */
export function routesOf(method: 'GET' | 'POST'): string[] {
  const guard: Middleware = (_ctx, next) => next()
  const door = adminDoor({ csrf: guard, csrfOfDocuments: guard, csrfOfImports: guard, csrfOfPictures: guard } as never) as Middleware & { router: Router }
  return door.router.stack.filter(({ methods }) => methods.includes(method)).map(({ path }) => String(path))
}
