// How every operation goes: its parameters are read, what it is about is found, the caller's policies are asked, and
// only then it runs; what it changed, or was not allowed to, goes into the trail.
import type { Context } from 'koa'
import type { Caller } from '../protocol/caller.js'
import { AwsError } from '../protocol/errors.js'
import type { QueryOperation } from '../protocol/root.js'
import type { XmlContent } from '../protocol/xml.js'
import type { AuditEvent } from '../../../platform/audit/index.js'
import { permit, requireFound, type ConditionValues, type Target } from '../protocol/operation.js'
import { record, type Attempt } from './events.js'
import { readInput, type Input, type Shape } from '../protocol/fields.js'
import type { IamRooms } from './rooms.js'

export type { ConditionValues, Target } from '../protocol/operation.js'

export interface Scope {
  caller: Caller
  accountId: string
  rooms: IamRooms
}

export interface Call<In, Found> extends Scope {
  input: In
  target: Found
  ctx: Context
}

export interface Definition<S extends Shape, Found> {
  input: S
  /** Nothing changes, so nothing is recorded. */
  readOnly?: boolean
  /** The account as a whole, unless told. */
  target?: (input: Input<S>, scope: Scope) => Target<Found> | Promise<Target<Found>>
  /** Condition keys that come from the request. */
  context?: (input: Input<S>) => ConditionValues
  /** True where a caller needs no permission. */
  isFree?: (scope: Scope, found: Found | undefined) => boolean | Promise<boolean>
  /** What the event tells of it: how it was, and how it will be. */
  change?(call: Call<Input<S>, Found>): AuditEvent['change'] | Promise<AuditEvent['change']>
  run(call: Call<Input<S>, Found>): XmlContent | undefined | Promise<XmlContent | undefined>
}

/** An operation that still has to be told its name and the rooms that it works with. */
export type Operation = (name: string, rooms: IamRooms) => QueryOperation<Caller>

export type Operations = Readonly<Record<string, Operation>>

/** Makes an operation of its definition. */
export function operation<S extends Shape, Found = undefined>(definition: Definition<S, Found>): Operation {
  return (name, rooms) => ({
    run: async ({ parameters, caller, ctx }) => {
      const scope = { caller, accountId: caller.accountId, rooms }
      const attempt: Attempt = { name, parameters, caller, ctx, trail: rooms.trail }
      try {
        const input = readInput(definition.input, parameters)
        const found = await allow(definition, input, { name, scope, ctx })
        const call = { ...scope, input, target: found as Found, ctx }
        attempt.change = await definition.change?.(call)
        const answer = await definition.run(call)
        if (!definition.readOnly) await record(attempt, { answer })
        return answer
      } catch (error) {
        if (!definition.readOnly || (error instanceof AwsError && error.code === 'AccessDenied')) await record(attempt, { error, readOnly: definition.readOnly ?? false })
        throw error
      }
    },
  })
}

/** Finds what is meant, asks whether the caller may, and refuses what is not there only to those who may. */
async function allow<S extends Shape, Found>(definition: Definition<S, Found>, input: Input<S>, { name, scope, ctx }: { name: string; scope: Scope; ctx: Context }): Promise<Found | undefined> {
  const target: Target<Found> = await definition.target?.(input, scope) ?? { arn: '*', found: undefined }
  const isFree = await definition.isFree?.(scope, target.found) ?? false
  if (isFree) {
    scope.rooms.permissions.checkKind(scope.caller, `iam:${name}`)
    requireFound(target)
  } else await permit(scope.rooms.permissions, { caller: scope.caller, ctx, action: `iam:${name}`, target, context: definition.context?.(input) })
  return target.found
}
