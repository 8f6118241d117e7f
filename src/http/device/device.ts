// The page that asks for a code, shows who wants what, and takes the answer; guesses are counted per person.
import { Router } from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { User } from '../../domain/directory/index.js'
import { describeWait, type Budgets } from '../../domain/authentication/index.js'
import { neighbourhoodOf } from '../../platform/addresses.js'
import type { Trail } from '../../platform/audit/index.js'
import { Refusal } from '../../platform/errors.js'
import { formOf, queryOf } from '../middleware/form.js'
import { originOf } from '../middleware/front.js'
import type { Render } from '../middleware/render.js'

interface DeviceRequest {
  userCode: string
  clientName: string
  address: string
  userAgent: string
  /** Seconds since the epoch. */
  askedAt: number
  /** What it will be able to do, in phrases. */
  may: string[]
}

/** What this door needs of whoever keeps device codes. */
export interface DeviceCodes {
  findDevice(typed: string): Promise<DeviceRequest | undefined>
  answerDevice(typed: string, answer: { sessionUid: string; allow: boolean }): Promise<boolean>
}

export interface DeviceOptions {
  codes: DeviceCodes
  /** The person signed in at the portal in this browser; undefined after the browser was sent to sign in. */
  requirePerson: (ctx: Context) => Promise<{ user: User; sessionUid: string } | undefined>
  placeOf: (address: string) => string | undefined
  budgets: Pick<Budgets, 'look' | 'count'>
  trail: Trail
  csrf: Middleware
  render: Render
}

interface Person {
  user: User
  sessionUid: string
}

const pasted = 40

/** Mounts the device page. */
export function deviceDoor(options: DeviceOptions): Middleware {
  const { csrf, requirePerson } = options
  const inTurn = turns()
  const router = new Router({ prefix: '/device' })
  router.get('/', csrf, async (ctx) => {
    const person = await requirePerson(ctx)
    if (person) await inTurn(person.user.id, () => enter(ctx, person, (queryOf(ctx).user_code ?? '').slice(0, pasted), options))
  })
  router.post('/', csrf, async (ctx) => {
    const person = await requirePerson(ctx)
    if (!person) return
    const { userCode = '', decision } = formOf(ctx)
    await inTurn(person.user.id, () => (decision === 'approve' || decision === 'deny'
      ? answer(ctx, person, userCode, decision === 'approve', options)
      : enter(ctx, person, userCode.slice(0, pasted), options)))
  })
  return router.routes() as unknown as Middleware
}

/** Takes one person's requests one after the other: codes tried all at once would be looked up before any is counted. */
function turns(): (person: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  return async (person, work) => {
    const mine = (last.get(person) ?? Promise.resolve()).catch(() => undefined).then(work)
    last.set(person, mine)
    try {
      await mine
    } finally {
      if (last.get(person) === mine) last.delete(person)
    }
  }
}

/** Shows who asks for the code that was typed or came with the link; approving takes a click of its own. */
async function enter(ctx: Context, person: Person, userCode: string, options: DeviceOptions): Promise<void> {
  const { codes, render, placeOf } = options
  if (await isLocked(ctx, person, options)) return
  if (userCode === '') return render(ctx, 'device/code', { userCode, problem: undefined, faults: undefined, retryAfter: undefined })
  const request = await codes.findDevice(userCode)
  if (!request) return wrongCode(ctx, person, userCode, options)
  const { displayName, userName } = person.user
  await render(ctx, 'device/confirm', {
    person: { displayName, userName },
    notYouUrl: undefined,
    userCode: request.userCode,
    client: { name: request.clientName },
    address: request.address,
    place: placeOf(request.address),
    askedAt: new Date(request.askedAt * 1000).toISOString(),
    may: request.may,
  })
}

async function answer(ctx: Context, person: Person, userCode: string, allow: boolean, options: DeviceOptions): Promise<void> {
  const { codes, render, trail } = options
  const { user, sessionUid } = person
  if (await isLocked(ctx, person, options)) return
  const request = await codes.findDevice(userCode)
  if (!request) await countWrong(ctx, person, options)
  if (!request || !await codes.answerDevice(userCode, { sessionUid, allow })) {
    throw new Refusal('expired', 'This code was answered already or has expired. Start the sign-in on the command line again.')
  }
  await trail.record({
    eventName: allow ? 'ApproveDevice' : 'DenyDevice', eventSource: 'sso.amazonaws.com', origin: originOf(ctx), userId: user.id,
    requestParameters: { clientName: request.clientName, askedFrom: request.address },
  })
  await render(ctx, allow ? 'device/done' : 'device/denied', { client: { name: request.clientName }, portalUrl: '/start/security' })
}

/** Counts wrong codes; after a few, neither the person nor the address may try for a while (RFC 8628 section 5.1). */
async function countWrong(ctx: Context, person: Person, { budgets, trail }: DeviceOptions): Promise<void> {
  const spent = await Promise.all(budgetsOf(ctx, person).map(([name, of]) => budgets.count(name, of)))
  if (spent.every(({ wait }) => wait === 0)) return
  await trail.record({ eventName: 'DeviceCodesLocked', eventSource: 'sso.amazonaws.com', outcome: 'Failure', origin: originOf(ctx), userId: person.user.id })
}

async function wrongCode(ctx: Context, person: Person, userCode: string, options: DeviceOptions): Promise<void> {
  await countWrong(ctx, person, options)
  if (await isLocked(ctx, person, options)) return
  const problem = 'No sign-in is waiting for this code. Check it, or start the sign-in on the command line again: a code lasts 10 minutes.'
  ctx.status = 422
  await options.render(ctx, 'device/code', { userCode, problem, faults: [{ path: 'userCode', message: problem }], retryAfter: undefined })
}

async function isLocked(ctx: Context, person: Person, { budgets, render }: DeviceOptions): Promise<boolean> {
  const waits = await Promise.all(budgetsOf(ctx, person).map(async ([name, of]) => (await budgets.look(name, of)).wait))
  const retryAfter = Math.max(...waits)
  if (retryAfter === 0) return false
  ctx.status = 429
  ctx.set('Retry-After', String(retryAfter))
  await render(ctx, 'device/locked', { retryAfter, wait: describeWait(retryAfter) })
  return true
}

const budgetsOf = (ctx: Context, { user }: Person) => [
  ['WrongDeviceCodesPerPerson', user.id], ['WrongDeviceCodesPerAddress', neighbourhoodOf(originOf(ctx).sourceIPAddress)], ['WrongDeviceCodesInAll', 'all'],
] as const
