// /console/simulate: may this user, group or role do that, and why? Asks the policies in force; nothing is done.
import type { Router } from '@koa/router'
import type { Entity, EntityKind } from '../../domain/accounts/index.js'
import { contextOf, simulate, type AuthorizationRequest, type ConsideredStatement, type Simulation } from '../../domain/policy/index.js'
import { Refusal } from '../../platform/errors.js'
import { queryOf } from '../middleware/form.js'
import { done, type Failed } from '../middleware/form-again.js'
import type { ConsoleOptions } from './options.js'
import { arnIn } from './places.js'
import type { ConsoleVisit, MakePage } from './visit.js'

const mostAsked = 100
const kinds: readonly EntityKind[] = ['user', 'group', 'role']

/** Mounts the page. */
export function mountSimulate(router: Router, page: MakePage, options: ConsoleOptions): void {
  router.get('/simulate', options.csrf, page(async (visit) => {
    const asked = askedFor(visit)
    let results: object[] | undefined
    const isDone = await done(visit, async () => {
      results = asked.name === '' ? undefined : await answer(visit, asked, options)
    }, (failed) => show(visit, asked, undefined, failed))
    if (isDone) await show(visit, asked, results)
  }))
}

interface Asked {
  kind: EntityKind
  name: string
  actions: string
  resources: string
  context: string
}

function askedFor({ ctx }: ConsoleVisit): Asked {
  const { kind = 'user', name = '', actions = '', resources = '*', context = '' } = queryOf(ctx)
  return { kind: kinds.find((one) => one === kind) ?? 'user', name: name.trim(), actions, resources, context }
}

async function show(visit: ConsoleVisit, asked: Asked, results: object[] | undefined, failed?: Failed): Promise<void> {
  const { accountId } = visit.session
  const can = await visit.may(Object.fromEntries(kinds.map((kind) => [kind, { action: 'iam:SimulatePrincipalPolicy', resource: arnIn(accountId, `${kind}/*`) }])))
  if (asked.name === '' && !Object.values(can).includes(true)) await visit.require({ action: 'iam:SimulatePrincipalPolicy', resource: arnIn(accountId, 'user/*') })
  await visit.show('console/simulate', {
    asked, kinds: kinds.map((kind) => ({ kind, selected: kind === asked.kind })), results, problem: undefined, faults: undefined, retryAfter: undefined, ...failed,
  })
}

const linesOf = (text: string): string[] => [...new Set(text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean))]

const unfit = (message: string, path: string): Refusal => new Refusal('invalid-input', message, { faults: [{ path, message }] })

async function answer(visit: ConsoleVisit, asked: Asked, options: ConsoleOptions): Promise<object[]> {
  const { accountId } = visit.session
  const { users, groups, roles, policiesInForce } = options.rooms
  const entity: Entity | undefined = /^[\w+=,.@-]{1,128}$/.test(asked.name) ? await { user: users, group: groups, role: roles }[asked.kind].find(accountId, asked.name) : undefined
  await visit.require({ action: 'iam:SimulatePrincipalPolicy', resource: entity?.arn ?? arnIn(accountId, `${asked.kind}/${asked.name}`) })
  if (!entity) throw unfit(`There is no ${asked.kind} of that name.`, 'name')
  const actions = linesOf(asked.actions)
  const resources = linesOf(asked.resources)
  if (actions.length === 0 || actions.some((action) => !/^[\w-]+:[\w*?]+$/.test(action))) throw unfit('Name actions such as iam:CreateUser, one a line.', 'actions')
  if (resources.length === 0) throw unfit('Name what it is done to, or * for anything.', 'resources')
  if (actions.length * resources.length > mostAsked) throw unfit(`At most ${mostAsked} pairs of an action and a resource can be asked for at once.`, 'actions')
  const set = await policiesInForce.policiesOf({ kind: entity.kind === 'role' ? 'role' : 'iam-user', id: entity.id })
  return simulate(requestsOf(entity, { actions, resources, context: contextIn(asked.context) }, options), set).map(resultOf)
}

function requestsOf(entity: Entity, { actions, resources, context }: { actions: string[]; resources: string[]; context: Record<string, string> }, { clock }: ConsoleOptions): AuthorizationRequest[] {
  const { accountId, arn, name, kind, id, tags } = entity
  const principal: AuthorizationRequest['principal'] = kind === 'role'
    ? { arn: `arn:aws:sts::${accountId}:assumed-role/${name}/simulated`, issuerArn: arn, accountId, kind: 'assumed-role' } : { arn, accountId, kind: 'iam-user' }
  const known = contextOf({ principal, at: new Date(clock()), principalTags: tags, ...(kind === 'user' && { userId: id, userName: name }) })
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource, principal, context: { ...known, ...context } })))
}

/** One condition key a line: `aws:SourceIp = 192.0.2.1`. */
function contextIn(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
  return Object.fromEntries(lines.map((line) => {
    const [, key, value] = /^([\w:/.@+-]{1,256})\s*=\s*(.{0,1024})$/.exec(line) ?? []
    if (key === undefined || value === undefined) throw unfit('Name condition keys such as aws:SourceIp = 192.0.2.1, one a line.', 'context')
    return [key, value]
  }))
}

const layers: Readonly<Record<string, string>> = { identity: 'policy', boundary: 'boundary', session: 'session policy', resource: 'policy of the resource' }

function resultOf({ request, decision, statements, missingKeys }: Simulation): object {
  return {
    action: request.action, resource: request.resource, allowed: decision.allowed,
    why: decision.reason === 'implicit-deny' ? `Nothing allows it: no ${layers[decision.lacks ?? 'identity']} does.` : decision.reason === 'explicit-deny' ? 'A statement denies it, and a deny wins over everything.' : 'A statement allows it.',
    by: decision.by && { policy: decision.by.policy, statement: decision.by.statement + 1, sid: decision.by.sid }, missingKeys,
    statements: statements.map(statementOf),
  }
}

const statementOf = ({ policy, statement, sid, effect, applies, fitsResource, conditions }: ConsideredStatement): object => ({
  policy, statement: statement + 1, sid, effect, applies, fitsResource,
  conditions: conditions.map(({ operator, key, found, holds }) => ({ operator, key, found: found.join(', '), holds })),
})
