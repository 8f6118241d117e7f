// `gatehouse access`: asking for access, and answering those who ask.
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Refusal } from '../../platform/errors.js'
import { accountIdOf } from './accounts.js'
import { printable, type Io } from './io.js'
import { targetOf, targetOptions, type Target } from './target.js'
import { getAccessToken } from './token-cache.js'
import { call, shaped, type Call } from './wire.js'

export const accessUsage = `gatehouse access request --account ACCOUNT --permission-set NAME --for TIME --reason TEXT
gatehouse access list [--to-answer] [--format text|json]
gatehouse access approve ID
gatehouse access deny ID --reason TEXT
gatehouse access withdraw ID
gatehouse access end ID [--reason TEXT]
gatehouse access requestable [--permission-set NAME]

Asks for a permission set in an account for a time, and answers those who ask.

  --account ACCOUNT       id of the account, or its name
  --permission-set NAME   name of the permission set
  --for TIME              how long, such as 30m, 4h or 2d
  --reason TEXT           what it is for; or why not
  --to-answer             what waits for your answer, instead of your own requests
  --format json           for a program`

const Asked = z.object({
  requestId: z.string(), state: z.string(), userName: z.string(), displayName: z.string(), accountId: z.string(), accountName: z.string(), permissionSet: z.string(),
  durationSeconds: z.number(), reason: z.string(), approvalsNeeded: z.number(), answers: z.array(z.object({ userName: z.string(), answer: z.string() })), askedAt: z.string(),
  endsAt: z.string().nullish(), closingReason: z.string().nullish(),
})
type Asked = z.infer<typeof Asked>
const Page = z.object({ requests: z.array(Asked), nextToken: z.string().nullish() })
const Choice = z.object({
  permissionSets: z.array(z.object({ name: z.string(), description: z.string().nullish(), longestSeconds: z.number(), approvers: z.array(z.string()) })),
  accounts: z.array(z.object({ accountId: z.string(), accountName: z.string() })).nullish(),
})

const options = {
  ...targetOptions, 'account': { type: 'string' }, 'permission-set': { type: 'string' }, 'for': { type: 'string' }, 'reason': { type: 'string' },
  'to-answer': { type: 'boolean' }, 'format': { type: 'string', default: 'text' },
} as const

type Values = ReturnType<typeof parsed>['values']
const parsed = (argv: readonly string[]) => parseArgs({ args: [...argv], options, allowPositionals: true })

interface Asking {
  values: Values
  id: string | undefined
  target: Target
  io: Io
  send: (request: Omit<Call, 'accessToken'>) => ReturnType<typeof call>
}

const subcommands: Readonly<Record<string, (asking: Asking) => Promise<void>>> = {
  request, list, requestable,
  approve: (asking) => answer(asking, 'approve'),
  deny: (asking) => answer(asking, 'deny', { reason: needed(asking.values.reason, '--reason') }),
  withdraw: (asking) => answer(asking, 'withdraw'),
  end: (asking) => answer(asking, 'end', asking.values.reason === undefined ? {} : { reason: asking.values.reason }),
}

/** Runs a subcommand. */
export async function access(argv: readonly string[], io: Io): Promise<void> {
  const { values, positionals: [name = '', id, ...more] } = parsed(argv)
  if (values.help) return io.out(accessUsage)
  const run = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (!run || more.length > 0) throw new Refusal('invalid-input', `What about access?\n\n${accessUsage}`)
  const target = await targetOf(values, io)
  const accessToken = await getAccessToken(target, io)
  await run({ values, id, target, io, send: (wanted) => call(target.endpoint, { ...wanted, accessToken }) })
}

async function request({ values, target, io, send }: Asking): Promise<void> {
  const permissionSet = needed(values['permission-set'], '--permission-set')
  const durationSeconds = secondsOf(needed(values.for, '--for'))
  const accountId = await idOf(needed(values.account, '--account'), permissionSet, { target, io, send })
  const asked = shaped(await send({ method: 'POST', path: '/access-requests', body: { accountId, permissionSet, durationSeconds, reason: values.reason ?? '' } }), Asked, 'Ask for access')
  io.say(`Asked for ${asked.permissionSet} in ${printable(asked.accountName)} for ${spelled(asked.durationSeconds)}. ${asked.approvalsNeeded === 1 ? 'One approval is' : `${asked.approvalsNeeded} approvals are`} needed.`)
  io.out(asked.requestId)
}

/** Accounts that can be asked for are not among those that one has, so a name is looked for among both. */
async function idOf(named: string, permissionSet: string, { target, io, send }: Pick<Asking, 'target' | 'io' | 'send'>): Promise<string> {
  if (/^[\d-]+$/.test(named)) return accountIdOf(named, target, () => getAccessToken(target, io))
  const { accounts } = shaped(await send({ path: '/access-requests/requestable', query: { permission_set: permissionSet } }), Choice, 'List the accounts')
  const found = accounts?.filter(({ accountName }) => accountName.toLowerCase() === named.toLowerCase()) ?? []
  if (found.length === 1) return found[0]!.accountId
  if (found.length > 1) throw new Refusal('invalid-input', `Several accounts are named ${printable(named)}. Use the id: ${found.map(({ accountId }) => accountId).join(', ')}`)
  throw new Refusal('not-found', `You cannot ask for ${printable(permissionSet)} in an account named ${printable(named)}.`)
}

async function list({ values, io, send }: Asking): Promise<void> {
  if (values.format !== 'text' && values.format !== 'json') throw new Refusal('invalid-input', 'The formats are text, json.')
  const view = values['to-answer'] ? 'to-answer' : 'mine'
  const { requests } = shaped(await send({ path: '/access-requests', query: { view } }), Page, 'List the requests')
  if (values.format === 'json') return io.out(JSON.stringify(requests, null, 2))
  if (requests.length === 0) io.say(view === 'mine' ? 'You have not asked for anything.' : 'Nothing waits for your answer.')
  for (const one of requests) io.out(line(one, view === 'to-answer'))
}

async function requestable({ values, io, send }: Asking): Promise<void> {
  const { permissionSets, accounts } = shaped(await send({ path: '/access-requests/requestable', query: { permission_set: values['permission-set'] } }), Choice, 'List what can be asked for')
  if (permissionSets.length === 0) io.say('There is nothing that you could ask for.')
  for (const { name, longestSeconds, approvers } of permissionSets) io.out(`${name}  for up to ${spelled(longestSeconds)}, answered by ${printable(approvers.join(', '))}`)
  for (const { accountId, accountName } of accounts ?? []) io.out(`  ${accountId}  ${printable(accountName)}`)
}

async function answer({ id, io, send }: Asking, step: 'approve' | 'deny' | 'withdraw' | 'end', body: object = {}): Promise<void> {
  const named = needed(id, 'The id of a request')
  if (!/^req-[0-9a-f]{16}$/.test(named)) throw new Refusal('invalid-input', 'The id of a request looks like req-0123456789abcdef.')
  const done = shaped(await send({ method: 'POST', path: `/access-requests/${named}/${step}`, body }), Asked, 'Answer the request')
  const missing = done.approvalsNeeded - done.answers.filter((one) => one.answer === 'approve').length
  io.say(done.state === 'pending' ? `Approved. ${missing} more ${missing === 1 ? 'is' : 'are'} needed.` : `${done.permissionSet} in ${printable(done.accountName)} for ${printable(done.displayName)}: ${stateOf(done)}.`)
}

const stateOf = ({ state, endsAt }: Asked): string => (state === 'granted' && endsAt ? `granted until ${endsAt}` : printable(state))

const line = (asked: Asked, withWhom: boolean): string => [
  asked.requestId, stateOf(asked), `${asked.permissionSet} in ${printable(asked.accountName)} (${asked.accountId})`, spelled(asked.durationSeconds),
  ...(withWhom ? [`${printable(asked.displayName)} (${printable(asked.userName)})`] : []), ...(asked.reason ? [`"${printable(asked.reason)}"`] : []),
].join('  ')

const sizes = { m: 60, h: 3600, d: 86_400 } as const

function secondsOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []
  if (!count) throw new Refusal('invalid-input', '--for takes a length of time, such as 30m, 4h or 2d.')
  return Number(count) * sizes[unit as keyof typeof sizes]
}

const spelled = (seconds: number): string => {
  const [unit, size] = (Object.entries(sizes) as [keyof typeof sizes, number][]).toReversed().find(([, one]) => seconds % one === 0) ?? ['m', 60]
  return `${Math.round(seconds / size)}${unit}`
}

function needed(value: string | undefined, what: string): string {
  if (!value) throw new Refusal('invalid-input', `${what} is needed.\n\n${accessUsage}`)
  return value
}
