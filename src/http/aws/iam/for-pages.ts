// The operations for pages: the same permissions, checks and events as on the wire, with refusals in the words of the house.
import type { Context } from 'koa'
import type { Decision } from '../../../domain/policy/index.js'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import { Refusal, type Fault, type RefusalCode } from '../../../platform/errors.js'
import type { Caller } from '../protocol/caller.js'
import { consoleCaller } from '../protocol/console-caller.js'
import { AwsError } from '../protocol/errors.js'
import type { Permissions, Wish } from '../protocol/permissions.js'
import type { QueryService } from '../protocol/root.js'
import type { XmlContent } from '../protocol/xml.js'

interface Options {
  service: QueryService<Caller>
  permissions: Permissions
}

/** Decides and does things as whoever has a session of the console. */
export const iamForPages = ({ service, permissions }: Options) => ({
  decide: async (ctx: Context, session: ConsoleSession, wishes: readonly Wish[]): Promise<Decision[]> => {
    const caller = consoleCaller(session)
    return caller ? permissions.decide(caller, wishes, ctx) : wishes.map(() => ({ allowed: false, reason: 'implicit-deny', considered: [] }))
  },
  run: async (ctx: Context, session: ConsoleSession, operation: string, parameters: ReadonlyMap<string, string>): Promise<XmlContent | undefined> => {
    const caller = consoleCaller(session)
    if (!caller) throw new Refusal('forbidden', 'Federated users cannot do this.')
    try {
      return await service.operations[operation]!.run({ parameters, caller, ctx })
    } catch (error) {
      throw error instanceof AwsError ? refusalOf(error) : error
    }
  },
})

const codes: Readonly<Record<number, RefusalCode>> = { 403: 'forbidden', 404: 'not-found', 409: 'conflict' }

function refusalOf(error: AwsError): Refusal {
  if (error.code === 'AccessDenied' && error.message.startsWith('User: ')) return new Refusal('forbidden', `You may not do this. ${error.message.replace(/^User: \S+ is not authorized to perform: (\S+) on resource: (\S+).*$/s, 'It needs $1 on $2.')}`, { cause: error })
  const faults = error.code === 'ValidationError' ? faultsIn(error.message) : []
  return new Refusal(codes[error.status] ?? 'invalid-input', faults.length > 0 ? 'Something in the form needs another look.' : error.message, { cause: error, faults })
}

/** One fault for each parameter that was named, under its name. */
const faultsIn = (message: string): Fault[] => message.replace(/^\d+ validation errors? detected: /, '').split('; ').flatMap((problem) => {
  const [, path, rest] = /^(\w+)(?:\.\S+)? (.+)$/s.exec(problem) ?? []
  return path && rest ? [{ path, message: `This ${rest}.` }] : []
})
